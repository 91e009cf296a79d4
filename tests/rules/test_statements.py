"""What the clinic states: "POL-1" to "POL-7", and the roster of "LIFE-1"."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.gap import Reason
from connectors.snapshot import Line, Snapshot, SourceState, TenantInfo
from rules import assess
from rules.profile import Profile, Staff
from rules.result import Verdict
from tests.promises import NOW, changed, clean_snapshots, darkened

TENANT = TenantInfo("field", "Field Clinic", ["google_workspace"])
ROSTER = Profile(
    staff_roster=(
        Staff("Ana Field", ("ana@field.example",)),
        Staff("Ben Gone", ("ben@field.example",), departed=date(2026, 1, 5)),
    )
)
BASE = {"by": "Ana Field", "statement": "stated", "signed_on": "2026-09-01", "file_state": "ok"}
ANA = {"name": "Ana Field", "address": "ana@field.example", "on": "2026-09-01"}
GOOD: dict[str, list[dict[str, Any]]] = {
    "POL-2": [{"topic": "email_policy", "version": "3", "covers": ["no personal accounts", "no forwarding to personal email", "no patient data in text messages"], "person": [ANA]}],
    "POL-3": [{"topic": "training", "person": [{**ANA, "topics": ["phishing", "message handling", "incident reporting"]}]}],
    "POL-4": [{"topic": "risk_analysis", "covers": ["email", "file sharing"], "open_item": [{"id": "1", "owner": "Ana Field", "due": "2026-12-31"}]}],
    "POL-5": [{"topic": "incident_plan", "covers": ["contacts", "steps", "documentation form", "individuals within 60 days", "HHS and media", "state law", "provider contacts"], "rehearsal": [{"on": "2026-05-01"}]}],
    "POL-7": [{"topic": "portal", "name": "Chartwell", "covers": ["when email is allowed", "de-identification"]}, {"topic": "vendor_baas", "vendor": [{"name": "Chartwell", "signed_on": "2025-01-01"}]}],
}  # fmt: skip


def verdict(control: str, statements: list[dict[str, Any]], profile: Profile = ROSTER) -> Verdict:
    records = [{**BASE, "id": f"{index}.toml", **one} for index, one in enumerate(statements)]
    snapshot = Snapshot.of(
        TENANT, {"evidence.statements": records}, states={"evidence.statements": SourceState("evidence")}, taken=NOW
    )
    return assess(snapshot, now=NOW, profile=profile, only=[control]).control(control).verdict


@pytest.mark.parametrize("control", GOOD)
def test_a_good_statement_passes_an_old_or_altered_one_fails_and_none_is_not_assessed(control: str) -> None:
    good = GOOD[control]
    assert verdict(control, good) is Verdict.PASS
    assert verdict(control, [{**good[0], "file_state": "altered"}, *good[1:]]) is Verdict.FAIL
    assert (
        verdict(
            control,
            [
                {**good[0], "valid_until": "2026-10-01", "signed_on": "2024-10-01", "person": [], "covers": []},
                *good[1:],
            ],
        )
        is Verdict.FAIL
    )
    assert verdict(control, []) is Verdict.NOT_ASSESSED


def test_a_missing_signature_names_the_person() -> None:
    roster = Profile(
        staff_roster=(Staff("Ana Field", ("ana@field.example",)), Staff("Cleo Late", ("cleo@field.example",)))
    )
    assert verdict("POL-2", GOOD["POL-2"], roster) is Verdict.FAIL
    assert verdict("POL-3", GOOD["POL-3"], roster) is Verdict.FAIL


def with_statement(topic: str, **more: Any) -> Snapshot:
    snapshot = clean_snapshots()["google-well-run"]
    line = Line(r={**BASE, "id": "one.toml", "topic": topic, **more})
    return changed(
        snapshot,
        lines={"evidence.statements": [line]},
        states={"evidence.statements": SourceState("evidence", count=1)},
    )


def people() -> list[dict[str, Any]]:
    return [line.r for line in clean_snapshots()["google-well-run"].lines("directory.users") if line.r is not None]


def test_the_inventory_must_name_every_working_account() -> None:
    every = [person["primaryEmail"] for person in people()]
    whole = with_statement("inventory", account=every, device=["front desk computer"])
    assert assess(whole, now=NOW, only=["POL-1"]).control("POL-1").verdict is Verdict.PASS
    assert (
        assess(with_statement("inventory", account=every[:1], device=["x"]), now=NOW, only=["POL-1"])
        .control("POL-1")
        .verdict
        is Verdict.FAIL
    )
    dark = darkened(whole, "directory.users", Reason.PERMISSION)
    assert assess(dark, now=NOW, only=["POL-1"]).control("POL-1").verdict is Verdict.NOT_ASSESSED


def test_the_security_official_must_work_here() -> None:
    works = next(person for person in people() if not person["suspended"])
    good = with_statement("security_official", name=works["name"]["fullName"], role="owner")
    assert assess(good, now=NOW, only=["POL-6"]).control("POL-6").verdict is Verdict.PASS
    assert (
        assess(with_statement("security_official", name="Nobody Here", role="owner"), now=NOW, only=["POL-6"])
        .control("POL-6")
        .verdict
        is Verdict.FAIL
    )


def test_a_leaver_with_a_working_account_is_found() -> None:
    snapshot = clean_snapshots()["google-typical"]
    address = next(
        line.r["primaryEmail"] for line in snapshot.lines("directory.users") if line.r and not line.r["suspended"]
    )
    gone = Profile(staff_roster=(Staff("Somebody", (address,), departed=date(2026, 1, 5)),))
    assert assess(snapshot, now=NOW, only=["LIFE-1"]).control("LIFE-1").verdict is Verdict.NOT_ASSESSED
    assert assess(snapshot, now=NOW, profile=gone, only=["LIFE-1"]).control("LIFE-1").verdict is Verdict.FAIL
    assert (
        assess(snapshot, now=NOW, profile=Profile(staff_roster=()), only=["LIFE-1"]).control("LIFE-1").verdict
        is Verdict.NOT_APPLICABLE
    )
