"""The engine alone: made-up controls on made-up records."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.people import User
from connectors.microsoft365.sources.tenant import Domain
from connectors.record import Unreadable, derived
from connectors.snapshot import Line, Snapshot, SourceState, TenantInfo
from connectors.source import DNS, EVIDENCE, GOOGLE_WORKSPACE, MICROSOFT_365
from rules.assess import Assessment, ControlOutcome, Resolver, assess
from rules.control import Control
from rules.needs import needed_sources
from rules.profile import Profile
from rules.result import Result, Severity, Verdict, failed, not_applicable, not_assessed, passed, review, worst
from rules.tables import Keyed, One, Table
from rules.view import Now, Tenant, View
from rules.waiver import Waiver

WHEN = datetime(2026, 11, 24, 8, tzinfo=UTC)
CLINIC = TenantInfo("brightwater", "Brightwater Clinic", ["microsoft365"], {"microsoft365": "tenant-id"})
USERS, DOMAINS = User.__source__, Domain.__source__
Judge = Callable[..., ControlOutcome]


def snapshot(users: list[Any] | None, *, gap: bool = False, **sources: list[Any]) -> Snapshot:
    states = (
        {USERS: SourceState("microsoft365", gap=Gap(USERS, Reason.PERMISSION, "refused", "grant it"))} if gap else {}
    )
    held = ({} if users is None else {USERS: users}) | {f"graph.{name}": rows for name, rows in sources.items()}
    return Snapshot.of(CLINIC, held, states=states, taken=WHEN)


def user(id: str, **fields: Any) -> dict[str, Any]:
    return {"id": id, "displayName": id.title(), "userPrincipalName": id, "accountEnabled": True} | fields


@pytest.fixture
def control(monkeypatch: pytest.MonkeyPatch) -> Control:
    made = Control("TEST-1", Severity.MEDIUM, cites=["164.312(d)"])
    monkeypatch.setattr(sys.modules["rules.assess"], "controls", lambda: {made.id: made})
    return made


def judged(given: Snapshot, **options: Any) -> Assessment:
    return assess(given, **options)


def verdicts(assessment: Assessment) -> dict[str, Verdict]:
    return {j.entity.id: j.verdict for j in assessment.control("TEST-1").judgments}


# --- one check ------------------------------------------------------------------------------------------------------------


def test_every_entity_is_judged_and_the_worst_decides(control: Control) -> None:
    @control.check(MICROSOFT_365)
    def works(user: User) -> Result:
        """Everybody works."""
        return passed() if user.account_enabled else failed("does not work")

    found = judged(snapshot([user("b"), user("a", accountEnabled=False)]))
    assert verdicts(found) == {"a": Verdict.FAIL, "b": Verdict.PASS}
    assert found.control("TEST-1").verdict is Verdict.FAIL
    assert [j.entity.id for j in found.control("TEST-1").judgments] == ["a", "b"]  # by label


def test_a_field_that_cannot_be_read_is_a_gap_of_its_entity_alone(control: Control) -> None:
    @control.check(MICROSOFT_365)
    def works(user: User) -> Result:
        """Everybody works."""
        return passed() if user.account_enabled else failed("does not work")

    found = judged(snapshot([user("a"), user("b", accountEnabled="maybe")]))
    assert verdicts(found) == {"a": Verdict.PASS, "b": Verdict.NOT_ASSESSED}
    assert found.control("TEST-1").verdict is Verdict.NOT_ASSESSED
    assert found.control("TEST-1").gaps[0].source == f"{USERS}:accountEnabled"


def test_a_check_that_breaks_is_not_assessed_is_logged_and_ends_nothing(
    control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    @control.check(MICROSOFT_365)
    def breaks(user: User) -> Result:
        """Nothing breaks."""
        if user.id == "a":
            raise KeyError("jane.doe@example.com")
        return passed()

    with caplog.at_level(logging.CRITICAL):
        found = judged(snapshot([user("a"), user("b")]))
    assert verdicts(found) == {"a": Verdict.NOT_ASSESSED, "b": Verdict.PASS}
    gap = found.control("TEST-1").gaps[0]
    assert gap.reason is Reason.RULE_FAILED
    assert "jane" not in gap.detail  # the report must not carry what an exception quotes


def test_a_list_of_entities_that_breaks_is_not_assessed(control: Control) -> None:
    class Broken:
        """What a broken view yields."""

    class Brokens(View[Broken]):
        def __iter__(self) -> Iterator[Broken]:
            yield Broken()
            raise RuntimeError("broken")

    def whole(thing: Broken) -> Result:
        """All is whole."""
        return passed()

    whole.__annotations__ = {"thing": Broken, "return": Result}
    control.check(MICROSOFT_365)(whole)
    outcome = judged(snapshot([])).control("TEST-1")
    assert [j.verdict for j in outcome.judgments] == [Verdict.PASS]
    assert outcome.verdict is Verdict.NOT_ASSESSED


def test_a_check_may_give_several_results(control: Control) -> None:
    @control.check(MICROSOFT_365)
    def many(user: User) -> list[Result]:
        """Many things are fine."""
        return [passed(), review("look"), not_applicable("no")]

    found = judged(snapshot([user("a")])).control("TEST-1")
    assert [j.verdict for j in found.judgments] == [Verdict.PASS, Verdict.REVIEW, Verdict.NOT_APPLICABLE]
    assert found.verdict is Verdict.REVIEW


# --- no entity, and not all of them ---------------------------------------------------------------------------------------


def test_no_entity_means_what_the_check_says_it_means(control: Control) -> None:
    @control.check(MICROSOFT_365, none=passed("nobody"))
    def first(user: User) -> Result:
        """Nobody is there."""
        return failed("is there")

    @control.check(MICROSOFT_365)
    def second(user: User) -> Result:
        """Nobody is there either."""
        return failed("is there")

    found = judged(snapshot([])).control("TEST-1")
    assert [check.verdict for check in found.checks] == [Verdict.PASS, Verdict.NOT_APPLICABLE]
    assert {j.entity.kind for j in found.judgments} == {"tenant"}


@pytest.mark.parametrize(("users", "gap"), [(None, False), (None, True), ([], True)])
def test_no_entity_in_a_list_that_is_not_whole_is_never_none(control: Control, users: Any, gap: bool) -> None:
    @control.check(MICROSOFT_365, none=passed("nobody"))
    def empty(user: User) -> Result:
        """Nobody is there."""
        return failed("is there")

    outcome = judged(snapshot(users, gap=gap)).control("TEST-1")
    assert outcome.judgments == []
    assert outcome.verdict is Verdict.NOT_ASSESSED


def test_a_list_that_is_not_whole_shows_failures_and_never_passes(control: Control) -> None:
    @control.check(MICROSOFT_365)
    def works(user: User) -> Result:
        """Everybody works."""
        return passed() if user.account_enabled else failed("does not work")

    assert judged(snapshot([user("a")], gap=True)).control("TEST-1").verdict is Verdict.NOT_ASSESSED
    assert judged(snapshot([user("a", accountEnabled=False)], gap=True)).control("TEST-1").verdict is Verdict.FAIL


# --- what a check is given ------------------------------------------------------------------------------------------------


class Names(View[None]):
    """A view that counts how often it is built and computed."""

    built = 0
    computed = 0

    def __init__(self, users: Table[User], profile: Profile, now: Now) -> None:
        Names.built += 1
        self.users, self.profile, self.now = users, profile, now

    @derived
    def all(self) -> list[str]:
        """All names."""
        Names.computed += 1
        return [user.display_name for user in self.users]


def test_a_view_is_built_once_and_its_reads_are_evidence_of_every_verdict(control: Control) -> None:
    @control.check(MICROSOFT_365)
    def named(user: User, names: Names, domains: Table[Domain]) -> Result:
        """Everybody has a name."""
        return passed(count=len(names.all))

    Names.built = Names.computed = 0
    found = judged(snapshot([user("a"), user("b")], domains=[]), profile=Profile(weekly_scan=True))
    assert (Names.built, Names.computed) == (1, 1)
    for judgment in found.control("TEST-1").judgments:
        assert {USERS, f"{USERS}:displayName"} <= judgment.evidence
        assert DOMAINS not in judgment.evidence  # given, and not read
    assert needed_sources(control.checks[0], MICROSOFT_365) == {USERS, DOMAINS}


def test_a_view_over_a_list_that_is_not_whole_takes_the_verdict_with_it(control: Control) -> None:
    @control.check(MICROSOFT_365)
    def named(tenant: Tenant, names: Names) -> Result:
        """Everybody has a name."""
        return passed(count=len(names.all))

    assert verdicts(judged(snapshot([user("a")], gap=True))) == {"tenant-id": Verdict.NOT_ASSESSED}


def test_time_and_profile_are_given(control: Control) -> None:
    seen: list[Any] = []

    @control.check(MICROSOFT_365)
    def told(tenant: Tenant, profile: Profile, now: Now, info: TenantInfo) -> Result:
        """All is told."""
        seen.append((tenant.id, profile.weekly_scan, now, info.key))
        return passed()

    judged(snapshot([]), profile=Profile(weekly_scan=True))
    assert seen == [("tenant-id", True, WHEN, "brightwater")]
    judged(snapshot([]), now=datetime(2027, 1, 1, tzinfo=UTC))
    assert seen[-1][2] == datetime(2027, 1, 1, tzinfo=UTC)


def test_what_nothing_gives_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError):
        Resolver(snapshot([]), Profile(), WHEN).give(int, MICROSOFT_365)


def test_only_providers_of_the_tenant_are_judged(control: Control) -> None:
    control.not_applicable(GOOGLE_WORKSPACE, "there is no Google")

    @control.check(GOOGLE_WORKSPACE, MICROSOFT_365, DNS, EVIDENCE)
    def fine(tenant: Tenant) -> Result:
        """All is fine."""
        return passed()

    outcome = judged(snapshot([])).control("TEST-1")
    assert [check.provider for check in outcome.checks] == [MICROSOFT_365, DNS, EVIDENCE]
    assert outcome.outside == ()


# --- tables ---------------------------------------------------------------------------------------------------------------


def table(kind: Any, users: list[Any] | None, *, gap: bool = False) -> Any:
    return Resolver(snapshot(users, gap=gap), Profile(), WHEN).give(kind, MICROSOFT_365)


def test_a_table_that_is_not_whole_finds_what_exists_and_no_absence() -> None:
    rows = [user("a"), user("b")]
    assert any(u.id == "b" for u in table(Table[User], rows, gap=True))
    assert not all(u.id == "a" for u in table(Table[User], rows, gap=True))
    with pytest.raises(Unreadable):
        any(u.id == "c" for u in table(Table[User], rows, gap=True))
    with pytest.raises(Unreadable):
        all(u.id in "ab" for u in table(Table[User], rows, gap=True))
    assert len(table(Table[User], rows, gap=True).known()) == 2


def test_looking_up_a_record_by_id() -> None:
    assert table(Keyed[User], [user("a")]).get("a").id == "a"
    assert table(Keyed[User], [user("a")]).get("c") is None
    assert table(Keyed[User], [user("a")], gap=True).get("a").id == "a"
    for broken in (table(Keyed[User], [user("a")], gap=True), table(Keyed[User], [{}]), table(Keyed[User], None)):
        with pytest.raises(Unreadable):
            broken.get("c")


@pytest.mark.parametrize(("rows", "gap"), [([], False), (None, False), ([user("a")], True)])
def test_a_single_object_that_is_not_there(rows: Any, gap: bool) -> None:
    with pytest.raises(Unreadable):
        table(One[User], rows, gap=gap).value  # noqa: B018


# --- waivers --------------------------------------------------------------------------------------------------------------


def waiver(entity: str = "a", until: date = date(2026, 12, 31), **about: str) -> Waiver:
    return Waiver("TEST-1", entity, "for a while", "Dana Reyes", until, about or {"to": "x"})


@pytest.fixture
def leaks(control: Control) -> Control:
    @control.check(MICROSOFT_365)
    def kept(user: User) -> Result:
        """Nothing leaks."""
        match user.display_name:
            case "Fine":
                return passed()
            case "Dark":
                return not_assessed("dark")
            case to:
                return failed("leaks", about={"to": to}, severity=Severity.CRITICAL)

    return control


def test_a_waiver_covers_its_finding_and_keeps_the_verdict_visible(leaks: Control) -> None:
    found = judged(snapshot([user("a", displayName="x"), user("b", displayName="Fine")]), waivers=[waiver()])
    outcome = found.control("TEST-1")
    assert outcome.verdict is Verdict.PASS
    assert outcome.severity is Severity.MEDIUM
    assert verdicts(found)["a"] is Verdict.FAIL
    assert found.summary["waived"] == 1
    assert found.unused_waivers == ()


@pytest.mark.parametrize("given", [waiver("b"), waiver(to="y"), waiver(until=date(2026, 11, 23))])
def test_a_waiver_for_another_finding_or_another_time_covers_nothing(leaks: Control, given: Waiver) -> None:
    found = judged(snapshot([user("a", displayName="x")]), waivers=[given])
    assert found.control("TEST-1").verdict is Verdict.FAIL
    assert found.control("TEST-1").severity is Severity.CRITICAL
    lapsed = given.entity == "a" and given.about == {"to": "x"}
    assert (list(found.lapsed_waivers), list(found.unused_waivers)) == (([given], []) if lapsed else ([], [given]))


def test_a_waiver_holds_on_its_last_day(leaks: Control) -> None:
    found = judged(snapshot([user("a", displayName="x")]), waivers=[waiver(until=WHEN.date())])
    assert found.control("TEST-1").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("accepted", "finding", "verdict"),
    [
        (Verdict.REVIEW, Verdict.REVIEW, Verdict.PASS),
        (Verdict.REVIEW, Verdict.FAIL, Verdict.FAIL),  # the facts are the same, and it is worse now
        (Verdict.FAIL, Verdict.REVIEW, Verdict.PASS),
        (Verdict.FAIL, Verdict.FAIL, Verdict.PASS),
    ],
)
def test_a_waiver_covers_nothing_worse_than_what_was_accepted(
    control: Control, accepted: Verdict, finding: Verdict, verdict: Verdict
) -> None:
    @control.check(MICROSOFT_365)
    def kept(user: User) -> Result:
        """Nothing leaks."""
        return Result(finding, "leaks", about={"to": "x"})

    given = replace(waiver(), verdict=accepted)
    found = judged(snapshot([user("a")]), waivers=[given])
    assert found.control("TEST-1").verdict is verdict
    assert list(found.lapsed_waivers) == ([given] if verdict is Verdict.FAIL else [])
    assert found.unused_waivers == ()


def test_a_waiver_never_covers_what_was_not_assessed(leaks: Control) -> None:
    dark = judged(snapshot([user("a", displayName="Dark")]), waivers=[waiver()])
    assert dark.control("TEST-1").verdict is Verdict.NOT_ASSESSED
    both = judged(snapshot([user("a", displayName="x")], gap=True), waivers=[waiver()])
    assert both.control("TEST-1").verdict is Verdict.NOT_ASSESSED


# --- adding up ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], Verdict.NOT_APPLICABLE),
        ([Verdict.PASS, Verdict.NOT_APPLICABLE], Verdict.PASS),
        ([Verdict.PASS, Verdict.NOT_ASSESSED], Verdict.NOT_ASSESSED),
        ([Verdict.NOT_ASSESSED, Verdict.REVIEW], Verdict.REVIEW),
        ([Verdict.REVIEW, Verdict.FAIL], Verdict.FAIL),
    ],
)
def test_the_worst_of_several_verdicts(given: list[Verdict], expected: Verdict) -> None:
    assert worst(given) is expected


def test_only_names_the_controls_that_are_judged(leaks: Control) -> None:
    assert judged(snapshot([]), only=["OTHER-1"]).controls == ()
    assert len(judged(snapshot([]), only=["TEST-1"]).controls) == 1


def test_a_fan_out_gap_is_the_gap_of_one_parent() -> None:
    from connectors.microsoft365.sources.mailboxes import MessageRule
    from rules.tables import Grouped

    gap = Gap(MessageRule.__source__, Reason.THROTTLED, "too many")
    lines = [Line(r={"id": "r"}, of="a"), Line(of="b"), Line(of="c", gap=gap)]
    held = Snapshot.of(CLINIC, {MessageRule.__source__: lines}, taken=WHEN)
    rules_ = Resolver(held, Profile(), WHEN).give(Grouped[MessageRule], MICROSOFT_365)
    assert [rule.id for rule in rules_.of("a")] == ["r"]
    assert rules_.of("b") == []
    for parent in ("c", "nobody"):
        with pytest.raises(Unreadable):
            rules_.of(parent)
    assert rules_.lacks("a") is None
    assert rules_.lacks("c") == gap
