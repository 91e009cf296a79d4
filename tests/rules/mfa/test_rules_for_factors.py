"""MFA-5, MFA-6, MFA-16 to MFA-19, Microsoft: what Conditional Access asks for, of whom, and for what."""

from __future__ import annotations

from typing import Any

import pytest

from rules.profile import Profile
from tests.rules.identity import (
    CORE,
    domain,
    grant,
    guest,
    microsoft,
    policy,
    report,
    role,
    sku,
    user,
    verdict,
    verdicts,
)

DEFAULTS_ON = [{"id": "d", "isEnabled": True}]
KEYS = grant(strength=["fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"])
FOR_ADMINS = {"includeUsers": [], "includeRoles": list(CORE)}


# --- MFA-5 and MFA-6 ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([policy("Keys", KEYS, users=FOR_ADMINS)], "pass"),
        ([policy("Keys for all", KEYS)], "pass"),
        ([policy("Keys", grant("compliantDevice", operator="AND", strength=["fido2"]), users=FOR_ADMINS)], "pass"),
        ([policy("Or", grant("compliantDevice", operator="OR", strength=["fido2"]), users=FOR_ADMINS)], "fail"),
        ([policy("Any", grant("mfa"), users=FOR_ADMINS)], "fail"),
        ([policy("Mixed", grant(strength=["fido2", "password,sms"]), users=FOR_ADMINS)], "fail"),
        ([policy("None", grant(strength=[]), users=FOR_ADMINS)], "fail"),
        ([policy("Some", KEYS, users={"includeUsers": [], "includeRoles": [CORE[0]]})], "fail"),
        ([policy("Trial", KEYS, users=FOR_ADMINS, state="enabledForReportingButNotEnforced")], "fail"),
        ([policy("Left", KEYS, users=FOR_ADMINS | {"excludeUsers": ["boss"]})], "fail"),
        (
            [policy("Phones", KEYS, users=FOR_ADMINS, platforms={"includePlatforms": ["iOS"], "excludePlatforms": []})],
            "fail",
        ),
        ([policy("Group", KEYS, users=FOR_ADMINS | {"excludeGroups": ["g"]})], "not_assessed"),
        ([], "fail"),
        (None, "not_assessed"),
    ],
)
def test_a_rule_asks_administrators_for_keys(rules: list[dict[str, Any]] | None, expected: str) -> None:
    given = microsoft(
        [user("boss")],
        conditional_access_policies=rules,
        role_assignments=[role("boss")],
        groups=[{"id": "g", "displayName": "Owners"}],
    )
    assert verdicts(given, "MFA-5", "a_rule_asks_administrators") == {"tenant-id": expected}


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        (["fido2"], "pass"),
        (["mobilePhone", "windowsHelloForBusiness"], "pass"),
        (["microsoftAuthenticatorPush"], "fail"),
        ([], "fail"),
        (["brainWave"], "not_assessed"),
        (["externalAuthenticationMethod"], "not_assessed"),
        (None, "not_assessed"),
    ],
)
def test_each_administrator_holds_a_key(factors: list[str] | None, expected: str) -> None:
    given = microsoft(
        [user("boss"), user("ann")],
        role_assignments=[role("boss")],
        user_registration_details=None if factors is None else [report("boss", *factors), report("ann")],
        user_auth_methods=None,
    )
    assert verdicts(given, "MFA-5", "administrator_holds_one") == {"boss": expected}


def test_administrators_whose_factor_another_provider_holds_are_not_assessed() -> None:
    given = microsoft(
        [user("boss")],
        role_assignments=[role("boss")],
        domains=[domain("brightwater.example", federated=True)],
        user_registration_details=[report("boss")],
        user_auth_methods=None,
    )
    assert verdicts(given, "MFA-5", "administrator_holds_one") == {"boss": "not_assessed"}


def test_guests_with_roles_are_not_assessed_and_blocked_accounts_are_left_out() -> None:
    given = microsoft([guest("gil"), user("old", accountEnabled=False)], role_assignments=[role("gil"), role("old")])
    assert verdicts(given, "MFA-5", "administrator_holds_one") == {"gil": "not_assessed"}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([policy("Keys", KEYS)], "pass"),
        ([policy("Keys", KEYS, users={"excludeUsers": ["glass"]})], "pass"),
        ([policy("Keys", KEYS, users={"excludeUsers": ["ann"]})], "fail"),
        ([policy("Keys", KEYS, applications={"excludeApplications": ["x"]})], "fail"),
        ([policy("Any", grant("mfa"))], "fail"),
        (None, "not_assessed"),
    ],
)
def test_everybody_uses_keys(rules: list[dict[str, Any]] | None, expected: str) -> None:
    given = microsoft([user("ann"), user("glass")], conditional_access_policies=rules)
    assert verdict(given, "MFA-6", Profile(break_glass=frozenset({"glass"}))) == expected


@pytest.mark.parametrize("control", ["MFA-5", "MFA-6", "MFA-16"])
def test_without_the_plan_the_question_does_not_arise(control: str) -> None:
    assert verdict(microsoft([user("ann")], subscribed_skus=[sku(p1=False)]), control) == "not_applicable"
    assert verdict(microsoft([user("ann")], subscribed_skus=None), control) == "not_assessed"


def test_a_rule_that_leaves_nobody_out_needs_no_list_of_people() -> None:
    given = microsoft(
        sources={"graph.users": None}, conditional_access_policies=[policy("Keys", KEYS)], per_user_mfa=[]
    )
    assert verdict(given, "MFA-6") == "pass"


# --- MFA-16 ---------------------------------------------------------------------------------------------------------------

REGISTER = {"includeApplications": [], "includeUserActions": ["urn:user:registersecurityinfo"]}
OUTSIDE = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
OFFICE = {
    "id": "office",
    "@odata.type": "#microsoft.graph.ipNamedLocation",
    "displayName": "Office",
    "isTrusted": True,
    "ipRanges": [{"cidrAddress": "192.0.2.0/28"}],
}

EVERYWHERE = OFFICE | {"id": "everywhere", "ipRanges": [{"cidrAddress": "0.0.0.0/0"}]}


def guard(controls: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return policy("Guard", controls, applications=REGISTER, **fields)


def but(*places: str) -> dict[str, Any]:
    return {"includeLocations": ["All"], "excludeLocations": list(places)}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (guard(grant("mfa")), "pass"),
        (guard(grant("compliantDevice", "domainJoinedDevice")), "pass"),
        (guard(grant("mfa", "compliantDevice")), "pass"),
        (guard(grant(strength=["fido2"])), "pass"),
        (guard(grant("block"), locations=OUTSIDE), "pass"),
        (guard(grant("block"), locations=but("office")), "pass"),
        (guard(grant("mfa"), locations=OUTSIDE), "pass"),
        (guard(grant("mfa", "compliantApplication")), "fail"),
        (guard(grant("compliantApplication")), "fail"),
        (guard(grant("block")), "fail"),
        (guard(grant("block"), locations=but("everywhere")), "fail"),
        (guard(grant("block"), locations=but("country")), "fail"),
        (guard(grant("block"), locations=but("gone")), "fail"),
        (guard(grant("mfa"), users={"excludeUsers": ["ann"]}), "fail"),
        (guard(grant("mfa"), state="enabledForReportingButNotEnforced"), "fail"),
        (policy("Other", grant("mfa")), "fail"),
    ],
)
def test_registering_a_factor_is_guarded(rule: dict[str, Any], expected: str) -> None:
    places = [
        OFFICE,
        EVERYWHERE | {"isTrusted": "AllTrusted" not in str(rule)},
        {"id": "country", "@odata.type": "#microsoft.graph.countryNamedLocation", "displayName": "US"},
    ]
    given = microsoft([user("ann")], conditional_access_policies=[rule], named_locations=places)
    assert verdict(given, "MFA-16") == expected


def test_a_place_that_is_everywhere_makes_trusted_places_worthless() -> None:
    rules = [guard(grant("block"), locations=OUTSIDE)]
    given = microsoft([user("ann")], conditional_access_policies=rules, named_locations=[OFFICE, EVERYWHERE])
    assert verdict(given, "MFA-16") == "fail"


def test_registering_under_security_defaults_is_for_a_person_to_judge() -> None:
    assert verdict(microsoft([user("ann")], security_defaults=DEFAULTS_ON), "MFA-16") == "review"
    assert verdict(microsoft([user("ann")], security_defaults=None), "MFA-16") == "not_assessed"
    ruled = microsoft([user("ann")], security_defaults=None, conditional_access_policies=[guard(grant("mfa"))])
    assert verdict(ruled, "MFA-16") == "pass"
    assert verdict(microsoft([user("ann")], conditional_access_policies=None), "MFA-16") == "not_assessed"
    unread = microsoft(
        [user("ann")], conditional_access_policies=[guard(grant("block"), locations=but("x"))], named_locations=None
    )
    assert verdict(unread, "MFA-16") == "not_assessed"


# --- MFA-17 ---------------------------------------------------------------------------------------------------------------


def kinds(*names: str, tenants: str = "all") -> dict[str, Any]:
    spoken = {
        "guestOrExternalUserTypes": ",".join(names),
        "externalTenants": {"membershipKind": tenants, "members": []},
    }
    return {"includeUsers": [], "includeGuestsOrExternalUsers": spoken}


BOTH = ("b2bCollaborationGuest", "b2bCollaborationMember")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([policy("All")], "pass"),
        ([policy("Guests", users={"includeUsers": ["GuestsOrExternalUsers"]})], "pass"),
        ([policy("Guests", users=kinds(*BOTH))], "pass"),
        ([policy("Guests", users=kinds("b2bCollaborationGuest"))], "fail"),
        ([policy("Guests", users=kinds(*BOTH, tenants="enumerated"))], "fail"),
        ([policy("No guests", users={"excludeUsers": ["GuestsOrExternalUsers"]})], "fail"),
        ([policy("Not Gil", users={"excludeUsers": ["gil"]})], "fail"),
        ([policy("Not Ann", users={"excludeUsers": ["ann"]})], "pass"),
        ([policy("Office", users=kinds(*BOTH), applications={"includeApplications": ["Office365"]})], "fail"),
        ([policy("Device", grant("compliantDevice"))], "fail"),
        ([], "fail"),
        (None, "not_assessed"),
    ],
)
def test_guests_are_asked(rules: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(microsoft([guest("gil"), user("ann")], conditional_access_policies=rules), "MFA-17") == expected


def test_without_guests_nobody_need_be_asked() -> None:
    assert verdict(microsoft([user("ann"), guest("old", accountEnabled=False)]), "MFA-17") == "not_applicable"
    assert verdict(microsoft([guest("gil")], security_defaults=DEFAULTS_ON), "MFA-17") == "pass"
    assert verdict(microsoft([guest("gil")], security_defaults=None), "MFA-17") == "not_assessed"
    for defaults in (DEFAULTS_ON, [{"id": "d", "isEnabled": False}]):
        unread = microsoft(sources={"graph.users": None}, per_user_mfa=[], security_defaults=defaults)
        assert verdict(unread, "MFA-17") == "not_assessed"


# --- MFA-18 ---------------------------------------------------------------------------------------------------------------

JOIN = policy("Join", applications={"includeApplications": [], "includeUserActions": ["urn:user:registerdevice"]})


@pytest.mark.parametrize(
    ("setting", "rules", "expected"),
    [
        ("required", [], "pass"),
        ("notRequired", [JOIN], "pass"),
        ("required", [JOIN], "review"),
        ("notRequired", [], "fail"),
        ("notRequired", [JOIN | {"grantControls": grant("compliantDevice")}], "fail"),
        ("notRequired", [JOIN | {"state": "disabled"}], "fail"),
        ("required", None, "not_assessed"),
        ("sometimes", [], "not_assessed"),
    ],
)
def test_joining_a_device_is_asked(setting: str, rules: list[dict[str, Any]] | None, expected: str) -> None:
    settings = [{"id": "r", "multiFactorAuthConfiguration": setting}]
    given = microsoft([user("ann")], conditional_access_policies=rules, device_registration_policy=settings)
    assert verdict(given, "MFA-18") == expected


def test_the_device_setting_that_was_not_read_is_not_assessed() -> None:
    assert verdict(microsoft([user("ann")], device_registration_policy=None), "MFA-18") == "not_assessed"


# --- MFA-19 ---------------------------------------------------------------------------------------------------------------

AZURE, PORTALS = "797f4846-ba00-4fd7-ba43-dac1f8f63013", "MicrosoftAdminPortals"


def portal(*names: str, **applications: Any) -> dict[str, Any]:
    return policy("Portals", applications={"includeApplications": list(names)} | applications)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([policy("All")], "pass"),
        ([portal(AZURE, PORTALS)], "pass"),
        ([portal(AZURE), portal(PORTALS) | {"id": "two"}], "pass"),
        ([policy("All but one", applications={"excludeApplications": ["x"]})], "pass"),
        ([policy("All but Azure", applications={"excludeApplications": [AZURE]})], "fail"),
        ([portal(AZURE)], "fail"),
        ([portal(AZURE, PORTALS) | {"grantControls": grant("compliantDevice")}], "fail"),
        ([portal(AZURE, PORTALS, applicationFilter={"mode": "include", "rule": "x"})], "not_assessed"),
        ([], "fail"),
        (None, "not_assessed"),
    ],
)
def test_portals_are_asked(rules: list[dict[str, Any]] | None, expected: str) -> None:
    assert verdict(microsoft([user("ann")], conditional_access_policies=rules), "MFA-19") == expected


def test_security_defaults_ask_in_the_portals() -> None:
    assert verdict(microsoft([user("ann")], security_defaults=DEFAULTS_ON), "MFA-19") == "pass"
    assert verdict(microsoft([user("ann")], security_defaults=None), "MFA-19") == "not_assessed"
