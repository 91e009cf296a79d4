"""The tables of the history. Times are UTC; texts that name staff are those of the reports, never patient data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A time with its zone: SQLite knows none, so every time is stored as UTC and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From UTC."""
        return None if value is None else (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}


class State:
    """What has become of a finding."""

    OPEN = "open"
    WAIVED = "waived"
    FIXED = "fixed"
    DARK = "dark"  # it was there, and now cannot be seen


class Event:
    """What a run did to a finding."""

    NEW = "new"
    BACK = "came back"
    FIXED = "fixed"
    DARK = "went dark"
    LIGHT = "came to light"
    WAIVED = "waived"
    REOPENED = "reopened"
    CHANGED = "changed"
    VERDICT = "verdict"  # a control as a whole moved


_EVENTS = {
    (None, State.OPEN): Event.NEW,
    (None, State.WAIVED): Event.WAIVED,
    (State.FIXED, State.OPEN): Event.BACK,
    (State.FIXED, State.WAIVED): Event.WAIVED,
    (State.DARK, State.OPEN): Event.LIGHT,
    (State.DARK, State.WAIVED): Event.WAIVED,
    (State.DARK, State.FIXED): Event.FIXED,
    (State.OPEN, State.FIXED): Event.FIXED,
    (State.WAIVED, State.FIXED): Event.FIXED,
    (State.OPEN, State.DARK): Event.DARK,
    (State.WAIVED, State.DARK): Event.DARK,
    (State.OPEN, State.WAIVED): Event.WAIVED,
    (State.WAIVED, State.OPEN): Event.REOPENED,
}


def event_of(before: str | None, after: str) -> str:
    """What leads from one state of a finding to another; None is the state before it was ever seen."""
    return _EVENTS.get((before, after), Event.CHANGED)


class Tenant(Base):
    """One clinic; its row is locked while a run of it is recorded."""

    __tablename__ = "tenants"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)


class Run(Base):
    """One scan that was judged and recorded."""

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("tenant_id", "snapshot_id"), Index("runs_by_time", "tenant_id", "finished"))

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    snapshot_id: Mapped[str] = mapped_column(String(128))
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    snapshot_path: Mapped[str] = mapped_column(Text)  # empty: the snapshot was not kept
    started: Mapped[datetime]
    finished: Mapped[datetime]
    judged_for: Mapped[datetime]
    tool: Mapped[str] = mapped_column(String(128))
    rules: Mapped[str] = mapped_column(String(64))  # fingerprint of the controls that judged
    statements: Mapped[dict[str, Any]]  # what the clinic stated about itself
    summary: Mapped[dict[str, Any]]
    controls: Mapped[dict[str, Any]]  # control id -> [verdict, severity, open findings]
    sources: Mapped[dict[str, Any]]  # name of a source that was not read whole -> why
    quick: Mapped[bool] = mapped_column(default=False)  # nothing was asked person by person


class Finding(Base):
    """One thing that was wrong at some time, and what became of it."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("tenant_id", "identity"), Index("findings_by_state", "tenant_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))
    identity: Mapped[str] = mapped_column(String(64))
    control: Mapped[str] = mapped_column(String(32))
    check: Mapped[str] = mapped_column("check_name", String(128))
    provider: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(64))
    entity: Mapped[str] = mapped_column(Text)
    about: Mapped[dict[str, Any]]
    label: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    since: Mapped[datetime]  # when it came into its present state
    returns: Mapped[int] = mapped_column(default=0)


class Observation(Base):
    """That a run saw a finding."""

    __tablename__ = "observations"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True, index=True)
    verdict: Mapped[str] = mapped_column(String(16))
    waived_until: Mapped[str] = mapped_column(String(10), default="")


class Move(Base):
    """A verdict that differs from the run before, and why. `finding_id` is None where a control as a whole moved."""

    __tablename__ = "moves"
    __table_args__ = (Index("moves_by_run", "run_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id", ondelete="CASCADE"), index=True)
    control: Mapped[str] = mapped_column(String(32))
    before: Mapped[str] = mapped_column(String(24))
    after: Mapped[str] = mapped_column(String(24))
    causes: Mapped[list[Any]]
    event: Mapped[str] = mapped_column(String(16))
