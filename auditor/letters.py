"""The owner's monthly letter of a tenant, made from its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from auditor.config import LetterSection, Loaded, TenantSection
from auditor.errors import AuditorError
from auditor.history.store import History, RunInfo
from auditor.papers import lapsing
from auditor.scan import judge
from connectors.snapshot import Snapshot, SnapshotError
from reports.letter import Happening, Letter, Point, Sender, compose
from rules import Assessment

_LOGOS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".svg": "svg"}
_LOGO_LIMIT = 1 << 20  # bytes; a letter goes by mail
_SOON = 31  # days ahead in which a paper's end is told
_URGENT = {"critical", "high"}


@dataclass(frozen=True)
class Month:
    """A letter with the run that it tells of."""

    letter: Letter
    run: RunInfo
    assessment: Assessment
    day: date
    quick_since: int = 0  # quick runs that are newer, and not in it


def month_of(text: str | None, runs: list[RunInfo]) -> date:
    """The first day of a month written like 2026-11; of the newest run's month if none is named."""
    if text is None:
        return runs[0].finished.date().replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise AuditorError(f"--month {text}: not a month", "write it like 2026-11") from None


def letter_of(history: History, loaded: Loaded, section: TenantSection, month: str | None = None) -> Month:
    """The letter of a month: its last whole run, compared with the last one of an earlier month. `AuditorError` if there is none.

    Quick runs have not looked at people and mailboxes: no month is judged by one of them, and none is compared with one.
    """
    recorded = history.runs(section.key)
    if not recorded:
        raise AuditorError(f"{section.key}: no run is recorded", "run `auditor scan` first")
    runs = [run for run in recorded if not run.quick]
    if not runs:
        raise AuditorError(f"{section.key}: only quick scans are recorded", "run `auditor scan` without --quick")
    first = month_of(month, runs)
    run = next((r for r in runs if _month(r) == (first.year, first.month)), None)
    if run is None:
        quick = any(_month(r) == (first.year, first.month) for r in recorded)
        raise AuditorError(
            f"{section.key}: no {'whole ' if quick else ''}run of {first:%B %Y} is recorded"
            + (", only quick ones" if quick else ""),
            "`auditor history` lists the runs that there are",
        )
    before = next((r for r in runs if _month(r) < (first.year, first.month)), None)
    snapshot = snapshot_of(run, section)
    assessment = judge(snapshot, section)
    happened = None
    if before is not None:
        happened = [
            Happening(c.event, c.control, c.label, c.about.get("destination", ""), c.causes)
            for c in history.changes(section.key, before, run)
            if c.entity
        ]
    letter = compose(
        assessment,
        month=first,
        happened=happened,
        since=before.finished.date() if before is not None else None,
        trend=_trend([r for r in runs if r.finished <= run.finished]),
        sender=sender(section.letter, loaded.base, section),
        lapsing=[
            (lapse.words, lapse.until)
            for lapse in lapsing(snapshot, section.clinic.profile(), assessment.judged_for, _SOON)
        ],
    )
    since = sum(r.quick and r.finished > run.finished for r in recorded)
    return Month(letter, run, assessment, first, since)


def assessment_of(run: RunInfo, section: TenantSection) -> Assessment:
    """A recorded run's snapshot, judged for its own time with today's controls. `AuditorError` if it is gone or was changed."""
    return judge(snapshot_of(run, section), section)


def snapshot_of(run: RunInfo, section: TenantSection) -> Snapshot:
    """A recorded run's snapshot. `AuditorError` if it is gone or was changed."""
    try:
        snapshot = Snapshot.open(run.snapshot_path)
    except SnapshotError as err:
        raise AuditorError(
            f"{section.key}: the snapshot of {run.finished:%Y-%m-%d} cannot be read: {err}", "restore its folder"
        ) from err
    if snapshot.manifest.sha256 != run.snapshot_sha256:
        raise AuditorError(
            f"{section.key}: {run.snapshot_path} is not the snapshot that was recorded", "restore its folder"
        )
    return snapshot


def _month(run: RunInfo) -> tuple[int, int]:
    return run.finished.year, run.finished.month


def _trend(runs: list[RunInfo]) -> list[Point]:
    """The last run of each month, the oldest first."""
    months: dict[tuple[int, int], RunInfo] = {}
    for run in runs:
        months.setdefault(_month(run), run)
    points = []
    for run in reversed(months.values()):
        failing = [entry for entry in run.controls.values() if entry[0] == "fail"]
        points.append(Point(run.finished.date(), len(failing), sum(entry[1] in _URGENT for entry in failing)))
    return points


def sender(given: LetterSection, base: Path, section: TenantSection) -> Sender:
    """Name, contact and logo; `AuditorError` if the logo cannot be used."""
    if not given.logo:
        return Sender(given.sender, given.contact)
    path = base / given.logo
    kind = _LOGOS.get(path.suffix.lower())
    where = f"tenant {section.key}, letter, logo"
    if kind is None:
        raise AuditorError(f"{where}: {path.name} is no picture that a letter can show", "name a PNG, JPEG or SVG file")
    try:
        content = path.read_bytes()
    except OSError as err:
        raise AuditorError(f"{where}: {path} cannot be read ({err.strerror})", "check the path") from err
    if len(content) > _LOGO_LIMIT:
        raise AuditorError(f"{where}: {path.name} is larger than 1 MB", "make it smaller")
    return Sender(given.sender, given.contact, content, kind)
