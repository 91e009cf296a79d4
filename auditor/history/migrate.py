"""Bringing the history's database up to date, with Alembic. Two processes that come at once wait for each other."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from auditor.errors import AuditorError
from auditor.history.tables import Base

HEAD = "0002"
"""The newest migration below `migrations/versions`."""

_LOCK = 7_240_116_501
"""PostgreSQL's advisory lock for migrations: a number of our own."""


def upgrade(engine: Engine) -> None:
    """Run the migrations that this database has not seen. `AuditorError` if a newer version of the tool made it."""
    with engine.execution_options(auditor_write=False).begin() as connection:
        if _version(connection) == HEAD:
            return
    # One transaction for all of it: whoever comes second waits for its lock, and a killed process leaves nothing half-made.
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _version(connection) == HEAD:
            return
        if inspect(connection).get_table_names():
            migrate(connection)
        else:
            _make(connection)


def migrate(connection: Connection) -> None:
    """Run the migrations on a database of an older version, or on an empty one."""
    from alembic import command  # noqa: PLC0415 - takes a quarter of a second, and most runs find nothing to do
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise AuditorError(
            "the history was written by a newer version of the auditor", "update the auditor on this machine"
        ) from None


def _make(connection: Connection) -> None:
    """An empty database gets the tables as they are today, and is marked as Alembic would mark it."""
    Base.metadata.create_all(connection)
    connection.execute(
        text(
            "CREATE TABLE alembic_version "
            "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    try:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except SQLAlchemyError:
        return None
    return str(found) if found is not None else None
