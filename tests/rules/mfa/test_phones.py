"""MFA-7 and MFA-8: text messages and calls, allowed and depended on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.identity import (
    ENFORCED,
    NO_PHONES,
    domain,
    facts,
    google,
    google_user,
    guest,
    method,
    microsoft,
    of,
    report,
    results,
    setting,
    sku,
    user,
    verdict,
    verdicts,
)

FACTOR = "security.two_step_verification_enforcement_factor"


def methods(state: str | None = "migrationComplete", **states: str) -> list[dict[str, Any]]:
    listed = [{"id": id, "@odata.type": "#x", "state": value} for id, value in states.items()]
    return [{"id": "a", "policyMigrationState": state, "authenticationMethodConfigurations": listed}]


@pytest.mark.parametrize(
    ("policy", "expected", "message"),
    [
        (methods(Sms="disabled", Voice="disabled"), "pass", "neither text message nor phone call may be used"),
        (methods(), "pass", "neither text message nor phone call may be used"),
        (methods(Sms="enabled", Voice="disabled"), "fail", "text message may be used as a second factor"),
        (methods(Sms="enabled", Voice="enabled"), "fail", "phone call and text message may be used as a second factor"),
        (
            methods("preMigration", Sms="disabled"),
            "review",
            "switched off here, but the old MFA page may still allow them: finish the migration",
        ),
        (methods(None), "review", "switched off here; whether the old MFA page still allows them is not told"),
    ],
)
def test_microsofts_methods(policy: list[dict[str, Any]], expected: str, message: str) -> None:
    assert results(microsoft(authentication_methods_policy=policy), "MFA-7") == [("tenant-id", expected, message)]


def test_microsofts_methods_that_cannot_be_read_are_not_assessed() -> None:
    assert verdict(microsoft(authentication_methods_policy=None), "MFA-7") == "not_assessed"
    assert verdict(microsoft(authentication_methods_policy=methods(Sms="perhaps")), "MFA-7") == "not_assessed"
    assert verdict(microsoft(authentication_methods_policy=methods("afterMigration")), "MFA-7") == "not_assessed"


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([ENFORCED, NO_PHONES], "pass"),
        ([ENFORCED, setting(FACTOR, {"allowedSignInFactorSet": "PASSKEY_ONLY"})], "pass"),
        ([ENFORCED, setting(FACTOR, {"allowedSignInFactorSet": "ALL"})], "fail"),
        ([ENFORCED], "fail"),
        ([NO_PHONES], "fail"),
        (
            [
                setting("security.two_step_verification_enforcement", {"enforcedFrom": "1970-01-01T00:00:00Z"}),
                NO_PHONES,
            ],
            "fail",
        ),
        ([ENFORCED, setting(FACTOR, {"allowedSignInFactorSet": "SOME"})], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_googles_factors(policies: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(google([google_user("ann")], {"policy.policies": policies}), "MFA-7") == expected


# --- who depends on the phone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (report("ann", "microsoftAuthenticatorPush"), "pass"),
        (report("ann", "mobilePhone", "softwareOneTimePasscode"), "pass"),
        (report("ann", "mobilePhone", "microsoftAuthenticatorPush", preferred="sms"), "review"),
        (report("ann", "mobilePhone", "microsoftAuthenticatorPush", preferred="carrierPigeon"), "not_assessed"),
        (report("ann", "mobilePhone"), "fail"),
        (report("ann", "officePhone", "email"), "fail"),
        (report("ann", "email", registered=True), "fail"),
        (report("ann", "brainWave", registered=True), "not_assessed"),
        (report("ann", "mobilePhone", "brainWave"), "not_assessed"),
        (report("ann", "externalAuthenticationMethod", registered=True), "not_assessed"),
        (report("ann"), "not_applicable"),
    ],
)
def test_microsofts_people_by_report(row: dict[str, Any], expected: str) -> None:
    assert verdict(microsoft([user("ann")], user_registration_details=[row]), "MFA-8") == expected


def test_without_the_report_a_phone_beside_an_app_passes_only_where_no_report_can_exist() -> None:
    own = of("ann", method("phone", phoneType="mobile"), method("microsoftAuthenticator"))
    free = microsoft(
        [user("ann")], user_registration_details=None, user_auth_methods=own, subscribed_skus=[sku(p1=False)]
    )
    refused = microsoft([user("ann")], user_registration_details=None, user_auth_methods=own)
    assert verdict(free, "MFA-8") == "pass"
    assert verdict(refused, "MFA-8") == "not_assessed"


def test_guests_and_blocked_accounts_are_left_out() -> None:
    clinic = microsoft([guest("gil"), user("off", accountEnabled=False)])
    assert verdicts(clinic, "MFA-8") == {"gil": "not_applicable", "off": "not_applicable"}


def usage(id: str, **counters: int) -> dict[str, Any]:
    return {
        "date": "2026-11-21",
        "entity": {"userEmail": f"{id}@brightwater.example", "profileId": id},
        "parameters": [{"name": f"accounts:{name}", "intValue": str(value)} for name, value in counters.items()],
    }


def login(id: str, *steps: str) -> dict[str, Any]:
    return {
        "id": {"time": "2026-11-20T08:00:00Z", "uniqueQualifier": id},
        "actor": {"email": f"{id}@brightwater.example", "profileId": id},
        "events": [
            {
                "type": "login",
                "name": "login_challenge",
                "parameters": [{"name": "login_challenge_method", "multiValue": list(steps)}],
            }
        ],
    }


def test_google_by_counters_and_the_sign_in_log() -> None:
    people = [google_user(id) for id in ("ann", "bob", "cat", "dan", "eve")] + [
        google_user("fay", isEnrolledIn2Sv=False)
    ]
    clinic = google(
        people,
        {
            "reports.usage.users": [
                usage("ann", num_security_keys=1),
                *(usage(id, num_security_keys=0) for id in ("bob", "cat", "dan", "eve")),
            ],
            "reports.activity.login": [
                login("bob", "password", "idv_preregistered_phone"),
                login("cat", "password", "google_prompt"),
                login("dan", "password", "none"),
                login("eve", "password", "crystal_ball"),
            ],
        },
    )
    assert results(clinic, "MFA-8") == [
        ("ann", "pass", "has a security key or a passkey"),
        ("bob", "review", "only a phone was seen as second step in the last 90 days"),
        ("cat", "pass", "uses a second step that is not the phone"),
        ("dan", "not_assessed", "no second step was seen in the last 90 days"),
        ("eve", "not_assessed", "only second steps of unknown kinds were seen"),
        ("fay", "not_applicable", "has no second factor at all; see MFA-2"),
    ]
    assert facts(clinic, "MFA-8", "ann")["registered"] == ["security key"]
    assert (
        verdict(google([google_user("ann")], {"reports.usage.users": None, "reports.activity.login": None}), "MFA-8")
        == "not_assessed"
    )


def test_a_phone_alone_is_no_failure_where_another_provider_may_hold_a_better_factor() -> None:
    duo = {
        "@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration",
        "id": "duo",
        "state": "enabled",
    }
    allowed = [{"id": "a", "policyMigrationState": "migrationComplete", "authenticationMethodConfigurations": [duo]}]
    phone: dict[str, Any] = {"user_registration_details": [report("ann", "mobilePhone")], "user_auth_methods": None}
    assert verdicts(microsoft([user("ann")], **phone), "MFA-8") == {"ann": "fail"}
    connected = microsoft([user("ann")], **phone, authentication_methods_policy=allowed)
    federated = microsoft([user("ann")], **phone, domains=[domain("brightwater.example", federated=True)])
    assert verdicts(connected, "MFA-8") == {"ann": "not_assessed"}
    assert verdicts(federated, "MFA-8") == {"ann": "not_assessed"}


def test_a_factor_that_the_report_does_not_name_is_not_called_a_phone() -> None:
    clinic = microsoft(
        [user("ann")], user_registration_details=[report("ann", registered=True)], user_auth_methods=None
    )
    assert results(clinic, "MFA-8") == [
        ("ann", "not_assessed", "has a second factor, and Microsoft's report does not say which")
    ]
