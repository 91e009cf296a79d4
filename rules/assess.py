"""The engine: every check on every entity, what could not be read named, waivers laid over.

    assess(snapshot) -> Assessment

The engine knows from a check's signature which sources it needs, catches `Unreadable` per entity, and notes which fields each
verdict was made of. A check that breaks is "not assessed: the check itself failed".
"""

from __future__ import annotations

import logging
import typing
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from connectors.gap import Gap, Reason
from connectors.record import Reads, Record, Unreadable, paths, tracing
from connectors.snapshot import Snapshot, SourceState, TenantInfo
from connectors.source import DNS, EVIDENCE, GOOGLE_WORKSPACE, MICROSOFT_365, Provider
from rules.control import Check, Control, controls
from rules.needs import ViewKey, hints, implementation, needs, order
from rules.profile import Profile
from rules.result import Result, Severity, Verdict, worst
from rules.tables import Grouped, Keyed, One, Rows, Table
from rules.view import Across, Now, Tenant, View
from rules.waiver import Waiver

log = logging.getLogger("auditor.rules")
SCHEMA = 1


class Entity(msgspec.Struct, frozen=True):
    """What a result is about: its kind ("person", "mailbox"), the provider's immutable id, and a name for people."""

    kind: str
    id: str
    label: str


class Judgment(msgspec.Struct, frozen=True):
    """One result on one entity, with the fields it was made of and the waiver over it."""

    entity: Entity
    result: Result
    evidence: frozenset[str] = frozenset()
    waiver: Waiver | None = None

    @property
    def verdict(self) -> Verdict:
        return self.result.verdict


@dataclass(frozen=True)
class CheckOutcome:
    """What one check found at one provider."""

    check: Check
    provider: Provider
    judgments: tuple[Judgment, ...]
    gaps: tuple[Gap, ...]

    @cached_property
    def verdict(self) -> Verdict:
        """The worst of what is not waived; a gap keeps a check from passing."""
        verdicts = [j.verdict for j in self.judgments if j.waiver is None]
        if not verdicts and self.judgments:
            verdicts = [Verdict.PASS]
        return worst([*verdicts, *([Verdict.NOT_ASSESSED] if self.gaps else [])])


@dataclass(frozen=True)
class ControlOutcome:
    """What all checks of one control found."""

    control: Control
    checks: tuple[CheckOutcome, ...]
    outside: tuple[tuple[Provider, str], ...] = ()

    @cached_property
    def verdict(self) -> Verdict:
        return worst(check.verdict for check in self.checks)

    @cached_property
    def judgments(self) -> list[Judgment]:
        return [judgment for check in self.checks for judgment in check.judgments]

    @cached_property
    def waived(self) -> list[Judgment]:
        return [judgment for judgment in self.judgments if judgment.waiver is not None]

    @cached_property
    def severity(self) -> Severity:
        """The highest severity of an open finding, else the control's own."""
        order = list(Severity)
        open_ = [
            j.result.severity
            for j in self.judgments
            if j.waiver is None and j.verdict is Verdict.FAIL and j.result.severity
        ]
        return min([*open_, self.control.severity], key=order.index)

    @cached_property
    def gaps(self) -> list[Gap]:
        return list(dict.fromkeys(gap for check in self.checks for gap in check.gaps))


@dataclass(frozen=True)
class Assessment:
    """All results of one snapshot, waivers applied."""

    tenant: TenantInfo
    snapshot_id: str
    snapshot_sha256: str
    started: datetime
    finished: datetime
    judged_for: datetime
    origin: str
    sources: Mapping[str, SourceState]
    disclosures: tuple[str, ...]
    controls: tuple[ControlOutcome, ...]
    unused_waivers: tuple[Waiver, ...] = ()
    lapsed_waivers: tuple[Waiver, ...] = ()  # their day has passed, or what they accepted has become worse
    quick: bool = False  # nothing was asked person by person

    @cached_property
    def summary(self) -> dict[str, int]:
        """Controls by verdict, and how many findings are waived."""
        piles = {
            verdict.value: 0
            for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.REVIEW, Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE)
        }
        for outcome in self.controls:
            piles[outcome.verdict.value] += 1
        return piles | {"waived": sum(len(outcome.waived) for outcome in self.controls)}

    def control(self, control_id: str) -> ControlOutcome:
        """One control's outcome; `KeyError` if it was not assessed in this run."""
        return next(outcome for outcome in self.controls if outcome.control.id == control_id)

    def to_dict(self) -> dict[str, Any]:
        """The JSON contract, as plain values."""
        controls = []
        for control, results in self.control_dicts():
            for check, found in zip(control["checks"], results, strict=True):
                check["results"] = list(found)
            controls.append(control)
        return self.head() | {"controls": controls}

    def control_dicts(self) -> Iterator[tuple[dict[str, Any], list[Iterator[dict[str, Any]]]]]:
        """The `controls` of the JSON contract, one at a time, and apart from them the `results` of each of its checks.

        Those of a big clinic together take much memory.
        """
        return map(_control_dict, self.controls)

    def head(self) -> dict[str, Any]:
        """The JSON contract without `controls`."""
        return {
            "schema": SCHEMA,
            "tenant": {"key": self.tenant.key, "name": self.tenant.name, "providers": list(self.tenant.providers)},
            "snapshot": {
                "id": self.snapshot_id,
                "started": self.started.isoformat(),
                "finished": self.finished.isoformat(),
                "sha256": self.snapshot_sha256,
                "quick": self.quick,
            },
            "summary": self.summary,
            "coverage": [
                {"source": name, "read": state.parents_read or 0, "of": state.parents, "note": state.note}
                for name, state in sorted(self.sources.items())
                if state.parents is not None
            ],
        }


def _control_dict(outcome: ControlOutcome) -> tuple[dict[str, Any], list[Iterator[dict[str, Any]]]]:
    control = outcome.control
    checks = [_check_dict(check) for check in outcome.checks]
    return {
        "id": control.id,
        "title": control.title,
        "severity": outcome.severity.value,
        "level": control.level.value,
        "verdict": outcome.verdict.value,
        "cites": list(control.cites),
        "checks": [check for check, _ in checks]
        + [
            {
                "name": "outside",
                "provider": provider.value,
                "verdict": Verdict.NOT_APPLICABLE.value,
                "references": {"scuba": [], "cis": [], "prowler": []},
                "results": [],
                "gaps": [],
                "message": why,
            }
            for provider, why in outcome.outside
        ],
    }, [*(results for _, results in checks), *(iter(()) for _ in outcome.outside)]


def _check_dict(check: CheckOutcome) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """A check and its results. What they rest on is listed once: thousands of people's results rest on the same fields."""
    places: dict[frozenset[str], int] = {}
    for one in check.judgments:
        places.setdefault(one.evidence, len(places))
    return {
        "name": check.check.name,
        "provider": check.provider.value,
        "verdict": check.verdict.value,
        "references": {name: list(ids) for name, ids in check.check.references.items()},
        "evidence": [sorted(found) for found in places],
        "results": [],
        "gaps": [
            {"source": g.source, "reason": g.reason.value, "detail": g.detail, "remedy": g.remedy} for g in check.gaps
        ],
    }, (_judgment_dict(one, places[one.evidence]) for one in check.judgments)


def _judgment_dict(judgment: Judgment, evidence: int) -> dict[str, Any]:
    """One result; `evidence` is the place of what it rests on in its check's list."""
    result, waiver = judgment.result, judgment.waiver
    return {
        "entity": {"kind": judgment.entity.kind, "id": judgment.entity.id, "label": judgment.entity.label},
        "verdict": result.verdict.value,
        "severity": result.severity.value if result.severity else None,
        "message": result.message,
        "facts": {**result.about, **result.facts},
        "about": dict(result.about),
        "evidence": evidence,
        "waiver": None
        if waiver is None
        else {
            "kind": waiver.kind.value,
            "reason": waiver.reason,
            "approver": waiver.approver,
            "until": waiver.until.isoformat(),
            "evidence": waiver.evidence,
        },
    }


class Resolver:
    """Gives checks and views what they name by type."""

    def __init__(self, snapshot: Snapshot, profile: Profile, now: datetime) -> None:
        self.snapshot, self.profile, self.now = snapshot, profile, now
        self.providers = [p for p in (MICROSOFT_365, GOOGLE_WORKSPACE) if p.value in snapshot.manifest.tenant.providers]
        self._rows: dict[type[Record], Rows[Any]] = {}
        self._views: dict[tuple[type, Provider], Any] = {}

    def at(self, now: datetime) -> Resolver:
        """The same tables, for verdicts of another time."""
        other = Resolver(self.snapshot, self.profile, now)
        other._rows = self._rows
        return other

    def rows(self, record: type[Record]) -> Rows[Any]:
        if record not in self._rows:
            self._rows[record] = Rows(self.snapshot, record)
        return self._rows[record]

    def tenant(self, provider: Provider) -> Tenant:
        info = self.snapshot.manifest.tenant
        return Tenant(info.ids.get(provider.value, info.key), info.name, provider)

    def give(self, hint: Any, provider: Provider) -> Any:
        """The value for one parameter annotation at one provider."""
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in {Table, Keyed, Grouped, One}:
            return origin(self.rows(arguments[0]))
        if origin is Across:
            return Across([self.give(arguments[0], p) for p in self.providers])
        if hint is Profile:
            return self.profile
        if hint is Now:
            return self.now
        if hint is Tenant:
            return self.tenant(provider)
        if hint is TenantInfo:
            return self.snapshot.manifest.tenant
        if isinstance(hint, type) and issubclass(hint, View):
            return self.view(hint, provider)
        raise TypeError(f"nothing is known that gives a {hint}")

    def view(self, base: type[View[Any]], provider: Provider) -> Any:
        """The view at a provider, built once."""
        kind = implementation(base, provider)
        if (kind, provider) not in self._views:
            self._views[kind, provider] = kind(**self.arguments(kind.__init__, provider, skip=1))
        return self._views[kind, provider]

    def arguments(self, function: Any, provider: Provider, *, skip: int) -> dict[str, Any]:
        """Keyword arguments for all parameters behind the first `skip`."""
        names = (
            function.__code__.co_varnames[skip : function.__code__.co_argcount] if hasattr(function, "__code__") else ()
        )
        kinds = hints(function)
        return {name: self.give(kinds[name], provider) for name in names}

    def drop(self, sources: Iterable[str], views: Iterable[ViewKey]) -> None:
        """Let go of what no further check needs."""
        for key in views:
            view = self._views.pop(key, None)
            if view is not None:
                view.__dict__.clear()  # people know their view and it knows them: the ring would keep both
        gone = set(sources)
        for record in [record for record in self._rows if record.__source__ in gone]:
            del self._rows[record]

    def entities(self, kind: Any, provider: Provider) -> Iterator[Any]:
        """The entities a check loops over; raises `Unreadable` where the listing is incomplete."""
        if kind is Tenant:
            return iter([self.tenant(provider)])
        if issubclass(kind, Record):
            return iter(Table(self.rows(kind)))
        return iter(self.view(View.entities[kind], provider))


def describe(entity: Any) -> Entity:
    """How an entity is named in results: `kind`, `id` (or the record's key) and `label` where it has one."""
    kept = getattr(entity, "__dict__", None)
    found: Entity | None = None if kept is None else kept.get("_described")
    if found is None:
        found = _described(entity)
        if kept is not None:
            kept["_described"] = found  # every check names the same people
    return found


def _described(entity: Any) -> Entity:
    kind = getattr(entity, "kind", None)
    if not isinstance(kind, str):
        kind = type(entity).__name__.lower()
    values = {}
    for name, attribute in (("id", "key" if isinstance(entity, Record) else "id"), ("label", "label")):
        try:
            values[name] = str(getattr(entity, attribute))
        except Unreadable as err:
            values[name] = f"(unreadable: {err.gap.source})"
        except AttributeError:
            values[name] = ""
    return Entity(kind, values["id"], values["label"] or values["id"])


def run_check(check: Check, provider: Provider, resolver: Resolver) -> CheckOutcome:
    """Judge every entity of one check at one provider."""
    kinds = hints(check.function)
    first = check.function.__code__.co_varnames[0]
    judgments: list[Judgment] = []
    gaps: dict[Gap, None] = {}
    evidence: frozenset[str] = frozenset()
    same: dict[Any, Result] = {}
    before: Reads = set()
    tracer = tracing()
    with tracer as base:
        try:
            arguments = resolver.arguments(check.function, provider, skip=1)
            entities = resolver.entities(kinds[first], provider)
            while True:
                reads = tracer.again()
                entity = next(entities, _END)
                if entity is _END:
                    break
                results = _judge(check, entity, arguments)
                if reads != before or not evidence:
                    evidence, before = paths(base | reads), reads
                label = describe(entity)
                for result in results:
                    judgments.append(Judgment(label, same.setdefault(_content(result), result), evidence))
                    if result.verdict is Verdict.NOT_ASSESSED and result.gap is not None:
                        gaps[result.gap] = None
        except Unreadable as err:
            gaps[err.gap] = None
        except Exception as err:  # our own listing broke: say so for this check, and go on with the others
            log.exception("%s %s: the list of what to judge broke", check.control.id, check.name)
            gaps[_broken(check, err)] = None
    if not judgments and not gaps:
        none = check.none or Result(Verdict.NOT_APPLICABLE, "there is none in this tenant")
        tenant = resolver.tenant(provider)
        judgments.append(Judgment(Entity("tenant", tenant.id, tenant.label), none, paths(base | reads)))
    judgments.sort(key=lambda j: (j.entity.label.casefold(), j.entity.id))
    return CheckOutcome(check, provider, tuple(judgments), tuple(gaps))


_END: Any = object()


def _content(result: Result) -> Any:
    """Equal for results that say the same: thousands of people pass in the same words, and one result stands for all."""
    plain = result.verdict, result.message, result.severity, result.gap
    if not result.facts and not result.about:
        return plain
    try:
        return *plain, msgspec.json.encode((result.facts, result.about))
    except (TypeError, msgspec.MsgspecError):
        return id(result)


def _judge(check: Check, entity: Any, arguments: Mapping[str, Any]) -> Sequence[Result]:
    try:
        given = check.function(entity, **arguments)
    except Unreadable as err:
        return [Result(Verdict.NOT_ASSESSED, err.gap.detail or str(err.gap.reason), gap=err.gap)]
    except Exception as err:  # a broken check must not end the run, and must not stay silent
        log.exception("%s %s broke on one entity", check.control.id, check.name)
        gap = _broken(check, err)
        return [Result(Verdict.NOT_ASSESSED, gap.detail, gap=gap)]
    return [given] if isinstance(given, Result) else list(given)


def _broken(check: Check, err: Exception) -> Gap:
    return Gap(
        f"{check.control.id}.{check.name}",
        Reason.RULE_FAILED,
        f"the check itself failed ({type(err).__name__})",
        "report this to the makers of the auditor",
    )


def assess(
    snapshot: Snapshot,
    *,
    now: datetime | None = None,
    profile: Profile | None = None,
    waivers: Iterable[Waiver] = (),
    only: Iterable[str] = (),
) -> Assessment:
    """Judge a snapshot with every control, or with those named in `only`.

    `now` is the time the verdicts are made for; without it, the end of the scan, so that an old snapshot gives the same answer.
    """
    manifest = snapshot.manifest
    now = now or manifest.finished
    resolver = Resolver(snapshot, profile or Profile(), now)
    waivers = list(waivers)
    wanted = set(only)
    chosen = [control for control in controls().values() if not wanted or control.id in wanted]
    found = iter(_run([asked for control in chosen for asked in questions(control, resolver)], resolver))
    outcomes = []
    for control in chosen:
        checks = tuple(next(found) for _ in questions(control, resolver))
        outside = tuple((provider, why) for provider, why in control.outside.items() if provider in resolver.providers)
        if checks or outside:
            outcomes.append(ControlOutcome(control, checks, outside))
    covered, used, lapsed = _waive(outcomes, waivers, now)
    return Assessment(
        tenant=manifest.tenant,
        snapshot_id=manifest.id,
        snapshot_sha256=manifest.sha256,
        started=manifest.started,
        finished=manifest.finished,
        judged_for=now,
        origin=manifest.origin,
        sources=manifest.sources,
        disclosures=tuple(manifest.disclosures),
        controls=tuple(covered),
        unused_waivers=tuple(w for w in waivers if id(w) not in used and id(w) not in lapsed),
        lapsed_waivers=tuple(w for w in waivers if id(w) in lapsed and id(w) not in used),
        quick=manifest.quick,
    )


def questions(control: Control, resolver: Resolver) -> list[tuple[Check, Provider]]:
    """The checks of a control that arise in this tenant, each with the provider it is asked at."""
    return [
        (check, provider)
        for check in control.checks
        for provider in check.providers
        if provider in resolver.providers or provider in {DNS, EVIDENCE}
    ]


def _run(asked: Sequence[tuple[Check, Provider]], resolver: Resolver) -> list[CheckOutcome]:
    """Run checks in an order that keeps few tables in memory, and let each table and view go after its last use."""
    needed = [needs(check, provider) for check, provider in asked]
    left_sources = Counter(source for one in needed for source in one.sources)
    left_views = Counter(view for one in needed for view in one.views)
    weights = {name: state.count for name, state in resolver.snapshot.sources.items()}
    found: dict[int, CheckOutcome] = {}
    for index in order(needed, weights):
        found[index] = run_check(*asked[index], resolver)
        left_sources.subtract(needed[index].sources)
        left_views.subtract(needed[index].views)
        resolver.drop(
            [source for source in needed[index].sources if not left_sources[source]],
            [view for view in needed[index].views if not left_views[view]],
        )
    return [found[index] for index in range(len(asked))]


def _waive(
    outcomes: Iterable[ControlOutcome], waivers: Sequence[Waiver], now: datetime
) -> tuple[list[ControlOutcome], set[int], set[int]]:
    used: set[int] = set()
    lapsed: set[int] = set()
    if not waivers:
        return list(outcomes), used, lapsed

    def over(control: str, check: str, judgment: Judgment) -> Judgment:
        if judgment.verdict not in {Verdict.FAIL, Verdict.REVIEW}:
            return judgment
        given = [w for w in waivers if w.matches(control, judgment.entity.id, judgment.result.about, check)]
        holding = [w for w in given if w.holds(now.date()) and w.covers(judgment.verdict)]
        if not holding:
            lapsed.update(id(w) for w in given)
            return judgment
        used.update(id(w) for w in given)  # those that hold no longer were renewed
        latest = max(holding, key=lambda w: w.until)
        return Judgment(judgment.entity, judgment.result, judgment.evidence, latest)

    covered = [
        ControlOutcome(
            outcome.control,
            tuple(
                CheckOutcome(
                    c.check, c.provider, tuple(over(outcome.control.id, c.check.name, j) for j in c.judgments), c.gaps
                )
                for c in outcome.checks
            ),
            outcome.outside,
        )
        for outcome in outcomes
    ]
    return covered, used, lapsed
