"""AUTH-11, 21, 24 and 29: other identity providers, local directories, and who is told of risk."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from connectors.source import MICROSOFT_365
from rules.profile import Profile
from rules.views.people import People
from rules.views.signin import SignIn
from tests.rules.auth.test_passwords import rules
from tests.rules.auth.test_rules_for_sessions import p2
from tests.rules.identity import (
    SYNC,
    domain,
    google,
    google_user,
    microsoft,
    of,
    organization,
    policy,
    resolver,
    role,
    setting,
    user,
    verdict,
    verdicts,
)

# --- AUTH-29, Microsoft ---------------------------------------------------------------------------------------------------

ISSUER = "http://sts.brightwater.example/adfs/services/trust"


def federation(issuer: str = ISSUER, behavior: str | None = "enforceMfaByFederatedIdp") -> list[Any]:
    row = {
        "id": "f",
        "displayName": "Local",
        "issuerUri": issuer,
        "passiveSignInUri": None,
        "federatedIdpMfaBehavior": behavior,
    }
    return of("brightwater.example", row)


def handed(configuration: list[Any] | None, **fields: Any) -> Snapshot:
    domains = [domain("brightwater.example", federated=True) | fields]
    return microsoft([user("ann")], domains=domains, domain_federation=configuration)


KNOWN = frozenset({"sts.brightwater.example"})


@pytest.mark.parametrize(
    ("configuration", "approved", "expected"),
    [
        (federation(), KNOWN, "pass"),
        (federation(), frozenset({ISSUER}), "pass"),
        (federation(behavior="rejectMfaByFederatedIdp"), KNOWN, "pass"),
        (federation(behavior="acceptIfMfaDoneByFederatedIdp"), KNOWN, "review"),
        (federation(behavior=None), KNOWN, "review"),
        (federation(), None, "review"),
        (federation(), frozenset(), "fail"),
        (federation("http://thief.example/trust"), KNOWN, "fail"),
        (federation("http://sts.brightwater.example.thief.example/x"), KNOWN, "fail"),
        (federation("http://sso.secureserver.net/x"), KNOWN, "review"),
        (federation("http://notsecureserver.net/x"), KNOWN, "fail"),
        (federation(behavior="shrug"), KNOWN, "not_assessed"),
        (of("brightwater.example"), KNOWN, "not_assessed"),
        (None, KNOWN, "not_assessed"),
    ],
)
def test_domains_go_to_a_known_provider(
    configuration: list[Any] | None, approved: frozenset[str] | None, expected: str
) -> None:
    assert verdict(handed(configuration), "AUTH-29", Profile(approved_idps=approved)) == expected


def test_domains_that_are_not_handed_over_pass_without_asking() -> None:
    assert verdict(microsoft([user("ann")], domain_federation=None), "AUTH-29") == "pass"
    assert verdict(handed(None, isVerified=False), "AUTH-29") == "not_applicable"
    assert verdict(microsoft([user("ann")], domains=None), "AUTH-29") == "not_assessed"


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        (federation(), "sts.brightwater.example, the identity provider of brightwater.example"),
        (federation(behavior=None), "sts.brightwater.example, the identity provider of brightwater.example"),
        (federation(behavior="rejectMfaByFederatedIdp"), None),
        (of("brightwater.example"), "the identity provider of brightwater.example"),
        (None, "the identity provider of brightwater.example"),
    ],
)
def test_the_factor_is_elsewhere_unless_microsoft_asks_itself(
    configuration: list[Any] | None, words: str | None
) -> None:
    given = resolver(handed(configuration))
    person = given.view(People, MICROSOFT_365).by_id("ann")
    assert given.view(SignIn, MICROSOFT_365).elsewhere(person) == words


def test_a_subdomain_has_the_configuration_of_the_domain_above() -> None:
    both = [domain("brightwater.example", federated=True), domain("clinic.brightwater.example", federated=True)]
    given = microsoft([user("ann")], domains=both, domain_federation=[*federation(), *of("clinic.brightwater.example")])
    assert set(verdicts(given, "AUTH-29", profile=Profile(approved_idps=KNOWN)).values()) == {"pass"}


# --- AUTH-29 and AUTH-24, Google ------------------------------------------------------------------------------------------

PROFILE = {
    "name": "p",
    "idpConfig": {"entityId": "https://idp.example/saml", "singleSignOnServiceUri": "https://idp.example/s"},
}
OPEN_ID = {"name": "o", "idpConfig": {"issuerUri": "https://login.example/v2"}}


def assignment(mode: str = "SAML_SSO", **info: Any) -> dict[str, Any]:
    given = info or {"samlSsoInfo": {"inboundSamlSsoProfile": "p"}}
    return {"name": "a", "targetOrgUnit": "orgUnits/root", "ssoMode": mode} | given


def signing(*assignments: dict[str, Any], **more: Any) -> Snapshot:
    sources = {
        "identity.sso_assignments": list(assignments),
        "identity.sso_saml_profiles": [PROFILE],
        "identity.sso_oidc_profiles": [OPEN_ID],
        "reports.activity.admin": [],
    }
    return google([google_user("ann")], sources | more)


@pytest.mark.parametrize(
    ("given", "approved", "expected"),
    [
        (signing(), None, "pass"),
        (signing(assignment("SSO_OFF")), None, "pass"),
        (signing(assignment()), frozenset({"idp.example"}), "pass"),
        (signing(assignment()), frozenset({"other.example"}), "fail"),
        (signing(assignment()), frozenset(), "review"),
        (signing(assignment()), None, "review"),
        (
            signing(assignment("OIDC_SSO", oidcSsoInfo={"inboundOidcSsoProfile": "o"})),
            frozenset({"login.example"}),
            "pass",
        ),
        (signing(assignment("DOMAIN_WIDE_SAML_IF_ENABLED", rank=0)), frozenset({"idp.example"}), "review"),
        (signing(assignment(samlSsoInfo={"inboundSamlSsoProfile": "gone"})), frozenset({"x"}), "not_assessed"),
        (signing(assignment("TELEPATHY")), frozenset({"x"}), "not_assessed"),
        (signing(assignment(), **{"identity.sso_saml_profiles": None}), frozenset({"x"}), "not_assessed"),
        (signing(**{"identity.sso_assignments": None}), None, "not_assessed"),
    ],
)
def test_google_sign_in_goes_to_a_known_provider(
    given: Snapshot, approved: frozenset[str] | None, expected: str
) -> None:
    assert verdict(given, "AUTH-29", Profile(approved_idps=approved)) == expected


def changed(day: int, name: str, value: str) -> dict[str, Any]:
    return {
        "id": {"time": f"2026-10-{day:02d}T08:00:00Z", "uniqueQualifier": f"{day}{name}"},
        "actor": {"email": "boss@brightwater.example", "profileId": "boss"},
        "events": [
            {
                "type": "APPLICATION_SETTINGS",
                "name": "CHANGE_APPLICATION_SETTING",
                "parameters": [{"name": "SETTING_NAME", "value": name}, {"name": "NEW_VALUE", "value": value}],
            }
        ],
    }


OLDER = "SsoPolicyProto challenge_selection_behavior"
ASKS = "PERFORM_CHALLENGE_SELECTION"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (signing(), "not_applicable"),
        (signing(assignment(), **{"reports.activity.admin": [changed(1, OLDER, ASKS)]}), "pass"),
        (
            signing(
                assignment(), **{"reports.activity.admin": [changed(1, OLDER, ASKS), changed(2, OLDER, "SKIP_IT")]}
            ),
            "fail",
        ),
        (signing(assignment()), "not_assessed"),
        (signing(assignment(), **{"reports.activity.admin": None}), "not_assessed"),
        (signing(**{"identity.sso_assignments": None}), "not_assessed"),
    ],
)
def test_google_still_challenges(given: Snapshot, expected: str) -> None:
    assert verdicts(given, "AUTH-24", "older_profile_is_challenged").popitem()[1] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"enableEmployeeIdChallenge": False}, "pass"),
        ({"enableEmployeeIdChallenge": True}, "review"),
        ({}, "not_assessed"),
    ],
)
def test_employee_numbers_are_no_proof(value: dict[str, Any], expected: str) -> None:
    policies = [setting("security.login_challenges", value)]
    given = signing(assignment(), **{"policy.policies": policies})
    assert set(verdicts(given, "AUTH-24", "employee_number_is_no_proof").values()) == {expected}


# --- AUTH-21 --------------------------------------------------------------------------------------------------------------

HARDENED = {
    "passwordSyncEnabled": True,
    "blockSoftMatchEnabled": True,
    "blockCloudObjectTakeoverThroughHardMatchEnabled": True,
    "allowOnPremUpdateOfOnPremisesObjectIdentifierEnabled": False,
}


def hybrid(features: dict[str, Any] | None = None, **more: Any) -> Snapshot:
    whole = {
        "organization": [organization(onPremisesSyncEnabled=True, onPremisesLastSyncDateTime="2026-11-24T07:00:00Z")],
        "on_premises_synchronization": [{"id": "t", "features": HARDENED | (features or {})}],
        "group_settings": rules(
            EnableBannedPasswordCheckOnPremises="True", BannedPasswordCheckOnPremisesMode="Enforce"
        ),
        "role_assignments": [role("sync", SYNC)],
    } | more
    return microsoft([user("ann"), user("sync")], **whole)


@pytest.mark.parametrize(
    ("given", "check", "expected"),
    [
        (hybrid(), "forbidden_passwords_count_there", "pass"),
        (
            hybrid(
                group_settings=rules(
                    EnableBannedPasswordCheckOnPremises="True", BannedPasswordCheckOnPremisesMode="Audit"
                )
            ),
            "forbidden_passwords_count_there",
            "fail",
        ),
        (hybrid(group_settings=[]), "forbidden_passwords_count_there", "fail"),
        (hybrid(group_settings=None), "forbidden_passwords_count_there", "not_assessed"),
        (hybrid(), "cloud_can_check_passwords", "pass"),
        (hybrid({"passwordSyncEnabled": False}), "cloud_can_check_passwords", "fail"),
        (hybrid(on_premises_synchronization=None), "cloud_can_check_passwords", "not_assessed"),
        (hybrid(), "seamless_sign_on_is_off", "not_assessed"),
        (hybrid(), "takeover_is_blocked", "pass"),
        (hybrid({"blockSoftMatchEnabled": False}), "takeover_is_blocked", "fail"),
        (hybrid({"blockCloudObjectTakeoverThroughHardMatchEnabled": False}), "takeover_is_blocked", "fail"),
        (hybrid({"allowOnPremUpdateOfOnPremisesObjectIdentifierEnabled": True}), "takeover_is_blocked", "fail"),
        (hybrid({"blockSoftMatchEnabled": None}), "takeover_is_blocked", "not_assessed"),
        (hybrid(organization=None), "takeover_is_blocked", "not_assessed"),
    ],
)
def test_a_local_directory_is_hardened(given: Snapshot, check: str, expected: str) -> None:
    assert verdicts(given, "AUTH-21", check) == {"tenant-id": expected}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (policy("p"), "fail"),
        (policy("p", users={"excludeRoles": [SYNC]}), "pass"),
        (policy("p", users={"excludeUsers": ["sync"]}), "pass"),
        (policy("p", users={"includeUsers": ["ann"]}), "not_applicable"),
        (policy("p", {"operator": None}), "not_assessed"),
    ],
)
def test_rules_leave_the_synchronization_alone(rule: dict[str, Any], expected: str) -> None:
    given = hybrid(conditional_access_policies=[rule])
    assert verdicts(given, "AUTH-21", "synchronization_is_left_out") == {"p": expected}


def test_a_clinic_without_local_directory_is_not_asked() -> None:
    assert verdict(microsoft([user("ann")], conditional_access_policies=[policy("p")]), "AUTH-21") == "not_applicable"


# --- AUTH-11 --------------------------------------------------------------------------------------------------------------


def told(*addresses: str, covers: str = "users at risk", signed: str = "2026-10-01T00:00:00Z") -> list[dict[str, Any]]:
    return [
        {
            "id": "alerts.toml",
            "topic": "alert_recipients",
            "statement": "Who reads the alerts",
            "by": "Dana Reyes",
            "signed_on": signed,
            "file_state": "none",
            "covers": [covers],
            "person": [{"name": "Dana", "address": address} for address in addresses],
        }
    ]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (told("dana@brightwater.example"), "pass"),
        (told("dana@brightwater.example", "dana@gmail.com"), "fail"),
        (told(), "fail"),
        (told("dana@brightwater.example", signed="2024-01-01T00:00:00Z"), "fail"),
        (told("dana@brightwater.example", covers="audit alerts"), "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_somebody_is_told_of_risk(statements: list[dict[str, Any]] | None, expected: str) -> None:
    given = microsoft([user("ann")], {"evidence.statements": statements}, subscribed_skus=[p2()])
    assert verdict(given, "AUTH-11") == expected


def test_without_the_greater_plan_nobody_can_be_told() -> None:
    assert (
        verdict(microsoft([user("ann")], {"evidence.statements": told("x@y.example")}), "AUTH-11") == "not_applicable"
    )
    assert verdict(microsoft([user("ann")], subscribed_skus=None), "AUTH-11") == "not_assessed"
