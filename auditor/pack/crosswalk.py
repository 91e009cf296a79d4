"""Which controls are evidence for which paragraph of law, and for which recognised practice, with what they found."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from reports import wording
from reports.worklist import safe
from rules import Assessment
from rules.assess import ControlOutcome
from rules.citations import cite

_HEAD = ("control", "title", "verdict", "open findings", "accepted findings", "not seen because")


@cache
def practices() -> tuple[dict[str, Any], ...]:
    """The table of practices."""
    return tuple(tomllib.loads(files(__package__).joinpath("practices.toml").read_text("utf-8"))["practice"])


def by_paragraph(assessment: Assessment) -> str:
    """CSV: every paragraph that a control cites, with the controls and their verdicts."""
    found: dict[str, list[ControlOutcome]] = {}
    for outcome in assessment.controls:
        for paragraph in outcome.control.cites:
            found.setdefault(paragraph, []).append(outcome)
    rows = []
    for paragraph in sorted(found):
        known = cite(paragraph)
        name = f"45 CFR {paragraph}" if paragraph[:1].isdigit() and not paragraph.startswith("42") else paragraph
        rows += [(name, known.title, known.kind.value, *_row(outcome)) for outcome in found[paragraph]]
    return _csv(("paragraph", "paragraph's title", "mark", *_HEAD), rows)


def by_practice(assessment: Assessment) -> str:
    """CSV: every recognised practice with the controls that speak of it. A practice without a row was not judged here."""
    rows = []
    for practice in practices():
        for outcome in assessment.controls:
            family = outcome.control.id.partition("-")[0]
            if family in practice.get("families", ()) or outcome.control.id in practice.get("controls", ()):
                rows.append((practice["program"], practice["name"], *_row(outcome)))
    return _csv(("program", "practice", *_HEAD), rows)


def _row(outcome: ControlOutcome) -> tuple[str, ...]:
    open_ = sum(j.verdict in {"fail", "review"} and j.waiver is None for j in outcome.judgments)
    gaps = "; ".join(dict.fromkeys(gap.detail for gap in outcome.gaps))
    return (
        outcome.control.id,
        outcome.control.title,
        wording.VERDICTS[outcome.verdict],
        str(open_),
        str(len(outcome.waived)),
        gaps,
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
