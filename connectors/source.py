"""Sources: one named collection of a provider, declared once, next to the record it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from connectors.record import Record

R = TypeVar("R", bound=Record)


class Provider(StrEnum):
    """Where records come from. DNS and EVIDENCE exist for every tenant."""

    MICROSOFT_365 = "microsoft365"
    GOOGLE_WORKSPACE = "google_workspace"
    DNS = "dns"
    EVIDENCE = "evidence"


MICROSOFT_365 = Provider.MICROSOFT_365
GOOGLE_WORKSPACE = Provider.GOOGLE_WORKSPACE
DNS = Provider.DNS
EVIDENCE = Provider.EVIDENCE


@dataclass(frozen=True)
class Source:
    """What a source is: its request, what it takes to read it, and the record it yields.

    `call` is the provider's own kind of request declaration; only that provider's client reads it.
    `permission` is the least permission, in the provider's spelling. `licence` names the licence gate, or is empty.
    `lane` names the provider quota that requests of this source draw on.
    `after` names the sources that must be read before: a fan-out source reads one page per record of the first of them.
    `tier` is the permission profile or scope tier from which on the source is read.
    `buys` says in one line what the source is for.
    """

    name: str
    provider: Provider
    record: type[Record]
    call: Any
    permission: str = ""
    licence: str = ""
    lane: str = ""
    page_size: int | None = None
    after: tuple[str, ...] = ()
    fan_out: bool = False
    tier: str = "standard"
    optional: bool = False
    buys: str = ""


_SOURCES: dict[str, Source] = {}


def source(
    name: str,
    provider: Provider,
    call: Any,
    *,
    permission: str = "",
    licence: str = "",
    lane: str = "",
    page_size: int | None = None,
    after: Iterable[str] = (),
    fan_out: bool = False,
    tier: str = "standard",
    optional: bool = False,
) -> Callable[[type[R]], type[R]]:
    """Declare the source that yields records of the decorated class."""

    def declare(record: type[R]) -> type[R]:
        known = _SOURCES.get(name)
        if known is not None and (known.record.__module__, known.record.__qualname__) != (
            record.__module__,
            record.__qualname__,
        ):
            raise ValueError(f"two sources are called {name}")
        record.__source__ = name
        _SOURCES[name] = Source(
            name=name,
            provider=provider,
            record=record,
            call=call,
            permission=permission,
            licence=licence,
            lane=lane,
            page_size=page_size,
            after=tuple(after),
            fan_out=fan_out,
            tier=tier,
            optional=optional,
            buys=(record.__doc__ or "").strip().split("\n")[0],
        )
        return record

    return declare


def declared() -> dict[str, Source]:
    """Every source declared by the modules that are imported, by name."""
    return dict(sorted(_SOURCES.items()))
