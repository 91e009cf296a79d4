"""Several ways to meet one demand, of which one is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from connectors.record import Unreadable

T = TypeVar("T")


def first_met(ways: Iterable[Callable[[], T | None]]) -> T | None:
    """The first answer that is one; None if no way has any, `Unreadable` if none has and one could not be read."""
    unread: Unreadable | None = None
    for way in ways:
        try:
            found = way()
        except Unreadable as err:
            unread = unread or err
            continue
        if found:
            return found
    if unread is not None:
        raise Unreadable(unread.gap)
    return None
