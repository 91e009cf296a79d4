"""Adding one run to the history: what moved since the run before, why, and how every finding's life goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from auditor import TOOL
from auditor.history.attribution import Cause, ControlMoved, Moved, Step
from auditor.history.standing import Place, Stand, Standing, standing
from auditor.history.tables import Event, Finding, Move, Observation, Run, State, Tenant, event_of
from connectors.snapshot import Snapshot, SnapshotError
from rules import Assessment
from rules.profile import Profile
from rules.result import Severity, Verdict

_PROFILE = TypeAdapter(Profile)
_BATCH = 500


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
        statements=json.loads(_PROFILE.dump_json(profile)),
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
        select(Observation, Finding)
        .join(Finding, Finding.id == Observation.finding_id)
        .where(Observation.run_id == run.id)
    )
    for seen, finding in rows:
        stand = Stand(
            finding.control,
            finding.check,
            finding.provider,
            finding.kind,
            finding.entity,
            finding.about,
            finding.label,
            Verdict(seen.verdict),
            finding.message,
            Severity(finding.severity),
            date.fromisoformat(seen.waived_until) if seen.waived_until else None,
        )
        found.stands[stand.identity] = stand
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
    before = _PROFILE.validate_python({k: v for k, v in previous.statements.items() if k in _known_statements()})
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
    """Carry every finding's life on, and write down what moved."""
    lives = {f.identity: f for f in session.scalars(select(Finding).where(Finding.tenant_id == tenant.id))}
    causes = {moved.stand.identity: moved for moved in found}
    was = {identity: finding.state for identity, finding in lives.items()}
    for stand in now.findings():
        finding = lives.get(stand.identity)
        state = State.WAIVED if stand.waived_until else State.OPEN
        if finding is None:
            finding = lives[stand.identity] = Finding(
                tenant_id=tenant.id,
                identity=stand.identity,
                control=stand.control,
                check=stand.check,
                provider=stand.provider,
                kind=stand.kind,
                entity=stand.entity,
                about=dict(stand.about),
                state=state,
                first_seen=run.finished,
                since=run.finished,
                returns=0,
            )
            session.add(finding)
        elif finding.state != state:
            finding.returns += finding.state == State.FIXED
            finding.state, finding.since = state, run.finished
        finding.label, finding.message = stand.label, stand.message
        finding.severity, finding.last_seen = stand.severity.value, run.finished
    current = {stand.identity for stand in now.findings()}
    for identity, finding in lives.items():
        if identity not in current and finding.state != State.FIXED:
            place = (finding.control, finding.check, finding.provider)
            gone = state_in(now, identity, place, finding.kind, finding.entity)
            if gone != finding.state:
                finding.state, finding.since = gone, run.finished
    session.flush()
    rows = [
        {
            "run_id": run.id,
            "finding_id": lives[stand.identity].id,
            "verdict": stand.verdict.value,
            "waived_until": stand.waived_until.isoformat() if stand.waived_until else "",
        }
        for stand in now.findings()
    ]
    for some in batches(rows):
        session.execute(insert(Observation), some)
    moved = [] if first else _moves(run, lives, was, causes, controls)
    for some in batches(moved):
        session.execute(insert(Move), some)


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
    lives: Mapping[str, Finding],
    was: Mapping[str, str],
    causes: Mapping[str, Moved],
    controls: Sequence[ControlMoved],
) -> list[dict[str, Any]]:
    rows = []
    for identity, finding in lives.items():
        moved, old = causes.get(identity), was.get(identity)
        if (moved is None and old in {None, finding.state}) or old == finding.state == State.DARK:
            continue
        before, after = old or "", finding.state
        if before == after and moved is not None:
            before, after = word(moved.before), word(moved.after)
        rows.append(
            {
                "run_id": run.id,
                "finding_id": finding.id,
                "control": finding.control,
                "event": event_of(old, finding.state),
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


def batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The rows in parts that a database takes at once."""
    for at in range(0, len(rows), _BATCH):
        yield rows[at : at + _BATCH]
