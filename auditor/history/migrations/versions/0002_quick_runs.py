"""Which runs were quick: they asked for nothing person by person, and stand for no month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Runs that were recorded before count as whole ones."""
    op.add_column("runs", sa.Column("quick", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("runs") as runs:
        runs.drop_column("quick")
