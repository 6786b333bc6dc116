"""Clips: whether there is something to play, and how long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step; columns are added in place, so that SQLite copies no table that others refer to."""
    op.add_column("photos", sa.Column("clip", sa.String(length=12)))
    op.add_column("photos", sa.Column("seconds", sa.Float()))


def downgrade() -> None:
    """Take the step back."""
    for name in ("seconds", "clip"):
        op.drop_column("photos", name)
