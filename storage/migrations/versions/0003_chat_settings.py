"""At what each chat makes a sound, when it is quiet, and what a message of ours tells beside its errand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step; columns are added in place, so that SQLite copies no table that others refer to."""
    op.add_column("chats", sa.Column("sound", sa.String(length=8), nullable=False, server_default="some"))
    op.add_column("chats", sa.Column("quiet_start", sa.Integer()))
    op.add_column("chats", sa.Column("quiet_end", sa.Integer()))
    op.add_column("chats", sa.Column("quiet_zone", sa.String(length=40)))
    op.add_column("posted", sa.Column("note", sa.String(length=20)))


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("posted", "note")
    for name in ("sound", "quiet_start", "quiet_end", "quiet_zone"):
        op.drop_column("chats", name)
