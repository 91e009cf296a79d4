"""AUTH-8, 9, 10, 12, 14, 15, 16 and 27: what Conditional Access does about hand-overs, risk, sessions, places and itself."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.microsoft365.sources.access import DeviceFilter
from connectors.record import Unreadable
from rules.profile import Profile
from rules.views.device_rule import speaks_of_other_devices
from tests.rules.identity import (
    conditions,
    google,
    google_user,
    grant,
    guest,
    microsoft,
    policy,
    setting,
    sku,
    user,
    verdict,
    verdicts,
)

P2_PLAN = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
BLOCK = grant("block")
DEFAULTS_ON = [{"id": "d", "isEnabled": True}]
NO_SESSION: dict[str, Any] = {
    "signInFrequency": None,
    "persistentBrowser": None,
    "applicationEnforcedRestrictions": None,
    "secureSignInSession": None,
}


def p2() -> dict[str, Any]:
    found = sku()
    return found | {"servicePlans": [*found["servicePlans"], found["servicePlans"][0] | {"servicePlanId": P2_PLAN}]}


def session(name: str = "Session", controls: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return policy(name, **fields) | {"grantControls": None, "sessionControls": NO_SESSION | (controls or {})}


def every(value: int | None, kind: str | None = "hours", interval: str = "timeBased") -> dict[str, Any]:
    return {"signInFrequency": {"isEnabled": True, "value": value, "type": kind, "frequencyInterval": interval}}


def judged(control: str, rules: list[dict[str, Any]] | None, check: str = "", **more: Any) -> str:
    given = microsoft([user("ann")], conditional_access_policies=rules, **more)
    return verdicts(given, control, check)["tenant-id"] if check else verdict(given, control)


@pytest.mark.parametrize("control", ["AUTH-8", "AUTH-9", "AUTH-10", "AUTH-12", "AUTH-15", "AUTH-16", "AUTH-27"])
def test_rules_that_were_not_read_are_not_assessed(control: str) -> None:
    assert judged(control, None, subscribed_skus=[p2()], named_locations=None) == "not_assessed"
    assert judged(control, [], subscribed_skus=None) == ("not_applicable" if control == "AUTH-27" else "not_assessed")


@pytest.mark.parametrize("control", ["AUTH-8", "AUTH-9", "AUTH-10", "AUTH-12", "AUTH-15", "AUTH-16"])
def test_without_the_plan_the_question_does_not_arise(control: str) -> None:
    assert judged(control, [], subscribed_skus=[sku(p1=False)]) == "not_applicable"


# --- AUTH-8 ---------------------------------------------------------------------------------------------------------------


def flow(methods: str, controls: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    return policy("Flows", controls or BLOCK, authenticationFlows={"transferMethods": methods}, **fields)


@pytest.mark.parametrize(
    ("rules", "codes", "transfer"),
    [
        ([flow("deviceCodeFlow,authenticationTransfer")], "pass", "pass"),
        ([flow("deviceCodeFlow, authenticationTransfer")], "pass", "pass"),
        ([flow("deviceCodeFlow")], "pass", "fail"),
        ([flow("authenticationTransfer")], "fail", "pass"),
        ([flow("deviceCodeFlow", grant("mfa"))], "fail", "fail"),
        ([flow("deviceCodeFlow", users={"excludeUsers": ["ann"]})], "fail", "fail"),
        ([flow("deviceCodeFlow", locations={"includeLocations": ["x"], "excludeLocations": []})], "fail", "fail"),
        ([flow("deviceCodeFlow", state="enabledForReportingButNotEnforced")], "fail", "fail"),
        ([policy("Block all", BLOCK)], "fail", "fail"),
    ],
)
def test_hand_overs_are_blocked(rules: list[dict[str, Any]], codes: str, transfer: str) -> None:
    assert judged("AUTH-8", rules, "device_codes_are_blocked") == codes
    assert judged("AUTH-8", rules, "transfer_is_blocked") == transfer


# --- AUTH-9 and AUTH-10 ---------------------------------------------------------------------------------------------------


def risk(
    controls: dict[str, Any], user_levels: list[str], sign_in: list[str], *, always: bool = False, **fields: Any
) -> dict[str, Any]:
    found = policy("Risk", controls, userRiskLevels=user_levels, signInRiskLevels=sign_in, **fields)
    controls_ = NO_SESSION | every(None, None, "everyTime") if always else None
    return found | {"sessionControls": controls_}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (risk(BLOCK, ["high"], []), "pass"),
        (risk(BLOCK, ["medium", "high"], []), "pass"),
        (risk(grant("mfa", "passwordChange", operator="AND"), ["high"], []), "pass"),
        (risk(grant("riskRemediation"), ["high"], []), "pass"),
        (risk(grant("mfa", "passwordChange", operator="OR"), ["high"], []), "fail"),
        (risk(grant("mfa"), ["high"], []), "fail"),
        (risk(BLOCK, ["high"], ["high"]), "fail"),
        (risk(BLOCK, ["medium"], []), "fail"),
        (risk(BLOCK, ["high"], [], users={"excludeUsers": ["ann"]}), "fail"),
        (risk(BLOCK, [], ["high"]), "fail"),
    ],
)
def test_compromised_accounts_are_stopped(rule: dict[str, Any], expected: str) -> None:
    assert judged("AUTH-9", [rule], subscribed_skus=[p2()]) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (risk(BLOCK, [], ["high"]), "pass"),
        (risk(BLOCK, [], ["medium", "high"]), "pass"),
        (risk(grant("mfa"), [], ["medium", "high"], always=True), "pass"),
        (risk(grant("mfa"), [], ["high"], always=True), "fail"),
        (risk(grant("mfa"), [], ["medium", "high"]), "fail"),
        (risk(BLOCK, ["high"], ["high"]), "fail"),
        (risk(BLOCK, [], ["low"]), "fail"),
        (risk(BLOCK, [], ["high"], platforms={"includePlatforms": ["iOS"], "excludePlatforms": []}), "fail"),
    ],
)
def test_risky_sign_ins_are_stopped(rule: dict[str, Any], expected: str) -> None:
    assert judged("AUTH-10", [rule], subscribed_skus=[p2()]) == expected


@pytest.mark.parametrize("control", ["AUTH-9", "AUTH-10"])
def test_risk_is_a_question_of_the_greater_plan(control: str) -> None:
    assert judged(control, [risk(BLOCK, ["high"], ["high"])]) == "not_applicable"


# --- AUTH-12 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (session(controls=every(12)), "pass"),
        (session(controls=every(168)), "pass"),
        (session(controls=every(7, "days")), "pass"),
        (session(controls=every(None, None, "everyTime")), "pass"),
        (session(controls=every(8, "days")), "fail"),
        (session(controls=every(169)), "fail"),
        (session(controls=every(None)), "fail"),
        (session(controls=every(12), applications={"includeApplications": ["Office365"]}), "fail"),
        (session(controls={"signInFrequency": every(12)["signInFrequency"] | {"isEnabled": False}}), "fail"),
        (session(controls=every(12, "moons")), "not_assessed"),
        (session(controls={"signInFrequency": {}}), "not_assessed"),
    ],
)
def test_microsofts_sessions_end(rule: dict[str, Any], expected: str) -> None:
    assert judged("AUTH-12", [rule]) == expected


def test_sessions_under_security_defaults_are_for_a_person_to_judge() -> None:
    assert judged("AUTH-12", [], security_defaults=DEFAULTS_ON) == "review"
    assert judged("AUTH-12", [], security_defaults=None) == "not_assessed"
    assert judged("AUTH-12", [session(controls=every(12))], security_defaults=None) == "pass"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"webSessionDuration": "43200s"}, "pass"),
        ({"webSessionDuration": "3600s"}, "pass"),
        ({"webSessionDuration": "43201s"}, "fail"),
        ({"webSessionDuration": "63072000s"}, "fail"),
        ({"webSessionDuration": "a while"}, "not_assessed"),
        ({}, "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_googles_sessions_end(value: dict[str, Any] | None, expected: str) -> None:
    policies = [] if value is None else [setting("security.session_controls", value)]
    assert verdict(google([google_user("ann")], {"policy.policies": policies}), "AUTH-12") == expected


# --- AUTH-14 --------------------------------------------------------------------------------------------------------------

FORGETS = {"persistentBrowser": {"isEnabled": True, "mode": "never"}, **every(1)}
MANAGED = 'device.isCompliant -eq True -or device.trustType -eq "ServerAD"'


def devices(rule: str, mode: str = "exclude") -> dict[str, Any]:
    return {"deviceFilter": {"mode": mode, "rule": rule}}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (session(controls=FORGETS, devices=devices(MANAGED)), "pass"),
        (session(controls=FORGETS), "pass"),
        (session(controls=FORGETS, clientAppTypes=["browser"]), "pass"),
        (session(controls=FORGETS, applications={"includeApplications": ["Office365"]}), "pass"),
        (session(controls=FORGETS, applications={"includeApplications": ["other"]}), "fail"),
        (session(controls=FORGETS, clientAppTypes=["mobileAppsAndDesktopClients"]), "fail"),
        (session(controls=FORGETS | {"signInFrequency": None}), "fail"),
        (session(controls=FORGETS | {"persistentBrowser": {"isEnabled": True, "mode": "always"}}), "fail"),
        (session(controls=FORGETS, devices=devices(MANAGED, "include")), "fail"),
        (session(controls=FORGETS, devices=devices('device.model -eq "Kiosk"')), "not_assessed"),
        (session(controls=FORGETS, users={"excludeUsers": ["ann"]}), "fail"),
    ],
)
def test_other_computers_forget(rule: dict[str, Any], expected: str) -> None:
    assert judged("AUTH-14", [rule], "a_rule_forgets") == expected


@pytest.mark.parametrize(("said", "expected"), [(None, "not_assessed"), (True, "fail"), (False, "pass")])
def test_whether_people_are_offered_to_stay_only_the_clinic_can_say(said: bool | None, expected: str) -> None:
    given = microsoft([user("ann")], conditional_access_policies=[session(controls=FORGETS)])
    assert verdict(given, "AUTH-14", Profile(stay_signed_in_offered=said)) == expected


@pytest.mark.parametrize(
    ("mode", "rule", "expected"),
    [
        ("exclude", MANAGED, True),
        ("exclude", "device.isCompliant -eq True", True),
        ("exclude", 'device.trustType -eq "AzureAD" -and device.isCompliant -eq True', True),
        ("include", MANAGED, False),
        ("include", 'device.isCompliant -ne True -or device.trustType -ne "ServerAD"', True),
        ("include", "(device.isCompliant -eq False)", True),
        ("exclude", "device.isCompliant -ne True", False),
        ("exclude", 'device.isCompliant -eq True -or device.model -eq "x"', None),
        ("exclude", 'device.trustType -eq "Workplace"', None),
        ("exclude", 'device.isCompliant -eq True -or device.trustType -ne "ServerAD"', None),
        ("exclude", "", None),
    ],
)
def test_filters_for_devices(mode: str, rule: str, expected: bool | None) -> None:
    given = DeviceFilter({"mode": mode, "rule": rule})
    if expected is None:
        with pytest.raises(Unreadable):
            speaks_of_other_devices(given)
    else:
        assert speaks_of_other_devices(given) is expected


# --- AUTH-15 --------------------------------------------------------------------------------------------------------------


def country(id: str = "home") -> dict[str, Any]:
    return {
        "id": id,
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "displayName": "Where we work",
        "countriesAndRegions": ["US"],
    }


def network(range_: str = "192.0.2.0/28", *, trusted: bool = True) -> dict[str, Any]:
    return {
        "id": "office",
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": "Office",
        "isTrusted": trusted,
        "ipRanges": [{"cidrAddress": range_}],
    }


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([country()], "pass"),
        ([network()], "pass"),
        ([network(trusted=False)], "fail"),
        ([network("0.0.0.0/0")], "fail"),
        ([country(), network("::/0")], "fail"),
        ([], "fail"),
        (None, "not_assessed"),
        ([country(), {"id": "x"}], "not_assessed"),
    ],
)
def test_places_are_named(places: list[dict[str, Any]] | None, expected: str) -> None:
    assert judged("AUTH-15", [], "places_are_named", named_locations=places) == expected


def where(
    include: list[str], exclude: list[str] | None = None, controls: dict[str, Any] | None = None
) -> dict[str, Any]:
    return policy(
        "Places", controls or BLOCK, locations={"includeLocations": include, "excludeLocations": exclude or []}
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (where(["All"], ["home"]), "pass"),
        (where(["All"], ["home", "office"]), "pass"),
        (where(["All"], ["AllTrusted"]), "pass"),
        (where(["home"]), "pass"),
        (where(["All"], ["gone"]), "fail"),
        (where(["office"]), "fail"),
        (where(["All"]), "fail"),
        (where(["All"], ["home"], grant("mfa")), "fail"),
        (where(["All"], ["home"]) | {"state": "disabled"}, "fail"),
    ],
)
def test_other_places_are_blocked(rule: dict[str, Any], expected: str) -> None:
    given = [country(), network()]
    assert judged("AUTH-15", [rule], "other_places_are_blocked", named_locations=given) == expected
    if rule["state"] == "enabled" and expected == "pass" and "AllTrusted" not in str(rule):
        assert judged("AUTH-15", [rule], "other_places_are_blocked", named_locations=None) == "not_assessed"


@pytest.mark.parametrize(
    ("platforms", "controls", "expected"),
    [
        ({"includePlatforms": ["all"], "excludePlatforms": ["iOS", "windows"]}, BLOCK, "pass"),
        ({"includePlatforms": ["linux"], "excludePlatforms": []}, BLOCK, "fail"),
        ({"includePlatforms": ["all"], "excludePlatforms": []}, BLOCK, "fail"),
        ({"includePlatforms": ["all"], "excludePlatforms": ["iOS"]}, grant("mfa"), "fail"),
        (None, BLOCK, "fail"),
    ],
)
def test_other_platforms_are_blocked(platforms: dict[str, Any] | None, controls: dict[str, Any], expected: str) -> None:
    rule = policy("Platforms", controls, platforms=platforms)
    assert judged("AUTH-15", [rule], "other_platforms_are_blocked") == expected


def toggled(day: int, state: str) -> dict[str, Any]:
    return {
        "id": {"time": f"2026-10-{day:02d}T08:00:00Z", "uniqueQualifier": str(day)},
        "actor": {"email": "boss@brightwater.example", "profileId": "boss"},
        "events": [
            {
                "type": "SECURITY_SETTINGS",
                "name": "TOGGLE_CAA_ENABLEMENT",
                "parameters": [{"name": "NEW_VALUE", "value": state}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ([toggled(1, "DISABLED"), toggled(2, "ENABLED")], "review"),
        ([toggled(2, "DISABLED"), toggled(1, "ENABLED")], "fail"),
        ([], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_googles_context_shows_in_the_log_only(log: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(google([google_user("ann")], {"reports.activity.admin": log}), "AUTH-15") == expected


# --- AUTH-16 --------------------------------------------------------------------------------------------------------------

EXCHANGE, SHAREPOINT = "00000002-0000-0ff1-ce00-000000000000", "00000003-0000-0ff1-ce00-000000000000"
TEAMS = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
BOUND = {"secureSignInSession": {"isEnabled": True}}


def bound(*apps: str, controls: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    asked = {"platforms": {"includePlatforms": ["windows"], "excludePlatforms": []}} | fields
    return session("Tokens", controls or BOUND, applications={"includeApplications": list(apps)}, **asked)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (bound(EXCHANGE, SHAREPOINT, TEAMS), "pass"),
        (bound("Office365"), "pass"),
        (bound(EXCHANGE, SHAREPOINT, TEAMS, clientAppTypes=["mobileAppsAndDesktopClients"]), "pass"),
        (bound(EXCHANGE, SHAREPOINT), "fail"),
        (bound(EXCHANGE, SHAREPOINT, TEAMS, clientAppTypes=["browser"]), "fail"),
        (bound("Office365", platforms={"includePlatforms": ["iOS"], "excludePlatforms": []}), "fail"),
        (bound("Office365", platforms={"includePlatforms": ["all"], "excludePlatforms": ["windows"]}), "fail"),
        (bound("Office365", controls={"secureSignInSession": {"isEnabled": False}}), "fail"),
        (bound("Office365", controls={"secureSignInSession": {}}), "not_assessed"),
    ],
)
def test_tokens_stay_on_their_machine(rule: dict[str, Any], expected: str) -> None:
    assert judged("AUTH-16", [rule]) == expected


# --- AUTH-27 --------------------------------------------------------------------------------------------------------------


def group(id: str, *, assignable: bool | None = None, restricted: bool | None = None) -> dict[str, Any]:
    return {"id": id, "displayName": id.title(), "isAssignableToRole": assignable, "isManagementRestricted": restricted}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "enabled"}, "not_applicable"),
        ({"state": "enabledForReportingButNotEnforced", "modifiedDateTime": "2026-11-10T00:00:00Z"}, "pass"),
        ({"state": "enabledForReportingButNotEnforced", "modifiedDateTime": "2026-09-10T00:00:00Z"}, "fail"),
        ({"state": "enabledForReportingButNotEnforced", "createdDateTime": "2026-09-10T00:00:00Z"}, "fail"),
        ({"state": "enabledForReportingButNotEnforced"}, "not_assessed"),
        ({"state": "dormant"}, "not_assessed"),
    ],
)
def test_tried_rules_are_switched_on(fields: dict[str, Any], expected: str) -> None:
    given = microsoft([user("ann")], conditional_access_policies=[policy("p") | fields])
    assert verdicts(given, "AUTH-27", "tried_rules_are_switched_on") == {"p": expected}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (policy("p", users={"excludeUsers": ["ann", "gil"]}), "pass"),
        (policy("p", users={"excludeUsers": ["gone"]}), "fail"),
        (policy("p", users={"excludeGroups": ["staff"]}), "pass"),
        (policy("p", users={"includeUsers": [], "includeGroups": ["gone"]}), "fail"),
        (policy("p", users={"includeUsers": ["None"]}), "fail"),
        (policy("p", users={"includeUsers": []}), "fail"),
        (
            policy("p", users={"includeUsers": ["None"]}, clientApplications=True),
            "not_applicable",
        ),
        (policy("p", applications={"includeApplications": ["None"]}), "fail"),
        (
            policy("p", applications={"includeApplications": [], "includeUserActions": ["urn:user:registerdevice"]}),
            "pass",
        ),
        (policy("p", users={"excludeUsers": ["gone"]}, state="disabled"), "not_applicable"),
    ],
)
def test_nothing_that_is_named_is_gone(rule: dict[str, Any], expected: str) -> None:
    people, groups = [user("ann"), guest("gil")], [group("staff")]
    given = microsoft(people, conditional_access_policies=[rule], groups=groups)
    assert verdicts(given, "AUTH-27", "nothing_named_is_gone") == {"p": expected}


def test_what_is_named_cannot_be_called_gone_where_lists_are_missing() -> None:
    rules = [policy("p", users={"excludeUsers": ["gone"]})]
    unread = microsoft(sources={"graph.users": None}, conditional_access_policies=rules, per_user_mfa=[])
    assert verdicts(unread, "AUTH-27", "nothing_named_is_gone") == {"p": "not_assessed"}


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (group("g", assignable=True), "pass"),
        (group("g", restricted=True), "pass"),
        (group("g"), "fail"),
        ({"id": "g", "displayName": "G"}, "not_assessed"),
        (group("other"), "pass"),
    ],
)
def test_groups_are_guarded(named: dict[str, Any], expected: str) -> None:
    rules = [policy("p", users={"excludeGroups": ["g"]})]
    given = microsoft([user("ann")], conditional_access_policies=rules, groups=[named])
    assert verdicts(given, "AUTH-27", "groups_are_guarded") == {"p": expected}


def test_rules_without_groups_hang_on_none() -> None:
    given = microsoft([user("ann")], conditional_access_policies=[policy("p")], groups=None)
    assert verdicts(given, "AUTH-27", "groups_are_guarded") == {"p": "not_applicable"}
    assert conditions()["users"]["excludeGroups"] == []
