"""Adding one run to the history: what moved since the run before, why, and how every finding's life goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from auditor import TOOL
from auditor.history.attribution import Cause, ControlMoved, Moved, Step
from auditor.history.standing import Place, Stand, Standing, standing
from auditor.history.tables import Event, Finding, Move, Observation, Run, State, Tenant, event_of
from connectors.snapshot import Snapshot, SnapshotError
from rules import Assessment
from rules.profile import Profile
from rules.result import Severity, Verdict

_BATCH = 1000
A = TypeVar("A")
_FINDINGS, _OBSERVATIONS, _MOVES = (cast("Table", kind.__table__) for kind in (Finding, Observation, Move))


@cache
def _statements() -> TypeAdapter[Profile]:
    return TypeAdapter(Profile)


def locked_tenant(session: Session, assessment: Assessment) -> Tenant:
    """The tenant's row, locked."""
    query = select(Tenant).where(Tenant.key == assessment.tenant.key).with_for_update()
    found = session.scalar(query)
    if found is None:
        if session.get_bind().dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert as upsert  # noqa: PLC0415

            values = {"key": assessment.tenant.key, "name": assessment.tenant.name}
            session.execute(upsert(Tenant).values(**values).on_conflict_do_nothing(index_elements=["key"]))
        else:
            session.execute(insert(Tenant).values(key=assessment.tenant.key, name=assessment.tenant.name))
        found = session.scalars(query).one()
    found.name = assessment.tenant.name
    return found


def latest_run(session: Session, tenant_id: int, **wanted: bool) -> Run | None:
    query = select(Run).filter_by(tenant_id=tenant_id, **wanted).order_by(Run.finished.desc(), Run.id.desc()).limit(1)
    return session.scalars(query).first()


def dark_before(session: Session, tenant_id: int) -> set[str]:
    """Identities of the findings that the last run could not see."""
    return set(session.scalars(select(Finding.identity).filter_by(tenant_id=tenant_id, state=State.DARK)))


def new_run(
    tenant: Tenant, assessment: Assessment, snapshot: Path | None, profile: Profile, rules: str, now: Standing
) -> Run:
    open_ = dict.fromkeys(now.controls, 0)
    for stand in now.findings():
        open_[stand.control] += stand.waived_until is None
    return Run(
        tenant_id=tenant.id,
        snapshot_id=assessment.snapshot_id,
        snapshot_sha256=assessment.snapshot_sha256,
        snapshot_path=str(snapshot) if snapshot is not None else "",
        started=assessment.started,
        finished=assessment.finished,
        judged_for=assessment.judged_for,
        tool=TOOL,
        rules=rules,
        statements=json.loads(_statements().dump_json(profile)),
        summary=dict(assessment.summary),
        controls={
            control: [verdict.value, now.severities[control].value, open_[control], now.raw[control].value]
            for control, verdict in now.controls.items()
        },
        sources={
            name: f"{state.gap.reason}: {state.gap.detail}"
            for name, state in assessment.sources.items()
            if state.gap is not None
        },
        quick=assessment.quick,
    )


def recorded(session: Session, run: Run) -> Standing:
    """What an old run said, as far as it was recorded: its findings, and the verdicts of its controls."""
    found = Standing()
    for control, (verdict, severity, _, raw) in run.controls.items():
        found.controls[control], found.raw[control] = Verdict(verdict), Verdict(raw)
        found.severities[control] = Severity(severity)
    rows = session.execute(
        select(
            Finding.control,
            Finding.check,
            Finding.provider,
            Finding.kind,
            Finding.entity,
            Finding.about,
            Finding.label,
            Observation.verdict,
            Finding.message,
            Finding.severity,
            Observation.waived_until,
            Finding.identity,
        )
        .join(Observation, Finding.id == Observation.finding_id)
        .where(Observation.run_id == run.id)
    )
    for row in rows:
        control, check, provider, kind, entity, about, label, verdict, message, severity, until, identity = row
        waived_until = date.fromisoformat(until) if until else None
        found.stands[identity] = Stand(
            control,
            check,
            provider,
            kind,
            entity,
            about,
            label,
            Verdict(verdict),
            message,
            Severity(severity),
            waived_until,
        )
    return found


def unsettled(session: Session, tenant_id: int, now: Standing, *runs: Standing) -> set[str]:
    """The controls of which every verdict is needed to say what moved since these runs: those that differ, and those of
    findings that are dark.
    """
    dark = select(Finding.control).where(Finding.tenant_id == tenant_id, Finding.state == State.DARK).distinct()
    found = set(session.scalars(dark))
    for before in runs:
        found |= {stand.control for identity, stand in before.stands.items() if identity not in now.stands}
        found |= {c for c in {*before.controls, *now.controls} if before.controls.get(c) is not now.controls.get(c)}
        for identity, stand in now.stands.items():
            old = before.stands.get(identity)
            if old is None or old.verdict is not stand.verdict or old.waived_until != stand.waived_until:
                found.add(stand.control)
    return found


def steps_between(
    previous: Run,
    assessment: Assessment,
    profile: Profile,
    judge: Callable[..., Assessment],
) -> list[Step] | None:
    """The steps from the old run to today's, or None if the old snapshot is gone."""
    old = _snapshot(previous)
    if old is None:
        return None
    before = _statements().validate_python({k: v for k, v in previous.statements.items() if k in _known_statements()})
    then, today = previous.judged_for, assessment.judged_for

    def step(cause: Cause, at: datetime, stated: Profile) -> Step:
        def run(controls: Collection[str]) -> Standing:
            return standing(judge(old, now=at, profile=stated, only=controls))

        return Step(cause, run)

    # With the same controls the first step moves nothing, but it brings back the verdicts that were no findings.
    return [
        step(Cause.CONTROL, then, before),
        *([step(Cause.STATEMENTS, then, profile)] if profile != before else []),
        step(Cause.TIME, today, profile),
    ]


def _known_statements() -> Collection[str]:
    return Profile.__dataclass_fields__


def _snapshot(run: Run) -> Snapshot | None:
    if not run.snapshot_path:
        return None
    try:
        found = Snapshot.open(Path(run.snapshot_path))
    except (SnapshotError, OSError):
        return None
    return found if found.manifest.sha256 == run.snapshot_sha256 else None


@dataclass
class _Life:
    """A finding as the database holds it, and what this run makes of it."""

    id: int
    identity: str
    control: str
    check: str
    provider: str
    kind: str
    entity: str
    was: str = ""  # its state before this run; empty for a new one
    label: str = ""
    message: str = ""
    severity: str = ""
    returns: int = 0
    since: datetime | None = None
    state: str | None = None

    @property
    def now(self) -> str:
        return self.state or self.was


def carry_on(
    session: Session,
    tenant: Tenant,
    run: Run,
    now: Standing,
    found: Sequence[Moved],
    controls: Sequence[ControlMoved],
    *,
    first: bool,
) -> None:
    """Carry every finding's life on, and write down what moved. A row at a time would take seconds in a big clinic."""
    lives = _lives(session, tenant)
    current = {stand.identity: stand for stand in now.findings()}
    new = [stand for identity, stand in current.items() if identity not in lives]
    for some in batches(_row(tenant, run, stand) for stand in new):
        session.execute(insert(_FINDINGS), some)
    known = session.execute(select(Finding.identity, Finding.id).where(Finding.tenant_id == tenant.id))
    ids = {row.identity: row.id for row in known}
    for some in batches(_seen(run, ids[identity], stand) for identity, stand in current.items()):
        session.execute(insert(_OBSERVATIONS), some)
    seen = select(Observation.finding_id).where(Observation.run_id == run.id)
    session.execute(
        update(Finding).where(Finding.id.in_(seen)).values(last_seen=run.finished),
        execution_options={"synchronize_session": False},
    )
    changed = (_changed(life, run, now, current.get(life.identity)) for life in lives.values())
    for some in batches(row for row in changed if row is not None):
        session.connection().execute(_CHANGE, some)
    if not first:
        fresh = {s.identity: _Life(ids[s.identity], s.identity, *s.place, s.kind, s.entity) for s in new}
        for life in fresh.values():
            life.state = _state(current[life.identity])
        for some in batches(_moves(run, lives, fresh, {moved.stand.identity: moved for moved in found}, controls)):
            session.execute(insert(_MOVES), some)


_CHANGE = (
    update(_FINDINGS)
    .where(_FINDINGS.c.id == bindparam("which"))
    .values({name: bindparam(f"to_{name}") for name in ("label", "message", "severity", "state", "since", "returns")})
)


def _lives(session: Session, tenant: Tenant) -> dict[str, _Life]:
    rows = session.execute(
        select(
            Finding.id,
            Finding.identity,
            Finding.control,
            Finding.check,
            Finding.provider,
            Finding.kind,
            Finding.entity,
            Finding.state,
            Finding.label,
            Finding.message,
            Finding.severity,
            Finding.returns,
            Finding.since,
        ).where(Finding.tenant_id == tenant.id)
    )
    return {row.identity: _Life(*row) for row in rows}


def _state(stand: Stand) -> str:
    return State.WAIVED if stand.waived_until else State.OPEN


def _row(tenant: Tenant, run: Run, stand: Stand) -> dict[str, Any]:
    return {
        "tenant_id": tenant.id,
        "identity": stand.identity,
        "control": stand.control,
        "check_name": stand.check,
        "provider": stand.provider,
        "kind": stand.kind,
        "entity": stand.entity,
        "about": dict(stand.about),
        "label": stand.label,
        "severity": stand.severity.value,
        "message": stand.message,
        "state": _state(stand),
        "first_seen": run.finished,
        "last_seen": run.finished,
        "since": run.finished,
        "returns": 0,
    }


def _seen(run: Run, finding: int, stand: Stand) -> dict[str, Any]:
    return {
        "run_id": run.id,
        "finding_id": finding,
        "verdict": stand.verdict.value,
        "waived_until": stand.waived_until.isoformat() if stand.waived_until else "",
    }


def _changed(life: _Life, run: Run, now: Standing, stand: Stand | None) -> dict[str, Any] | None:
    """What this run changes of a finding that was known; None for nothing."""
    label, message, severity = life.label, life.message, life.severity
    if stand is not None:
        life.state, label, message, severity = _state(stand), stand.label, stand.message, stand.severity.value
    elif life.was != State.FIXED:
        place = (life.control, life.check, life.provider)
        life.state = state_in(now, life.identity, place, life.kind, life.entity)
    moved = life.now != life.was
    if not moved and (label, message, severity) == (life.label, life.message, life.severity):
        return None
    return {
        "which": life.id,
        "to_label": label,
        "to_message": message,
        "to_severity": severity,
        "to_state": life.now,
        "to_since": run.finished if moved else life.since,
        "to_returns": life.returns + (stand is not None and life.was == State.FIXED),
    }


def state_in(now: Standing, identity: str, place: Place, kind: str, entity: str) -> str:
    """The state that an assessment gives a finding that was known before."""
    stand = now.stands.get(identity)
    if stand is None:
        dark = now.unseen(place, kind, entity) is not None or place not in now.places
        return State.DARK if dark else State.FIXED
    if stand.is_finding:
        return State.WAIVED if stand.waived_until else State.OPEN
    return State.DARK if stand.verdict is Verdict.NOT_ASSESSED else State.FIXED


def _moves(
    run: Run,
    lives: Mapping[str, _Life],
    new: Mapping[str, _Life],
    causes: Mapping[str, Moved],
    controls: Sequence[ControlMoved],
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for identity, life in (*lives.items(), *new.items()):
        moved, old = causes.get(identity), life.was or None
        if (moved is None and old in {None, life.now}) or old == life.now == State.DARK:
            continue
        before, after = old or "", life.now
        if before == after and moved is not None:
            before, after = word(moved.before), word(moved.after)
        rows.append(
            {
                "run_id": run.id,
                "finding_id": life.id,
                "control": life.control,
                "event": event_of(old, life.now),
                "before": before,
                "after": after,
                # What was dark in the run before is no finding of it: that it ends now is a matter of sight.
                "causes": [str(c) for c in moved.causes] if moved is not None else [str(Cause.VISIBILITY)],
            }
        )
    rows += [
        {
            "run_id": run.id,
            "finding_id": None,
            "control": moved.control,
            "event": Event.VERDICT,
            "before": moved.before.value if moved.before else "",
            "after": moved.after.value if moved.after else "",
            "causes": [str(cause) for cause in moved.causes],
        }
        for moved in controls
    ]
    return rows


def word(stand: Stand | None) -> str:
    """A verdict in one word."""
    if stand is None:
        return ""
    return "waived" if stand.waived_until else stand.verdict.value


def batches(rows: Iterable[A]) -> Iterator[list[A]]:
    """The rows in parts that a database takes at once."""
    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        yield some
