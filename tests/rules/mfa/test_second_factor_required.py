"""MFA-1: a second factor is required of every user."""

from __future__ import annotations

import pytest

from rules.profile import Profile
from tests.rules.identity import (
    ENFORCED,
    SYNC,
    domain,
    facts,
    google,
    google_user,
    grant,
    guest,
    microsoft,
    of,
    policy,
    results,
    role,
    setting,
    sku,
    state,
    unit,
    user,
    verdict,
    verdicts,
)

DEFAULTS_ON = [{"id": "d", "isEnabled": True}]
TENANT = "one_rule_asks_everybody"
PERSON = "is_asked"
ENFORCE = "security.two_step_verification_enforcement"


def test_security_defaults_pass_and_say_how_far_they_reach() -> None:
    clinic = microsoft([user("ann")], security_defaults=DEFAULTS_ON)
    assert results(clinic, "MFA-1") == [
        (
            "tenant-id",
            "pass",
            "security defaults are on: everybody must register, administrators are always asked, and others when Microsoft sees a reason",
        ),
        ("ann", "pass", "is asked for a second factor"),
    ]
    assert facts(clinic, "MFA-1", "ann", PERSON)["enforced_by"] == ["security defaults"]


def test_a_policy_for_everybody_passes_and_is_named() -> None:
    clinic = microsoft([user("ann")], conditional_access_policies=[policy("Everybody")])
    assert verdict(clinic, "MFA-1") == "pass"
    assert facts(clinic, "MFA-1", "ann", PERSON)["enforced_by"] == ["policy Everybody"]


@pytest.mark.parametrize(
    "weak",
    [
        policy("x", state="enabledForReportingButNotEnforced"),
        policy("x", state="disabled"),
        policy("x", grant("mfa", "compliantDevice", operator="OR")),
        policy("x", grant(strength=["password", "password,sms"])),
        policy("x", grant(strength=[])),
        policy("x", applications={"includeApplications": ["Office365"]}),
        policy("x", applications={"excludeApplications": ["some-app"]}),
        policy("x", clientAppTypes=["browser"]),
        policy("x", locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}),
        policy("x", platforms={"includePlatforms": ["android"], "excludePlatforms": []}),
        policy("x", signInRiskLevels=["high"]),
        policy("x", userRiskLevels=["high"]),
        policy("x", devices={"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}}),
        policy("x", authenticationFlows={"transferMethods": "deviceCodeFlow"}),
        policy("x", users={"includeUsers": ["somebody-else"]}),
        policy("x", users={"excludeUsers": ["ann"]}),
        policy("x") | {"grantControls": None},
    ],
)
def test_a_policy_that_does_not_reach_every_sign_in_fails(weak: dict[str, object]) -> None:
    clinic = microsoft([user("ann")], conditional_access_policies=[weak])
    assert verdicts(clinic, "MFA-1", TENANT) == {"tenant-id": "fail"}
    assert verdicts(clinic, "MFA-1", PERSON) == {"ann": "fail"}


@pytest.mark.parametrize(
    "strong",
    [
        policy("x", grant("mfa", "compliantDevice", operator="AND")),
        policy("x", grant(strength=["fido2", "windowsHelloForBusiness", "password,microsoftAuthenticatorPush"])),
        policy("x", clientAppTypes=["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"]),
        policy("x", locations={"includeLocations": ["All"], "excludeLocations": []}),
    ],
)
def test_a_policy_that_reaches_every_sign_in_passes(strong: dict[str, object]) -> None:
    assert verdict(microsoft([user("ann")], conditional_access_policies=[strong]), "MFA-1") == "pass"


def test_a_strength_that_nobody_has_documented_is_not_assessed() -> None:
    clinic = microsoft([user("ann")], conditional_access_policies=[policy("x", grant(strength=["brainWave"]))])
    assert verdict(clinic, "MFA-1") == "not_assessed"


def test_policies_do_nothing_without_p1_and_are_unknown_without_the_list_of_licences() -> None:
    rules = {"conditional_access_policies": [policy("Everybody")]}
    assert verdict(microsoft([user("ann")], subscribed_skus=[sku(p1=False)], **rules), "MFA-1") == "fail"
    assert verdict(microsoft([user("ann")], subscribed_skus=None, **rules), "MFA-1") == "not_assessed"


def test_the_per_person_switch_counts_when_enforced_for_everybody() -> None:
    people = [user("ann"), user("bob")]
    both = microsoft(people, per_user_mfa=[*state("ann", "enforced"), *state("bob", "enforced")])
    one = microsoft(people, per_user_mfa=[*state("ann", "enforced"), *state("bob", "disabled")])
    unread = microsoft(people, per_user_mfa=state("ann", "enforced"))
    assert verdict(both, "MFA-1") == "pass"
    assert verdicts(one, "MFA-1") == {"tenant-id": "fail", "ann": "pass", "bob": "fail"}
    assert verdicts(unread, "MFA-1") == {"tenant-id": "not_assessed", "ann": "pass", "bob": "not_assessed"}


def test_a_sealed_account_and_the_synchronization_account_may_be_left_out() -> None:
    people = [user("ann"), user("glass"), user("sync")]
    clinic = microsoft(
        people,
        conditional_access_policies=[policy("Everybody", users={"excludeUsers": ["glass", "sync"]})],
        role_assignments=[role("sync", SYNC)],
    )
    named = Profile(break_glass=frozenset({"GLASS@brightwater.example"}))
    assert verdicts(clinic, "MFA-1", profile=named) == {
        "tenant-id": "pass",
        "ann": "pass",
        "glass": "not_applicable",
        "sync": "not_applicable",
    }
    assert verdicts(clinic, "MFA-1")["tenant-id"] == "fail"
    assert verdicts(clinic, "MFA-1")["glass"] == "fail"


def test_a_member_of_an_excluded_group_is_named_and_an_unknown_one_is_neither_covered_nor_exempt() -> None:
    rule = policy("Everybody", users={"excludeGroups": ["owners"]})
    group = {"id": "owners", "displayName": "Owners"}
    member = {"id": "ann", "@odata.type": "#microsoft.graph.user"}
    clinic = microsoft(
        [user("ann"), user("bob")],
        conditional_access_policies=[rule],
        groups=[group],
        group_members=of("owners", member),
    )
    assert verdicts(clinic, "MFA-1") == {"tenant-id": "fail", "ann": "fail", "bob": "pass"}
    assert facts(clinic, "MFA-1", "ann", PERSON)["exempt_because"] == ["policy Everybody: in group Owners"]
    unread = microsoft([user("ann")], conditional_access_policies=[rule], groups=[group], group_members=None)
    assert verdicts(unread, "MFA-1") == {"tenant-id": "not_assessed", "ann": "not_assessed"}
    deleted = microsoft([user("ann")], conditional_access_policies=[rule])
    assert verdict(deleted, "MFA-1") == "pass"


def test_guests_are_judged_by_the_rules_and_a_rule_without_them_is_none_for_everybody() -> None:
    kinds = {"guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": None}
    without = policy("Staff only", users={"excludeGuestsOrExternalUsers": kinds})
    clinic = microsoft([user("ann"), guest("gil")], conditional_access_policies=[without])
    assert verdicts(clinic, "MFA-1") == {"tenant-id": "fail", "ann": "pass", "gil": "fail"}


def test_a_federated_domain_or_another_providers_factor_is_not_assessed() -> None:
    federated = microsoft([user("ann")], domains=[domain("brightwater.example", federated=True)])
    assert verdicts(federated, "MFA-1") == {"tenant-id": "not_assessed", "ann": "not_assessed"}
    duo = microsoft([user("ann")], conditional_access_policies=[policy("Duo", grant(custom=["RequireDuoMfa"]))])
    assert verdicts(duo, "MFA-1") == {"tenant-id": "not_assessed", "ann": "not_assessed"}


def test_blocked_accounts_do_not_count() -> None:
    clinic = microsoft(
        [user("ann", accountEnabled=False)], conditional_access_policies=[policy("x", users={"excludeUsers": ["ann"]})]
    )
    assert verdicts(clinic, "MFA-1") == {"tenant-id": "pass", "ann": "not_applicable"}


def test_nothing_read_is_not_assessed() -> None:
    clinic = microsoft([user("ann")], security_defaults=None, conditional_access_policies=None, per_user_mfa=None)
    assert verdicts(clinic, "MFA-1") == {"tenant-id": "not_assessed", "ann": "not_assessed"}


# --- Google ---------------------------------------------------------------------------------------------------------------


def test_google_passes_where_it_is_enforced_and_names_unit_and_people_where_it_is_not() -> None:
    units = [unit("root", "/"), unit("own", "/Owners", "root")]
    off = setting(ENFORCE, {"enforcedFrom": "1970-01-01T00:00:00Z"}, 202.0, unit_id="own")
    clinic = google(
        [google_user("ann"), google_user("olga", "/Owners")],
        {"directory.orgunits": units, "policy.policies": [ENFORCED, off]},
    )
    assert results(clinic, "MFA-1") == [
        ("root", "pass", "2-step verification is enforced here"),
        ("own", "fail", "2-step verification is not enforced here"),
    ]
    assert facts(clinic, "MFA-1", "own") == {
        "people": ["olga@brightwater.example"],
        "setting": "set by an administrator for /Owners",
    }


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([setting(ENFORCE, {"enforcedFrom": "2027-01-01T00:00:00Z"})], "review"),
        ([ENFORCED, setting("security.two_step_verification_enrollment", {"allowEnrollment": False})], "fail"),
        ([setting(ENFORCE, {})], "not_assessed"),
        ([setting(ENFORCE, {"enforcedFrom": "2026-01-01T00:00:00Z"}, query="entity.mood == 'good'")], "not_assessed"),
    ],
)
def test_google_by_setting(policies: list[dict[str, object]], expected: str) -> None:
    assert verdict(google([google_user("ann")], {"policy.policies": policies}), "MFA-1") == expected


def test_google_without_a_setting_goes_by_what_google_says_of_each_person() -> None:
    assert verdict(google([google_user("ann")], {"policy.policies": []}), "MFA-1") == "pass"
    assert verdict(google([google_user("ann", isEnforcedIn2Sv=False)], {"policy.policies": []}), "MFA-1") == "fail"
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "MFA-1") == "not_assessed"


def test_google_people_who_sign_in_elsewhere_are_not_assessed() -> None:
    sso = {
        "name": "a",
        "targetOrgUnit": "orgUnits/root",
        "ssoMode": "SAML_SSO",
        "samlSsoInfo": {"inboundSamlSsoProfile": "p"},
    }
    profile = {"name": "p", "displayName": "Okta", "idpConfig": {"entityId": "e", "singleSignOnServiceUri": "u"}}
    clinic = google([google_user("ann")], {"identity.sso_assignments": [sso], "identity.sso_saml_profiles": [profile]})
    assert verdicts(clinic, "MFA-1") == {"root": "not_assessed"}
    assert verdict(google([google_user("ann")], {"identity.sso_assignments": None}), "MFA-1") == "not_assessed"
    admin = google([google_user("ann", isAdmin=True)], {"identity.sso_assignments": [sso]})
    assert verdict(admin, "MFA-1") == "pass"


def test_an_empty_time_is_never() -> None:
    from connectors.google_workspace.sources.policies import Policy

    enrollment = setting("security.two_step_verification_enrollment", {"allowEnrollment": True})
    never = Policy.project(setting(ENFORCE, {"enforcedFrom": ""}, 202.0, unit_id="own"), b"secret")
    units = [unit("root", "/"), unit("own", "/Owners", "root")]
    held = {"directory.orgunits": units, "policy.policies": [enrollment, ENFORCED, never]}
    assert results(google([google_user("olga", "/Owners")], held), "MFA-1") == [
        ("own", "fail", "2-step verification is not enforced here")
    ]
