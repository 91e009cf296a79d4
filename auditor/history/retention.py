"""Thinning out old scans: every recent one is kept, then the last of each month, then nothing."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from auditor.config import Loaded, RetentionSection, TenantSection
from auditor.history.keeping import snapshots_of
from auditor.history.store import History

T = TypeVar("T")


@dataclass(frozen=True)
class Pruned:
    """What is forgotten, or would be."""

    runs: int
    snapshots: tuple[Path, ...]


def kept(
    times: Sequence[tuple[datetime, T]], rule: RetentionSection, now: datetime, quick: Collection[T] = ()
) -> list[T]:
    """Which of these are kept. The newest always is, however old, and the newest whole one; quick ones stand for no month."""
    ordered = sorted(times, key=lambda item: item[0])
    whole = [(when, what) for when, what in ordered if what not in quick]
    last_of_month = {(when.year, when.month): what for when, what in whole}
    newest = [found[-1][1] for found in (ordered, whole) if found]
    found = []
    for when, what in ordered:
        months = _months(when, now)
        if (
            what in newest
            or months <= rule.every_scan_for_months
            or (months <= rule.months and last_of_month.get((when.year, when.month)) == what)
        ):
            found.append(what)
    return found


def _months(then: datetime, now: datetime) -> int:
    """Whole or begun calendar months between two times."""
    return (now.year - then.year) * 12 + now.month - then.month


def prune(history: History, loaded: Loaded, section: TenantSection, *, now: datetime, dry_run: bool) -> Pruned:
    """Forget a tenant's old runs and delete its old snapshots, as the configuration's [retention] says."""
    rule = loaded.config.retention
    runs = history.runs(section.key)
    keep = kept([(run.finished, run.id) for run in runs], rule, now, {run.id for run in runs if run.quick})
    snapshots = snapshots_of(loaded.snapshots / section.key)
    manifests = [snapshot.manifest for snapshot in snapshots]
    held = set(kept([(m.finished, m.id) for m in manifests], rule, now, {m.id for m in manifests if m.quick}))
    gone = tuple(s.folder for s in snapshots if s.manifest.id not in held and s.folder is not None)
    if dry_run:
        return Pruned(len(runs) - len(keep), gone)
    count = history.prune(section.key, keep)
    for folder in gone:
        # The manifest goes first: a folder without one is no snapshot, so a deletion that is cut short leaves no half of one.
        (folder / "manifest.json").unlink(missing_ok=True)
        shutil.rmtree(folder)
    return Pruned(count, gone)
