"""Each control on simulated clinics: one that breaks it, one that meets it, and nothing read at all."""

from __future__ import annotations

import pytest

from connectors.snapshot import Snapshot
from rules import assess
from rules.control import controls
from rules.profile import Profile
from rules.result import Verdict
from tests.promises import NOW, clean_snapshots

CLINICS = [
    ("ADMIN-1", "google-empty", "google-well-run"),
    ("ADMIN-10", "microsoft-typical", "google-well-run"),
    ("ADMIN-11", "microsoft-bad", "microsoft-well-run"),
    ("ADMIN-15", "microsoft-typical", "microsoft-well-run"),
    ("ADMIN-16", "microsoft-typical", "google-well-run"),
    ("ADMIN-17", "google-typical", "microsoft-well-run"),
    ("ADMIN-19", "google-bad", "google-well-run"),
    ("ADMIN-2", "microsoft-typical", "microsoft-well-run"),
    ("ADMIN-21", "microsoft-typical", "microsoft-well-run"),
    ("ADMIN-23", "google-bad", "google-well-run"),
    ("ADMIN-24", "microsoft-typical", "microsoft-well-run"),
    ("ADMIN-3", "microsoft-hybrid", "microsoft-well-run"),
    ("ADMIN-4", "microsoft-typical", "microsoft-well-run"),
    ("AI-4", "google-bad", "google-well-run"),
    ("APP-1", "microsoft-typical", "microsoft-well-run"),
    ("APP-11", "microsoft-typical", "google-well-run"),
    ("APP-12", "microsoft-typical", "microsoft-well-run"),
    ("APP-14", "google-typical", "google-well-run"),
    ("APP-15", "google-typical", "google-well-run"),
    ("APP-16", "microsoft-typical", "microsoft-well-run"),
    ("APP-2", "google-typical", "google-well-run"),
    ("APP-3", "microsoft-typical", "microsoft-well-run"),
    ("APP-5", "microsoft-typical", "microsoft-well-run"),
    ("APP-6", "microsoft-typical", "microsoft-well-run"),
    ("APP-7", "microsoft-typical", "microsoft-well-run"),
    ("APP-8", "microsoft-typical", "google-well-run"),
    ("APP-9", "microsoft-bad", "microsoft-well-run"),
    ("AUDIT-1", "microsoft-bad", "microsoft-well-run"),
    ("AUDIT-10", "google-typical", "google-well-run"),
    ("AUDIT-11", "microsoft-typical", "google-well-run"),
    ("AUDIT-12", "microsoft-typical", "microsoft-well-run"),
    ("AUDIT-14", "google-typical", "google-well-run"),
    ("AUDIT-2", "microsoft-bad", "microsoft-well-run"),
    ("AUDIT-3", "microsoft-typical", "microsoft-well-run"),
    ("AUDIT-6", "microsoft-typical", "microsoft-well-run"),
    ("AUDIT-7", "microsoft-typical", "google-well-run"),
    ("AUDIT-8", "google-bad", "google-well-run"),
    ("AUDIT-9", "google-typical", "google-well-run"),
    ("AUTH-1", "microsoft-typical", "google-well-run"),
    ("AUTH-12", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-13", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-15", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-16", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-17", "google-typical", "google-well-run"),
    ("AUTH-18", "microsoft-bad", "microsoft-well-run"),
    ("AUTH-19", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-2", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-22", "google-bad", "google-well-run"),
    ("AUTH-25", "microsoft-typical", "microsoft-no-p1"),
    ("AUTH-26", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-27", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-28", "microsoft-bad", "microsoft-well-run"),
    ("AUTH-3", "microsoft-typical", "microsoft-well-run"),
    ("AUTH-4", "microsoft-typical", "google-well-run"),
    ("AUTH-5", "microsoft-bad", "microsoft-well-run"),
    ("AUTH-6", "google-typical", "google-well-run"),
    ("AUTH-7", "google-typical", "google-well-run"),
    ("AUTH-8", "microsoft-typical", "microsoft-well-run"),
    ("BAA-10", "google-bad", "google-well-run"),
    ("BAA-2", "google-legacy-free", "google-well-run"),
    ("BAA-4", "microsoft-typical", "google-well-run"),
    ("BAA-6", "google-typical", "google-well-run"),
    ("DATA-1", "microsoft-typical", "google-well-run"),
    ("DEV-1", "microsoft-typical", "microsoft-no-p1"),
    ("DEV-10", "microsoft-typical", "microsoft-well-run"),
    ("DEV-11", "microsoft-typical", "microsoft-well-run"),
    ("DEV-12", "microsoft-typical", "google-well-run"),
    ("DEV-2", "google-typical", "microsoft-well-run"),
    ("DEV-3", "microsoft-typical", "google-well-run"),
    ("DEV-5", "microsoft-typical", "microsoft-well-run"),
    ("DEV-7", "google-typical", "microsoft-well-run"),
    ("DEV-8", "microsoft-typical", "google-well-run"),
    ("DEV-9", "microsoft-typical", "microsoft-well-run"),
    ("FWD-1", "microsoft-typical", "google-well-run"),
    ("FWD-10", "microsoft-typical", "google-well-run"),
    ("FWD-12", "google-typical", "google-well-run"),
    ("FWD-13", "google-typical", "google-well-run"),
    ("FWD-14", "microsoft-typical", "microsoft-well-run"),
    ("FWD-2", "microsoft-typical", "microsoft-well-run"),
    ("FWD-3", "microsoft-typical", "google-well-run"),
    ("FWD-4", "microsoft-typical", "google-well-run"),
    ("FWD-5", "google-typical", "google-well-run"),
    ("FWD-6", "microsoft-typical", "microsoft-well-run"),
    ("FWD-9", "microsoft-typical", "google-well-run"),
    ("LIFE-2", "microsoft-typical", "google-well-run"),
    ("LIFE-3", "microsoft-typical", "microsoft-well-run"),
    ("MAIL-1", "google-typical", "google-well-run"),
    ("MAIL-2", "microsoft-bad", "microsoft-well-run"),
    ("MAIL-3", "google-typical", "google-well-run"),
    ("MAIL-4", "microsoft-typical", "google-well-run"),
    ("MAIL-8", "microsoft-typical", "google-well-run"),
    ("MEET-1", "microsoft-bad", "microsoft-well-run"),
    ("MEET-10", "microsoft-typical", "microsoft-well-run"),
    ("MEET-12", "google-typical", "microsoft-well-run"),
    ("MEET-2", "microsoft-typical", "microsoft-well-run"),
    ("MEET-3", "google-typical", "microsoft-well-run"),
    ("MEET-4", "microsoft-typical", "microsoft-well-run"),
    ("MEET-5", "microsoft-typical", "google-well-run"),
    ("MEET-6", "microsoft-typical", "google-well-run"),
    ("MEET-7", "google-typical", "google-well-run"),
    ("MEET-8", "microsoft-typical", "microsoft-well-run"),
    ("MEET-9", "microsoft-typical", "microsoft-well-run"),
    ("MFA-1", "microsoft-typical", "google-well-run"),
    ("MFA-10", "microsoft-typical", "microsoft-well-run"),
    ("MFA-11", "microsoft-typical", "microsoft-well-run"),
    ("MFA-12", "google-exempt-ou", "google-well-run"),
    ("MFA-13", "google-exempt-ou", "google-well-run"),
    ("MFA-14", "microsoft-bad", "microsoft-well-run"),
    ("MFA-15", "microsoft-typical", "microsoft-well-run"),
    ("MFA-16", "microsoft-typical", "microsoft-well-run"),
    ("MFA-17", "microsoft-bad", "microsoft-typical"),
    ("MFA-18", "microsoft-typical", "microsoft-well-run"),
    ("MFA-19", "microsoft-typical", "microsoft-well-run"),
    ("MFA-2", "microsoft-typical", "google-well-run"),
    ("MFA-20", "microsoft-typical", "google-well-run"),
    ("MFA-21", "microsoft-bad", "microsoft-well-run"),
    ("MFA-22", "google-typical", "google-well-run"),
    ("MFA-3", "microsoft-typical", "google-well-run"),
    ("MFA-4", "microsoft-typical", "google-well-run"),
    ("MFA-5", "microsoft-typical", "google-well-run"),
    ("MFA-6", "microsoft-typical", "google-well-run"),
    ("MFA-7", "microsoft-typical", "google-well-run"),
    ("MFA-8", "microsoft-typical", "google-well-run"),
    ("MFA-9", "microsoft-typical", "microsoft-well-run"),
    ("SHARE-1", "microsoft-typical", "google-well-run"),
    ("SHARE-22", "microsoft-typical", "google-well-run"),
    ("SHARE-29", "google-typical", "google-well-run"),
    ("SHARE-33", "microsoft-typical", "google-well-run"),
    ("SHARE-4", "microsoft-typical", "google-well-run"),
]


PROFILES = {
    "microsoft-well-run": Profile(
        break_glass=frozenset({"emergency1@harborstreet.example", "emergency2@harborstreet.example"})
    )
}
"""What the clinics state about themselves: their rules leave out the sealed accounts."""


@pytest.mark.parametrize(("control", "bad", "good"), CLINICS)
def test_a_control_fails_where_it_is_broken_and_passes_where_it_is_met(control: str, bad: str, good: str) -> None:
    snapshots = clean_snapshots()
    assert assess(snapshots[bad], now=NOW, only=[control]).control(control).verdict is Verdict.FAIL
    sealed = PROFILES.get(good, Profile())
    assert assess(snapshots[good], now=NOW, profile=sealed, only=[control]).control(control).verdict is Verdict.PASS


@pytest.mark.parametrize("scenario", ["microsoft-typical", "google-typical"])
def test_a_control_is_not_assessed_where_nothing_was_read(scenario: str) -> None:
    tenant = clean_snapshots()[scenario].manifest.tenant
    assessment = assess(Snapshot.of(tenant, {}, taken=NOW), now=NOW)
    assert len(assessment.controls) > 40
    for outcome in assessment.controls:
        assert outcome.verdict in {Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE}, outcome.control.id
        assert outcome.verdict is Verdict.NOT_APPLICABLE or outcome.gaps, outcome.control.id


def test_no_check_broke_on_any_clinic() -> None:
    for name, snapshot in clean_snapshots().items():
        for outcome in assess(snapshot, now=NOW).controls:
            assert [gap for gap in outcome.gaps if gap.reason == "rule-failed"] == [], f"{name} {outcome.control.id}"


def test_every_control_is_shown_on_a_clinic_or_in_a_test_of_its_own() -> None:
    own = {
        "ADMIN-13",
        "ADMIN-14",
        "ADMIN-18",
        "ADMIN-20",
        "ADMIN-22",
        "ADMIN-5",
        "ADMIN-6",
        "ADMIN-7",
        "ADMIN-8",
        "ADMIN-9",
        "AI-1",
        "AI-2",
        "AI-3",
        "APP-10",
        "APP-13",
        "APP-4",
        *(f"AUTH-{number}" for number in (9, 10, 11, 14, 20, 21, 23, 24, 29)),
        "AUDIT-13",
        "AUDIT-4",
        "AUDIT-5",
        "BAA-1",
        "BAA-11",
        "BAA-3",
        "BAA-5",
        "BAA-7",
        "BAA-8",
        "BAA-9",
        "DEV-13",
        "DEV-4",
        "DEV-6",
        "LIFE-1",
        "MEET-11",
        "SHARE-38",
        "DATA-8",
        *(f"POL-{number}" for number in range(1, 19)),
    }
    assert set(controls()) - {control for control, _, _ in CLINICS} <= own


FIRST_RELEASE = [
    "MFA-1",
    "MFA-2",
    "MFA-3",
    "MFA-4",
    "MFA-7",
    "MFA-8",
    "AUTH-1",
    "AUTH-3",
    "AUTH-4",
    "AUTH-25",
    "ADMIN-1",
    "ADMIN-10",
    "ADMIN-11",
    "FWD-1",
    "FWD-2",
    "FWD-3",
    "FWD-4",
    "FWD-5",
    "FWD-6",
    "FWD-9",
    "FWD-10",
    "FWD-12",
    "FWD-13",
    "FWD-14",
    "SHARE-1",
    "SHARE-4",
    "SHARE-22",
    "SHARE-29",
    "SHARE-33",
    "SHARE-38",
    "MAIL-1",
    "MAIL-2",
    "MAIL-3",
    "MAIL-4",
    "MAIL-8",
    "BAA-1",
    "BAA-2",
    "BAA-5",
    "BAA-7",
    "BAA-11",
    "AUDIT-1",
    "AUDIT-2",
    "AUDIT-7",
    "APP-1",
    "APP-8",
    "DEV-1",
    "DATA-1",
    "LIFE-1",
    "LIFE-2",
    "LIFE-3",
    "AI-1",
    "POL-1",
    "POL-2",
    "POL-3",
    "POL-4",
    "POL-5",
    "POL-6",
    "POL-7",
]


def test_every_control_of_the_first_release_is_there() -> None:
    assert len(FIRST_RELEASE) == 58
    assert set(FIRST_RELEASE) <= set(controls())
