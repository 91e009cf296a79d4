"""MFA-9, MFA-10, MFA-11, MFA-14, MFA-15, MFA-20 (Microsoft), MFA-21: which factors the tenant allows, and how they ask."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.snapshot import Snapshot
from tests.rules.identity import (
    grant,
    microsoft,
    of,
    policy,
    report,
    results,
    state,
    user,
    verdict,
    verdicts,
)

NOBODY = "00000000-0000-0000-0000-000000000000"
EVERYBODY = {"id": "all_users", "targetType": "group"}


def feature(value: str, target: str = "all_users", left_out: str = NOBODY) -> dict[str, Any]:
    return {
        "state": value,
        "includeTarget": {"id": target, "targetType": "group"},
        "excludeTarget": {"id": left_out, "targetType": "group"},
    }


def method(id: str, value: str = "enabled", **fields: Any) -> dict[str, Any]:
    return {"id": id, "@odata.type": f"#microsoft.graph.{id}", "state": value} | fields


def app(value: str = "enabled", *, codes: bool = False, **features: Any) -> dict[str, Any]:
    shown = {
        "displayAppInformationRequiredState": feature("enabled"),
        "displayLocationInformationRequiredState": feature("enabled"),
    }
    return method("MicrosoftAuthenticator", value, isSoftwareOathEnabled=codes, featureSettings=shown | features)


def beta(number: str = "default", companion: str = "disabled", **fields: Any) -> dict[str, Any]:
    features = {"numberMatchingRequiredState": feature(number), "companionAppAllowedState": feature(companion)}
    return {
        "id": "a",
        "authenticationMethodConfigurations": [{"id": "MicrosoftAuthenticator", "featureSettings": features}],
        "systemCredentialPreferences": {"state": "default", "includeTargets": [EVERYBODY]},
        "reportSuspiciousActivitySettings": {"state": "enabled", "includeTarget": EVERYBODY},
    } | fields


def clinic(
    *methods: dict[str, Any],
    migration: str | None = "migrationComplete",
    campaign: str = "default",
    settings: dict[str, Any] | None = None,
    people: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Snapshot:
    whole = {
        "id": "a",
        "policyMigrationState": migration,
        "authenticationMethodConfigurations": list(methods),
        "registrationEnforcement": {
            "authenticationMethodsRegistrationCampaign": {"state": campaign, "includeTargets": [EVERYBODY]}
        },
    }
    sources = {"graph.authentication_methods_settings": [beta() if settings is None else settings]}
    return microsoft(people or [], sources, authentication_methods_policy=[whole], **more)


def without(source: str) -> Snapshot:
    return microsoft([user("ann")], {source: None})


METHODS, BETA = "graph.authentication_methods_policy", "graph.authentication_methods_settings"


# --- MFA-9 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ([method("Email", "disabled"), method("QRCodePin", "disabled")], "pass"),
        ([method("Email", "disabled")], "pass"),
        ([method("Email"), method("QRCodePin", "disabled")], "fail"),
        ([method("Email", "disabled"), method("QRCodePin")], "fail"),
        ([], "not_assessed"),
        ([method("Email", "perhaps")], "not_assessed"),
    ],
)
def test_codes_by_mail_and_qr_codes_are_off(methods: list[dict[str, Any]], expected: str) -> None:
    assert verdict(clinic(*methods), "MFA-9") == expected


@pytest.mark.parametrize("control", ["MFA-9", "MFA-10", "MFA-11", "MFA-14", "MFA-20", "MFA-21"])
def test_a_policy_that_was_not_read_is_not_assessed(control: str) -> None:
    assert verdict(without(METHODS), control) == "not_assessed"


# --- MFA-10 ---------------------------------------------------------------------------------------------------------------

LOCATION, APPLICATION = "displayLocationInformationRequiredState", "displayAppInformationRequiredState"


@pytest.mark.parametrize(
    ("given", "settings", "expected"),
    [
        (app(), beta(), "pass"),
        (app(**{LOCATION: feature("default")}), beta(), "fail"),
        (app(**{APPLICATION: feature("disabled")}), beta(), "fail"),
        (app(**{LOCATION: feature("enabled", "a-group")}), beta(), "fail"),
        (app(**{LOCATION: feature("enabled", left_out="a-group")}), beta(), "fail"),
        (app(codes=True), beta(), "fail"),
        (app(), beta(number="disabled"), "fail"),
        (app(), beta(companion="enabled"), "fail"),
        (app(), beta(companion="default"), "review"),
        (app("disabled"), beta(), "not_applicable"),
        (app(**{LOCATION: {}}), beta(), "not_assessed"),
        (method("Sms"), beta(), "not_assessed"),
        (app(), beta(authenticationMethodConfigurations=[]), "not_assessed"),
    ],
)
def test_prompts(given: dict[str, Any], settings: dict[str, Any], expected: str) -> None:
    assert verdict(clinic(given, settings=settings), "MFA-10") == expected


def test_prompts_open_nothing_where_everybody_must_use_a_key() -> None:
    rule = policy("Keys", grant(strength=["fido2"]))
    weak = app(codes=True, **{LOCATION: feature("disabled")})
    given = clinic(weak, settings=beta(companion="enabled"), conditional_access_policies=[rule])
    assert verdicts(given, "MFA-10", "weak_modes_are_off") == {"tenant-id": "not_applicable"}
    unread = clinic(weak, settings=beta(companion="enabled"), conditional_access_policies=None)
    assert verdicts(unread, "MFA-10", "weak_modes_are_off") == {"tenant-id": "fail"}


# --- MFA-11 ---------------------------------------------------------------------------------------------------------------

ASKS = [policy("All")]


@pytest.mark.parametrize(
    ("migration", "expected"),
    [
        ("migrationComplete", "pass"),
        ("migrationInProgress", "fail"),
        ("preMigration", "fail"),
        (None, "review"),
        ("afterMigration", "not_assessed"),
    ],
)
def test_the_old_pages_do_not_count(migration: str | None, expected: str) -> None:
    assert verdicts(clinic(migration=migration), "MFA-11", "migration_is_complete") == {"tenant-id": expected}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"conditional_access_policies": ASKS}, "pass"),
        ({"conditional_access_policies": ASKS, "per_user_mfa": state("ann", "enforced")}, "fail"),
        ({"conditional_access_policies": ASKS, "per_user_mfa": state("ann", "enabled")}, "fail"),
        ({"conditional_access_policies": ASKS, "per_user_mfa": []}, "not_assessed"),
        ({"conditional_access_policies": ASKS, "per_user_mfa": None}, "not_assessed"),
        ({"conditional_access_policies": [], "per_user_mfa": state("ann", "enforced")}, "not_applicable"),
        ({"security_defaults": [{"id": "d", "isEnabled": True}], "per_user_mfa": state("ann", "enforced")}, "fail"),
        ({"security_defaults": None}, "not_assessed"),
        ({"conditional_access_policies": None}, "not_assessed"),
    ],
)
def test_nobody_is_under_the_old_switch_where_a_rule_asks(more: dict[str, Any], expected: str) -> None:
    given = clinic(people=[user("ann")], **more)
    assert verdicts(given, "MFA-11", "nobody_is_switched") == {"tenant-id": expected}


# --- MFA-14 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        ({"state": "enabled", "includeTargets": [EVERYBODY]}, "pass"),
        ({"state": "default", "includeTargets": [EVERYBODY]}, "pass"),
        ({"state": "disabled", "includeTargets": [EVERYBODY]}, "fail"),
        ({"state": "enabled", "includeTargets": [{"id": "g", "targetType": "group"}]}, "fail"),
        ({"state": "sometimes", "includeTargets": [EVERYBODY]}, "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_the_strongest_factor_is_asked_first(preferences: dict[str, Any] | None, expected: str) -> None:
    given = clinic(settings=beta(systemCredentialPreferences=preferences))
    assert verdicts(given, "MFA-14", "strongest_is_asked_first") == {"tenant-id": expected}


NO_PHONES = [method("Sms", "disabled"), method("Voice", "disabled")]


@pytest.mark.parametrize(
    ("methods", "campaign", "factors", "expected"),
    [
        ([], "enabled", ["mobilePhone"], "pass"),
        ([], "default", ["mobilePhone"], "pass"),
        ([], "disabled", ["mobilePhone"], "fail"),
        (NO_PHONES, "disabled", ["mobilePhone"], "fail"),
        (NO_PHONES, "disabled", ["fido2"], "not_applicable"),
        ([method("Sms")], "disabled", ["fido2"], "fail"),
        ([], "off", ["fido2"], "not_assessed"),
    ],
)
def test_people_with_only_a_phone_are_reminded(
    methods: list[dict[str, Any]], campaign: str, factors: list[str], expected: str
) -> None:
    given = clinic(
        *methods, campaign=campaign, people=[user("ann")], user_registration_details=[report("ann", *factors)]
    )
    assert verdicts(given, "MFA-14", "people_are_reminded") == {"tenant-id": expected}


# --- MFA-15 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reporting", "expected"),
    [
        ({"state": "enabled", "includeTarget": EVERYBODY}, "pass"),
        ({"state": "default", "includeTarget": EVERYBODY}, "fail"),
        ({"state": "disabled", "includeTarget": EVERYBODY}, "fail"),
        ({"state": "enabled", "includeTarget": {"id": "g", "targetType": "group"}}, "fail"),
        ({"state": "enabled", "includeTarget": None}, "fail"),
        ({"includeTarget": EVERYBODY}, "not_assessed"),
    ],
)
def test_strange_prompts_can_be_reported(reporting: dict[str, Any], expected: str) -> None:
    assert verdict(clinic(settings=beta(reportSuspiciousActivitySettings=reporting)), "MFA-15") == expected


def test_beta_that_was_not_read_is_not_assessed() -> None:
    assert verdict(without(BETA), "MFA-15") == "not_assessed"
    assert verdicts(without(BETA), "MFA-14", "strongest_is_asked_first") == {"tenant-id": "not_assessed"}


# --- MFA-20 and MFA-21 ----------------------------------------------------------------------------------------------------


def key(value: str = "enabled", *, own: bool = True) -> dict[str, Any]:
    return method(
        "Fido2", value, isSelfServiceRegistrationAllowed=own, isAttestationEnforced=True, keyRestrictions=None
    )


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ([key()], "pass"),
        ([key("disabled")], "fail"),
        ([key(own=False)], "fail"),
        ([], "fail"),
        ([method("Fido2")], "not_assessed"),
    ],
)
def test_passkeys_are_available(methods: list[dict[str, Any]], expected: str) -> None:
    assert verdict(clinic(*methods), "MFA-20") == expected


def access_pass(value: str = "enabled", *, once: bool = True, minutes: int = 480) -> dict[str, Any]:
    return method("TemporaryAccessPass", value, isUsableOnce=once, maximumLifetimeInMinutes=minutes)


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ([access_pass()], "pass"),
        ([access_pass(minutes=1440)], "pass"),
        ([access_pass(minutes=1441)], "fail"),
        ([access_pass(once=False)], "fail"),
        ([access_pass("disabled", once=False)], "not_applicable"),
        ([], "not_applicable"),
        ([method("TemporaryAccessPass")], "not_assessed"),
    ],
)
def test_access_passes_work_once(methods: list[dict[str, Any]], expected: str) -> None:
    assert verdict(clinic(*methods), "MFA-21") == expected


def test_the_old_switch_names_those_who_are_under_it() -> None:
    given = clinic(people=[user("ann"), user("bob")], conditional_access_policies=ASKS, per_user_mfa=of("ann"))
    assert results(given, "MFA-11", "nobody_is_switched")[0][1] == "not_assessed"
