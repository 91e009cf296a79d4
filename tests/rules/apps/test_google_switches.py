"""APP-2, APP-13, APP-14, APP-15, AUDIT-14, BAA-6 and BAA-9 with hand-made settings of Google."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.identity import Row, google, google_user, microsoft, results, setting, sku, user, verdict, verdicts

GROUPS = ("GMAIL", "DRIVE", "CALENDAR", "CONTACTS", "GSUITE_ADMIN", "VAULT")
ON = {"serviceState": "ENABLED"}


def judge(control: str, check: str, *policies: Row) -> str:
    """The one verdict of a check in a clinic of one unit."""
    clinic = google([google_user("ann")], {"policy.policies": [*policies, setting("x.y", {})]})
    found = {verdict for _, verdict, _ in results(clinic, control, check)}
    assert len(found) == 1
    return found.pop()


def services(*, system: bool = False, **states: bool | None) -> Row:
    """Which value each group has; an administrator's, or with `system` Google's own default."""
    given: dict[str, bool | None] = {f"{name}_ALL": system for name in GROUPS} | states
    listed = [{"scopesGroup": name, "isEnabled": on} for name, on in given.items() if on is not None]
    order = 101.0 if system else 201.0
    return setting("api_controls.google_services", {"services": listed}, order, system=system)


UNTOUCHED = services(system=True)
OPEN = dict.fromkeys((f"{name}_ALL" for name in GROUPS), True)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, "pass"),
        ({"DRIVE_ALL": True}, "fail"),
        ({"DRIVE_ALL": True, "DRIVE_HIGH_RISK": False}, "review"),
        (OPEN, "fail"),
    ],
)
def test_services_are_restricted_where_they_differ_from_googles_own_default(
    states: dict[str, Any], expected: str
) -> None:
    assert judge("APP-2", "services_are_restricted", UNTOUCHED, services(**states)) == expected
    mirrored = services(**{name: not states.get(name, False) for name in {*OPEN, *states}})
    default = services(system=True, **dict.fromkeys(OPEN, False))
    assert judge("APP-2", "services_are_restricted", default, mirrored) == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, "review"),
        (OPEN, "review"),
        ({"DRIVE_ALL": True}, "fail"),  # whichever value restricts, something is open
        ({"DRIVE_ALL": True, "DRIVE_HIGH_RISK": False}, "review"),
        ({"VAULT_ALL": None}, "not_assessed"),
    ],
)
def test_services_are_for_a_person_to_judge_where_nothing_tells_which_value_restricts(
    states: dict[str, Any], expected: str
) -> None:
    assert judge("APP-2", "services_are_restricted", services(**states)) == expected


def test_untouched_services_are_open() -> None:
    assert judge("APP-2", "services_are_restricted", UNTOUCHED) == "fail"


def test_services_of_which_nothing_is_known() -> None:
    assert judge("APP-2", "services_are_restricted") == "not_assessed"
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "APP-2") == "not_assessed"


DRIVE = setting("drive_and_docs.service_status", ON)


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([setting("drive_and_docs.drive_sdk", {"enableDriveSdkApiAccess": False})], "pass"),
        ([setting("drive_and_docs.drive_sdk", {"enableDriveSdkApiAccess": True}), services()], "review"),
        ([setting("drive_and_docs.drive_sdk", {"enableDriveSdkApiAccess": True}), services(DRIVE_ALL=True)], "review"),
        ([setting("drive_and_docs.drive_sdk", {"enableDriveSdkApiAccess": True}), UNTOUCHED], "fail"),
        ([services()], "review"),  # the documented default is open
        ([setting("drive_and_docs.drive_sdk", {"enableDriveSdkApiAccess": True})], "not_assessed"),
    ],
)
def test_the_drive_api(policies: list[Row], expected: str) -> None:
    assert judge("APP-13", "drive_api_is_shut", DRIVE, *policies) == expected


def test_a_drive_that_is_off_and_the_switch_nobody_can_read() -> None:
    off = setting("drive_and_docs.service_status", {"serviceState": "DISABLED"})
    assert judge("APP-13", "drive_api_is_shut", off) == "not_applicable"
    assert judge("APP-13", "add_ons_are_off", off) == "not_assessed"


@pytest.mark.parametrize(("trusted", "expected"), [(False, "pass"), (True, "fail"), (None, "not_assessed")])
def test_own_apps(trusted: bool | None, expected: str) -> None:
    given = [] if trusted is None else [setting("api_controls.internal_apps", {"trustInternalApps": trusted})]
    assert judge("APP-14", "own_apps_ask_too", *given) == expected


@pytest.mark.parametrize(("check", "field"), [("bots_are_off", "enableApps"), ("webhooks_are_off", "enableWebhooks")])
def test_chat(check: str, field: str) -> None:
    chat = setting("chat.service_status", ON)
    for value, expected in ((False, "pass"), (True, "fail")):
        assert judge("APP-15", check, chat, setting("chat.chat_apps_access", {field: value})) == expected
    assert judge("APP-15", check, chat) == "not_assessed"
    assert judge("APP-15", check, setting("chat.service_status", {"serviceState": "DISABLED"})) == "not_applicable"


GMAIL = setting("gmail.service_status", ON)
KEEPS = setting("gmail.comprehensive_mail_storage", {"ruleId": "r1"})


def rule_states(**states: bool) -> Row:
    return setting("gmail.rule_states", {"ruleStates": [{"ruleId": k, "enabled": v} for k, v in states.items()]})


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([KEEPS, rule_states(r1=True)], "pass"),
        ([KEEPS, rule_states(r1=False)], "fail"),
        ([KEEPS, rule_states(other=True)], "fail"),
        ([KEEPS], "fail"),
        ([], "fail"),
        ([setting("gmail.comprehensive_mail_storage", {}), rule_states(r1=True)], "not_assessed"),
    ],
)
def test_comprehensive_mail_storage(policies: list[Row], expected: str) -> None:
    assert judge("AUDIT-14", "storage_is_on", GMAIL, *policies) == expected


def test_comprehensive_mail_storage_where_nothing_was_read() -> None:
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "AUDIT-14") == "not_assessed"


def products(**states: str) -> list[Row]:
    return [setting(f"{name}.service_status", {"serviceState": state}) for name, state in states.items()]


def test_unreleased_products() -> None:
    def of(**states: str) -> str:
        return verdict(google([google_user("ann")], {"policy.policies": products(**states)}), "BAA-6")

    assert of(early_access_apps="DISABLED", experimental_apps="DISABLED") == "pass"
    assert of(early_access_apps="DISABLED", experimental_apps="ENABLED") == "fail"
    assert of(early_access_apps="DISABLED") == "not_assessed"


def test_googles_staff() -> None:
    def approval(on: bool) -> Row:
        return setting("access_approval.axa_user_scoping", {"requiresCustomerApproval": on})

    def regime(value: str) -> Row:
        return setting("access_management.user_scoping", {"accessManagementRegime": value})

    assert judge("BAA-9", "google_asks") == "not_applicable"
    assert judge("BAA-9", "google_asks", approval(True)) == "pass"
    assert judge("BAA-9", "google_asks", approval(False)) == "fail"
    for value, expected in (
        ("US_GOOGLE_STAFF", "pass"),
        ("EU_GOOGLE_STAFF", "fail"),
        ("PREFERENCE_UNSPECIFIED", "review"),
        ("MARS_STAFF", "not_assessed"),
    ):
        assert judge("BAA-9", "google_staff_is_in_the_states", approval(True), regime(value)) == expected
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "BAA-9") == "not_assessed"


LOCKBOX = "9f431833-0334-42de-a7dc-70aa40db46db"


@pytest.mark.parametrize(
    ("on", "plan", "expected"),
    [(True, "", "pass"), (False, LOCKBOX, "fail"), (False, "", "not_applicable"), (None, LOCKBOX, "not_assessed")],
)
def test_microsofts_engineers(on: bool | None, plan: str, expected: str) -> None:
    owned = sku()
    if plan:
        owned["servicePlans"].append(
            {
                "servicePlanId": plan,
                "servicePlanName": "LOCKBOX_ENTERPRISE",
                "provisioningStatus": "Success",
                "appliesTo": "User",
            }
        )
    config = [{"AuditDisabled": False} | ({} if on is None else {"CustomerLockboxEnabled": on})]
    clinic = microsoft([user("ann")], {"exchange.organization_config": config}, subscribed_skus=[owned])
    assert verdicts(clinic, "BAA-9", "microsoft_asks") == {"tenant-id": expected}
