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

import msgspec

from auditor.config import Loaded, check
from auditor.scan import Options, scan
from auditor.simulated import tenant_settings
from connectors.gap import Gap, Reason
from connectors.record import Record
from connectors.simulator import Fault, SimulatedTenant, Simulator, scenario
from connectors.snapshot import Line, Manifest, Snapshot, SourceState
from connectors.source import Provider
from rules import Assessment
from rules.assess import CheckOutcome, Resolver, questions, run_check
from rules.control import controls
from rules.needs import behind, needed_sources
from rules.profile import Profile
from rules.result import Verdict, worst
from rules.tables import Rows
from rules.view import View

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[2] / "shared"


def scanned(
    names: Iterable[str],
    *,
    faults: Iterable[Fault] = (),
    clinic: Mapping[str, Any] | None = None,
    options: Options | None = None,
    change: Callable[[SimulatedTenant], None] = lambda tenant: None,
) -> tuple[dict[str, Snapshot], list[Any]]:
    """Scan scenarios through the real clients; snapshots by scenario (held in memory), and the simulator's log.

    `change` is made to each tenant before it is served.
    """
    tenants = {name: scenario(name) for name in names}
    for tenant in tenants.values():
        change(tenant)
    with tempfile.TemporaryDirectory() as folder, Simulator(list(tenants.values()), faults=tuple(faults)) as simulator:
        settings = [
            tenant_settings(simulator.connection(t.key), Path(folder)) | {"clinic": dict(clinic or {})}
            for t in tenants.values()
        ]
        config = check({"snapshots": str(Path(folder) / "snapshots"), "tenant": settings}, Path("test.toml"))
        loaded = Loaded(config, Path(folder) / "test.toml")
        snapshots = {}
        for name, section in zip(tenants, config.tenant, strict=True):
            scan(loaded, section, options or Options(), stop=threading.Event(), progress=lambda source, state: None)
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
    held = (snapshot._lines or {name: list(snapshot.lines(name)) for name in snapshot.sources}) | dict(lines or {})
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
    lines, done, parts = list(snapshot.lines(source)), False, field.split(".")
    for index, line in enumerate(lines):
        if line.r is None or (first_only and done) or next(_holders(line.r, parts), None) is None:
            continue
        copied = msgspec.json.decode(msgspec.json.encode(line.r))  # a record is JSON: far cheaper than deepcopy
        lines[index] = Line(r=copied, of=line.of, gap=line.gap)
        for holder, key in list(_holders(copied, parts)):
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


class Judged:
    """A snapshot's verdicts, and what moves to pass when one of its sources is damaged.

    Only checks that may read the damaged source are run again. What the other sources hold, and views made of those alone,
    are shared between the runs; `test_no_silent_pass` holds this against judging the damaged snapshot from the start.
    """

    def __init__(self, snapshot: Snapshot, profile: Profile | None = None, now: datetime = NOW) -> None:
        self.snapshot = snapshot
        self.resolver = Resolver(snapshot, profile or Profile(), now)
        self.questions = [found for control in controls().values() for found in questions(control, self.resolver)]
        self.needs = [needed_sources(*found) for found in self.questions]
        self.before = [run_check(*found, self.resolver) for found in self.questions]
        self.entities = [_worst_by_entity(outcome) for outcome in self.before]
        self.evidence = [frozenset().union(*(j.evidence for j in outcome.judgments)) for outcome in self.before]
        self.controls: dict[str, list[int]] = {}
        for index, (asked, _) in enumerate(self.questions):
            self.controls.setdefault(asked.control.id, []).append(index)

    def paths(self) -> dict[str, list[int]]:
        """The field paths that verdicts are made of, each with the checks that read it, or that gave up on its source."""
        return {
            path: [
                index
                for index, read in enumerate(self.evidence)
                if path in read or (self.before[index].gaps and path.partition(":")[0] in self.needs[index])
            ]
            for path in sorted(frozenset().union(*self.evidence))
            if ":" in path
        }

    def again(self, damaged: Snapshot, source: str, among: Iterable[int] | None = None) -> dict[int, CheckOutcome]:
        """The outcomes of the checks that may read the source, or of those in `among`, by number."""
        if among is None:
            among = [index for index, needs in enumerate(self.needs) if source in needs]
        resolver = _Sharing(self.resolver, damaged, source)
        return {index: run_check(*self.questions[index], resolver) for index in among}

    def moved(self, damaged: Snapshot, source: str, among: Iterable[int] | None = None) -> list[str]:
        """What passes in `damaged`, a copy with another `source`, and did not before: by control, and by entity."""
        after = self.again(damaged, source, among)
        moved = []
        for control in {self.questions[index][0].control.id for index in after}:
            members = self.controls[control]
            before = worst(self.before[index].verdict for index in members)
            now = worst(after.get(index, self.before[index]).verdict for index in members)
            if now is Verdict.PASS and before is not Verdict.PASS:
                moved.append(control)
        for index, outcome in after.items():
            was = self.entities[index]
            moved += [
                f"{outcome.check.control.id} {outcome.check.name} {outcome.provider} {entity}"
                for entity, verdict in _worst_by_entity(outcome).items()
                if verdict is Verdict.PASS and was.get(entity, Verdict.PASS) is not Verdict.PASS
            ]
        return moved


class _Sharing(Resolver):
    """Takes from another resolver all that does not depend on one damaged source."""

    def __init__(self, whole: Resolver, damaged: Snapshot, source: str) -> None:
        super().__init__(damaged, whole.profile, whole.now)
        self.whole, self.source = whole, source

    def rows(self, record: type[Record]) -> Rows[Any]:
        return super().rows(record) if record.__source__ == self.source else self.whole.rows(record)

    def view(self, base: type[View[Any]], provider: Provider) -> Any:
        shared = self.source not in behind(base, provider).sources
        return self.whole.view(base, provider) if shared else super().view(base, provider)


def _worst_by_entity(outcome: CheckOutcome) -> dict[str, Verdict]:
    found: dict[str, list[Verdict]] = {}
    for judgment in outcome.judgments:
        found.setdefault(judgment.entity.id, []).append(judgment.verdict)
    return {entity: worst(verdicts) for entity, verdicts in found.items()}


def readers(assessment: Assessment) -> dict[str, set[str]]:
    """Field paths and sources, each with the ids of the controls whose verdicts are made of it."""
    found: dict[str, set[str]] = {}
    for outcome in assessment.controls:
        for judgment in outcome.judgments:
            for path in judgment.evidence:
                found.setdefault(path, set()).add(outcome.control.id)
    return found
