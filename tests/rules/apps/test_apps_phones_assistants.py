"""APP-1, APP-8, DEV-1, AI-1 with hand-made records."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.profile import Profile, Staff
from tests.rules.identity import Row, google, google_user, microsoft, of, setting, sku, user, verdict, verdicts

MICROSOFT_OWN = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"


# --- APP-1 ----------------------------------------------------------------------------------------------------------------


def authorization(*assigned: str, risky: bool | None = False, sign_up: bool = False) -> Row:
    return {
        "id": "authorizationPolicy",
        "allowInvitesFrom": "adminsAndGuestInviters",
        "allowUserConsentForRiskyApps": risky,
        "allowedToSignUpEmailBasedSubscriptions": sign_up,
        "defaultUserRolePermissions": {"permissionGrantPoliciesAssigned": list(assigned)},
    }


def low(*names: str) -> list[Any]:
    return of("graph-sp", *({"id": name, "classification": "low", "permissionName": name} for name in names))


SELF = "ManagePermissionGrantsForSelf."


@pytest.mark.parametrize(
    ("assigned", "classified", "expected"),
    [
        ([], [], "pass"),
        (["ManagePermissionGrantsForOwnedResource.microsoft-dynamically-managed-permissions-for-team"], [], "pass"),
        ([SELF + "microsoft-user-default-legacy"], [], "fail"),
        ([SELF + "microsoft-user-default-recommended"], [], "fail"),
        ([SELF + "microsoft-user-default-low"], low("openid", "User.Read"), "review"),
        ([SELF + "microsoft-user-default-low"], low("openid", "Mail.Read"), "fail"),
        ([SELF + "microsoft-user-default-low"], None, "not_assessed"),
        ([SELF + "our-own"], [], "review"),
    ],
)
def test_staff_cannot_consent(assigned: list[str], classified: list[Any] | None, expected: str) -> None:
    clinic = microsoft(
        [user("ann")],
        authorization_policy=[authorization(*assigned)],
        delegated_permission_classifications=classified,
    )
    assert verdicts(clinic, "APP-1", "staff_cannot_consent") == {"tenant-id": expected}


def test_risky_apps() -> None:
    def judge(risky: bool | None) -> str:
        clinic = microsoft(authorization_policy=[authorization(risky=risky)])
        return verdicts(clinic, "APP-1", "risky_apps_are_refused")["tenant-id"]

    assert [judge(True), judge(False), judge(None)] == ["fail", "pass", "pass"]
    assert verdict(microsoft(authorization_policy=None), "APP-1") == "not_assessed"


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("BLOCK_ALL", "pass"),
        ("BLOCK_ALL_SCOPES", "pass"),
        ("ALLOW_SIGN_IN_ONLY", "review"),
        ("ALLOW_SIGN_IN_SCOPES_ONLY", "review"),
        ("UNSPECIFIED_UBER_BLOCK", "fail"),
        ("ACCESS_LEVEL_UNSPECIFIED", "not_assessed"),
        ("ALLOW_ALL", "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_unjudged_apps(level: str | None, expected: str) -> None:
    policies = [setting("api_controls.unconfigured_third_party_apps", {"accessLevel": level})] if level else []
    assert verdict(google([google_user("ann")], {"policy.policies": policies}), "APP-1") == expected


# --- APP-8 ----------------------------------------------------------------------------------------------------------------


def principal(id: str, owner: str = "other-tenant", **fields: Any) -> Row:
    return {
        "id": f"sp-{id}", "appId": f"app-{id}", "displayName": id, "accountEnabled": True,
        "servicePrincipalType": "Application", "appOwnerOrganizationId": owner, "tags": [],
        "verifiedPublisher": {"displayName": None, "verifiedPublisherId": None},
    } | fields  # fmt: skip


def granted(id: str, scope: str, who: str | None = None) -> Row:
    return {
        "id": f"{id}-{scope}", "clientId": f"sp-{id}", "consentType": "Principal" if who else "AllPrincipals",
        "principalId": who, "resourceId": "graph", "scope": scope,
    }  # fmt: skip


def holds(id: str, role: str) -> Row:
    return {
        "id": f"{id}-{role}", "principalId": f"sp-{id}", "principalDisplayName": id,
        "principalType": "ServicePrincipal", "resourceId": "graph", "appRoleId": role, "createdDateTime": None,
    }  # fmt: skip


ROLES = of(
    "graph",
    {
        "id": "graph", "appId": "graph", "displayName": "Graph", "oauth2PermissionScopes": [],
        "appRoles": [{"id": "mail", "value": "Mail.Read"}, {"id": "teams", "value": "Team.ReadBasic.All"}],
    },
)  # fmt: skip


def apps(*principals: Row, grants: Any = (), roles: Any = None, names: Any = ROLES) -> Any:
    return microsoft(
        [user("ann")],
        service_principals=list(principals),
        oauth2_permission_grants=grants if grants is None else list(grants),
        app_role_assignments=of("graph") if roles is None else roles,
        resource_app_roles=names,
    )


def test_apps_of_microsoft_365() -> None:
    clinic = apps(
        *(principal(name) for name in ("all", "one", "self", "harmless", "known", "quiet")),
        principal("own", MICROSOFT_OWN),
        grants=[
            granted("all", " Files.Read.All offline_access"),
            granted("one", "Calendars.Read", "ann"),
            granted("harmless", "openid User.Read"),
            granted("known", "Mail.ReadWrite"),
            granted("own", "Mail.ReadWrite"),
        ],
        roles=of("graph", holds("self", "mail"), holds("quiet", "teams")),
    )
    profile = Profile(approved_apps=frozenset({"KNOWN"}))
    assert verdicts(clinic, "APP-8", profile=profile) == {
        "app-all": "fail",
        "app-one": "review",
        "app-self": "fail",
        "app-known": "pass",
    }
    assert verdict(apps(principal("harmless"), grants=[granted("harmless", "openid")]), "APP-8") == "pass"


@pytest.mark.parametrize(
    "clinic",
    [
        apps(principal("app"), grants=None),
        apps(principal("app"), names=None, roles=of("graph", holds("app", "mail"))),
        apps(principal("app"), roles=of("graph", holds("app", "nobody-knows"))),
        microsoft([user("ann")], service_principals=None),
    ],
)
def test_apps_are_not_assessed_where_permissions_are_not_known(clinic: Any) -> None:
    assert verdict(clinic, "APP-8") == "not_assessed"


def test_an_app_of_one_person_is_not_judged_small_where_its_own_permissions_are_not_known() -> None:
    clinic = apps(
        principal("app"),
        grants=[granted("app", "Mail.Read", "ann")],
        names=None,
        roles=of("graph", holds("app", "mail")),
    )
    assert verdicts(clinic, "APP-8") == {"app-app": "not_assessed"}


def token(client: str, *scopes: str, name: str = "Notes") -> Row:
    return {"clientId": client, "displayText": name, "scopes": list(scopes), "anonymous": False, "nativeApp": False}


def log(who: str, event: str, client: str, scope: str, day: int) -> Row:
    return {
        "id": {"time": f"2026-11-{day:02}T00:00:00Z", "uniqueQualifier": str(day)},
        "actor": {"email": who, "profileId": "1"},
        "events": [
            {
                "type": "auth", "name": event,
                "parameters": [
                    {"name": "client_id", "value": client}, {"name": "app_name", "value": client.title()},
                    {"name": "scope", "multiValue": [scope]},
                ],
            }
        ],
    }  # fmt: skip


MAIL = "https://mail.google.com/"


def test_apps_of_google() -> None:
    people = [google_user("ann"), google_user("bob"), google_user("off", suspended=True)]
    tokens = [
        *of("ann", token("mail", MAIL), token("profile", "openid")),
        *of("bob", token("mail", MAIL), token("known", "https://www.googleapis.com/auth/drive.readonly")),
        *of("off", token("gone", MAIL)),
    ]
    clinic = google(people, {"directory.user_tokens": tokens, "reports.activity.token": []})
    assert verdicts(clinic, "APP-8", profile=Profile(approved_apps=frozenset({"known"}))) == {
        "mail": "review",
        "known": "pass",
    }


def test_without_lists_the_log_shows_apps_but_nothing_passes() -> None:
    events = [
        log("ann@brightwater.example", "authorize", "kept", MAIL, 1),
        log("ann@brightwater.example", "authorize", "left", MAIL, 2),
        log("ann@brightwater.example", "revoke", "left", MAIL, 3),
    ]
    clinic = google([google_user("ann")], {"directory.user_tokens": None, "reports.activity.token": events})
    assert verdicts(clinic, "APP-8") == {"kept": "review"}
    quiet = google([google_user("ann")], {"directory.user_tokens": None, "reports.activity.token": []})
    assert verdict(quiet, "APP-8") == "not_assessed"


# --- DEV-1 ----------------------------------------------------------------------------------------------------------------


def phone(id: str, name: str | None = "Ann", access: str = "Allowed", **fields: Any) -> Row:
    return {
        "Guid": id, "DeviceId": f"device-{id}", "DeviceType": "Outlook", "DeviceModel": "Phone", "DeviceOS": "iOS",
        "ClientType": "Outlook", "DeviceAccessState": access, "UserDisplayName": name, "FirstSyncTime": None,
    } | fields  # fmt: skip


ANN = user("ann")
STAFF = Profile(device_inventory=frozenset({"DEVICE-listed"}), staff_roster=(Staff("Gone", departed=date(2026, 1, 1)),))


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (phone("a", IsManaged=True), "pass"),
        (phone("listed"), "pass"),
        (phone("a"), "fail"),
        (phone("a", IsManaged=False), "fail"),
        (phone("a", access="Blocked"), "not_applicable"),
        (phone("a", access="Quarantined"), "not_applicable"),
        (phone("a", access="DeviceDiscovery"), "not_assessed"),
        (phone("a", None), "not_assessed"),
        (phone("a", "Nobody"), "fail"),
        (phone("listed", "Nobody"), "review"),
        (phone("a", "Gone", IsManaged=True), "fail"),
        (phone("a", "Off", IsManaged=True), "fail"),
        (phone("a", "Twin", IsManaged=True), "not_assessed"),
    ],
)
def test_phones_of_exchange(device: Row, expected: str) -> None:
    people = [
        ANN, user("gone"), user("off", accountEnabled=False), user("t1", displayName="Twin"), user("t2", displayName="Twin"),
    ]  # fmt: skip
    clinic = microsoft(people, {"exchange.mobile_devices": [device]})
    assert list(verdicts(clinic, "DEV-1", profile=STAFF).values()) == [expected]


def test_phones_that_were_not_read_and_none_at_all() -> None:
    assert verdict(microsoft([ANN], {"exchange.mobile_devices": None}), "DEV-1") == "not_assessed"
    assert verdict(microsoft([ANN], {"exchange.mobile_devices": []}), "DEV-1") == "pass"
    assert verdict(google([google_user("ann")], {"directory.mobile_devices": []}), "DEV-1") == "not_assessed"


def test_phones_of_google() -> None:
    def device(
        id: str, email: str = "ann@brightwater.example", day: str = "2026-11-20", status: str = "APPROVED"
    ) -> Row:
        stamp = f"{day}T00:00:00.000Z"
        return {
            "resourceId": id,
            "email": [email],
            "type": "ANDROID",
            "status": status,
            "firstSync": stamp,
            "lastSync": stamp,
        }

    devices = [
        device("listed"), device("new"), device("old", day="2026-01-01"), device("out", status="Blocked"),
        device("gone", "off@brightwater.example"), device("who", "who@elsewhere.example"),
    ]  # fmt: skip
    people = [google_user("ann"), google_user("off", suspended=True)]
    clinic = google(people, {"directory.mobile_devices": devices})
    assert verdicts(clinic, "DEV-1", profile=Profile(device_inventory=frozenset({"listed"}))) == {
        "listed": "pass", "new": "fail", "old": "not_applicable", "out": "not_applicable", "gone": "fail", "who": "fail",
    }  # fmt: skip


COPILOT = "639dec6b-bb19-468b-871c-c5c441c4b0cb"


# --- AI-1 -----------------------------------------------------------------------------------------------------------------


def gemini(state: str | None, events: list[Row] | None = None, plan: str = "1010020028") -> str:
    policies = [setting("gemini_app.service_status", {"serviceState": state})] if state else []
    licence = {
        "userId": "ann@brightwater.example",
        "productId": "Google-Apps",
        "skuId": plan,
        "skuName": "",
        "productName": "",
    }
    clinic = google(
        [google_user("ann")],
        {"policy.policies": policies, "reports.activity.admin": events, "licensing.assignments": [licence]},
    )
    return verdict(clinic, "AI-1")


def change(value: str, day: int) -> Row:
    return {
        "id": {"time": f"2026-11-{day:02}T00:00:00Z", "uniqueQualifier": str(day)},
        "actor": {"email": "ann@brightwater.example"},
        "events": [
            {
                "type": "APPLICATION_SETTINGS", "name": "CHANGE_APPLICATION_SETTING",
                "parameters": [
                    {"name": "SETTING_NAME", "value": "BardNonDuetEnablementProto enable_bard_non_duet_access"},
                    {"name": "NEW_VALUE", "value": value},
                ],
            }
        ],
    }  # fmt: skip


def test_gemini() -> None:
    assert gemini("DISABLED") == "pass"
    assert gemini("ENABLED") == "review"
    assert gemini("ENABLED", plan="Google-Apps") == "fail"
    assert gemini("ENABLED", plan="unheard-of") == "not_assessed"
    assert gemini(None) == "not_assessed"
    assert gemini(None, []) == "not_assessed"
    assert gemini(None, [change("true", 1), change("false", 2)]) == "pass"
    assert gemini(None, [change("false", 1), change("true", 2)]) == "review"


def test_copilot() -> None:
    copilot = sku() | {"skuId": COPILOT, "skuPartNumber": "Microsoft_365_Copilot"}
    copilot["servicePlans"] = [
        {
            "servicePlanId": "c",
            "servicePlanName": "M365_COPILOT_APPS",
            "provisioningStatus": "Success",
            "appliesTo": "User",
        }
    ]
    holder = user("ann", assignedLicenses=[{"skuId": COPILOT, "disabledPlans": []}])
    check = "copilot_only_on_covered_plans"
    assert verdicts(microsoft([holder], subscribed_skus=[copilot]), "AI-1", check) == {"tenant-id": "fail"}
    assert verdicts(microsoft([user("ann")]), "AI-1", check) == {"tenant-id": "not_applicable"}
    assert verdict(microsoft([user("ann")]), "AI-1") == "not_assessed"  # nobody can read the web search setting
