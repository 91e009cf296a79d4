"""Shared means of the promise tests: snapshots of simulated clinics, and ways to damage them."""

from __future__ import annotations

import copy
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from auditor.config import Loaded, check
from auditor.scan import Options, scan
from auditor.simulated import tenant_settings
from connectors.gap import Gap, Reason
from connectors.simulator import Fault, Simulator, scenario
from connectors.snapshot import Line, Manifest, Snapshot, SourceState
from rules import Assessment
from rules.result import Verdict

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[2] / "shared"


def scanned(
    names: Iterable[str], *, faults: Iterable[Fault] = (), clinic: Mapping[str, Any] | None = None
) -> tuple[dict[str, Snapshot], list[Any]]:
    """Scan scenarios through the real clients; snapshots by scenario (held in memory), and the simulator's log."""
    tenants = {name: scenario(name) for name in names}
    with tempfile.TemporaryDirectory() as folder, Simulator(list(tenants.values()), faults=tuple(faults)) as simulator:
        settings = [
            tenant_settings(simulator.connection(t.key), Path(folder)) | {"clinic": dict(clinic or {})}
            for t in tenants.values()
        ]
        config = check({"snapshots": str(Path(folder) / "snapshots"), "tenant": settings}, Path("test.toml"))
        loaded = Loaded(config, Path(folder) / "test.toml")
        snapshots = {}
        for name, section in zip(tenants, config.tenant, strict=True):
            scan(loaded, section, Options(), stop=threading.Event(), progress=lambda source, state: None)
            path = max((loaded.snapshots / section.key).glob("*/manifest.json")).parent
            snapshots[name] = in_memory(Snapshot.open(path))
        return snapshots, simulator.log()


@cache
def clean_snapshots() -> dict[str, Snapshot]:
    """Every scenario, scanned without faults, once per test process."""
    from connectors.simulator import scenarios

    return scanned(scenarios())[0]


def in_memory(snapshot: Snapshot) -> Snapshot:
    """The same snapshot without its folder."""
    return Snapshot(snapshot.manifest, lines={name: list(snapshot.lines(name)) for name in snapshot.sources})


def changed(
    snapshot: Snapshot,
    *,
    lines: Mapping[str, list[Line]] | None = None,
    states: Mapping[str, SourceState | None] | None = None,
) -> Snapshot:
    """The snapshot with some sources' lines or states replaced; a state of None removes the source."""
    held = {name: list(snapshot.lines(name)) for name in snapshot.sources} | dict(lines or {})
    sources: dict[str, SourceState] = dict(snapshot.sources)
    for name, state in (states or {}).items():
        if state is None:
            sources.pop(name, None)
            held.pop(name, None)
        else:
            sources[name] = state
    manifest: Manifest = copy.copy(snapshot.manifest)
    manifest.sources = sources
    return Snapshot(manifest, lines=held)


def darkened(
    snapshot: Snapshot, source: str, reason: Reason, *, keep: Callable[[int], bool] = lambda index: False
) -> Snapshot:
    """The snapshot with one source unread for this reason; `keep` says which lines were read before.

    A fan-out source is stored parent by parent, so there a parent is kept whole or not at all.
    """
    places: dict[str | int, int] = {}
    for index, line in enumerate(snapshot.lines(source)):
        places.setdefault(line.of if line.of is not None else index, len(places))
    kept = [
        line
        for index, line in enumerate(snapshot.lines(source))
        if keep(places[line.of if line.of is not None else index])
    ]
    state = copy.copy(snapshot.sources[source])
    state.gap = Gap(source, Reason.PARTIAL if kept else reason, f"test: {reason}", "none")
    return changed(snapshot, lines={source: kept}, states={source: state})


def edited(
    snapshot: Snapshot, path: str, edit: Callable[[dict[str, Any], str], None], *, first_only: bool = False
) -> Snapshot:
    """The snapshot with one field ("graph.users:a.b") edited in every record that holds it, or in the first."""
    source, _, field = path.partition(":")
    lines = [Line(r=copy.deepcopy(line.r), of=line.of, gap=line.gap) for line in snapshot.lines(source)]
    done = False
    for line in lines:
        if line.r is not None and not (first_only and done):
            for holder, key in list(_holders(line.r, field.split("."))):
                edit(holder, key)
                done = True
                if first_only:
                    break
    return changed(snapshot, lines={source: lines})


def _holders(value: Any, parts: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects that hold the last part of a path. Keys may themselves hold dots: the longest that fits is taken."""
    if isinstance(value, list):
        for item in value:
            yield from _holders(item, parts)
        return
    if not isinstance(value, dict):
        return
    for cut in range(len(parts), 0, -1):
        key = ".".join(parts[:cut])
        if key in value:
            if cut == len(parts):
                yield value, key
            else:
                yield from _holders(value[key], parts[cut:])
            return


def remove(holder: dict[str, Any], key: str) -> None:
    del holder[key]


def set_null(holder: dict[str, Any], key: str) -> None:
    holder[key] = None


def set_unknown(holder: dict[str, Any], key: str) -> None:
    value = holder[key]
    holder[key] = ["zzNobodyDocumentedThis"] if isinstance(value, list) else "zzNobodyDocumentedThis"


Standing = dict[tuple[str, str, str, str], Verdict]


def standings(assessment: Assessment) -> tuple[dict[str, Verdict], Standing]:
    """Verdicts by control, and by (control, check, provider, entity): the worst where an entity has several results."""
    from rules.result import worst

    controls = {outcome.control.id: outcome.verdict for outcome in assessment.controls}
    entities: dict[tuple[str, str, str, str], list[Verdict]] = {}
    for outcome in assessment.controls:
        for check_ in outcome.checks:
            for judgment in check_.judgments:
                place = (outcome.control.id, check_.check.name, str(check_.provider), judgment.entity.id)
                entities.setdefault(place, []).append(judgment.verdict)
    return controls, {place: worst(verdicts) for place, verdicts in entities.items()}


def moved_to_pass(before: Assessment, after: Assessment) -> list[str]:
    """What passes after a loss of data that did not pass before: by control, and by entity."""
    controls, entities = standings(before)
    now_controls, now_entities = standings(after)
    moved = [
        control
        for control, verdict in now_controls.items()
        if verdict is Verdict.PASS and controls.get(control) is not Verdict.PASS
    ]
    moved += [
        " ".join(place)
        for place, verdict in now_entities.items()
        if verdict is Verdict.PASS and place in entities and entities[place] is not Verdict.PASS
    ]
    return moved


def readers(assessment: Assessment) -> dict[str, set[str]]:
    """Field paths and sources, each with the ids of the controls whose verdicts are made of it."""
    found: dict[str, set[str]] = {}
    for outcome in assessment.controls:
        for judgment in outcome.judgments:
            for path in judgment.evidence:
                found.setdefault(path, set()).add(outcome.control.id)
    return found
