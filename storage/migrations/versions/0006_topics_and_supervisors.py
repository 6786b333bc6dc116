"""Forum topics, one for each incident, and persons who are supervisors in every chat of their organisation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "topics",
        sa.Column("chat", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("thread", sa.BigInteger()),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["chat"], ["chats.id"], name="fk_topics_chat"),
        sa.PrimaryKeyConstraint("chat", "subject", name="pk_topics"),
    )
    op.create_table(
        "supervisors",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_supervisors_organisation"),
        sa.PrimaryKeyConstraint("organisation", "telegram_id", name="pk_supervisors"),
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("supervisors")
    op.drop_table("topics")
