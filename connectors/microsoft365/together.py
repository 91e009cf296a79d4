"""Asking for many small sources in one request.

A scan reads some hundred settings, most of them one small answer each. Graph takes twenty reads in a batch and Exchange ten cmdlets,
so the first answers of such sources travel together: whichever is read first asks for all of its group. An answer that is not
plainly good is thrown away and its source is asked alone, so that retries, pauses and gaps stay as precise as they are without.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.collect import Fetch
from connectors.microsoft365.calls import Cmdlet, Graph
from connectors.microsoft365.exchange import BATCH as CMDLETS
from connectors.microsoft365.exchange import Exchange
from connectors.microsoft365.graph import BATCH as READS
from connectors.microsoft365.graph import Graph as GraphReader
from connectors.microsoft365.graph import Item
from connectors.source import Source
from connectors.transport import Unreachable, retry_after


def groups(sources: Iterable[Source], waits: Collection[str]) -> Iterator[list[Source]]:
    """Which sources are asked together, in a fixed order: of one interface, and ready at the same time.

    Sources that wait for others than those in `waits` are ready at a time of their own, and are asked alone.
    """
    kinds: dict[tuple[str, tuple[str, ...]], list[Source]] = {}
    for source in sorted(sources, key=lambda one: one.name):
        kind = _interface(source)
        if kind and set(source.after) <= set(waits):
            kinds.setdefault((kind, source.after), []).append(source)
    for (kind, _), alike in kinds.items():
        most = READS if kind.startswith("graph") else CMDLETS
        for at in range(0, len(alike), most):
            if len(alike[at : at + most]) > 1:
                yield alike[at : at + most]


def _interface(source: Source) -> str:
    """The batch that a source may travel in; empty for those that may not.

    Listings of Exchange that grow with the clinic travel alone: ten of a thousand lines each are too much for one answer.
    """
    match source.call:
        case Graph() as call if call.batch and not source.fan_out:
            return "graph beta" if call.beta else "graph"
        case Cmdlet() as call if not (
            source.fan_out or source.page_size or call.select or "ResultSize" in call.parameters
        ):
            return call.area
    return ""


@dataclass
class _Group:
    """Sources that are asked together, and the answers that nobody has fetched yet."""

    sources: Sequence[Source]
    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: dict[str, Item] | None = None


class Together:
    """The first answers of one tenant's small sources."""

    def __init__(self, graph: GraphReader, exchange: Exchange) -> None:
        self._graph, self._exchange = graph, exchange
        self._groups: Mapping[str, _Group] | None = None
        self._lock = threading.Lock()

    def first(
        self, fetch: Fetch, made: Callable[[], Iterable[list[Source]]], open_: Callable[[Source], bool]
    ) -> Item | None:
        """A source's first answer if it came with others' and is good; None if the source must be asked alone.

        `made` gives the groups, and `open_` says whether a source is asked at all.
        """
        if fetch.following is not None:
            return None
        with self._lock:
            if self._groups is None:
                found = [_Group(sources) for sources in made()]
                self._groups = {source.name: group for group in found for source in group.sources}
        group = self._groups.get(fetch.source.name)
        if group is None:
            return None
        with group.lock:
            if group.answers is None:
                group.answers = {}
                wanted = [source for source in group.sources if fetch.state(source.name) is None and open_(source)]
                if len(wanted) > 1:
                    group.answers = self._ask(wanted)
            return group.answers.pop(fetch.source.name, None)

    def _ask(self, sources: Sequence[Source]) -> dict[str, Item]:
        """The good answers of one batch. Whoever was told to wait waits when it is asked alone."""
        reader = self._graph if isinstance(sources[0].call, Graph) else self._exchange
        try:
            found = reader.together(sources)
        except Unreachable:
            return {}
        for source in sources:
            item = found.get(source.name)
            pause = retry_after(item.headers) if item is not None and item.status in {429, 503} else None
            if pause is not None and pause <= reader.transport.patience and source.lane in reader.transport.lanes:
                reader.transport.lanes[source.lane].pause(pause)
        return {name: item for name, item in found.items() if item.status == 200}
