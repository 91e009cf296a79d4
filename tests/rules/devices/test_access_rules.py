"""DEV-4, DEV-5, DEV-6 and DEV-10: Conditional Access rules about devices, with hand-made records."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.devices.records import apps, clinic
from tests.rules.devices.test_computers import INTUNE, licensed
from tests.rules.identity import Row, google, google_user, grant, microsoft, policy, sku, user, verdict, verdicts

PHONES = {"includePlatforms": ["iOS", "android"], "excludePlatforms": []}
OFFICE = {"includeApplications": ["Office365"]}


def judged(control: str, check: str, *policies: Row, p1: bool = True, **sources: Any) -> str:
    held = microsoft(
        [user("ann")],
        clinic(**sources)
        | {"graph.conditional_access_policies": [{"sessionControls": None} | one for one in policies]},
        subscribed_skus=[licensed(INTUNE) if p1 else sku(p1=False)],
    )
    [found] = set(verdicts(held, control, check).values())
    return found


def device(*controls: str, operator: str = "OR", **fields: Any) -> str:
    return judged("DEV-4", "a_rule_asks_for_the_device", policy("p", grant(*controls, operator=operator), **fields))


def test_managed_devices() -> None:
    assert device("compliantDevice") == "pass"
    assert device("compliantDevice", "domainJoinedDevice") == "pass"
    assert device("compliantDevice", "mfa") == "fail"
    assert device("compliantDevice", "mfa", operator="AND") == "pass"
    assert device("domainJoinedDevice") == "fail"
    assert device("compliantDevice", platforms=PHONES) == "fail"
    assert device("compliantDevice", applications=OFFICE) == "fail"
    assert device("compliantDevice", users={"excludeUsers": ["ann"]}) == "fail"
    assert device("compliantDevice", state="enabledForReportingButNotEnforced") == "fail"
    assert judged("DEV-4", "a_rule_asks_for_the_device", p1=False) == "not_applicable"
    held = microsoft([user("ann")], conditional_access_policies=None)
    assert verdict(held, "DEV-4") == "not_assessed"


def test_emergency_accounts_may_be_left_out() -> None:
    one = policy("p", grant("compliantDevice"), users={"excludeUsers": ["ann"]})
    held = microsoft([user("ann")], conditional_access_policies=[one])
    assert verdict(held, "DEV-4", Profile(break_glass=frozenset({"ann"}))) == "pass"


@pytest.mark.parametrize(
    ("value", "expected"), [("ENABLED", "review"), ("DISABLED", "not_assessed"), (None, "not_assessed")]
)
def test_context_aware_access(value: str | None, expected: str) -> None:
    parameters = [] if value is None else [{"name": "NEW_VALUE", "value": value}]
    event = {
        "id": {"time": "2026-10-01T00:00:00Z", "uniqueQualifier": "1"}, "actor": {"email": "a@brightwater.example"},
        "events": [{"type": "SECURITY_SETTINGS", "name": "TOGGLE_CAA_ENABLEMENT", "parameters": parameters}],
    }  # fmt: skip
    older = event | {
        "id": {"time": "2026-09-01T00:00:00Z", "uniqueQualifier": "2"},
        "events": [event["events"][0] | {"parameters": [{"name": "NEW_VALUE", "value": "DISABLED"}]}],  # type: ignore[index]
    }
    held = google([google_user("ann")], {"reports.activity.admin": [older, event]})
    assert verdict(held, "DEV-4") == expected
    assert verdict(google([google_user("ann")], {"reports.activity.admin": []}), "DEV-4") == "not_assessed"
    assert verdict(google([google_user("ann")]), "DEV-4") == "not_assessed"


def app(*controls: str, **fields: Any) -> str:
    wanted = {"platforms": PHONES, "applications": OFFICE} | fields
    return judged("DEV-5", "a_rule_asks_for_the_app", policy("p", grant(*controls), **wanted))


def test_protected_apps_on_phones() -> None:
    assert app("compliantApplication") == "pass"
    assert app("compliantApplication", platforms=None) == "pass"
    assert app("compliantApplication", applications={"includeApplications": ["All"]}) == "pass"
    assert app("approvedApplication") == "review"
    assert app("compliantApplication", "approvedApplication") == "review"
    assert app("compliantApplication", "compliantDevice") == "fail"
    assert app("compliantApplication", platforms={"includePlatforms": ["iOS"], "excludePlatforms": []}) == "fail"
    assert app("compliantApplication", applications={"includeApplications": ["some-app"]}) == "fail"
    assert judged("DEV-5", "a_rule_asks_for_the_app", p1=False) == "not_applicable"


def test_app_protection_on_both_platforms() -> None:
    both = {"app_protection_ios": [apps()], "app_protection_android": [apps()]}
    check = "apps_are_protected"
    assert judged("DEV-5", check, **both) == "pass"
    for change in (
        {"pinRequired": False},
        {"allowedOutboundDataTransferDestinations": "allApps"},
        {"periodOfflineBeforeWipeIsEnforced": "PT0S"},
    ):
        weak = both | {"app_protection_ios": [apps(**change)]}
        held = microsoft([user("ann")], clinic(**weak))
        assert verdict(held, "DEV-5") == "fail", change
    for lost in (None, [apps(allowedOutboundDataTransferDestinations="odd")]):
        held = microsoft([user("ann")], clinic(**both | {"app_protection_ios": lost}) | DEMANDED)
        assert verdict(held, "DEV-5") == "not_assessed"


DEMANDED: dict[str, Any] = {
    "graph.conditional_access_policies": [policy("p", grant("compliantApplication"), applications=OFFICE)]
}
LOOKING = {"applicationEnforcedRestrictions": {"isEnabled": True}, "signInFrequency": None}


def looking(session: Row | None = LOOKING, **fields: Any) -> Row:
    return policy("p", None, applications=OFFICE, **fields) | {"grantControls": None, "sessionControls": session}


def test_unknown_computers_only_look() -> None:
    check = "a_rule_restricts_unknown_computers"
    assert judged("DEV-6", check, looking()) == "pass"
    assert judged("DEV-6", check, looking(None)) == "fail"
    off = {"applicationEnforcedRestrictions": {"isEnabled": False}, "signInFrequency": None}
    assert judged("DEV-6", check, looking(off)) == "fail"
    assert judged("DEV-6", check, looking(users={"includeUsers": ["bob"]})) == "fail"
    assert judged("DEV-6", check, p1=False) == "not_applicable"
    assert judged("DEV-6", check, looking({"signInFrequency": None})) == "not_assessed"


@pytest.mark.parametrize(("level", "expected"), [(0, "fail"), (1, "pass"), (2, "pass"), (3, "not_assessed")])
def test_what_files_let_unknown_computers_do(level: int, expected: str) -> None:
    held = microsoft([user("ann")], {"sharepoint.tenant": [{"ConditionalAccessPolicy": level}]})
    assert set(verdicts(held, "DEV-6", "files_restrict_them").values()) == {expected}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Off", "fail"), ("ReadOnly", "pass"), ("ReadOnlyPlusAttachmentsBlocked", "pass"), ("Odd", "not_assessed")],
)
def test_what_mail_lets_unknown_computers_do(value: str, expected: str) -> None:
    rows = [{"Name": "Default", "IsDefault": True, "ConditionalAccessPolicy": value}]
    held = microsoft([user("ann")], {"exchange.owa_mailbox_policies": rows})
    assert verdicts(held, "DEV-6", "mail_restricts_them") == {"Default": expected}
    gone = microsoft([user("ann")], {"exchange.owa_mailbox_policies": []})
    assert set(verdicts(gone, "DEV-6", "mail_restricts_them").values()) == {"not_assessed"}


def test_enrolling_asks_again() -> None:
    check = "enrolling_asks_again"
    often = {
        "applicationEnforcedRestrictions": None,
        "signInFrequency": {"isEnabled": True, "frequencyInterval": "everyTime"},
    }
    enrolling = {"includeApplications": ["d4ebce55-015a-49b5-a083-c84d1797ae8c"]}
    asks = policy("p", applications=enrolling) | {"sessionControls": often}
    assert judged("DEV-10", check, asks) == "pass"
    hourly = often | {"signInFrequency": {"isEnabled": True, "frequencyInterval": "timeBased"}}
    assert judged("DEV-10", check, asks | {"sessionControls": hourly}) == "fail"
    other = policy("p", applications=OFFICE) | {"sessionControls": often}
    assert judged("DEV-10", check, other) == "fail"
    assert judged("DEV-10", check, p1=False) == "not_applicable"
