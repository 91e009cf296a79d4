"""Where a configuration's history lies, and keeping it in step with the snapshots."""

from __future__ import annotations

from pathlib import Path

from auditor import secrets
from auditor.config import Loaded, TenantSection
from auditor.errors import AuditorError
from auditor.history.store import History, RunInfo
from auditor.scan import judge
from connectors.snapshot import Snapshot, SnapshotError
from rules import Assessment


def open_history(loaded: Loaded) -> History:
    """The history that the configuration names: a file beside it, or a PostgreSQL URL behind a reference."""
    where = loaded.config.history
    if not secrets.looks_like_reference(where):
        return History.open(loaded.base / where)
    url = secrets.resolve(where, base=loaded.base, what="history")
    if not url.startswith("postgresql://"):
        raise AuditorError(f"history: {where} does not hold a URL that starts with postgresql://", "correct the secret")
    return History.open(url)


def snapshots_of(home: Path) -> list[Snapshot]:
    """A tenant's whole snapshots below its folder, the oldest first; those that cannot be opened are left out."""
    found = []
    for manifest in home.glob("*/manifest.json"):
        if manifest.parent.name.startswith("."):
            continue
        try:
            found.append(Snapshot.open(manifest.parent))
        except SnapshotError:
            continue
    return sorted(found, key=lambda snapshot: (snapshot.manifest.finished, snapshot.manifest.id))


def remember(
    history: History, loaded: Loaded, section: TenantSection, judged: Assessment | None = None
) -> list[RunInfo]:
    """Record every snapshot of a tenant that is newer than its last run; the runs that were added.

    A process that was killed between writing a snapshot and recording it is made up for here. `judged` is the newest
    snapshot's assessment, where it is at hand.
    """
    runs = history.runs(section.key, limit=1)
    added = []
    for snapshot in snapshots_of(loaded.snapshots / section.key):
        manifest = snapshot.manifest
        if manifest.tenant.key != section.key:
            continue
        if runs and (manifest.finished < runs[0].finished or manifest.id == runs[0].snapshot_id):
            continue
        at_hand = judged is not None and judged.snapshot_id == manifest.id
        assessment = judged if judged is not None and at_hand else judge(snapshot, section)
        added.append(history.record(assessment, snapshot=snapshot.folder, profile=section.clinic.profile()))
    return added
