"""Shared inboxes: "LIFE-4" to "LIFE-6", and hidden mailboxes: "LIFE-10"."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile, Staff
from tests.rules.identity import (
    Row,
    facts,
    google,
    google_user,
    guest,
    microsoft,
    of,
    results,
    user,
    verdict,
    verdicts,
)

EXCHANGE = {
    "exchange.mailboxes": [],
    "exchange.mailbox_permissions": [],
    "exchange.distribution_groups": [],
    "exchange.distribution_group_members": [],
    "exchange.recipients": [],
    "exchange.mail_contacts": [],
    "exchange.mail_users": [],
    "exchange.accepted_domains": [],
    "evidence.statements": [],
    "purview.retention_policies": [],
    "purview.retention_rules": [],
}


def mailbox(id: str, kind: str = "SharedMailbox", **fields: Any) -> Row:
    return {
        "ExternalDirectoryObjectId": id,
        "Guid": f"guid-{id}",
        "DisplayName": id.title(),
        "PrimarySmtpAddress": f"{id}@brightwater.example",
        "EmailAddresses": [],
        "LegacyExchangeDN": f"/o=x/cn={id}",
        "RecipientTypeDetails": kind,
        "ForwardingAddress": None,
        "ForwardingSmtpAddress": None,
        "HiddenFromAddressListsEnabled": False,
        "RetentionPolicy": "Default MRM Policy",
        "ArchiveStatus": "None",
        "MessageCopyForSentAsEnabled": True,
        "MessageCopyForSendOnBehalfEnabled": True,
    } | fields


def team(id: str, mail: str) -> Row:
    return {
        "id": id,
        "displayName": id,
        "mail": f"{mail}@brightwater.example",
        "mailEnabled": True,
        "securityEnabled": False,
        "groupTypes": ["Unified"],
        "visibility": "Private",
        "resourceProvisioningOptions": [],
        "isAssignableToRole": None,
        "membershipRule": None,
    }


def right(user: str, **fields: Any) -> Row:
    return {"User": f"{user}@brightwater.example", "AccessRights": ["FullAccess"], "IsInherited": False, "Deny": False} | fields  # fmt: skip


SELF = {"User": "NT AUTHORITY\\SELF", "AccessRights": ["FullAccess"], "IsInherited": False, "Deny": False}


def clinic(people: list[Row], **sources: Any) -> Snapshot:
    return microsoft(people, EXCHANGE | {name.replace("__", "."): rows for name, rows in sources.items()})


# --- LIFE-4 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "works", "expected"),
    [
        ("intake", "UserMailbox", True, "fail"),
        ("Front-Desk", "UserMailbox", True, "fail"),
        ("billing2", "UserMailbox", True, "fail"),
        ("intake", "SharedMailbox", True, "pass"),
        ("intake", "SharedMailbox", False, "pass"),
        ("intake", "UserMailbox", False, "review"),
        ("information", "UserMailbox", True, "not_applicable"),
        ("ann", "UserMailbox", True, "not_applicable"),
    ],
)
def test_a_front_desk_that_nobody_named(name: str, kind: str, works: bool, expected: str) -> None:
    held = clinic([user(name, accountEnabled=works)], exchange__mailboxes=[mailbox(name, kind)])
    assert verdict(held, "LIFE-4") == expected


def test_a_front_desk_that_the_clinic_named() -> None:
    desk = Profile(
        front_desk=frozenset({"DESK@brightwater.example", "care@brightwater.example", "typo@brightwater.example"})
    )
    held = clinic(
        [user("desk"), user("intake")],
        exchange__mailboxes=[mailbox("desk", "UserMailbox"), mailbox("intake", "UserMailbox")],
        graph__groups=[team("t", "care")],
        graph__group_members=of("t"),
    )
    assert verdicts(held, "LIFE-4", profile=desk) == {
        "desk": "fail",
        "t": "pass",
        "typo@brightwater.example": "not_assessed",
    }
    dark = clinic([user("desk")], exchange__mailboxes=None)
    assert verdicts(dark, "LIFE-4", profile=desk)["desk"] == "not_assessed"
    assert verdict(clinic([user("ann")], exchange__distribution_groups=None), "LIFE-4") == "not_assessed"
    assert (
        verdict(microsoft(sources=EXCHANGE | {"graph.users": None, "graph.per_user_mfa": []}), "LIFE-4")
        == "not_assessed"
    )


def delegate(status: str = "accepted") -> Row:
    return {"delegateEmail": "ann@brightwater.example", "verificationStatus": status}


@pytest.mark.parametrize(
    ("account", "delegates", "expected"),
    [
        ({}, [], "fail"),
        ({}, [delegate("pending")], "fail"),
        ({}, [delegate()], "fail"),  # somebody signed in four days ago
        ({"lastLoginTime": "2026-10-01T00:00:00Z"}, [delegate()], "pass"),
        ({"lastLoginTime": "1970-01-01T00:00:00.000Z"}, [delegate()], "pass"),
        ({"suspended": True}, [delegate()], "not_applicable"),
        ({"lastLoginTime": None}, [delegate()], "not_assessed"),
        ({}, None, "not_assessed"),
    ],
)
def test_a_front_desk_at_google(account: Row, delegates: list[Row] | None, expected: str) -> None:
    lines = None if delegates is None else of("intake", *delegates)
    assert verdict(google([google_user("intake", **account)], {"gmail.delegates": lines}), "LIFE-4") == expected


def google_group(name: str) -> Row:
    return {"id": f"g-{name}", "email": f"{name}@brightwater.example", "adminCreated": True, "directMembersCount": "1"}


def google_member(id: str, role: str = "OWNER") -> Row:
    return {"id": id, "email": f"{id}@brightwater.example", "role": role, "type": "USER", "status": "ACTIVE"}


def test_a_front_desk_that_is_a_group_at_google() -> None:
    held = {
        "directory.groups": [google_group("front.desk")],
        "directory.group_members": of("g-front.desk"),
        "gmail.delegates": [],
    }
    assert verdicts(google([google_user("ann")], held), "LIFE-4") == {"g-front.desk": "pass"}


# --- LIFE-5 ---------------------------------------------------------------------------------------------------------------

OWNED = Profile(inbox_owners={"Desk@brightwater.example": "ann@brightwater.example"})


def shared(*rights: Row, people: list[Row] | None = None, **sources: Any) -> Snapshot:
    given = people if people is not None else [user("ann"), user("desk", accountEnabled=False)]
    lines = of("desk", SELF, *rights)
    return clinic(
        given, **({"exchange__mailboxes": [mailbox("desk")], "exchange__mailbox_permissions": lines} | sources)
    )


def test_a_shared_mailbox_with_an_owner_and_people_who_open_it() -> None:
    assert verdict(shared(right("ann")), "LIFE-5", OWNED) == "pass"
    assert facts(shared(right("ann")), "LIFE-5", "desk", "mailbox_is_opened_by_staff", OWNED)[
        "keeps_replies_sent_as_it"
    ]


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ([], "review"),
        ([right("ann", IsInherited=True)], "review"),
        ([right("ann", Deny=True)], "review"),
        ([right("ann", AccessRights=["ReadPermission"])], "review"),
        ([right("gone")], "fail"),
        ([right("ann"), right("left")], "fail"),
        ([right("stranger")], "pass"),  # FWD-10 asks who that is
    ],
)
def test_who_opens_a_shared_mailbox(rights: list[Row], expected: str) -> None:
    people = [user("ann"), user("gone", accountEnabled=False), user("left"), user("desk", accountEnabled=False)]
    roster = Profile(staff_roster=(Staff("Left", ("left@brightwater.example",), departed=date(2026, 1, 1)),))
    assert verdicts(shared(*rights, people=people), "LIFE-5", "mailbox_is_opened_by_staff", roster) == {
        "desk": expected
    }


def test_owners_of_shared_mailboxes() -> None:
    assert verdicts(shared(right("ann")), "LIFE-5", "mailbox_has_an_owner") == {"desk": "not_assessed"}
    off = [user("ann", accountEnabled=False), user("desk", accountEnabled=False)]
    assert verdicts(shared(people=off), "LIFE-5", "mailbox_has_an_owner", OWNED) == {"desk": "fail"}
    nobody = Profile(inbox_owners={"desk@brightwater.example": "zoe@brightwater.example"})
    assert verdicts(shared(), "LIFE-5", "mailbox_has_an_owner", nobody) == {"desk": "fail"}
    assert verdict(shared(exchange__mailbox_permissions=None), "LIFE-5", OWNED) == "not_assessed"
    assert verdict(shared(exchange__mailboxes=None), "LIFE-5", OWNED) == "not_assessed"


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        (["ann"], "pass"),
        (["gone", "ann"], "pass"),
        (["gone"], "fail"),
        (["gil"], "fail"),
        ([], "fail"),
        (None, "not_assessed"),
    ],
)
def test_owners_of_a_group(owners: list[str] | None, expected: str) -> None:
    rows = (
        None
        if owners is None
        else [{"id": "t", "owners": [{"@odata.type": "#microsoft.graph.user", "id": o} for o in owners]}]
    )
    held = clinic(
        [user("ann"), user("gone", accountEnabled=False), guest("gil")],
        graph__groups=[team("t", "intake")],
        graph__group_members=of("t"),
        graph__group_owners=rows,
    )
    assert verdicts(held, "LIFE-5", "group_has_an_owner") == {"t": expected}
    stated = Profile(inbox_owners={"intake@brightwater.example": "ann@brightwater.example"})
    assert verdicts(held, "LIFE-5", "group_has_an_owner", stated) == {"t": "pass"}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([google_member("ann")], "pass"),
        ([google_member("ann", "MEMBER")], "fail"),
        ([google_member("gone")], "fail"),
        ([google_member("outsider")], "fail"),
        ([{**google_member("ann"), "type": "GROUP"}], "fail"),
        ([{**google_member("ann"), "role": "EMPEROR"}], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_owners_of_a_google_group(members: list[Row] | None, expected: str) -> None:
    lines = None if members is None else of("g-intake", *members)
    held = {"directory.groups": [google_group("intake")], "directory.group_members": lines}
    assert verdict(google([google_user("ann"), google_user("gone", suspended=True)], held), "LIFE-5") == expected


# --- LIFE-6 ---------------------------------------------------------------------------------------------------------------


def held_mail(gigabytes: float, oldest: str | None = "2025-01-01T00:00:00Z", **fields: Any) -> Snapshot:
    size = f"{gigabytes} GB ({int(gigabytes * 1024**3):,} bytes)"
    folders = [{"OldestItemReceivedDate": None}, {"OldestItemReceivedDate": oldest}]
    return clinic(
        [user("desk")],
        exchange__mailboxes=[mailbox("desk", **fields)],
        exchange__mailbox_statistics=of("desk", {"ItemCount": 5, "TotalItemSize": size}),
        exchange__shared_mailbox_folders=of("desk", *folders),
    )


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (held_mail(25), "pass"),
        (held_mail(25.1), "fail"),
        (held_mail(1, "2021-12-01T00:00:00Z"), "pass"),
        (held_mail(1, "2021-11-01T00:00:00Z"), "fail"),
        (held_mail(1, None), "pass"),
        (held_mail(90, ArchiveStatus="Active"), "pass"),
        (held_mail(90, RetentionPolicy="Six years"), "pass"),
        (held_mail(90, RetentionPolicy=None), "fail"),
        (held_mail(1, RecipientTypeDetails="UserMailbox"), "not_applicable"),
        (held_mail(1, "/Date(0)/"), "fail"),
        (held_mail(1, ArchiveStatus=None), "not_assessed"),
    ],
)
def test_shared_mailboxes_that_hoard(held: Snapshot, expected: str) -> None:
    assert verdict(held, "LIFE-6") == expected


def test_hoarding_is_not_assessed_unread_but_found_in_what_is_there() -> None:
    base: dict[str, Any] = {
        "exchange__mailboxes": [mailbox("desk")],
        "exchange__mailbox_statistics": of("desk", {"ItemCount": 5, "TotalItemSize": "30 GB (32,212,254,720 bytes)"}),
        "exchange__shared_mailbox_folders": None,
    }
    assert verdict(clinic([user("desk")], **base), "LIFE-6") == "fail"
    small = base | {
        "exchange__mailbox_statistics": of("desk", {"ItemCount": 5, "TotalItemSize": "1 GB (1,073,741,824 bytes)"})
    }
    assert verdict(clinic([user("desk")], **small), "LIFE-6") == "not_assessed"
    odd = base | {"exchange__mailbox_statistics": of("desk", {"ItemCount": 5, "TotalItemSize": "plenty"})}
    assert verdict(clinic([user("desk")], **odd), "LIFE-6") == "not_assessed"


@pytest.mark.parametrize(
    ("action", "fields", "expected"),
    [
        ("KeepAndDelete", {}, "pass"),
        ("Delete", {}, "pass"),
        ("Keep", {}, "pass"),
        ("Delete", {"Enabled": False}, "fail"),
        ("Delete", {"Mode": "TestWithNotifications"}, "fail"),
        ("Delete", {"ExchangeLocation": []}, "fail"),
        ("Delete", {"ExchangeLocation": ["desk@brightwater.example"]}, "pass"),
        ("Vanish", {}, "not_assessed"),
    ],
)
def test_a_policy_of_purview_decides(action: str, fields: Row, expected: str) -> None:
    policy = {
        "Guid": "P",
        "Name": "Six years",
        "Enabled": True,
        "Mode": "Enforce",
        "ExchangeLocation": ["All"],
    } | fields
    rule = {"Name": "r", "Policy": "p", "RetentionDuration": "2190", "RetentionComplianceAction": action}
    base: dict[str, Any] = {
        "exchange__mailboxes": [mailbox("desk")],
        "exchange__mailbox_statistics": of("desk", {"ItemCount": 5, "TotalItemSize": "30 GB (32,212,254,720 bytes)"}),
        "exchange__shared_mailbox_folders": of("desk"),
        "purview__retention_policies": [policy],
        "purview__retention_rules": [rule],
    }
    assert verdict(clinic([user("desk")], **base), "LIFE-6") == expected
    assert verdict(clinic([user("desk")], **(base | {"purview__retention_policies": None})), "LIFE-6") == "not_assessed"


def test_google_inboxes_go_by_a_statement() -> None:
    stated = {"id": "r.toml", "topic": "retention_schedule", "statement": "s", "by": "Ann", "signed_on": "2026-10-01", "file_state": "ok", "covers": ["shared inboxes"]}  # fmt: skip
    assert verdict(google(sources={"evidence.statements": [stated]}), "LIFE-6") == "pass"
    assert verdict(google(sources={"evidence.statements": [{**stated, "covers": []}]}), "LIFE-6") == "fail"
    assert verdict(google(), "LIFE-6") == "not_assessed"


# --- LIFE-10 --------------------------------------------------------------------------------------------------------------


def hidden(**fields: Any) -> Row:
    return mailbox("ann", "UserMailbox", HiddenFromAddressListsEnabled=True, **fields)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (mailbox("ann", "UserMailbox"), "pass"),
        (hidden(), "fail"),
        (mailbox("ann", HiddenFromAddressListsEnabled=True), "not_applicable"),
        (mailbox("off", "UserMailbox", HiddenFromAddressListsEnabled=True), "not_applicable"),
        (mailbox("nobody", "UserMailbox"), "not_assessed"),
        (mailbox("ann", "UserMailbox", HiddenFromAddressListsEnabled=None), "not_assessed"),
    ],
)
def test_hidden_mailboxes(box: Row, expected: str) -> None:
    held = clinic([user("ann"), user("off", accountEnabled=False)], exchange__mailboxes=[box])
    assert verdict(held, "LIFE-10") == expected
    approved = Profile(approved_hidden=frozenset({"ANN@brightwater.example"}))
    assert verdict(held, "LIFE-10", approved) == ("pass" if box == hidden() else expected)


def test_hidden_mailboxes_that_let_mail_out_are_worse() -> None:
    rights = of("ann", right("gil"))
    stranger = guest("gil", mail="gil@brightwater.example", proxyAddresses=[])
    cases = [
        clinic([user("ann")], exchange__mailboxes=[hidden(ForwardingSmtpAddress="smtp:x@gmail.com")]),
        clinic([user("ann"), stranger], exchange__mailboxes=[hidden()], exchange__mailbox_permissions=rights),
    ]
    for held in cases:
        [(_, found, said)] = results(held, "LIFE-10")
        assert (found, said.startswith("is hidden from the address list and ")) == ("fail", True)
    assert verdict(clinic([user("ann")], exchange__mailboxes=None), "LIFE-10") == "not_assessed"
