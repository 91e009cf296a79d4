"""Every verdict names all fields it was made of, whoever else read them before."""

from __future__ import annotations

import pytest

from connectors.gap import Gap, Reason
from connectors.microsoft365.sources.groups import Group
from connectors.record import Remembered, Unreadable, note_read, paths, tracing
from connectors.snapshot import Snapshot, TenantInfo
from rules.tables import Keyed, Rows


def test_whoever_asks_by_id_second_relies_on_the_ids_too() -> None:
    clinic = TenantInfo("clinic", "Clinic", ["microsoft365"])
    groups = Keyed(Rows(Snapshot.of(clinic, {"graph.groups": [{"id": "1"}, {"id": "2"}]}), Group))
    for key in ("1", "2"):
        with tracing() as reads:
            groups.get(key)
        assert "graph.groups:id" in paths(reads)


def test_a_remembered_value_is_computed_once_and_names_what_it_read_each_time() -> None:
    asked = []

    def compute() -> int:
        asked.append(1)
        note_read("graph.users:id")
        return 7

    memory: Remembered[str, int] = Remembered()
    for _ in range(3):
        with tracing() as reads:
            assert memory.get("a", compute) == 7
        assert paths(reads) == {"graph.users:id"}
    assert len(asked) == 1


def test_a_remembered_value_that_could_not_be_read_stays_unreadable() -> None:
    def compute() -> int:
        note_read("graph.users:id")
        raise Unreadable(Gap("graph.users:id", Reason.UNREADABLE))

    memory: Remembered[str, int] = Remembered()
    for _ in range(2):
        with tracing() as reads, pytest.raises(Unreadable):
            memory.get("a", compute)
        assert paths(reads) == {"graph.users:id"}
