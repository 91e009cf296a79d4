"""The report as one HTML file: it needs no network, prints in black and white, and reads with scripts off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports import reading, wording
from reports.escape import visible
from reports.precedents import Precedent, precedents
from rules.assess import Assessment, Judgment
from rules.result import Severity, Verdict


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    environment.filters["provider"] = wording.provider
    environment.filters["cite"] = wording.cite
    environment.filters["listed"] = wording.listed
    environment.filters["day"] = wording.day
    environment.filters["fact"] = _fact
    environment.globals.update(
        lines=_lines,
        person_rows=_person_rows,
        rows=_rows,
        Verdict=Verdict,
        VERDICTS=wording.VERDICTS,
        MARKS=wording.MARKS,
        REASONS=wording.REASONS,
        SEVERITIES=wording.SEVERITIES,
        count=wording.count,
        waiver_end=wording.waiver_end,
    )
    return environment


def _fact(value: Any) -> str:
    """A fact's value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(_fact(item) for item in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_fact(inner)}" for key, inner in value.items()) or "none"
    return visible(str(value))


def _row(judgment: Judgment) -> Markup:
    """One result as a table row: a big clinic has tens of thousands, for which the template's own steps are slow."""
    verdict, result, waiver = judgment.verdict, judgment.result, judgment.waiver
    accepted = ""
    if waiver is not None:
        accepted = Markup("<br>accepted until {} by {}: {}").format(
            waiver.until.isoformat(), visible(waiver.approver), visible(waiver.reason)
        )
    facts = "; ".join(
        f"{escape(key.replace('_', ' '))}: {escape(_fact(value))}"
        for key, value in {**result.about, **result.facts}.items()
    )
    if facts:
        facts = f'{"<br>" if result.message else ""}<span class="code">{facts}</span>'
    return Markup(  # noqa: S704 - every part that others wrote is escaped
        f'<tr><td><span class="{verdict.value}">{wording.MARKS[verdict]} {wording.VERDICTS[verdict]}</span>{accepted}</td>'
        f'<th scope="row">{escape(visible(judgment.entity.label))}</th><td>{escape(visible(result.message))}{facts}</td></tr>'
    )


def _lines(findings: Iterable[reading.Finding]) -> Markup:
    """Findings as list items, for the same reason."""
    items = []
    for f in findings:
        to = f" \u2192 {escape(f.destination)}" if f.destination and f.destination not in f.message else ""
        items.append(f'<li><span class="who">{escape(f.who)}</span>{to}: {escape(f.message)}</li>\n')
    return Markup("".join(items))  # noqa: S704 - every part that others wrote is escaped


def _person_rows(people: Iterable[reading.PersonLine]) -> Iterator[Markup]:
    """People as table rows, for the same reason."""
    for p in people:
        asked = escape(p.asked_by)
        if p.unknown_because and not p.enforced_by:
            asked += Markup(' <span class="soft">({})</span>').format(p.unknown_because)
        held = escape(", ".join(p.registered) if p.registered else "unknown" if p.registered is None else "none")
        if p.registered and p.strength:
            held += Markup(' <span class="soft">({})</span>').format(p.strength)
        other = "".join(
            f'<br><span class="code">also {control}: {escape(message)}</span>' for control, message, _ in p.other
        )
        yield Markup(  # noqa: S704 - every part that others wrote is escaped
            f'<tr><th scope="row">{escape(p.label)}</th><td>{asked}</td><td>{held}</td>'
            f"<td>{escape('; '.join(p.exempt_because))}</td>"
            f'<td><span class="{p.verdict.value}">{wording.MARKS[p.verdict]} {wording.VERDICTS[p.verdict]}</span>{other}</td></tr>'
        )


FOLD = 100
"""So many results of a kind are shown to a check; more of what needs nobody's hands would hide what does."""


def _rows(judgments: Sequence[Judgment]) -> Iterator[Markup]:
    """The results of a check as table rows: all that are to be fixed or looked at, and the first of those that are alike."""
    alike: Counter[tuple[Verdict, str]] = Counter()
    for judgment in judgments:
        verdict = judgment.verdict
        if judgment.waiver is None and verdict not in {Verdict.FAIL, Verdict.REVIEW}:
            kind = verdict, judgment.result.message if verdict is Verdict.NOT_ASSESSED else ""
            alike[kind] += 1
            if alike[kind] > FOLD:
                continue
        yield _row(judgment)
    for (verdict, message), number in alike.items():
        if number > FOLD:
            why = f" ({escape(visible(message))})" if message else ""
            yield Markup(  # noqa: S704 - every part that others wrote is escaped
                f'<tr><td><span class="{verdict.value}">{wording.MARKS[verdict]} {wording.VERDICTS[verdict]}</span></td>'
                f'<th scope="row">{number - FOLD:,} more</th><td>like the first {FOLD}{why}; the JSON report names each</td></tr>'
            )


def _told(groups: Sequence[reading.Grouped]) -> dict[str, Precedent]:
    """The case that explains a control's risk, for the first control that it explains: told once, it is remembered."""
    order = list(Severity)
    known, told = precedents(), dict[str, Precedent]()
    for group in sorted(groups, key=lambda group: order.index(group.severity)):
        case = known.get(group.control)
        if case is not None and case not in told.values():
            told[group.control] = case
    return told


def render(assessment: Assessment) -> str:
    """The whole report as one page."""
    return "".join(pieces(assessment))


def pieces(assessment: Assessment) -> Iterator[str]:
    """The same page, part by part."""
    groups = reading.by_control(reading.findings(assessment, Verdict.FAIL))
    return (
        _environment()
        .get_template("report.html")
        .generate(
            a=assessment,
            origin=wording.origin(assessment.origin),
            headline=reading.headline(assessment),
            unseen=reading.unseen(assessment),
            coverage=reading.coverage(assessment),
            tally=reading.tally(assessment),
            fix=[
                (severity, [g for g in groups if g.severity is severity])
                for severity in Severity
                if any(g.severity is severity for g in groups)
            ],
            review=reading.by_control(reading.findings(assessment, Verdict.REVIEW)),
            people=reading.people(assessment),
            ways=reading.ways_out(assessment),
            dark=reading.dark(assessment),
            waived=reading.findings(assessment, Verdict.FAIL, Verdict.REVIEW, waived=True),
            disclaimer=wording.DISCLAIMER,
            precedents=_told(groups),
        )
    )
