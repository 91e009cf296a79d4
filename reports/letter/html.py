"""The letter as one offline HTML file that looks like the PDF."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import chart
from reports.letter.content import Letter
from reports.letter.layout import later, second_page
from reports.letter.pdf import logo_uri


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def render(letter: Letter) -> str:
    """The page."""
    drawing = Markup(chart.trend(letter.trend)) if len(letter.trend) > 1 else ""  # noqa: S704 - our own SVG: numbers and dates
    return (
        _environment()
        .get_template("letter.html")
        .render(
            letter=letter,
            chart=drawing,
            logo=logo_uri(letter),
            second=(second := second_page(letter)),
            heading=second.heading(letter),
            later=later(letter).replace("page two", "the second part"),
        )
    )
