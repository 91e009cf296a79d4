"""Change one thing between two runs, and exactly that cause is named."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.history.attribution import Cause
from auditor.history.store import History, RunInfo
from connectors.snapshot import Snapshot
from rules import Assessment, assess
from tests.auditor.history.clinics import Clinic

DOMAINS = ["gmail.com", "labs.example", "billing.example", "yahoo.com"]
some_domains = st.frozensets(st.sampled_from(DOMAINS))
clinics = st.builds(
    Clinic,
    open_domains=some_domains,
    approved=some_domains,
    waived=some_domains,
    analysed=st.sampled_from([None, date(2026, 2, 1), date(2024, 2, 1)]),
    partial=st.booleans(),
)
fresh = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def played(
    *clinics: Clinic, keep: bool = True, today: Callable[..., Assessment] = assess, rules: str = "same"
) -> RunInfo:
    """Record the clinics as runs one after the other; the last run. `today` judges the last one and whatever it re-judges."""
    with tempfile.TemporaryDirectory() as folder:
        history = History.open(Path(folder) / "history.db")
        *earlier, last = clinics
        for clinic in earlier:
            snapshot = clinic.snapshot()
            path = snapshot.save(Path(folder) / "snapshots") if keep else None
            history.record(clinic.assessment(snapshot), snapshot=path, profile=clinic.profile, rules="same")
        snapshot = last.snapshot()
        assessment = today(snapshot, now=last.day, profile=last.profile, waivers=last.waivers, only=("FWD-2", "POL-4"))
        run = history.record(assessment, snapshot=None, profile=last.profile, rules=rules, judge=today)
        history.close()
        return run


def causes(run: RunInfo) -> set[str]:
    return {cause for change in run.changes for cause in change.causes}


@given(clinics, some_domains)
@fresh
def test_a_change_in_the_tenant(clinic: Clinic, opened: frozenset[str]) -> None:
    # A finding that is seen for the first time although the list is still not whole was perhaps there before.
    clinic = clinic.later(0, partial=False)
    run = played(clinic, clinic.later(1, open_domains=opened))
    assert causes(run) <= {Cause.TENANT}
    assert bool(run.changes) == (opened != clinic.open_domains)


@given(clinics)
@fresh
def test_a_change_of_what_is_seen(clinic: Clinic) -> None:
    clinic = clinic.later(0, partial=False)
    dark = clinic.later(1, dark=True)
    lost, found = played(clinic, dark), played(dark, clinic.later(2))
    assert causes(lost) == causes(found) == {Cause.VISIBILITY}
    assert {change.event for change in lost.changes} <= {"went dark", "verdict"}


@given(clinics, some_domains)
@fresh
def test_a_change_of_what_the_clinic_states(clinic: Clinic, approved: frozenset[str]) -> None:
    run = played(clinic, clinic.later(1, approved=approved))
    assert causes(run) <= {Cause.STATEMENTS}
    assert bool(run.changes) == bool((approved ^ clinic.approved) & clinic.open_domains - {"gmail.com", "yahoo.com"})


@given(clinics, some_domains)
@fresh
def test_a_waiver_given_or_ended(clinic: Clinic, waived: frozenset[str]) -> None:
    run = played(clinic, clinic.later(1, waived=waived))
    expected = set()
    if (waived - clinic.waived) & clinic.open_domains:
        expected.add(Cause.WAIVER_GIVEN)
    if (clinic.waived - waived) & clinic.open_domains:
        expected.add(Cause.WAIVER_ENDED)
    assert causes(run) == expected


@given(clinics)
@fresh
def test_a_waiver_that_lapses_by_itself(clinic: Clinic) -> None:
    before = clinic.later(0, waived_until=clinic.day.date())
    run = played(before, before.later(1))
    assert causes(run) == ({Cause.WAIVER_ENDED} if clinic.waived & clinic.open_domains else set())


@given(clinics)
@fresh
def test_time_alone(clinic: Clinic) -> None:
    clinic = clinic.later(0, analysed=date(2026, 2, 1))
    run = played(clinic, clinic.later(400))
    assert [(change.control, set(change.causes)) for change in run.changes] == [
        ("POL-4", {Cause.TIME}),
        ("POL-4", {Cause.TIME}),
    ]


@given(clinics, st.sampled_from(["gmail.com", "labs.example"]))
@fresh
def test_a_change_of_the_control(clinic: Clinic, spared: str) -> None:
    """Today's FWD-2 no longer minds one of the domains."""
    clinic = clinic.later(0, waived=clinic.waived - {spared}, partial=False)

    def lenient(snapshot: Snapshot, **how: Any) -> Assessment:
        return _without(assess(snapshot, **how), spared)

    run = played(clinic, clinic.later(1), today=lenient, rules="other")
    assert causes(run) <= {Cause.CONTROL}
    assert bool(run.changes) == (spared in clinic.open_domains)


def _without(assessment: Assessment, spared: str) -> Assessment:
    from rules.result import passed

    def kept(outcome: Any) -> Any:
        checks = [
            replace(
                check,
                judgments=tuple(
                    msgspec.structs.replace(j, result=passed()) if j.entity.id == spared else j for j in check.judgments
                ),
            )
            for check in outcome.checks
        ]
        return replace(outcome, checks=tuple(checks))

    return replace(assessment, controls=tuple(kept(outcome) for outcome in assessment.controls))


@given(clinics, some_domains, some_domains)
@fresh
def test_two_changes_of_different_things_name_both(
    clinic: Clinic, opened: frozenset[str], approved: frozenset[str]
) -> None:
    clinic = clinic.later(0, partial=False, waived=frozenset())
    run = played(clinic, clinic.later(1, open_domains=opened, approved=approved))
    for change in run.changes:
        if change.entity in opened ^ clinic.open_domains and change.entity not in approved ^ clinic.approved:
            assert set(change.causes) == {Cause.TENANT}
        if change.entity and change.entity in opened & clinic.open_domains:
            assert set(change.causes) == {Cause.STATEMENTS}


def test_a_finding_with_facts_goes_dark_when_its_entity_cannot_be_read() -> None:
    """The result of what cannot be read has none of the facts that tell findings apart, so it is another identity."""
    from auditor.history.attribution import moves
    from auditor.history.recording import state_in
    from auditor.history.standing import Stand, Standing
    from rules.result import Verdict

    place = ("SHARE-33", "group_is_closed", "google_workspace")
    finding = Stand(*place, "group", "g1", {"setting": "view"}, "front", Verdict.FAIL)
    before, after = Standing({finding.identity: finding}, places={place}), Standing(places={place})
    after.stands["unread"] = Stand(*place, "group", "g1", {}, "front", Verdict.NOT_ASSESSED)
    after.blind[place, "group", "g1"] = False
    (moved,), _ = moves(before, after, [])
    assert moved.causes == (Cause.VISIBILITY,)
    assert state_in(after, finding.identity, place, "group", "g1") == "dark"
    assert state_in(after, finding.identity, place, "group", "g2") == "fixed"


def test_evidence_that_is_taken_away_is_a_change_of_statements() -> None:
    clinic = Clinic()
    assert causes(played(clinic, clinic.later(1, analysed=None))) == {Cause.STATEMENTS}


def test_without_the_old_snapshot_only_what_can_be_told_is_told() -> None:
    clinic = Clinic(open_domains=frozenset({"gmail.com"}))
    assert causes(played(clinic, clinic.later(1, open_domains=frozenset()), keep=False)) == {Cause.UNKNOWN}
    assert causes(played(clinic, clinic.later(1, dark=True), keep=False)) == {Cause.VISIBILITY}
    assert causes(played(clinic, clinic.later(1, waived=frozenset({"gmail.com"})), keep=False)) == {Cause.WAIVER_GIVEN}


def test_nothing_changed_says_nothing() -> None:
    for opened, analysed in itertools.product([frozenset(), frozenset(DOMAINS)], [None, date(2026, 2, 1)]):
        clinic = Clinic(open_domains=opened, analysed=analysed)
        assert played(clinic, clinic.later(1)).changes == ()


@pytest.mark.parametrize(("old_by_todays_control", "cause"), [("fail", Cause.CONTROL), ("review", Cause.TENANT)])
def test_what_was_accepted_as_something_to_look_at_is_something_to_fix(
    old_by_todays_control: str, cause: Cause
) -> None:
    from auditor.history.attribution import Step, moves
    from auditor.history.recording import state_in
    from auditor.history.standing import Stand, Standing
    from rules.result import Verdict

    place = ("FWD-2", "no_domain_is_open", "microsoft365")
    looked_at = Stand(*place, "remote domain", "r1", {}, "lab", Verdict.REVIEW, waived_until=date(2027, 1, 1))
    to_fix = msgspec.structs.replace(looked_at, verdict=Verdict.FAIL, waived_until=None)
    rejudged = msgspec.structs.replace(looked_at, verdict=Verdict(old_by_todays_control), waived_until=None)
    before, after, today = (Standing({s.identity: s}, places={place}) for s in (looked_at, to_fix, rejudged))
    (moved,), _ = moves(before, after, [Step(Cause.CONTROL, lambda _: today)])
    assert moved.causes == (cause, Cause.WAIVER_ENDED)
    states = [state_in(at, to_fix.identity, place, "remote domain", "r1") for at in (before, after)]
    assert states == ["waived", "open"]
