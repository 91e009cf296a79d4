"""The engine's thrift: checks in an order that holds few tables, one result for equal words, nothing kept after its last use."""

from __future__ import annotations

from collections import Counter

from connectors.source import MICROSOFT_365
from rules import assess
from rules.assess import Resolver, questions, run_check
from rules.control import controls
from rules.needs import Needs, needs, order
from rules.profile import Profile
from tests.promises import NOW, clean_snapshots


def need(*sources: str) -> Needs:
    return Needs(frozenset(sources), frozenset())


def test_a_big_table_is_done_with_before_the_next_one_is_taken_in() -> None:
    asked = [
        need("users", "rules"),
        need("users", "mailboxes"),
        need("users", "rules"),
        need("users", "mailboxes"),
        need(),
    ]
    found = order(asked, {"users": 100, "rules": 10, "mailboxes": 20})
    assert found == [4, 0, 2, 1, 3]


def test_every_check_is_asked_once_and_the_outcomes_stand_in_the_order_of_the_catalogue() -> None:
    found = assess(clean_snapshots()["microsoft-typical"], now=NOW)
    asked = Counter((c.check.control.id, c.check.name, c.provider) for o in found.controls for c in o.checks)
    assert set(asked.values()) == {1}
    assert [outcome.control.id for outcome in found.controls] == [
        control for control in controls() if control in {outcome.control.id for outcome in found.controls}
    ]


def test_no_table_and_no_view_is_kept_after_the_last_check_that_needs_it() -> None:
    kept = []

    class Watched(Resolver):
        def drop(self, sources, views) -> None:  # type: ignore[no-untyped-def]
            super().drop(sources, views)
            kept.append(len(self._rows) + len(self._views))

    import sys

    engine = sys.modules["rules.assess"]
    resolver = Watched(clean_snapshots()["microsoft-typical"], Profile(), NOW)
    asked = [found for control in controls().values() for found in questions(control, resolver)]
    engine._run(asked, resolver)
    assert kept[-1] == 0
    assert max(kept) > 5


def test_people_of_whom_the_same_is_said_share_one_result_and_one_name() -> None:
    resolver = Resolver(clean_snapshots()["microsoft-typical"], Profile(), NOW)
    check = next(c for c in controls()["MFA-2"].checks if MICROSOFT_365 in c.providers)
    first, second = (run_check(check, MICROSOFT_365, resolver) for _ in range(2))
    said = Counter(repr(j.result) for j in first.judgments)
    assert said.most_common(1)[0][1] > 1
    assert len({id(j.result) for j in first.judgments}) == len(said)
    assert [j.entity for j in first.judgments] == [j.entity for j in second.judgments]
    assert all(a.entity is b.entity for a, b in zip(first.judgments, second.judgments, strict=True))


def test_what_a_check_needs_covers_the_tables_behind_its_views() -> None:
    check = next(c for c in controls()["MFA-1"].checks if MICROSOFT_365 in c.providers)
    assert {"graph.users", "graph.conditional_access_policies"} <= needs(check, MICROSOFT_365).sources
