"""Small sources are asked together, and what does not come that way is asked as if there were no batches."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connectors.gap import Reason, SourceGap
from connectors.microsoft365.calls import Cmdlet, Graph
from connectors.microsoft365.connection import Connection, Secret
from connectors.microsoft365.connector import Microsoft365, together
from connectors.microsoft365.graph import Item
from connectors.microsoft365.together import Together
from connectors.source import Source, declared
from connectors.transport import Transport, Unreachable

CONNECTION = Connection("t", "c", Secret("s"), profile="full")
GROUPS = together(Microsoft365(CONNECTION).sources())
GROUP = next(group for group in GROUPS if any(source.name == "graph.domains" for source in group))


class Reader:
    """Answers batches from a table; counts them."""

    def __init__(self, answers: Mapping[str, Item] | Exception) -> None:
        self.answers, self.asked = answers, list[list[str]]()
        self.transport = Transport(Microsoft365(CONNECTION).transport._adapter.guard)

    def together(self, sources: list[Source]) -> dict[str, Item]:
        self.asked.append([source.name for source in sources])
        if isinstance(self.answers, Exception):
            raise self.answers
        return dict(self.answers)


class Fetching:
    """What one source's reading knows."""

    def __init__(self, name: str, *, following: str | None = None, finished: tuple[str, ...] = ()) -> None:
        self.source, self.following, self._finished = declared()[name], following, finished

    def state(self, name: str) -> str | None:
        return "finished" if name in self._finished else None


def first(reader: Reader, *fetches: Any, barred: tuple[str, ...] = ()) -> list[Item | None]:
    shared = Together(reader, reader)  # type: ignore[arg-type]
    return [shared.first(fetch, lambda: GROUPS, lambda source: source.name not in barred) for fetch in fetches]


def good(*names: str) -> dict[str, Item]:
    return {name: Item(200, {}, {"value": [{"id": name}]}) for name in names}


def test_groups_hold_small_sources_of_one_interface_that_are_ready_at_the_same_time() -> None:
    for group in GROUPS:
        assert 1 < len(group) <= (20 if isinstance(group[0].call, Graph) else 10)
        assert (
            len(
                {(type(s.call), s.after, bool(getattr(s.call, "beta", "")), getattr(s.call, "area", "")) for s in group}
            )
            == 1
        )
        for source in group:
            assert not source.fan_out
            assert source.lane not in {"graph-ca", "graph-reports"}, "their quotas count single requests"
            assert not (isinstance(source.call, Cmdlet) and "ResultSize" in source.call.parameters)
    names = [source.name for group in GROUPS for source in group]
    assert len(names) == len(set(names)) > 80


def test_whoever_comes_first_asks_for_all_and_each_gets_its_own_once() -> None:
    reader = Reader(good("graph.domains", "graph.organization"))
    found = first(
        reader, *map(Fetching, ["graph.domains", "graph.organization", "graph.domains", "graph.group_settings"])
    )
    assert [item and item.body["value"][0]["id"] for item in found] == [
        "graph.domains",
        "graph.organization",
        None,
        None,
    ]
    assert reader.asked == [[source.name for source in GROUP]]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_an_answer_that_is_not_good_is_asked_for_alone(status: int) -> None:
    answers = good("graph.organization") | {"graph.domains": Item(status, {}, {"error": {"code": "x"}})}
    assert first(Reader(answers), Fetching("graph.domains")) == [None]


def test_whoever_is_told_to_wait_waits_before_it_is_asked_alone() -> None:
    reader = Reader({"graph.domains": Item(429, {"Retry-After": "7"}, {})})
    lane = declared()["graph.domains"].lane
    reader.transport.lanes[lane] = threading.local()  # type: ignore[assignment]
    pauses = list[float]()
    reader.transport.lanes[lane].pause = pauses.append  # type: ignore[method-assign]
    first(reader, Fetching("graph.domains"))
    assert pauses == [7.0]


def test_a_batch_that_never_comes_leaves_everybody_to_be_asked_alone() -> None:
    reader = Reader(Unreachable("cut"))
    assert first(reader, Fetching("graph.domains"), Fetching("graph.organization")) == [None, None]
    assert len(reader.asked) == 1


def test_what_a_former_run_has_read_or_no_licence_opens_is_not_asked_for() -> None:
    reader = Reader({})
    first(reader, Fetching("graph.domains", finished=("graph.organization",)), barred=("graph.group_settings",))
    assert {"graph.organization", "graph.group_settings"}.isdisjoint(reader.asked[0])
    assert "graph.domains" in reader.asked[0]


def test_a_resumed_listing_goes_on_at_its_own_page() -> None:
    reader = Reader(good("graph.domains"))
    assert first(
        reader, Fetching("graph.domains", following="https://graph.microsoft.com/v1.0/domains?$skiptoken=x")
    ) == [None]
    assert reader.asked == []


def test_a_first_page_leads_to_the_next_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    connector = Microsoft365(CONNECTION)
    link = f"{connector.graph.base}/v1.0/domains?$skiptoken=2"
    asked = list[str]()

    def get(url: str, source: Source, **_: Any) -> Any:
        asked.append(url)
        raise SourceGap(connector.skipped()["teams.tenant_app_settings"])

    monkeypatch.setattr(connector.graph, "get", get)
    item = Item(200, {}, {"value": [{"id": "a.example"}], "@odata.nextLink": link})
    pages: Iterator[Any] = connector.graph.pages(declared()["graph.domains"], None, licensed=False, first=item)
    assert list(next(pages).records) == [{"id": "a.example"}]
    with pytest.raises(SourceGap) as missing:
        next(pages)
    assert missing.value.gap.reason is Reason.NOT_COLLECTED
    assert asked == [link]
