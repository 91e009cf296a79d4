"""Text of a given width for terminals: paragraphs, headings and tables, with wide characters counted as two columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size

BOLD, RED, YELLOW, GREEN, DIM, PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[2m", "\x1b[0m"


class Paper:
    """Lines of at most `width` columns."""

    def __init__(self, width: int, *, color: bool) -> None:
        self.width, self.color = max(40, width), color
        self.lines: list[str] = []

    def put(self, text: str = "", *, indent: int = 0, hang: int = 0, style: str = "") -> None:
        """Add a paragraph, wrapped; without text, an empty line."""
        if not text:
            self.lines.append("")
            return
        room = self.width
        wrapped = textwrap.wrap(
            text,
            room,
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + hang),
            break_long_words=True,
            break_on_hyphens=False,
        )
        for line in wrapped:
            while cell_len(line) > room:  # wide characters take two columns, which textwrap does not know
                kept = set_cell_size(line, room).rstrip()
                self._add(kept, style)
                line = " " * (indent + hang) + line[len(kept) :]  # noqa: PLW2901 - the rest of the line
            self._add(line, style)

    def _add(self, line: str, style: str) -> None:
        self.lines.append(f"{style}{line}{PLAIN}" if self.color and style else line)

    def heading(self, text: str) -> None:
        """Add a heading."""
        self.put()
        self.put(text.upper(), style=BOLD)

    def table(self, header: list[str], rows: Iterable[list[str]], shares: list[int]) -> None:
        """Columns that share the width; long cells wrap."""
        total = sum(shares)
        room = self.width - 2 * (len(shares) - 1)
        widths = [max(6, room * share // total) for share in shares]
        for row, style in [(header, BOLD), *((row, "") for row in rows)]:
            cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
            for index in range(max(len(cell) for cell in cells)):
                parts = [cell[index] if index < len(cell) else "" for cell in cells]
                padded = [set_cell_size(part, width) for part, width in zip(parts, widths, strict=True)]
                self._add("  ".join(padded).rstrip(), style)

    def __str__(self) -> str:
        return "\n".join(self.lines) + "\n"


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for line in textwrap.wrap(text, width, break_on_hyphens=False) or [""]:
        rest = line
        while cell_len(rest) > width:
            kept = set_cell_size(rest, width).rstrip()
            lines.append(kept)
            rest = rest[len(kept) :]
        lines.append(rest)
    return lines
