"""Links that sign in, sessions and tokens, all kept as digests only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from showme.domain.people import SESSION_IDLE, SESSION_LIFE, Dispatcher, Role
from storage.tables import sessions, sign_in_links, tokens

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


class SignInRecords:
    """Sign-ins through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add_link(
        self, digest: str, *, organisation: int, role: Role, at: datetime, name: str | None, expires_at: datetime | None
    ) -> None:
        """Add a link: with an end it is for one use, without it is the organisation's own."""
        await self._connection.execute(
            insert(sign_in_links).values(
                digest=digest, organisation=organisation, role=role, name=name, made_at=at, expires_at=expires_at
            )
        )

    async def link(self, digest: str, now: datetime) -> Dispatcher | None:
        """Return whom a link signs in, while it can."""
        rows = await self._connection.execute(select(sign_in_links).where(_usable(digest, now)))
        row = rows.one_or_none()
        return Dispatcher(organisation=row.organisation, name=row.name or "", role=row.role) if row else None

    async def spend_link(self, digest: str, now: datetime) -> bool:
        """Use a link; the organisation's own stays usable."""
        spent = await self._connection.execute(
            update(sign_in_links)
            .where(_usable(digest, now), sign_in_links.c.expires_at.is_not(None))
            .values(ended_at=now)
        )
        return spent.rowcount == 1 or await self.link(digest, now) is not None

    async def revoke_organisation_links(self, organisation: int, at: datetime) -> None:
        """End the organisation's own links."""
        await self._connection.execute(
            update(sign_in_links)
            .where(sign_in_links.c.organisation == organisation, sign_in_links.c.expires_at.is_(None))
            .where(sign_in_links.c.ended_at.is_(None))
            .values(ended_at=at)
        )

    async def add_session(self, digest: str, *, dispatcher: Dispatcher, at: datetime) -> None:
        """Open a session."""
        await self._connection.execute(
            insert(sessions).values(
                digest=digest,
                organisation=dispatcher.organisation,
                role=dispatcher.role,
                name=dispatcher.name,
                made_at=at,
                seen_at=at,
            )
        )

    async def session(self, digest: str, now: datetime) -> Dispatcher | None:
        """Return who is signed in."""
        rows = await self._connection.execute(
            select(sessions).where(
                sessions.c.digest == digest,
                sessions.c.ended_at.is_(None),
                sessions.c.seen_at > now - SESSION_IDLE,
                sessions.c.made_at > now - SESSION_LIFE,
            )
        )
        row = rows.one_or_none()
        return Dispatcher(organisation=row.organisation, name=row.name, role=row.role) if row else None

    async def touch_session(self, digest: str, at: datetime) -> None:
        """Note that a session is in use."""
        await self._connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=at))

    async def end_session(self, digest: str, at: datetime) -> None:
        """Revoke a session."""
        await self._connection.execute(
            update(sessions).where(sessions.c.digest == digest, sessions.c.ended_at.is_(None)).values(ended_at=at)
        )

    async def add_token(self, digest: str, *, dispatcher: Dispatcher, at: datetime) -> None:
        """Add a program's token."""
        await self._connection.execute(
            insert(tokens).values(
                digest=digest,
                organisation=dispatcher.organisation,
                role=dispatcher.role,
                name=dispatcher.name,
                made_at=at,
            )
        )

    async def token(self, digest: str) -> Dispatcher | None:
        """Return whose token it is."""
        rows = await self._connection.execute(
            select(tokens).where(tokens.c.digest == digest, tokens.c.ended_at.is_(None))
        )
        row = rows.one_or_none()
        return Dispatcher(organisation=row.organisation, name=row.name, role=row.role) if row else None


def _usable(digest: str, now: datetime) -> ColumnElement[bool]:
    links = sign_in_links.c
    return (links.digest == digest) & links.ended_at.is_(None) & (links.expires_at.is_(None) | (links.expires_at > now))
