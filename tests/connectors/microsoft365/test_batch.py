"""Graph's `$batch`: every item is answered for, and only what failed is asked again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import responses

from connectors.gap import Reason
from connectors.microsoft365.connection import Connection, Secret
from connectors.microsoft365.graph import Graph, Item, Twins
from connectors.microsoft365.lanes import guard, lanes, retry
from connectors.microsoft365.sources.mailboxes import MessageRule
from connectors.source import Source, declared
from connectors.transport import THROTTLED, Transport

BATCH = "https://graph.microsoft.com/v1.0/$batch"
Answer = Callable[[str, int], dict[str, Any] | None]  # (path, how often this path was asked before) -> item


class Tokens:
    """Counts how often a fresh token was asked for."""

    def __init__(self) -> None:
        self.fresh = 0

    def header(self, resource: str, *, fresh: bool = False) -> str:
        self.fresh += fresh
        return f"Bearer {resource}-{self.fresh}"


class Pauses(Transport):
    """A transport that writes down what it waits for and does not wait."""

    def __init__(self) -> None:
        connection = Connection("t", "c", Secret("s"))
        super().__init__(guard(connection), lanes(paced=False), retry=retry, backoff_base=0.0)
        self.pauses: list[float] = []

    def pause(self, lane: str, seconds: float) -> None:
        assert lane == source().lane
        self.pauses.append(seconds)


def source() -> Source:
    return declared()[MessageRule.__source__]


def ok(*records: dict[str, Any]) -> dict[str, Any]:
    return {"status": 200, "headers": {}, "body": {"value": list(records)}}


def error(status: int, code: str = "x", **headers: str) -> dict[str, Any]:
    return {"status": status, "headers": headers, "body": {"error": {"code": code, "message": "m"}}}


class Graphs:
    """Graph, as far as one batch endpoint goes."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[list[str]] = []
        self.transport, self.tokens = Pauses(), Tokens()
        self.graph = Graph(self.transport, self.tokens, "https://graph.microsoft.com")  # type: ignore[arg-type]

    def __call__(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        body = json.loads(request.body or b"")
        before = [path for batch in self.asked for path in batch]
        found = [(item["id"], self.answer(item["url"], before.count(item["url"]))) for item in body["requests"]]
        self.asked.append([item["url"] for item in body["requests"]])
        items = [{"id": number, **item} for number, item in found if item is not None]
        return 200, {"Content-Type": "application/json"}, json.dumps({"responses": items[::-1]})

    def batch(self, *names: str) -> dict[str, Item]:
        return self.graph.batch(source(), {name: f"/v1.0/users/{name}" for name in names})


@pytest.fixture
def served() -> Iterator[Callable[[Answer], Graphs]]:
    with responses.RequestsMock() as mock:

        def serve(answer: Answer) -> Graphs:
            graphs = Graphs(answer)
            mock.add_callback(responses.POST, BATCH, graphs)
            return graphs

        yield serve


def test_items_are_matched_by_id_and_not_by_place(served: Callable[[Answer], Graphs]) -> None:
    graphs = served(lambda path, before: ok({"id": path}))
    found = graphs.batch("ann", "bob", "cat")
    assert {name: item.body["value"][0]["id"] for name, item in found.items()} == {
        "ann": "/users/ann",
        "bob": "/users/bob",
        "cat": "/users/cat",
    }
    assert graphs.transport.pauses == []


def test_only_a_throttled_item_is_asked_again_after_the_longest_wait(served: Callable[[Answer], Graphs]) -> None:
    def answer(path: str, before: int) -> dict[str, Any]:
        waits = {"/users/bob": "2", "/users/cat": "7"}
        return error(429, **{"Retry-After": waits[path]}) if path in waits and not before else ok()

    graphs = served(answer)
    found = graphs.batch("ann", "bob", "cat")
    assert {name: item.status for name, item in found.items()} == {"ann": 200, "bob": 200, "cat": 200}
    assert graphs.asked == [["/users/ann", "/users/bob", "/users/cat"], ["/users/bob", "/users/cat"]]
    assert graphs.transport.pauses == [7.0]


def test_an_item_that_stays_throttled_is_given_up_and_its_neighbours_are_kept(
    served: Callable[[Answer], Graphs],
) -> None:
    graphs = served(lambda path, before: ok() if path == "/users/ann" else error(429))
    found = graphs.batch("ann", "bob")
    assert {name: item.status for name, item in found.items()} == {"ann": 200, "bob": 429}
    assert [len(batch) for batch in graphs.asked] == [2] + [1] * THROTTLED


def test_items_that_are_missing_from_an_answer_are_asked_again_and_never_taken_for_empty(
    served: Callable[[Answer], Graphs],
) -> None:
    graphs = served(lambda path, before: None if path == "/users/bob" and not before else ok())
    assert graphs.batch("ann", "bob")["bob"].status == 200
    never = served(lambda path, before: None)
    assert {item.status for item in never.batch("ann").values()} == {502}


def test_items_without_a_status_count_as_missing(served: Callable[[Answer], Graphs]) -> None:
    graphs = served(lambda path, before: {"body": {"value": []}} if path == "/users/bob" else ok())
    found = graphs.batch("ann", "bob")
    assert {name: item.status for name, item in found.items()} == {"ann": 200, "bob": 502}


def test_an_item_that_is_refused_asks_once_for_a_fresh_token(served: Callable[[Answer], Graphs]) -> None:
    graphs = served(lambda path, before: error(401) if path == "/users/bob" else ok())
    assert graphs.batch("ann", "bob")["bob"].status == 401
    assert graphs.tokens.fresh == 1
    assert len(graphs.asked) == 2


def test_an_item_whose_token_runs_out_while_it_waits_gets_a_new_one(served: Callable[[Answer], Graphs]) -> None:
    said = iter([error(503), error(401), ok()])
    graphs = served(lambda path, before: next(said) if path == "/users/bob" else ok())
    assert graphs.batch("ann", "bob")["bob"].status == 200
    assert graphs.tokens.fresh == 1


@pytest.mark.parametrize("status", [400, 403, 404])
def test_what_no_retry_helps_is_asked_once(served: Callable[[Answer], Graphs], status: int) -> None:
    graphs = served(lambda path, before: error(status))
    assert graphs.batch("ann")["ann"].status == status
    assert len(graphs.asked) == 1


def test_a_half_failed_batch_becomes_pages_and_gaps_each_of_its_own_parent(served: Callable[[Answer], Graphs]) -> None:
    def answer(path: str, before: int) -> dict[str, Any]:
        who = path.split("/")[2]
        return {
            "ann": ok({"id": "r"}),
            "bob": error(403, "ErrorAccessDenied"),
            "cat": error(404, "MailboxNotEnabledForRESTAPI"),
            "dan": {"status": 200, "headers": {}, "body": {"nothing": True}},
        }[who]

    pages = served(answer).graph._read(source(), ["ann", "bob", "cat", "dan"], Twins(source()))
    by_parent = {page.of: page for page in pages}
    assert by_parent["ann"].records == [{"id": "r"}]
    assert by_parent["bob"].gap is not None
    assert by_parent["bob"].gap.reason is Reason.PERMISSION
    assert by_parent["dan"].gap is not None
    assert by_parent["dan"].gap.reason is Reason.UNREADABLE
    assert None in by_parent  # Cat holds no mailbox: counted, and no page of hers
    assert "cat" not in by_parent


def paged(path: str, before: int) -> dict[str, Any]:
    """Three pages for Ann, two for Bob of which the second is refused, one for Cat, and Dan's next page is somewhere else."""
    who, page = path.split("/")[2], path.partition("$skiptoken=")[2] or "1"
    links = {"ann1": "2", "ann2": "3", "bob1": "2", "dan1": "2"}
    if who == "bob" and page == "2":
        return error(403, "ErrorAccessDenied")
    found = ok({"id": f"{who}{page}"})
    if (following := links.get(f"{who}{page}")) is not None:
        host = "elsewhere.example" if who == "dan" else "graph.microsoft.com"
        found["body"]["@odata.nextLink"] = f"https://{host}/v1.0/users/{who}/rules?$skiptoken={following}"
    return found


def test_the_next_pages_of_many_parents_are_asked_together_and_each_parent_keeps_its_own(
    served: Callable[[Answer], Graphs],
) -> None:
    graphs = served(paged)
    pages = graphs.graph._read(source(), ["ann", "bob", "cat", "dan"], Twins(source()))
    ann, bob, cat, dan = pages
    assert ann.records == [{"id": "ann1"}, {"id": "ann2"}, {"id": "ann3"}]
    assert cat.records == [{"id": "cat1"}]
    assert [page.gap and page.gap.reason for page in pages] == [None, Reason.PERMISSION, None, Reason.PROVIDER_ERROR]
    assert bob.records == dan.records == ()  # half a list is no list
    assert [len(batch) for batch in graphs.asked] == [4, 2, 1]


def test_what_many_parents_hold_is_held_once() -> None:
    members, rules = Twins(declared()["graph.group_members"]), Twins(source())
    first, again = members.once([{"id": "ann", "mail": "a"}]), members.once([{"id": "ann", "mail": "a"}])
    assert again[0] is first[0]
    assert members.once([{"id": "ann", "mail": "b"}]) == [{"id": "ann", "mail": "b"}]
    first, again = rules.once([{"id": "r"}]), rules.once([{"id": "r"}])
    assert again == first
    assert again[0] is not first[0]


def test_a_refused_batch_speaks_for_all_its_items() -> None:
    with responses.RequestsMock() as mock:
        mock.add(responses.POST, BATCH, status=403, json={"error": {"code": "Authorization_RequestDenied"}})
        graphs = Graphs(lambda path, before: ok())
        found = graphs.batch("ann", "bob")
    assert {name: item.status for name, item in found.items()} == {"ann": 403, "bob": 403}


def test_a_batch_that_is_no_list_of_answers_is_an_error_of_all_its_items() -> None:
    with responses.RequestsMock() as mock:
        mock.add(responses.POST, BATCH, json=["unexpected"])
        found = Graphs(lambda path, before: ok()).batch("ann")
    assert {item.status for item in found.values()} == {502}


def test_a_page_at_another_host_is_never_asked_for(served: Callable[[Answer], Graphs]) -> None:
    first = ok({"id": "1"})
    first["body"]["@odata.nextLink"] = "https://graph.microsoft.com.evil.example/v1.0/more"
    pages = served(lambda path, before: first).graph._read(source(), ["ann"], Twins(source()))
    assert pages[0].gap is not None
    assert "another host" in pages[0].gap.detail
