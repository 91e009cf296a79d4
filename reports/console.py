"""The report as text: what to do, for whom, why and how, at any width."""

from __future__ import annotations

from collections.abc import Iterable

from reports import reading, wording
from reports.escape import shortened, visible
from reports.paper import BOLD, DIM, RED, YELLOW, Paper
from rules.assess import Assessment
from rules.result import Severity, Verdict

_MOST = 12  # names under one heading
_TOLD_WHOLE = (Severity.CRITICAL, Severity.HIGH)
_COLOURS = {Severity.CRITICAL: RED, Severity.HIGH: RED, Severity.MEDIUM: YELLOW, Severity.LOW: YELLOW}


def render(assessment: Assessment, *, width: int = 80, color: bool = False) -> str:
    """The whole report; its last line counts all piles."""
    paper = Paper(width, color=color)
    _opening(paper, assessment)
    _to_fix(paper, assessment)
    _people(paper, assessment)
    _ways_out(paper, assessment)
    _to_look_at(paper, assessment)
    _dark(paper, assessment)
    _waived(paper, assessment)
    _fine(paper, assessment)
    paper.put()
    paper.put(wording.DISCLAIMER, style=DIM)
    paper.put(reading.tally(assessment), style=BOLD)
    return "\n".join(paper.lines) + "\n"


def _opening(paper: Paper, assessment: Assessment) -> None:
    providers = " and ".join(wording.provider(name) for name in assessment.tenant.providers)
    paper.put(
        f"{visible(assessment.tenant.name)}: {providers}, as seen on {wording.day(assessment.finished)}",
        style=BOLD,
    )
    source = wording.origin(assessment.origin)
    if source:
        paper.put(f"Made from {source}: only what it holds could be judged.")
    paper.put()
    paper.put(reading.headline(assessment), style=BOLD)
    paper.put(reading.unseen(assessment))
    for line in reading.coverage(assessment):
        paper.put(line)


def _to_fix(paper: Paper, assessment: Assessment) -> None:
    groups = reading.by_control(reading.findings(assessment, Verdict.FAIL))
    for severity in Severity:
        here = [group for group in groups if group.severity is severity]
        if not here:
            continue
        paper.heading(wording.SEVERITIES[severity])
        if severity not in _TOLD_WHOLE:
            paper.put("`auditor controls show CODE` says why and how; the HTML report holds all of it.", style=DIM)
            _in_short(paper, here)
            continue
        for group in here:
            paper.put()
            _names(paper, group, _COLOURS[severity])
            paper.put(f"Why: {_first_sentences(group.why)}", indent=4, hang=5)
            for name, fix in group.fix.items():
                place = f" ({wording.provider(name)})" if len(group.fix) > 1 else ""
                paper.put(f"How{place}: {fix}", indent=4, hang=5)
            paper.put(f"[{group.control}] {group.title}", indent=4, style=DIM)


def _in_short(paper: Paper, groups: Iterable[reading.Grouped]) -> None:
    """One paragraph a control: what is less urgent must not bury what is."""
    for group in groups:
        first, *others = group.findings
        more = f" (and {len(others):,} more)" if others else ""
        paper.put(f"{group.control}  {shortened(first.who, 60)}: {first.message}{more}", indent=2, hang=2)


def _names(paper: Paper, group: reading.Grouped, style: str = "") -> None:
    for finding in group.findings[:_MOST]:
        where = (
            f" -> {shortened(finding.destination, 80)}"
            if finding.destination and finding.destination not in finding.message
            else ""
        )
        paper.put(f"{shortened(finding.who, 100)}{where}: {finding.message}", indent=2, hang=2, style=style)
    if len(group.findings) > _MOST:
        paper.put(f"and {len(group.findings) - _MOST:,} more (see the HTML or JSON report)", indent=2)


def _first_sentences(text: str, limit: int = 220) -> str:
    if len(text) <= limit:
        return text
    cut = text.rfind(". ", 0, limit)
    return text[: cut + 1] if cut > 40 else shortened(text, limit)


def _people(paper: Paper, assessment: Assessment) -> None:
    lines = [
        line
        for line in reading.people(assessment)
        if line.registered is not None or line.enforced_by or line.exempt_because or line.unknown_because
    ]
    if not lines:
        return
    paper.heading("People and their second factor")
    rows = []
    for line in lines[: _MOST * 3]:
        held = ", ".join(line.registered) if line.registered else ("none" if line.registered is not None else "unknown")
        strength = f" ({line.strength})" if line.strength and line.strength not in {"none", "unknown"} else ""
        asked = line.asked_by
        if line.exempt_because:
            asked += f"; left out: {'; '.join(line.exempt_because)}"
        elif line.unknown_because and not line.enforced_by:
            asked += f", because {line.unknown_because}"
        rows.append([shortened(line.label, 80), held + strength, asked])
    paper.table(["Person", "Registered", "Asked for by"], rows, [4, 3, 5])
    if len(lines) > len(rows):
        paper.put(f"and {len(lines) - len(rows):,} more (see the HTML or JSON report)")


def _ways_out(paper: Paper, assessment: Assessment) -> None:
    ways = [way for way in reading.ways_out(assessment) if way.verdict in {Verdict.FAIL, Verdict.REVIEW}]
    if not ways:
        return
    paper.heading("How mail leaves")
    rows = [
        [
            shortened(w.who, 60),
            shortened(w.destination, 70),
            w.destination_class,
            wording.VERDICTS[w.verdict] + (" (waived)" if w.waived else ""),
        ]
        for w in ways[: _MOST * 2]
    ]
    paper.table(["From", "To", "Kind of address", ""], rows, [4, 4, 3, 2])
    if len(ways) > len(rows):
        paper.put(f"and {len(ways) - len(rows):,} more (see the HTML or JSON report)")


def _to_look_at(paper: Paper, assessment: Assessment) -> None:
    groups = reading.by_control(reading.findings(assessment, Verdict.REVIEW))
    if not groups:
        return
    paper.heading("For a person to look at")
    for group in groups:
        paper.put()
        _names(paper, group)
        paper.put(f"[{group.control}] {group.title}", indent=4, style=DIM)


def _dark(paper: Paper, assessment: Assessment) -> None:
    entries = reading.dark(assessment)
    if not entries:
        return
    paper.heading("Not assessed, because")
    former = None
    for entry in entries:
        if entry.reason != former:
            paper.put()
            paper.put(wording.REASONS.get(entry.reason, entry.reason) + ":", indent=2, style=BOLD)
            former = entry.reason
        paper.put(f"{entry.detail}{_concerned(entry)}", indent=4, hang=2)
        if entry.remedy:
            paper.put(f"To see it: {entry.remedy}", indent=6, hang=2)
        paper.put(f"Waiting for it: {', '.join(entry.controls)}", indent=6, hang=2, style=DIM)


def _concerned(entry: reading.Dark) -> str:
    return f" (for {wording.listed([shortened(name, 60) for name in entry.names], 3)})" if entry.names else ""


def _waived(paper: Paper, assessment: Assessment) -> None:
    found = reading.findings(assessment, Verdict.FAIL, Verdict.REVIEW, waived=True)
    if found:
        paper.heading("Accepted for a time")
        for finding in found:
            paper.put(
                f"{shortened(finding.who, 100)}: {finding.message} [{finding.control}], until {finding.until}",
                indent=2,
                hang=2,
            )
    for title, waivers in (
        ("Waivers that no longer hold", assessment.lapsed_waivers),
        ("Waivers that meet nothing any more", assessment.unused_waivers),
    ):
        if waivers:
            paper.heading(title)
            for waiver in waivers:
                paper.put(
                    f"{waiver.control}, {visible(waiver.entity)}, {wording.waiver_end(waiver, assessment.judged_for)}",
                    indent=2,
                    hang=2,
                )


def _fine(paper: Paper, assessment: Assessment) -> None:
    fine = [outcome.control for outcome in assessment.controls if outcome.verdict is Verdict.PASS]
    if fine:
        paper.heading("Fine")
        paper.put("; ".join(f"{control.title} [{control.id}]" for control in fine), indent=2)
    for line in assessment.disclosures:
        paper.put()
        paper.put(f"Note: {line}")
