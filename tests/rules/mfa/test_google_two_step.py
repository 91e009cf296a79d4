"""MFA-5, MFA-6, MFA-12, MFA-13, MFA-20 and MFA-22 at Google: which second steps count, for how long, and for whom."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile
from tests.rules.identity import ENFORCED, google, google_user, microsoft, setting, unit, user, verdict, verdicts

FACTOR = "security.two_step_verification_enforcement_factor"
KEYS_ONLY = setting(FACTOR, {"allowedSignInFactorSet": "PASSKEY_ONLY"})
LATER = setting("security.two_step_verification_enforcement", {"enforcedFrom": "2030-01-01T00:00:00Z"})


def clinic(*policies: dict[str, Any], **more: Any) -> Snapshot:
    people = [google_user("boss", isAdmin=True), google_user("ann")]
    return google(people, {"policy.policies": list(policies)} | more)


def usage(id: str, keys: int | None = None, passkeys: int | None = None) -> dict[str, Any]:
    counters = {"accounts:num_security_keys": keys, "accounts:num_passkeys_enrolled": passkeys}
    return {
        "date": "2026-11-20",
        "entity": {"userEmail": f"{id}@brightwater.example", "profileId": id},
        "parameters": [{"name": name, "intValue": str(count)} for name, count in counters.items() if count is not None],
    }


@pytest.mark.parametrize("control", ["MFA-5", "MFA-6"])
@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([ENFORCED, KEYS_ONLY], "pass"),
        ([ENFORCED, setting(FACTOR, {"allowedSignInFactorSet": "PASSKEY_PLUS_SECURITY_CODE"})], "fail"),
        ([ENFORCED], "fail"),
        ([KEYS_ONLY], "fail"),
        ([LATER, KEYS_ONLY], "fail"),
        ([ENFORCED, setting(FACTOR, {"allowedSignInFactorSet": "TELEPATHY"})], "not_assessed"),
        ([ENFORCED, setting(FACTOR, {})], "not_assessed"),
    ],
)
def test_only_keys_count(control: str, policies: list[dict[str, Any]], expected: str) -> None:
    check = {"MFA-5": "keys_are_enforced_for_administrators", "MFA-6": "only_keys_count"}[control]
    assert set(verdicts(clinic(*policies), control, check).values()) == {expected}


def test_the_group_of_all_administrators_wins_for_administrators() -> None:
    admins = setting(FACTOR, {"allowedSignInFactorSet": "PASSKEY_ONLY"}, 301.0, group="WORKSPACE_ALL_ADMIN_GROUP")
    given = clinic(ENFORCED, admins)
    assert set(verdicts(given, "MFA-5", "keys_are_enforced_for_administrators").values()) == {"pass"}
    assert verdict(given, "MFA-6") == "fail"


@pytest.mark.parametrize(
    ("counters", "expected"),
    [
        (usage("boss", 2, 0), "pass"),
        (usage("boss", 0, 1), "pass"),
        (usage("boss", 0, 0), "fail"),
        (usage("boss", 0), "not_assessed"),
        (usage("ann", 1, 1), "not_assessed"),
    ],
)
def test_each_super_administrator_holds_a_key(counters: dict[str, Any], expected: str) -> None:
    given = clinic(**{"reports.usage.users": [counters]})
    assert verdicts(given, "MFA-5", "super_administrator_holds_one") == {"boss": expected}


@pytest.mark.parametrize("control", ["MFA-5", "MFA-6", "MFA-12", "MFA-13", "MFA-20", "MFA-22"])
def test_policies_that_were_not_read_are_not_assessed(control: str) -> None:
    assert verdict(google([google_user("boss", isAdmin=True)], {"policy.policies": None}), control) == "not_assessed"


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (
            [ENFORCED, setting("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "604800s"})],
            "pass",
        ),
        (
            [ENFORCED, setting("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "86400s"})],
            "pass",
        ),
        (
            [ENFORCED, setting("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "604801s"})],
            "fail",
        ),
        ([ENFORCED, setting("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "0s"})], "fail"),
        ([ENFORCED], "fail"),
        ([LATER], "not_applicable"),
        (
            [ENFORCED, setting("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "soon"})],
            "not_assessed",
        ),
        ([ENFORCED, setting("security.two_step_verification_grace_period", {})], "not_assessed"),
    ],
)
def test_new_people_enrol_within_a_week(policies: list[dict[str, Any]], expected: str) -> None:
    assert verdict(clinic(*policies), "MFA-12") == expected


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([ENFORCED, setting("security.two_step_verification_device_trust", {"allowTrustingDevice": False})], "pass"),
        ([ENFORCED, setting("security.two_step_verification_device_trust", {"allowTrustingDevice": True})], "fail"),
        ([ENFORCED], "fail"),
        ([LATER], "not_applicable"),
        (
            [ENFORCED, setting("security.two_step_verification_device_trust", {"allowTrustingDevice": "no"})],
            "not_assessed",
        ),
    ],
)
def test_devices_are_not_remembered(policies: list[dict[str, Any]], expected: str) -> None:
    assert verdict(clinic(*policies), "MFA-13") == expected


def test_one_unit_that_trusts_devices_fails_by_itself() -> None:
    open_ = setting("security.two_step_verification_device_trust", {"allowTrustingDevice": True}, 202.0, unit_id="desk")
    shut = setting("security.two_step_verification_device_trust", {"allowTrustingDevice": False})
    given = google(
        [google_user("ann"), google_user("desk", "/Desk")],
        {
            "policy.policies": [ENFORCED, shut, open_],
            "directory.orgunits": [unit("root", "/"), unit("desk", "/Desk", "root")],
        },
    )
    assert sorted(verdicts(given, "MFA-13").values()) == ["fail", "pass"]


@pytest.mark.parametrize(("said", "expected"), [(None, "not_assessed"), (True, "fail"), (False, "pass")])
def test_what_microsofts_old_page_remembers_only_the_clinic_can_say(said: bool | None, expected: str) -> None:
    assert verdict(microsoft([user("ann")]), "MFA-13", Profile(remembers_devices=said)) == expected


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], "pass"),
        ([setting("security.passkeys_restriction", {"allowedPasskeysType": "ANY_DEVICE_OR_PLATFORM"})], "pass"),
        ([setting("security.passkeys_restriction", {"allowedPasskeysType": "HARDWARE"})], "review"),
        ([setting("security.passkeys_restriction", {})], "not_assessed"),
    ],
)
def test_passkeys_are_not_limited(policies: list[dict[str, Any]], expected: str) -> None:
    assert verdict(clinic(*policies), "MFA-20") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"enableAdvancedProtectionSelfEnrollment": True, "securityCodeOption": "CODES_NOT_ALLOWED"}, "pass"),
        ({"enableAdvancedProtectionSelfEnrollment": False, "securityCodeOption": "CODES_NOT_ALLOWED"}, "fail"),
        (
            {"enableAdvancedProtectionSelfEnrollment": True, "securityCodeOption": "ALLOWED_WITHOUT_REMOTE_ACCESS"},
            "fail",
        ),
        ({"enableAdvancedProtectionSelfEnrollment": True}, "not_assessed"),
        ({"enableAdvancedProtectionSelfEnrollment": True, "securityCodeOption": "SOME"}, "not_assessed"),
    ],
)
def test_administrators_may_join_advanced_protection(value: dict[str, Any], expected: str) -> None:
    assert verdict(clinic(setting("security.advanced_protection_program", value)), "MFA-22") == expected


def test_where_no_super_administrator_works_advanced_protection_is_no_question() -> None:
    assert verdict(google([google_user("ann")]), "MFA-22") == "not_applicable"
