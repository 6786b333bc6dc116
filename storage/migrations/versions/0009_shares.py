"""Who is responsible for an invitation, and links that are shared with crews and other centres."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_HANDED: dict[str, sa.types.TypeEngine[Any]] = {
    "handed_to": sa.String(length=60),
    "handed_by": sa.String(length=60),
    "handed_at": _MOMENT,
}


def upgrade() -> None:
    """Apply the step."""
    for name, kind in _HANDED.items():
        op.add_column("invitations", sa.Column(name, kind))
    op.create_index("ix_invitations_incident", "invitations", ["organisation", "incident"])
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=60), nullable=False),
        sa.Column("invitation", sa.String(length=24)),
        sa.Column("incident", sa.String(length=40)),
        sa.Column("secret", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_by", sa.String(length=60)),
        sa.Column("opened", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("opened_at", _MOMENT),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_shares_organisation"),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name="fk_shares_invitation"),
        sa.ForeignKeyConstraint(["secret"], ["organisation_secrets.id"], name="fk_shares_secret"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
    )
    op.create_index("ix_shares_expires_at", "shares", ["expires_at"])
    op.create_index("ix_shares_newest", "shares", ["organisation", "expires_at"])
    op.create_table(
        "share_visits",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("share", sa.String(length=24), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("left_at", _MOMENT),
        sa.ForeignKeyConstraint(["share"], ["shares.id"], name="fk_share_visits_share"),
        sa.PrimaryKeyConstraint("digest", name="pk_share_visits"),
    )
    op.create_index("ix_share_visits_share", "share_visits", ["share"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("share_visits")
    op.drop_table("shares")
    op.drop_index("ix_invitations_incident", "invitations")
    for name in _HANDED:
        op.drop_column("invitations", name)
