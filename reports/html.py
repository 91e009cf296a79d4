"""The report as one HTML file: it needs no network, prints in black and white, and reads with scripts off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports import reading, wording
from reports.escape import visible
from reports.precedents import precedents
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
            precedents=precedents(),
        )
    )
