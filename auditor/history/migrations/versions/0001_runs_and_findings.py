"""Runs, findings with their life, what each run saw, and what moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)

    def tenant() -> sa.Column[int]:
        return sa.Column("tenant_id", sa.Integer, sa.ForeignKey("tenants.id", ondelete="CASCADE"), nullable=False)

    def run() -> sa.Column[int]:
        return sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False)

    op.create_table(
        "tenants",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        tenant(),
        sa.Column("snapshot_id", sa.String(128), nullable=False),
        sa.Column("snapshot_sha256", sa.String(64), nullable=False),
        sa.Column("snapshot_path", sa.Text, nullable=False),
        sa.Column("started", moment, nullable=False),
        sa.Column("finished", moment, nullable=False),
        sa.Column("judged_for", moment, nullable=False),
        sa.Column("tool", sa.String(128), nullable=False),
        sa.Column("rules", sa.String(64), nullable=False),
        sa.Column("statements", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.Column("controls", sa.JSON, nullable=False),
        sa.Column("sources", sa.JSON, nullable=False),
        sa.UniqueConstraint("tenant_id", "snapshot_id"),
    )
    op.create_index("runs_by_time", "runs", ["tenant_id", "finished"])
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer, primary_key=True),
        tenant(),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("control", sa.String(32), nullable=False),
        sa.Column("check_name", sa.String(128), nullable=False),
        sa.Column("provider", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("first_seen", moment, nullable=False),
        sa.Column("last_seen", moment, nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("returns", sa.Integer, nullable=False),
        sa.UniqueConstraint("tenant_id", "identity"),
    )
    op.create_index("findings_by_state", "findings", ["tenant_id", "state"])
    op.create_table(
        "observations",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("finding_id", sa.Integer, sa.ForeignKey("findings.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("waived_until", sa.String(10), nullable=False),
    )
    op.create_index("ix_observations_finding_id", "observations", ["finding_id"])
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer, primary_key=True),
        run(),
        sa.Column("finding_id", sa.Integer, sa.ForeignKey("findings.id", ondelete="CASCADE")),
        sa.Column("control", sa.String(32), nullable=False),
        sa.Column("before", sa.String(24), nullable=False),
        sa.Column("after", sa.String(24), nullable=False),
        sa.Column("causes", sa.JSON, nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
    )
    op.create_index("moves_by_run", "moves", ["run_id"])
    op.create_index("ix_moves_finding_id", "moves", ["finding_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("moves", "observations", "findings", "runs", "tenants"):
        op.drop_table(table)
