"""`auditor attest`: put a statement on file, list what is asked for, remind of what lapses, write papers to start from."""

from __future__ import annotations

import difflib
import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from auditor import statement as writing
from auditor.cli import console
from auditor.cli.source import moment
from auditor.cli.waive import open_latest
from auditor.config import Loaded, TenantSection, load
from auditor.errors import AuditorError, ExitCode
from auditor.papers import Paper, Today, kinds_by_control, papers
from auditor.scan import judge
from auditor.waivers import Given, evidence_folder, given
from connectors.evidence.connector import statements
from connectors.evidence.sources import KINDS
from connectors.snapshot import Snapshot
from reports.escape import shortened, visible
from reports.paper import Paper as Sheet
from rules.result import Verdict

_MORE = ("name", "role", "address", "provider", "tenant_id", "accepted_on", "accepted_by", "version")


@dataclass(frozen=True)
class Said:
    """What the command line says of a statement."""

    by: str = ""
    signed_on: str = ""
    valid_until: str = ""
    review_on: str = ""
    statement: str = ""
    file: Path | None = None
    covers: list[str] = field(default_factory=list)
    person: list[str] = field(default_factory=list)
    topic: list[str] = field(default_factory=list)
    account: list[str] = field(default_factory=list)
    device: list[str] = field(default_factory=list)
    event: list[str] = field(default_factory=list)
    rehearsal: list[str] = field(default_factory=list)
    vendor: list[str] = field(default_factory=list)
    open_item: list[str] = field(default_factory=list)
    more: list[str] = field(default_factory=list)


def run(
    tenant: str,
    kind: str | None,
    said: Said,
    *,
    due: int | None,
    template: str | None,
    output: Path | None,
    config: Path,
    now: str | None,
    as_json: bool,
) -> None:
    """Write, list, remind, or make a paper."""
    loaded = load(config)
    section = loaded.tenant(tenant)
    if sum((kind is not None, due is not None, template is not None)) > 1:
        raise AuditorError("KIND, --due and --template do not go together", "name one of them")
    if (template is None) is not (output is None):
        raise AuditorError("--template and --output go together", "name the paper and the new file")
    if kind is None and said != Said():
        raise AuditorError("no kind of statement is named", f"`auditor attest {tenant}` lists them")
    when = moment(now)
    if kind is not None:
        _write(loaded, section, kind, said, when)
    elif template is not None and output is not None:
        from auditor.cli import template as command  # noqa: PLC0415 - few need python-docx

        command.run(loaded, section, template, output, when)
    elif due is not None:
        _due(loaded, section, due, when, as_json=as_json)
    else:
        _list(loaded, section, when, as_json=as_json)


# --- writing --------------------------------------------------------------------------------------------------------------


def _write(loaded: Loaded, section: TenantSection, kind: str, said: Said, when: datetime | None) -> None:
    kind = kind.replace("-", "_")
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, 1)
        advice = f"did you mean {near[0]}?" if near else f"`auditor attest {section.key}` lists the kinds"
        raise AuditorError(f"{kind}: nothing of this kind can be stated", advice)
    folder = evidence_folder(loaded, section)
    if folder is None:
        raise AuditorError(
            f"tenant {section.key} has no evidence folder",
            f'name one in the configuration: evidence = "evidence/{section.key}"',
        )
    today = (when or datetime.now(UTC)).date()
    fields = _fields(section, kind, said)
    if fields["signed_on"] > today:
        raise AuditorError(f"--signed-on {said.signed_on}: that day has not come yet", "a statement is signed first")
    if fields["valid_until"] is not None and fields["valid_until"] < fields["signed_on"]:
        raise AuditorError(f"--valid-until {said.valid_until}: before it was signed", "name a later day")
    path = writing.write(folder, fields, said.file)
    console.say(f"wrote {path}")
    if fields["valid_until"] is not None and fields["valid_until"] < today:
        console.say("note: its last day has passed, so it does not count any more")
    _effect(loaded, section, kind, folder, when)


def _fields(section: TenantSection, kind: str, said: Said) -> dict[str, Any]:
    for name, value in vars(said).items():
        for text in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
            if not text.isprintable():
                raise AuditorError(
                    f"--{name.replace('_', '-')}: it holds characters that cannot be shown", "write it on one line"
                )
    missing = [f"--{name.replace('_', '-')}" for name in ("by", "signed_on") if not getattr(said, name).strip()]
    if missing:
        raise AuditorError(f"{', '.join(missing)}: missing", "a statement is made by somebody, on a day")
    people = [writing.person(text) for text in said.person]
    if said.topic and not people:
        raise AuditorError("--topic: nobody is named who was trained", "add --person")
    days = {
        name: writing.day(getattr(said, name), f"--{name.replace('_', '-')}") if getattr(said, name) else None
        for name in ("signed_on", "valid_until", "review_on")
    }
    return {
        "kind": kind,
        "statement": said.statement.strip() or f"{section.name} has put on file: {Paper(kind, []).words}",
        "by": said.by.strip(),
        **days,
        **_more(said.more),
        "covers": said.covers,
        "account": said.account,
        "device": said.device,
        "file": None,
        "sha256": None,
        "person": [one | ({"topics": said.topic} if said.topic else {}) for one in people],
        "vendor": [writing.row("vendor", text) for text in said.vendor],
        "open_item": [writing.row("open_item", text) for text in said.open_item],
        "rehearsal": [{"on": writing.day(text, "--rehearsal")} for text in said.rehearsal],
        "event": [writing.event(text) for text in said.event],
    }


def _more(given_: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in given_:
        key, equals, value = (part.strip() for part in text.partition("="))
        if key not in _MORE or not equals or not value:
            raise AuditorError(f"--set {text}: not understood", f"write one of {', '.join(f'{k}=...' for k in _MORE)}")
        found[key] = writing.day(value, "--set accepted_on") if key == "accepted_on" else value
    return found


def _effect(loaded: Loaded, section: TenantSection, kind: str, folder: Path, when: datetime | None) -> None:
    """What the controls that ask for it say now."""
    try:
        snapshot = open_latest(loaded, section)
    except AuditorError:
        console.result("no scan is at hand yet: the next one takes it in")
        return
    found = _papers(Today(snapshot, folder), section, when).get(kind)
    if found is None:
        console.result("no control asks for this kind in this tenant")
        return
    for waiting in found.waiting:
        console.result(f"{waiting.control} {_VERDICTS[waiting.verdict]}: {waiting.message}")
    if not found.waiting:
        until = f"until {found.until}" if found.until else "with no end in sight"
        console.result(f"it counts {until}: {', '.join(found.controls)}")


_VERDICTS = {
    Verdict.FAIL: "still asks",
    Verdict.REVIEW: "wants somebody to look",
    Verdict.NOT_ASSESSED: "is still not assessed",
}


def _papers(snapshot: Snapshot, section: TenantSection, when: datetime | None) -> dict[str, Paper]:
    return papers(snapshot, section.clinic.profile(), when or datetime.now(UTC))


# --- what is asked for ----------------------------------------------------------------------------------------------------


def on_file(
    loaded: Loaded, section: TenantSection, when: datetime | None
) -> tuple[dict[str, Paper], list[str], Snapshot | None]:
    """Every kind that is asked for, files of the folder that cannot be used, and the snapshot; without one, no verdicts."""
    folder = evidence_folder(loaded, section)
    there = folder if folder is not None and folder.is_dir() else None
    try:
        snapshot = open_latest(loaded, section)
    except AuditorError:
        providers = [name for name in ("microsoft365", "google_workspace") if getattr(section, name) is not None]
        found = {kind: Paper(kind, ids) for kind, ids in kinds_by_control(providers).items()}
        records, bad = statements(there) if there is not None else ([], [])
        for record in sorted(records, key=lambda r: (str(r["signed_on"]), str(r["id"])), reverse=True):
            if record["topic"] in found:
                found[record["topic"]].statements.append(record)
        return found, bad, None
    if there is None:
        return _papers(snapshot, section, when), [], snapshot
    today = Today(snapshot, there)
    return _papers(today, section, when), today.bad, snapshot


def _list(loaded: Loaded, section: TenantSection, when: datetime | None, *, as_json: bool) -> None:
    found, bad, snapshot = on_file(loaded, section, when)
    if as_json:
        console.result(
            json.dumps(
                {
                    "schema": 1,
                    "tenant": section.key,
                    "kinds": [paper.to_dict() for paper in found.values()],
                    "unusable": bad,
                },
                indent=1,
            )
        )
        return
    for line in bad:
        console.say(f"cannot be used: {console.printable(line)}")
    if section.evidence is None:
        console.say(f'no evidence folder is named: evidence = "evidence/{section.key}" in the configuration')
    if snapshot is None:
        console.say("no scan is at hand: whether a statement counts is said after the first")
    rows = []
    for paper in found.values():
        newest = paper.statements[0] if paper.statements else None
        signed = f" ({newest['signed_on']}, {shortened(visible(str(newest['by'])), 30)})" if newest else ""
        waiting = [w.control for w in paper.waiting] if snapshot is not None else paper.controls
        rows.append(
            [
                paper.kind,
                paper.words,
                paper.state + signed,
                paper.ends.isoformat() if paper.ends else "no end" if paper.state == "counts" else "",
                ", ".join(waiting),
            ]
        )
    _table(["kind", "about", "on file", "counts until", "waiting for it"], rows, [21, 17, 16, 10, 8])


# --- reminders ------------------------------------------------------------------------------------------------------------


def _due(loaded: Loaded, section: TenantSection, days: int, when: datetime | None, *, as_json: bool) -> None:
    today = (when or datetime.now(UTC)).date()
    last = today + timedelta(days=days)
    found, _, snapshot = on_file(loaded, section, when)
    if snapshot is None:
        raise AuditorError(f"{section.key}: no scan is at hand", "run `auditor scan` first")
    ending = [paper for paper in found.values() if paper.ends is not None and paper.ends <= last]
    waivers = [
        one
        for one in given(section, judge(snapshot, section, now=when), today)
        if one.state != "meets nothing" and one.waiver.until <= last
    ]
    lines = [
        _line("statement", paper.ends, today, f"the statement about {paper.words} ({paper.kind})") for paper in ending
    ]
    lines += [_line("waiver", one.waiver.until, today, _accepted(one)) for one in waivers]
    lines.sort(key=lambda line: (line["until"], line["what"]))
    if as_json:
        console.result(json.dumps({"schema": 1, "tenant": section.key, "due": lines}, indent=1))
    elif not lines:
        console.result(f"{section.key}: nothing lapses until {last}")
    else:
        for line in lines:
            word = "lapsed" if line["days"] < 0 else "lapses"
            console.result(f"{line['until']}  {word}: {line['what']}")
    if lines:
        sys.exit(ExitCode.FINDINGS)


def _line(kind: str, until: date | None, today: date, what: str) -> dict[str, Any]:
    assert until is not None
    return {"kind": kind, "until": until.isoformat(), "days": (until - today).days, "what": what}


def _accepted(one: Given) -> str:
    return (
        f"the waiver of {one.waiver.control} for {shortened(one.who, 80)}, accepted by {visible(one.waiver.approver)}"
    )


def _table(head: list[str], rows: list[list[str]], shares: list[int]) -> None:
    sheet = Sheet(console.width(), color=console.coloured())
    sheet.table(head, rows, shares)
    console.result(str(sheet))
