"""AUTH-17 to AUTH-20, AUTH-22 and AUTH-23: how passwords are made, kept and reset."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from rules.profile import Profile
from tests.rules.identity import (
    domain,
    google,
    google_user,
    microsoft,
    report,
    setting,
    sku,
    user,
    verdict,
    verdicts,
)

GOOD: dict[str, Any] = {
    "allowedStrength": "STRONG",
    "minimumLength": 12,
    "enforceRequirementsAtLogin": True,
    "allowReuse": False,
    "expirationDuration": "0s",
}


def clinic(**changed: Any) -> Snapshot:
    value = {name: given for name, given in (GOOD | changed).items() if given is not None}
    return google([google_user("ann")], {"policy.policies": [setting("security.password", value)]})


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "pass"),
        ({"minimumLength": 16}, "pass"),
        ({"minimumLength": 11}, "fail"),
        ({"allowedStrength": "WEAK"}, "fail"),
        ({"enforceRequirementsAtLogin": False}, "fail"),
        ({"allowReuse": True}, "fail"),
        ({"allowedStrength": "MIDDLING"}, "not_assessed"),
        ({"enforceRequirementsAtLogin": None}, "not_assessed"),
    ],
)
def test_google_passwords_are_strong(changed: dict[str, Any], expected: str) -> None:
    assert verdict(clinic(**changed), "AUTH-17") == expected


def test_where_everybody_signs_in_elsewhere_google_keeps_no_password() -> None:
    everywhere = {"name": "a", "ssoMode": "SAML_SSO", "samlSsoInfo": {"inboundSamlSsoProfile": "p"}}
    profile = {
        "name": "p",
        "idpConfig": {"entityId": "https://idp.example", "singleSignOnServiceUri": "https://idp.example/s"},
    }
    sources = {"identity.sso_assignments": [everywhere], "identity.sso_saml_profiles": [profile]}
    assert verdict(google([google_user("ann")], sources), "AUTH-17") == "not_applicable"


def test_people_are_not_needed_where_nobody_can_sign_in_elsewhere() -> None:
    policies = [setting("security.password", GOOD)]
    assert verdict(google(sources={"policy.policies": policies, "directory.users": None}), "AUTH-17") == "pass"
    assigned = [{"name": "a", "ssoMode": "SAML_SSO", "samlSsoInfo": {"inboundSamlSsoProfile": "p"}}]
    unknown = {"policy.policies": policies, "directory.users": None, "identity.sso_assignments": assigned}
    assert verdict(google(sources=unknown), "AUTH-17") == "not_assessed"


@pytest.mark.parametrize("control", ["AUTH-17", "AUTH-18", "AUTH-22"])
def test_policies_that_were_not_read_are_not_assessed(control: str) -> None:
    assert verdict(google([google_user("ann")], {"policy.policies": None}), control) == "not_assessed"


# --- AUTH-18 --------------------------------------------------------------------------------------------------------------

NEVER = 2147483647


@pytest.mark.parametrize(
    ("expires", "chosen", "expected"),
    [
        ("0s", False, "pass"),
        ("2592000s", False, "fail"),
        ("31536000s", True, "review"),
        ("0s", True, "pass"),
        ("some day", False, "not_assessed"),
    ],
)
def test_google_passwords_do_not_expire(expires: str, chosen: bool, expected: str) -> None:
    profile = Profile(passwords_expire_by_choice=chosen)
    assert verdict(clinic(expirationDuration=expires), "AUTH-18", profile) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"passwordValidityPeriodInDays": NEVER}, "pass"),
        ({"passwordValidityPeriodInDays": 90}, "fail"),
        ({"passwordValidityPeriodInDays": None}, "review"),
        ({"isVerified": False, "passwordValidityPeriodInDays": 90}, "not_applicable"),
        ({"authenticationType": "Federated", "passwordValidityPeriodInDays": NEVER}, "not_assessed"),
        ({"authenticationType": "Borrowed"}, "not_assessed"),
    ],
)
def test_microsoft_passwords_do_not_expire(fields: dict[str, Any], expected: str) -> None:
    given = microsoft([user("ann")], domains=[domain("brightwater.example") | fields])
    assert verdict(given, "AUTH-18") == expected


def test_a_subdomain_inherits_and_a_choice_is_only_looked_at() -> None:
    root = domain("brightwater.example") | {"passwordValidityPeriodInDays": 90}
    below = domain("clinic.brightwater.example") | {"isRoot": False}
    both = microsoft([user("ann")], domains=[root, below])
    assert set(verdicts(both, "AUTH-18").values()) == {"fail"}
    assert verdict(both, "AUTH-18", Profile(passwords_expire_by_choice=True)) == "review"
    assert verdict(microsoft([user("ann")], domains=None), "AUTH-18") == "not_assessed"


# --- AUTH-19 and AUTH-20 --------------------------------------------------------------------------------------------------


def rules(**values: str | None) -> list[dict[str, Any]]:
    listed = [{"name": name, "value": value} for name, value in values.items()]
    return [
        {"id": "s", "displayName": "Password", "templateId": "5cf42378-d67d-4f36-ba46-e8b86229381d", "values": listed}
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (rules(EnableBannedPasswordCheck="True", BannedPasswordList="some"), "pass"),
        (rules(EnableBannedPasswordCheck="true", BannedPasswordList="some"), "pass"),
        (rules(EnableBannedPasswordCheck="True", BannedPasswordList=""), "fail"),
        (rules(EnableBannedPasswordCheck="False", BannedPasswordList="some"), "fail"),
        ([], "fail"),
        (rules(EnableBannedPasswordCheck="perhaps", BannedPasswordList="some"), "not_assessed"),
        (rules(EnableBannedPasswordCheck="True"), "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_clinic_words_are_banned(settings: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(microsoft([user("ann")], group_settings=settings), "AUTH-19") == expected


def test_without_the_plan_there_is_no_list() -> None:
    assert verdict(microsoft([user("ann")], subscribed_skus=[sku(p1=False)]), "AUTH-19") == "not_applicable"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (rules(LockoutThreshold="10", LockoutDurationInSeconds="60"), "pass"),
        (rules(LockoutThreshold="5", LockoutDurationInSeconds="120"), "pass"),
        (rules(LockoutThreshold="11", LockoutDurationInSeconds="60"), "fail"),
        (rules(LockoutThreshold="10", LockoutDurationInSeconds="59"), "fail"),
        (rules(), "pass"),
        ([], "pass"),
        (rules(LockoutThreshold="ten"), "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_wrong_passwords_lock(settings: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(microsoft([user("ann")], group_settings=settings), "AUTH-20") == expected


# --- AUTH-22 and AUTH-23 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "chosen", "expected"),
    [
        ({"enableAccountRecovery": False}, False, "pass"),
        ({"enableAccountRecovery": True}, False, "fail"),
        ({"enableAccountRecovery": True}, True, "review"),
        (None, False, "pass"),
        ({}, False, "not_assessed"),
    ],
)
def test_no_private_phone_opens_an_account(value: dict[str, Any] | None, chosen: bool, expected: str) -> None:
    policies = [] if value is None else [setting("security.user_account_recovery", value)]
    given = google([google_user("ann")], {"policy.policies": policies})
    assert verdict(given, "AUTH-22", Profile(self_recovery_by_choice=chosen)) == expected


COVERS = ["two methods", "no security questions", "users are told", "administrators are told"]


def stated(signed: str = "2026-10-01T00:00:00Z", covers: list[str] | None = None) -> list[dict[str, Any]]:
    return [
        {
            "id": "sspr.toml",
            "topic": "sspr",
            "statement": "Reset is set up",
            "by": "Dana Reyes",
            "signed_on": signed,
            "file_state": "none",
            "covers": COVERS if covers is None else covers,
        }
    ]


def reset(enabled: bool | None = True, *methods: str, statements: list[dict[str, Any]] | None = None) -> Snapshot:
    row = report("ann", *methods) | ({} if enabled is None else {"isSsprEnabled": enabled})
    return microsoft(
        [user("ann")], {"evidence.statements": statements}, user_registration_details=[row], user_auth_methods=None
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (reset(statements=stated()), "pass"),
        (reset(False, statements=stated()), "fail"),
        (reset(True, "securityQuestion", statements=stated()), "fail"),
        (reset(statements=stated(covers=COVERS[:2])), "fail"),
        (reset(statements=stated("2024-10-01T00:00:00Z")), "fail"),
        (reset(statements=None), "not_assessed"),
        (reset(None, statements=stated()), "not_assessed"),
    ],
)
def test_self_service_reset(given: Snapshot, expected: str) -> None:
    assert verdict(given, "AUTH-23") == expected


def test_reset_without_plan_or_report() -> None:
    assert verdict(microsoft([user("ann")], subscribed_skus=[sku(p1=False)]), "AUTH-23") == "not_applicable"
    unread = microsoft([user("ann")], {"evidence.statements": stated()}, user_registration_details=None)
    assert verdict(unread, "AUTH-23") == "not_assessed"
