"""Collecting: a failed source leaves its neighbours alone, a stopped run goes on at the page, and nothing undeclared is stored."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest

from connectors.collect import Fetch, Interrupted, Limits, Page, collect, plan_hash
from connectors.gap import Gap, Reason, SourceGap
from connectors.record import Hashed, Presence, Record
from connectors.snapshot import Snapshot, TenantInfo
from connectors.source import MICROSOFT_365, Source
from connectors.transport import BudgetSpent, Stopped, Unreachable

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CLINIC = TenantInfo("brightwater", "Brightwater Family Clinic", ["microsoft365"])


class Person(Record):
    id: str
    mail: str | None = None
    note: Annotated[bool, Presence]
    reply: Annotated[str, Hashed]


class Rule(Record):
    id: str


def source(name: str, *, after: tuple[str, ...] = (), fan_out: bool = False, record: type[Record] = Person) -> Source:
    return Source(name, MICROSOFT_365, record, None, "Some.Read", after=after, fan_out=fan_out)


class Pretend:
    """A connector that is told what each source does."""

    provider = MICROSOFT_365

    def __init__(
        self, *given: tuple[Source, Callable[[Fetch], Iterator[Page]]], skipped: Mapping[str, Gap] = {}
    ) -> None:
        self._given = {s.name: (s, work) for s, work in given}
        self._skipped = skipped
        self.asked: list[str] = []

    def sources(self) -> Sequence[Source]:
        return [s for s, _ in self._given.values()]

    def identify(self) -> str:
        return "id"

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        self.asked.append(fetch.source.name)
        return self._given[fetch.source.name][1](fetch)

    def skipped(self) -> Mapping[str, Gap]:
        return self._skipped

    def disclosures(self) -> Sequence[str]:
        return ["It may read more than it needs."]


def run(root: Path, *connectors: Pretend, **given: Any) -> Snapshot:
    return collect(CLINIC, connectors, root, **{"now": lambda: NOW, "workers": 4} | given)


def listing(*pages: Sequence[str], then: Exception | None = None) -> Callable[[Fetch], Iterator[Page]]:
    """Pages of ids; page n is followed by "n"; at the end an error, if one is given."""

    def work(fetch: Fetch) -> Iterator[Page]:
        for number in range(int(fetch.following or 0), len(pages)):
            last = number + 1 == len(pages) and then is None
            yield Page([{"id": key} for key in pages[number]], following=None if last else str(number + 1))
        if then is not None:
            raise then

    return work


def one_each(parents: Sequence[str], *, gaps: Mapping[str, Gap] = {}) -> Callable[[Fetch], Iterator[Page]]:
    def work(fetch: Fetch) -> Iterator[Page]:
        fetch.parents = len(parents)

        def read(parent: str) -> Page:
            return Page(of=parent, gap=gaps[parent]) if parent in gaps else Page([{"id": f"{parent}-1"}], of=parent)

        yield from fetch.map(read, [parent for parent in parents if parent not in fetch.done])

    return work


def ids(snapshot: Snapshot, name: str) -> list[str]:
    return [line.r["id"] for line in snapshot.lines(name) if line.r is not None]


REFUSED = Gap("graph.users", Reason.PERMISSION, "refused", "grant User.Read.All")


def test_only_declared_fields_are_stored_and_marked_ones_reduced(tmp_path: Path) -> None:
    record = {
        "id": "1",
        "mail": None,
        "note": "Jane Roe, oncology",
        "reply": "ann@clinic.example",
        "subject": "Jane Roe",
    }
    users = source("graph.users")
    found = run(tmp_path, Pretend((users, lambda fetch: iter([Page([record])]))))
    stored = next(found.lines("graph.users")).r
    assert stored is not None
    assert stored.pop("reply").startswith("h:")
    assert stored == {"id": "1", "mail": None, "note": True}
    assert found.manifest.disclosures == ["It may read more than it needs."]


def test_a_failing_source_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        Pretend(
            (source("graph.users"), listing(then=SourceGap(REFUSED))),
            (source("graph.groups"), listing(["a"], ["b"])),
            (source("graph.domains"), listing(then=Unreachable("graph.domains: ConnectionError after 4 tries"))),
        ),
    )
    assert found.sources["graph.users"].gap == REFUSED
    assert found.sources["graph.groups"].gap is None
    assert (found.sources["graph.groups"].count, found.sources["graph.groups"].pages) == (2, 2)
    unreached = found.sources["graph.domains"].gap
    assert unreached is not None
    assert unreached.reason is Reason.PROVIDER_ERROR
    assert found.verify() == []


def test_a_listing_that_breaks_off_is_partial_and_keeps_what_was_read(tmp_path: Path) -> None:
    found = run(tmp_path, Pretend((source("graph.users"), listing(["1", "2"], then=SourceGap(REFUSED)))))
    state = found.sources["graph.users"]
    assert ids(found, "graph.users") == ["1", "2"]
    assert state.gap is not None
    assert (state.gap.reason, state.gap.remedy) == (Reason.PARTIAL, "grant User.Read.All")
    assert "2 records were read before it failed (permission): refused" in state.gap.detail


def test_an_error_of_ours_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run(tmp_path, Pretend((source("graph.users"), listing(["1"], then=ZeroDivisionError()))))


def test_sources_that_are_not_read_have_their_gap(tmp_path: Path) -> None:
    gap = Gap("graph.devices", Reason.NOT_COLLECTED, "it is switched off")
    found = run(tmp_path, Pretend((source("graph.users"), listing(["1"])), skipped={"graph.devices": gap}))
    assert found.sources["graph.devices"].gap == gap


def test_dependants_start_after_what_they_need_and_only_then(tmp_path: Path) -> None:
    seen: list[str] = []

    def rules(fetch: Fetch) -> Iterator[Page]:
        seen.extend(str(record["id"]) for record in fetch.records("graph.users"))
        yield from one_each(seen)(fetch)

    found = run(
        tmp_path,
        Pretend(
            (source("graph.message_rules", after=("graph.users",), fan_out=True, record=Rule), rules),
            (source("graph.users"), listing(["1"], ["2", "3"])),
        ),
    )
    assert seen == ["1", "2", "3"]
    state = found.sources["graph.message_rules"]
    assert (state.parents, state.parents_read, state.count) == (3, 3, 3)


def test_a_dependant_of_what_could_not_be_read_says_of_what(tmp_path: Path) -> None:
    def rules(fetch: Fetch) -> Iterator[Page]:
        fetch.records("graph.users")
        yield Page()

    found = run(
        tmp_path,
        Pretend(
            (source("graph.users"), listing(then=SourceGap(REFUSED))),
            (source("graph.message_rules", after=("graph.users",), fan_out=True), rules),
        ),
    )
    gap = found.sources["graph.message_rules"].gap
    assert gap is not None
    assert (gap.reason, gap.remedy) == (Reason.PERMISSION, "grant User.Read.All")
    assert "graph.users, which could not be read: refused" in gap.detail


def test_sources_that_wait_for_each_other_are_a_fault_of_ours(tmp_path: Path) -> None:
    pair = [(source("a", after=("b",)), listing(["1"])), (source("b", after=("a",)), listing(["1"]))]
    with pytest.raises(ValueError, match="wait for each other"):
        run(tmp_path, Pretend(*pair))


def test_one_mailbox_that_fails_makes_a_fan_out_partial(tmp_path: Path) -> None:
    gap = Gap("graph.message_rules", Reason.PERMISSION, "mailbox b refuses", "ask b")
    fan = source("graph.message_rules", fan_out=True, record=Rule)
    state = run(tmp_path, Pretend((fan, one_each(["a", "b", "c"], gaps={"b": gap})))).sources[fan.name]
    assert state.gap is not None
    assert state.gap.reason is Reason.PARTIAL
    assert state.gap.detail == "2 of 3 were read; the first that was not: mailbox b refuses"
    assert (state.parents, state.parents_read) == (3, 2)


def test_a_fan_out_that_fails_everywhere_keeps_the_common_reason(tmp_path: Path) -> None:
    gap = Gap("graph.message_rules", Reason.PERMISSION, "refused", "grant it")
    fan = source("graph.message_rules", fan_out=True, record=Rule)
    state = run(tmp_path, Pretend((fan, one_each(["a", "b"], gaps={"a": gap, "b": gap})))).sources[fan.name]
    assert state.gap is not None
    assert state.gap.reason is Reason.PERMISSION


def test_a_parent_without_records_is_read_all_the_same(tmp_path: Path) -> None:
    fan = source("graph.message_rules", fan_out=True, record=Rule)
    found = run(tmp_path, Pretend((fan, lambda fetch: iter([Page(of="a"), Page(of="b")]))))
    assert [line.of for line in found.lines(fan.name)] == ["a", "b"]
    assert found.sources[fan.name].parents_read == 2
    assert found.sources[fan.name].gap is None


# -- stopping and going on -------------------------------------------------------------------------------------------


def test_a_stopped_run_goes_on_at_the_page(tmp_path: Path) -> None:
    stop = threading.Event()
    started_at: list[str | None] = []

    def users(fetch: Fetch) -> Iterator[Page]:
        started_at.append(fetch.following)
        for page in listing(["1"], ["2"], ["3"])(fetch):
            if page.records[0]["id"] == "2":
                stop.set()
            yield page

    def both() -> Pretend:
        return Pretend((source("graph.users"), users), (source("graph.groups"), listing(["g"])))

    with pytest.raises(Interrupted):
        run(tmp_path, both(), stop=stop, workers=1)
    assert not list((tmp_path / "brightwater").glob("*/manifest.json"))
    second = both()
    found = run(tmp_path, second, stop=None)
    assert ids(found, "graph.users") == ["1", "2", "3"]
    assert started_at == [None, "2"]
    assert found.sources["graph.users"].pages == 3
    assert found.sources["graph.users"].gap is None


def test_finished_sources_and_read_parents_are_not_asked_again(tmp_path: Path) -> None:
    asked: list[str] = []
    spent = [True]

    def rules(fetch: Fetch) -> Iterator[Page]:
        fetch.parents = 3
        for parent in ("a", "b", "c"):
            if parent not in fetch.done:
                asked.append(parent)
                yield Page([{"id": parent}], of=parent)
                if parent == "b" and spent[0]:
                    raise Stopped

    stop = threading.Event()

    def progress(name: str, state: Any) -> None:
        if name == "graph.message_rules" and state is not None:
            stop.set()

    def connector() -> Pretend:
        fan = source("graph.message_rules", after=("graph.users",), fan_out=True, record=Rule)
        return Pretend((source("graph.users"), listing(["1"])), (fan, rules))

    with pytest.raises(Interrupted):
        run(tmp_path, connector(), stop=stop, progress=progress)
    spent[0] = False
    second = connector()
    found = run(tmp_path, second)
    assert second.asked == ["graph.message_rules"]
    assert asked == ["a", "b", "c"]
    assert ids(found, "graph.message_rules") == ["a", "b", "c"]
    assert found.sources["graph.users"].count == 1
    assert found.verify() == []


def test_what_was_refused_in_a_stopped_run_is_asked_for_again(tmp_path: Path) -> None:
    """Somebody stops the scan, grants what was missing, and scans again."""
    fan = source("graph.message_rules", fan_out=True, record=Rule)
    for number in range(2):
        stop, granted = threading.Event(), number == 1

        def last(fetch: Fetch, stop: threading.Event = stop, granted: bool = granted) -> Iterator[Page]:
            if not granted:
                stop.set()
            yield Page([{"id": "g"}])

        refused = dict.fromkeys(("a", "b"), None if granted else REFUSED)
        users = listing(["1"]) if granted else listing(then=SourceGap(REFUSED))
        connector = Pretend(
            (source("graph.users"), users),
            (fan, one_each(["a", "b"], gaps={who: gap for who, gap in refused.items() if gap is not None})),
            (source("graph.groups", after=("graph.users", fan.name)), last),
        )
        if not granted:
            with pytest.raises(Interrupted):
                run(tmp_path, connector, stop=stop)
    found = run(tmp_path, connector)
    assert {name: state.gap for name, state in found.sources.items()} == dict.fromkeys(found.sources)
    assert ids(found, "graph.users") == ["1"]
    assert found.sources[fan.name].parents_read == 2
    assert found.verify() == []


def test_a_spent_budget_is_a_gap_and_not_an_end(tmp_path: Path) -> None:
    spent = BudgetSpent("the run's budget of 3 requests is used up")
    found = run(
        tmp_path, Pretend((source("graph.users"), listing(["1"], then=spent)), (source("graph.groups"), listing(["g"])))
    )
    gap = found.sources["graph.users"].gap
    assert gap is not None
    assert gap.reason is Reason.INTERRUPTED
    assert "budget of 3 requests" in gap.detail
    assert found.sources["graph.groups"].gap is None


def slow(fetch: Fetch) -> Iterator[Page]:
    for number in range(100):
        time.sleep(0.05)
        yield Page([{"id": str(number)}], following=str(number + 1))


def stuck(fetch: Fetch) -> Iterator[Page]:
    fetch.parents = 3

    def read(parent: str) -> Page:
        time.sleep(0.0 if parent == "a" else 2.0)
        return Page([{"id": parent}], of=parent)

    yield from fetch.map(read, ["a", "b", "c"])


@pytest.mark.parametrize(("work", "fan_out"), [(slow, False), (stuck, True)])
def test_a_source_that_takes_too_long_is_a_gap_and_the_others_go_on(
    tmp_path: Path, work: Callable[[Fetch], Iterator[Page]], fan_out: bool
) -> None:
    connector = Pretend(
        (source("t.slow", fan_out=fan_out, record=Rule), work),
        (source("t.after", after=("t.slow",), record=Rule), listing(["x"])),
        (source("t.patient", record=Rule), listing(["y"])),
    )
    found = run(tmp_path, connector, limits=Limits(60.0, {"t.slow": 1.0}))
    state = found.sources["t.slow"]
    assert state.gap is not None
    assert state.gap.reason is Reason.INTERRUPTED
    assert "1 second" in state.gap.detail
    assert "t.slow" in state.gap.remedy
    assert 1 <= state.count < 100
    assert found.sources["t.after"].gap is found.sources["t.patient"].gap is None


def test_a_source_has_its_own_limit_or_that_of_all() -> None:
    limits = Limits(10.0, {"t.slow": 60.0})
    assert (limits.of("t.slow"), limits.of("t.fast"), Limits().of("t.fast")) == (60.0, 10.0, None)


def test_a_fresh_run_and_another_plan_start_anew(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    for again in ({"resume": False}, {"now": lambda: NOW + timedelta(days=2)}):
        with pytest.raises(Interrupted):
            run(tmp_path, Pretend((source("graph.users"), listing(["1"], ["2"]))), stop=stop, resume=False)
        found = run(tmp_path, Pretend((source("graph.users"), listing(["9"]))), **again)
        assert ids(found, "graph.users") == ["9"]


def test_a_run_never_goes_on_with_what_was_read_of_another_tenant(tmp_path: Path) -> None:
    """The id in the configuration was wrong, the scan was stopped, the id was corrected: the key is still the same."""

    def scan(of: str, record: str, stop: threading.Event) -> Snapshot:
        clinic = TenantInfo("brightwater", "Brightwater", ["microsoft365"], {"microsoft365": of})
        connector = Pretend((source("graph.users"), listing([record])))
        return collect(clinic, [connector], tmp_path, stop=stop, now=lambda: NOW)

    stopped = threading.Event()
    stopped.set()
    with pytest.raises(Interrupted):
        scan("another clinic", "theirs", stopped)
    assert ids(scan("this clinic", "ours", threading.Event()), "graph.users") == ["ours"]


def test_the_plan_changes_with_sources_and_fields() -> None:
    users, groups = (source("graph.users"), listing([])), (source("graph.groups"), listing([]))
    plans = {
        plan_hash([Pretend(users)]),
        plan_hash([Pretend(users, groups)]),
        plan_hash([Pretend((source("graph.users", record=Rule), listing([])))]),
        plan_hash([Pretend(users, skipped={"graph.groups": REFUSED})]),
    }
    assert len(plans) == 4
    assert plan_hash([Pretend(users, groups)]) == plan_hash([Pretend(groups, users)])


def test_workers_are_bounded_and_work_side_by_side(tmp_path: Path) -> None:
    inside, most, guard, together = [0], [0], threading.Lock(), threading.Barrier(5, timeout=30)

    def rules(fetch: Fetch) -> Iterator[Page]:
        def read(parent: int) -> Page:
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            together.wait()  # five at a time there must be
            with guard:
                inside[0] -= 1
            return Page([{"id": str(parent)}], of=str(parent))

        yield from fetch.map(read, range(40))

    fan = source("graph.message_rules", fan_out=True, record=Rule)
    found = run(tmp_path, Pretend((fan, rules)), workers=5)
    assert most[0] == 5
    assert len(ids(found, fan.name)) == 40
    assert [line.of for line in found.lines(fan.name)] == sorted(str(n) for n in range(40))
