"""`auditor diff`: what moved between two runs or two snapshots, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from auditor.cli import console
from auditor.cli.source import configuration, section_of
from auditor.config import load
from auditor.errors import AuditorError
from auditor.history.difference import between
from auditor.history.keeping import open_history
from auditor.history.store import Change, RunInfo
from connectors.snapshot import Snapshot, SnapshotError
from reports import wording
from reports.escape import visible
from reports.paper import Paper


def run(before: str, after: str | None, *, config: Path, as_json: bool) -> None:
    """Print the changes between two places in time."""
    if Path(before).is_dir() or (after is not None and Path(after).is_dir()):
        names, changes = _of_folders(before, after, config)
    else:
        names, changes = _of_runs(before, after, config)
    if as_json:
        found = {"schema": 1, "before": names[0], "after": names[1], "changes": [c.to_dict() for c in changes]}
        console.result(json.dumps(found, indent=1))
        return
    paper = Paper(console.width(), color=console.coloured())
    paper.put(f"From {names[0]} to {names[1]}:")
    write(paper, changes)
    console.result(str(paper))


def _of_folders(before: str, after: str | None, config: Path) -> tuple[tuple[str, str], Sequence[Change]]:
    if after is None:
        raise AuditorError("diff: one snapshot folder alone is no difference", "name two folders")
    try:
        old, new = Snapshot.open(before), Snapshot.open(after)
    except SnapshotError as err:
        raise AuditorError(str(err), err.advice) from err
    tenants = old.manifest.tenant, new.manifest.tenant
    if tenants[0].key != tenants[1].key:
        raise AuditorError(
            f"the snapshots belong to two tenants, {tenants[0].key} and {tenants[1].key}", "name two of one tenant"
        )
    section = section_of(configuration(config, needed=False), tenants[0].key)
    return (old.manifest.id, new.manifest.id), between(old, new, section)


def _of_runs(before: str, after: str | None, config: Path) -> tuple[tuple[str, str], Sequence[Change]]:
    loaded = load(config)
    key, _, first = before.partition(":")
    second = "last"
    if after is not None:
        other, _, second = after.partition(":")
        if other != key:
            raise AuditorError(f"diff: {key} and {other} are two tenants", f"write {key}:RUN twice")
    loaded.tenant(key)
    store = open_history(loaded)
    try:
        runs = store.run(key, first or "previous"), store.run(key, second or "last")
        runs = (runs[0], runs[1]) if runs[0].finished <= runs[1].finished else (runs[1], runs[0])
        changes = store.changes(key, *runs)
    finally:
        store.close()
    return (_named(runs[0]), _named(runs[1])), changes


def _named(run_: RunInfo) -> str:
    return f"{'quick ' if run_.quick else ''}run {run_.id} ({run_.finished:%Y-%m-%d})"


def write(paper: Paper, changes: Sequence[Change]) -> None:
    """The changes for people, by what happened."""
    if not changes:
        paper.put("nothing moved", indent=2)
    event = ""
    for change in changes:
        if change.event != event:
            event = change.event
            paper.heading(wording.EVENTS[event])
        where = f" -> {visible(change.about['destination'])}" if change.about.get("destination") else ""
        what = f"{_said(change.before)} -> {_said(change.after)}"
        if change.entity:
            what = f"{visible(change.label)}{where}: {visible(change.message)}"
        why = f" [{', '.join(change.causes)}]" if change.causes else ""
        paper.put(f"{change.control}  {what}{why}", indent=2, hang=2)


def _said(verdict: str) -> str:
    return verdict.replace("_", " ") or "not asked"
