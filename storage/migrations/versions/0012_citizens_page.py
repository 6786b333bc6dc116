"""How the citizen's page stands, and whether its language was chosen."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.tables import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "page_state": sa.String(length=8),
    "page_unsent": sa.Integer(),
    "page_trouble": sa.String(length=24),
    "page_told": sa.BigInteger(),
    "page_at": Moment(),
}


def upgrade() -> None:
    """Apply the step."""
    for name, kind in _COLUMNS.items():
        op.add_column("invitations", sa.Column(name, kind))
    chosen: sa.Column[bool] = sa.Column("language_chosen", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("invitations", chosen)


def downgrade() -> None:
    """Take the step back."""
    for name in (*_COLUMNS, "language_chosen"):
        op.drop_column("invitations", name)
