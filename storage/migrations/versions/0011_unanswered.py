"""After how many minutes an organisation's chats are told of an invitation without an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step; the column is added in place, so that SQLite copies no table that others refer to."""
    op.add_column("organisations", sa.Column("unanswered_minutes", sa.Integer(), nullable=False, server_default="5"))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("organisations", "unanswered_minutes")
