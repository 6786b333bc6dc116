"""Photos of which a preview comes first: in which size each is seen, and what fuller size has arrived."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OF_PHOTOS = ("original", "fuller_unreadable", "fuller_size", "fuller_as", "size")


def upgrade() -> None:
    """Apply the step; only uploads, to which nothing refers, are copied by SQLite."""
    op.add_column("photos", sa.Column("size", sa.String(length=8), nullable=False, server_default="original"))
    op.add_column("photos", sa.Column("fuller_as", sa.String(length=64)))
    op.add_column("photos", sa.Column("fuller_size", sa.String(length=8)))
    op.add_column("photos", sa.Column("fuller_unreadable", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("photos", sa.Column("original", sa.String(length=8)))
    with op.batch_alter_table("uploads") as uploads:
        uploads.add_column(sa.Column("size", sa.String(length=8), nullable=False, server_default="original"))
        uploads.drop_constraint("uq_uploads_organisation_photo", type_="unique")
        uploads.create_unique_constraint("uq_uploads_organisation_photo_size", ["organisation", "photo", "size"])


def downgrade() -> None:
    """Take the step back; what is on its way in another size than the original has to begin anew."""
    op.execute("DELETE FROM uploads WHERE size <> 'original'")
    with op.batch_alter_table("uploads") as uploads:
        uploads.drop_constraint("uq_uploads_organisation_photo_size", type_="unique")
        uploads.create_unique_constraint("uq_uploads_organisation_photo", ["organisation", "photo"])
        uploads.drop_column("size")
    for name in _OF_PHOTOS:
        op.drop_column("photos", name)
