"""Live video: since when, the phone's last sign, stills that were kept, and an organisation's wish for sound."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENTS = ("live_began_at", "live_ended_at", "live_heard_at", "live_lost_at")


def upgrade() -> None:
    """Apply the step; columns are added in place, so that SQLite copies no table that others refer to."""
    op.add_column("organisations", sa.Column("sound", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("photos", sa.Column("kind", sa.String(length=8), nullable=False, server_default="photo"))
    op.add_column("invitations", sa.Column("camera_reason", sa.String(length=12)))
    for name in _MOMENTS:
        op.add_column("invitations", sa.Column(name, Moment()))
    op.create_index("ix_invitations_live_heard_at", "invitations", ["live_heard_at"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index("ix_invitations_live_heard_at", "invitations")
    for name in ("camera_reason", *_MOMENTS):
        op.drop_column("invitations", name)
    op.drop_column("photos", "kind")
    op.drop_column("organisations", "sound")
