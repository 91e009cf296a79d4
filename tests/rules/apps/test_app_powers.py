"""APP-7, APP-9, APP-10 and APP-16 with hand-made records: what apps can do by themselves, and who answers for them."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.data import malicious_apps
from rules.profile import Profile
from tests.rules.apps.test_apps_phones_assistants import MICROSOFT_OWN, granted, holds, principal
from tests.rules.identity import (
    Row,
    google,
    google_user,
    guest,
    microsoft,
    of,
    report,
    results,
    user,
    verdict,
    verdicts,
)

ROLES = of(
    "graph",
    {
        "id": "graph", "appId": "graph", "displayName": "Graph", "oauth2PermissionScopes": [],
        "appRoles": [
            {"id": "mail", "value": "Mail.Read"},
            {"id": "imap", "value": "IMAP.AccessAsApp"},
            {"id": "files", "value": "Files.Read.All"},
            {"id": "ews", "value": "full_access_as_app"},
        ],
    },
)  # fmt: skip
APPROVED = Profile(approved_apps=frozenset({"app-x"}))


def tenant(*roles: str, principals: list[Row] | None = None, grants: Any = (), **sources: Any) -> Snapshot:
    return microsoft(
        sources.pop("people", [user("ann")]),
        {
            f"exchange.{name}": rows
            for name, rows in sources.items()
            if name in {"application_access_policies", "management_role_assignments"}
        },
        service_principals=[principal("x")] if principals is None else principals,
        oauth2_permission_grants=list(grants),
        app_role_assignments=of("graph", *(holds("x", role) for role in roles)),
        resource_app_roles=sources.get("names", ROLES),
        **{
            name: rows
            for name, rows in sources.items()
            if name in {"applications", "user_registration_details", "organization"}
        },
    )


# --- APP-7 ----------------------------------------------------------------------------------------------------------------


def policy(right: str = "RestrictAccess", app: str = "APP-X", group: str | None = "Reminders") -> Row:
    return {"Identity": f"{app}-{right}", "AppId": app, "AccessRight": right, "ScopeName": group}


@pytest.mark.parametrize(
    ("roles", "policies", "expected"),
    [
        (["mail"], [], "fail"),
        (["ews"], [], "fail"),
        (["mail"], [policy()], "pass"),
        (["mail"], [policy("DenyAccess")], "fail"),
        (["mail"], [policy(app="app-other")], "fail"),
        (["mail"], [policy(group=None)], "fail"),
        (["mail"], [policy("SometimesAccess")], "not_assessed"),
        (["imap", "files"], [], "not_applicable"),
        (["mail"], None, "not_assessed"),
    ],
)
def test_apps_in_mailboxes(roles: list[str], policies: list[Row] | None, expected: str) -> None:
    clinic = tenant(*roles, application_access_policies=policies)
    assert verdicts(clinic, "APP-7", "app_is_limited") == {"app-x": expected}


def test_an_approved_app_is_for_a_person_to_judge_and_unknown_permissions_are_no_answer() -> None:
    approved = tenant("mail", application_access_policies=[])
    assert verdicts(approved, "APP-7", "app_is_limited", APPROVED) == {"app-x": "review"}
    nameless = tenant("mail", application_access_policies=[], names=None)
    assert verdicts(nameless, "APP-7", "app_is_limited") == {"app-x": "not_assessed"}
    assert verdict(microsoft([user("ann")], service_principals=None), "APP-7") == "not_assessed"


def role(**fields: Any) -> Row:
    return {
        "Name": "r", "Role": "Application Mail.Read", "RoleAssigneeName": "sp-x", "RoleAssigneeType": "ServicePrincipal",
        "Enabled": True, "RoleAssignmentDelegationType": "Regular", "CustomResourceScope": None,
    } | fields  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (role(), "fail"),
        (role(CustomResourceScope="Reminders"), "pass"),
        (role(RecipientAdministrativeUnitScope="unit"), "pass"),
        (role(Enabled=False), "not_applicable"),
        (role(RoleAssigneeType="RoleGroup"), "not_applicable"),
        (role(Role="View-Only Recipients"), "not_applicable"),
    ],
)
def test_roles_of_apps_in_exchange(given: Row, expected: str) -> None:
    clinic = tenant(management_role_assignments=[given])
    assert verdicts(clinic, "APP-7", "role_has_a_scope") == {"r": expected}


# --- APP-9 ----------------------------------------------------------------------------------------------------------------

PERFECT, EM_CLIENT = "ff8d92dc-3d82-41d6-bcbd-b9174d163620", "e9a7fea1-1cc0-4cd9-a31b-9137ca5deedd"
HOME = [{"id": "home", "displayName": "Brightwater"}]
VERIFIED = {"displayName": "Contoso", "verifiedPublisherId": "1"}


def suspects(*principals: Row, organization: Any = HOME, profile: Profile | None = None) -> dict[str, str]:
    clinic = tenant(principals=list(principals), organization=organization)
    return verdicts(clinic, "APP-9", profile=profile)


def test_apps_on_the_lists() -> None:
    assert suspects(principal("p", appId=PERFECT)) == {PERFECT: "fail"}
    assert suspects(principal("p", appId=PERFECT.upper())) == {PERFECT.upper(): "fail"}
    assert suspects(principal("p", appId=PERFECT, accountEnabled=False)) == {PERFECT: "review"}
    both = Profile(approved_apps=frozenset({PERFECT, EM_CLIENT}))
    assert suspects(principal("p", appId=PERFECT), principal("e", appId=EM_CLIENT), profile=both) == {
        PERFECT: "fail", EM_CLIENT: "review",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("Microsoft Mail Upgrade", {}, "fail"),
        ("  microsoft mail", {}, "fail"),
        ("Teams", {}, "fail"),
        ("Teams Recorder", {"verifiedPublisher": VERIFIED}, "review"),
        ("Outlook Sync", {"accountEnabled": False}, "review"),
        ("Officevibe", {}, None),
        ("Our Microsoft tool", {}, None),
        ("Microsoft Graph", {"appOwnerOrganizationId": MICROSOFT_OWN}, None),
        ("Microsoft test of ours", {"appOwnerOrganizationId": "home"}, None),
        ("Azure runner", {"appOwnerOrganizationId": None, "servicePrincipalType": "ManagedIdentity"}, None),
    ],
)
def test_apps_that_call_themselves_microsoft(name: str, fields: Row, expected: str | None) -> None:
    found = suspects(principal("x", displayName=name, **fields))
    assert found == ({"tenant-id": "pass"} if expected is None else {"app-x": expected})


def test_what_was_not_read_hides_nothing_and_passes_nothing() -> None:
    bad, quiet = (
        principal("p", appId=PERFECT),
        principal("q", displayName="Microsoft of ours", appOwnerOrganizationId="home"),
    )
    clinic = tenant(principals=[bad, quiet], organization=None)
    assert verdicts(clinic, "APP-9") == {PERFECT: "fail"}
    assert verdict(tenant(principals=[quiet], organization=None), "APP-9") == "not_assessed"
    assert verdict(microsoft([user("ann")], service_principals=None, organization=HOME), "APP-9") == "not_assessed"
    nameless = principal("n")
    del nameless["appId"]
    assert verdict(tenant(principals=[nameless], organization=HOME), "APP-9") == "not_assessed"


def test_the_table_of_abused_apps_is_well_formed() -> None:
    apps = malicious_apps.all_apps()
    assert len({app.id for app in apps}) == len(apps) >= 8
    assert all(app.id == app.id.casefold() and app.reports and app.does for app in apps)


# --- APP-10 ---------------------------------------------------------------------------------------------------------------


def key(client: str, scopes: str, *, day: int = 1, event: str = "AUTHORIZE_API_CLIENT_ACCESS") -> Row:
    return {
        "id": {"time": f"2026-11-{day:02}T00:00:00Z", "uniqueQualifier": f"{client}{day}"},
        "actor": {"email": "ann@brightwater.example", "profileId": "1"},
        "events": [
            {
                "type": "DOMAIN_SETTINGS", "name": event,
                "parameters": [{"name": "API_CLIENT_NAME", "value": client}, {"name": "API_SCOPES", "value": scopes}],
            }
        ],
    }  # fmt: skip


def looked(*clients: str, on: str = "2026-10-01") -> Row:
    return {
        "id": "keys.toml", "topic": "dwd_clients", "statement": "we looked", "by": "Ann", "signed_on": on,
        "file_state": "ok", "covers": list(clients),
    }  # fmt: skip


def keys(*events: Row, statements: list[Row] | None = None, approved: str = "") -> dict[str, str]:
    clinic = google([google_user("ann")], {"reports.activity.admin": list(events), "evidence.statements": statements})
    profile = Profile(approved_service_accounts=frozenset({approved}))
    return {id_: said for id_, said, _ in results(clinic, "APP-10", "key_is_known", profile)}


MAIL, NARROW = "https://mail.google.com/", "https://www.googleapis.com/auth/admin.directory.user.readonly"


def test_keys_to_every_account() -> None:
    assert keys(key("1", MAIL)) == {"1": "fail"}
    assert keys(key("1", f"{NARROW},https://www.googleapis.com/auth/drive")) == {"1": "fail"}
    assert keys(key("1", NARROW)) == {"1": "review"}
    assert keys(key("1", MAIL), approved="1") == {"1": "review"}
    assert keys(key("1", MAIL), statements=[looked("1")], approved="1") == {"1": "pass"}
    assert keys(key("1", MAIL), statements=[looked("2")], approved="1") == {"1": "review"}
    assert keys(key("1", MAIL), statements=[looked("1", on="2025-01-01")], approved="1") == {"1": "review"}


def test_keys_that_were_taken_back() -> None:
    taken = key("1", MAIL, day=5, event="REMOVE_API_CLIENT_ACCESS")
    assert list(keys(key("1", MAIL), taken).values()) == ["not_applicable"]
    assert keys(taken, key("1", MAIL, day=7)) == {"1": "fail"}


def test_a_log_without_keys_passes_nothing() -> None:
    clinic = google([google_user("ann")], {"reports.activity.admin": []})
    assert verdict(clinic, "APP-10") == "not_assessed"
    stated = google([google_user("ann")], {"reports.activity.admin": [], "evidence.statements": [looked("1")]})
    assert verdict(stated, "APP-10") == "pass"
    unread = google([google_user("ann")], {"reports.activity.admin": None, "evidence.statements": [looked("1")]})
    assert verdict(unread, "APP-10") == "not_assessed"


# --- APP-16 ---------------------------------------------------------------------------------------------------------------


def owned(*owners: str) -> list[Row]:
    people = [{"@odata.type": "#microsoft.graph.user", "id": owner} for owner in owners]
    return [{"id": "a", "appId": "APP-X", "displayName": "x", "owners": people}]


PEOPLE = [user("ann"), user("bob", accountEnabled=False), guest("eve"), user("new")]
REPORT = [report("ann", "microsoftAuthenticatorPush"), report("new")]


@pytest.mark.parametrize(
    ("applications", "expected"),
    [
        (owned("ann"), "pass"),
        (owned("ann", "bob"), "fail"),
        (owned("eve"), "fail"),
        (owned("new"), "fail"),
        (owned("gone"), "fail"),
        (owned(), "fail"),
        ([], "not_applicable"),
        (None, "not_assessed"),
        ([{"id": "a", "appId": "app-x", "displayName": "x"}], "not_assessed"),
    ],
)
def test_owners(applications: list[Row] | None, expected: str) -> None:
    clinic = tenant("files", people=PEOPLE, applications=applications, user_registration_details=REPORT)
    assert verdicts(clinic, "APP-16") == {"app-x": expected}


def test_owners_without_the_report_and_an_app_the_clinic_answers_for() -> None:
    unread = tenant("files", people=PEOPLE, applications=owned("ann"), user_registration_details=None)
    assert verdicts(unread, "APP-16") == {"app-x": "not_assessed"}
    nobody = tenant("files", people=PEOPLE, applications=owned(), user_registration_details=REPORT)
    assert verdicts(nobody, "APP-16", profile=APPROVED) == {"app-x": "pass"}
    small = tenant(people=PEOPLE, applications=owned("ann"), grants=[granted("x", "User.Read")])
    assert verdict(small, "APP-16") == "pass"
