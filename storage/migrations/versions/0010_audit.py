"""Where a deed came from, signed checkpoints of the journal, and a journal that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SQLITE = (
    """
    CREATE TRIGGER events_stay BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER events_are_only_condensed BEFORE DELETE ON events
    WHEN NOT EXISTS (
        SELECT 1 FROM checkpoints
        WHERE organisation = OLD.organisation AND number >= OLD.number AND gone > 0
    )
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER event_details_stay BEFORE UPDATE ON event_details
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND EXISTS (
            SELECT 1 FROM checkpoints
            WHERE organisation = OLD.organisation AND number >= OLD.number AND gone > 0
        ) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the journal is append-only';
    END $$
    """,
    "CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION journal_only_grows()",
    """
    CREATE TRIGGER event_details_stay BEFORE UPDATE ON event_details
    FOR EACH ROW EXECUTE FUNCTION journal_only_grows()
    """,
)


def upgrade() -> None:
    """Apply the step."""
    op.add_column("events", sa.Column("origin", sa.String(length=60)))
    op.create_table(
        "checkpoints",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_checkpoints_organisation"),
        sa.PrimaryKeyConstraint("organisation", "number", name="pk_checkpoints"),
    )
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Take the step back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER events_stay ON events")
        op.execute("DROP TRIGGER event_details_stay ON event_details")
        op.execute("DROP FUNCTION journal_only_grows")
    else:
        for name in ("events_stay", "events_are_only_condensed", "event_details_stay"):
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("checkpoints")
    op.drop_column("events", "origin")
