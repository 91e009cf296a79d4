"""MFA-4: administrators are covered by MFA."""

from __future__ import annotations

from rules.profile import Profile
from tests.rules.identity import (
    CORE,
    SYNC,
    google,
    google_user,
    guest,
    microsoft,
    of,
    policy,
    report,
    results,
    role,
    user,
    verdict,
    verdicts,
)

RULE = "a_rule_covers_administrators"
REGISTERED = "administrator_has_registered"
ADMINS = policy("Admins", users={"includeUsers": [], "includeRoles": CORE})


def test_a_rule_for_every_privileged_role_passes_and_the_factor_is_asked_for() -> None:
    clinic = microsoft(
        [user("ann"), user("bob"), user("cat")],
        conditional_access_policies=[ADMINS],
        role_assignments=[role("ann"), role("bob", CORE[4])],
        user_registration_details=[report("ann", "fido2"), report("bob")],
    )
    assert results(clinic, "MFA-4") == [
        ("tenant-id", "pass", "a rule asks administrators for a second factor"),
        ("ann", "pass", "has a second factor"),
        ("bob", "fail", "is an administrator without a second factor"),
    ]


def test_a_rule_that_forgets_a_role_or_an_administrator_fails() -> None:
    short = policy("Admins", users={"includeUsers": [], "includeRoles": CORE[:-1]})
    without = policy("Admins", users={"includeUsers": [], "includeRoles": CORE, "excludeUsers": ["ann"]})
    holder = {"role_assignments": [role("ann")]}
    for rule, profile, expected in (
        (short, None, "fail"),
        (without, None, "fail"),
        (without, Profile(break_glass=frozenset({"ann"})), "pass"),
    ):
        clinic = microsoft([user("ann")], conditional_access_policies=[rule], **holder)
        assert verdicts(clinic, "MFA-4", RULE, profile) == {"tenant-id": expected}


def test_security_defaults_and_a_rule_for_everybody_cover_administrators() -> None:
    assert verdicts(microsoft(security_defaults=[{"id": "d", "isEnabled": True}]), "MFA-4", RULE) == {
        "tenant-id": "pass"
    }
    assert verdicts(microsoft(conditional_access_policies=[policy("Everybody")]), "MFA-4", RULE) == {
        "tenant-id": "pass"
    }
    assert verdicts(microsoft(), "MFA-4", RULE) == {"tenant-id": "fail"}
    assert verdicts(microsoft(conditional_access_policies=None), "MFA-4", RULE) == {"tenant-id": "not_assessed"}


def test_synchronization_accounts_are_no_administrators_and_guests_cannot_be_seen() -> None:
    clinic = microsoft([user("sync"), guest("gil")], role_assignments=[role("sync", SYNC), role("gil")])
    assert verdicts(clinic, "MFA-4", REGISTERED) == {"gil": "not_assessed"}


def test_a_role_held_through_a_group_counts_and_unknown_members_are_not_assessed() -> None:
    group = {"groups": [{"id": "g", "displayName": "Admins"}], "role_assignments": [role("g", kind="group")]}
    member = {"id": "ann", "@odata.type": "#microsoft.graph.user"}
    people = [user("ann"), user("bob")]
    rows = [report("ann"), report("bob")]
    clinic = microsoft(people, group_members=of("g", member), user_registration_details=rows, **group)
    assert verdicts(clinic, "MFA-4", REGISTERED) == {"ann": "fail"}
    unread = microsoft(people, group_members=None, user_registration_details=rows, **group)
    assert verdicts(unread, "MFA-4", REGISTERED) == {"ann": "not_assessed", "bob": "not_assessed"}


def test_an_administrator_is_never_passed_without_evidence() -> None:
    clinic = microsoft(
        [user("ann")], role_assignments=[role("ann")], user_registration_details=None, user_auth_methods=None
    )
    assert verdicts(clinic, "MFA-4", REGISTERED) == {"ann": "not_assessed"}
    assert verdict(microsoft([user("ann")], role_assignments=None), "MFA-4") != "pass"


def test_google() -> None:
    people = [
        google_user("ann", isAdmin=True),
        google_user("bob", isAdmin=True, isEnforcedIn2Sv=False),
        google_user("cat", isDelegatedAdmin=True, isEnrolledIn2Sv=False),
        google_user("dan"),
        google_user("eve", isAdmin=True, suspended=True, isEnrolledIn2Sv=False),
    ]
    assert results(google(people), "MFA-4") == [
        ("ann", "pass", "has a second factor, and it is enforced"),
        ("bob", "fail", "is an administrator whose second factor is not enforced"),
        ("cat", "fail", "is an administrator without a second factor"),
    ]
    assert verdict(google([google_user("ann")], {"directory.role_assignments": None}), "MFA-4") == "not_assessed"
    assert verdict(google([google_user("ann")]), "MFA-4") == "not_applicable"
