"""The first promise: remove any source, field, page or permission, and nothing moves to pass."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from connectors.gap import Reason
from connectors.record import _MISSING, Record
from connectors.snapshot import Snapshot
from connectors.source import declared
from rules import assess
from tests.promises import (
    NOW,
    Judged,
    changed,
    darkened,
    edited,
    remove,
    set_null,
    set_unknown,
)
from tests.rules.clinics import clinics
from tests.rules.clinics import snapshot as snapshot_of

SCENARIOS = [
    "microsoft-typical", "microsoft-bad", "microsoft-no-p1",
    "microsoft-enterprise, in order", "microsoft-neglected, papers lost",
    "google-typical", "google-bad", "google-exempt-ou",
    "google-enterprise, in order", "google-neglected, papers lost",
]  # fmt: skip


@cache
def judged(name: str) -> Judged:
    whole = snapshot_of(name)
    return Judged(whole, clinics()[name].profile, whole.manifest.finished)


def damages(snapshot: Snapshot, source: str) -> Iterator[Snapshot]:
    """The snapshot without a source, with it unread for each reason, and with either half of it."""
    yield changed(snapshot, states={source: None})
    for reason in (Reason.PERMISSION, Reason.LICENCE, Reason.THROTTLED):
        yield darkened(snapshot, source, reason)
    for odd in (0, 1):
        yield darkened(snapshot, source, Reason.PROVIDER_ERROR, keep=lambda index, odd=odd: index % 2 == odd)  # type: ignore[misc]


@pytest.mark.parametrize("name", SCENARIOS)
def test_removing_any_source_moves_nothing_to_pass(name: str) -> None:
    whole = judged(name)
    for source in whole.snapshot.sources:
        for damaged in damages(whole.snapshot, source):
            assert whole.moved(damaged, source) == [], source


@pytest.mark.parametrize("name", SCENARIOS)
def test_removing_or_nulling_any_field_that_a_check_read_moves_nothing_to_pass(name: str) -> None:
    whole = judged(name)
    paths = whole.paths()
    assert len(paths) > 20
    absent, null = documented_absence()
    for path, checks in paths.items():
        for edit in [edit for edit, spoken in ((remove, absent), (set_null, null)) if path not in spoken]:
            for first_only in (False, True):
                damaged = edited(whole.snapshot, path, edit, first_only=first_only)
                assert whole.moved(damaged, path.partition(":")[0], checks) == [], f"{edit.__name__} {path}"


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_undocumented_value_of_an_enumeration_moves_nothing_to_pass(name: str) -> None:
    whole = judged(name)
    closed = closed_fields()
    paths = {path: checks for path, checks in whole.paths().items() if path in closed}
    assert paths
    for path, checks in paths.items():
        damaged = edited(whole.snapshot, path, set_unknown)
        assert whole.moved(damaged, path.partition(":")[0], checks) == [], path


@pytest.mark.parametrize("name", ["microsoft-typical", "google-typical"])
def test_judging_again_only_what_a_damaged_source_touches_gives_the_verdicts_of_judging_all(name: str) -> None:
    whole = judged(name)
    for source in sorted({source for needs in whole.needs for source in needs} & set(whole.snapshot.sources))[::5]:
        for damaged in list(damages(whole.snapshot, source))[::4]:
            fresh = [found for outcome in assess(damaged, now=whole.resolver.now).controls for found in outcome.checks]
            again = {(c.check.control.id, c.check.name, c.provider): c for c in whole.again(damaged, source).values()}
            for found, before in zip(fresh, whole.before, strict=True):
                after = again.get((found.check.control.id, found.check.name, found.provider), before)
                assert (found.judgments, found.gaps) == (after.judgments, after.gaps), f"{source} {found.check.name}"


def documented_absence() -> tuple[set[str], set[str]]:
    """Paths of fields whose absence, and whose null, the provider documents: there the loss is a value of its own."""

    def walk(record: type[Record], prefix: str, seen: tuple[type, ...]) -> tuple[set[str], set[str]]:
        absent, null = set(), set()
        for field in record.fields().values():
            if field.default is not _MISSING:
                absent.add(prefix + field.key)
            if field.nullable:
                null.add(prefix + field.key)
            if field.nested is not None and field.nested not in seen:
                inner = walk(field.nested, f"{prefix}{field.key}.", (*seen, field.nested))
                absent |= inner[0]
                null |= inner[1]
        return absent, null

    found = [walk(source.record, f"{source.name}:", ()) for source in declared().values()]
    return {path for pair in found for path in pair[0]}, {path for pair in found for path in pair[1]}


def closed_fields() -> set[str]:
    """The paths of all declared fields that a documented enumeration closes."""
    import typing
    from enum import Enum

    def closed(hint: object) -> bool:
        if isinstance(hint, type) and issubclass(hint, Enum):
            return True
        return typing.get_origin(hint) is typing.Literal or any(closed(inner) for inner in typing.get_args(hint))

    def walk(record: type[Record], prefix: str, seen: tuple[type, ...]) -> set[str]:
        found = set()
        for field in record.fields().values():
            if closed(field.hint):
                found.add(prefix + field.key)
            if field.nested is not None and field.nested not in seen:
                found |= walk(field.nested, f"{prefix}{field.key}.", (*seen, field.nested))
        return found

    return {path for source in declared().values() for path in walk(source.record, f"{source.name}:", ())}


def test_an_empty_snapshot_passes_nothing() -> None:
    for name in SCENARIOS:
        snapshot = snapshot_of(name)
        empty = Snapshot.of(snapshot.manifest.tenant, {}, taken=NOW)
        assessment = assess(empty, now=NOW)
        passing = [outcome.control.id for outcome in assessment.controls if outcome.verdict == "pass"]
        assert passing == []
