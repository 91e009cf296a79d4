"""What goes into a pack: assessments, snapshots or their hashes, statements with their files, waivers, changes, what was not seen."""

from __future__ import annotations

import json
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import reports
from auditor import TOOL
from auditor.config import Loaded, TenantSection
from auditor.errors import AuditorError
from auditor.history.store import History, RunInfo
from auditor.letters import assessment_of
from auditor.pack import crosswalk
from auditor.pack.redact import Redactor, names_of
from connectors.snapshot import Snapshot
from reports import reading, wording
from rules import Assessment

_README = """What this is

An evidence pack: what a read-only auditor saw in a clinic's mail and file services in the period named in manifest.json, what
people stated, what risks were accepted and until when, what changed, and what could not be seen.
It is general information and no legal advice. It does not show compliance; a qualified professional decides.

  manifest.json             hashes of all files, the hash of the pack before this one, the public key
  manifest.sig              an Ed25519 signature over manifest.json
  assessments/              every scan's verdicts, as JSON; the last whole one also as a page and a work list
  snapshots/                the records behind the verdicts, or snapshots.json with their hashes
  statements/               the evidence folder: dated statements and the files they name
  waivers.json              accepted risks and documented alternatives
  changes.json              every verdict that moved, with its cause
  not-assessed.json         what could not be seen, and what would open it
  crosswalk-cfr.csv         the controls by paragraph of law
  crosswalk-practices.csv   the controls by recognised practice (405(d) HICP, HHS goals)

`auditor verify PACK` checks it without network.
"""


@dataclass(frozen=True)
class Period:
    """Both days count."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first.isoformat()} to {self.last.isoformat()}"

    def holds(self, when: datetime) -> bool:
        return self.first <= when.astimezone(UTC).date() <= self.last


def period(text: str) -> Period:
    """2026, 2026-Q4, 2026-11 or 2026-10-01..2026-12-31; `AuditorError` for anything else."""
    try:
        first, dots, last = text.partition("..")
        if dots:
            found = Period(date.fromisoformat(first), date.fromisoformat(last))
        elif "-Q" in text.upper():
            year, _, quarter = text.upper().partition("-Q")
            month = {"1": 1, "2": 4, "3": 7, "4": 10}[quarter]
            found = _months(int(year), month, 3)
        elif len(text) == 4:
            found = _months(int(text), 1, 12)
        else:
            start = date.fromisoformat(f"{text}-01")
            found = _months(start.year, start.month, 1)
    except (ValueError, KeyError):
        raise AuditorError(
            f"--period {text}: not a period", "write it like 2026, 2026-Q4, 2026-11 or 2026-10-01..2026-12-31"
        ) from None
    if found.last < found.first:
        raise AuditorError(f"--period {text}: it ends before it begins", "swap the two days")
    return found


def _months(year: int, month: int, count: int) -> Period:
    end = year * 12 + month - 1 + count
    return Period(date(year, month, 1), date(end // 12, end % 12 + 1, 1) - timedelta(days=1))


@dataclass(frozen=True)
class Content:
    """The files of a pack, and what the manifest says of them."""

    files: Mapping[str, bytes]
    about: Mapping[str, Any]


def content(
    history: History, loaded: Loaded, section: TenantSection, span: Period, *, redact: bool, with_snapshots: bool
) -> Content:
    """Gather everything of a period. `AuditorError` if it holds no run, or a recorded snapshot is gone."""
    runs = [run for run in reversed(history.runs(section.key)) if span.holds(run.finished)]
    if not runs:
        raise AuditorError(
            f"{section.key}: no run of {span} is recorded", "`auditor history` lists the runs that there are"
        )
    assessments = [(run, assessment_of(run, section)) for run in runs]
    redactor = _redactor(assessments, section) if redact else None
    judged = [(run, redactor.assessment(found) if redactor else found) for run, found in assessments]
    files: dict[str, bytes] = {"README.txt": _README.encode()}
    for run, found in judged:
        files[f"assessments/{run.finished:%Y-%m-%dT%H%M%SZ}.json"] = reports.binary(found, "json")
    # A quick run has not looked at people and mailboxes: it is the last word of a period only where there is no other.
    last = next((found for run, found in reversed(judged) if not run.quick), judged[-1][1])
    for format_ in ("html", "csv", "oscal"):
        files[f"assessments/last.{reports.ENDINGS.get(format_, format_)}"] = reports.binary(last, format_)
    files["crosswalk-cfr.csv"] = crosswalk.by_paragraph(last).encode()
    files["crosswalk-practices.csv"] = crosswalk.by_practice(last).encode()
    files["not-assessed.json"] = _json([_unseen(run, found) for run, found in judged])
    files["waivers.json"] = _json(_waivers(last))
    changes = [
        {"run": run.finished.isoformat(), **c.to_dict()}
        for run in runs
        for c in history.run(section.key, str(run.id)).changes
    ]
    files["changes.json"] = _json(_hidden(changes, redactor))
    files["snapshots.json"] = _json([_snapshot(run) for run in runs])
    if with_snapshots and redactor is None:
        files |= _snapshots(runs)
    files |= _statements(loaded, section, redactor)
    name = redactor.word(section.key) if redactor else section.key
    about = {
        "tenant": name,
        "period": [span.first.isoformat(), span.last.isoformat()],
        "tool": TOOL,
        "redacted": redact,
    }
    return Content(files, about)


def _redactor(assessments: list[tuple[RunInfo, Assessment]], section: TenantSection) -> Redactor:
    snapshots = [Snapshot.open(run.snapshot_path) for run, _ in assessments]
    names = names_of(snapshots, [found for _, found in assessments], section.clinic.profile())
    names |= {waiver.approver for waiver in section.waiver}
    return Redactor(names, random.token_bytes(32))


def _hidden(changes: list[dict[str, Any]], redactor: Redactor | None) -> list[dict[str, Any]]:
    if redactor is None:
        return changes
    kept = ("run", "control", "event", "before", "after", "causes", "severity")
    return [
        {key: change[key] for key in kept}
        | {
            "entity": redactor.word(change["entity"]) if change["entity"] else "",
            "about": redactor.value(change["about"]),
            "message": redactor.text(change["message"]),
        }
        for change in changes
    ]


def _unseen(run: RunInfo, assessment: Assessment) -> dict[str, Any]:
    return {
        "run": run.finished.isoformat(),
        "reasons": [
            {
                "reason": wording.REASONS.get(entry.reason, entry.reason),
                "detail": entry.detail,
                "remedy": entry.remedy,
                "controls": sorted(entry.controls),
                "sources": entry.sources,
            }
            for entry in reading.dark(assessment)
        ],
    }


def _waivers(assessment: Assessment) -> dict[str, Any]:
    def plain(waiver: Any) -> dict[str, Any]:
        return {
            "control": waiver.control, "entity": waiver.entity, "about": dict(waiver.about), "kind": waiver.kind.value,
            "reason": waiver.reason, "approver": waiver.approver, "until": waiver.until.isoformat(),
            "evidence": waiver.evidence, "verdict": waiver.verdict.value,
        }  # fmt: skip

    return {
        "in force": [plain(j.waiver) for outcome in assessment.controls for j in outcome.waived],
        "lapsed": [plain(waiver) for waiver in assessment.lapsed_waivers],
        "unused": [plain(waiver) for waiver in assessment.unused_waivers],
    }


def _snapshot(run: RunInfo) -> dict[str, str | bool]:
    return {
        "id": run.snapshot_id,
        "finished": run.finished.isoformat(),
        "sha256": run.snapshot_sha256,
        "tool": run.tool,
        "quick": run.quick,
    }


def _snapshots(runs: list[RunInfo]) -> dict[str, bytes]:
    files = {}
    for run in runs:
        folder = Path(run.snapshot_path)
        damaged = Snapshot.open(folder).verify()
        if damaged:
            raise AuditorError(f"{folder}: {damaged[0]} is not what was written", "restore the folder")
        for path in sorted(folder.iterdir()):
            files[f"snapshots/{run.snapshot_id}/{path.name}"] = path.read_bytes()
    return files


def _statements(loaded: Loaded, section: TenantSection, redactor: Redactor | None) -> dict[str, bytes]:
    """The evidence folder. Redacted, only the statements' own text is kept: the files they name cannot be redacted."""
    if section.evidence is None:
        return {}
    from connectors.evidence.connector import BadStatement, statement  # noqa: PLC0415

    folder = (loaded.base / section.evidence).resolve()
    files: dict[str, bytes] = {}
    if not folder.is_dir():
        return files
    if redactor is not None:
        found = []
        for path in sorted(folder.rglob("*.toml")):
            try:
                raw = statement(folder, path)
            except BadStatement:
                continue
            found.append({key: raw[key] for key in ("topic", "signed_on", "valid_until", "file_state") if key in raw})
        return {"statements.json": _json(found)}
    for path in sorted(folder.rglob("*")):
        # A link may lead out of the folder, to files that nobody meant to hand over.
        if path.is_file() and path.resolve().is_relative_to(folder):
            files[f"statements/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    return files


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def newest(folder: Path, tenant: str) -> Path | None:
    """The pack that comes before a new one: the newest of a tenant in a folder."""
    found = sorted(folder.glob(f"{tenant}-*.zip"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return found[-1] if found else None
