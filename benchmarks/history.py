"""The history under load: `python -m benchmarks.history` fills a SQLite file and times what people ask of it.

500 tenants, 24 monthly runs, 100 findings each: 1.2 million observations.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from auditor.history.store import History
from auditor.history.tables import Finding, Move, Observation, Run, Tenant

TENANTS, RUNS, FINDINGS = 500, 24, 100
_BASE = datetime(2025, 1, 1, tzinfo=UTC)
_SUMMARY = {"fail": 50, "review": 5, "pass": 100, "not_assessed": 10, "not_applicable": 1, "waived": 0}


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
    }  # fmt: skip


def _finding(tenant: int, finding: int, number: int) -> dict[str, Any]:
    return {
        "id": finding, "tenant_id": tenant, "identity": f"{number:064d}", "control": f"FWD-{number % 19 + 1}",
        "check_name": "check", "provider": "microsoft365", "kind": "mailbox", "entity": f"e{number}",
        "about": {"destination": "home@mail.example"}, "label": f"Person {number}", "severity": "high", "message": "forwards",
        "state": "open", "first_seen": _BASE, "last_seen": _BASE, "since": _BASE, "returns": 0,
    }  # fmt: skip


def measure(history: History, tenant: str) -> dict[str, float]:
    """Seconds of each question."""
    runs = history.runs(tenant)

    def timed(ask: Callable[[], object]) -> float:
        started = time.perf_counter()
        ask()
        return round(time.perf_counter() - started, 3)

    return {
        "history": timed(lambda: history.runs(tenant)),
        "findings": timed(lambda: history.findings(tenant)),
        "one run": timed(lambda: history.run(tenant)),
        "diff of two runs": timed(lambda: history.changes(tenant, runs[1], runs[0])),
        "diff over all runs": timed(lambda: history.changes(tenant, runs[-1], runs[0])),
    }


def main() -> None:
    """Fill, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        history = History.open(path)
        started = time.perf_counter()
        with history.engine.begin() as connection:
            for tenant in range(1, TENANTS + 1):
                fill(connection, tenant)
        print(f"filled in {time.perf_counter() - started:.0f} s, {path.stat().st_size >> 20} MiB")  # noqa: T201 - its job
        for name, seconds in measure(history, f"clinic{TENANTS // 2}").items():
            print(f"{name}: {seconds:.3f} s")  # noqa: T201
        history.close()


if __name__ == "__main__":
    main()
