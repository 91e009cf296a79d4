"""Settings around administrators: "ADMIN-7" to "ADMIN-9", "ADMIN-13" to "ADMIN-16", "ADMIN-18", "ADMIN-20", "ADMIN-21", "ADMIN-24"."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile
from tests.rules.identity import (
    CORE,
    GLOBAL,
    NO_PHONES,
    Row,
    google,
    google_user,
    grant,
    guest,
    microsoft,
    policy,
    results,
    role,
    setting,
    sku,
    user,
    verdict,
    verdicts,
)

INTUNE = "c1ec4a95-1f05-45b3-a911-aa3fa01094f5"
P2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
ROLE_ADMIN = CORE[1]


def owns(*plans: str) -> list[Row]:
    """The licence of the hand-made clinic, with more plans in it."""
    base = sku()
    more = [
        {"servicePlanId": one, "servicePlanName": one, "provisioningStatus": "Success", "appliesTo": "User"}
        for one in plans
    ]
    return [{**base, "servicePlans": [*base["servicePlans"], *more]}]


# --- ADMIN-7 --------------------------------------------------------------------------------------------------------------


def instance(
    principal: str, template: str = GLOBAL, *, end: str | None = None, kind: str = "user", **fields: Any
) -> Row:
    return {
        "id": f"{principal}-{template[:4]}",
        "principalId": principal,
        "roleDefinitionId": template,
        "directoryScopeId": "/",
        "assignmentType": "Assigned",
        "startDateTime": "2026-01-01T00:00:00Z",
        "endDateTime": end,
        "principal": {"@odata.type": f"#microsoft.graph.{kind}", "id": principal, "displayName": principal},
    } | fields


def pim(*instances: Row, **sources: Any) -> Snapshot:
    people = [user(name) for name in ("ann", "ben", "cid", "glass")]
    given: dict[str, Any] = {"role_assignment_schedule_instances": list(instances), "subscribed_skus": owns(P2)}
    return microsoft(people, **(given | sources))


SEALED = Profile(break_glass=frozenset({"glass@brightwater.example"}))
EXCHANGE = CORE[4]


@pytest.mark.parametrize(
    ("instances", "expected"),
    [
        ([instance("ann"), instance("ben"), instance("glass")], "pass"),  # two, and a sealed account
        ([instance("ann"), instance("ben"), instance("cid")], "fail"),
        ([instance("ann", EXCHANGE)], "fail"),
        ([instance("ann", EXCHANGE, end="2026-12-01T00:00:00Z")], "pass"),
        ([instance("ann", EXCHANGE, assignmentType="Activated")], "pass"),
        ([instance("g", EXCHANGE, kind="group")], "fail"),
        ([instance("app", EXCHANGE, kind="servicePrincipal")], "not_applicable"),
        ([instance("ann", "f0f0f0f0-0000-0000-0000-000000000000", end="2026-12-01T00:00:00Z")], "not_assessed"),
        ([instance("ann", EXCHANGE, assignmentType="Somehow")], "not_assessed"),
        ([], "not_applicable"),
    ],
)
def test_privileged_roles_have_an_end(instances: list[Row], expected: str) -> None:
    held = pim(*instances, role_definitions=None) if expected == "not_assessed" else pim(*instances)
    found = verdicts(held, "ADMIN-7", "role_has_an_end", SEALED)
    order = ["fail", "not_assessed", "pass", "not_applicable"]
    assert min([*found.values(), *([expected] if not found else [])], key=order.index) == expected


def test_roles_are_given_through_pim() -> None:
    held = pim(instance("ann", end="2026-12-01T00:00:00Z"), instance("ben", startDateTime=None), instance("app", kind="servicePrincipal", startDateTime=None))  # fmt: skip
    assert verdicts(held, "ADMIN-7", "role_was_given_through_pim", SEALED) == {
        "ann-62e9": "pass",
        "ben-62e9": "fail",
        "app-62e9": "not_applicable",
    }


def test_pim_does_not_arise_without_p2_and_is_not_assessed_unread() -> None:
    for control in ("ADMIN-7", "ADMIN-8"):
        assert verdict(pim(subscribed_skus=[sku()]), control) == "not_applicable"
        assert verdict(pim(subscribed_skus=None), control) == "not_assessed"
    assert verdict(pim(role_assignment_schedule_instances=None), "ADMIN-7") == "not_assessed"
    assert verdict(pim(role_management_policies=None), "ADMIN-8") == "not_assessed"
    assert verdict(pim(role_management_policies=[]), "ADMIN-8") == "not_assessed"


# --- ADMIN-8 and ADMIN-9 --------------------------------------------------------------------------------------------------


def settings(template: str, *, approval: bool = True, told: list[str] | None = None) -> Row:
    recipients = ["it@brightwater.example"] if told is None else told
    rules = [{"id": "Approval_EndUser_Assignment", "setting": {"isApprovalRequired": approval}}]
    rules += [
        {"id": f"Notification_Admin_{what}", "notificationRecipients": recipients}
        for what in ("Admin_Assignment", "Admin_Eligibility", "EndUser_Assignment")
    ]
    return {"id": template, "roleDefinitionId": template, "policy": {"id": template, "rules": rules}}


ALL = [settings(template) for template in CORE]


def replaced(template: str, **changes: Any) -> list[Row]:
    return [settings(one, **(changes if one == template else {})) for one in CORE]


def test_approval_of_the_two_top_roles() -> None:
    assert verdict(pim(role_management_policies=ALL), "ADMIN-8") == "pass"
    assert verdict(pim(role_management_policies=replaced(GLOBAL, approval=False)), "ADMIN-8") == "fail"
    assert verdict(pim(role_management_policies=replaced(ROLE_ADMIN, approval=False)), "ADMIN-8") == "fail"
    assert verdict(pim(role_management_policies=replaced(EXCHANGE, approval=False)), "ADMIN-8") == "pass"
    bare = [{**one, "policy": {"id": "x", "rules": []}} for one in ALL]
    assert verdict(pim(role_management_policies=bare), "ADMIN-8") == "not_assessed"


@pytest.mark.parametrize(
    ("template", "told", "failing"),
    [
        (GLOBAL, [], {"granting_is_told", "using_the_highest_is_told"}),
        (EXCHANGE, [], {"granting_is_told", "using_others_is_told"}),
        (EXCHANGE, ["somebody@gmail.com"], {"granting_is_told", "using_others_is_told"}),
        (EXCHANGE, ["desk@cobalt.example"], set()),
    ],
)
def test_who_is_told_of_roles(template: str, told: list[str], failing: set[str]) -> None:
    held = pim(role_management_policies=replaced(template, told=told))
    partner = Profile(partners={"cobalt.example": "Cobalt IT"})
    for check in ("granting_is_told", "using_the_highest_is_told", "using_others_is_told"):
        [(_, found, _)] = results(held, "ADMIN-9", check, partner)
        assert found == ("fail" if check in failing else "pass"), check


def alert(*, disabled: bool) -> Row:
    return {"Name": "Elevation of Exchange admin privilege", "Disabled": disabled, "NotifyUser": ["TenantAdmins"], "Severity": "Low"}  # fmt: skip


def test_telling_without_p2_rests_on_one_alert() -> None:
    def clinic(*alerts: Row) -> Snapshot:
        return microsoft(sources={"purview.protection_alerts": list(alerts)})

    assert verdict(clinic(alert(disabled=False)), "ADMIN-9") == "review"
    assert verdict(clinic(alert(disabled=True)), "ADMIN-9") == "fail"
    assert verdict(clinic(), "ADMIN-9") == "fail"
    assert verdict(microsoft(), "ADMIN-9") == "not_assessed"
    assert verdict(pim(role_management_policies=ALL[:3]), "ADMIN-9") == "not_assessed"


# --- ADMIN-14 and ADMIN-15 ------------------------------------------------------------------------------------------------

FOR_ADMINS = {"includeUsers": [], "includeRoles": CORE}


def ruled(*policies: Row, plans: tuple[str, ...] = (INTUNE,), **sources: Any) -> Snapshot:
    given: dict[str, Any] = {
        "conditional_access_policies": list(policies),
        "role_assignments": [role("boss")],
        "subscribed_skus": owns(*plans),
        "entra_ux_setting": [{"restrictNonAdminAccess": "false"}],
    }
    return microsoft([user("boss"), user("ann"), guest("gil")], **(given | sources))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (policy("p", grant("compliantDevice"), users=FOR_ADMINS), "pass"),
        (policy("p", grant("compliantDevice", "domainJoinedDevice")), "pass"),
        (policy("p", grant("mfa", "compliantDevice", operator="AND")), "pass"),
        (policy("p", grant("mfa", "compliantDevice")), "review"),
        (policy("p", grant("compliantDevice"), users={"includeUsers": [], "includeRoles": CORE[:3]}), "fail"),
        (policy("p", grant("compliantDevice"), users={"excludeUsers": ["boss"]}), "fail"),
        (policy("p", grant("compliantDevice"), users={"excludeUsers": ["ann"]}), "pass"),
        (
            policy("p", grant("compliantDevice"), platforms={"includePlatforms": ["iOS"], "excludePlatforms": []}),
            "fail",
        ),
        (policy("p", grant("compliantDevice"), applications={"includeApplications": ["Office365"]}), "fail"),
        (policy("p", grant("compliantDevice"), state="enabledForReportingButNotEnforced"), "fail"),
        (policy("p", grant("mfa")), "fail"),
    ],
)
def test_administrators_need_managed_devices(rule: Row, expected: str) -> None:
    assert verdict(ruled(rule), "ADMIN-14") == expected


def test_managed_devices_need_licenses_and_rules_that_can_be_read() -> None:
    assert verdict(ruled(plans=()), "ADMIN-14") == "not_applicable"
    assert verdict(ruled(subscribed_skus=[sku(p1=False)]), "ADMIN-14") == "not_applicable"
    assert verdict(ruled(conditional_access_policies=None), "ADMIN-14") == "not_assessed"
    assert (
        verdict(ruled(policy("p", grant("compliantDevice")), gaps=["graph.role_assignments"]), "ADMIN-14")
        == "not_assessed"
    )
    odd = policy("p", grant("compliantDevice"), clientAppTypes=["somethingNew"])
    assert verdict(ruled(odd), "ADMIN-14") == "not_assessed"


def session(hours: int | None, browser: str | None = "never", kind: str = "hours", **fields: Any) -> Row:
    """A rule that only limits sessions; no hours: every time."""
    frequency = {"isEnabled": True, "value": hours, "type": kind, "frequencyInterval": "timeBased"}
    if hours is None:
        frequency |= {"type": None, "frequencyInterval": "everyTime"}
    controls = {
        "signInFrequency": frequency,
        "persistentBrowser": None if browser is None else {"isEnabled": True, "mode": browser},
        "applicationEnforcedRestrictions": None,
    }
    return {
        **policy("Sessions", **({"users": FOR_ADMINS} | fields)),
        "grantControls": None,
        "sessionControls": controls,
    }


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (session(4), "pass"),
        (session(None), "pass"),
        (session(4, users={}), "pass"),
        (session(5), "fail"),
        (session(1, kind="days"), "fail"),
        (session(4, None), "fail"),
        (session(4, "always"), "fail"),
        (session(4, users={"includeUsers": [], "includeRoles": CORE[:2]}), "fail"),
        (session(4, users={**FOR_ADMINS, "excludeUsers": ["boss"]}), "fail"),
        (session(4, users={"excludeUsers": ["boss"]}), "fail"),
        ({**session(4), "state": "disabled"}, "fail"),
        ({**session(4), "sessionControls": None}, "fail"),
        (session(4, kind="fortnights"), "not_assessed"),
    ],
)
def test_sessions_of_administrators(rule: Row, expected: str) -> None:
    assert verdict(ruled(rule), "ADMIN-13") == expected


def test_sessions_need_p1_and_rules_that_can_be_read() -> None:
    assert verdict(ruled(session(4), subscribed_skus=[sku(p1=False)]), "ADMIN-13") == "not_applicable"
    assert verdict(ruled(conditional_access_policies=None), "ADMIN-13") == "not_assessed"


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("43200s", "pass"),
        ("3600s", "pass"),
        ("43201s", "fail"),
        ("0s", "fail"),
        ("a while", "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_sessions_of_super_administrators(duration: str | None, expected: str) -> None:
    value = [] if duration is None else [setting("security.session_controls", {"webSessionDuration": duration})]
    held = google([google_user("boss", isAdmin=True)], {"policy.policies": value})
    assert set(verdicts(held, "ADMIN-13", "web_sessions_are_short").values()) == {expected}
    staff = google([google_user("ann")], {"policy.policies": value})
    assert set(verdicts(staff, "ADMIN-13", "web_sessions_are_short").values()) == {"not_applicable"}
    assert verdict(held, "ADMIN-13") in {expected, "not_assessed"}  # the cloud console's sessions show nowhere


def portal_rule(**users: Any) -> Row:
    return policy(
        "Portals", grant("block"), users=users, applications={"includeApplications": ["MicrosoftAdminPortals"]}
    )


@pytest.mark.parametrize(
    ("rules", "ux", "expected"),
    [
        ([], "true", "pass"),
        ([], "false", "fail"),
        ([portal_rule(excludeRoles=[GLOBAL])], "false", "pass"),
        ([portal_rule(excludeUsers=["boss"])], "false", "pass"),
        ([portal_rule(excludeUsers=["ann"])], "false", "fail"),
        ([{**portal_rule(excludeRoles=[GLOBAL]), "state": "disabled"}], "false", "fail"),
        ([policy("All", grant("mfa"))], "false", "fail"),
        ([], "maybe", "not_assessed"),
    ],
)
def test_admin_portals(rules: list[Row], ux: str, expected: str) -> None:
    held = ruled(*rules, entra_ux_setting=[{"restrictNonAdminAccess": ux}])
    assert verdict(held, "ADMIN-15") == expected


def test_admin_portals_that_cannot_be_read() -> None:
    assert verdict(ruled(entra_ux_setting=None), "ADMIN-15") == "not_assessed"
    assert verdict(ruled(portal_rule(excludeRoles=[GLOBAL]), entra_ux_setting=None), "ADMIN-15") == "pass"
    assert verdict(ruled(conditional_access_policies=None), "ADMIN-15") == "not_assessed"
    free = ruled(portal_rule(excludeRoles=[GLOBAL]), subscribed_skus=[sku(p1=False)])
    assert verdict(free, "ADMIN-15") == "fail"


# --- ADMIN-16, ADMIN-18, ADMIN-21, ADMIN-24 -------------------------------------------------------------------------------


def authorization(**fields: Any) -> dict[str, list[Row]]:
    permissions = {"allowedToCreateTenants": False} | fields.pop("permissions", {})
    return {"graph.authorization_policy": [{"id": "a", "allowedToUseSSPR": False, "defaultUserRolePermissions": permissions, **fields}]}  # fmt: skip


def test_administrators_reset_by_themselves() -> None:
    assert verdict(microsoft(sources=authorization()), "ADMIN-16") == "pass"
    assert verdict(microsoft(sources=authorization(allowedToUseSSPR=True)), "ADMIN-16") == "fail"
    assert verdict(microsoft(sources=authorization(allowedToUseSSPR=None)), "ADMIN-16") == "not_assessed"
    assert verdict(microsoft(), "ADMIN-16") == "not_assessed"


@pytest.mark.parametrize(
    ("value", "expected"), [(False, "pass"), (True, "fail"), ("yes", "not_assessed"), (None, "pass")]
)
def test_super_administrators_recover_by_themselves(value: Any, expected: str) -> None:
    name = "security.super_admin_account_recovery"
    policies = [NO_PHONES] if value is None else [setting(name, {"enableAccountRecovery": value})]
    assert verdict(google([google_user("ann")], {"policy.policies": policies}), "ADMIN-16") == expected
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "ADMIN-16") == "not_assessed"


def approval(state: str) -> list[Row]:
    return [setting("multi_party_approval.require_approvals", {"multiPartyApprovalState": state})]


@pytest.mark.parametrize(
    ("state", "plan", "supers", "expected"),
    [
        ("ENABLED", "1010020027", 2, "pass"),
        ("DISABLED", "1010020020", 2, "fail"),
        ("DISABLED", "1010020027", 2, "review"),
        ("DISABLED", "1010020020", 1, "not_applicable"),
        ("SOMETIMES", "1010020020", 2, "not_assessed"),
    ],
)
def test_a_second_administrator_approves(state: str, plan: str, supers: int, expected: str) -> None:
    people = [google_user(f"u{n}", isAdmin=n < supers) for n in range(3)]
    held = [{"userId": f"u{n}@brightwater.example", "skuId": plan, "skuName": plan, "productId": "p"} for n in range(3)]
    clinic = google(people, {"policy.policies": approval(state), "licensing.assignments": held})
    assert verdict(clinic, "ADMIN-18") == expected


def test_approval_is_not_assessed_where_nothing_sets_it() -> None:
    people = [google_user("a", isAdmin=True), google_user("b", isAdmin=True)]
    assert verdict(google(people), "ADMIN-18") == "not_assessed"
    assert verdict(google(people, {"policy.policies": None}), "ADMIN-18") == "not_assessed"


@pytest.mark.parametrize(
    ("value", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed"), (1, "not_assessed")]
)
def test_staff_and_new_tenants(value: Any, expected: str) -> None:
    held = authorization(permissions={"allowedToCreateTenants": value})
    assert verdict(microsoft(sources=held), "ADMIN-21") == expected
    assert verdict(microsoft(), "ADMIN-21") == "not_assessed"


def contacts(technical: list[str], security: list[str]) -> Snapshot:
    one = {"id": "t", "displayName": "Clinic", "technicalNotificationMails": technical, "securityComplianceNotificationMails": security}  # fmt: skip
    return microsoft(sources={"graph.organization": [one]})


@pytest.mark.parametrize(
    ("technical", "security", "expected"),
    [
        (["it@brightwater.example"], ["it@brightwater.example"], "pass"),
        (["it@brightwater.example"], [], "fail"),
        ([], ["it@brightwater.example"], "fail"),
        (["owner@gmail.com"], ["it@brightwater.example"], "fail"),
        (["it@brightwater.example"], ["it@brightwater.example", "owner@yahoo.com"], "fail"),
    ],
)
def test_contacts_at_microsoft(technical: list[str], security: list[str], expected: str) -> None:
    assert verdict(contacts(technical, security), "ADMIN-24") == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("owner@gmail.com", "review"),
        ("desk@cobalt.example", "pass"),
        ("board@elsewhere.example", "pass"),
        ("it@brightwater.example", "fail"),
        ("", "fail"),
        (None, "not_assessed"),
    ],
)
def test_the_secondary_address_at_google(address: str | None, expected: str) -> None:
    customer = {"id": "C0", "customerDomain": "brightwater.example", "alternateEmail": address}
    domain = {"domainName": "brightwater.example", "isPrimary": True, "verified": True, "creationTime": "0"}
    held = {"directory.customer": [customer], "directory.domains": [domain], "directory.domain_aliases": []}
    partner = Profile(partners={"cobalt.example": "Cobalt IT"})
    assert verdict(google(sources=held), "ADMIN-24", partner) == expected


def test_contacts_that_cannot_be_read() -> None:
    assert verdict(microsoft(), "ADMIN-24") == "not_assessed"
    assert verdict(google(), "ADMIN-24") == "not_assessed"
    customer = {"id": "C0", "customerDomain": "brightwater.example", "alternateEmail": "board@elsewhere.example"}
    assert verdict(google(sources={"directory.customer": [customer]}), "ADMIN-24") == "not_assessed"


# --- ADMIN-20 -------------------------------------------------------------------------------------------------------------

ROLES = "/roleManagement/directory/roleDefinitions"


def review(query: str, kind: str = "absoluteMonthly", interval: int = 3, **fields: Any) -> Row:
    scope = {
        "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
        "principalScopes": [{"query": "/users"}],
        "resourceScopes": [{"query": query}],
    }
    recurrence = {"pattern": {"type": kind, "interval": interval}}
    return {"id": query, "displayName": "Roles", "status": "InProgress", "scope": scope, "settings": {"recurrence": recurrence}} | fields  # fmt: skip


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ([review(f"{ROLES}/{GLOBAL}")], "pass"),
        ([review(f"/beta{ROLES}/{GLOBAL.upper()}", "weekly", 1)], "pass"),
        ([review(ROLES)], "pass"),
        ([review(f"{ROLES}/{EXCHANGE}")], "fail"),
        ([review(f"{ROLES}/{GLOBAL}", "absoluteMonthly", 6)], "fail"),
        ([review(f"{ROLES}/{GLOBAL}", "absoluteYearly", 1)], "fail"),
        ([review(f"{ROLES}/{GLOBAL}", status="Completed")], "fail"),
        ([review(f"{ROLES}/{GLOBAL}", settings={"recurrence": None})], "fail"),
        ([review("/groups/x")], "fail"),
        ([], "fail"),
        ([review(f"{ROLES}/{GLOBAL}", "everyFullMoon")], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_reviews_of_roles(reviews: list[Row] | None, expected: str) -> None:
    assert verdict(pim(access_reviews=reviews), "ADMIN-20") == expected


def test_without_p2_a_statement_counts() -> None:
    stated = {"id": "r.toml", "topic": "access_review", "statement": "s", "by": "Ann", "signed_on": "2026-10-01", "file_state": "ok", "covers": ["administrators"]}  # fmt: skip
    assert verdict(microsoft(sources={"evidence.statements": [stated]}), "ADMIN-20") == "pass"
    old = {**stated, "signed_on": "2026-06-01"}
    assert verdict(microsoft(sources={"evidence.statements": [old]}), "ADMIN-20") == "fail"
    assert verdict(microsoft(), "ADMIN-20") == "not_assessed"
    assert (
        verdict(microsoft(sources={"evidence.statements": [stated]}, subscribed_skus=None), "ADMIN-20")
        == "not_assessed"
    )
