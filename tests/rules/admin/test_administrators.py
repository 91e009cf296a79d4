"""ADMIN-1, ADMIN-10, ADMIN-11: how many administrators, and who they are."""

from __future__ import annotations

from datetime import date

import pytest

from rules.profile import Profile, Staff
from tests.rules.identity import (
    CORE,
    SYNC,
    google,
    google_user,
    guest,
    microsoft,
    of,
    results,
    role,
    signed_in,
    user,
    verdict,
    verdicts,
)

NAMES = [f"admin{number}" for number in range(9)]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "fail"), (1, "fail"), (2, "pass"), (4, "pass"), (5, "review"), (8, "review"), (9, "fail")],
)
def test_two_to_four(count: int, expected: str) -> None:
    people, roles = [user(name) for name in NAMES], [role(name) for name in NAMES[:count]]
    assert verdict(microsoft(people, role_assignments=roles), "ADMIN-1") == expected
    assert verdict(google([google_user(name, isAdmin=name in NAMES[:count]) for name in NAMES]), "ADMIN-1") == expected


def test_a_sealed_account_is_not_counted_but_may_be_the_second() -> None:
    people = [user("ann"), user("glass"), user("off", accountEnabled=False)]
    clinic = microsoft(people, role_assignments=[role("ann"), role("glass"), role("off")])
    named = Profile(break_glass=frozenset({"glass"}))
    assert results(clinic, "ADMIN-1", profile=named) == [
        ("tenant-id", "pass", "one person and a sealed emergency account hold the highest role")
    ]


def test_smaller_and_partial_roles_are_not_the_highest() -> None:
    roles = [role("ann"), role("bob", CORE[2]), role("cat", scope="/administrativeUnits/x"), role("sync", SYNC)]
    clinic = microsoft([user(name) for name in ("ann", "bob", "cat", "sync")], role_assignments=roles)
    assert verdict(clinic, "ADMIN-1") == "fail"


def test_unknown_members_decide_nothing_unless_there_are_too_many_anyhow() -> None:
    group = [{"id": "g", "displayName": "Admins"}]
    few = [*[role(name) for name in NAMES[:2]], role("g", kind="group")]
    many = [*[role(name) for name in NAMES], role("g", kind="group")]
    people = [user(name) for name in NAMES]
    assert (
        verdict(microsoft(people, role_assignments=few, groups=group, group_members=None), "ADMIN-1") == "not_assessed"
    )
    assert verdict(microsoft(people, role_assignments=many, groups=group, group_members=None), "ADMIN-1") == "fail"
    assert verdict(microsoft(people, role_assignments=few, groups=group, group_members=of("g")), "ADMIN-1") == "pass"
    assert verdict(microsoft(people, role_assignments=None), "ADMIN-1") == "not_assessed"


# --- ADMIN-10 -------------------------------------------------------------------------------------------------------------


def seen(id: str, when: str | None) -> dict[str, object]:
    return signed_in(id) if when is None else signed_in(id, lastSuccessfulSignInDateTime=when)


def test_administrators_work_here_and_sign_in() -> None:
    names = ["ann", "off", "old", "never", "new", "gone", "glass", "sync", "plain"]
    people = [user(name) for name in names]
    people[1]["accountEnabled"] = False
    people[4]["createdDateTime"] = "2026-11-20T00:00:00Z"
    activity = [
        seen("ann", "2026-11-20T00:00:00Z"),
        seen("old", "2026-06-01T00:00:00Z"),
        seen("never", None),
        seen("new", None),
        seen("gone", "2026-11-20T00:00:00Z"),
    ]
    roles = [role(name, SYNC if name == "sync" else CORE[0]) for name in names if name != "plain"]
    clinic = microsoft(people, role_assignments=roles, user_sign_in_activity=activity)
    profile = Profile(
        break_glass=frozenset({"glass"}),
        staff_roster=(Staff("Gone", ("gone@brightwater.example",), departed=date(2026, 6, 1)),),
    )
    assert verdicts(clinic, "ADMIN-10", profile=profile) == {
        "ann": "pass",
        "off": "fail",
        "old": "fail",
        "never": "fail",
        "new": "review",
        "gone": "fail",
        "glass": "pass",
        "sync": "not_applicable",
        "plain": "not_applicable",
    }


def test_without_dates_only_the_date_is_not_assessed() -> None:
    people = [user("ann"), user("off", accountEnabled=False)]
    clinic = microsoft(people, role_assignments=[role("ann"), role("off")], gaps=["graph.user_sign_in_activity"])
    assert verdicts(clinic, "ADMIN-10") == {"ann": "not_assessed", "off": "fail"}


def test_a_failed_try_is_no_sign_in() -> None:
    activity = [signed_in("ann", lastSignInDateTime="2026-11-20T00:00:00Z")]
    clinic = microsoft([user("ann")], role_assignments=[role("ann")], user_sign_in_activity=activity)
    assert verdict(clinic, "ADMIN-10") == "not_assessed"


def test_google_administrators() -> None:
    people = [
        google_user("ann", isAdmin=True),
        google_user("old", isDelegatedAdmin=True, lastLoginTime="2026-01-01T00:00:00.000Z"),
        google_user("off", isAdmin=True, suspended=True),
        google_user("arch", isAdmin=True, archived=True),
        google_user("never", isAdmin=True, lastLoginTime="1970-01-01T00:00:00.000Z"),
    ]
    assert verdicts(google(people), "ADMIN-10") == {
        "ann": "pass",
        "old": "fail",
        "off": "fail",
        "arch": "fail",
        "never": "fail",
    }


# --- ADMIN-11 -------------------------------------------------------------------------------------------------------------


def test_no_guest_is_an_administrator() -> None:
    member = guest("mel", userType="Member")
    people = [user("ann"), guest("gil"), member, guest("guy")]
    clinic = microsoft(people, role_assignments=[role("ann"), role("gil", CORE[5]), role("mel")])
    assert results(clinic, "ADMIN-11") == [
        ("ann", "pass", "is an account of the clinic"),
        ("gil", "fail", "is a guest from outside and holds an administrator role"),
        ("guy", "not_applicable", "holds no administrator role"),
        ("mel", "fail", "is a guest from outside and holds an administrator role"),
    ]
    assert verdict(microsoft([guest("gil")], role_assignments=None), "ADMIN-11") == "not_assessed"
    assert (
        verdict(microsoft([user("ann", userType="Alien")], role_assignments=[role("ann")]), "ADMIN-11")
        == "not_assessed"
    )


def test_a_leavers_namesake_who_works_here_keeps_the_role() -> None:
    profile = Profile(
        staff_roster=(
            Staff("Sam Fields", ("old@brightwater.example",), departed=date(2026, 6, 1)),
            Staff("Sam Fields", ("sam@brightwater.example",)),
        )
    )
    activity = [signed_in(id, lastSuccessfulSignInDateTime="2026-11-20T00:00:00Z") for id in ("sam", "old")]
    people = [user("sam", displayName="Sam Fields"), user("old", displayName="Sam Fields")]
    clinic = microsoft(people, role_assignments=[role("sam"), role("old")], user_sign_in_activity=activity)
    assert verdicts(clinic, "ADMIN-10", profile=profile) == {"sam": "pass", "old": "fail"}


def test_super_administrators_who_may_be_missing_are_not_counted() -> None:
    people = [google_user("ann", isAdmin=True), google_user("bob", isAdmin=True)]
    known = google(people)
    assert verdicts(known, "ADMIN-1") == {"tenant-id": "pass"}
    lost = google([*people, google_user("cat") | {"isAdmin": None}])
    assert verdicts(lost, "ADMIN-1") == {"tenant-id": "not_assessed"}
