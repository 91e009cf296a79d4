"""Guests, groups, forms, booking pages and private drives of Microsoft 365 (SHARE-26 to 28, 30, 31, 35 to 37, 39, 40)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.rules.identity import Row, microsoft, results, sku, user, verdict, verdicts
from tests.rules.sharing.test_google_units import statement


def clinic(**sources: Any) -> Any:
    return microsoft([user("ann")], {name.replace("__", "."): rows for name, rows in sources.items()})


def check(snapshot: Any, control: str, name: str) -> set[str]:
    return {found for _, found, _ in results(snapshot, control, name)}


def authorization(**fields: Any) -> Row:
    roles = {"allowedToCreateSecurityGroups": False}
    row = {
        "id": "authorizationPolicy",
        "allowInvitesFrom": "adminsAndGuestInviters",
        "guestUserRoleId": "2af84b1e-32c8-42b7-82bc-daa82404023b",
        "defaultUserRolePermissions": roles,
    }
    return row | fields


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("2af84b1e-32c8-42b7-82bc-daa82404023b", "pass"),
        ("10DAE51F-b6af-4016-8d66-8c2a99b929b3", "review"),
        ("a0b1b346-4d3e-4e8b-98f8-753987be4970", "fail"),
        ("00000000-0000-0000-0000-000000000001", "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_what_guests_see(role: str | None, expected: str) -> None:
    assert verdict(clinic(graph__authorization_policy=[authorization(guestUserRoleId=role)]), "SHARE-35") == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("none", "pass"),
        ("adminsAndGuestInviters", "pass"),
        ("adminsGuestInvitersAndAllMembers", "fail"),
        ("everyone", "fail"),
        ("unknownFutureValue", "not_assessed"),
    ],
)
def test_who_invites(who: str, expected: str) -> None:
    assert verdict(clinic(graph__authorization_policy=[authorization(allowInvitesFrom=who)]), "SHARE-36") == expected


@pytest.mark.parametrize(
    "control", ["SHARE-26", "SHARE-28", "SHARE-31", "SHARE-35", "SHARE-36", "SHARE-37", "SHARE-39"]
)
def test_what_was_not_read(control: str) -> None:
    assert verdict(clinic(graph__group_settings=None), control) == "not_assessed"


def b2b(definition: Any) -> list[Row]:
    return [{"id": "b", "definition": [definition if isinstance(definition, str) else json.dumps(definition)]}]


def listed(**domains: Any) -> Row:
    return {"B2BManagementPolicy": {"InvitationsAllowedAndBlockedDomainsPolicy": domains}}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (listed(AllowedDomains=["labs.example"]), "pass"),
        (listed(AllowedDomains=["labs.example", "outlook.com"]), "fail"),
        (listed(AllowedDomains=[], BlockedDomains=["gmail.com"]), "review"),
        (listed(BlockedDomains=["evil.example"]), "fail"),
        (listed(), "fail"),
        ({"B2BManagementPolicy": {}}, "fail"),
        ({"Other": {}}, "not_assessed"),
        ("{", "not_assessed"),
        (listed(AllowedDomains=[5]), "not_assessed"),
    ],
)
def test_where_guests_may_come_from(definition: Any, expected: str) -> None:
    held = clinic(graph__b2b_domain_policy=b2b(definition))
    assert check(held, "SHARE-37", "invitations_go_to_listed_domains") == {expected}
    assert check(clinic(graph__b2b_domain_policy=[]), "SHARE-37", "invitations_go_to_listed_domains") == {
        "not_assessed"
    }


def access(kind: str) -> Row:
    return {"usersAndGroups": {"accessType": kind}, "applications": {"accessType": kind}}


def default(inbound: str = "blocked", outbound: str = "blocked", **trust: Any) -> list[Row]:
    names = ("isMfaAccepted", "isCompliantDeviceAccepted", "isHybridAzureADJoinedDeviceAccepted")
    return [
        {
            "inboundTrust": dict.fromkeys(names, False) | trust,
            "b2bCollaborationOutbound": access("allowed"),
            "b2bDirectConnectInbound": access(inbound),
            "b2bDirectConnectOutbound": access(outbound),
        }
    ]


@pytest.mark.parametrize(
    ("rows", "direct", "trust"),
    [
        (default(), "pass", "pass"),
        (default("allowed"), "fail", "pass"),
        (default("blocked", "allowed"), "fail", "pass"),
        (default(isMfaAccepted=True), "pass", "review"),
        (default(isCompliantDeviceAccepted=True, isMfaAccepted=True), "pass", "fail"),
        (default(isHybridAzureADJoinedDeviceAccepted=None), "pass", "pass"),
        (default("sometimes"), "not_assessed", "pass"),
    ],
)
def test_what_is_trusted_by_default(rows: list[Row], direct: str, trust: str) -> None:
    held = clinic(graph__cross_tenant_access_default=rows)
    assert check(held, "SHARE-37", "direct_connect_is_blocked") == {direct}
    assert check(held, "SHARE-37", "nothing_is_trusted_by_default") == {trust}


def unified(**values: str) -> list[Row]:
    pairs = [{"name": name, "value": value} for name, value in values.items()]
    template = "62375ab9-6b52-47ed-826b-58e47e0e304b"
    return [{"id": "u", "displayName": "Group.Unified", "templateId": template, "values": pairs}]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (unified(AllowGuestsToBeGroupOwner="False"), "pass"),
        (unified(AllowGuestsToBeGroupOwner="true"), "fail"),
        (unified(AllowGuestsToBeGroupOwner="maybe"), "not_assessed"),
        (unified(), "pass"),
        ([], "pass"),
        (None, "not_assessed"),
    ],
)
def test_guests_who_own_groups(settings: list[Row] | None, expected: str) -> None:
    assert verdict(clinic(graph__group_settings=settings), "SHARE-30") == expected


@pytest.mark.parametrize(
    ("settings", "p1", "expected"),
    [
        (unified(EnableGroupCreation="false"), True, "pass"),
        (unified(EnableGroupCreation="false"), False, "pass"),
        (unified(EnableGroupCreation="true"), True, "fail"),
        ([], True, "fail"),
        ([], False, "not_applicable"),
        (None, True, "not_assessed"),
    ],
)
def test_who_makes_microsoft_groups(settings: list[Row] | None, p1: bool, expected: str) -> None:
    held = clinic(graph__group_settings=settings, graph__subscribed_skus=[sku(p1=p1)])
    assert check(held, "SHARE-31", "microsoft_groups_are_made_on_purpose") == {expected}


def test_who_makes_security_groups() -> None:
    held = clinic(graph__authorization_policy=[authorization()])
    assert check(held, "SHARE-31", "security_groups_are_made_on_purpose") == {"pass"}
    open_ = authorization(defaultUserRolePermissions={"allowedToCreateSecurityGroups": True})
    assert check(clinic(graph__authorization_policy=[open_]), "SHARE-31", "security_groups_are_made_on_purpose") == {
        "fail"
    }


@pytest.mark.parametrize(
    ("domains", "enabled", "expected"),
    [
        (["*:CalendarSharingFreeBusySimple"], True, "pass"),
        (["*:CalendarSharingFreeBusySimple, ContactsSharing"], True, "fail"),
        (["Anonymous:ContactsSharing"], True, "fail"),
        (["labs.example:ContactsSharing"], True, "pass"),
        (["*:ContactsSharing"], False, "not_applicable"),
    ],
)
def test_contacts(domains: list[str], enabled: bool, expected: str) -> None:
    row = {"Name": "Default", "Enabled": enabled, "Default": True, "Domains": domains}
    assert verdicts(clinic(exchange__sharing_policies=[row]), "SHARE-27") == {"Default": expected}
    assert verdict(clinic(exchange__sharing_policies=[]), "SHARE-27") == "pass"
    assert verdict(clinic(exchange__sharing_policies=None), "SHARE-27") == "not_assessed"


def booking(name: str, *, published: bool | None = True) -> Row:
    return {"id": f"{name}@clinic.example", "displayName": name, "isPublished": published, "publicUrl": None}


@pytest.mark.parametrize(
    ("on", "pages", "statements", "expected"),
    [
        (False, None, [], "pass"),
        (True, [], [], "pass"),
        (True, [booking("Visits", published=None)], [], "pass"),
        (True, [booking("Visits")], [], "not_assessed"),
        (True, [booking("Visits")], [statement("booking_pages", covers=["visits"])], "pass"),
        (True, [booking("Visits"), booking("Flu")], [statement("booking_pages", covers=["visits"])], "fail"),
        (True, None, [statement("booking_pages", covers=["visits"])], "not_assessed"),
    ],
)
def test_booking_pages(on: bool, pages: list[Row] | None, statements: list[Row], expected: str) -> None:
    held = clinic(
        exchange__organization_config=[{"BookingsEnabled": on}],
        graph__booking_businesses=pages,
        evidence__statements=statements,
    )
    assert verdict(held, "SHARE-26") == expected


def forms(*, send: bool = False, share: bool = False, scan: bool = True) -> list[Row]:
    return [
        {
            "settings": {
                "isExternalSendFormEnabled": send,
                "isExternalShareCollaborationEnabled": share,
                "isInOrgFormsPhishingScanEnabled": scan,
            }
        }
    ]


@pytest.mark.parametrize(
    ("rows", "statements", "expected"),
    [
        (forms(), [], "pass"),
        (forms(send=True), [], "not_assessed"),
        (forms(send=True), [statement("intake_forms")], "pass"),
        (forms(send=True), [statement("intake_forms", signed_on="2020-01-01T00:00:00Z")], "fail"),
        (forms(share=True), [], "fail"),
        (forms(scan=False), [], "fail"),
        ([{"settings": {}}], [], "not_assessed"),
    ],
)
def test_forms(rows: list[Row], statements: list[Row], expected: str) -> None:
    assert verdict(clinic(graph__admin_forms=rows, evidence__statements=statements), "SHARE-28") == expected


def principal(*, enabled: bool | None) -> Row:
    return {"id": "s", "appId": "C1f33bc0-bdb4-4248-ba9b-096807ddb43e", "displayName": "Web", "accountEnabled": enabled}


@pytest.mark.parametrize(
    ("principals", "expected"),
    [
        ([principal(enabled=False)], "pass"),
        ([principal(enabled=True)], "fail"),
        ([], "fail"),
        (None, "not_assessed"),
    ],
)
def test_private_drives_in_office(principals: list[Row] | None, expected: str) -> None:
    assert check(clinic(graph__service_principals=principals), "SHARE-39", "office_opens_no_drives") == {expected}


@pytest.mark.parametrize(("value", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed")])
def test_private_drives_in_outlook(value: bool | None, expected: str) -> None:
    row = {"Name": "Default", "IsDefault": True, "AdditionalStorageProvidersAvailable": value}
    assert verdicts(clinic(exchange__owa_mailbox_policies=[row]), "SHARE-39", "outlook_offers_no_drives") == {
        "Default": expected
    }


def test_sway_is_a_matter_of_statement() -> None:
    assert verdict(clinic(evidence__statements=[statement("sway")]), "SHARE-40") == "pass"
    assert verdict(clinic(evidence__statements=[]), "SHARE-40") == "not_assessed"
