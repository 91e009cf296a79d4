"""Records: what can be read is read, and what cannot says so."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.record import (
    EpochMilliseconds,
    Hashed,
    Presence,
    Record,
    Text,
    Unreadable,
    derived,
    hashed,
    moment,
    named,
    note_read,
    paths,
    tracing,
)

SECRET = b"secret"


class Color(StrEnum):
    RED = "red"


class Inner(Record):
    name: str
    note: Annotated[bool, Presence] = False


class Thing(Record, key="some_id"):
    __source__ = "test.things"

    some_id: str
    count: int
    ratio: float
    on: bool
    maybe: str | None
    left_out: str = "documented"
    kind: Literal["a", "b"]
    color: Color
    names: list[str]
    inner: Inner
    inners: list[Inner]
    kind_of: str = named("@odata.type")
    told: Annotated[bool, Text]
    number: Annotated[int, Text]
    when: datetime
    since: Annotated[datetime, EpochMilliseconds]
    subject: Annotated[bool, Presence]
    secret: Annotated[str, Hashed]
    anything: Any


GOOD: dict[str, Any] = {
    "someId": "1", "count": 2, "ratio": 0.5, "on": True, "maybe": None, "kind": "a", "color": "red", "names": ["x"],
    "inner": {"name": "in"}, "inners": [{"name": "in"}], "@odata.type": "#t", "told": "true", "number": "42",
    "when": "2026-11-24T08:00:00Z", "since": "1767225600000", "subject": True, "secret": "h:0123456789abcdef", "anything": None,
}  # fmt: skip


def test_fields_are_read_by_the_providers_names() -> None:
    thing = Thing(GOOD)
    assert (thing.some_id, thing.key, thing.count, thing.kind_of) == ("1", "1", 2, "#t")
    assert (thing.maybe, thing.left_out, thing.color, thing.inner.name) == (None, "documented", Color.RED, "in")
    assert (thing.told, thing.number) == (True, 42)
    assert thing.when == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert thing.since == datetime(2026, 1, 1, tzinfo=UTC)
    assert [inner.name for inner in thing.inners] == ["in"]


@pytest.mark.parametrize("name", [n for n in Thing.fields() if n != "left_out"])
def test_an_absent_field_is_unreadable_by_its_path(name: str) -> None:
    key = Thing.fields()[name].key
    thing = Thing({k: v for k, v in GOOD.items() if k != key})
    with pytest.raises(Unreadable) as caught:
        getattr(thing, name)
    assert caught.value.gap.source == f"test.things:{key}"


@pytest.mark.parametrize("name", [n for n in Thing.fields() if n not in {"maybe", "anything"}])
def test_null_is_unreadable_unless_the_field_may_be_null(name: str) -> None:
    thing = Thing(GOOD | {Thing.fields()[name].key: None})
    with pytest.raises(Unreadable):
        getattr(thing, name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("some_id", 1), ("count", "2"), ("count", True), ("count", 2.5), ("ratio", "0.5"), ("on", 1), ("on", "true"),
        ("maybe", 1), ("kind", "c"), ("color", "blue"), ("names", "x"), ("names", ["x", 1]), ("names", ["x", None]),
        ("inner", []), ("inners", {}), ("inners", ["x"]), ("told", "yes"), ("told", True), ("number", "many"),
        ("number", True), ("when", "yesterday"), ("when", 5), ("since", "soon"), ("subject", "Jane Doe"), ("secret", 5),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_or_outside_the_enumeration_is_unreadable(name: str, value: object) -> None:
    thing = Thing(GOOD | {Thing.fields()[name].key: value})
    with pytest.raises(Unreadable):
        getattr(thing, name)


def test_a_whole_number_is_a_number() -> None:
    assert Thing(GOOD | {"ratio": 1}).ratio == 1.0


def test_a_broken_nested_field_is_named_by_its_whole_path() -> None:
    with pytest.raises(Unreadable) as caught:
        Thing(GOOD | {"inner": {}}).inner.name  # noqa: B018
    assert caught.value.gap.source == "test.things:inner.name"


# --- what is kept ---------------------------------------------------------------------------------------------------------


def test_only_declared_fields_are_kept_and_marked_ones_are_reduced() -> None:
    raw = GOOD | {
        "subject": "Jane Doe, biopsy", "secret": "jane@example.com", "undeclared": "Jane Doe",
        "inner": {"name": "in", "note": "Jane Doe", "more": "Jane Doe"}, "inners": [{"note": ""}],
    }  # fmt: skip
    kept = Thing.project(raw, SECRET)
    assert "Jane" not in str(kept)
    assert "jane" not in str(kept)
    assert kept["subject"] is True
    assert kept["inner"] == {"name": "in", "note": True}
    assert kept["inners"] == [{"note": False}]
    assert "undeclared" not in kept


def test_what_the_provider_left_out_stays_left_out() -> None:
    assert Thing.project({}, SECRET) == {}


def test_hashes_keep_equality_within_a_tenant_and_nothing_else() -> None:
    assert hashed("Ann@example.com", SECRET) == hashed("ann@example.com", SECRET)
    assert hashed("ann@example.com", SECRET) != hashed("ann@example.com", b"other")
    assert hashed(hashed("ann", SECRET), SECRET) == hashed("ann", SECRET)
    assert Thing.project({"secret": None}, SECRET) == {"secret": None}


@given(
    st.dictionaries(
        st.sampled_from([f.key for f in Thing.fields().values()] + ["other"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "note", "x"]), inner),
            max_leaves=6,
        ),
    )
)
def test_whatever_comes_is_kept_once_and_read_or_unreadable(raw: dict[str, Any]) -> None:
    kept = Thing.project(raw, SECRET)
    assert Thing.project(kept, SECRET) == kept
    thing = Thing(kept)
    for name in Thing.fields():
        try:
            getattr(thing, name)
        except Unreadable as err:
            assert err.gap.source.startswith("test.things:")


# --- spelling, times, traces ----------------------------------------------------------------------------------------------


def test_spelling_follows_the_provider() -> None:
    class Exchange(Record, case="pascal"):
        auto_forward_enabled: bool

    class Ours(Record, case="snake"):
        found_at: str

    class Graph(Record):
        is_mfa_registered: bool
        id: str

    assert Exchange.wire_names() == ["AutoForwardEnabled"]
    assert Ours.wire_names() == ["found_at"]
    assert Graph.wire_names() == ["isMfaRegistered", "id"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24T08:00:00.1234567Z", datetime(2026, 11, 24, 8, 0, 0, 123456, UTC)),
        ("2026-11-24T10:00:00+02:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T08:00:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("/Date(1767225600000)/", datetime(2026, 1, 1, tzinfo=UTC)),
        ("/Date(1767225600000+0000)/", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_times(text: str, expected: datetime) -> None:
    assert moment(text) == expected


def test_reads_are_traced_through_properties_that_are_computed_once() -> None:
    class Person:
        def __init__(self, record: Thing) -> None:
            self.record, self.times = record, 0

        @derived
        def name(self) -> str:
            self.times += 1
            note_read("another.source")
            return str(self.record.some_id)

    person = Person(Thing(GOOD))
    for _ in range(2):
        with tracing() as outer:
            with tracing() as reads:
                assert person.name == "1"
            assert paths(reads) == {"test.things:someId", "another.source"}
        assert paths(outer) == paths(reads)
    assert person.times == 1


def test_what_could_not_be_computed_stays_so_and_is_traced() -> None:
    class Person:
        @derived
        def name(self) -> str:
            return str(Thing({}).some_id)

    person = Person()
    for _ in range(2):
        with tracing() as reads, pytest.raises(Unreadable):
            person.name  # noqa: B018
        assert paths(reads) == {"test.things:someId"}


def test_records_are_equal_by_what_they_hold() -> None:
    assert Thing(GOOD) == Thing(dict(GOOD))
    assert Thing(GOOD) != Thing(GOOD | {"count": 3})
    assert Inner({"name": "in"}) != Thing({"name": "in"})
