"""A directory of thousands: requests follow the pages, memory follows the people, and what was cut short passes nothing."""

from __future__ import annotations

import dataclasses
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from auditor.cli.plan import Size, plan_of
from auditor.config import Loaded, check
from auditor.scan import Options, scan
from auditor.simulated import tenant_settings
from connectors import source
from connectors.gap import Gap, Reason
from connectors.microsoft365.profiles import sources_of
from connectors.microsoft365.sources.groups import GroupMember
from connectors.simulator import Simulator, generate, scenario
from connectors.simulator.requestlog import LoggedRequest
from connectors.snapshot import Journal, Line, Snapshot, TenantInfo
from rules import Assessment
from rules.result import Verdict
from rules.tables import Grouped, Rows

MEMBERS, PRINCIPALS = "graph.group_members", "graph.service_principals"
DIRECTORY = {
    PRINCIPALS,
    MEMBERS,
    "graph.app_role_assignments",
    "graph.applications",
    "graph.conditional_access_policies",
    "graph.group_owners",
    "graph.groups",
    "graph.oauth2_permission_grants",
    "graph.organization",
    "graph.resource_app_roles",
    "graph.role_assignments",
    "graph.role_definitions",
    "graph.service_principal_secrets",
    "graph.subscribed_skus",
    "graph.users",
}
"""What the applications and the groups of a tenant are made of."""
PAGES = {MEMBERS: 50, PRINCIPALS: 200, "graph.service_principal_secrets": 200}
"""Pages so small that a small tenant has as many as a large one."""
SMALL = Size(users=100, mailboxes=100, groups=6, members=40, applications=400)
LARGE = Size(users=500, mailboxes=500, groups=30, members=200, applications=2000)


@pytest.fixture(autouse=True, scope="module")
def small_pages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, size in PAGES.items():
            patch.setitem(source._SOURCES, name, dataclasses.replace(source._SOURCES[name], page_size=size))
        yield


@dataclasses.dataclass
class Scanned:
    """One scan of a generated tenant: the verdicts, what was asked, and what a plan had said."""

    assessment: Assessment
    snapshot: Snapshot
    log: list[LoggedRequest]
    planned: dict[str, int]

    @property
    def requests(self) -> int:
        return sum(entry.batch is None for entry in self.log)

    @property
    def passed(self) -> set[tuple[str, str]]:
        """The checks that pass."""
        checks = [check for outcome in self.assessment.controls for check in outcome.checks]
        return {(one.check.control.id, one.check.name) for one in checks if one.verdict is Verdict.PASS}

    @property
    def dark(self) -> set[str]:
        """The sources that verdicts name as what they lack."""
        checks = [check for outcome in self.assessment.controls for check in outcome.checks]
        found = [gap for one in checks for gap in one.gaps]
        found += [j.result.gap for one in checks for j in one.judgments if j.result.gap is not None]
        return {gap.source.partition(":")[0] for gap in found}


def read(folder: Path, size: Size, **section: Any) -> Scanned:
    sizes = {"principals": size.applications, "groups": size.groups, "members": size.members}
    tenant = generate("microsoft365", users=size.users, seed=1, **sizes)
    with Simulator([tenant]) as simulator:
        settings = tenant_settings(simulator.connection(tenant.key), folder) | section
        settings["skip"] = [one.name for one in sources_of("full") if one.name not in DIRECTORY]
        config = check({"snapshots": str(folder / "snapshots"), "tenant": [settings]}, Path("test.toml"))
        loaded = Loaded(config, folder / "test.toml")
        plan = plan_of(config.tenant[0], folder, size)
        found = scan(loaded, config.tenant[0], Options(), stop=threading.Event(), progress=lambda name, state: None)
        log = simulator.log()
    snapshot = Snapshot.open(next((folder / "snapshots" / tenant.key).glob("*/manifest.json")).parent)
    return Scanned(found, snapshot, log, {row["source"]: row["requests"] for row in plan["sources"]})


def test_requests_follow_the_pages_and_never_the_members_times_the_groups(tmp_path: Path) -> None:
    small, large = read(tmp_path / "small", SMALL), read(tmp_path / "large", LARGE)
    for one in (small, large):
        assert {n: s.gap for n, s in one.snapshot.sources.items() if n in DIRECTORY and s.gap} == {}
    more = sum(large.planned[name] - small.planned[name] for name in large.planned)
    # Two batches hold thirty groups, whose 200 members lie on four pages; 2,000 entries lie on ten, the first asked with others.
    assert large.planned[MEMBERS] == 2 * 4
    assert large.planned[PRINCIPALS] == 10 - 1
    # A batch goes on as long as its longest list: a group with another inside has up to eight pages.
    assert more <= large.requests - small.requests <= more + 2 * 4
    nested = sum(entry.path.endswith("/transitiveMembers") for entry in large.log)
    assert LARGE.groups * 4 <= nested <= LARGE.groups * 4 + 3 * 4
    # Nothing is asked once for each of 2,000 applications: only for the few whose permissions open something.
    assert sum("/servicePrincipals/" in entry.path for entry in large.log) <= 2 * 4


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    return read(tmp_path_factory.mktemp("whole"), SMALL)


@pytest.mark.parametrize("cut", [MEMBERS, PRINCIPALS, "graph.groups", "graph.oauth2_permission_grants"])
def test_a_source_that_is_cut_short_says_so_and_lets_nothing_pass(tmp_path: Path, whole: Scanned, cut: str) -> None:
    found = read(tmp_path, SMALL, limits={"sources": {cut: 1e-9}})
    gap = found.snapshot.sources[cut].gap
    assert gap is not None
    assert gap.reason is Reason.INTERRUPTED
    assert "it took longer than the 1e-09 seconds" in gap.detail
    assert found.snapshot.sources[cut].count  # the first page is there, and is not taken for all of them
    assert found.passed <= whole.passed
    assert cut in found.dark


def test_a_budget_of_requests_ends_the_listing_with_its_own_gap(tmp_path: Path, whole: Scanned) -> None:
    budget = whole.requests - 5  # the signing in counts as well
    found = read(tmp_path, SMALL, request_budget=budget)
    gaps = [s.gap for s in found.snapshot.sources.values() if s.gap is not None and s.gap.reason is Reason.INTERRUPTED]
    assert gaps
    assert {gap.detail for gap in gaps} == {f"the run's budget of {budget} requests is used up"}
    assert found.passed <= whole.passed
    assert {gap.source for gap in gaps} & found.dark
    assert found.requests < whole.requests


def test_a_log_that_is_bounded_by_its_pages_passes_nobody_whom_the_rest_may_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_ins = source._SOURCES["graph.sign_ins"]
    monkeypatch.setitem(source._SOURCES, "graph.sign_ins", dataclasses.replace(sign_ins, page_size=1))
    tenant = scenario("microsoft-typical")
    ann, *others = [user for user in tenant.state["graph"]["users"] if user["userType"] == "Member"]
    when = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    tenant.state["graph"]["signIns"] = [
        {
            "id": f"sign-in-{number}",
            "createdDateTime": when,
            "userId": ann["id"],
            "userPrincipalName": ann["userPrincipalName"],
            "clientAppUsed": "IMAP4",
            "status": {"errorCode": 0},
        }
        for number in range(sign_ins.call.most + 1)
    ]
    kept = {"graph.sign_ins", "graph.users", "graph.subscribed_skus", "graph.organization"}
    with Simulator([tenant]) as simulator:
        settings = tenant_settings(simulator.connection(tenant.key), tmp_path)
        settings["skip"] = [one.name for one in sources_of("full") if one.name not in kept]
        config = check({"snapshots": str(tmp_path / "snapshots"), "tenant": [settings]}, Path("test.toml"))
        loaded = Loaded(config, tmp_path / "test.toml")
        found = scan(loaded, config.tenant[0], Options(), stop=threading.Event(), progress=lambda name, state: None)
    state = found.sources["graph.sign_ins"]
    assert state.gap is not None
    assert (state.gap.reason, state.count) == (Reason.PARTIAL, sign_ins.call.most)
    assert f"more than {sign_ins.call.most} pages" in state.gap.detail
    verdicts = {judgment.entity.id: judgment.verdict for judgment in found.control("AUTH-2").judgments}
    assert verdicts[ann["id"]] is Verdict.FAIL
    assert Verdict.PASS not in verdicts.values()
    assert any(verdicts[user["id"]] is Verdict.NOT_ASSESSED for user in others)


PEOPLE = [
    {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "@odata.type": "#microsoft.graph.user",
        "displayName": f"Person {number}",
        "userPrincipalName": f"person{number}@clinic.example",
        "mail": f"person{number}@clinic.example",
        "userType": "Member",
    }
    for number in range(400)
]


def memberships(groups: int) -> Iterator[Line]:
    return (Line(r=GroupMember.project(person, b""), of=f"g{group}") for group in range(groups) for person in PEOPLE)


def loaded(folder: Path, groups: int) -> tuple[Rows[GroupMember], int]:
    """The members of many groups as checks get them, and the most memory that it took to read them."""
    info = TenantInfo("clinic", "Clinic", ["microsoft365"])
    path = Snapshot.of(info, {MEMBERS: memberships(groups)}).save(folder)
    rows = Rows(Snapshot.open(path), GroupMember)
    tracemalloc.start()
    try:
        rows.load()
        return rows, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_follows_the_people_and_not_their_memberships(tmp_path: Path) -> None:
    rows, few = loaded(tmp_path / "few", 2)
    rows, many = loaded(tmp_path / "many", 40)
    members = Grouped(rows).known()
    assert sum(map(len, members.values())) == 40 * len(PEOPLE)
    assert len({id(member) for held in members.values() for member in held}) == len(PEOPLE)
    assert members["g39"][7].user_principal_name == "person7@clinic.example"
    assert (many - few) / (38 * len(PEOPLE)) < 40  # bytes a membership: places in two lists, and no more


def test_a_member_that_changed_between_two_groups_keeps_both_forms() -> None:
    before = PEOPLE[0]
    after = before | {"userType": "Guest"}
    lines = [Line(r=GroupMember.project(row, b""), of=of) for of, row in (("a", before), ("b", after), ("c", before))]
    rows = Rows(Snapshot.of(TenantInfo("clinic", "Clinic", ["microsoft365"]), {MEMBERS: lines}), GroupMember)
    assert [held[0].user_type for held in Grouped(rows).known().values()] == ["Member", "Guest", "Member"]


def test_a_journal_is_put_in_order_without_being_held(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "members.jsonl")
    for page, group in enumerate(range(39, -1, -1), 1):
        lines = [Line(r=person, of=f"g{group:02}") for person in PEOPLE] if group % 7 else []
        journal.append([*lines, Line(of=f"g{group:02}", gap=Gap(MEMBERS, Reason.THROTTLED, "later"))], page, None)
    journal.close()
    size = journal.path.stat().st_size
    tracemalloc.start()
    try:
        written = sum(len(text) for text in journal.sorted_texts())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size / 8
    lines = b"".join(journal.sorted_texts()).splitlines()
    parents = [str(msgspec.json.decode(line)["of"]) for line in lines]
    assert parents == sorted(parents)
    assert len(lines) == len(list(journal.lines()))
    assert written < size  # the marks between pages are left out
