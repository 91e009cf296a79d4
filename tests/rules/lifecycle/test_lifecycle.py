"""LIFE-1, LIFE-2, LIFE-3: leavers, unused accounts and shared mailboxes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.gap import Gap, Reason
from connectors.snapshot import Snapshot, SourceState
from rules.profile import Profile, Staff
from tests.rules.identity import google, google_user, guest, microsoft, of, results, user, verdict, verdicts

LEFT = Profile(
    staff_roster=(
        Staff("Lena Leaver", ("lena@brightwater.example",), departed=date(2026, 6, 1)),
        Staff("Ann", ("ann@brightwater.example",)),
    )
)


def mailbox(id: str, kind: str = "UserMailbox") -> dict[str, Any]:
    return {
        "ExternalDirectoryObjectId": id,
        "DisplayName": id.title(),
        "PrimarySmtpAddress": f"{id}@brightwater.example",
        "RecipientTypeDetails": kind,
    }


def phone(owner: str) -> dict[str, Any]:
    return {
        "Guid": "p",
        "DeviceId": "d",
        "DeviceType": "iPhone",
        "DeviceModel": "iPhone",
        "DeviceAccessState": "Allowed",
        "UserDisplayName": owner,
    }


def clinic(lena: dict[str, Any] | None, **sources: Any) -> Any:
    people = [user("ann"), *([lena] if lena else [])]
    given = {"exchange.mobile_devices": [], "graph.user_sign_in_activity": [seen("lena", "2026-05-30T00:00:00Z")]} | {
        name.replace("__", "."): rows for name, rows in sources.items()
    }
    return microsoft(people, given)


def seen(id: str, when: str) -> dict[str, Any]:
    return {"id": id, "signInActivity": {"lastSuccessfulSignInDateTime": when}}


# --- LIFE-1 ---------------------------------------------------------------------------------------------------------------


def test_a_leaver_whose_account_still_works() -> None:
    held = clinic(
        user("lena"),
        exchange__mailboxes=[mailbox("lena")],
        exchange__mobile_devices=[phone("brightwater.example/Users/Lena Leaver")],
        graph__user_sign_in_activity=[seen("lena", "2026-07-01T00:00:00Z")],
    )
    assert results(held, "LIFE-1", profile=LEFT) == [
        ("lena", "fail", "left on 2026-06-01, and the account still works"),
        ("lena", "fail", "somebody signed in on 2026-07-01, after the last day"),
        ("lena", "fail", "left 176 days ago and still holds a license"),
        ("lena", "fail", "the mailbox is still a personal one"),
        ("lena", "review", "a phone under this name is still connected"),
    ]


def test_a_leaver_who_was_seen_off_properly() -> None:
    lena = user("lena", accountEnabled=False, assignedLicenses=[])
    assert verdict(clinic(lena, exchange__mailboxes=[mailbox("lena", "SharedMailbox")]), "LIFE-1", LEFT) == "pass"
    assert verdict(clinic(None), "LIFE-1", LEFT) == "pass"
    assert results(clinic(None), "LIFE-1", "account_is_closed", LEFT) == [
        ("roster:Lena Leaver", "pass", "has no account any more")
    ]


def test_a_leaver_is_matched_by_alias_and_by_name_but_not_against_somebody_who_works_here() -> None:
    alias = user("married", proxyAddresses=["SMTP:married@brightwater.example", "smtp:lena@brightwater.example"])
    by_name = user("x", displayName="Lena Leaver")
    namesake = user("ann", displayName="Lena Leaver")
    assert verdicts(microsoft([alias]), "LIFE-1", "account_is_closed", LEFT) == {"married": "fail"}
    assert verdicts(microsoft([by_name]), "LIFE-1", "account_is_closed", LEFT) == {"x": "fail"}
    assert verdicts(microsoft([namesake]), "LIFE-1", "account_is_closed", LEFT) == {"roster:Lena Leaver": "pass"}


def test_without_a_roster_or_the_list_of_accounts_leavers_are_not_assessed() -> None:
    assert verdict(clinic(user("lena")), "LIFE-1") == "not_assessed"
    assert verdict(microsoft(sources={"graph.users": None, "graph.per_user_mfa": []}), "LIFE-1", LEFT) == "not_assessed"
    assert verdict(clinic(user("lena")), "LIFE-1", Profile(staff_roster=())) == "not_applicable"


def test_google_leavers() -> None:
    lena = google_user("lena", suspended=True)
    token = {"clientId": "c", "displayText": "Notes app"}
    kept = {"directory.user_tokens": of("lena", token), "directory.user_asps": of("lena")}
    clean = {"directory.user_tokens": of("lena"), "directory.user_asps": of("lena")}
    assert results(google([lena], kept), "LIFE-1", profile=LEFT) == [
        ("lena", "pass", "has left, and the account is closed"),
        ("lena", "fail", "apps or app passwords still open the account"),
        (
            "lena",
            "review",
            "the mailbox is kept although the account is not archived: archive it, or hand the mail over",
        ),
    ]
    assert verdict(google([lena | {"archived": True}], clean), "LIFE-1", LEFT) == "pass"
    assert verdict(google([google_user("lena")], clean), "LIFE-1", LEFT) == "fail"
    assert verdict(google([lena | {"archived": True}]), "LIFE-1", LEFT) == "not_assessed"


# --- LIFE-2 ---------------------------------------------------------------------------------------------------------------


def test_accounts_that_nobody_uses() -> None:
    names = ["ann", "slow", "old", "never", "new", "room", "glass", "scanner"]
    people = [user(name) for name in names] + [guest("gil"), user("off", accountEnabled=False)]
    people[4]["createdDateTime"] = "2026-11-10T00:00:00Z"
    activity = [
        seen("ann", "2026-11-20T00:00:00Z"),
        seen("slow", "2026-09-20T00:00:00Z"),
        seen("old", "2026-06-01T00:00:00Z"),
    ]
    held = microsoft(people, {"exchange.mailboxes": [mailbox("room", "RoomMailbox")]}, user_sign_in_activity=activity)
    profile = Profile(
        break_glass=frozenset({"glass"}), approved_service_accounts=frozenset({"scanner@brightwater.example"})
    )
    assert verdicts(held, "LIFE-2", profile=profile) == {
        "ann": "pass",
        "slow": "review",
        "old": "fail",
        "never": "fail",
        "new": "pass",
        "room": "not_applicable",
        "glass": "not_applicable",
        "scanner": "not_applicable",
        "gil": "not_applicable",
        "off": "not_applicable",
    }


def test_without_dates_or_mailboxes_unused_accounts_are_not_assessed() -> None:
    assert verdict(microsoft([user("ann")], user_sign_in_activity=None), "LIFE-2") == "not_assessed"
    old = {"user_sign_in_activity": [seen("ann", "2026-01-01T00:00:00Z")]}
    assert verdict(microsoft([user("ann")], {"exchange.mailboxes": None}, **old), "LIFE-2") == "not_assessed"


NO_P1 = SourceState(
    "microsoft365", gap=Gap("graph.user_sign_in_activity", Reason.LICENCE, "no plan with Entra ID P1", "buy it")
)
HASH = "7A4E33A8D1B8C0C04C1B9FA5B6E3D2F1"


def used(name: str, *, mail: str | None = None, teams: str | None = None, **fields: Any) -> dict[str, Any]:
    """A row of the usage report."""
    nothing = dict.fromkeys(("oneDrive", "sharePoint", "skypeForBusiness", "yammer"))
    days = {"exchange": mail, "teams": teams, **nothing}
    return {
        "userPrincipalName": f"{name}@brightwater.example",
        "reportRefreshDate": "2026-11-20",
        "isDeleted": False,
        **{f"{service}LastActivityDate": day for service, day in days.items()},
    } | fields


def without_p1(people: list[dict[str, Any]], report: list[Any] | None, gap: Gap | None = None, **held: Any) -> Snapshot:
    """A clinic that Microsoft does not tell the last sign-in."""
    clinic = microsoft(people, {"graph.active_users": report} | held, user_sign_in_activity=None)
    clinic.manifest.sources["graph.user_sign_in_activity"] = NO_P1
    if gap is not None:
        clinic.manifest.sources["graph.active_users"] = SourceState("microsoft365", gap=gap)
    return clinic


def test_without_p1_the_usage_report_tells_who_uses_an_account() -> None:
    licence = {"assignedLicenses": [{"skuId": "s", "disabledPlans": []}]}
    names = ["ann", "slow", "old", "never", "new", "room", "ghost", "bare", "reborn"]
    people = [user(name, **(licence if name != "bare" else {"assignedLicenses": []})) for name in names]
    people[4]["createdDateTime"] = "2026-11-10T00:00:00Z"
    report = [
        used("Ann", mail="2026-06-01", teams="2026-11-18"),
        used("slow", mail="2026-09-20"),
        used("old", mail="2026-06-01"),
        used("never"),
        used("new"),
        used("room"),
        used("bare"),
        used("reborn", mail="2026-11-18"),
        used("reborn", isDeleted=True),
    ]
    clinic = without_p1(people, report, **{"exchange.mailboxes": [mailbox("room", "RoomMailbox")]})
    assert verdicts(clinic, "LIFE-2") == {
        "ann": "pass",
        "slow": "review",
        "old": "fail",
        "never": "fail",
        "new": "pass",
        "room": "not_applicable",
        "ghost": "not_assessed",  # the report does not list it
        "bare": "not_assessed",  # it has no license, and so nothing that the report counts
        "reborn": "pass",
    }


def test_an_old_report_fails_nobody_for_the_days_that_it_does_not_cover() -> None:
    row = used("ann", mail="2026-08-01", reportRefreshDate="2026-09-01")
    assert verdict(without_p1([user("ann")], [row]), "LIFE-2") == "review"


@pytest.mark.parametrize(
    ("report", "gap"),
    [
        (None, None),
        (None, Gap("graph.active_users", Reason.PERMISSION, "refused", "grant Reports.Read.All")),
        ([], None),
        ([used("ann", mail="2026-11-18", userPrincipalName=HASH)], None),
        ([{k: v for k, v in used("ann", mail="2026-11-18").items() if k != "teamsLastActivityDate"}], None),
        ([{k: v for k, v in used("ann", mail="2026-11-18").items() if k != "isDeleted"}], None),
        ([{k: v for k, v in used("ann").items() if k != "userPrincipalName"}], None),
        ([used("ann", reportRefreshDate=None)], None),
    ],
    ids=["not read", "refused", "not listed", "hidden", "lost service", "lost mark", "lost name", "lost day"],
)
def test_a_report_that_says_nothing_of_somebody_decides_nothing(report: list[Any] | None, gap: Gap | None) -> None:
    assert verdict(without_p1([user("ann")], report, gap), "LIFE-2") == "not_assessed"


def test_hidden_names_are_never_matched_and_say_how_to_show_them() -> None:
    people = [user("ann"), user("bob", userPrincipalName=HASH)]
    report = [
        used("ann", mail="2026-11-18", userPrincipalName=HASH),
        used("bob", mail="2026-01-01", userPrincipalName=HASH),
    ]
    [ann, bob] = results(without_p1(people, report), "LIFE-2")
    assert ann[1:] == bob[1:] == ("not_assessed", "Microsoft's usage reports hide whom they are about")


def test_the_usage_report_is_not_asked_where_the_sign_in_is_known_or_only_lost() -> None:
    held = {"graph.active_users": [used("ann", mail="2026-11-18")]}
    old = [seen("ann", "2026-01-01T00:00:00Z")]
    assert verdict(microsoft([user("ann")], held, user_sign_in_activity=old), "LIFE-2") == "fail"
    assert verdict(microsoft([user("ann")], held, user_sign_in_activity=None), "LIFE-2") == "not_assessed"


def test_google_accounts_that_nobody_uses() -> None:
    people = [
        google_user("ann"),
        google_user("slow", lastLoginTime="2026-09-20T00:00:00.000Z"),
        google_user("old", lastLoginTime="2026-06-01T00:00:00.000Z"),
        google_user("never", lastLoginTime="1970-01-01T00:00:00.000Z"),
        google_user("new", lastLoginTime="1970-01-01T00:00:00.000Z", creationTime="2026-11-10T00:00:00.000Z"),
        google_user("off", suspended=True),
    ]
    assert verdicts(google(people), "LIFE-2") == {
        "ann": "pass",
        "slow": "review",
        "old": "fail",
        "never": "fail",
        "new": "pass",
        "off": "not_applicable",
    }


# --- LIFE-3 ---------------------------------------------------------------------------------------------------------------


def test_shared_mailboxes_and_teams_accounts_are_blocked() -> None:
    teams = [
        {
            "servicePlanId": "f47330e9-c134-43b3-9993-e7f004506889",
            "service": "MCOProfessional",
            "capabilityStatus": "Enabled",
        }
    ]
    people = [user("ann"), user("front"), user("room", accountEnabled=False), user("bot", assignedPlans=teams)]
    boxes = [
        mailbox("ann"),
        mailbox("front", "SharedMailbox"),
        mailbox("room", "RoomMailbox"),
        mailbox("lost", "SharedMailbox"),
    ]
    assert results(microsoft(people, {"exchange.mailboxes": boxes}), "LIFE-3") == [
        ("ann", "not_applicable", "belongs to one person"),
        ("front", "fail", "can be signed in to directly"),
        ("lost", "not_assessed", "the account behind it is not in the list of accounts"),
        ("room", "pass", "cannot be signed in to directly"),
        ("bot", "fail", "can be signed in to directly"),
    ]
    assert verdict(microsoft(people[:1], {"exchange.mailboxes": None}), "LIFE-3") == "not_assessed"


def test_a_last_day_ends_at_midnight_in_the_clinic_and_not_in_greenwich() -> None:
    def signed_in(when: str) -> str:
        held = clinic(user("lena", accountEnabled=False), graph__user_sign_in_activity=[seen("lena", when)])
        return verdicts(held, "LIFE-1", "nobody_signed_in_since", LEFT)["lena"]

    assert signed_in("2026-06-01T20:00:00Z") == "pass"
    assert signed_in("2026-06-02T01:00:00Z") == "review"  # six in the evening of the last day in California
    assert signed_in("2026-06-02T11:00:00Z") == "fail"  # the last day is over everywhere in the country


def test_nobody_has_left_on_the_last_day() -> None:
    def closed(day: date) -> str:
        leaving = Profile(staff_roster=(Staff("Lena Leaver", ("lena@brightwater.example",), departed=day),))
        return verdict(clinic(user("lena")), "LIFE-1", leaving)

    assert closed(date(2026, 11, 24)) == "not_applicable"
    assert closed(date(2026, 11, 23)) == "not_applicable"  # the scan ends at eight in the morning, universal time
    assert closed(date(2026, 11, 22)) == "fail"


def test_a_mailbox_of_an_unknown_kind_belongs_to_nobody_we_know() -> None:
    lena = user("lena", accountEnabled=False, assignedLicenses=[])
    held = clinic(lena, exchange__mailboxes=[mailbox("lena", "HologramMailbox")])
    assert verdicts(held, "LIFE-1", "mailbox_is_shared_or_gone", LEFT) == {"lena": "not_assessed"}
    assert results(held, "LIFE-3", "nobody_signs_in") == [
        ("lena", "not_assessed", "is a mailbox of a kind that nobody has documented: HologramMailbox")
    ]
    found = clinic(None, exchange__mailboxes=[mailbox("search", "DiscoveryMailbox")])
    assert verdicts(found, "LIFE-3", "nobody_signs_in") == {"search": "not_applicable"}


def test_the_account_of_a_call_queue_by_its_plan() -> None:
    plan = {"servicePlanId": "f47330e9-c134-43b3-9993-e7f004506889", "service": "x", "capabilityStatus": "Enabled"}
    people = [
        user("closed", accountEnabled=False, assignedPlans=[plan]),
        user("lost", assignedPlans=None),
        user("open", assignedPlans=[plan]),
    ]
    assert verdicts(microsoft(people), "LIFE-3", "teams_account_is_blocked") == {
        "closed": "pass",
        "lost": "not_assessed",
        "open": "fail",
    }


def test_whether_a_leavers_mailbox_is_archived_must_be_told() -> None:
    lena = google_user("lena", suspended=True, isMailboxSetup=None)
    assert verdicts(google([lena]), "LIFE-1", "mailbox_is_archived", LEFT) == {"lena": "not_assessed"}
