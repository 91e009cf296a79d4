"""The roster, guests and closed accounts: "LIFE-7", "LIFE-8" and "LIFE-9"."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile, Staff
from tests.rules.admin.test_admin_settings import P2, owns, review
from tests.rules.identity import Row, google, google_user, guest, microsoft, of, results, user, verdict, verdicts
from tests.rules.lifecycle.test_shared_inboxes import EXCHANGE, google_group, google_member, mailbox, right, team

PLAN = [{"servicePlanId": "9aaf7827-d63c-4b61-89c3-182f06f82e5c", "service": "exchange", "capabilityStatus": "Enabled"}]


def worker(id: str, **fields: Any) -> Row:
    return user(id, **({"assignedPlans": PLAN} | fields))


def staff(*names: str, **addresses: str) -> Profile:
    members = [Staff(name, (f"{name}@brightwater.example",)) for name in names]
    members += [Staff(name, tuple(text.split()) if text else ()) for name, text in addresses.items()]
    return Profile(staff_roster=tuple(members))


# --- LIFE-7 ---------------------------------------------------------------------------------------------------------------


def at_both(people: list[str]) -> list[Snapshot]:
    boxes = {"exchange.mailboxes": [mailbox(name, "UserMailbox") for name in people]}
    return [microsoft([worker(name) for name in people], boxes), google([google_user(name) for name in people])]


@pytest.mark.parametrize(
    ("people", "roster", "expected"),
    [
        (["ann", "ben"], staff("ann", "ben"), "pass"),
        (["ann", "ben"], staff("ann"), "fail"),  # ben is nobody
        (["ann"], staff("ann", "ben"), "fail"),  # ben has no account
        (["ann"], staff("ann", cleaner=""), "pass"),  # no address: no mail
        (["ann", "ann2"], staff(ann="ann@brightwater.example ann2@brightwater.example"), "fail"),
        (["desk"], staff(ann="desk@brightwater.example", ben="desk@brightwater.example"), "fail"),
        (["ann", "Ben"], staff("ann", Ben=""), "pass"),  # matched by name
    ],
)
def test_people_and_accounts(people: list[str], roster: Profile, expected: str) -> None:
    assert [verdict(held, "LIFE-7", roster) for held in at_both(people)] == [expected, expected]


def test_accounts_that_are_no_persons() -> None:
    roster = Profile(
        staff_roster=(
            Staff("ann", ("ann@brightwater.example",)),
            Staff("Left", ("left@brightwater.example",), departed=date(2026, 1, 1)),
        ),
        front_desk=frozenset({"desk@brightwater.example"}),
        approved_service_accounts=frozenset({"scanner@brightwater.example"}),
        break_glass=frozenset({"glass@brightwater.example"}),
    )
    people = [worker(name) for name in ("ann", "desk", "scanner", "glass", "room")] + [
        guest("gil"),
        worker("off", accountEnabled=False),
    ]
    boxes = [mailbox(name, "UserMailbox") for name in ("ann", "desk", "scanner", "glass")] + [mailbox("room")]
    assert verdict(microsoft(people, {"exchange.mailboxes": boxes}), "LIFE-7", roster) == "pass"
    left = microsoft([*people, worker("left")], {"exchange.mailboxes": None})
    assert verdict(left, "LIFE-7", roster) == "not_assessed"  # whether that is a shared mailbox was not read
    found = microsoft([*people, worker("left")], {"exchange.mailboxes": [*boxes, mailbox("left", "UserMailbox")]})
    assert verdicts(found, "LIFE-7", "account_has_a_person", roster)["left"] == "fail"


def test_without_a_roster_a_statement_counts() -> None:
    stated = {"id": "u.toml", "topic": "unique_accounts", "statement": "s", "by": "Ann", "signed_on": "2026-10-01", "file_state": "ok", "covers": ["each person has an account", "no account without a person"]}  # fmt: skip
    people = [google_user("ann")]
    assert verdict(google(people), "LIFE-7") == "not_assessed"
    assert verdict(google(people, {"evidence.statements": [stated]}), "LIFE-7") == "pass"
    assert verdict(google(people, {"evidence.statements": [{**stated, "covers": []}]}), "LIFE-7") == "fail"
    assert (
        verdict(google(gaps=["directory.users"], sources={"directory.users": None}), "LIFE-7", staff("ann"))
        == "not_assessed"
    )


# --- LIFE-8 ---------------------------------------------------------------------------------------------------------------


def guests(*people: Row, **sources: Any) -> Snapshot:
    given: dict[str, Any] = {"user_sign_in_activity": [], "groups": [], "access_reviews": []}
    return microsoft([user("ann"), *people], **(given | sources))


def seen(id: str, when: str) -> Row:
    return {"id": id, "signInActivity": {"lastSuccessfulSignInDateTime": when}}


@pytest.mark.parametrize(
    ("fields", "last", "expected"),
    [
        ({}, "2026-10-01T00:00:00Z", "pass"),
        ({}, "2026-08-01T00:00:00Z", "fail"),
        ({}, None, "fail"),
        ({"createdDateTime": "2026-11-10T00:00:00Z"}, None, "pass"),
        ({"externalUserState": "PendingAcceptance"}, None, "fail"),
        ({"externalUserState": "PendingAcceptance", "createdDateTime": "2026-11-10T00:00:00Z"}, None, "pass"),
        ({"accountEnabled": False}, None, "not_applicable"),
    ],
)
def test_guests_who_stopped_visiting(fields: Row, last: str | None, expected: str) -> None:
    activity = [seen("gil", last)] if last else []
    held = guests(guest("gil", **fields), user_sign_in_activity=activity)
    found = verdicts(held, "LIFE-8", "guest_still_visits")
    assert found.get("gil", "not_applicable") == expected


GUESTS = review("/x", scope={"query": "./members/microsoft.graph.user/?$count=true&$filter=(userType+eq+%27Guest%27)"}, displayName="Guests")  # fmt: skip


def test_a_review_of_guests_stands_in() -> None:
    stale = guest("gil")
    reviewed = guests(stale, access_reviews=[GUESTS], subscribed_skus=owns(P2))
    assert verdict(reviewed, "LIFE-8") == "pass"
    assert verdict(guests(stale, access_reviews=[GUESTS]), "LIFE-8") == "fail"  # without P2 no review runs
    assert (
        verdict(guests(stale, access_reviews=[{**GUESTS, "status": "Completed"}], subscribed_skus=owns(P2)), "LIFE-8")
        == "fail"
    )
    others = review("/x", scope={"query": "/users?$filter=not(userType eq 'Guest')"})
    assert verdict(guests(stale, access_reviews=[others], subscribed_skus=owns(P2)), "LIFE-8") == "fail"
    assert verdict(guests(stale, access_reviews=None, subscribed_skus=owns(P2)), "LIFE-8") == "not_assessed"


def test_guests_that_cannot_be_judged_and_clinics_without() -> None:
    assert verdict(guests(guest("gil"), user_sign_in_activity=None), "LIFE-8") == "not_assessed"
    assert verdict(guests(), "LIFE-8") == "not_applicable"
    assert verdict(microsoft(gaps=["graph.users"], sources={"graph.users": None, "graph.per_user_mfa": []}), "LIFE-8") == "not_assessed"  # fmt: skip


def test_a_group_that_gathers_guests_is_told() -> None:
    dynamic = team("t", "guests") | {
        "groupTypes": ["DynamicMembership"],
        "membershipRule": '(user.userType -eq "Guest")',
    }
    [(_, found, said)] = results(guests(groups=[dynamic]), "LIFE-8", "guests_are_in_one_group")
    assert (found, said) == ("pass", "the group t gathers all guests")
    assert set(verdicts(guests(), "LIFE-8", "guests_are_in_one_group").values()) == {"not_applicable"}
    assert verdict(guests(groups=None), "LIFE-8") == "not_assessed"


# --- LIFE-9 ---------------------------------------------------------------------------------------------------------------


def closed(*, box: Row | None = None, rights: list[Row] | None = None, member: bool = False, **fields: Any) -> Snapshot:
    gone = user("gone", **({"accountEnabled": False, "assignedLicenses": []} | fields))
    inside = [{"id": "gone", "@odata.type": "#microsoft.graph.user"}] if member else []
    sources = {
        "exchange.mailboxes": [box] if box else [],
        "exchange.mailbox_permissions": of("gone", *(rights or [])),
        "graph.groups": [team("t", "team")],
        "graph.group_members": of("t", *inside),
    }
    return microsoft([user("ann"), gone], EXCHANGE | sources)


OWN = mailbox("gone", "UserMailbox")


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (closed(), "pass"),
        (closed(assignedLicenses=[{"skuId": "spb", "disabledPlans": []}]), "fail"),
        (closed(member=True), "fail"),
        (closed(box=OWN), "pass"),
        (closed(box={**OWN, "ForwardingSmtpAddress": "smtp:x@gmail.com"}), "fail"),
        (closed(box={**OWN, "ForwardingAddress": "somebody"}), "fail"),
        (closed(box=OWN, rights=[right("ann")]), "review"),
        (closed(box=mailbox("gone"), member=True), "not_applicable"),  # a shared mailbox's account
        (closed(accountEnabled=True), "not_applicable"),
        (closed(assignedLicenses=None), "not_assessed"),
        (closed(box={**OWN, "ForwardingAddress": 7}), "not_assessed"),
    ],
)
def test_blocked_accounts(held: Snapshot, expected: str) -> None:
    assert verdict(held, "LIFE-9") == expected


@pytest.mark.parametrize("name", ["exchange.mailboxes", "graph.groups", "graph.group_members", "graph.users"])
def test_blocked_accounts_are_not_assessed_unread(name: str) -> None:
    held = closed(box=OWN)
    lines = {one: list(held.lines(one)) for one in held.sources if one != name}
    dark = microsoft(sources={**lines, name: None, "graph.per_user_mfa": []})
    assert verdict(dark, "LIFE-9") == "not_assessed"


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([google_member("ann")], "pass"),
        ([google_member("gone", "MEMBER")], "pass"),
        ([google_member("gone")], "fail"),
        (None, "not_assessed"),
    ],
)
def test_suspended_owners_of_google_groups(members: list[Row] | None, expected: str) -> None:
    lines = None if members is None else of("g-intake", *members)
    held = {"directory.groups": [google_group("intake")], "directory.group_members": lines}
    people = [google_user("ann"), google_user("gone", suspended=True)]
    assert verdict(google(people, held), "LIFE-9") == expected
    assert verdict(google([google_user("ann")], held), "LIFE-9") == "not_applicable"
