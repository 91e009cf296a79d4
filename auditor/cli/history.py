"""`auditor history`: the recorded runs of a tenant or the last one of each, findings over time, and forgetting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from auditor.cli import console
from auditor.config import Loaded, TenantSection, load
from auditor.errors import AuditorError
from auditor.history.keeping import open_history, snapshots_of
from auditor.history.retention import prune as prune_
from auditor.history.store import History, Latest, Life, RunInfo
from auditor.scan import judge
from reports.escape import visible
from reports.paper import Paper
from rules.result import Severity

_COUNTED = ("new", "came back", "reopened", "came to light", "went dark", "fixed", "waived")


def run(
    tenant: str | None,
    *,
    config: Path,
    findings: bool,
    today: bool,
    limit: int,
    prune: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Print runs or findings, or forget old ones."""
    loaded = load(config)
    everyone = tenant is None and len(loaded.config.tenant) > 1 and not (findings or today or prune)
    section = only_tenant(loaded, tenant) if not everyone else None
    store = open_history(loaded)
    try:
        if section is None:
            _everyone(store.overview(), loaded, as_json=as_json)
        elif prune:
            _prune(store, loaded, section, dry_run=dry_run)
        elif findings:
            _findings(store.findings(section.key), as_json=as_json)
        elif today:
            _today(loaded, section, limit=limit, as_json=as_json)
        else:
            _runs(store.runs(section.key, limit=limit), section, as_json=as_json)
    finally:
        store.close()


def only_tenant(loaded: Loaded, key: str | None) -> TenantSection:
    """The tenant with this key; without one, the only tenant there is."""
    if key is not None:
        return loaded.tenant(key)
    if len(loaded.config.tenant) != 1:
        known = ", ".join(t.key for t in loaded.config.tenant) or "none"
        raise AuditorError("no tenant is named", f"name one of: {known}")
    return loaded.config.tenant[0]


def _everyone(found: list[Latest], loaded: Loaded, *, as_json: bool) -> None:
    """One line a tenant, those with the worst findings first; a tenant that was never scanned stands at the end."""
    known = {latest.tenant: latest for latest in found}
    order = [severity.value for severity in Severity]
    keys = sorted(
        (section.key for section in loaded.config.tenant),
        key=lambda key: [-known[key].open.get(name, 0) for name in order] if key in known else [1],
    )
    if as_json:
        rows = [known[key].to_dict() if key in known else {"tenant": key, "finished": None} for key in keys]
        console.result(json.dumps({"schema": 1, "tenants": rows}, indent=1))
        return
    _show(
        ["tenant", "last scan", "critical", "high", "unseen", "since the scan before"],
        [_standing(key, known.get(key)) for key in keys],
        [18, 10, 8, 6, 6, 22],
    )


def _standing(key: str, latest: Latest | None) -> list[str]:
    if latest is None:
        return [key, "never", *[""] * 4]
    return [
        key,
        f"{latest.finished:%Y-%m-%d}",
        *(str(latest.open.get(name, 0)) for name in ("critical", "high")),
        str(latest.summary["not_assessed"]),
        _since(latest.events, quick=latest.quick, first=latest.runs == 1),
    ]


def _since(events: Mapping[str, int], *, quick: bool, first: bool) -> str:
    """What happened to findings since the run before."""
    happened = ", ".join(f"{events[name]} {name}" for name in _COUNTED if events.get(name))
    return ("quick scan: " if quick else "") + (happened or ("first run" if first else "nothing moved"))


def _runs(runs: list[RunInfo], section: TenantSection, *, as_json: bool) -> None:
    if as_json:
        console.result(
            json.dumps({"schema": 1, "tenant": section.key, "runs": [run.to_dict() for run in runs]}, indent=1)
        )
        return
    if not runs:
        console.result(f"{section.key}: no run is recorded yet; `auditor scan` records each")
        return
    rows = []
    for run_ in runs:
        summary = run_.summary
        rows.append(
            [
                str(run_.id),
                f"{run_.finished:%Y-%m-%d %H:%M}",
                str(summary["fail"]),
                str(summary["review"]),
                str(summary["pass"]),
                str(summary["not_assessed"]),
                _since(run_.events, quick=run_.quick, first=run_ is runs[-1]),
            ]
        )
    head = ["run", "finished (UTC)", "fix", "look", "fine", "unseen", "findings since the run before"]
    _show(head, rows, [6, 16, 6, 6, 6, 6, 22])


def _show(head: list[str], rows: list[list[str]], shares: list[int]) -> None:
    paper = Paper(console.width(), color=console.coloured())
    paper.table(head, rows, shares)
    console.result(str(paper))


def _findings(lives: list[Life], *, as_json: bool) -> None:
    if as_json:
        console.result(json.dumps({"schema": 1, "findings": [life.to_dict() for life in lives]}, indent=1))
        return
    rows = [
        [
            life.state,
            life.severity,
            life.control,
            visible(" -> ".join(part for part in (life.label, life.about.get("destination", "")) if part)),
            f"{life.first_seen:%Y-%m-%d}",
            f"{life.last_seen:%Y-%m-%d}",
            str(life.returns or ""),
        ]
        for life in lives
    ]
    head = ["state", "severity", "control", "who or what", "first seen", "last seen", "came back"]
    if not rows:
        console.result("no finding was ever recorded")
        return
    _show(head, rows, [7, 8, 8, 34, 10, 10, 5])


def _today(loaded: Loaded, section: TenantSection, *, limit: int, as_json: bool) -> None:
    """Old snapshots with today's controls: what we would have said, had we known then what we know now."""
    snapshots = snapshots_of(loaded.snapshots / section.key)[-limit:][::-1]
    judged = [judge(snapshot, section) for snapshot in snapshots]
    if as_json:
        rows = [
            {"snapshot": a.snapshot_id, "finished": a.finished.isoformat(), "quick": a.quick, "summary": a.summary}
            for a in judged
        ]
        console.result(json.dumps({"schema": 1, "tenant": section.key, "snapshots": rows}, indent=1))
        return
    lines = [
        [
            a.snapshot_id + (" (quick)" if a.quick else ""),
            *(str(a.summary[name]) for name in ("fail", "review", "pass", "not_assessed")),
        ]
        for a in judged
    ]
    head = ["snapshot, judged with today's controls", "fix", "look at", "fine", "not seen"]
    if not lines:
        console.result(f"{section.key}: no snapshot is kept")
        return
    _show(head, lines, [30, 6, 7, 6, 8])


def _prune(store: History, loaded: Loaded, section: TenantSection, *, dry_run: bool) -> None:
    gone = prune_(store, loaded, section, now=datetime.now(UTC), dry_run=dry_run)
    verb = "would be forgotten" if dry_run else "forgotten"
    console.result(f"{section.key}: {gone.runs} runs and {len(gone.snapshots)} snapshots {verb}")
    for folder in gone.snapshots:
        console.result(f"  {folder}")
