"""`auditor waive`: list findings with a handle, accept one for a time, and say what accepting would change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from auditor.cli import console
from auditor.cli.source import moment
from auditor.config import Loaded, TenantSection, load
from auditor.errors import AuditorError
from auditor.scan import judge, latest
from auditor.waivers import (
    TRIAL,
    Found,
    Given,
    Trial,
    append,
    blank,
    day,
    evidence_folder,
    find,
    findings,
    given,
    section_for,
    stanza,
    would_pass,
)
from connectors.snapshot import Snapshot, SnapshotError
from reports import wording
from reports.escape import shortened, visible
from reports.paper import Paper
from rules import Assessment
from rules.result import Verdict


@dataclass(frozen=True)
class Wish:
    """What the command line says of the waiver to give."""

    reason: str = ""
    approver: str = ""
    until: str = ""
    alternative: str = ""
    long: bool = False
    print_only: bool = False


def run(
    tenant: str,
    finding: str | None,
    wish: Wish,
    *,
    would: str | None,
    list_given: bool,
    config: Path,
    now: str | None,
    as_json: bool,
) -> None:
    """List, accept, try, or show what is accepted."""
    loaded = load(config)
    section = loaded.tenant(tenant)
    if sum((finding is not None, would is not None, list_given)) > 1:
        raise AuditorError("FINDING, --would-pass and --list do not go together", "name one of them")
    if finding is None and would is None and wish != Wish():
        raise AuditorError("no finding is named", f"`auditor waive {tenant}` lists the findings with their handles")
    when = moment(now)
    today = (when or datetime.now(UTC)).date()
    snapshot = open_latest(loaded, section)
    assessment = judge(snapshot, section, now=when)
    if finding is not None:
        _accept(loaded, section, snapshot, assessment, finding, wish, today)
    elif would is not None:
        _try(section, loaded, would_pass(snapshot, section, assessment, would, today), wish, today, as_json=as_json)
    elif list_given:
        _given(given(section, assessment, today), section, as_json=as_json)
    else:
        _open(findings(assessment, today), section, assessment, as_json=as_json)


def open_latest(loaded: Loaded, section: TenantSection) -> Snapshot:
    """The tenant's newest snapshot."""
    try:
        return Snapshot.open(latest(loaded.snapshots / section.key))
    except SnapshotError as err:
        raise AuditorError(str(err), err.advice) from err


def _accept(
    loaded: Loaded,
    section: TenantSection,
    snapshot: Snapshot,
    assessment: Assessment,
    words: str,
    wish: Wish,
    today: date,
) -> None:
    chosen = find(findings(assessment, today), words, section.key)
    missing = [f"--{name}" for name in ("reason", "approver", "until") if not getattr(wish, name).strip()]
    if missing:
        raise AuditorError(
            f"{', '.join(missing)}: missing", "a finding is accepted with a reason, by somebody, until a day"
        )
    until = day(wish.until, today, long=wish.long)
    if chosen.until is not None and until <= chosen.until:
        raise AuditorError(f"{chosen.handle} is accepted until {chosen.until} already", "name a later day to go on")
    waiver = section_for(
        chosen,
        reason=wish.reason,
        approver=wish.approver,
        until=until,
        alternative=wish.alternative,
        evidence=evidence_folder(loaded, section),
    )
    text = stanza(waiver, chosen)
    path = loaded.waivers(section)
    if chosen.is_critical:
        console.say(f"note: {chosen.stand.control} is critical: accepting it leaves patients' mail or files at risk")
    if wish.print_only:
        console.result(f"# for {path}\n{text}")
        return
    append(path, text)
    console.say(f"wrote {path}")
    console.result(f"accepted until {until}: {chosen.who}: {visible(chosen.stand.message)} [{chosen.stand.control}]")
    updated = section.model_copy(update={"waiver": [*section.waiver, waiver]})
    after = would_pass(snapshot, updated, assessment, chosen.stand.control, today)
    left = [f for f in after.accept if f.stand.identity != chosen.stand.identity]
    if after.now is Verdict.PASS:
        console.result(f"{chosen.stand.control} counts as fine until then")
    elif left:
        console.result(f"{chosen.stand.control} stays open: {wording.count(len(left), 'other finding')}")
    else:
        console.result(f"{chosen.stand.control} stays not assessed: part of it could not be read")


def _try(section: TenantSection, loaded: Loaded, trial: Trial, wish: Wish, today: date, *, as_json: bool) -> None:
    until = day(wish.until, today, long=wish.long) if wish.until else today + TRIAL
    sections = [blank(found, reason=wish.reason, approver=wish.approver, until=until) for found in trial.accept]
    if as_json:
        found = {
            "schema": 1,
            "tenant": section.key,
            "control": trial.control,
            "verdict": trial.now.value,
            "would_be": trial.then.value,
            "waivers": [w.model_dump(mode="json") for w in sections],
            "gaps": [{"reason": g.reason.value, "detail": g.detail, "remedy": g.remedy} for g in trial.gaps],
        }
        console.result(json.dumps(found, indent=1))
        return
    these = "this exception" if len(sections) == 1 else f"these {len(sections)} exceptions"
    if not sections and trial.then is Verdict.PASS:
        answer = f"{trial.control} passes already"
    elif not sections and trial.then is Verdict.NOT_APPLICABLE:
        answer = f"{trial.control} does not apply here"
    elif not sections:
        answer = f"{trial.control} does not pass, and there is nothing to accept"
    elif trial.then is Verdict.PASS:
        answer = f"{trial.control} would pass if {these} were accepted"
    else:
        answer = f"{trial.control} would still not pass if {these} were accepted"
    lines = [f"# {answer}"]
    lines += [
        f"# not seen: {visible(gap.detail)}" + (f"; to see it: {visible(gap.remedy)}" if gap.remedy else "")
        for gap in (trial.gaps if trial.then is not Verdict.PASS else ())
    ]
    if sections:
        lines += [f"# for {loaded.waivers(section)}, once reason and approver are filled in", ""]
        lines += [stanza(waiver, found) for waiver, found in zip(sections, trial.accept, strict=True)]
    console.result("\n".join(lines))


def _given(found: list[Given], section: TenantSection, *, as_json: bool) -> None:
    if as_json:
        rows = [
            g.waiver.model_dump(mode="json") | {"state": g.state, "who": g.who, "ends_in_days": g.ends_in}
            for g in found
        ]
        console.result(json.dumps({"schema": 1, "tenant": section.key, "waivers": rows}, indent=1))
        return
    if not found:
        console.result(f"{section.key}: nothing is accepted")
        return
    rows_ = [
        [
            g.waiver.until.isoformat(),
            g.state,
            g.waiver.control,
            shortened(g.who, 100),
            visible(g.waiver.approver),
            visible(g.waiver.reason),
        ]
        for g in found
    ]
    _table(["until", "state", "control", "who or what", "accepted by", "why"], rows_, [10, 8, 9, 18, 11, 14])


def _open(found: list[Found], section: TenantSection, assessment: Assessment, *, as_json: bool) -> None:
    open_ = [one for one in found if one.until is None]
    if as_json:
        console.result(
            json.dumps({"schema": 1, "tenant": section.key, "findings": [one.to_dict() for one in open_]}, indent=1)
        )
        return
    if not open_:
        console.result(f"{section.key}: nothing is open")
        return
    console.say(f"open findings of the scan of {wording.day(assessment.finished)}")
    rows = [
        [
            one.handle,
            one.stand.severity.value,
            one.stand.control,
            f"{shortened(one.who, 120)}: {visible(one.stand.message)}",
        ]
        for one in open_
    ]
    width = max(len(one.handle) for one in open_)
    _table(["handle", "severity", "control", "finding"], rows, [width, 8, 9, 57 - width])


def _table(head: list[str], rows: list[list[str]], shares: list[int]) -> None:
    paper = Paper(console.width(), color=console.coloured())
    paper.table(head, rows, shares)
    console.result(str(paper))
