"""Turns an Assessment into documents for people: text for the console, one offline HTML file, and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rules.assess import Assessment

Format = Literal["text", "html", "json"]


def render(assessment: Assessment, format: str, *, width: int | None = None, color: bool = False) -> str:  # noqa: A002
    """The assessment as text (`width` columns, 80 if not given), as one HTML file, or as the JSON contract."""
    if format == "text":
        from reports import console  # noqa: PLC0415 - only what is asked for is imported

        return console.render(assessment, width=width or 80, color=color)
    if format == "html":
        from reports import html  # noqa: PLC0415

        return html.render(assessment)
    if format == "json":
        import msgspec  # noqa: PLC0415

        text: bytes = msgspec.json.format(msgspec.json.encode(assessment.to_dict()), indent=1)
        return text.decode()
    raise ValueError(f"{format} is not a format")
