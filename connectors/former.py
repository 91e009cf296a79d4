"""What earlier scans of a tenant read one by one: whom they did not get to comes first in the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from connectors.snapshot import Snapshot, SnapshotError

T = TypeVar("T")
_LOOKED_AT = 20
"""Snapshots, newest first, that are looked into; quick scans, which do not read the source, among them."""


def in_turn(home: Path, source: str, asked: Iterable[T], of: Callable[[T], str]) -> list[T]:
    """Who was not read for the longest time first: runs that never have time for all see everybody in the end."""
    ago = read_ago(home, source)
    never = max(ago.values(), default=0) + 1
    return sorted(asked, key=lambda one: -ago.get(of(one), never))


def read_ago(home: Path, source: str) -> Mapping[str, int]:
    """How many scans of a source ago somebody was last read: 1 for the last scan; without those whom none of them read.

    Nothing is said, and nothing looked up, where the last scan read everybody.
    """
    folders = sorted((path.parent for path in home.glob("*/manifest.json")), reverse=True)
    found: dict[str, int] = {}
    ago = 0
    for folder in [folder for folder in folders if not folder.name.startswith(".")][:_LOOKED_AT]:
        try:
            snapshot = Snapshot.open(folder)
            state = snapshot.sources.get(source)
            if state is None or state.parents is None:
                continue
            whole = (state.parents_read or 0) >= state.parents
            if whole and not ago:
                return {}
            ago += 1
            for line in snapshot.lines(source):
                if line.of is not None and line.gap is None:
                    found.setdefault(line.of, ago)
            if whole:
                break
        except SnapshotError:
            continue
    return found
