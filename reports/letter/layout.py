"""How much of each list fits on two pages: the same for HTML and PDF."""

from __future__ import annotations

from reports.glossary import explained, short_words
from reports.letter.content import Letter, Todo

_REST_LINES, _REST_LINE, _UNSEEN, _STEPS = 40, 56, 4, 480
_WORDS = 14  # short words in titles, each of which takes a line of explanation


def shown_rest(letter: Letter) -> list[tuple[str, str, int]]:
    """The open questions that page two has room for."""
    room = _REST_LINES
    shown = []
    words: set[str] = set()
    for code, title, number in letter.rest:
        room -= 1 + (len(code) + len(title) + 6) // _REST_LINE
        words |= set(short_words(title))
        if room < 0 or len(words) > _WORDS:
            break
        shown.append((code, title, number))
    return shown


def shown_unseen(letter: Letter) -> list[str]:
    """The remedies that page two has room for."""
    return [_cut(line, 180) for line in letter.unseen[:_UNSEEN]]


def shown_steps(todo: Todo) -> list[str]:
    """The steps of one thing to do, as far as there is room; the full report holds them all."""
    return [_cut(step, _STEPS // max(1, len(todo.how))) for step in todo.how]


def shown_words(letter: Letter) -> list[tuple[str, str]]:
    """The short words of page two with their meaning."""
    steps = [step for todo in letter.todo for step in shown_steps(todo)]
    return list(explained([*(title for _, title, _ in shown_rest(letter)), *steps, *shown_unseen(letter)]))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3].rsplit(" ", 1)[0] + " ..."
