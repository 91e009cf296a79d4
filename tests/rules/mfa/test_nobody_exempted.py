"""MFA-3: no working account is exempted from the MFA rule."""

from __future__ import annotations

from rules.profile import Profile
from tests.rules.identity import (
    ENFORCED,
    SYNC,
    domain,
    facts,
    google,
    google_user,
    microsoft,
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

EXCEPT = policy("Everybody", users={"excludeUsers": ["owner", "glass", "sync"]})
PEOPLE = [user("ann"), user("owner"), user("glass"), user("sync")]
NAMED = Profile(break_glass=frozenset({"glass"}))


def test_the_exempted_account_is_named_with_what_exempts_it() -> None:
    clinic = microsoft(PEOPLE, conditional_access_policies=[EXCEPT], role_assignments=[role("sync", SYNC)])
    assert results(clinic, "MFA-3", profile=NAMED) == [
        ("ann", "pass", "a rule covers this account"),
        ("glass", "pass", "is a sealed emergency account"),
        ("owner", "fail", "is left out of the rule that asks for a second factor"),
        ("sync", "pass", "only synchronizes the directory"),
    ]
    assert facts(clinic, "MFA-3", "owner", profile=NAMED)["exempt_because"] == ["policy Everybody: named by itself"]


def test_another_rule_or_the_per_person_switch_may_cover_the_account() -> None:
    second = policy("Owners too", users={"includeUsers": ["owner"]})
    covered = microsoft([user("owner")], conditional_access_policies=[EXCEPT, second])
    switched = microsoft([user("owner")], conditional_access_policies=[EXCEPT], per_user_mfa=state("owner", "enforced"))
    partly = policy(
        "At the office",
        users={"includeUsers": ["owner"]},
        platforms={"includePlatforms": ["iOS"], "excludePlatforms": []},
    )
    narrow = microsoft([user("owner")], conditional_access_policies=[EXCEPT, partly])
    assert [verdict(clinic, "MFA-3") for clinic in (covered, switched, narrow)] == ["pass", "pass", "fail"]


def test_more_than_two_sealed_accounts_are_too_many() -> None:
    names = ["one", "two", "three"]
    rule = policy("Everybody", users={"excludeUsers": names})
    clinic = microsoft([user(name) for name in names], conditional_access_policies=[rule])
    assert set(verdicts(clinic, "MFA-3", profile=Profile(break_glass=frozenset(names))).values()) == {"fail"}


def test_nothing_to_be_exempted_from() -> None:
    ann = [user("ann")]
    defaults = microsoft(ann, security_defaults=[{"id": "d", "isEnabled": True}])
    assert verdict(defaults, "MFA-3") == "not_applicable"
    assert verdict(microsoft(ann), "MFA-3") == "not_applicable"
    assert (
        verdict(
            microsoft([user("owner")], conditional_access_policies=[EXCEPT], subscribed_skus=[sku(p1=False)]), "MFA-3"
        )
        == "not_applicable"
    )


def test_what_was_not_read_is_not_assessed() -> None:
    assert verdict(microsoft([user("ann")], security_defaults=None), "MFA-3") == "not_assessed"
    assert verdict(microsoft([user("ann")], conditional_access_policies=None), "MFA-3") == "not_assessed"
    clinic = microsoft(
        [user("owner")], conditional_access_policies=[EXCEPT], domains=[domain("brightwater.example", federated=True)]
    )
    assert verdict(clinic, "MFA-3") == "not_assessed"


def test_google() -> None:
    units = [unit("root", "/"), unit("own", "/Owners", "root")]
    off = setting(
        "security.two_step_verification_enforcement", {"enforcedFrom": "1970-01-01T00:00:00Z"}, 202.0, unit_id="own"
    )
    grace = setting("security.two_step_verification_grace_period", {"enrollmentGracePeriod": "1209600s"})
    people = [
        google_user("ann"),
        google_user("bob", isEnforcedIn2Sv=False),
        google_user("cat", isEnforcedIn2Sv=False, creationTime="2026-11-20T00:00:00.000Z"),
        google_user("dan", isEnforcedIn2Sv=False, isMailboxSetup=False, lastLoginTime="1970-01-01T00:00:00.000Z"),
        google_user("olga", "/Owners", isEnforcedIn2Sv=False),
        google_user("zoe", suspended=True),
    ]
    clinic = google(people, {"directory.orgunits": units, "policy.policies": [ENFORCED, off, grace]})
    assert results(clinic, "MFA-3") == [
        ("ann", "pass", "2-step verification is enforced"),
        ("bob", "fail", "is exempted although the unit enforces 2-step verification"),
        ("cat", "review", "is new and has until 2026-12-04 to set up a second factor"),
        ("dan", "review", "never signed in and has no mailbox: close the account, or enforce"),
        ("olga", "not_applicable", "2-step verification is not enforced in this unit; see MFA-1"),
        ("zoe", "not_applicable", "is suspended or archived"),
    ]
    assert verdict(google([google_user("ann")], {"policy.policies": None}), "MFA-3") == "not_assessed"
