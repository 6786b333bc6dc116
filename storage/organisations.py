"""Organisations and the secrets that sign their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from showme.domain.organisations import SELF_TEST, Organisation, Secret
from storage.tables import organisation_secrets, organisations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.blurring import Blurring


class OrganisationRecords:
    """Organisations through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add(
        self, *, name: str, region: str, language: str, at: datetime, secret: bytes, number: int | None = None
    ) -> Organisation:
        """Add an organisation with its first secret."""
        numbered = {} if number is None else {"id": number}
        added = await self._connection.execute(
            insert(organisations)
            .values(
                name=name, region=region, language=language, retention_hours=6, made_at=at,
                last_invitation=0, credits=0, last_line=0, last_event=0, last_chain="", **numbered,
            )
            .returning(organisations)
        )  # fmt: skip
        organisation = _organisation(added.one())
        await self._add_secret(organisation.id, secret, at)
        return organisation

    async def get(self, organisation: int) -> Organisation | None:
        """Return it, or None."""
        rows = await self._connection.execute(select(organisations).where(organisations.c.id == organisation))
        row = rows.one_or_none()
        return _organisation(row) if row else None

    async def all(self) -> Sequence[Organisation]:
        """Return every organisation but the self-test's, in the order of their numbers."""
        listed = select(organisations).where(organisations.c.id != SELF_TEST).order_by("id")
        return [_organisation(row) for row in await self._connection.execute(listed)]

    async def secrets(self, organisation: int) -> Sequence[Secret]:
        """Return its secrets, newest first: the first one is current."""
        rows = await self._connection.execute(
            select(organisation_secrets)
            .where(organisation_secrets.c.organisation == organisation)
            .order_by(organisation_secrets.c.id.desc())
        )
        return [Secret(**row._asdict()) for row in rows]

    async def rotate(self, organisation: int, *, secret: bytes, at: datetime) -> None:
        """Retire the current secret and make another one current."""
        await self._connection.execute(
            update(organisation_secrets)
            .where(organisation_secrets.c.organisation == organisation, organisation_secrets.c.retired_at.is_(None))
            .values(retired_at=at)
        )
        await self._add_secret(organisation, secret, at)

    async def set_sound(self, organisation: int, *, sound: bool) -> None:
        """Let live video ask for sound, or not."""
        await self._connection.execute(
            update(organisations).where(organisations.c.id == organisation).values(sound=sound)
        )

    async def set_blurring(self, organisation: int, blurring: Blurring) -> None:
        """Blur pictures so far."""
        await self._connection.execute(
            update(organisations).where(organisations.c.id == organisation).values(blurring=blurring)
        )

    async def set_unanswered(self, organisation: int, *, minutes: int) -> None:
        """Tell of invitations without an answer after so many minutes."""
        await self._connection.execute(
            update(organisations).where(organisations.c.id == organisation).values(unanswered_minutes=minutes)
        )

    async def _add_secret(self, organisation: int, secret: bytes, at: datetime) -> None:
        await self._connection.execute(
            insert(organisation_secrets).values(organisation=organisation, value=secret, made_at=at)
        )


def _organisation(row: Row[tuple[object, ...]]) -> Organisation:
    return Organisation(
        id=row.id,
        name=row.name,
        region=row.region,
        language=row.language,
        blurring=row.blurring,
        retention_hours=row.retention_hours,
        sound=row.sound,
        unanswered_minutes=row.unanswered_minutes,
    )
