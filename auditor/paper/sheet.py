"""A paper in words, before anybody decides how it is set: headings, texts, lists, tables and lines to fill in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from auditor.paper.facts import Facts
from reports.escape import shortened, visible

NOTE = (
    "A paper to start from, made by a program. General information, not legal advice: a qualified professional decides what "
    "applies to your clinic."
)
_CELL = 120  # characters of a name in a table


@dataclass(frozen=True)
class Table:
    """Rows under a head; `widths` in inches."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True)
class Part:
    """One stretch of a paper. What is empty is left out."""

    heading: str = ""
    text: str = ""
    list: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    table: Table | None = None
    fields: tuple[str, ...] = ()  # lines to fill in


@dataclass(frozen=True)
class Sheet:
    """A whole paper. All of it is plain text; a format escapes it."""

    title: str
    parts: tuple[Part, ...]
    on_file: str  # how it is put on file once it is filled in and signed
    note: str = field(default=NOTE)


def names() -> dict[str, str]:
    """The papers there are, as the command line calls them, with the name of their data."""
    found = (path.name for path in files(__package__).joinpath("templates").iterdir())
    stems = sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml"))
    return {stem.replace("_", "-"): stem for stem in stems}


@cache
def data(stem: str) -> dict[str, Any]:
    """A paper's data."""
    return tomllib.loads(files(__package__).joinpath("templates", f"{stem}.toml").read_text("utf-8"))


def sheet(name: str, facts: Facts) -> Sheet:
    """A paper filled in; `KeyError` if there is none of this name."""
    raw = data(names()[name])
    words = {
        "{clinic}": visible(facts.clinic),
        "{day}": facts.day,
        "{unseen}": facts.unseen,
        "{roster}": facts.roster_note,
        "{official}": visible(facts.official) or "the security official",
        "{it}": "computer support",
    }
    parts = tuple(_part(part, words, facts) for part in raw["part"])
    covers = " ".join(f'--covers "{word}"' for word in raw["covers"])
    command = f"auditor attest {facts.key} {raw['kind']} --by ... --signed-on ... --file ... {covers}".strip()
    if name == "inventory":
        command += " --account ... --device ..."
    if name == "sign-off":
        command += ' --person "Name <address> 2026-02-01" ...'
    if name == "incident-plan":
        command += " --rehearsal ..."
    return Sheet(_said(raw["title"], words), parts, command)


def _said(text: str, words: Mapping[str, str]) -> str:
    return re.sub("|".join(map(re.escape, words)), lambda found: words[found[0]], text).strip()


def _part(raw: Mapping[str, Any], words: Mapping[str, str], facts: Facts) -> Part:
    table = raw.get("table")
    return Part(
        heading=_said(raw.get("heading", ""), words),
        text=_said(raw.get("text", ""), words),
        list=tuple(_said(line, words) for line in raw.get("list", ())),
        steps=tuple(_said(line, words) for line in raw.get("steps", ())),
        table=_table(table, facts) if table is not None else None,
        fields=tuple(raw.get("fields", ())),
    )


def _table(raw: Mapping[str, Any], facts: Facts) -> Table:
    head = tuple(raw["head"])
    seen: Sequence[Sequence[str]] = getattr(facts, raw["fill"]) if "fill" in raw else ()
    rows = [[shortened(visible(cell), _CELL) for cell in row] for row in seen]
    rows += [list(row) for row in raw.get("rows", ())]
    rows += [[] for _ in range(raw.get("blank", 0))]
    return Table(head, tuple(tuple([*row, *[""] * len(head)][: len(head)]) for row in rows), tuple(raw["widths"]))
