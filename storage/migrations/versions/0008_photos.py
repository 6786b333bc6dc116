"""How far pictures are blurred, marks, photos kept longer, and photos in quarantine."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_KEPT: Final[dict[str, sa.types.TypeEngine[Any]]] = {
    "kept_at": _MOMENT,
    "kept_by": sa.String(length=60),
    "kept_reason": sa.String(length=200),
    "due_at": _MOMENT,
}


def upgrade() -> None:
    """Apply the step; columns are added in place, so that SQLite copies no table that others refer to."""
    blurring = sa.Column("blurring", sa.String(length=16), nullable=False, server_default="until_revealed")
    op.add_column("organisations", blurring)
    organisations = sa.table("organisations", sa.column("blur", sa.Boolean()), sa.column("blurring", sa.String()))
    op.execute(sa.update(organisations).where(organisations.c.blur == sa.false()).values(blurring="shown"))
    op.drop_column("organisations", "blur")
    for name, kind in _KEPT.items():
        op.add_column("photos", sa.Column(name, kind))
    op.add_column("photos", sa.Column("left_chats", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_photos_due_at", "photos", ["due_at"])
    op.create_table(
        "photo_marks",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_photo_marks_organisation"),
        sa.PrimaryKeyConstraint("organisation", "photo", "kind", "by", name="pk_photo_marks"),
    )
    op.create_table(
        "sealed_photos",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("photo", sa.String(length=64), nullable=False),
        sa.Column("invitation", sa.String(length=24), nullable=False),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("fuller_as", sa.String(length=64)),
        sa.Column("sealed_at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("ends_at", _MOMENT, nullable=False),
        sa.Column("reminded_at", _MOMENT),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_sealed_photos_organisation"),
        sa.ForeignKeyConstraint(["invitation"], ["invitations.id"], name="fk_sealed_photos_invitation"),
        sa.PrimaryKeyConstraint("organisation", "photo", name="pk_sealed_photos"),
    )
    op.create_index("ix_sealed_photos_ends_at", "sealed_photos", ["ends_at"])
    op.create_table(
        "blur_choices",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("blurring", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_blur_choices_organisation"),
        sa.PrimaryKeyConstraint("organisation", "person", name="pk_blur_choices"),
    )
    op.create_table(
        "shifts",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=60), nullable=False),
        sa.Column("began_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("revealed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_shifts_organisation"),
        sa.PrimaryKeyConstraint("organisation", "person", name="pk_shifts"),
    )
    op.create_index("ix_shifts_last_at", "shifts", ["last_at"])
    op.create_table(
        "reveal_hours",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("hour", _MOMENT, nullable=False),
        sa.Column("revealed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisations.id"], name="fk_reveal_hours_organisation"),
        sa.PrimaryKeyConstraint("organisation", "hour", name="pk_reveal_hours"),
    )


def downgrade() -> None:
    """Take the step back; what is sealed then belongs to no row, and goes with the next sweep of the files."""
    for name in ("reveal_hours", "shifts", "blur_choices", "sealed_photos", "photo_marks"):
        op.drop_table(name)
    op.drop_index("ix_photos_due_at", "photos")
    for name in ("left_chats", *reversed(_KEPT)):
        op.drop_column("photos", name)
    op.add_column("organisations", sa.Column("blur", sa.Boolean(), nullable=False, server_default=sa.true()))
    organisations = sa.table("organisations", sa.column("blur", sa.Boolean()), sa.column("blurring", sa.String()))
    op.execute(sa.update(organisations).where(organisations.c.blurring == "shown").values(blur=sa.false()))
    op.drop_column("organisations", "blurring")
