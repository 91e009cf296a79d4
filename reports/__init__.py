"""Turns an Assessment into documents for people: text for the console, one offline HTML file, and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

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
        return "".join(pieces(assessment, format))
    raise ValueError(f"{format} is not a format")


def pieces(assessment: Assessment, format: str) -> Iterator[str]:  # noqa: A002
    """The same text as `render`'s, part by part: a big clinic's is larger than all else that a run holds."""
    if format == "html":
        from reports import html  # noqa: PLC0415

        yield from html.pieces(assessment)
        return
    if format != "json":
        yield render(assessment, format)
        return
    import msgspec  # noqa: PLC0415

    def pretty(value: Any) -> str:
        text: bytes = msgspec.json.format(msgspec.json.encode(value), indent=1)
        return text.decode()

    # `controls` comes last in the contract, and a line break in this text is never part of a string.
    head, _, tail = pretty(assessment.head() | {"controls": [0]}).rpartition("0")
    yield head
    for index, control in enumerate(assessment.control_dicts()):
        found = [check["results"] for check in control["checks"]]
        for check in control["checks"]:
            check["results"] = []
        frame, *rest = pretty(control).replace("\n", "\n  ").split('"results": []')
        yield (",\n  " if index else "") + frame
        for results, after in zip(found, rest, strict=True):
            yield '"results": ['
            for number, result in enumerate(results):
                yield (",\n      " if number else "\n      ") + pretty(result).replace("\n", "\n      ")
            yield ("\n     ]" if results else "]") + after
    yield tail
