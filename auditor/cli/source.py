"""Finding the snapshot a command speaks of: a folder, or a tenant's newest one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from auditor.cli import console
from auditor.config import DEFAULT_NAME, Loaded, TenantSection, load
from auditor.errors import AuditorError
from auditor.scan import is_quick, judge, latest, newest_first
from connectors.snapshot import Snapshot, SnapshotError
from rules import Assessment


def configuration(path: Path, *, needed: bool) -> Loaded | None:
    """The configuration; None if there is none and it is not needed. One that was named must be there: it holds statements and waivers."""
    if not needed and path == Path(DEFAULT_NAME) and not path.exists():
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
    if not 1990 <= when.year <= 9000:  # what lies before and after it must still be a time
        raise AuditorError(f"--now {text}: no scan was made then", "write a time between the years 1990 and 9000")
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def section_of(loaded: Loaded | None, key: str) -> TenantSection | None:
    """The tenant's part of the configuration, if there is one."""
    return next((tenant for tenant in loaded.config.tenant if tenant.key == key), None) if loaded is not None else None


def latest_told(loaded: Loaded, key: str) -> Path:
    """A tenant's newest snapshot. A quick one is passed over where there is another, and whoever asks is told so."""
    home = loaded.snapshots / loaded.tenant(key).key
    folder, newest = latest(home), newest_first(home)[0]
    if is_quick(folder):
        console.say(f"{key}: there are quick scans only; what they leave out is not assessed")
    elif folder != newest:
        console.say(f"{key}: this is the scan {folder.name}; the newest is a quick one: name its folder, {newest}")
    return folder


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
        folder = latest_told(loaded, where)
    try:
        snapshot = Snapshot.open(folder)
        return judge(snapshot, section_of(loaded, snapshot.manifest.tenant.key), now=moment(now))
    except SnapshotError as err:
        raise AuditorError(str(err), err.advice) from err
