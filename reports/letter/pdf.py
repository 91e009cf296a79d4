"""The letter as a PDF of at most two pages, set by typst. The words are handed over as data and never read as markup."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import asdict
from importlib.resources import as_file, files
from typing import Any

from reports import chart
from reports.letter.content import Letter
from reports.letter.layout import later, second_page

_OTHER_SCRIPTS = re.compile("[\u0530-\u1dff\u2c00-\ua71f\ua800-\uffff\U00010000-\U0010ffff]")
"""Letters that the compiler's own fonts lack."""


def render(letter: Letter) -> bytes:
    """The PDF's bytes."""
    import typst  # noqa: PLC0415 - loads a compiler

    with as_file(files(__package__).joinpath("letter.typ")) as template:
        words = json.dumps(_data(letter), ensure_ascii=False)
        pdf: bytes = typst.compile(
            # The compiler's own fonts look the same everywhere; names in other scripts need those of the machine.
            str(template),
            sys_inputs={"letter": words},
            ignore_system_fonts=not _OTHER_SCRIPTS.search(words),
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
    second = second_page(letter)
    for item, steps in zip(data["todo"], second.steps, strict=True):
        item["how"] = steps
    data["later"], data["rest_heading"], data["words"] = later(letter), second.heading(letter), second.words
    data["rest_shown"], data["unseen_shown"] = second.rest, second.unseen
    data["rest_half"] = second.half
    return data


def logo_uri(letter: Letter) -> str:
    """The logo as a data address for HTML; empty without one."""
    if not letter.sender.logo:
        return ""
    kind = "svg+xml" if letter.sender.logo_kind == "svg" else letter.sender.logo_kind
    return f"data:image/{kind};base64,{base64.b64encode(letter.sender.logo).decode()}"
