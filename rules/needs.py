"""What a check may read, from its signature and the signatures of the views it names."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from functools import cache
from typing import Any

from connectors.record import Record
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.control import Check
from rules.tables import Grouped, Keyed, One, Table
from rules.view import Across, View

ViewKey = tuple[type[View[Any]], Provider]
_HINTS: dict[Any, dict[str, Any]] = {}


@dataclass(frozen=True)
class Needs:
    """The sources, by name, and the views that a value may be made of."""

    sources: frozenset[str]
    views: frozenset[ViewKey]


def hints(function: Any) -> dict[str, Any]:
    """The annotations of a function's parameters, looked up once."""
    if function not in _HINTS:
        found = typing.get_type_hints(function, include_extras=True)
        _HINTS[function] = {name: hint for name, hint in found.items() if name != "return"}
    return _HINTS[function]


def implementation(base: type[View[Any]], provider: Provider) -> type[View[Any]]:
    """The class that stands for a view at a provider."""
    return base.implementations.get(provider, base) if "implementations" in base.__dict__ else base


def needed_sources(check: Check, provider: Provider) -> set[str]:
    """The names of the sources that a check may read at a provider."""
    return set(needs(check, provider).sources)


def needs(check: Check, provider: Provider) -> Needs:
    """All that a check may read at a provider."""
    return _together(tuple(hints(check.function).values()), provider)


@cache
def _together(kinds: tuple[Any, ...], provider: Provider) -> Needs:
    found = [behind(kind, provider) for kind in kinds]
    return Needs(frozenset().union(*(f.sources for f in found)), frozenset().union(*(f.views for f in found)))


@cache
def behind(hint: Any, provider: Provider) -> Needs:
    """What a value of this type may be made of at a provider."""
    sources: set[str] = set()
    views: set[ViewKey] = set()

    def walk(hint: Any, at: Provider) -> None:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in {Table, Keyed, Grouped, One}:
            sources.add(arguments[0].__source__)
        elif origin is Across:
            for other in (MICROSOFT_365, GOOGLE_WORKSPACE):
                walk(arguments[0], other)
        elif isinstance(hint, type) and issubclass(hint, Record):
            sources.add(hint.__source__)
        elif isinstance(hint, type) and hint in View.entities:
            walk(View.entities[hint], at)
        elif isinstance(hint, type) and issubclass(hint, View):
            kind = implementation(hint, at)
            if (kind, at) not in views:
                views.add((kind, at))
                for inner in hints(kind.__init__).values():
                    walk(inner, at)

    walk(hint, provider)
    return Needs(frozenset(sources), frozenset(views))


def order(asked: typing.Sequence[Needs], weights: typing.Mapping[str, int]) -> list[int]:
    """In which order to ask, so that as few records as possible lie in memory at a time.

    Of what is left, that which takes in the fewest new records comes next; among equals, that which lets the most go.
    """
    places: dict[frozenset[str], list[int]] = {}
    for index, one in enumerate(asked):
        places.setdefault(one.sources, []).append(index)
    users: dict[str, int] = {}
    for sources in places:
        for source in sources:
            users[source] = users.get(source, 0) + 1
    held: set[str] = set()
    found: list[int] = []

    def cost(sources: frozenset[str]) -> tuple[int, int]:
        new = sum(weights.get(source, 0) for source in sources if source not in held)
        return new, -sum(weights.get(source, 0) for source in sources if users[source] == 1)

    while places:
        chosen = min(places, key=cost)
        found += places.pop(chosen)
        for source in chosen:
            users[source] -= 1
        held |= chosen
        held -= {source for source in chosen if not users[source]}
    return found
