"""Where a policy of Purview works: the words that stand for everywhere, and the ones that name a few places."""

from __future__ import annotations

from typing import Any


def names(location: list[Any] | None) -> list[str]:
    """The names in a location: texts, or objects with a name (the shape over JSON is not documented); none where it is empty."""
    return [
        str(item.get("Name") or item.get("DisplayName") or "") if isinstance(item, dict) else str(item)
        for item in location or []
    ]


def everywhere(location: list[Any] | None) -> bool:
    """Whether a policy covers all of a place: the word All, alone or as an object's name."""
    return any(name.casefold() == "all" for name in names(location))
