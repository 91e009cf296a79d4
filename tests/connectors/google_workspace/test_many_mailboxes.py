"""Hundreds and thousands of mailboxes: one token each, a fair order, whole pages after a stop, and numbers that are told."""

from __future__ import annotations

import json
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import reports
from connectors import former
from connectors.collect import Fetch, collect
from connectors.gap import Reason
from connectors.google_workspace.connector import GoogleWorkspace
from connectors.google_workspace.lanes import retries
from connectors.google_workspace.mailboxes import AT_ONCE, GROUP, Box, Mailboxes, Person
from connectors.simulator import Fault, SimulatedTenant
from connectors.simulator.faults import Refuse
from connectors.simulator.google import app
from connectors.simulator.google.generate import generate
from connectors.snapshot import Snapshot, TenantInfo
from connectors.source import declared
from connectors.transport import Request, Response, Retry
from reports.letter import compose
from rules import assess
from tests.connectors.google_workspace.clinics import Clinic, serving

MAIL = [name for name in sorted(declared()) if name.startswith("gmail.")]
BOXES = 500
LOST = 88


def clinic_of(boxes: int) -> tuple[SimulatedTenant, list[dict[str, Any]]]:
    """A generated clinic in which so many people have a working mailbox, and those people."""
    tenant = generate(boxes + boxes // 10, seed=7)
    working = [
        u
        for u in tenant.state["users"]
        if u["isMailboxSetup"] and not any(u.get(name) for name in ("suspended", "archived", "deletionTime"))
    ]
    spare = [u for u in working if not u["isAdmin"]][: len(working) - boxes]
    for number, person in enumerate(spare):
        person.update({"archived": True} if number % 2 else {"isMailboxSetup": False})
    left_out = {person["id"] for person in spare}
    return tenant, [person for person in working if person["id"] not in left_out]


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clinic, list[dict[str, Any]], Snapshot]]:
    """A clinic of 500 mailboxes under quotas, read once; Google knows nobody by 88 of the addresses."""
    tenant, working = clinic_of(BOXES)
    unknown = ("invalid_grant", "Invalid email or User ID")
    strangers = [u["primaryEmail"] for u in working if not u["isAdmin"]][:LOST]
    tenant.state.setdefault("tokenErrors", {}).update(dict.fromkeys(strangers, unknown))
    with serving(tenant, tmp_path_factory.mktemp("big"), quotas=True) as clinic:
        yield clinic, working, clinic.read("directory.users", *MAIL, paced=True)


def test_each_mailbox_costs_one_token_and_is_asked_once(
    big: tuple[Clinic, list[dict[str, Any]], Snapshot],
) -> None:
    clinic, working, _ = big
    assert len(working) == BOXES
    assert len(clinic.asked("/token")) == BOXES + 1  # and the administrator's
    parts = [entry for entry in clinic.simulator.log() if "/settings/" in entry.path]
    assert len(parts) == 7 * (BOXES - LOST)
    assert {entry.status for entry in parts} == {200}
    batches = [
        entry for entry in clinic.simulator.log() if entry.path.endswith("/batch/gmail/v1") or entry.path == "/batch"
    ]
    assert len(batches) <= math.ceil(BOXES / AT_ONCE)


@pytest.mark.parametrize("form", ["text", "html", "json", "letter"])
def test_every_report_says_412_of_500(form: str, big: tuple[Clinic, list[dict[str, Any]], Snapshot]) -> None:
    assessment = assess(big[2], only=["FWD-1"])
    if form == "json":
        found = {entry["source"]: entry for entry in json.loads(reports.render(assessment, "json"))["coverage"]}
        assert (found["gmail.filters"]["read"], found["gmail.filters"]["of"]) == (BOXES - LOST, BOXES)
        assert "archived" in found["gmail.filters"]["note"]
        return
    if form == "letter":
        assert "412 of 500 mailboxes" in compose(assessment, month=date(2026, 11, 1)).seen
        return
    shown = " ".join(reports.render(assessment, form).split())
    assert "412 of 500 mailboxes read" in shown
    for why in ("suspended", "archived", "without a mailbox"):
        assert f" {why}" in shown


def test_whom_google_does_not_know_is_named_and_the_rest_is_read(
    big: tuple[Clinic, list[dict[str, Any]], Snapshot],
) -> None:
    state = big[2].sources["gmail.delegates"]
    assert state.gap is not None
    assert (state.gap.reason, state.parents, state.parents_read) == (Reason.PARTIAL, BOXES, BOXES - LOST)
    tenant = big[0].tenant.state
    assert f"{sum(u['suspended'] for u in tenant['users'])} suspended" in state.note


def stop_after(connector: GoogleWorkspace, batches: int) -> GoogleWorkspace:
    """The connector, which stops the run when so many batches of mailboxes were answered."""
    exchange, answered = connector.transport._exchange, Counter[str]()
    lock = threading.Lock()

    def counted(request: Request, headers: Mapping[str, str]) -> Response:
        answer = exchange(request, headers)
        with lock:
            answered[request.lane] += 1
            if answered["gmail"] == batches:
                connector.transport.stop.set()
        return answer

    connector.transport._exchange = counted  # type: ignore[method-assign]
    return connector


def test_a_stopped_run_has_read_whole_mailboxes_and_the_next_reads_the_others(tmp_path: Path) -> None:
    tenant, working = clinic_of(BOXES)
    with serving(tenant, tmp_path) as clinic:
        stopped = stop_after(clinic.connector("directory.users", *MAIL, stop=threading.Event()), 30)
        assert clinic.interrupted(stopped)
        journals = {name: clinic.folder / tenant.key / ".working" / f"{name}.jsonl" for name in MAIL}
        had = {
            name: {line["of"] for text in path.read_text().splitlines() if "of" in (line := json.loads(text))}
            for name, path in journals.items()
        }
        # No setting is far ahead of the others: what is kept of a mailbox is kept of all seven, but for what was under way.
        under_way = 8 * 2 * AT_ONCE
        assert min(map(len, had.values())) > 0
        assert max(map(len, had.values())) - min(map(len, had.values())) <= under_way
        whole = set.intersection(*had.values())
        # A quick scan meanwhile throws away nothing of it.
        daily = GoogleWorkspace(clinic.connection(), quick=True, skip=set(declared()) - {"directory.users"})
        info = TenantInfo(tenant.key, tenant.name, ["google_workspace"])
        assert collect(info, [daily], clinic.folder, quick=True).manifest.quick
        clinic.simulator.reset_log()
        snapshot = clinic.read("directory.users", *MAIL)
        assert len(clinic.asked("/settings/imap")) == BOXES - len(whole)
        assert len(clinic.asked("/token")) == BOXES - len(whole)
        for name in MAIL:
            assert (snapshot.sources[name].gap, snapshot.sources[name].parents_read) == (None, BOXES)
            people = [line.of for line in snapshot.lines(name) if line.of is not None]
            assert set(people) == {person["id"] for person in working}
            if name in {"gmail.imap", "gmail.pop", "gmail.auto_forwarding"}:
                assert len(people) == BOXES  # one line each: nobody twice


def test_who_is_throttled_comes_again_after_everybody_else(tmp_path: Path) -> None:
    tenant, working = clinic_of(60)
    throttled = [working[0]["id"], working[1]["id"], working[30]["id"]]
    faults = [
        Fault("google_workspace * */settings/filters", Refuse("throttled"), times=2, batch=True, token=f"{person}-")
        for person in throttled
    ]
    with serving(tenant, tmp_path, faults=faults) as clinic:
        snapshot = clinic.read("directory.users", *MAIL)
        parts = [entry for entry in clinic.simulator.log() if "/settings/" in entry.path]
    assert {name: s.gap for name, s in snapshot.sources.items() if name in MAIL and s.gap} == {}
    first, again = parts[: 7 * 60], parts[7 * 60 :]
    assert Counter(entry.status for entry in first) == {200: 7 * 60 - 3, 403: 3}
    # Only what was lacking is asked for again.
    assert [entry.path.rpartition("/")[2] for entry in again] == ["filters"] * 6
    assert [entry.status for entry in again] == [403] * 3 + [200] * 3


def test_a_person_who_stays_throttled_is_one_gap(tmp_path: Path) -> None:
    tenant, working = clinic_of(20)
    fault = Fault("google_workspace * */settings/*", Refuse("throttled"), batch=True, token=f"{working[3]['id']}-")
    with serving(tenant, tmp_path, faults=[fault]) as clinic:
        connector = clinic.connector("directory.users", *MAIL)
        connector.transport.backoff_base, connector.transport.patience = 0.001, 0.05
        snapshot = clinic.collect(connector)
    for name in MAIL:
        assert (snapshot.sources[name].parents_read, snapshot.sources[name].parents) == (19, 20)
        gaps = {line.of: line.gap.reason for line in snapshot.lines(name) if line.gap is not None}
        assert gaps == {working[3]["id"]: Reason.THROTTLED}


def test_the_simulator_keeps_a_persons_quota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "GMAIL_PERSON", (7, 60.0))
    tenant, _ = clinic_of(12)
    with serving(tenant, tmp_path, quotas=True) as clinic:
        assert clinic.read("directory.users", *MAIL).sources["gmail.filters"].gap is None
        connector = clinic.connector("directory.users", *MAIL)
        connector.transport.backoff_base, connector.transport.patience = 0.001, 0.05
        state = clinic.collect(connector).sources["gmail.filters"]
    assert state.gap is not None
    assert state.gap.reason is Reason.THROTTLED


def test_an_empty_bucket_is_waited_for_and_refuses_nobody(tmp_path: Path) -> None:
    tenant, _ = clinic_of(12)
    with serving(tenant, tmp_path) as clinic:
        connector = clinic.connector("directory.users", *MAIL)
        spend, waits = connector._mailboxes.allowances.spend, Counter[str]()

        def first_wait(whom: str, units: int) -> float:
            waits[whom] += 1
            return 0.02 if waits[whom] == 1 else spend(whom, units)

        connector._mailboxes.allowances.spend = first_wait  # type: ignore[method-assign]
        snapshot = clinic.collect(connector)
    assert set(waits.values()) == {2}
    assert (snapshot.sources["gmail.filters"].gap, snapshot.sources["gmail.filters"].parents_read) == (None, 12)


def test_a_run_that_never_has_time_for_all_sees_everybody_in_the_end(tmp_path: Path) -> None:
    tenant, working = clinic_of(60)
    seen: list[set[str]] = []
    with serving(tenant, tmp_path) as clinic:
        for _ in range(4):
            connector = clinic.connector("directory.users", *MAIL)
            connector.transport.budget = 40
            snapshot = clinic.collect(connector, workers=2)
            state = snapshot.sources["gmail.filters"]
            assert state.gap is not None
            assert state.parents == 60
            lines = [line for name in MAIL for line in snapshot.lines(name)]
            seen.append({line.of for line in lines if line.of is not None and line.gap is None})
            assert 15 <= len(seen[-1]) < 60
    assert set.union(*seen) == {person["id"] for person in working}


def test_after_a_whole_scan_nobody_comes_first(tmp_path: Path) -> None:
    tenant, _ = clinic_of(12)
    with serving(tenant, tmp_path) as clinic:
        clinic.read("directory.users", *MAIL)
        assert former.read_ago(clinic.folder / tenant.key, "gmail.filters") == {}
    assert former.read_ago(tmp_path / "nowhere", "gmail.filters") == {}


# -- five thousand, without a network ----------------------------------------------------------------------------------


class Pretend:
    """Stands where the client is: answers every setting, puts some people off, and counts."""

    def __init__(self, late: Callable[[str], bool]) -> None:
        self.tokens = self
        self.requests = SimpleNamespace(url=lambda source: f"https://gmail.example/{source.name}")
        self.transport = SimpleNamespace(backoff_base=0.0, patience=120.0, stop=threading.Event(), lanes={})
        self.late, self.minted, self.batches = late, Counter[str](), list[list[str]]()
        self.lock = threading.Lock()

    def user(self, group: str, subject: str, *, fresh: bool = False) -> str:
        assert (group, fresh) == (GROUP, False)
        return f"Bearer {subject}"

    def batch(
        self,
        source: object,
        asked: dict[str, str],
        token: Callable[[str, bool], str],
        lost: object,
        put_off: dict[str, Any],
    ) -> dict[str, Response]:
        owners = {key: token(key, False).removeprefix("Bearer ") for key in asked}
        with self.lock:
            self.batches.append(list(dict.fromkeys(owners.values())))
            for owner in set(owners.values()):
                self.minted[owner] += 1
        answers = {}
        for key, owner in owners.items():
            if self.late(owner) and self.minted[owner] < 3:
                busy = Response(429, {"retry-after": "0"}, b'{"error": {"message": "user-rate"}}', asked[key])
                put_off[key] = (cast("Retry", retries(paced=False)(busy)), busy)
            else:
                answers[key] = Response(200, {}, b"{}", asked[key])
        return answers


def test_five_thousand_are_read_in_turn_and_who_is_put_off_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [Person(f"id-{n}", f"p{n}@clinic.example") for n in range(5000)]
    late = {person.address for person in people[:2500:50]}
    client = Pretend(late.__contains__)
    reader = Mailboxes(cast("Any", client), [declared()[name] for name in MAIL])
    before = dict.fromkeys((person.id for person in people[:4000]), 1)
    monkeypatch.setattr(former, "read_ago", lambda home, name: before)
    monkeypatch.setattr(reader, "_people", lambda fetch: (people, ""))
    run = SimpleNamespace(
        workers=32,
        workspace=SimpleNamespace(home=Path("nowhere")),
        journal=lambda name: SimpleNamespace(recover=lambda: (0, None, set())),
    )
    fetch = SimpleNamespace(run=run, source=declared()["gmail.filters"], done=set(), map=map, parents=None, note="")
    turns = [page.of for page in reader.pages(cast("Fetch", fetch))]
    # Whom the last scan did not reach, then the others, then those who were put off: each once.
    ordinary = [p.id for p in (*people[4000:], *people[:4000]) if p.address not in late]
    assert turns[: len(ordinary)] == ordinary
    assert sorted(turns[len(ordinary) :]) == sorted(p.id for p in people if p.address in late)
    assert max(map(len, client.batches)) == AT_ONCE
    assert len(client.batches) <= math.ceil(5000 / AT_ONCE) + 2 * len(late)
    assert {client.minted[address] for address in late} == {3}
    assert {client.minted[p.address] for p in people if p.address not in late} == {1}
    assert fetch.parents == 5000


def test_batches_of_few_and_of_many() -> None:
    from connectors.google_workspace.mailboxes import _chunks

    fetch = cast("Fetch", SimpleNamespace(run=SimpleNamespace(workers=32)))
    for count, size in ((5, 1), (64, 2), (500, 7), (5000, 7)):
        chunks = _chunks(fetch, [Box(Person(str(n), "")) for n in range(count)])
        assert {len(chunk) for chunk in chunks[:-1]} <= {size}
        assert [box.person.id for chunk in chunks for box in chunk] == [str(n) for n in range(count)]


# -- every day, at little cost ----------------------------------------------------------------------------------------


def test_a_quick_scan_reads_the_forwarding_events_instead_at_the_cost_that_is_planned(tmp_path: Path) -> None:
    tenant, working = clinic_of(BOXES)
    with serving(tenant, tmp_path) as clinic:
        quick = GoogleWorkspace(clinic.connection("mailbox"), quick=True)
        snapshot = clinic.collect(quick)
        asked = [entry for entry in clinic.simulator.log() if entry.batch is None]
        forwards = [entry for entry in asked if "email_forwarding_out_of_domain" in entry.query]
        full = GoogleWorkspace(clinic.connection("mailbox"))
        plans = [
            sum(row[1] for row in one.plan(len(tenant.state["users"]), BOXES, len(tenant.state["groups"]), 250))
            for one in (quick, full)
        ]
    assert forwards
    assert not [entry for entry in asked if "gmail" in entry.path]
    assert snapshot.sources["gmail.filters"].gap is not None
    assert snapshot.sources["reports.activity.login_forwarding"].gap is None
    assert abs(plans[0] - len(asked)) <= 12
    assert plans[0] < 100 < BOXES < plans[1]
