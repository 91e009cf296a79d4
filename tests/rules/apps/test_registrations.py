"""APP-3 to APP-6, APP-11 and APP-12 with hand-made records: how apps come into a Microsoft tenant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.identity import Row, google_user, microsoft, setting, user, verdict, verdicts
from tests.rules.identity import google as google_clinic

ANN = "aaaaaaaa-0000-0000-0000-000000000001"
GROUP = "bbbbbbbb-0000-0000-0000-000000000001"
CONSENT = "dffd5d46-495d-40a9-8e21-954ff55e198a"


def one(clinic: Any, control: str, check: str) -> str:
    return verdicts(clinic, control, check)["tenant-id"]


# --- APP-3 ----------------------------------------------------------------------------------------------------------------


def requests(*queries: str, **fields: Any) -> list[Row]:
    return [
        {
            "isEnabled": True, "notifyReviewers": True, "remindersEnabled": True, "requestDurationInDays": 30,
            "reviewers": [{"query": query} for query in queries],
        } | fields
    ]  # fmt: skip


def consent(**values: str) -> list[Row]:
    named = [{"name": name, "value": value} for name, value in values.items()]
    return [{"id": "s", "templateId": CONSENT, "displayName": "Consent Policy Settings", "values": named}]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (requests(f"/users/{ANN}"), "pass"),
        (requests(), "fail"),
        (requests(f"/users/{ANN}", isEnabled=False), "fail"),
        ([{"isEnabled": True}], "not_assessed"),
    ],
)
def test_staff_can_ask(policy: list[Row], expected: str) -> None:
    clinic = microsoft([user(ANN)], admin_consent_request_policy=policy, group_settings=[])
    assert one(clinic, "APP-3", "staff_can_ask") == expected


@pytest.mark.parametrize(("value", "expected"), [("true", "review"), ("False", "fail"), (None, "not_assessed")])
def test_the_setting_of_an_export_never_passes_alone(value: str | None, expected: str) -> None:
    settings = consent(EnableAdminConsentRequests=value) if value else []
    clinic = microsoft([user(ANN)], admin_consent_request_policy=None, group_settings=settings)
    assert one(clinic, "APP-3", "staff_can_ask") == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "pass"),
        ({"notifyReviewers": False}, "fail"),
        ({"remindersEnabled": False}, "fail"),
        ({"requestDurationInDays": 31}, "fail"),
        ({"isEnabled": False}, "not_applicable"),
    ],
)
def test_requests_are_brought_up(fields: Row, expected: str) -> None:
    clinic = microsoft([user(ANN)], admin_consent_request_policy=requests(f"/users/{ANN}", **fields))
    assert one(clinic, "APP-3", "requests_are_brought_up") == expected


@pytest.mark.parametrize(
    ("queries", "people", "expected"),
    [
        ([f"/users/{ANN}"], [user(ANN)], "pass"),
        ([f"/v1.0/users/{ANN}"], [user(ANN, accountEnabled=False)], "fail"),
        ([f"/users/{ANN}"], [], "fail"),
        ([f"/groups/{GROUP}/transitiveMembers/microsoft.graph.user"], [], "fail"),
        (["./manager"], [], "review"),
        (["./manager", f"/users/{ANN}"], [user(ANN)], "pass"),
    ],
)
def test_reviewers_work_here(queries: list[str], people: list[Row], expected: str) -> None:
    clinic = microsoft(people, admin_consent_request_policy=requests(*queries))
    assert one(clinic, "APP-3", "reviewers_work_here") == expected


def test_reviewers_are_not_called_gone_where_people_were_not_read() -> None:
    clinic = microsoft(gaps=["graph.users"], admin_consent_request_policy=requests(f"/users/{ANN}"))
    assert one(clinic, "APP-3", "reviewers_work_here") == "not_assessed"


# --- APP-4 and APP-5 ------------------------------------------------------------------------------------------------------


def authorization(*assigned: str, create: bool | None = False) -> list[Row]:
    permissions: Row = {"permissionGrantPoliciesAssigned": list(assigned)}
    if create is not None:
        permissions["allowedToCreateApps"] = create
    return [{"id": "authorizationPolicy", "defaultUserRolePermissions": permissions}]


def test_group_owners() -> None:
    owned = "ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team"
    for assigned, expected in ((["ManagePermissionGrantsForSelf.x"], "pass"), ([owned], "fail")):
        clinic = microsoft(authorization_policy=authorization(*assigned), group_settings=[])
        assert one(clinic, "APP-4", "no_rule_lets_owners_consent") == expected
    assert verdict(microsoft(authorization_policy=None, group_settings=None), "APP-4") == "not_assessed"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (consent(EnableGroupSpecificConsent="False"), "pass"),
        (consent(EnableGroupSpecificConsent="true"), "fail"),
        (consent(BlockUserConsentForRiskyApps="true"), "review"),
        ([], "review"),
        (None, "not_assessed"),
    ],
)
def test_the_older_switch(settings: list[Row] | None, expected: str) -> None:
    assert one(microsoft(group_settings=settings), "APP-4", "older_switch_is_off") == expected


@pytest.mark.parametrize(("create", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed")])
def test_registering_apps(create: bool | None, expected: str) -> None:
    assert verdict(microsoft(authorization_policy=authorization(create=create)), "APP-5") == expected


def test_registering_apps_where_nothing_was_read() -> None:
    assert verdict(microsoft(authorization_policy=None), "APP-5") == "not_assessed"


# --- APP-6 ----------------------------------------------------------------------------------------------------------------

ALL = "0001-01-01T00:00:00Z"


def limit(kind: str, lifetime: str | None = None, since: str | None = ALL, state: str = "enabled") -> Row:
    return {
        "restrictionType": kind, "state": state, "maxLifetime": lifetime, "restrictForAppsCreatedAfterDateTime": since,
    }  # fmt: skip


def default(passwords: list[Row], keys: list[Row] = (), *, on: bool = True, tenant_entries: Any = None) -> list[Row]:  # type: ignore[assignment]
    both = {"passwordCredentials": passwords, "keyCredentials": list(keys)}
    return [
        {
            "isEnabled": on,
            "applicationRestrictions": both,
            "servicePrincipalRestrictions": both if tenant_entries is None else tenant_entries,
        }
    ]


@pytest.mark.parametrize(
    ("passwords", "expected"),
    [
        ([limit("passwordAddition")], "pass"),
        ([limit("passwordAddition", since=None)], "pass"),
        ([limit("passwordAddition", since="2026-01-01T00:00:00Z")], "fail"),
        ([limit("passwordAddition", state="disabled")], "fail"),
        ([limit("passwordLifetime", "P180D")], "pass"),
        ([limit("passwordLifetime", "P181DT12H")], "fail"),
        ([limit("passwordLifetime", "P1Y")], "not_assessed"),
        ([limit("passwordLifetime")], "fail"),
        ([limit("customPasswordAddition")], "fail"),
        ([limit("somethingNew")], "not_assessed"),
        ([], "fail"),
    ],
)
def test_passwords_of_apps(passwords: list[Row], expected: str) -> None:
    clinic = microsoft(default_app_management_policy=default(passwords))
    assert one(clinic, "APP-6", "passwords_are_limited") == expected


def test_both_kinds_of_restrictions_count() -> None:
    nothing = {"passwordCredentials": [], "keyCredentials": []}
    clinic = microsoft(default_app_management_policy=default([limit("passwordAddition")], tenant_entries=nothing))
    assert one(clinic, "APP-6", "passwords_are_limited") == "fail"
    off = microsoft(default_app_management_policy=default([limit("passwordAddition")], on=False))
    assert one(off, "APP-6", "passwords_are_limited") == "fail"
    assert one(microsoft(default_app_management_policy=None), "APP-6", "passwords_are_limited") == "not_assessed"


@pytest.mark.parametrize(("lifetime", "expected"), [("P366D", "pass"), ("P367D", "fail"), (None, "fail")])
def test_certificates_of_apps(lifetime: str | None, expected: str) -> None:
    keys = [limit("asymmetricKeyLifetime", lifetime)]
    clinic = microsoft(default_app_management_policy=default([], keys))
    assert one(clinic, "APP-6", "certificates_are_limited") == expected


def exception(*passwords: Row, on: bool = True) -> Row:
    return {
        "id": "x",
        "displayName": "Old EHR",
        "isEnabled": on,
        "restrictions": {"passwordCredentials": list(passwords)},
    }


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (exception(limit("passwordAddition", state="disabled")), "fail"),
        (exception(limit("passwordLifetime", "P700D")), "fail"),
        (exception(limit("passwordLifetime", "P90D")), "pass"),
        (exception(limit("passwordAddition", state="disabled"), on=False), "not_applicable"),
    ],
)
def test_exceptions_from_the_limits(policy: Row, expected: str) -> None:
    assert verdicts(microsoft(app_management_policies=[policy]), "APP-6", "no_app_is_excepted") == {"x": expected}


def registered(*ends: str | None) -> Row:
    return {
        "id": "app", "appId": "a", "displayName": "Bot", "keyCredentials": [], "owners": [],
        "passwordCredentials": [{"keyId": str(number), "endDateTime": end} for number, end in enumerate(ends)],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ([], "pass"),
        (["2027-01-01T00:00:00Z"], "pass"),
        (["2027-12-01T00:00:00Z"], "review"),
        (["2026-01-01T00:00:00Z"], "review"),
        ([None], "review"),
    ],
)
def test_secrets_of_registered_apps(ends: list[str | None], expected: str) -> None:
    assert verdicts(microsoft(applications=[registered(*ends)]), "APP-6", "secrets_end_soon") == {"app": expected}


# --- APP-11 and APP-12 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed")])
def test_the_office_store(on: bool | None, expected: str) -> None:
    settings = {"isAppAndServicesTrialEnabled": True} | ({} if on is None else {"isOfficeStoreEnabled": on})
    assert verdict(microsoft(admin_apps_and_services=[{"settings": settings}]), "APP-11") == expected
    assert verdict(microsoft(admin_apps_and_services=None), "APP-11") == "not_assessed"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"accessLevel": "ALLOW_LISTED_APPS", "allowAllInternalApps": False}, "pass"),
        ({"accessLevel": "ALLOW_NONE", "allowAllInternalApps": False}, "pass"),
        ({"accessLevel": "ALLOW_LISTED_APPS", "allowAllInternalApps": True}, "fail"),
        ({"accessLevel": "ALLOW_LISTED_APPS"}, "not_assessed"),
        ({"accessLevel": "ALLOW_ALL"}, "fail"),
        ({"accessLevel": "ALLOW_SOME"}, "not_assessed"),
        (None, "fail"),  # Google's documented default
    ],
)
def test_the_marketplace(value: Row | None, expected: str) -> None:
    other = setting("gmail.auto_forwarding", {"enableAutoForwarding": False})
    policies = [other] if value is None else [setting("workspace_marketplace.apps_access_options", value)]
    assert verdict(google_clinic([google_user("ann")], {"policy.policies": policies}), "APP-11") == expected


def add_ins(*roles: str, name: str = "Default", main: bool = True) -> Row:
    return {"Name": name, "IsDefault": main, "AssignedRoles": list(roles)}


def mailbox(policy: str) -> Row:
    return {"ExternalDirectoryObjectId": "ann", "RoleAssignmentPolicy": policy}


@pytest.mark.parametrize(
    ("policies", "mailboxes", "expected"),
    [
        ([add_ins("MyBaseOptions")], [], {"Default": "pass"}),
        ([add_ins("MyBaseOptions", "My Marketplace Apps")], [], {"Default": "fail"}),
        ([add_ins("My ReadWriteMailboxApps")], [], {"Default": "fail"}),
        ([add_ins("My Custom Apps", name="Old", main=False)], [mailbox("Default")], {"Old": "not_applicable"}),
        ([add_ins("My Custom Apps", name="Old", main=False)], [mailbox("Old")], {"Old": "fail"}),
        ([add_ins("My Custom Apps", name="Old", main=False)], None, {"Old": "not_assessed"}),
    ],
)
def test_add_ins(policies: list[Row], mailboxes: list[Row] | None, expected: dict[str, str]) -> None:
    sources = {"exchange.role_assignment_policies": policies, "exchange.mailboxes": mailboxes}
    assert verdicts(microsoft([user("ann")], sources), "APP-12") == expected


def test_add_ins_where_no_policy_was_read() -> None:
    assert verdict(microsoft([user("ann")], {"exchange.role_assignment_policies": None}), "APP-12") == "not_assessed"
