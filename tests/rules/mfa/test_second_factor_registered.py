"""MFA-2: every active person has a second factor registered."""

from __future__ import annotations

import pytest

from tests.rules.identity import (
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
    user,
    verdict,
    verdicts,
)

OUTSIDE = [
    {
        "id": "a",
        "policyMigrationState": "migrationComplete",
        "authenticationMethodConfigurations": [
            {
                "id": "guid",
                "@odata.type": "#microsoft.graph.externalAuthenticationMethodConfiguration",
                "state": "enabled",
            }
        ],
    }
]


def test_the_report_decides_and_its_stricter_word_is_shown() -> None:
    rows = [report("ann", "microsoftAuthenticatorPush"), report("bob")]
    clinic = microsoft([user("ann"), user("bob")], user_registration_details=rows)
    assert results(clinic, "MFA-2") == [("ann", "pass", "has a second factor"), ("bob", "fail", "has no second factor")]
    assert facts(clinic, "MFA-2", "ann") == {
        "enforced_by": [],
        "registered": ["microsoftAuthenticatorPush"],
        "strength": "strong",
        "exempt_because": [],
        "told_by": "Microsoft's report",
        "capable": True,
    }


def test_the_question_does_not_arise_for_blocked_accounts_guests_and_people_without_a_licence() -> None:
    people = [user("off", accountEnabled=False), guest("gil"), user("new", assignedLicenses=[])]
    assert verdicts(microsoft(people), "MFA-2") == dict.fromkeys(["off", "gil", "new"], "not_applicable")


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ([method("password"), method("microsoftAuthenticator")], "pass"),
        ([method("password"), method("phone", phoneType="mobile")], "pass"),
        ([method("password"), method("external")], "pass"),
        ([method("password")], "fail"),
        ([method("password"), method("email"), method("temporaryAccessPass")], "fail"),
        ([method("password"), method("brainWave")], "not_assessed"),
    ],
)
def test_without_the_report_the_persons_own_list_decides(methods: list[dict[str, object]], expected: str) -> None:
    clinic = microsoft([user("ann")], user_registration_details=None, user_auth_methods=of("ann", *methods))
    assert verdict(clinic, "MFA-2") == expected


def test_somebody_whom_neither_tells_is_not_assessed() -> None:
    assert verdict(microsoft([user("ann")], user_registration_details=[]), "MFA-2") == "not_assessed"
    assert (
        verdict(microsoft([user("ann")], user_registration_details=None, user_auth_methods=None), "MFA-2")
        == "not_assessed"
    )


def test_the_accounts_own_list_beats_a_report_that_lags() -> None:
    late = microsoft(
        [user("ann")], user_registration_details=[report("ann")], user_auth_methods=of("ann", method("fido2"))
    )
    lost = microsoft(
        [user("ann")],
        user_registration_details=[report("ann", "fido2")],
        user_auth_methods=of("ann", method("password")),
    )
    assert verdict(late, "MFA-2") == "pass"
    assert verdict(lost, "MFA-2") == "fail"


def test_federated_people_and_connected_providers_are_not_assessed() -> None:
    rows = [report("ann")]
    federated = microsoft(
        [user("ann")], user_registration_details=rows, domains=[domain("brightwater.example", federated=True)]
    )
    duo = microsoft([user("ann")], user_registration_details=rows, authentication_methods_policy=OUTSIDE)
    assert verdict(federated, "MFA-2") == "not_assessed"
    assert verdict(duo, "MFA-2") == "not_assessed"


def test_google() -> None:
    grace = setting("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "1209600s"})
    people = [
        google_user("ann"),
        google_user("bob", isEnrolledIn2Sv=False),
        google_user("cat", isEnrolledIn2Sv=False, creationTime="2026-11-20T00:00:00.000Z"),
        google_user("dan", suspended=True, isEnrolledIn2Sv=False),
        google_user("eve", isGuestUser=True, isEnrolledIn2Sv=False),
    ]
    clinic = google(people, {"policy.policies": [grace]})
    assert results(clinic, "MFA-2") == [
        ("ann", "pass", "has a second factor"),
        ("bob", "fail", "has no second factor"),
        ("cat", "review", "is new and has until 2026-12-04 to set up a second factor"),
        ("dan", "not_applicable", "is suspended or archived"),
        ("eve", "not_applicable", "is a guest: their own organization holds the factor"),
    ]


def test_google_without_where_people_sign_in_is_not_assessed() -> None:
    assert verdict(google([google_user("ann")], {"identity.sso_assignments": None}), "MFA-2") == "not_assessed"
    sso = {"name": "a", "targetOrgUnit": "orgUnits/root", "ssoMode": "DOMAIN_WIDE_SAML_IF_ENABLED"}
    assert verdict(google([google_user("ann")], {"identity.sso_assignments": [sso]}), "MFA-2") == "not_assessed"
