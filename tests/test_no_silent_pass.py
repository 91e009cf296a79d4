"""The first promise: remove any source, field, page or permission, and nothing moves to pass."""

from __future__ import annotations

import pytest

from connectors.gap import Reason
from connectors.record import _MISSING, Record
from connectors.snapshot import Snapshot
from connectors.source import declared
from rules import assess
from tests.promises import (
    NOW,
    changed,
    clean_snapshots,
    darkened,
    edited,
    moved_to_pass,
    readers,
    remove,
    set_null,
    set_unknown,
)

SCENARIOS = [
    "microsoft-typical", "microsoft-well-run", "microsoft-bad", "microsoft-no-p1",
    "google-typical", "google-well-run", "google-bad", "google-exempt-ou",
]  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
def test_removing_any_source_moves_nothing_to_pass(name: str) -> None:
    snapshot = clean_snapshots()[name]
    before = assess(snapshot, now=NOW)
    for source in snapshot.sources:
        for damaged in (
            changed(snapshot, states={source: None}),
            darkened(snapshot, source, Reason.PERMISSION),
            darkened(snapshot, source, Reason.LICENCE),
            darkened(snapshot, source, Reason.THROTTLED),
            darkened(snapshot, source, Reason.PROVIDER_ERROR, keep=lambda index: index % 2 == 0),
            darkened(snapshot, source, Reason.PROVIDER_ERROR, keep=lambda index: index % 2 == 1),
        ):
            assert moved_to_pass(before, assess(damaged, now=NOW)) == [], source


@pytest.mark.parametrize("name", SCENARIOS)
def test_removing_or_nulling_any_field_that_a_check_read_moves_nothing_to_pass(name: str) -> None:
    snapshot = clean_snapshots()[name]
    before = assess(snapshot, now=NOW)
    paths = {path: ids for path, ids in readers(before).items() if ":" in path}
    assert len(paths) > 20
    absent, null = documented_absence()
    for path, ids in paths.items():
        baseline = assess(snapshot, now=NOW, only=ids)
        edits = [edit for edit, spoken in ((remove, absent), (set_null, null)) if path not in spoken]
        for edit in edits:
            for first_only in (False, True):
                damaged = edited(snapshot, path, edit, first_only=first_only)
                assert moved_to_pass(baseline, assess(damaged, now=NOW, only=ids)) == [], f"{edit.__name__} {path}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_undocumented_value_of_an_enumeration_moves_nothing_to_pass(name: str) -> None:
    snapshot = clean_snapshots()[name]
    closed = closed_fields()
    paths = {path: ids for path, ids in readers(assess(snapshot, now=NOW)).items() if path in closed}
    assert paths
    for path, ids in paths.items():
        baseline = assess(snapshot, now=NOW, only=ids)
        damaged = edited(snapshot, path, set_unknown)
        assert moved_to_pass(baseline, assess(damaged, now=NOW, only=ids)) == [], path


def documented_absence() -> tuple[set[str], set[str]]:
    """Paths of fields whose absence, and whose null, the provider documents: there the loss is a value of its own."""

    def walk(record: type[Record], prefix: str, seen: tuple[type, ...]) -> tuple[set[str], set[str]]:
        absent, null = set(), set()
        for field in record.fields().values():
            if field.default is not _MISSING:
                absent.add(prefix + field.key)
            if field.nullable:
                null.add(prefix + field.key)
            if field.nested is not None and field.nested not in seen:
                inner = walk(field.nested, f"{prefix}{field.key}.", (*seen, field.nested))
                absent |= inner[0]
                null |= inner[1]
        return absent, null

    found = [walk(source.record, f"{source.name}:", ()) for source in declared().values()]
    return {path for pair in found for path in pair[0]}, {path for pair in found for path in pair[1]}


def closed_fields() -> set[str]:
    """The paths of all declared fields that a documented enumeration closes."""
    import typing
    from enum import Enum

    def closed(hint: object) -> bool:
        if isinstance(hint, type) and issubclass(hint, Enum):
            return True
        return typing.get_origin(hint) is typing.Literal or any(closed(inner) for inner in typing.get_args(hint))

    def walk(record: type[Record], prefix: str, seen: tuple[type, ...]) -> set[str]:
        found = set()
        for field in record.fields().values():
            if closed(field.hint):
                found.add(prefix + field.key)
            if field.nested is not None and field.nested not in seen:
                found |= walk(field.nested, f"{prefix}{field.key}.", (*seen, field.nested))
        return found

    return {path for source in declared().values() for path in walk(source.record, f"{source.name}:", ())}


def test_an_empty_snapshot_passes_nothing() -> None:
    for name in SCENARIOS:
        snapshot = clean_snapshots()[name]
        empty = Snapshot.of(snapshot.manifest.tenant, {}, taken=NOW)
        assessment = assess(empty, now=NOW)
        passing = [outcome.control.id for outcome in assessment.controls if outcome.verdict == "pass"]
        assert passing == []
