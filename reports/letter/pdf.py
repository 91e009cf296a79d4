"""The letter as a PDF of at most two pages, set by typst. The words are handed over as data and never read as markup."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from importlib.resources import as_file, files
from typing import Any

from reports import chart
from reports.letter.content import Letter
from reports.letter.layout import shown_rest, shown_steps, shown_unseen, shown_words


def render(letter: Letter) -> bytes:
    """The PDF's bytes."""
    import typst  # noqa: PLC0415 - loads a compiler

    with as_file(files(__package__).joinpath("letter.typ")) as template:
        pdf: bytes = typst.compile(
            str(template), sys_inputs={"letter": json.dumps(_data(letter))}, ignore_system_fonts=True
        )
    return pdf


def _data(letter: Letter) -> dict[str, Any]:
    data = asdict(letter)
    data["sender"] = {"name": letter.sender.name, "contact": letter.sender.contact}
    data["logo"] = letter.sender.logo_kind
    data["logo_bytes"] = list(letter.sender.logo)
    data["chart"] = chart.trend(letter.trend) if len(letter.trend) > 1 else ""
    data["chart_alt"] = chart.described(letter.trend)
    data["trend"], data["dense"] = [], letter.dense
    for item, todo in zip(data["todo"], letter.todo, strict=True):
        item["how"] = shown_steps(todo)
    data["words"] = shown_words(letter)
    data["rest_shown"], data["unseen_shown"] = shown_rest(letter), shown_unseen(letter)
    return data


def logo_uri(letter: Letter) -> str:
    """The logo as a data address for HTML; empty without one."""
    if not letter.sender.logo:
        return ""
    kind = "svg+xml" if letter.sender.logo_kind == "svg" else letter.sender.logo_kind
    return f"data:image/{kind};base64,{base64.b64encode(letter.sender.logo).decode()}"
