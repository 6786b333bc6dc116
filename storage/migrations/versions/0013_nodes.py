"""Several nodes: pieces of uploads in a shared media store, and what nodes tell each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the step."""
    op.create_table(
        "upload_pieces",
        sa.Column("upload", sa.String(length=64), nullable=False),
        sa.Column("first", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("upload", "first", name="pk_upload_pieces"),
    )
    # Written by every node and read by the others: without a log, as nothing of it has to outlive a crash.
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "node_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sender", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.Integer()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_node_messages"),
        prefixes=unlogged,
    )
    op.create_index("ix_node_messages_at", "node_messages", ["at"])
    op.create_table(
        "node_places",
        sa.Column("peer", sa.String(length=64), nullable=False),
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("peer", name="pk_node_places"),
        prefixes=unlogged,
    )
    op.create_index("ix_node_places_node", "node_places", ["node"])
    op.create_table(
        "node_stills",
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("invitation", name="pk_node_stills"),
        prefixes=unlogged,
    )
    op.create_index("ix_node_stills_at", "node_stills", ["at"])


def downgrade() -> None:
    """Take the step back."""
    for table in ("node_stills", "node_places", "node_messages", "upload_pieces"):
        op.drop_table(table)
