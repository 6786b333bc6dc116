"""Sessions that can be listed and revoked, and passkeys."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step; sessions that are open stay open, and get the name that lists call them by."""
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("id", sa.String(length=16)))
        table.add_column(sa.Column("way", sa.String(length=12), nullable=False, server_default="link"))
        table.add_column(sa.Column("browser", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("address", sa.String(length=60), nullable=False, server_default=""))
        table.add_column(sa.Column("ended_by", sa.String(length=40)))
        table.add_column(sa.Column("passkey", sa.String(length=16)))
        table.add_column(sa.Column("language", sa.String(length=8)))
    sessions = sa.table("sessions", sa.column("digest", sa.String()), sa.column("id", sa.String()))
    connection = op.get_bind()
    for digest in connection.scalars(sa.select(sessions.c.digest)).all():
        connection.execute(sa.update(sessions).where(sessions.c.digest == digest).values(id=secrets.token_hex(8)))
    with op.batch_alter_table("sessions") as table:
        table.alter_column("id", existing_type=sa.String(length=16), nullable=False)
        table.alter_column("way", existing_type=sa.String(length=12), server_default=None)
        table.alter_column("browser", existing_type=sa.String(length=40), server_default=None)
        table.alter_column("address", existing_type=sa.String(length=60), server_default=None)
        table.create_unique_constraint("uq_sessions_id", ["id"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("handle", sa.LargeBinary(length=64), nullable=False),
        sa.Column("credential", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=4096), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_passkeys_organisation"),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.UniqueConstraint("credential", name="uq_passkeys_credential"),
    )
    op.create_index("ix_passkeys_organisation", "passkeys", ["organisation"])
    op.create_table(
        "challenges",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=16)),
        sa.Column("handle", sa.LargeBinary(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_challenges"),
    )
    op.create_index("ix_challenges_expires_at", "challenges", ["expires_at"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("challenges")
    op.drop_table("passkeys")
    with op.batch_alter_table("sessions") as table:
        table.drop_constraint("uq_sessions_id", type_="unique")
        for column in ("id", "way", "browser", "address", "ended_by", "passkey", "language"):
            table.drop_column(column)
