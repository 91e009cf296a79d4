"""AUTH-2, 5, 6, 7, 13, 26 and 28: old programs in the log, old switches, app passwords, copies in Outlook, idle browsers, PowerShell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile
from tests.rules.identity import (
    google,
    google_user,
    microsoft,
    of,
    policy,
    role,
    setting,
    state,
    user,
    verdict,
    verdicts,
)

# --- AUTH-2 ---------------------------------------------------------------------------------------------------------------


def sign_in(who: str, client: str, error: int = 0) -> dict[str, Any]:
    return {
        "id": f"{who}-{client}-{error}",
        "createdDateTime": "2026-11-20T08:00:00Z",
        "userId": who,
        "userPrincipalName": f"{who}@brightwater.example",
        "clientAppUsed": client,
        "status": {"errorCode": error},
    }


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([], "pass"),
        ([sign_in("ann", "IMAP4")], "fail"),
        ([sign_in("ann", "Exchange ActiveSync"), sign_in("ann", "Authenticated SMTP")], "fail"),
        ([sign_in("ann", "Exchange ActiveSync")], "review"),
        ([sign_in("ann", "IMAP4", 50126)], "pass"),
        ([sign_in("ann", "IMAP4") | {"status": {}}], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_nobody_got_in_with_an_old_program(log: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(microsoft([user("ann"), user("bob")], {"graph.sign_ins": log}), "AUTH-2") == expected


def test_a_log_that_was_cut_still_shows_who_got_in() -> None:
    given = microsoft([user("ann"), user("bob")], {"graph.sign_ins": [sign_in("ann", "POP3")]}, gaps=["graph.sign_ins"])
    assert verdicts(given, "AUTH-2") == {"ann": "fail", "bob": "not_assessed"}


# --- AUTH-5 and AUTH-28 ---------------------------------------------------------------------------------------------------


def organization(**fields: Any) -> list[dict[str, Any]]:
    whole = {
        "AuditDisabled": False,
        "OAuth2ClientProfileEnabled": True,
        "EwsEnabled": False,
        "EwsApplicationAccessPolicy": None,
        "EwsAllowList": None,
    }
    return [{name: value for name, value in (whole | fields).items() if value != "absent"}]


def modern(config: list[dict[str, Any]] | None, graph: bool | None, own: bool | None) -> Snapshot:
    return microsoft(
        sources={
            "exchange.organization_config": config,
            "graph.sharepoint_settings": None if graph is None else [{"isLegacyAuthProtocolsEnabled": graph}],
            "sharepoint.tenant": None if own is None else [{"LegacyAuthProtocolsEnabled": own}],
        }
    )


@pytest.mark.parametrize(
    ("config", "graph", "own", "expected"),
    [
        (organization(), False, False, "pass"),
        (organization(), False, None, "pass"),
        (organization(), None, False, "pass"),
        (organization(), True, None, "fail"),
        (organization(), False, True, "fail"),
        (organization(OAuth2ClientProfileEnabled=False), False, None, "fail"),
        (organization(OAuth2ClientProfileEnabled=False), None, None, "fail"),
        (organization(), None, None, "not_assessed"),
        (None, False, None, "not_assessed"),
        (None, True, None, "fail"),
        (organization(OAuth2ClientProfileEnabled="absent"), False, None, "not_assessed"),
    ],
)
def test_modern_sign_in_only(
    config: list[dict[str, Any]] | None, graph: bool | None, own: bool | None, expected: str
) -> None:
    assert verdict(modern(config, graph, own), "AUTH-5") == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "pass"),
        ({"EwsEnabled": None}, "review"),
        ({"EwsEnabled": True}, "fail"),
        ({"EwsEnabled": True, "EwsApplicationAccessPolicy": "EnforceAllowList", "EwsAllowList": ["EHR/*"]}, "pass"),
        ({"EwsEnabled": True, "EwsApplicationAccessPolicy": "EnforceAllowList", "EwsAllowList": []}, "fail"),
        ({"EwsEnabled": None, "EwsApplicationAccessPolicy": "EnforceBlockList", "EwsAllowList": ["x"]}, "review"),
        ({"EwsEnabled": "absent"}, "not_assessed"),
    ],
)
def test_exchange_web_services(fields: dict[str, Any], expected: str) -> None:
    given = microsoft(sources={"exchange.organization_config": organization(**fields)})
    assert verdict(given, "AUTH-28") == expected
    assert verdict(microsoft(sources={"exchange.organization_config": None}), "AUTH-28") == "not_assessed"


# --- AUTH-6 ---------------------------------------------------------------------------------------------------------------


def password(number: int = 1, used: str = "0") -> dict[str, Any]:
    return {"codeId": number, "creationTime": "1700000000000", "lastTimeUsed": used}


def test_google_app_passwords() -> None:
    lines = [*of("ann"), *of("bob", password(), password(2, "1790000000000"))]
    people = [google_user("ann"), google_user("bob"), google_user("cat"), google_user("old", suspended=True)]
    given = google(people, {"directory.user_asps": lines})
    assert verdicts(given, "AUTH-6") == {"ann": "pass", "bob": "fail", "cat": "not_assessed", "old": "not_applicable"}
    assert verdict(google(people[:1], {"directory.user_asps": None}), "AUTH-6") == "not_assessed"


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (state("ann", "disabled"), "pass"),
        (state("ann", "enforced"), "not_assessed"),
        ([], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_microsoft_app_passwords_are_judged_by_the_switch(switch: list[Any] | None, expected: str) -> None:
    assert verdict(microsoft([user("ann")], per_user_mfa=switch), "AUTH-6") == expected


# --- AUTH-7 ---------------------------------------------------------------------------------------------------------------

SYNC = "enableGoogleWorkspaceSyncForMicrosoftOutlook"


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([setting("gmail.workspace_sync_for_outlook", {SYNC: False})], "pass"),
        ([setting("gmail.workspace_sync_for_outlook", {SYNC: True})], "fail"),
        ([], "fail"),
        ([setting("gmail.workspace_sync_for_outlook", {})], "not_assessed"),
    ],
)
def test_outlook_does_not_synchronize(policies: list[dict[str, Any]], expected: str) -> None:
    on = setting("gmail.service_status", {"serviceState": "ENABLED"})
    given = google([google_user("ann")], {"policy.policies": [on, *policies]})
    assert verdict(given, "AUTH-7") == expected
    if expected == "fail":
        assert verdict(given, "AUTH-7", Profile(outlook_sync_exceptions=frozenset({"/"}))) == "review"


def test_without_gmail_nothing_synchronizes() -> None:
    off = setting("gmail.service_status", {"serviceState": "DISABLED"})
    assert verdict(google([google_user("ann")], {"policy.policies": [off]}), "AUTH-7") == "not_applicable"
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "AUTH-7") == "not_assessed"


# --- AUTH-13 --------------------------------------------------------------------------------------------------------------


def idle(**spans: str) -> list[dict[str, Any]]:
    listed = [{"ApplicationId": app.replace("_", "-"), "WebSessionIdleTimeout": span} for app, span in spans.items()]
    text = json.dumps({"ActivityBasedTimeoutPolicy": {"Version": 1, "ApplicationPolicies": listed}})
    return [{"id": "i", "displayName": "Idle", "definition": [text]}]


WEB_APPS = {"c44b4083_3bb0_49c1_b47d_974e53cbdf3c": "12:00:00"}


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (idle(default="03:00:00"), "pass"),
        (idle(default="00:15:00"), "pass"),
        (idle(default="03:00:01"), "fail"),
        (idle(default="1.00:00:00"), "fail"),
        (idle(default="01:00:00", **WEB_APPS), "fail"),
        (idle(other="01:00:00"), "fail"),
        ([], "fail"),
        ([{"id": "i", "displayName": "Idle", "definition": ["not JSON"]}], "not_assessed"),
        (idle(default="an hour"), "not_assessed"),
        ([{"id": "i", "displayName": "Idle"}], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_idle_browsers_are_signed_out(policies: list[dict[str, Any]] | None, expected: str) -> None:
    given = microsoft(
        [user("ann")], {"graph.activity_timeout_policies": policies}, conditional_access_policies=[policy("p")]
    )
    assert verdict(given, "AUTH-13") == expected


# --- AUTH-26 --------------------------------------------------------------------------------------------------------------


def shell(blocked: bool | None, **who: bool) -> Snapshot:
    rows = [
        {
            "ExternalDirectoryObjectId": id,
            "UserPrincipalName": f"{id}@brightwater.example",
            "RemotePowerShellEnabled": open_,
        }
        for id, open_ in who.items()
    ]
    return microsoft(
        [user("ann"), user("boss"), user("old", accountEnabled=False)],
        {
            "graph.authorization_policy": None if blocked is None else [{"id": "a", "blockMsolPowerShell": blocked}],
            "exchange.users": rows,
        },
        role_assignments=[role("boss")],
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (shell(True, ann=False, boss=True), "pass"),
        (shell(True, ann=True), "fail"),
        (shell(False, ann=False), "fail"),
        (shell(True, old=True, gone=True, ann=False), "pass"),
        (shell(None, ann=False), "not_assessed"),
    ],
)
def test_powershell_is_for_administrators(given: Snapshot, expected: str) -> None:
    assert verdict(given, "AUTH-26") == expected


def test_powershell_that_was_not_read_is_not_assessed() -> None:
    assert verdict(microsoft([user("ann")]), "AUTH-26") == "not_assessed"
