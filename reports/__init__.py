"""Turns an Assessment into documents: text, HTML and JSON for people and programs, work lists, OCSF, OSCAL, JUnit, the owner's letter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.assess import Assessment

FORMATS = ("text", "html", "json", "csv", "xlsx", "tickets", "ocsf", "oscal", "junit")
"""What `render` and `pieces` take; `xlsx` is no text and comes from `binary`."""
ENDINGS = {"text": "txt", "tickets": "tickets.md", "ocsf": "ocsf.jsonl", "oscal": "oscal.json", "junit": "junit.xml"}
"""How a file of a format ends, where it does not end as the format is called."""


def render(assessment: Assessment, format: str, *, width: int | None = None, color: bool = False) -> str:  # noqa: A002
    """The assessment as text (`width` columns, 80 if not given) or in another of the `FORMATS` that are text."""
    if format == "text":
        from reports import console  # noqa: PLC0415 - only what is asked for is imported

        return console.render(assessment, width=width or 80, color=color)
    return "".join(pieces(assessment, format))


def binary(assessment: Assessment, format: str) -> bytes:  # noqa: A002
    """Any format as the bytes of a file."""
    if format == "xlsx":
        from reports import worklist  # noqa: PLC0415

        return worklist.as_xlsx(assessment)
    return render(assessment, format, width=100).encode()


def pieces(assessment: Assessment, format: str) -> Iterator[str]:  # noqa: A002
    """The same text as `render`'s, part by part: a big clinic's is larger than all else that a run holds."""
    if format == "html":
        from reports import html  # noqa: PLC0415

        yield from html.pieces(assessment)
    elif format == "json":
        yield from _json(assessment)
    elif format in {"csv", "tickets"}:
        from reports import worklist  # noqa: PLC0415

        yield worklist.as_csv(assessment) if format == "csv" else worklist.as_tickets(assessment)
    elif format == "ocsf":
        from reports import ocsf  # noqa: PLC0415

        yield from ocsf.lines(assessment)
    elif format == "oscal":
        from reports import oscal  # noqa: PLC0415

        yield oscal.render(assessment)
    elif format == "junit":
        from reports import junit  # noqa: PLC0415

        yield junit.render(assessment)
    elif format == "text":
        yield render(assessment, format)
    else:
        raise ValueError(f"{format} is not a text format")


def _json(assessment: Assessment) -> Iterator[str]:
    """The contract with a result a line: laid out like the rest, a big clinic's results would take twice the room and time."""
    import msgspec  # noqa: PLC0415

    encode = msgspec.json.Encoder().encode

    def pretty(value: Any) -> str:
        return msgspec.json.format(encode(value), indent=1).decode()

    # `controls` comes last in the contract, and a line break in this text is never part of a string.
    head, _, tail = pretty(assessment.head() | {"controls": [0]}).rpartition("0")
    yield head
    for index, (control, results) in enumerate(assessment.control_dicts()):
        frame, *rest = pretty(control).replace("\n", "\n  ").split('"results": []')
        yield (",\n  " if index else "") + frame
        for found, after in zip(results, rest, strict=True):
            yield '"results": ['
            mark = "\n      "
            while some := list(itertools.islice(found, 500)):
                yield mark + ",\n      ".join(encode(result).decode() for result in some)
                mark = ",\n      "
            yield ("]" if mark[0] == "\n" else "\n     ]") + after
    yield tail
