"""Each check on simulated clinics, read over HTTP: one that meets it, one that breaks it, and one that does not let it be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.snapshot import Snapshot
from connectors.source import EVIDENCE
from rules import assess
from rules.control import Check, controls
from rules.result import Verdict
from tests.promises import NOW, clean_snapshots
from tests.rules.clinics import Outcome, clinics, judged, verdicts
from tests.rules.reach import sayable

ORGANIZATION_WIDE = (
    "what counts are organization-wide settings, which Microsoft shows to no application; imports hold them"
)
EXCEPTIONS: dict[Outcome, dict[Verdict, str]] = {
    ("APP-8", "app_is_known", "google_workspace"): {
        Verdict.FAIL: "at Google each grant is one person's own, and only a grant for everybody fails"
    },
    ("BAA-7", "contact_addresses_are_the_clinics", "microsoft365"): {
        Verdict.NOT_ASSESSED: "only what the clinic states is judged; nothing is read"
    },
    ("BAA-7", "contact_addresses_are_the_clinics", "google_workspace"): {
        Verdict.NOT_ASSESSED: "only what the clinic states is judged; nothing is read"
    },
    ("MEET-11", "apps_of_others", "microsoft365"): {Verdict.PASS: ORGANIZATION_WIDE},
    ("MEET-11", "custom_apps", "microsoft365"): {Verdict.PASS: ORGANIZATION_WIDE},
    ("MEET-11", "microsofts_apps", "microsoft365"): {
        Verdict.PASS: ORGANIZATION_WIDE,
        Verdict.FAIL: "for Microsoft's own apps the code that the three share says review where it says fail for others",
    },
}
"""What no clinic shows although the check's code could say it, and why."""


def checks() -> Iterator[tuple[Outcome, Check]]:
    """Every check at every provider it is asked at; what reads DNS or papers alone is asked once a clinic."""
    for control in controls().values():
        for check in control.checks:
            for provider in check.providers:
                yield (control.id, check.name, str(provider)), check


def wanted(check: Check) -> set[Verdict]:
    """The verdicts that must be shown: a check that cannot fail shows its review instead, and everything can go dark."""
    said = sayable(check)
    worst = {Verdict.FAIL} if Verdict.FAIL in said else said & {Verdict.REVIEW}
    return worst | (said & {Verdict.PASS}) | {Verdict.NOT_ASSESSED}


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL, Verdict.REVIEW, Verdict.NOT_ASSESSED])
def test_every_check_reaches_every_verdict_that_it_can_give(verdict: Verdict) -> None:
    found = verdicts()
    missing = {place for place, check in checks() if verdict in wanted(check) and verdict not in found[place]}
    assert missing == {place for place, spared in EXCEPTIONS.items() if verdict in spared}


def test_no_check_says_what_its_code_was_not_found_to_say() -> None:
    found = verdicts()
    assert [place for place, check in checks() if not set(found[place]) <= set(sayable(check))] == []


def test_what_a_check_can_say_is_read_from_its_code() -> None:
    control = controls()["MAIL-31"]
    said = {check.name: sayable(check) for check in control.checks}
    assert said["relay_is_closed"] == {Verdict.NOT_ASSESSED}
    assert {Verdict.PASS, Verdict.FAIL} < said["imports_are_off"]


def test_every_control_as_a_whole_passes_on_a_clinic_and_fails_on_another() -> None:
    whole: dict[str, set[Verdict]] = {}
    for name in clinics():
        for outcome in judged(name).controls:
            whole.setdefault(outcome.control.id, set()).add(outcome.verdict)
    assert [control for control in controls() if Verdict.FAIL not in whole[control]] == []
    found = verdicts()
    dark = {place[0] for place, _ in checks() if Verdict.PASS not in found[place]}
    assert {control for control in controls() if Verdict.PASS not in whole[control]} <= dark


@pytest.mark.parametrize("name", ["microsoft-enterprise, in order", "google-enterprise, in order"])
def test_a_clinic_can_meet_all_controls_at_once(name: str) -> None:
    controls_ = judged(name).controls
    assert [
        (one.control.id, one.check.name) for whole in controls_ for one in whole.checks if one.verdict == "fail"
    ] == []
    assert sum(outcome.verdict is Verdict.PASS for outcome in controls_) > 140


def test_every_check_that_asks_for_papers_sees_them_whole_lost_and_missing() -> None:
    found = verdicts()
    papers = [place for place, _ in checks() if place[2] == EVIDENCE]
    assert len(papers) > 20
    for place in papers:
        assert set(found[place]) >= {Verdict.PASS, Verdict.FAIL, Verdict.NOT_ASSESSED}, place


@pytest.mark.parametrize("scenario", ["microsoft-typical", "google-typical"])
def test_a_control_is_not_assessed_where_nothing_was_read(scenario: str) -> None:
    tenant = clean_snapshots()[scenario].manifest.tenant
    assessment = assess(Snapshot.of(tenant, {}, taken=NOW), now=NOW)
    assert len(assessment.controls) > 40
    for outcome in assessment.controls:
        assert outcome.verdict in {Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE}, outcome.control.id
        assert outcome.verdict is Verdict.NOT_APPLICABLE or outcome.gaps, outcome.control.id


@pytest.mark.parametrize("scenario", ["microsoft-refused", "google-refused"])
def test_a_clinic_that_refuses_nearly_everything_passes_and_fails_nothing(scenario: str) -> None:
    said = {one.verdict for outcome in judged(scenario).controls for one in outcome.checks}
    assert said == {Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE}


def test_no_check_broke_on_any_clinic() -> None:
    for name in clinics():
        for outcome in judged(name).controls:
            assert [gap for gap in outcome.gaps if gap.reason == "rule-failed"] == [], f"{name} {outcome.control.id}"


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
