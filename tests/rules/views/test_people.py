"""People, groups, roles, domains, licences and where people sign in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.gap import Gap, Reason
from connectors.record import Unreadable
from connectors.snapshot import Line
from connectors.source import GOOGLE_WORKSPACE, MICROSOFT_365
from rules.data.service_plans import Capability
from rules.profile import Profile
from rules.views.licences import Licences
from rules.views.membership import Membership
from rules.views.owned_domains import OwnedDomains
from rules.views.people import People
from rules.views.roles import Roles
from rules.views.signin import SignIn
from tests.rules.identity import (
    CORE,
    GLOBAL,
    domain,
    google,
    google_user,
    guest,
    microsoft,
    of,
    resolver,
    role,
    signed_in,
    sku,
    unit,
    user,
)

EXCHANGE_PLAN = {
    "servicePlanId": "9aaf7827-d63c-4b61-89c3-182f06f82e5c",
    "service": "exchange",
    "capabilityStatus": "Enabled",
}


def people(snapshot: Any, profile: Profile | None = None) -> People:
    provider = MICROSOFT_365 if "graph.users" in snapshot.sources else GOOGLE_WORKSPACE
    found: People = resolver(snapshot, profile).view(People, provider)
    return found


def group(id: str) -> dict[str, Any]:
    return {"id": id, "displayName": id.title()}


def member(id: str, kind: str = "user") -> dict[str, Any]:
    return {"id": id, "@odata.type": f"#microsoft.graph.{kind}"}


# --- people ---------------------------------------------------------------------------------------------------------------


def test_a_microsoft_person() -> None:
    ann = user("ann", proxyAddresses=["SMTP:ann@brightwater.example", "smtp:Front@Brightwater.example", "X500:/o=x"])
    snapshot = microsoft(
        [ann],
        {"exchange.mailboxes": [{"ExternalDirectoryObjectId": "ann", "RecipientTypeDetails": "SharedMailbox"}]},
        user_sign_in_activity=[signed_in("ann", lastSuccessfulSignInDateTime="2026-11-20T00:00:00Z")],
        role_assignments=[role("ann")],
    )
    found = people(snapshot, Profile(break_glass=frozenset({"ANN@brightwater.example"}))).by_address(
        "FRONT@brightwater.example"
    )
    assert found is not None
    assert (found.kind, found.id, found.label) == ("person", "ann", "Ann <ann@brightwater.example>")
    assert found.addresses == {"ann@brightwater.example", "front@brightwater.example"}
    assert (found.can_sign_in, found.is_guest, found.is_licensed, found.has_mailbox, found.is_shared) == (
        True,
        False,
        True,
        True,
        True,
    )
    assert (found.is_admin, found.is_highest_admin, found.is_break_glass) == (True, True, True)
    assert [held.name for held in found.roles] == ["Global Administrator"]
    assert found.last_sign_in == datetime(2026, 11, 20, tzinfo=UTC)
    assert found.created == datetime(2025, 1, 1, tzinfo=UTC)


def test_a_google_person() -> None:
    row = google_user("ann", "/Staff", aliases=["front@brightwater.example"], lastLoginTime="1970-01-01T00:00:00.000Z")
    licence = {
        "userId": "Ann@brightwater.example",
        "productId": "Google-Apps",
        "skuId": "1010020028",
        "skuName": "Business Standard",
    }
    found = people(google([row], {"licensing.assignments": [licence]})).by_address("Front@brightwater.example")
    assert found is not None
    assert (found.label, found.unit, found.has_mailbox, found.is_shared) == (
        "Ann <ann@brightwater.example>",
        "/Staff",
        True,
        False,
    )
    assert (found.is_licensed, found.is_admin, found.last_sign_in) == (True, False, None)


def test_whoever_is_missing_from_an_incomplete_list_is_not_known_to_be_nobody() -> None:
    whole = people(microsoft([user("ann")]))
    assert whole.by_id("bob") is None
    assert whole.by_address("bob@brightwater.example") is None
    refused = people(microsoft([user("ann")], gaps=["graph.users"]))
    assert refused.by_address("ann@brightwater.example") is not None
    for ask in (
        lambda: refused.by_id("bob"),
        lambda: refused.by_address("bob@brightwater.example"),
        lambda: list(refused),
    ):
        with pytest.raises(Unreadable):
            ask()
    nameless = people(microsoft([user("ann"), {k: v for k, v in user("bob").items() if k != "id"}], per_user_mfa=[]))
    with pytest.raises(Unreadable):
        nameless.by_id("cat")


def test_a_mailbox_is_known_from_the_licence_where_exchange_was_not_read() -> None:
    snapshot = microsoft([user("ann", assignedPlans=[EXCHANGE_PLAN]), user("bob")], {"exchange.mailboxes": None})
    ann, bob = people(snapshot)
    assert ann.has_mailbox
    with pytest.raises(Unreadable):
        bob.has_mailbox  # noqa: B018 - reading it raises
    with pytest.raises(Unreadable):
        ann.is_shared  # noqa: B018 - reading it raises


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (
            {"lastSuccessfulSignInDateTime": "2026-11-20T00:00:00Z", "lastSignInDateTime": "2026-11-21T00:00:00Z"},
            datetime(2026, 11, 20, tzinfo=UTC),
        ),
        ({"lastSignInDateTime": "2023-05-01T00:00:00Z"}, datetime(2023, 5, 1, tzinfo=UTC)),
        ({"lastNonInteractiveSignInDateTime": "2026-11-20T00:00:00Z"}, "unreadable"),
        ({}, None),
        (None, None),
    ],
)
def test_the_last_sign_in_is_the_last_that_succeeded(activity: dict[str, str] | None, expected: object) -> None:
    (ann,) = people(microsoft([user("ann")], user_sign_in_activity=[signed_in("ann", **activity or {})]))
    try:
        found: object = ann.last_sign_in
    except Unreadable:
        found = "unreadable"
    assert found == expected


def test_guests() -> None:
    kinds = [
        user("ann"),
        user("nul", userType=None),
        guest("gil"),
        guest("mel", userType="Member"),
        user("int", userType="Guest"),
    ]
    assert [person.is_guest for person in people(microsoft(kinds))] == [False, False, True, True, True]


# --- groups and roles -----------------------------------------------------------------------------------------------------


def test_membership_is_known_unknown_or_over() -> None:
    partial = [
        Line(r=member("ann"), of="half"),
        Line(of="half", gap=Gap("graph.group_members", Reason.THROTTLED, "later")),
    ]
    snapshot = microsoft(
        [user("ann")],
        groups=[group("whole"), group("half"), group("unread")],
        group_members=[*of("whole", member("ann")), *partial],
    )
    membership = resolver(snapshot).view(Membership, MICROSOFT_365)
    assert membership.contains("whole", "ann") is True
    assert membership.contains("whole", "bob") is False
    assert membership.contains("deleted", "ann") is False
    for name in ("half", "unread"):
        with pytest.raises(Unreadable):
            membership.contains(name, "bob")


def test_googles_groups_hold_everybody_nested_groups_and_strangers() -> None:
    groups = [{"id": g, "email": f"{g}@brightwater.example"} for g in ("all", "outer", "inner", "open")]

    def row(id: str, kind: str) -> dict[str, Any]:
        return {"id": id, "role": "MEMBER", "type": kind}

    members = [
        *of("all", row("C0", "CUSTOMER")),
        *of("outer", row("inner", "GROUP")),
        *of("inner", row("ann", "USER"), row("outer", "GROUP")),
        *of("open", row("foreign", "GROUP")),
    ]
    membership = resolver(google([], {"directory.groups": groups, "directory.group_members": members})).view(
        Membership, GOOGLE_WORKSPACE
    )
    assert membership.contains("all", "anybody")
    assert membership.contains("outer", "ann")
    assert not membership.contains("outer", "bob")
    with pytest.raises(Unreadable):
        membership.contains("open", "bob")


def test_roles_through_groups_custom_roles_and_deleted_holders() -> None:
    definitions = [
        {"id": "own", "templateId": "own-template", "displayName": "Scheduler", "isBuiltIn": False, "isEnabled": True}
    ]
    deleted = role("gone") | {"principal": None}
    snapshot = microsoft(
        [user("ann"), user("bob")],
        groups=[group("admins")],
        group_members=of("admins", member("ann")),
        role_assignments=[
            role("admins", CORE[1], "group"),
            role("bob", "own"),
            role("app", GLOBAL, "servicePrincipal"),
            deleted,
        ],
        role_definitions=definitions,
    )
    roles = resolver(snapshot).view(Roles, MICROSOFT_365)
    assert [(held.role, held.name, held.group) for held in roles.held_by("ann")] == [
        (CORE[1], "Privileged Role Administrator", "admins")
    ]
    assert [(held.role, held.name) for held in roles.held_by("bob")] == [("own-template", "Scheduler")]


def test_google_roles_are_joined_with_the_accounts_own_mark() -> None:
    roles_ = [
        {"roleId": "1", "roleName": "_SEED_ADMIN_ROLE", "isSuperAdminRole": True, "isSystemRole": True},
        {"roleId": "2", "roleName": "_HELP_DESK_ADMIN_ROLE", "isSystemRole": True},
    ]
    assigned = [
        {"roleAssignmentId": "a", "roleId": "1", "assignedTo": "g", "assigneeType": "GROUP", "scopeType": "CUSTOMER"},
        {"roleAssignmentId": "b", "roleId": "2", "assignedTo": "bob", "assigneeType": "user", "scopeType": "CUSTOMER"},
    ]
    members = of("g", {"id": "ann", "role": "MEMBER", "type": "USER"})
    snapshot = google(
        [google_user("ann"), google_user("bob", isDelegatedAdmin=True), google_user("cat", isAdmin=True)],
        {
            "directory.roles": roles_,
            "directory.role_assignments": assigned,
            "directory.groups": [{"id": "g", "email": "admins@brightwater.example"}],
            "directory.group_members": members,
        },
    )
    assert [(p.id, p.known_roles, p.is_highest_admin) for p in people(snapshot)] == [
        ("ann", ["Super Admin"], True),
        ("bob", ["Help Desk Admin"], False),
        ("cat", ["Super Admin"], True),
    ]


# --- domains, licences, sign-in -------------------------------------------------------------------------------------------


def test_owned_domains() -> None:
    rows = [
        domain("brightwater.example"),
        domain("brightwater.onmicrosoft.com"),
        domain("pending.example") | {"isVerified": False},
    ]
    owned = resolver(microsoft(domains=rows)).view(OwnedDomains, MICROSOFT_365)
    assert [(one.id, one.is_service) for one in owned] == [
        ("brightwater.example", False),
        ("brightwater.onmicrosoft.com", True),
    ]
    assert owned.owns("BrightWater.example.")
    assert owned.owns_address("ann@brightwater.example")
    assert not owned.owns("mail.brightwater.example")
    assert not owned.owns("pending.example")
    refused = resolver(microsoft(domains=rows, gaps=["graph.domains"])).view(OwnedDomains, MICROSOFT_365)
    assert refused.owns("brightwater.example")
    with pytest.raises(Unreadable):
        refused.owns("elsewhere.example")


def test_google_domains_hold_aliases() -> None:
    rows = {
        "directory.domains": [{"domainName": "brightwater.example", "isPrimary": True, "verified": True}],
        "directory.domain_aliases": [
            {"domainAliasName": "bw.example", "parentDomainName": "brightwater.example", "verified": True}
        ],
    }
    owned = resolver(google([], rows)).view(OwnedDomains, GOOGLE_WORKSPACE)
    assert {one.id: one.alias_of for one in owned} == {"brightwater.example": "", "bw.example": "brightwater.example"}


def test_licences_give_what_is_switched_on() -> None:
    p1 = sku()["servicePlans"][0]["servicePlanId"]
    held = [{"skuId": "spb", "disabledPlans": []}]
    without = [{"skuId": "spb", "disabledPlans": [p1]}]
    foreign = [{"skuId": "unknown", "disabledPlans": []}]
    snapshot = microsoft(
        [
            user("ann", assignedLicenses=held),
            user("bob", assignedLicenses=without),
            user("cat", assignedLicenses=foreign),
        ]
    )
    licences = resolver(snapshot).view(Licences, MICROSOFT_365)
    assert licences.has(Capability.ENTRA_P1)
    assert not licences.has(Capability.INTUNE)
    assert licences.gives("ann", Capability.ENTRA_P1)
    assert not licences.gives("bob", Capability.ENTRA_P1)
    with pytest.raises(Unreadable):
        licences.of("cat")
    suspended = resolver(microsoft(subscribed_skus=[sku() | {"capabilityStatus": "Suspended"}])).view(
        Licences, MICROSOFT_365
    )
    assert not suspended.has(Capability.ENTRA_P1)


def test_google_without_any_licence_but_with_mailboxes_tells_nothing() -> None:
    licences = resolver(google([google_user("ann")])).view(Licences, GOOGLE_WORKSPACE)
    with pytest.raises(Unreadable):
        licences.of("ann")


def test_groups_beat_units_and_the_nearest_unit_wins() -> None:
    def assigned(name: str, mode: str, rank: int = 0, **target: str) -> dict[str, Any]:
        return {"name": name, "ssoMode": mode, "rank": rank, "samlSsoInfo": {"inboundSamlSsoProfile": "p"}, **target}

    profile = {"name": "p", "displayName": "Okta", "idpConfig": {"entityId": "e", "singleSignOnServiceUri": "u"}}
    snapshot = google(
        [
            google_user("ann"),
            google_user("bob", "/Staff"),
            google_user("cat", "/Staff"),
            google_user("top", isAdmin=True),
        ],
        {
            "directory.orgunits": [unit("root", "/"), unit("staff", "/Staff", "root")],
            "directory.groups": [
                {"id": "g", "email": "g@brightwater.example"},
                {"id": "h", "email": "h@brightwater.example"},
            ],
            "directory.group_members": [
                *of("g", {"id": "cat", "role": "MEMBER", "type": "USER"}),
                *of("h", {"id": "cat", "role": "MEMBER", "type": "USER"}),
            ],
            "identity.sso_assignments": [
                assigned("1", "SAML_SSO", targetOrgUnit="orgUnits/root"),
                assigned("2", "SSO_OFF", targetOrgUnit="orgUnits/staff"),
                assigned("3", "SSO_OFF", 2, targetGroup="groups/h"),
                assigned("4", "SAML_SSO", 1, targetGroup="groups/g"),
            ],
            "identity.sso_saml_profiles": [profile],
        },
    )
    sign_in = resolver(snapshot).view(SignIn, GOOGLE_WORKSPACE)
    assert {person.id: sign_in.elsewhere(person) for person in people(snapshot)} == {
        "ann": "Okta",
        "bob": None,
        "cat": "Okta",
        "top": None,
    }
