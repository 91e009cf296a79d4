"""Snapshots and their working folders: whole pages or none, owner-only, one scan at a time, never edited."""

from __future__ import annotations

import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.gap import Gap, Reason
from connectors.snapshot import (
    Journal,
    Line,
    Snapshot,
    SnapshotError,
    SourceState,
    TenantInfo,
    Workspace,
    tenant_secret,
)

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CLINIC = TenantInfo("brightwater", "Brightwater Family Clinic", ["microsoft365"])
GAP = Gap("graph.message_rules", Reason.PERMISSION, "refused", "grant it")
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(st.text(min_size=1, max_size=8), values, max_size=4)


def workspace(home: Path, **given: Any) -> Workspace:
    return Workspace(home, **{"plan": "p", "now": NOW} | given)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- journals --------------------------------------------------------------------------------------------------------


def pages_of(journal: Journal, many: int) -> None:
    for page in range(1, many + 1):
        journal.append([Line(r={"id": f"{page}-{n}"}) for n in range(3)], page, f"after-{page}")
    journal.close()


def test_what_was_appended_is_recovered_page_by_page(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "graph.users.jsonl")
    assert journal.recover() == (0, None, set())
    pages_of(journal, 2)
    journal.append([Line(r={"id": "last"})], 3, None)
    assert Journal(journal.path).recover() == (3, None, set()), "an append is on disk although the file is still open"
    assert [line.r for line in journal.lines()][-1] == {"id": "last"}
    journal.close()
    assert mode(journal.path) == 0o600


@given(data=st.data())
def test_a_page_that_was_torn_anywhere_is_cut_off_whole(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "graph.users.jsonl")
        pages_of(journal, 2)
        good = journal.path.stat().st_size
        journal.append([Line(r={"id": "3"}), Line(of="box", r={"id": "4"})], 3, None)
        journal.close()
        whole = journal.path.read_bytes()
        cut = data.draw(st.integers(good, len(whole) - 1))
        journal.path.write_bytes(whole[:cut])
        assert journal.recover() == (2, "after-2", set())
        assert journal.path.stat().st_size == good
        journal.append([Line(r={"id": "again"})], 3, None)
        assert [line.r for line in journal.lines() if line.r][-1] == {"id": "again"}
        journal.close()


def test_a_marker_that_lost_its_line_break_does_not_run_into_the_next_page(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "graph.users.jsonl")
    pages_of(journal, 2)
    journal.path.write_bytes(journal.path.read_bytes()[:-1])
    pages, following, _ = journal.recover()
    journal.append([Line(r={"id": "next"})], pages + 1, None)
    journal.close()
    assert following in {"after-1", "after-2"}
    found = [line.r["id"] for line in journal.lines() if line.r]
    assert found[-1] == "next"
    assert len(found) == 3 * pages + 1


def test_parents_of_a_torn_page_are_not_done(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "graph.message_rules.jsonl")
    journal.append([Line(of="a", r={"id": "1"})], 1, None)
    journal.append([Line(of="b")], 2, None)
    journal.append([Line(of="c", gap=GAP)], 3, None)
    journal.append([Line(of="d", r={"id": "2"}), Line(of="d", r={"id": "3"})], 4, None)
    journal.close()
    journal.path.write_bytes(journal.path.read_bytes()[:-12])
    assert journal.recover() == (3, None, {"a", "b", "c"})


def test_lines_can_be_counted_without_their_records(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "graph.message_rules.jsonl")
    journal.append([Line(of="a", r={"id": "1"}), Line(of="b"), Line(of="c", gap=GAP), Line(of="d", r={})], 1, None)
    journal.close()
    assert [(bool(o.r), o.of, o.gap) for o in journal.outlines()] == [
        (True, "a", None), (False, "b", None), (False, "c", GAP), (True, "d", None),
    ]  # fmt: skip
    assert list(Journal(tmp_path / "nothing.jsonl").outlines()) == []


def test_a_source_is_finished_only_when_it_says_so(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "graph.users.jsonl")
    pages_of(journal, 1)
    assert journal.finished() is None
    journal.state_path.write_bytes(b'{"provider": "micro')
    assert journal.finished() is None
    journal.finish(SourceState("microsoft365", count=3))
    assert journal.finished() == SourceState("microsoft365", count=3)
    assert mode(journal.state_path) == 0o600


# -- working folders -------------------------------------------------------------------------------------------------


def test_only_one_scan_of_a_tenant_runs_at_a_time(tmp_path: Path) -> None:
    first = workspace(tmp_path / "brightwater")
    with pytest.raises(SnapshotError, match="another scan of this tenant is running"):
        workspace(tmp_path / "brightwater")
    workspace(tmp_path / "other").close()
    first.close()
    workspace(tmp_path / "brightwater").close()


@pytest.mark.parametrize(
    ("changed", "resumed"),
    [
        ({}, True),
        ({"now": NOW + timedelta(hours=23)}, True),
        ({"now": NOW + timedelta(hours=24)}, False),
        ({"now": NOW - timedelta(minutes=1)}, False),  # a clock that went back proves nothing
        ({"plan": "another"}, False),
        ({"resume": False}, False),
    ],
)
def test_a_run_goes_on_only_with_the_same_plan_and_within_a_day(
    tmp_path: Path, changed: dict[str, Any], resumed: bool
) -> None:
    first = workspace(tmp_path)
    pages_of(first.journal("graph.users"), 2)
    first.close()
    second = workspace(tmp_path, **changed)
    assert second.resumed is resumed
    assert second.journal("graph.users").recover()[0] == (2 if resumed else 0)
    assert (second.progress.id == first.progress.id) is resumed
    second.close()


def test_a_damaged_progress_file_starts_anew(tmp_path: Path) -> None:
    workspace(tmp_path).close()
    (tmp_path / ".working" / "progress.json").write_bytes(b"{")
    second = workspace(tmp_path)
    assert not second.resumed
    second.close()


@pytest.mark.parametrize("before", range(6))
def test_a_run_that_is_killed_while_it_tidies_up_never_takes_lost_lines_for_read(
    tmp_path: Path, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = workspace(tmp_path)
    states = {}
    for name in ("graph.users", "graph.groups"):
        pages_of(work.journal(name), 1)
        states[name] = SourceState("microsoft365", count=3)
        work.journal(name).finish(states[name])
    removed, unlink = [0], Path.unlink

    def killed(path: Path, missing_ok: bool = False) -> None:
        if removed[0] == before:
            raise KeyboardInterrupt
        removed[0] += 1
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", killed)
    try:
        work.finish(TenantInfo("t", "T", []), states, now=NOW, disclosures=[])
    except KeyboardInterrupt:
        monkeypatch.undo()
        work.close()
        with_it = workspace(tmp_path)
        for name in states if with_it.resumed else ():
            assert with_it.journal(name).finished() is None or list(with_it.journal(name).lines())
        with_it.close()
    else:
        assert before >= 5
        work.close()


def test_a_finished_folder_is_whole_owner_only_and_holds_no_working_files(tmp_path: Path) -> None:
    home = tmp_path / "brightwater"
    work = workspace(home)
    pages_of(work.journal("graph.users"), 2)
    rules = work.journal("graph.message_rules")
    for page, parent in enumerate(["zoe", "ann", "may"], 1):
        rules.append([Line(of=parent, r={"id": str(n)}) for n in range(2)], page, None)
    rules.close()
    states = {
        "graph.users": SourceState("microsoft365", count=6),
        "graph.message_rules": SourceState("microsoft365", count=6),
        "graph.groups": SourceState("microsoft365", gap=Gap("graph.groups", Reason.PERMISSION)),
    }
    folder = work.finish(CLINIC, states, now=NOW, disclosures=["said"])
    work.close()
    assert sorted(path.name for path in folder.iterdir()) == [
        "graph.groups.jsonl.zst", "graph.message_rules.jsonl.zst", "graph.users.jsonl.zst", "manifest.json",
    ]  # fmt: skip
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert mode(folder) == mode(home) == 0o700
    assert {mode(path) for path in home.iterdir() if path.is_file()} == {0o600}
    snapshot = Snapshot.open(folder)
    assert snapshot.verify() == []
    parents = [(line.of, line.r) for line in snapshot.lines("graph.message_rules")]
    assert [of for of, _ in parents] == ["ann", "ann", "may", "may", "zoe", "zoe"]
    assert [r["id"] for _, r in parents if r] == ["0", "1"] * 3, "the order within a mailbox is the provider's"
    assert list(snapshot.lines("graph.groups")) == []
    assert snapshot.manifest.disclosures == ["said"]


def test_the_key_of_the_hashes_is_made_once(tmp_path: Path) -> None:
    assert tenant_secret(tmp_path) == tenant_secret(tmp_path)
    assert len(tenant_secret(tmp_path)) == 32
    assert mode(tmp_path / ".hash-key") == 0o600


# -- snapshots -------------------------------------------------------------------------------------------------------


@given(rows=st.lists(records, max_size=5), parents=st.lists(st.tuples(st.text(min_size=1), records), max_size=4))
def test_what_is_written_is_read_again(rows: list[dict[str, Any]], parents: list[tuple[str, dict[str, Any]]]) -> None:
    lines = {"graph.users": rows, "graph.message_rules": [Line(of=of, r=r) for of, r in parents]}
    made = Snapshot.of(CLINIC, lines, taken=NOW)
    with tempfile.TemporaryDirectory() as folder:
        read = Snapshot.open(made.save(folder))
        assert read.manifest == made.manifest
        assert read.manifest.sha256 == made.manifest.sha256
        for name in lines:
            assert list(read.lines(name)) == list(made.lines(name))
        assert read.verify() == []


def test_changed_lines_are_noticed(tmp_path: Path) -> None:
    made = Snapshot.of(CLINIC, {"graph.users": [{"id": "1"}], "graph.groups": []}, taken=NOW)
    folder = made.save(tmp_path)
    other = Snapshot.of(CLINIC, {"graph.users": [{"id": "2"}]}, taken=NOW).save(tmp_path / "other")
    (folder / "graph.users.jsonl.zst").write_bytes((other / "graph.users.jsonl.zst").read_bytes())
    assert Snapshot.open(folder).verify() == ["graph.users"]
    with pytest.raises(SnapshotError, match="does not hold what was written"):
        list(Snapshot.open(folder).lines("graph.users"))


def test_a_folder_that_is_no_snapshot_says_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"holds no manifest\.json"):
        Snapshot.open(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(SnapshotError, match="cannot be read"):
        Snapshot.open(tmp_path)
    made = Snapshot.of(CLINIC, {}, taken=NOW).manifest
    made.schema = 99
    (tmp_path / "manifest.json").write_bytes(msgspec.json.encode(made))
    with pytest.raises(SnapshotError, match="newer version"):
        Snapshot.open(tmp_path)


def test_damaged_lines_are_an_error_and_never_an_empty_source(tmp_path: Path) -> None:
    folder = Snapshot.of(CLINIC, {"graph.users": [{"id": str(n)} for n in range(500)]}, taken=NOW).save(tmp_path)
    stored = folder / "graph.users.jsonl.zst"
    whole = stored.read_bytes()
    for cut in (0, 40, len(whole) - 1):
        stored.write_bytes(whole[:cut])
        with pytest.raises(SnapshotError):
            list(Snapshot.open(folder).lines("graph.users"))
        assert Snapshot.open(folder).verify() == ["graph.users"]
    stored.unlink()
    with pytest.raises(SnapshotError, match="cannot be read"):
        list(Snapshot.open(folder).lines("graph.users"))
