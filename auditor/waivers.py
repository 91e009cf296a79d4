"""Accepting findings: a short handle for each, the stanza that accepts one, and the file that keeps it.

The stanza is bound to the finding's control, statement, entity and facts. When one of them changes, when something to look at
has become something to fix, or when its day passes, the finding is open again by itself.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import tomlkit
from filelock import FileLock
from pydantic import ValidationError

from auditor.config import Loaded, TenantSection, WaiverSection, waivers_in
from auditor.errors import AuditorError
from auditor.history.standing import Stand, standing
from connectors.gap import Gap
from connectors.snapshot import Snapshot
from reports.escape import visible
from rules import Assessment, assess
from rules.citations import cite
from rules.control import controls, natural
from rules.result import Severity, Verdict
from rules.waiver import Waiver, WaiverKind

YEAR = timedelta(days=366)
TRIAL = timedelta(days=90)
_SHORTEST = 6  # characters of a handle


@dataclass(frozen=True)
class Found:
    """A finding with its handle; `until` is the day to which it is accepted, if it is."""

    handle: str
    stand: Stand
    until: date | None

    @property
    def who(self) -> str:
        """Whom or what it concerns, and where mail goes."""
        destination = self.stand.about.get("destination", "")
        return visible(self.stand.label) + (f" -> {visible(destination)}" if destination else "")

    @property
    def is_critical(self) -> bool:
        """Whether the finding or its control is among the worst."""
        return Severity.CRITICAL in {self.stand.severity, controls()[self.stand.control].severity}

    def to_dict(self) -> dict[str, Any]:
        """Its JSON contract."""
        stand = self.stand
        return {
            "handle": self.handle,
            "control": stand.control,
            "check": stand.check,
            "severity": stand.severity.value,
            "verdict": stand.verdict.value,
            "entity": {"kind": stand.kind, "id": stand.entity, "label": stand.label},
            "about": dict(stand.about),
            "message": stand.message,
            "accepted_until": self.until.isoformat() if self.until else None,
        }


def findings(assessment: Assessment, today: date) -> list[Found]:
    """All findings, the most severe first, with the shortest handles that tell them apart."""
    stands = standing(assessment).findings()
    names = sorted(stand.identity for stand in stands)
    length = _SHORTEST
    while len({name[:length] for name in names}) < len(names):
        length += 1
    order = list(Severity)
    stands.sort(key=lambda s: (order.index(s.severity), natural(s.control), s.label.casefold(), s.identity))
    return [
        Found(s.identity[:length], s, s.waived_until if s.waived_until and s.waived_until >= today else None)
        for s in stands
    ]


def find(found: Sequence[Found], words: str, tenant: str) -> Found:
    """The finding with this handle, or the only one of this control; `AuditorError` if it is not one."""
    wanted = words.strip().casefold()
    chosen = [one for one in found if one.stand.control.casefold() == wanted]
    if not chosen and len(wanted) >= 4:
        chosen = [one for one in found if one.stand.identity.startswith(wanted)]
    if len(chosen) == 1:
        return chosen[0]
    advice = f"`auditor waive {tenant}` lists the findings with their handles"
    if chosen:
        some = ", ".join(one.handle for one in chosen[:5])
        raise AuditorError(f"{words}: {len(chosen)} findings are meant ({some})", advice)
    raise AuditorError(f"{words}: no finding of the last scan has this handle", advice)


def day(text: str, today: date, *, long: bool) -> date:
    """The last day of a waiver; `AuditorError` if it is none, has passed, or is far away without `--long`."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        until = date.fromisoformat(text)
    except ValueError:
        raise AuditorError(f"--until {text}: not a day", "write it like 2027-01-31") from None
    if until < today:
        raise AuditorError(f"--until {text}: that day has passed", "name a day to come")
    if until - today > YEAR and not long:
        raise AuditorError(
            f"--until {text}: more than a year from now", "name an earlier day, or add --long if that is meant"
        )
    return until


def section_for(
    finding: Found, *, reason: str, approver: str, until: date, alternative: str = "", evidence: Path | None = None
) -> WaiverSection:
    """The waiver for a finding; `AuditorError` if something about it cannot be accepted."""
    for name, text in (("--reason", reason), ("--approver", approver), ("--alternative", alternative)):
        if not text.isprintable():
            raise AuditorError(
                f"{name}: it holds characters that cannot be shown", "write it on one line, as plain text"
            )
    if alternative:
        _check_alternative(finding.stand.control, alternative, evidence)
    stand = finding.stand
    try:
        return WaiverSection(
            control=stand.control,
            check=stand.check,
            entity=stand.entity,
            reason=reason.strip(),
            approver=approver.strip(),
            until=until,
            about=dict(stand.about),
            verdict=stand.verdict,
            kind=WaiverKind.ALTERNATIVE if alternative else WaiverKind.ACCEPTED_RISK,
            evidence=alternative,
        )
    except ValidationError as err:
        lines = [f"--{mistake['loc'][0] if mistake['loc'] else 'reason'}: {mistake['msg']}" for mistake in err.errors()]
        raise AuditorError("; ".join(lines), "say who accepts it and why, in a sentence") from None


def _check_alternative(control: str, evidence: str, folder: Path | None) -> None:
    if not any(cite(name).allows_alternative for name in controls()[control].cites):
        raise AuditorError(
            f"--alternative: {control} rests on no paragraph for which an alternative can be documented",
            "accept the risk without --alternative",
        )
    if folder is None:
        raise AuditorError(
            "--alternative: the tenant has no evidence folder",
            'name one in the configuration: evidence = "evidence/..."',
        )
    path = folder / evidence
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        raise AuditorError(f"--alternative {evidence}: no such file in {folder}", "put the file there first")


def stanza(waiver: WaiverSection, finding: Found) -> str:
    """The waiver as TOML, with a remark for whoever reads the file."""
    said = " ".join(visible(finding.stand.message).split())
    critical = ["# This control is among the most severe: a breach here reaches patients first."] * finding.is_critical
    lines = ["[[waiver]]", f"# {finding.who}: {said}", *critical]
    document = tomlkit.document()
    for name, value in waiver.model_dump(mode="python").items():
        if name == "about":
            if value:
                table = tomlkit.inline_table()
                table.update(value)
                document.add(name, table)
        elif name in {"kind", "verdict"}:
            if value not in {WaiverKind.ACCEPTED_RISK, Verdict.FAIL}:  # what holds where nothing is said
                document.add(name, str(value))
        elif value != "" or name in {"reason", "approver"}:
            document.add(name, value)
    return "\n".join(lines) + "\n" + tomlkit.dumps(document).rstrip("\n") + "\n"


def blank(finding: Found, *, reason: str, approver: str, until: date) -> WaiverSection:
    """A waiver to be filled in: the configuration refuses it while reason or approver are empty."""
    stand = finding.stand
    return WaiverSection.model_construct(
        control=stand.control,
        entity=stand.entity,
        reason=reason,
        approver=approver,
        until=until,
        about=dict(stand.about),
        check=stand.check,
        verdict=stand.verdict,
    )


def append(path: Path, text: str) -> None:
    """Add a stanza to a file, as a whole or not at all; what stands there is kept to the letter. `AuditorError` if it cannot."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(path.parent / f".{path.name}.lock", timeout=30):
            before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
            gap = "" if not before else "\n" if before.endswith("\n") else "\n\n"
            after = before + gap + text
            had = len(waivers_in(before, path))
            if len(waivers_in(after, path)) != had + 1:
                raise AuditorError(f"{path}: the waiver cannot be added to it", "write its waivers as [[waiver]]")
            _replace(path, after)
    except (OSError, UnicodeError) as err:
        reason = getattr(err, "strerror", None) or "it is no UTF-8 text"
        raise AuditorError(f"{path} cannot be written: {reason}", "nothing was changed") from err


def _replace(path: Path, text: str) -> None:
    content = text.encode("utf-8")
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # readable by its owner only
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:  # an interrupt too: no half-written file may be left behind; it is raised again
        Path(name).unlink(missing_ok=True)
        raise


@dataclass(frozen=True)
class Trial:
    """What a control would say if all its open findings were accepted."""

    control: str
    now: Verdict
    then: Verdict
    accept: tuple[Found, ...]
    gaps: tuple[Gap, ...]


def would_pass(snapshot: Snapshot, section: TenantSection, assessment: Assessment, control: str, today: date) -> Trial:
    """Judge a control again with its open findings accepted: an experiment, not a guess."""
    name = next((id_ for id_ in controls() if id_.casefold() == control.casefold()), None)
    if name is None:
        raise AuditorError(f"{control}: there is no such control", "`auditor controls list` shows them all")
    chosen = [f for f in findings(assessment, today) if f.stand.control == name and f.until is None]
    held = [waiver for given in section.waiver if (waiver := given.waiver()).holds(today)]
    trial = [
        Waiver(name, f.stand.entity, "trial", "trial", today + YEAR, f.stand.about, check=f.stand.check) for f in chosen
    ]

    def verdict(waivers: Iterable[Waiver]) -> tuple[Verdict, tuple[Gap, ...]]:
        judged = assess(
            snapshot, now=assessment.judged_for, profile=section.clinic.profile(), waivers=waivers, only=[name]
        )
        if not judged.controls:
            return Verdict.NOT_APPLICABLE, ()
        return judged.controls[0].verdict, tuple(judged.controls[0].gaps)

    before, _ = verdict(held)
    after, gaps = verdict([*held, *trial])
    return Trial(name, before, after, tuple(chosen), gaps)


@dataclass(frozen=True)
class Given:
    """One waiver of the tenant, and what it does today."""

    waiver: WaiverSection
    state: str  # "in force", "run out", "outgrown" (what was to be looked at is to be fixed now), "meets nothing"
    who: str
    ends_in: int  # days; below zero if it ran out


def given(section: TenantSection, assessment: Assessment, today: date) -> list[Given]:
    """Every waiver of the tenant, the next to end first."""
    stands = standing(assessment).findings()
    listed = []
    for one in section.waiver:
        waiver = one.waiver()
        met = [s for s in stands if waiver.matches(s.control, s.entity, s.about, s.check)]
        state = (
            "meets nothing"
            if not met
            else "run out"
            if not waiver.holds(today)
            else "in force"
            if any(waiver.covers(stand.verdict) for stand in met)
            else "outgrown"
        )
        who = Found("", met[0], None).who if met else visible(one.entity)
        listed.append(Given(one, state, who, (one.until - today).days))
    return sorted(listed, key=lambda g: (g.waiver.until, natural(g.waiver.control), g.who))


def evidence_folder(loaded: Loaded, section: TenantSection) -> Path | None:
    """The tenant's folder of statements, if the configuration names one."""
    return loaded.base / section.evidence if section.evidence else None
