"""The journal's tables: numbered envelopes that stay, details that can be forgotten."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, select, update

from showme.domain.events import Event, Kind, chain_of, digest_of
from storage.tables import event_details, events, organisations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class JournalRecords:
    """The journal through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection
        self.heads: dict[int, int] = {}
        """The numbers reached in this transaction, by organisation: whom to wake once it is committed."""

    async def append(
        self,
        kind: Kind,
        *,
        organisation: int,
        at: datetime,
        actor: str,
        invitation: str | None = None,
        photo: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> Event:
        """Write an event under the organisation's next number."""
        counted = await self._connection.execute(
            update(organisations)
            .where(organisations.c.id == organisation)
            .values(last_event=organisations.c.last_event + 1)
            .returning(organisations.c.last_event, organisations.c.last_chain)
        )
        number, previous = counted.one()
        told = dict(detail or {})
        salt = secrets.token_bytes(16)
        digest = digest_of(told, salt)
        chain = chain_of(
            previous, organisation=organisation, number=number, at=at, kind=kind, actor=actor,
            invitation=invitation, photo=photo, digest=digest,
        )  # fmt: skip
        await self._connection.execute(
            update(organisations).where(organisations.c.id == organisation).values(last_chain=chain)
        )
        envelope = {
            "organisation": organisation, "number": number, "at": at, "kind": str(kind), "actor": actor,
            "invitation": invitation, "photo": photo, "digest": digest, "chain": chain,
        }  # fmt: skip
        await self._connection.execute(insert(events).values(**envelope))
        await self._connection.execute(
            insert(event_details).values(organisation=organisation, number=number, salt=salt, detail=told)
        )
        self.heads[organisation] = number
        return Event(**{**envelope, "kind": kind}, detail=told)

    async def since(self, organisation: int, after: int, *, most: int = 200) -> Sequence[Event]:
        """Return events above a number, oldest first."""
        rows = await self._connection.execute(
            select(events, event_details.c.detail)
            .outerjoin(
                event_details,
                and_(event_details.c.organisation == events.c.organisation, event_details.c.number == events.c.number),
            )
            .where(events.c.organisation == organisation, events.c.number > after)
            .order_by(events.c.number)
            .limit(most)
        )
        return [Event(**{**row._asdict(), "kind": Kind(row.kind), "detail": row.detail or {}}) for row in rows]

    async def head(self, organisation: int) -> int:
        """Return the highest number so far."""
        found = await self._connection.scalar(
            select(organisations.c.last_event).where(organisations.c.id == organisation)
        )
        return found or 0

    async def forget_details(self, organisation: int, invitation: str) -> None:
        """Erase the details of an invitation's events; envelopes and digests stay."""
        about = select(events.c.number).where(events.c.organisation == organisation, events.c.invitation == invitation)
        await self._connection.execute(
            delete(event_details).where(event_details.c.organisation == organisation, event_details.c.number.in_(about))
        )
