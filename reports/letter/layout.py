"""What of each list fits on page two: the same for HTML and PDF. Nothing is cut while there is room for all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from reports import wording
from reports.glossary import explained
from reports.letter.content import Letter

_LINES = 60.0  # of small text on page two, above the last words
_HEADING, _TITLE = 2.3, 1.5  # lines that a heading takes, and the title of one thing to do
_WIDE, _HALF, _SMALL = 112, 52, 120  # characters on a line: of the page, of a column, of the explanations
_STEPS, _STEP = 20, 160  # lines that steps may take whole; characters of each where they take more
_UNSEEN, _REMEDY = 4, 180  # remedies that are shown, and characters of each


@dataclass(frozen=True)
class SecondPage:
    """What page two holds."""

    steps: tuple[tuple[str, ...], ...]  # for each thing to do
    rest: tuple[tuple[str, str, int], ...]  # open questions: control, title, findings
    unseen: tuple[str, ...]
    words: tuple[tuple[str, str], ...]  # the short words of the page with their meaning

    @property
    def half(self) -> int:
        """How many of the open questions stand in the left column, so that both are as long as can be."""
        return _half([_row(row) for row in self.rest])

    def heading(self, letter: Letter) -> str:
        """Over the open questions."""
        return "Everything that is open" if self.rest == letter.rest else "What is open, the most urgent first"


def second_page(letter: Letter) -> SecondPage:
    """Fill the page: the steps, what would let us see more, and as many open questions as there is room for."""
    steps = [todo.how for todo in letter.todo]
    if sum(_lines(step, _WIDE) for some in steps for step in some) > _STEPS:
        steps = [tuple(_cut(step, _STEP) for step in some) for some in steps]
    unseen = tuple(_cut(line, _REMEDY) for line in letter.unseen[:_UNSEEN])
    left = _LINES - _HEADING * sum(map(bool, (steps, letter.rest, unseen, True))) - 2
    left -= sum(_TITLE + _lines(todo.do + ", ".join(todo.controls), _WIDE - 20) - 1 for todo in letter.todo)
    left -= sum(_lines(line, _WIDE) for line in (*unseen, *(step for some in steps for step in some)))
    rest: list[tuple[str, str, int]] = []
    fixed = [*unseen, *(step for some in steps for step in some)]
    words = explained(fixed)
    for row in letter.rest:
        more = explained([*fixed, *(title for _, title, _ in rest), row[1]])
        if _columns([*rest, row]) + _explanations(more) > left:
            break
        rest.append(row)
        words = more
    return SecondPage(tuple(steps), tuple(rest), unseen, words)


def later(letter: Letter) -> str:
    """A sentence on what is left beyond the things to do; empty if nothing is."""
    if not letter.later:
        return ""
    where = "lists the most urgent" if len(second_page(letter).rest) < len(letter.rest) else "lists all that is open"
    verb = "is" if letter.later == 1 else "are"
    jobs = wording.count(letter.later, "more job")
    return f"After that, {jobs} {verb} left to do, and one job often closes several questions; page two {where}."


def _columns(rows: Sequence[tuple[str, str, int]]) -> float:
    lines = [_row(row) for row in rows]
    half = _half(lines)
    return max(sum(lines[:half]), sum(lines[half:]))


def _row(row: tuple[str, str, int]) -> int:
    code, title, number = row
    return _lines(f"{code} {title} ({number})", _HALF)


def _half(lines: Sequence[int]) -> int:
    return min(range(len(lines) + 1), key=lambda at: (max(sum(lines[:at]), sum(lines[at:])), -at))


def _explanations(words: Iterable[tuple[str, str]]) -> int:
    return _lines("; ".join(f"{word}: {meaning}" for word, meaning in words), _SMALL)


def _lines(text: str, width: int) -> int:
    return max(1, ceil(len(text) / width))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3].rsplit(" ", 1)[0] + " ..."
