"""Policies and paperwork from "POL-8" to "POL-18", and the backup of "DATA-8": what a statement must say to count."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.snapshot import Snapshot, SourceState, TenantInfo
from rules.attested.logs_reviewed import past_months
from rules.attested.offboarding import working_day_after
from rules.profile import Profile, Staff
from tests.rules.identity import NOW, google_user, results, verdict

Statement = dict[str, Any]
BASE = {"by": "Ana Field", "statement": "stated", "signed_on": "2026-11-01", "file_state": "ok"}


def stated(*statements: Statement, people: list[Statement] | None = None) -> Snapshot:
    records = [{**BASE, "id": f"{index}.toml", **one} for index, one in enumerate(statements)]
    return Snapshot.of(
        TenantInfo("field", "Field Clinic", ["google_workspace"], {"google_workspace": "C0"}),
        {"evidence.statements": records, "directory.users": people or []},
        states={"evidence.statements": SourceState("evidence")},
        taken=NOW,
    )


def event(what: str | None = None, on: str = "2026-06-01") -> Statement:
    return {"on": on} | ({"what": what} if what else {})


def vendor(name: str) -> Statement:
    return {
        "topic": "vendor_baas",
        "vendor": [{"name": name, "signed_on": "2025-01-01", "scope": "everything it sees"}],
    }


INVENTORY = {"topic": "inventory", "device": ["Front desk PC", "Room 2 laptop"]}
CHECKED = [event("front desk pc"), event("Room 2 laptop")]
BACKUP = {"topic": "backup", "name": "KeepSafe", "covers": ["mail", "files"], "event": [event("restore test")]}
MONTHLY = [event(on=f"{year}-{month:02d}-15") for year, month in past_months(NOW, 12)]
GOOD: dict[str, list[Statement]] = {
    "POL-8": [{"topic": "patient_consent_email", "covers": ["consent wording", "where consents are kept", "reminders without diagnosis, clinic type or specialty"], "name": "TextRight"}, vendor("TextRight")],
    "POL-10": [{"topic": "access_review", "covers": ["role-to-access table", "administrators", "shared inboxes", "guests", "app access"]}],
    "POL-11": [{"topic": "log_review", "event": MONTHLY}],
    "POL-12": [{"topic": "sanctions", "covers": ["sanction policy", "sanctions log"]}],
    "POL-13": [{"topic": "lost_device", "covers": ["whom to call", "who may wipe", "no personal phones"], "event": [event("test wipe")]}],
    "POL-14": [{"topic": "special_records", "covers": ["where process notes are kept", "who opens them", "not by email", "state law", "no substance-use program"]}],
    "POL-15": [{"topic": "evidence_folder", "name": "https://drive.google.com/drive/folders/x", "covers": ["agreements", "training log", "policies", "risk analysis", "scan reports", "six years"]}],
    "POL-16": [{"topic": "contingency", "covers": ["contingency plan", "emergency contact", "restore order"]}, BACKUP],
    "POL-17": [{"topic": "social_media", "covers": ["in the policy", "in the training"], "event": [event("replies checked")]}],
    "POL-18": [{"topic": "personal_accounts", "covers": ["mail apps on shared computers"], "event": CHECKED}, INVENTORY],
    "DATA-8": [BACKUP, vendor("KeepSafe")],
}  # fmt: skip


@pytest.mark.parametrize("control", GOOD)
def test_a_statement_that_says_all_it_must_passes(control: str) -> None:
    assert verdict(stated(*GOOD[control]), control) == "pass"


@pytest.mark.parametrize("control", GOOD)
def test_an_altered_file_fails_and_no_statement_is_not_assessed(control: str) -> None:
    first, *others = GOOD[control]
    assert verdict(stated({**first, "file_state": "altered"}, *others), control) == "fail"
    assert verdict(stated(), control) == "not_assessed"
    assert verdict(stated(*others), control) == "not_assessed"
    assert verdict(Snapshot.of(TenantInfo("f", "F", ["google_workspace"]), {}, taken=NOW), control) == "not_assessed"


@pytest.mark.parametrize("control", sorted(set(GOOD) - {"POL-11"}))
def test_every_word_that_is_asked_for_counts(control: str) -> None:
    first, *others = GOOD[control]
    for word in first["covers"]:
        less = {**first, "covers": [other for other in first["covers"] if other != word]}
        [(_, found, message)] = results(stated(less, *others), control)
        assert found == "fail"
        assert word.split(",")[0] in message


@pytest.mark.parametrize(
    ("control", "changed", "says"),
    [
        ("POL-8", {"name": None}, "does not name who sends the text messages"),
        ("POL-8", {"name": "Somebody else"}, "no agreement in order with Somebody else"),
        ("POL-10", {"signed_on": "2026-08-01"}, "older than 92 days"),
        ("POL-11", {"event": MONTHLY[1:]}, "nobody looked at the logs in 2025-11"),
        ("POL-13", {"event": [event("test wipe", "2025-01-01")]}, "nobody tried to wipe"),
        ("POL-13", {"event": [event("test wipe", "2027-01-01")]}, "nobody tried to wipe"),
        ("POL-15", {"name": None}, "does not say where"),
        ("POL-15", {"name": "https://files.dropbox.example/x"}, "not the clinic's covered platform"),
        ("POL-15", {"name": "https://notdrive.google.com.evil.example/x"}, "not the clinic's covered platform"),
        ("POL-15", {"name": "https://field.sharepoint.com/x"}, "not the clinic's covered platform"),
        ("POL-16", {"signed_on": "2025-11-01"}, "older than a year"),
        ("POL-17", {"event": []}, "nobody looked through"),
        ("POL-18", {"event": CHECKED[:1]}, "not checked in the last year: Room 2 laptop"),
        ("DATA-8", {"name": None}, "names no product"),
        ("DATA-8", {"name": "Other"}, "no agreement in order with Other"),
        ("DATA-8", {"event": [event("restore test", "2024-01-01")]}, "nobody tried to restore"),
    ],
)
def test_what_is_missing_is_said(control: str, changed: Statement, says: str) -> None:
    first, *others = GOOD[control]
    [(_, found, message)] = results(stated({**first, **changed}, *others), control)
    assert (found, says in message) == ("fail", True), message


def test_other_ways_to_be_in_order() -> None:
    reminders, _ = GOOD["POL-8"]
    silent = {**reminders, "name": None, "covers": [*reminders["covers"], "no text messages"]}
    assert verdict(stated(silent), "POL-8") == "pass"
    assert verdict(stated({**BACKUP, "covers": ["mail", "files", "no vendor"]}), "DATA-8") == "pass"
    assert verdict(stated({**GOOD["POL-15"][0], "name": "the binder named Compliance"}), "POL-15") == "pass"
    notes = GOOD["POL-14"][0]
    program = {**notes, "covers": [*notes["covers"][:4], "consent wording", "redisclosure notice"]}
    assert verdict(stated(program), "POL-14") == "pass"
    assert verdict(stated(*[{"topic": "log_review", "signed_on": one["on"]} for one in MONTHLY]), "POL-11") == "pass"


def test_a_clinic_without_therapy_notes_says_so() -> None:
    assert verdict(stated(), "POL-14", Profile(keeps_therapy_notes=False)) == "not_applicable"
    assert verdict(stated(), "POL-14", Profile(keeps_therapy_notes=True)) == "not_assessed"


def test_outages_need_the_statement_about_the_backup() -> None:
    plan, backup = GOOD["POL-16"]
    assert verdict(stated(plan, {**backup, "event": []}), "POL-16") == "fail"
    assert verdict(stated(plan), "POL-16") == "not_assessed"


# --- POL-9 ----------------------------------------------------------------------------------------------------------------

CHECKLIST = {"topic": "offboarding", "covers": ["accounts", "administrator roles", "shared inboxes", "devices"]}
LENA = Staff("Lena Leaver", ("lena@brightwater.example",), departed=date(2026, 6, 5))  # a Friday
ROSTER = Profile(staff_roster=(LENA, Staff("Ana Field", ("ana@brightwater.example",))))


def form(on: str, name: str = "Lena Leaver") -> Statement:
    return {**CHECKLIST, "person": [{"name": name, "on": on}]}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (form("2026-06-05"), "pass"),
        (form("2026-06-08"), "pass"),  # the next working day
        (form("2026-06-09"), "fail"),
        (form("2026-06-08", "Somebody Else"), "fail"),
        ({**form("2026-06-08"), "covers": ["accounts"]}, "fail"),
        ({**form("2026-06-08"), "file_state": "missing"}, "fail"),
        (CHECKLIST, "fail"),
    ],
)
def test_everybody_who_left_was_closed_out_in_time(statement: Statement, expected: str) -> None:
    assert verdict(stated(statement), "POL-9", ROSTER) == expected


def test_a_form_for_somebody_whose_account_still_works_is_found_out() -> None:
    working = stated(form("2026-06-05"), people=[google_user("lena")])
    assert results(working, "POL-9", "every_leaver_was_closed_out", ROSTER)[0][1:] == (
        "fail",
        "the form for Lena Leaver is completed, and the account still works",
    )
    closed = stated(form("2026-06-05"), people=[google_user("lena", suspended=True)])
    assert verdict(closed, "POL-9", ROSTER) == "pass"


def test_a_checklist_without_leavers_a_roster_or_people_that_can_be_read() -> None:
    assert verdict(stated(CHECKLIST), "POL-9", Profile(staff_roster=())) == "pass"
    assert verdict(stated(CHECKLIST), "POL-9") == "not_assessed"
    assert verdict(stated(), "POL-9", ROSTER) == "not_assessed"
    today = Profile(staff_roster=(Staff("Lena Leaver", departed=date(2026, 11, 23)),))
    assert verdict(stated(CHECKLIST), "POL-9", today) == "pass"  # the form is due today
    blind = Snapshot.of(
        TenantInfo("field", "Field Clinic", ["google_workspace"]),
        {"evidence.statements": [{**BASE, "id": "0.toml", **form("2026-06-05")}]},
        states={"evidence.statements": SourceState("evidence")},
        taken=NOW,
    )
    assert verdict(blind, "POL-9", ROSTER) == "not_assessed"


def test_weekends_are_no_working_days() -> None:
    assert working_day_after(date(2026, 6, 5)) == date(2026, 6, 8)
    assert working_day_after(date(2026, 6, 8)) == date(2026, 6, 9)


def test_the_last_twelve_months_end_with_the_last_whole_one() -> None:
    assert past_months(NOW, 12)[0] == (2025, 11)
    assert past_months(NOW, 12)[-1] == (2026, 10)
