"""The history's database: SQLite by default, PostgreSQL by a URL. Every run is recorded whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, exists, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from auditor.errors import AuditorError
from auditor.history import migrate
from auditor.history.attribution import Moved, moves
from auditor.history.recording import (
    batches,
    carry_on,
    dark_before,
    latest_run,
    locked_tenant,
    new_run,
    recorded,
    steps_between,
    unsettled,
)
from auditor.history.standing import rules_fingerprint, standing
from auditor.history.tables import Event, Finding, Move, Observation, Run, State, Tenant
from rules import Assessment, assess
from rules.profile import Profile
from rules.result import Severity


@dataclass(frozen=True)
class Change:
    """One move of a run, as reports show it. `entity` is empty where a control as a whole moved."""

    control: str
    entity: str
    label: str
    event: str
    before: str
    after: str
    causes: tuple[str, ...]
    about: Mapping[str, str]
    message: str = ""
    severity: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**self.__dict__, "causes": list(self.causes), "about": dict(self.about)}


@dataclass(frozen=True)
class RunInfo:
    """One recorded run."""

    id: int
    tenant: str
    snapshot_id: str
    snapshot_path: str
    snapshot_sha256: str
    started: datetime
    finished: datetime
    tool: str
    rules: str
    summary: Mapping[str, int]
    controls: Mapping[str, Sequence[Any]]
    sources: Mapping[str, str]
    changes: tuple[Change, ...] = ()
    quick: bool = False
    events: Mapping[str, int] = field(default_factory=dict)  # how many findings came, went, ...: in listings

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            **self.__dict__,
            "started": self.started.isoformat(),
            "finished": self.finished.isoformat(),
            "changes": [change.to_dict() for change in self.changes],
        }


@dataclass(frozen=True)
class Life:
    """One finding over time."""

    control: str
    check: str
    provider: str
    kind: str
    entity: str
    label: str
    about: Mapping[str, str]
    severity: str
    message: str
    state: str
    first_seen: datetime
    last_seen: datetime
    since: datetime
    returns: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        times = {name: getattr(self, name).isoformat() for name in ("first_seen", "last_seen", "since")}
        return {**self.__dict__, "about": dict(self.about), **times}


@dataclass(frozen=True)
class Latest:
    """How a tenant stands after its last run: a line of the list of all tenants."""

    tenant: str
    runs: int
    finished: datetime
    summary: Mapping[str, int]
    open: Mapping[str, int]  # open findings by severity
    events: Mapping[str, int]  # what the last run did to findings
    quick: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {**self.__dict__, "finished": self.finished.isoformat()}


class History:
    """All recorded runs of all tenants."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, where: Path | str) -> History:
        """Open a SQLite file (made if it is not there) or a PostgreSQL URL, brought up to date. `AuditorError` if it cannot be."""
        url = (
            f"sqlite:///{where}"
            if isinstance(where, Path)
            else where.replace("postgresql://", "postgresql+psycopg://", 1)
        )
        if isinstance(where, Path):
            where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            where.touch(mode=0o600)
        shown = str(where) if isinstance(where, Path) else "the history's database"
        try:
            engine = create_engine(url, pool_pre_ping=not isinstance(where, Path))
            if engine.dialect.name == "sqlite":
                _sqlite(engine)
            migrate.upgrade(engine)
        except (SQLAlchemyError, OSError) as err:
            # The driver's own text may hold the address with its password.
            raise AuditorError(
                f"{shown} cannot be opened ({type(err).__name__})",
                "check that it exists, is one of ours and can be written",
            ) from None
        return cls(engine)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    # --- writing ----------------------------------------------------------------------------------------------------

    def record(
        self,
        assessment: Assessment,
        *,
        snapshot: Path | None,
        profile: Profile | None = None,
        rules: str | None = None,
        judge: Callable[..., Assessment] = assess,
    ) -> RunInfo:
        """Add a run, say what moved against the run before, and carry every finding's life on.

        A snapshot that is recorded already is left as it is. `AuditorError` if the tenant has a newer run: time is not rewritten.
        `snapshot` is the folder, kept by reference; `rules` the fingerprint of the controls that judged.
        """
        profile, rules = profile or Profile(), rules or rules_fingerprint()
        now = standing(assessment, whole=())
        with self._session() as session:
            tenant = locked_tenant(session, assessment)
            known = session.scalar(select(Run).filter_by(tenant_id=tenant.id, snapshot_id=assessment.snapshot_id))
            if known is not None:
                return _info(session, known, tenant.key)
            previous = latest_run(session, tenant.id)
            if previous is not None and previous.finished > assessment.finished:
                raise AuditorError(
                    f"{tenant.key}: the history holds a run of {previous.finished:%Y-%m-%d %H:%M}, newer than this one",
                    "record runs in the order of their time, or into a history of their own",
                )
            quick_before = previous is not None and previous.quick and not assessment.quick
            whole = latest_run(session, tenant.id, quick=False) if quick_before else None
            run = new_run(tenant, assessment, snapshot, profile, rules, now)
            session.add(run)
            session.flush()
            if previous is not None:
                before = recorded(session, previous)
                earlier = recorded(session, whole) if whole is not None else before
                open_ = unsettled(session, tenant.id, now, before, earlier)
                now = standing(assessment, whole=open_)
                found, controls = moves(before, now, steps_between(previous, assessment, profile, judge))
                if whole is not None:
                    # What quick runs could not see: why it moved since the last whole run, only that run's snapshot tells.
                    since, _ = moves(earlier, now, steps_between(whole, assessment, profile, judge))
                    unseen = dark_before(session, tenant.id) - {moved.stand.identity for moved in found}
                    found += [moved for moved in since if moved.stand.identity in unseen]
            else:
                found = [Moved(None, stand, ()) for stand in now.findings()]
                controls = []
            carry_on(session, tenant, run, now, found, controls, first=previous is None)
            return _info(session, run, tenant.key)

    # --- reading ----------------------------------------------------------------------------------------------------

    def runs(self, tenant: str, *, limit: int | None = None) -> list[RunInfo]:
        """The runs of a tenant, the newest first, with counts of what happened instead of the changes."""
        with self._session(write=False) as session:
            query = select(Run).join(Tenant).where(Tenant.key == tenant).order_by(Run.finished.desc(), Run.id.desc())
            runs = list(session.scalars(query.limit(limit)))
            events: dict[int, dict[str, int]] = {}
            for some in batches([run.id for run in runs]):
                counted = select(Move.run_id, Move.event, func.count()).where(Move.run_id.in_(some))
                for run_id, name, count in session.execute(counted.group_by(Move.run_id, Move.event)):
                    events.setdefault(run_id, {})[name] = count
            return [replace(_info(session, run, tenant, changes=False), events=events.get(run.id, {})) for run in runs]

    def run(self, tenant: str, which: str = "last") -> RunInfo:
        """One run: "last", "previous", its number, or its snapshot's id (or the start of it). `AuditorError` if there is none."""
        with self._session(write=False) as session:
            runs = select(Run).join(Tenant).where(Tenant.key == tenant).order_by(Run.finished.desc(), Run.id.desc())
            if which in {"last", "previous"}:
                found = session.scalars(runs.offset(0 if which == "last" else 1).limit(1)).first()
            else:
                numbered = which.isdecimal() and session.scalars(runs.where(Run.id == int(which))).first()
                prefix = Run.snapshot_id.startswith(which, autoescape=True)
                found = numbered or session.scalars(runs.where(prefix).limit(1)).first()
            if found is None:
                raise AuditorError(f"{tenant}: no run {which!r} is recorded", "`auditor history` lists the runs")
            return _info(session, found, tenant)

    def tenants(self) -> list[str]:
        """Keys of the tenants that have runs."""
        with self._session(write=False) as session:
            return list(session.scalars(select(Tenant.key).order_by(Tenant.key)))

    def overview(self) -> list[Latest]:
        """The last run of every tenant, in the order of their keys."""
        newest = func.row_number().over(partition_by=Run.tenant_id, order_by=(Run.finished.desc(), Run.id.desc()))
        runs = func.count().over(partition_by=Run.tenant_id)
        numbered = select(Run.id, newest.label("age"), runs.label("runs")).subquery()
        last = select(numbered.c.id).where(numbered.c.age == 1)
        counted = select(Run.tenant_id, Move.event, func.count()).join(Run, Run.id == Move.run_id)
        open_ = select(Finding.tenant_id, Finding.severity, func.count()).where(Finding.state == State.OPEN)
        with self._session(write=False) as session:
            events, severities = (
                _by_tenant(session.execute(query))
                for query in (
                    counted.where(Move.run_id.in_(last)).group_by(Run.tenant_id, Move.event),
                    open_.group_by(Finding.tenant_id, Finding.severity),
                )
            )
            shown = select(Tenant.id, Tenant.key, numbered.c.runs, Run.finished, Run.summary, Run.quick)
            rows = session.execute(
                shown.join(Run).join(numbered, numbered.c.id == Run.id).where(numbered.c.age == 1).order_by(Tenant.key)
            )
            return [
                Latest(key, count, finished, summary, severities.get(tenant, {}), events.get(tenant, {}), quick)
                for tenant, key, count, finished, summary, quick in rows
            ]

    def findings(self, tenant: str, *states: str) -> list[Life]:
        """The tenant's findings, in these states or in any."""
        with self._session(write=False) as session:
            query = select(Finding).join(Tenant).where(Tenant.key == tenant)
            if states:
                query = query.where(Finding.state.in_(states))
            order = list(Severity)
            return sorted(
                (_life(finding) for finding in session.scalars(query)),
                key=lambda life: (
                    order.index(Severity(life.severity)),
                    life.control,
                    life.label.casefold(),
                    life.entity,
                ),
            )

    def changes(self, tenant: str, after: RunInfo, upto: RunInfo) -> list[Change]:
        """What differs between two runs of a tenant, each difference once, with every cause that had a part in it."""
        with self._session(write=False) as session:
            moved = session.execute(
                select(Move, Finding)
                .join(Run, Run.id == Move.run_id)
                .join(Tenant)
                .outerjoin(Finding, Finding.id == Move.finding_id)
                .where(
                    Tenant.key == tenant,
                    Run.finished > after.finished,
                    Run.finished <= upto.finished,
                )
                .order_by(Run.finished, Move.id)
            ).all()
            story: dict[object, list[tuple[Move, Finding | None]]] = {}
            for move, finding in moved:
                story.setdefault(move.finding_id or move.control, []).append((move, finding))
            return ordered(_joined(steps) for steps in story.values() if _net(steps))

    def prune(self, tenant: str, keep: Collection[int]) -> int:
        """Forget all runs of a tenant but these; findings that none of the kept runs saw go with them. How many runs went."""
        with self._session() as session:
            ids = set(session.scalars(select(Run.id).join(Tenant).where(Tenant.key == tenant))) - set(keep)
            for some in batches(sorted(ids)):
                session.execute(delete(Move).where(Move.run_id.in_(some)))
                session.execute(delete(Observation).where(Observation.run_id.in_(some)))
                session.execute(delete(Run).where(Run.id.in_(some)))
            mine = select(Tenant.id).where(Tenant.key == tenant).scalar_subquery()
            seen = exists().where(Observation.finding_id == Finding.id)
            moved = exists().where(Move.finding_id == Finding.id)
            gone = (Finding.tenant_id == mine) & (Finding.state == State.FIXED) & ~seen & ~moved
            session.execute(delete(Finding).where(gone))
            return len(ids)

    @contextmanager
    def _session(self, *, write: bool = True) -> Iterator[Session]:
        try:
            with (
                Session(self.engine.execution_options(auditor_write=write), expire_on_commit=False) as session,
                session.begin(),
            ):
                yield session
        except SQLAlchemyError as err:
            raise AuditorError(
                f"the history could not be {'written' if write else 'read'} ({type(err).__name__})",
                "nothing of this run was recorded; run the command again",
            ) from err


def _sqlite(engine: Engine) -> None:
    """Writers wait for each other, readers for nobody, and what is written survives the process."""

    @event.listens_for(engine, "connect")
    def settings(connection: Any, record: Any) -> None:  # noqa: ARG001
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in ("busy_timeout=120000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer that first reads would fail, not wait, where another one wrote in between.
        write = connection.get_execution_options().get("auditor_write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _info(session: Session, run: Run, tenant: str, *, changes: bool = True) -> RunInfo:
    found: tuple[Change, ...] = ()
    if changes:
        rows = session.execute(
            select(Move, Finding).outerjoin(Finding, Finding.id == Move.finding_id).where(Move.run_id == run.id)
        ).all()
        found = tuple(ordered(_joined([(move, finding)]) for move, finding in rows))
    return RunInfo(
        run.id,
        tenant,
        run.snapshot_id,
        run.snapshot_path,
        run.snapshot_sha256,
        run.started,
        run.finished,
        run.tool,
        run.rules,
        run.summary,
        run.controls,
        run.sources,
        found,
        run.quick,
    )


def _by_tenant(rows: Iterable[Any]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for tenant, name, count in rows:
        found.setdefault(tenant, {})[name] = count
    return found


def _net(steps: Sequence[tuple[Move, Finding | None]]) -> bool:
    """Whether anything is left of a row of moves: what came and went meanwhile is no difference."""
    before, after = steps[0][0].before, steps[-1][0].after
    return before != after and not (before == "" and after == State.FIXED)


def _joined(steps: Sequence[tuple[Move, Finding | None]]) -> Change:
    """Several moves of one finding, or of one control, as one."""
    (first, finding), (last, _) = steps[0], steps[-1]
    causes = tuple(dict.fromkeys(cause for move, _ in steps for cause in move.causes))
    event_ = last.event
    if len(steps) > 1 and first.event == Event.NEW and last.event in {Event.CHANGED, Event.LIGHT, Event.REOPENED}:
        event_ = Event.NEW
    if finding is None:
        return Change(last.control, "", "", event_, first.before, last.after, causes, {})
    return Change(
        last.control,
        finding.entity,
        finding.label,
        event_,
        first.before,
        last.after,
        causes,
        finding.about,
        finding.message,
        finding.severity,
    )


_ORDER = [
    Event.NEW,
    Event.BACK,
    Event.REOPENED,
    Event.LIGHT,
    Event.CHANGED,
    Event.DARK,
    Event.WAIVED,
    Event.FIXED,
    Event.VERDICT,
]


def ordered(changes: Iterable[Change]) -> list[Change]:
    """New things first, then what came back, what went dark, what was fixed; controls as a whole last."""
    return sorted(changes, key=lambda c: (_ORDER.index(c.event), c.control, c.label.casefold(), c.entity))


def _life(finding: Finding) -> Life:
    return Life(
        finding.control,
        finding.check,
        finding.provider,
        finding.kind,
        finding.entity,
        finding.label,
        finding.about,
        finding.severity,
        finding.message,
        finding.state,
        finding.first_seen,
        finding.last_seen,
        finding.since,
        finding.returns,
    )
