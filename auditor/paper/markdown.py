"""A paper as Markdown. Every word is escaped: a name is never a link, a heading or a tag."""

from __future__ import annotations

import re

from auditor.paper.sheet import Part, Sheet, Table

_MARKS = re.compile(r"([\\`*_\[\]|~#])")
_STARTS = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def render(sheet: Sheet) -> str:
    """The text of the file."""
    blocks = [f"# {escaped(sheet.title)}"]
    for part in sheet.parts:
        blocks += _part(part)
    blocks += ["---", escaped(sheet.note), f"To put it on file: `{sheet.on_file.replace('`', '')}`"]
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> list[str]:
    blocks = []
    if part.heading:
        blocks.append(f"## {escaped(part.heading)}")
    if part.text:
        blocks.append(escaped(part.text))
    if part.list:
        blocks.append("\n".join(f"- {escaped(line)}" for line in part.list))
    if part.steps:
        blocks.append("\n".join(f"{number}. {escaped(line)}" for number, line in enumerate(part.steps, 1)))
    if part.table is not None:
        blocks.append(_table(part.table))
    if part.fields:
        blocks.append("\n".join(f"- {escaped(name)}: {escaped('_' * 24)}" for name in part.fields))
    return blocks


def _table(table: Table) -> str:
    lines = [table.head, tuple("---" for _ in table.head), *table.rows]
    cells = [[cell if cell == "---" else escaped(cell) for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def escaped(text: str) -> str:
    """Text that Markdown shows as it stands."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _STARTS.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", _MARKS.sub(r"\\\1", text))
    # Some readers make links of bare addresses.
    return re.sub(r"(?i)\bwww\.", lambda m: m[0][:-1] + "\\.", text.replace("://", ":\\//"))
