"""The transport: only reads leave, what can be tried again is, and quotas, budgets and stops are kept."""

from __future__ import annotations

import email.utils
import itertools
import threading
import time
from typing import Any

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st

from connectors.transport import (
    THROTTLED,
    BudgetSpent,
    Lane,
    ReadOnly,
    Request,
    Response,
    Stopped,
    Transport,
    Unreachable,
    WriteRefused,
    _torn,
    backoff,
    is_loopback,
    retry_after,
)

URL = "https://api.example/v1/users"
JSON = "application/json"
GUARD = ReadOnly(
    hosts=["api.example", ".regional.example"],
    posts=[lambda host, path, body: path == "/v1/$batch" and b"DELETE" not in body],
    never=["/messages"],
)


def transport(**given: Any) -> Transport:
    return Transport(GUARD, **{"backoff_base": 0.001} | given)


def request(**given: Any) -> Request:
    return Request(**{"method": "GET", "url": URL, "operation": "test.users", "lane": "test"} | given)


# -- the guard -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get"])
def test_what_is_no_known_read_never_reaches_a_socket(method: str) -> None:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        wire.add(method.upper(), URL, json={})
        with pytest.raises(WriteRefused):
            GUARD.check(method, URL, b"")
        if method != "get":
            with pytest.raises(WriteRefused):
                transport().send(request(method=method))
        assert len(wire.calls) == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/v1/users",
        "https://api.example.evil.example/",
        "https://regional.example/",  # the suffix itself is not below it
        "http://api.example/v1/users",
        "https://api.example/v1/me/messages",
        "http://127.0.0.1:8000/",
        "http://localhost/",
        "http://[::1]/",
    ],
)
def test_reads_of_anything_but_the_named_hosts_are_refused(url: str) -> None:
    with pytest.raises(WriteRefused):
        transport().send(request(url=url))


def test_a_named_post_leaves_and_its_write_in_disguise_does_not() -> None:
    with responses.RequestsMock() as wire:
        wire.post("https://api.example/v1/$batch", json={"responses": []})
        sent = request(method="POST", url="https://api.example/v1/$batch", body=b'{"requests": []}')
        assert transport().send(sent).status == 200
        with pytest.raises(WriteRefused):
            transport().send(
                request(
                    method="POST", url="https://api.example/v1/$batch", body=b'{"requests": [{"method": "DELETE"}]}'
                )
            )
        assert len(wire.calls) == 1


def test_a_get_with_a_body_is_refused() -> None:
    with pytest.raises(WriteRefused):
        transport().send(request(body=b"x"))


def test_token_libraries_pass_the_same_guard() -> None:
    with pytest.raises(WriteRefused):
        transport().session().post(URL, data="x")
    with pytest.raises(WriteRefused):
        transport().session().post("https://api.example/v1/$batch", data=iter([b"x"]))


def test_loopback_is_for_the_simulator() -> None:
    ReadOnly(hosts=[], loopback=True).check("GET", "http://127.0.0.1:1/", b"")
    assert [is_loopback(h) for h in ("localhost", "127.8.8.8", "::1", "10.0.0.1", "localhost.example")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_redirects_are_not_followed() -> None:
    with responses.RequestsMock() as wire:
        wire.get(URL, status=302, headers={"Location": "https://elsewhere.example/"})
        assert transport().send(request()).status == 302


# -- what leaves -----------------------------------------------------------------------------------------------------


def test_neither_a_netrc_file_nor_a_cookie_changes_a_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "netrc").write_text("machine api.example login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    sender = transport()
    with responses.RequestsMock() as wire:
        wire.get(URL, json={}, headers={"Set-Cookie": "a=b"})
        for _ in range(2):
            sender.send(request(), lambda fresh: "Bearer ours")
        assert [call.request.headers["Authorization"] for call in wire.calls] == ["Bearer ours"] * 2
        assert "Cookie" not in wire.calls[1].request.headers


def test_proxies_of_the_environment_are_used_and_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    sender = transport()
    assert sender._environment(URL)["proxies"]["https"] == "http://proxy.example:3128"
    assert sender._environment(URL) is sender._environment("https://api.example/other")


# -- trying again ----------------------------------------------------------------------------------------------------


def test_a_throttled_request_waits_as_long_as_it_is_told() -> None:
    sender = transport()
    with responses.RequestsMock() as wire:
        wire.get(URL, status=429, headers={"Retry-After": "0.3"})
        wire.get(URL, json={"value": []})
        started = time.monotonic()
        assert sender.send(request()).json() == {"value": []}
        assert time.monotonic() - started >= 0.3
    assert (sender.tally.requests, sender.tally.retries, sender.tally.waited) == (2, 1, 0.3)
    assert sender.tally.by_operation == {"test.users": 1}


def test_a_wait_beyond_patience_is_not_waited() -> None:
    with responses.RequestsMock() as wire:
        wire.get(URL, status=429, headers={"Retry-After": "3600"})
        sender = transport(patience=5)
        assert sender.send(request()).status == 429
        assert sender.tally.waited == 0


def test_a_throttle_keeps_the_whole_lane_quiet() -> None:
    lane = Lane("test", concurrency=4)
    sender = transport(lanes=[lane])
    with responses.RequestsMock() as wire:
        wire.get(URL, status=429, headers={"Retry-After": "0.4"})
        wire.get(URL, json={})
        begun = time.monotonic()
        first = threading.Thread(target=sender.send, args=(request(),))
        first.start()
        while lane._next < begun + 0.4:  # until the refusal has come
            time.sleep(0.01)
        with lane.turn(threading.Event()):
            assert time.monotonic() >= begun + 0.4
        first.join()


@pytest.mark.parametrize(
    ("statuses", "last"),
    [
        ([503, 401, 200], 200),
        ([429, 429, 401, 503, 200], 200),
        ([401, 503, 200], 200),
        ([401, 401], 401),
        ([503, 401, 503, 401], 401),
        ([401, 503, 503, 503, 503, 503, 503], 503),
    ],
)
def test_a_token_that_runs_out_while_a_throttled_request_waits_is_replaced(statuses: list[int], last: int) -> None:
    asked: list[bool] = []

    def token(fresh: bool) -> str:
        asked.append(fresh)
        return "Bearer x"

    with responses.RequestsMock() as wire:
        for status in statuses:
            wire.get(URL, status=status, json={})
        assert transport().send(request(), token).status == last
        assert len(wire.calls) == len(statuses)
    assert asked == [False, *(status == 401 for status in statuses[:-1])]


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_permanent_error_is_not_tried_again(status: int) -> None:
    with responses.RequestsMock() as wire:
        wire.get(URL, status=status, json={})
        assert transport().send(request()).status == status
        assert len(wire.calls) == 1


@pytest.mark.parametrize(("status", "most"), [(500, 4), (502, 4), (503, 6), (504, 6), (429, THROTTLED + 1)])
def test_a_lasting_fault_is_given_back_after_some_tries(status: int, most: int) -> None:
    with responses.RequestsMock() as wire:
        wire.get(URL, status=status, headers={"Retry-After": "0"})
        assert transport().send(request()).status == status
        assert len(wire.calls) == most


def test_an_expired_token_is_renewed_once() -> None:
    asked: list[bool] = []

    def token(fresh: bool) -> str:
        asked.append(fresh)
        return "Bearer x"

    with responses.RequestsMock() as wire:
        wire.get(URL, status=401)
        assert transport().send(request(), token).status == 401
        assert len(wire.calls) == 2
    assert asked == [False, True]


def test_a_connection_that_breaks_is_tried_again_and_then_named() -> None:
    with responses.RequestsMock() as wire:
        wire.get(URL, body=requests.ConnectionError("secret detail"))
        with pytest.raises(Unreachable, match=r"test\.users: ConnectionError after 4 tries") as told:
            transport().send(request())
        assert "secret" not in str(told.value)


@pytest.mark.parametrize("cut", ['{"value": [{"id": "1"}', '{"value": [1', '{"value": ["a"', '{"value": tru', ""])
def test_an_answer_that_was_cut_is_asked_for_again(cut: str) -> None:
    with responses.RequestsMock() as wire:
        wire.get(URL, body=cut, content_type=JSON)
        wire.get(URL, json={"value": []})
        assert transport().send(request()).json() == {"value": []}
        assert len(wire.calls) == 2


def test_an_answer_that_is_always_cut_is_no_answer() -> None:
    with responses.RequestsMock() as wire:
        wire.get(URL, body='{"value": [{"id": "1"}', content_type=JSON)
        with pytest.raises(Unreachable, match="truncated answer"):
            transport().send(request())


@given(at=st.integers(0, 200))
def test_wherever_an_object_is_cut_it_is_noticed(at: int) -> None:
    whole = b'{"value": [{"id": "1", "on": true, "n": 12, "none": null, "s": "a \\" {[ \xc3\xa9"}, [1, 2.5e3]]}'
    answer = Response(200, {"Content-Type": "application/json; charset=utf-8"}, whole[:at], URL)
    assert _torn(answer) is (at < len(whole))


def test_what_is_not_json_or_empty_by_right_is_not_torn() -> None:
    assert not _torn(Response(200, {"Content-Type": "text/plain"}, b"{", URL))
    assert not _torn(Response(204, {"Content-Type": JSON}, b"", URL))


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after({"retry-after": "7"}) == 7
    assert retry_after({"Retry-After": "0.25"}) == 0.25
    assert retry_after({"Retry-After": "-3"}) == 0
    soon = email.utils.formatdate(time.time() + 60, usegmt=True)
    assert 55 < (retry_after({"Retry-After": soon}) or 0) <= 60
    assert retry_after({"Retry-After": "soon"}) is None
    assert retry_after({}) is None


def test_back_off_doubles_up_to_a_minute() -> None:
    for attempt in range(1, 12):
        assert 0.75 * min(60, 2 ** (attempt - 1)) <= backoff(attempt, 1.0) <= 1.25 * min(60, 2 ** (attempt - 1))


# -- budgets, stops, lanes -------------------------------------------------------------------------------------------


def test_a_budget_counts_every_try() -> None:
    sender = transport(budget=3)
    with responses.RequestsMock() as wire:
        wire.get(URL, status=503)
        with pytest.raises(BudgetSpent, match="budget of 3 requests"):
            sender.send(request())
        assert len(wire.calls) == 3


def test_a_stopped_run_sends_nothing_and_ends_its_waits() -> None:
    stop = threading.Event()
    sender = transport(stop=stop)
    with responses.RequestsMock() as wire:
        wire.get(URL, status=429, headers={"Retry-After": "60"})
        threading.Timer(0.2, stop.set).start()
        started = time.monotonic()
        with pytest.raises(Stopped):
            sender.send(request())
        assert time.monotonic() - started < 45, "the minute that the provider asked for was waited"
        with pytest.raises(Stopped):
            sender.send(request())
        with pytest.raises(Stopped):
            sender.pause("test", 60)
        assert len(wire.calls) == 1


def test_a_lane_keeps_its_distance_and_weighs_batches() -> None:
    lane, never = Lane("test", concurrency=4, spacing=0.05), threading.Event()
    starts = []
    for weight in (1, 3, 1, 1):
        with lane.turn(never, weight):
            starts.append(time.monotonic())
            assert lane._next <= starts[-1] + 0.05 * weight, "the next may start after its own distance, and no later"
    gaps = [b - a for a, b in itertools.pairwise(starts)]
    assert all(gap >= least for gap, least in zip(gaps, (0.05, 0.15, 0.05), strict=True))


def test_a_lane_lets_no_more_through_than_it_has_room_for() -> None:
    lane, never, inside, most = Lane("test", concurrency=3), threading.Event(), [0], [0]
    guard, together = threading.Lock(), threading.Barrier(3, timeout=30)

    def work() -> None:
        with lane.turn(never):
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            together.wait()  # three at a time there must be room for
            with guard:
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 3


def test_a_request_that_waits_for_a_full_lane_can_be_stopped() -> None:
    lane, stop = Lane("test", concurrency=1), threading.Event()
    with lane.turn(stop):
        stop.set()
        with pytest.raises(Stopped), lane.turn(stop):
            pass


def test_items_of_a_batch_are_counted_apart_from_requests() -> None:
    sender = transport()
    with responses.RequestsMock() as wire:
        wire.get(URL, json={})
        sender.send(request(weight=20))
    assert (sender.tally.requests, sender.tally.items) == (1, 20)


def test_a_window_lets_a_burst_through_and_then_nothing_until_it_has_passed() -> None:
    lane, begun, stop = Lane("reports", window=(3, 1.0)), time.monotonic(), threading.Event()
    starts = []
    for _ in range(5):
        with lane.turn(stop):
            starts.append(time.monotonic() - begun)
    assert starts[2] < 0.9, "the first three are let through at once"
    assert all(later - earlier >= 0.99 for earlier, later in zip(starts, starts[3:], strict=False))
