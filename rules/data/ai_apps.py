"""AI note-takers, assistants, and chatbots, recognized by the name of a connected app.

    find("Otter.ai for Outlook").name -> "Otter.ai"

A name proves nothing: say "looks like", and let a person confirm it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rules.data import Provenance, provenance, read


@dataclass(frozen=True)
class AiApp:
    """An AI product that staff connect to clinic data."""

    name: str
    words: tuple[str, ...]
    verified: bool = True


@cache
def _apps() -> tuple[tuple[re.Pattern[str], AiApp], ...]:
    found = []
    for entry in read("ai_apps")["app"]:
        words = "|".join(re.escape(word) for word in entry["words"])
        pattern = re.compile(rf"(?<![\w.])(?:{words})(?!\w)", re.IGNORECASE)
        found.append((pattern, AiApp(entry["name"], tuple(entry["words"]), entry.get("verified", True))))
    return tuple(found)


def find(app_name: str) -> AiApp | None:
    """The AI product that an app's name speaks of, None if it speaks of none we know."""
    return next((app for pattern, app in _apps() if pattern.search(app_name)), None)


def all_apps() -> tuple[AiApp, ...]:
    """Every AI product in the table."""
    return tuple(app for _, app in _apps())


def source() -> Provenance:
    """When the table was compiled, and from what."""
    return provenance("ai_apps")
