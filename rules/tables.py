"""Typed records of one source, which say so when they are not all there.

A check asks for them by type: `Table[User]`, `Keyed[MfaRegistration]`, `Grouped[MessageRule]`, `One[SecurityDefaults]`.

Going through an incomplete table yields what is there and then raises `Unreadable`. So `any(...)` still finds what exists,
`all(...)` still finds a counter-example, and neither takes the missing part for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

from connectors.gap import Gap, Reason
from connectors.record import Record, Unreadable, note_read, tracing
from connectors.snapshot import Snapshot, SourceState

R = TypeVar("R", bound=Record)


class Rows(Generic[R]):
    """The records of one source as they lie in the snapshot, decoded once and shared by all tables."""

    def __init__(self, snapshot: Snapshot, record: type[R]) -> None:
        self.source = record.__source__
        self.record = record
        self.state: SourceState | None = snapshot.sources.get(self.source)
        self._snapshot = snapshot
        self._loaded: tuple[list[R], dict[str, list[R]], dict[str, Gap]] | None = None
        self._keyed: dict[str, R] | None = None
        self._key_reads: tuple[str, ...] = ()
        self._parents: dict[str, list[str]] | None = None
        self._parent_reads: tuple[str, ...] = ()
        self.keyless: Gap | None = None  # why a record has no id that could be read; known once `keyed` was asked

    @property
    def gap(self) -> Gap | None:
        if self.state is None:
            return Gap(self.source, Reason.NOT_COLLECTED, "this was not read", "include this source in the scan")
        return self.state.gap

    def load(self) -> tuple[list[R], dict[str, list[R]], dict[str, Gap]]:
        """(all records, records by parent, gaps by parent)."""
        if self._loaded is None:
            records: list[R] = []
            groups: dict[str, list[R]] = {}
            gaps: dict[str, Gap] = {}
            once: dict[Any, Any] = {}
            twins: dict[Any, tuple[Any, R]] = {}
            for line in self._snapshot.lines(self.source):
                if line.gap is not None and line.of is not None:
                    gaps[line.of] = line.gap
                elif line.of is not None:
                    groups.setdefault(line.of, [])
                if line.r is not None:
                    # The members of many groups are the same few people; each is held once.
                    known, record = twins.get(line.r.get("id"), (None, None)) if self.record.repeats else (None, None)
                    if record is None or known != line.r:
                        raw = {key: _once(value, once) for key, value in line.r.items()}
                        record = self.record(raw)
                        if self.record.repeats:
                            twins[raw.get("id")] = raw, record
                    records.append(record)
                    if line.of is not None:
                        groups[line.of].append(record)
            self._loaded = records, groups, gaps
        return self._loaded

    def keyed(self) -> dict[str, R]:
        """The records by id; a record whose id cannot be read is left to those who iterate."""
        if self._keyed is None:
            self._keyed = {}
            with tracing() as reads:
                for record in self.load()[0]:
                    try:
                        self._keyed[record.key] = record
                    except Unreadable as err:
                        self.keyless = self.keyless or err.gap
            self._key_reads = tuple(reads)
        note_read(*self._key_reads)  # whoever asks by id relies on the ids, not only the first who asks
        return self._keyed

    def parents(self) -> dict[str, list[str]]:
        """The parents by the id of the records that they hold."""
        if self._parents is None:
            found: dict[str, list[str]] = {}
            with tracing() as reads:
                for parent, records in self.load()[1].items():
                    for record in records:
                        try:
                            found.setdefault(record.key, []).append(parent)
                        except Unreadable:
                            continue
            self._parents, self._parent_reads = found, tuple(reads)
        note_read(*self._parent_reads)
        return self._parents


def _once(value: Any, known: dict[Any, Any]) -> Any:
    """The value as it was first met: most texts of a listing are the same few words, most lists the same few plans."""
    kind = type(value)
    if kind is str:
        return known.setdefault(value, value)
    if (kind is list or kind is dict) and value:
        return known.setdefault(msgspec.json.encode(value), value)
    return value


class _Typed(Generic[R]):
    def __init__(self, rows: Rows[R]) -> None:
        self._rows = rows

    def _noted(self) -> Rows[R]:
        note_read(self._rows.source)
        return self._rows

    @property
    def gap(self) -> Gap | None:
        """Why the source is missing or incomplete; None if all of it is there."""
        return self._noted().gap

    @property
    def source(self) -> str:
        """The source's name."""
        return self._rows.source

    @property
    def complete(self) -> bool:
        """Whether the whole source was read."""
        return self.gap is None

    def holds_all_of(self, part: str) -> bool:
        """Whether nothing of a part is missing, complete source or not (`SourceState.whole`)."""
        rows = self._noted()
        return rows.gap is None or (rows.state is not None and part in rows.state.whole)

    @property
    def note(self) -> str:
        """How the source was read, where that is worth knowing."""
        state = self._noted().state
        return state.note if state is not None else ""


class Table(_Typed[R]):
    """All records of a source."""

    def __iter__(self) -> Iterator[R]:
        rows = self._noted()
        yield from rows.load()[0]
        if rows.gap is not None:
            raise Unreadable(rows.gap)

    def known(self) -> list[R]:
        """The records that are there, complete or not: only for showing, or for finding what exists."""
        return self._noted().load()[0]


class Keyed(_Typed[R]):
    """The records of a source by the provider's id."""

    def get(self, key: str) -> R | None:
        """The record with this id; None if the source is complete and holds none; `Unreadable` if it is incomplete."""
        rows = self._noted()
        record = rows.keyed().get(key)
        if record is None and (missing := rows.gap or rows.keyless) is not None:
            raise Unreadable(missing)
        return record

    def __iter__(self) -> Iterator[R]:
        return iter(Table(self._rows))


class Grouped(_Typed[R]):
    """The records of a fan-out source by the mailbox, group or person they were read for."""

    def of(self, parent: str) -> list[R]:
        """The records of one parent; `Unreadable` with that parent's own gap if they could not be read, or not to the end."""
        rows = self._noted()
        _, groups, gaps = rows.load()
        if parent in groups and parent not in gaps:
            return groups[parent]
        raise Unreadable(
            gaps.get(parent) or rows.gap or Gap(rows.source, Reason.NOT_COLLECTED, "this was not read for this one")
        )

    def __iter__(self) -> Iterator[tuple[str, list[R]]]:
        rows = self._noted()
        yield from rows.load()[1].items()
        if rows.gap is not None:
            raise Unreadable(rows.gap)

    def known(self) -> dict[str, list[R]]:
        """What is there, complete or not, by parent."""
        return self._noted().load()[1]

    def holding(self, key: str) -> list[str]:
        """The parents that hold a record with this id, as far as they could be read."""
        return self._noted().parents().get(key, [])

    def lacks(self, parent: str) -> Gap | None:
        """Why records of a parent that was read may be missing all the same; None if its list is whole.

        A source with a gap that no parent accounts for may lack records anywhere: whoever argues from absence asks this.
        """
        rows = self._noted()
        _, _, gaps = rows.load()
        return gaps.get(parent) or (rows.gap if not gaps else None)


class One(_Typed[R]):
    """A source that is a single object: a tenant-wide setting."""

    @property
    def value(self) -> R:
        """The object; `Unreadable` if it was not read."""
        rows = self._noted()
        records = rows.load()[0]
        if rows.gap is not None:
            raise Unreadable(rows.gap)
        if not records:
            raise Unreadable(Gap(rows.source, Reason.UNREADABLE, "the provider answered without an object"))
        return records[0]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{type(self).__name__} has no {name}: ask its .value")
