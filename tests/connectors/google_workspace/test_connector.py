"""The connector against simulated clinics: what is read, and what is said where something cannot be read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.collect import Fetch, Page
from connectors.gap import Reason, SourceGap
from connectors.google_workspace.connection import Key, Keyless
from connectors.google_workspace.connector import GoogleWorkspace
from connectors.simulator import Fault, SimulatedTenant, scenario
from connectors.simulator.faults import Drop, ExpireToken, Null, Refuse, Reset, Status, Truncate
from connectors.simulator.google.generate import generate
from connectors.source import declared
from connectors.transport import Request, Response
from tests.connectors.google_workspace.clinics import Clinic, lines, records, serving, user, without_scopes

MAIL = [name for name in sorted(declared()) if name.startswith("gmail.")]
FILTERS = "google_workspace * /gmail/v1/users/me/settings/filters"


@pytest.fixture(scope="module")
def typical(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with serving(scenario("google-typical"), tmp_path_factory.mktemp("typical")) as clinic:
        yield clinic


def test_a_whole_clinic_is_read_without_gaps_or_writes(typical: Clinic) -> None:
    snapshot = typical.read()
    state = typical.tenant.state
    assert {name: s.gap for name, s in snapshot.sources.items() if s.gap} == {}
    people = [u for u in state["users"] if "deletionTime" not in u]
    assert len(records(snapshot, "directory.users")) == len(people)
    assert len(records(snapshot, "policy.policies")) == len(state["policies"])
    assert len(records(snapshot, "licensing.assignments")) == len(state["licenses"])
    assert len(records(snapshot, "reports.usage.users")) == len(people)
    assert [entry for entry in typical.simulator.log() if not entry.is_read] == []
    text = str(lines(snapshot))
    assert "CANARY" not in text
    assert [canary for canary in typical.tenant.canaries if canary in text] == []


def test_every_record_is_what_the_provider_holds(typical: Clinic) -> None:
    snapshot = typical.read("directory.users", "directory.groups", "directory.group_members")
    held = {u["id"]: u for u in typical.tenant.state["users"]}
    for kept in records(snapshot, "directory.users"):
        original = held[kept["id"]]
        assert kept["primaryEmail"] == original["primaryEmail"]
        assert kept["isEnrolledIn2Sv"] is original["isEnrolledIn2Sv"]
        assert "recoveryEmail" not in kept or "@" not in kept["recoveryEmail"]
    groups = {line.of for line in snapshot.lines("directory.group_members")}
    assert groups == {g["id"] for g in typical.tenant.state["groups"]}


def test_each_mailbox_costs_one_token_and_seven_parts(typical: Clinic) -> None:
    typical.simulator.reset_log()
    snapshot = typical.read("directory.users", *MAIL)
    boxes = snapshot.sources["gmail.filters"].parents
    assert boxes == 15
    assert len(typical.asked("/gmail/v1/users/me/settings/")) == 7 * boxes
    assert len(typical.asked("/token")) == boxes + 1
    assert len(records(snapshot, "gmail.imap")) == boxes
    for name in MAIL:
        assert snapshot.sources[name].parents_read == boxes
        assert "1 suspended" in snapshot.sources[name].note


def test_only_declared_fields_are_asked_for(typical: Clinic) -> None:
    typical.simulator.reset_log()
    typical.read("directory.users", *MAIL)
    assert len(typical.asked("/admin/directory/v1/users")) == 1
    for entry in typical.simulator.log():
        if entry.method == "GET":
            assert "fields=" in entry.query
            assert "signature" not in entry.query
            assert "displayName" not in entry.query


def test_long_listings_are_read_page_by_page(tmp_path: Path) -> None:
    with serving(generate(1101, seed=3), tmp_path) as clinic:
        snapshot = clinic.read("directory.users", "reports.usage.users", "directory.groups", "directory.group_members")
        assert snapshot.sources["directory.users"].count == 1101
        assert snapshot.sources["directory.users"].pages == 3
        assert snapshot.sources["reports.usage.users"].count == 1101
        assert snapshot.sources["directory.group_members"].gap is None


def test_an_empty_page_with_a_token_is_not_the_end(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    tenant.state["policyEmptyPages"] = 2
    with serving(tenant, tmp_path) as clinic:
        snapshot = clinic.read("policy.policies")
        assert snapshot.sources["policy.policies"].count == len(tenant.state["policies"])
        assert snapshot.sources["policy.policies"].pages == 4


def test_a_policy_listing_that_ends_early_says_so(tmp_path: Path) -> None:
    fault = Fault(
        "google_workspace * /v1/policies", Status(400, {"error": {"code": 400, "status": "INVALID_ARGUMENT"}}), page=2
    )
    with serving(scenario("google-typical"), tmp_path, faults=[fault]) as clinic:
        state = clinic.read("policy.policies").sources["policy.policies"]
        assert state.count == 100
        assert state.gap is not None
        assert state.gap.reason is Reason.PARTIAL


def test_quotas_slow_a_run_down_and_lose_nothing(tmp_path: Path) -> None:
    with serving(scenario("google-typical"), tmp_path, quotas=True) as clinic:
        connector = clinic.connector("policy.policies")
        connector.transport.backoff_base = 0.4
        snapshot = clinic.collect(connector)
        assert snapshot.sources["policy.policies"].gap is None
        assert snapshot.sources["policy.policies"].count == len(clinic.tenant.state["policies"])
        assert connector.transport.tally.retries > 0


@pytest.mark.parametrize(
    "action",
    [Refuse("throttled"), Refuse("unavailable"), Reset(), Truncate(), ExpireToken()],
    ids=lambda a: type(a).__name__,
)
def test_passing_trouble_is_survived(tmp_path: Path, action: object) -> None:
    with serving(
        scenario("google-typical"),
        tmp_path,
        faults=[Fault("google_workspace * /admin/directory/v1/users", action, times=1)],
    ) as clinic:
        snapshot = clinic.read("directory.users")
        assert snapshot.sources["directory.users"].gap is None
        assert snapshot.sources["directory.users"].count == 17


def test_a_missing_scope_darkens_its_own_sources_and_is_named(tmp_path: Path) -> None:
    with serving(
        without_scopes(scenario("google-typical"), "admin.directory.rolemanagement.readonly"), tmp_path
    ) as clinic:
        snapshot = clinic.read("directory.users", "directory.roles", "directory.role_assignments", "policy.policies")
        dark = {
            name: state.gap
            for name, state in snapshot.sources.items()
            if state.gap and state.gap.reason is Reason.PERMISSION
        }
        assert set(dark) == {"directory.roles", "directory.role_assignments"}
        gap = dark["directory.roles"]
        assert "admin.directory.rolemanagement.readonly" in gap.detail
        assert "https://www.googleapis.com/auth/admin.directory.rolemanagement.readonly" in gap.remedy
        assert "Manage domain-wide delegation" in gap.remedy
        assert clinic.connection().client_id in gap.remedy
        assert snapshot.sources["directory.users"].gap is None
        assert snapshot.sources["policy.policies"].gap is None


def test_without_the_scope_for_mailboxes_all_seven_sources_say_the_same(tmp_path: Path) -> None:
    with serving(without_scopes(scenario("google-typical"), "gmail.settings.basic"), tmp_path) as clinic:
        snapshot = clinic.read("directory.users", *MAIL)
        for name in MAIL:
            gap = snapshot.sources[name].gap
            assert gap is not None
            assert (gap.source, gap.reason) == (name, Reason.PERMISSION)
            assert "gmail.settings.basic" in gap.remedy
        assert snapshot.sources["directory.users"].gap is None


@pytest.mark.parametrize(
    ("admin", "reason"),
    [
        ("nobody@brightwater.example", Reason.UNREADABLE),
        ("admin@somebody-else.example", Reason.NEEDS_INPUT),
        ("not an address", Reason.NEEDS_INPUT),
    ],
)
def test_a_wrong_administrator_ends_the_run_before_it_starts(typical: Clinic, admin: str, reason: Reason) -> None:
    with pytest.raises(SourceGap) as caught:
        typical.connector(admin=admin).identify()
    assert caught.value.gap.reason is reason
    assert caught.value.gap.remedy


def test_an_administrator_without_the_privilege_is_told_which(typical: Clinic) -> None:
    plain = user(typical.tenant, isAdmin=False, isDelegatedAdmin=False)["primaryEmail"]
    with pytest.raises(SourceGap) as caught:
        typical.connector(admin=plain).identify()
    assert caught.value.gap.reason is Reason.PERMISSION
    assert plain in caught.value.gap.detail


def test_another_customers_administrator_is_refused(typical: Clinic) -> None:
    with pytest.raises(SourceGap) as caught:
        typical.connector(customer_id="C0other").identify()
    assert caught.value.gap.reason is Reason.NEEDS_INPUT
    assert "C0other" in caught.value.gap.detail


def test_a_subject_of_its_own_for_one_scope_group(typical: Clinic) -> None:
    plain = user(typical.tenant, isAdmin=False, isDelegatedAdmin=False)["primaryEmail"]
    snapshot = typical.read("directory.users", "policy.policies", subjects={"policy": plain})
    gap = snapshot.sources["policy.policies"].gap
    assert gap is not None
    assert "Super Admin" in gap.remedy
    assert snapshot.sources["directory.users"].gap is None


def test_a_key_that_is_none_is_a_matter_for_the_configuration(typical: Clinic) -> None:
    with pytest.raises(SourceGap) as caught:
        typical.connector(credentials=Key({"type": "service_account", "private_key": "nonsense"})).identify()
    assert caught.value.gap.reason is Reason.NEEDS_INPUT
    assert "nonsense" not in str(caught.value.gap)


def test_without_a_key_google_signs(typical: Clinic) -> None:
    from google.oauth2.credentials import Credentials

    given = typical.simulator.connection(typical.tenant.key)["keyless"]
    typical.simulator.reset_log()
    keyless = Keyless(given["service_account_email"], source=Credentials(given["source_token"]))
    assert typical.connector(credentials=keyless).identify() == typical.tenant.state["customer"]["id"]
    assert len(typical.asked(":signBlob")) == 1
    stranger = Keyless(given["service_account_email"], source=Credentials("ya29.somebody-else"))
    with pytest.raises(SourceGap) as caught:
        typical.connector(credentials=stranger).identify()
    assert "Service Account Token Creator" in caught.value.gap.remedy


def test_a_part_of_a_batch_is_tried_again_by_itself(tmp_path: Path) -> None:
    faults = [
        Fault(FILTERS, Refuse("unavailable"), nth=3, batch=True),
        Fault(FILTERS, ExpireToken(), nth=5, batch=True),
    ]
    with serving(scenario("google-typical"), tmp_path, faults=faults) as clinic:
        snapshot = clinic.read("directory.users", *MAIL)
        assert {name: s.gap for name, s in snapshot.sources.items() if s.gap and s.provider and name in MAIL} == {}
        assert snapshot.sources["gmail.filters"].parents_read == 15
        assert len(clinic.asked("/settings/imap")) < 2 * 15


def test_a_part_that_google_never_answers_is_a_gap_of_that_mailbox_only(tmp_path: Path) -> None:
    with serving(scenario("google-typical"), tmp_path, faults=[Fault(FILTERS, Reset(), batch=True)]) as clinic:
        snapshot = clinic.read("directory.users", *MAIL)
        gap = snapshot.sources["gmail.filters"].gap
        assert gap is not None
        assert gap.reason is Reason.PROVIDER_ERROR
        assert snapshot.sources["gmail.imap"].gap is None


def test_a_refused_part_leaves_the_other_mailboxes_readable(tmp_path: Path) -> None:
    with serving(
        scenario("google-typical"), tmp_path, faults=[Fault(FILTERS, Refuse("permission"), nth=2, batch=True)]
    ) as clinic:
        snapshot = clinic.read("directory.users", *MAIL)
        state = snapshot.sources["gmail.filters"]
        assert state.gap is not None
        assert state.gap.reason is Reason.PARTIAL
        assert (state.parents, state.parents_read) == (15, 14)
        assert sum(line.gap is not None for line in snapshot.lines("gmail.filters")) == 1
        assert snapshot.sources["gmail.delegates"].gap is None


def test_a_person_without_a_mailbox_leaves_an_empty_page(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    person = user(tenant)
    del tenant.state["mailboxes"][person["primaryEmail"]]
    with serving(tenant, tmp_path) as clinic:
        snapshot = clinic.read("directory.users", *MAIL)
        assert snapshot.sources["gmail.imap"].gap is None
        assert [line.r for line in snapshot.lines("gmail.imap") if line.of == person["id"]] == [None]
        assert "no mailbox according to Gmail" in " ".join(snapshot.sources[name].note for name in MAIL)


def test_a_refused_token_is_a_gap_of_that_mailbox(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    person = user(tenant, isAdmin=False)
    tenant.state.setdefault("tokenErrors", {})[person["primaryEmail"]] = ("invalid_grant", "Invalid email or User ID")
    with serving(tenant, tmp_path) as clinic:
        snapshot = clinic.read("directory.users", *MAIL)
        for name in MAIL:
            gaps = [line for line in snapshot.lines(name) if line.gap is not None]
            assert [line.of for line in gaps] == [person["id"]]
            assert gaps[0].gap is not None
            assert gaps[0].gap.source == name


def test_an_api_that_is_switched_off_is_named(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    tenant.state["disabledApis"] = ["gmail", "licensing"]
    with serving(tenant, tmp_path) as clinic:
        snapshot = clinic.read("directory.users", "licensing.assignments", "gmail.filters")
        for name, title in (
            ("gmail.filters", "Gmail API"),
            ("licensing.assignments", "Enterprise License Manager API"),
        ):
            gap = snapshot.sources[name].gap
            assert gap is not None
            assert gap.reason is Reason.PERMISSION
            assert title in gap.remedy
        assert len(clinic.asked("/apps/licensing/")) == 1


def test_one_product_that_is_refused_does_not_hide_the_others(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    tenant.state["unreadableProducts"] = ["101047"]
    with serving(tenant, tmp_path) as clinic:
        state = clinic.read("licensing.assignments").sources["licensing.assignments"]
        assert state.count == len([x for x in tenant.state["licenses"] if x["productId"] != "101047"])
        assert state.gap is not None
        assert state.gap.reason is Reason.PARTIAL


@pytest.mark.parametrize(
    ("name", "path", "field"),
    [
        ("directory.users", "/admin/directory/v1/users", "$.users"),
        ("policy.policies", "/v1/policies", "$.policies"),
        ("directory.orgunits", "*/orgunits", "$.organizationUnits"),
        ("directory.roles", "*/roles", "$.items"),
    ],
)
@pytest.mark.parametrize("action", [Drop, Null])
def test_a_listing_that_cannot_be_empty_is_not_believed_when_it_is(
    tmp_path: Path, name: str, path: str, field: str, action: type[Drop | Null]
) -> None:
    with serving(
        scenario("google-typical"), tmp_path, faults=[Fault(f"google_workspace * {path}", action(field))]
    ) as clinic:
        gap = clinic.read(name).sources[name].gap
        assert gap is not None
        assert gap.reason is Reason.UNREADABLE


def test_no_licences_at_all_is_not_believed(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    tenant.state["licenses"] = []
    with serving(tenant, tmp_path) as clinic:
        gap = clinic.read("licensing.assignments").sources["licensing.assignments"].gap
        assert gap is not None
        assert gap.reason is Reason.UNREADABLE


def test_counters_are_taken_of_the_newest_day_there_is(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    tenant.state["usage"]["lagDays"] = 4
    with serving(tenant, tmp_path) as clinic:
        snapshot = clinic.read("reports.usage.users")
        assert snapshot.sources["reports.usage.users"].gap is None
        assert len(clinic.asked("/usage/users/all/dates/")) == 2


def test_a_foreign_group_cannot_be_looked_into_and_says_so(tmp_path: Path) -> None:
    fault = Fault("google_workspace * */members", Refuse("permission"), nth=1)
    with serving(scenario("google-typical"), tmp_path, faults=[fault]) as clinic:
        state = clinic.read("directory.groups", "directory.group_members").sources["directory.group_members"]
        assert state.gap is not None
        assert state.gap.reason is Reason.PARTIAL
        assert (state.parents, state.parents_read) == (5, 4)


def test_a_group_without_members_is_not_asked_for(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    tenant.state["groups"][0]["directMembersCount"] = "0"
    with serving(tenant, tmp_path) as clinic:
        snapshot = clinic.read("directory.groups", "directory.group_members")
        assert len(clinic.asked("/members")) == 4
        assert snapshot.sources["directory.group_members"].parents_read == 5


def stopping(connector: GoogleWorkspace, name: str, after: int) -> GoogleWorkspace:
    """The connector, which stops the run after so many pages of one source."""
    ordinary = connector.pages

    def pages(fetch: Fetch) -> Iterator[Page]:
        for count, page in enumerate(ordinary(fetch), 1):
            yield page
            if fetch.source.name == name and count == after:
                connector.transport.stop.set()

    connector.pages = pages  # type: ignore[method-assign]
    return connector


def test_an_interrupted_listing_goes_on_at_its_page(tmp_path: Path) -> None:
    with serving(generate(1101, seed=3), tmp_path) as clinic:
        assert clinic.interrupted(
            stopping(clinic.connector("directory.users", stop=threading.Event()), "directory.users", 1)
        )
        clinic.simulator.reset_log()
        snapshot = clinic.read("directory.users")
        assert len(clinic.asked("/admin/directory/v1/users?")) == 2
        assert len({r["id"] for r in records(snapshot, "directory.users")}) == 1101


@pytest.mark.parametrize("name", ["reports.activity.admin", "licensing.assignments", "policy.policies"])
def test_a_listing_of_several_parts_goes_on_at_its_part(tmp_path: Path, name: str) -> None:
    with serving(scenario("google-bad"), tmp_path) as clinic:
        whole = clinic.collect(clinic.connector(name))
        assert clinic.interrupted(stopping(clinic.connector(name, stop=threading.Event()), name, 1))
        clinic.simulator.reset_log()
        again = clinic.collect(clinic.connector(name))
        assert records(again, name) == records(whole, name)
        assert again.sources[name].gap is None
        listing = [
            entry
            for entry in clinic.simulator.log()
            if entry.method == "GET" and "customers/my_customer" not in entry.path
        ]
        customer = sum("/admin/directory/v1/customers/" in entry.path for entry in listing)
        assert len(listing) - customer == whole.sources[name].pages - 1


def with_mailbox(tenant: SimulatedTenant) -> list[dict[str, Any]]:
    """Everybody whose mailbox is read."""
    left_out = ("suspended", "archived", "deletionTime")
    return [u for u in tenant.state["users"] if u["isMailboxSetup"] and not any(u.get(name) for name in left_out)]


@pytest.mark.parametrize("slow", [0, 7])
def test_one_slow_mailbox_holds_up_nobody_else(
    tmp_path: Path, slow: int, typical: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = typical.connector("directory.users", *MAIL)
    turns: list[str] = []
    ordinary, exchange = connector.pages, connector.transport._exchange
    person, others = with_mailbox(typical.tenant)[slow]["id"], threading.Event()

    def pages(fetch: Fetch) -> Iterator[Page]:
        for page in ordinary(fetch):
            if fetch.source.name == "gmail.filters" and page.of is not None:
                turns.append(page.of)
                if len(turns) >= 12:
                    others.set()
            yield page

    def slowly(request: Request, headers: dict[str, str]) -> Response:
        if f"Bearer ya29.{person}-".encode() in headers.get("Authorization", "").encode() + (request.body or b""):
            others.wait(2.0)  # with few threads it shares its batch, and its thread, with at most two others
        return exchange(request, headers)

    monkeypatch.setattr(connector, "pages", pages)
    monkeypatch.setattr(connector.transport, "_exchange", slowly)
    snapshot = typical.collect(connector, workers=4 if slow else 15)
    assert len(turns) == snapshot.sources["gmail.filters"].parents == 15
    assert person in turns[-3:]


def test_people_without_a_working_mailbox_are_counted_by_reason(tmp_path: Path) -> None:
    tenant = scenario("google-typical")
    working = with_mailbox(tenant)
    for person in working[-2:]:
        person["archived"] = True
    working[-3]["isMailboxSetup"] = False
    with serving(tenant, tmp_path) as clinic:
        state = clinic.read("directory.users", *MAIL).sources["gmail.filters"]
    assert (state.gap, state.parents, state.parents_read) == (None, 12, 12)
    assert "2 archived" in state.note
    assert "1 suspended, 2 without a mailbox" in state.note


@pytest.mark.parametrize("workers", [1, 4])
def test_an_interrupted_pass_over_mailboxes_goes_on(tmp_path: Path, workers: int) -> None:
    with serving(scenario("google-typical"), tmp_path) as clinic:
        whole = clinic.collect(clinic.connector("directory.users", *MAIL), workers=workers)
        assert clinic.interrupted(
            stopping(clinic.connector("directory.users", *MAIL, stop=threading.Event()), "gmail.filters", 4)
        )
        clinic.simulator.reset_log()
        again = clinic.collect(clinic.connector("directory.users", *MAIL), workers=workers)
        for name in MAIL:
            assert again.sources[name].gap is None
            assert again.sources[name].parents_read == 15
            assert list(again.lines(name)) == list(whole.lines(name))
        assert len({(e.batch, e.started) for e in clinic.asked("/settings/filters")}) < 15


def test_a_tier_says_what_it_does_not_read(typical: Clinic) -> None:
    tenant = typical.connector(tier="tenant")
    gaps = tenant.skipped()
    assert gaps["gmail.filters"].reason is Reason.NOT_COLLECTED
    assert 'tier = "mailbox"' in gaps["gmail.filters"].remedy
    assert "gmail.settings.basic" in gaps["gmail.filters"].remedy
    assert {s.name for s in tenant.sources()} | set(gaps) == {s.name for s in typical.connector().sources()}
    assert tenant.disclosures() == []
    assert any("stands for its owner" in line for line in typical.connector(tier="mailbox").disclosures())
    assert typical.connector("directory.users").skipped()["policy.policies"].detail == "it is switched off"


def test_the_scopes_of_a_tier_can_be_pasted(typical: Clinic) -> None:
    text = typical.connector(tier="tenant").delegation()
    assert typical.connection().client_id in text
    assert "https://www.googleapis.com/auth/cloud-identity.policies.readonly" in text
    assert "gmail" not in text
    assert "gmail.settings.basic" in typical.connector(tier="mailbox").delegation()


def test_the_plan_counts_what_a_run_costs(typical: Clinic) -> None:
    plan = {
        name: (requests, lane, seconds)
        for name, requests, lane, seconds in typical.connector(paced=True).plan(300, 280, 120, 400)
    }
    assert plan["policy.policies"] == (4, "policy", 3.1)
    assert plan["directory.users"][0] == 1
    products = len(declared()["licensing.assignments"].call.each[1])
    assert plan["licensing.assignments"][0] == products
    many = {name: requests for name, requests, _, _ in typical.connector().plan(5000, 0, 50, 250)}
    assert many["licensing.assignments"] == products + 4
    assert plan["gmail.auto_forwarding"][0] == 280 + 40  # a token each, and batches of seven
    assert plan["gmail.filters"][0] == 0
    assert set(plan) == {source.name for source in typical.connector().sources()}


def test_endpoints_are_for_loopback_only(typical: Clinic) -> None:
    with pytest.raises(ValueError, match="loopback"):
        typical.connection(endpoints={"base": "https://evil.example"})
