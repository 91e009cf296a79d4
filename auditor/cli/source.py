"""Finding the snapshot a command speaks of: a folder, or a tenant's newest one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from auditor.config import Loaded, TenantSection, load
from auditor.errors import AuditorError
from auditor.scan import judge, latest
from connectors.snapshot import Snapshot, SnapshotError
from rules import Assessment


def configuration(path: Path, *, needed: bool) -> Loaded | None:
    """The configuration; None if it does not exist and is not needed."""
    if not needed and not path.exists():
        return None
    return load(path)


def moment(text: str | None) -> datetime | None:
    """The time behind `--now`."""
    if text is None:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise AuditorError(
            f"--now {text}: not a time", "write it like 2026-11-24 or 2026-11-24T08:00:00+00:00"
        ) from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def section_of(loaded: Loaded | None, key: str) -> TenantSection | None:
    """The tenant's part of the configuration, if there is one."""
    return next((tenant for tenant in loaded.config.tenant if tenant.key == key), None) if loaded is not None else None


def assessment_of(where: str, config: Path, now: str | None) -> Assessment:
    """Judge the snapshot in a folder, or the newest one of the tenant with that key."""
    folder = Path(where)
    named = not folder.exists() and "/" not in where
    if named and not config.exists():
        raise AuditorError(
            f"{where}: there is no such snapshot folder, and no {config} that could name such a tenant",
            "name a snapshot folder, or a configuration with --config",
        )
    loaded = configuration(config, needed=named)
    if named and loaded is not None:
        folder = latest(loaded.snapshots / loaded.tenant(where).key)
    try:
        snapshot = Snapshot.open(folder)
        return judge(snapshot, section_of(loaded, snapshot.manifest.tenant.key), now=moment(now))
    except SnapshotError as err:
        raise AuditorError(str(err), err.advice) from err
