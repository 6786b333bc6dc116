"""The journal's tables: numbered envelopes that stay, details that can be forgotten."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, delete, insert, or_, select, update

from showme.domain.events import Event, Kind, chain_of, digest_of
from showme.domain.origins import origin_of
from storage.tables import cursors, event_details, events, organisations, photos, sealed_photos

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
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
        origin = origin_of(actor)
        chain = chain_of(
            previous, organisation=organisation, number=number, at=at, kind=kind, actor=actor,
            invitation=invitation, photo=photo, digest=digest, origin=origin,
        )  # fmt: skip
        await self._connection.execute(
            update(organisations).where(organisations.c.id == organisation).values(last_chain=chain)
        )
        envelope = {
            "organisation": organisation, "number": number, "at": at, "kind": str(kind), "actor": actor,
            "invitation": invitation, "photo": photo, "digest": digest, "chain": chain, "origin": origin,
        }  # fmt: skip
        await self._connection.execute(insert(events).values(**envelope))
        await self._connection.execute(
            insert(event_details).values(organisation=organisation, number=number, salt=salt, detail=told)
        )
        self.heads[organisation] = number
        return Event(**{**envelope, "kind": kind}, detail=told)

    async def since(self, organisation: int, after: int, *, most: int = 200) -> Sequence[Event]:
        """Return events above a number, oldest first."""
        return await self._found(
            _EVENTS.where(events.c.organisation == organisation, events.c.number > after)
            .order_by(events.c.number)
            .limit(most)
        )

    async def get(self, organisation: int, number: int) -> Event | None:
        """Return one of this organisation's."""
        found = await self._found(_EVENTS.where(events.c.organisation == organisation, events.c.number == number))
        return found[0] if found else None

    async def last(self, organisation: int, kind: Kind) -> Event | None:
        """Return the last event of a kind."""
        found = await self._found(
            _EVENTS.where(events.c.organisation == organisation, events.c.kind == str(kind))
            .order_by(events.c.number.desc())
            .limit(1)
        )
        return found[0] if found else None

    async def newest(self, organisation: int, kinds: Collection[Kind], *, most: int = 50) -> Sequence[Event]:
        """Return the newest events of some kinds, newest first."""
        return await self._found(
            _EVENTS.where(events.c.organisation == organisation, events.c.kind.in_([str(kind) for kind in kinds]))
            .order_by(events.c.number.desc())
            .limit(most)
        )

    async def of_invitation(self, organisation: int, invitation: str, kinds: Collection[Kind]) -> Sequence[Event]:
        """Return events of some kinds about an invitation, oldest first."""
        return await self._found(
            _EVENTS.where(
                events.c.organisation == organisation,
                events.c.invitation == invitation,
                events.c.kind.in_([str(kind) for kind in kinds]),
            ).order_by(events.c.number)
        )

    async def head(self, organisation: int) -> int:
        """Return the highest number so far."""
        found = await self._connection.scalar(
            select(organisations.c.last_event).where(organisations.c.id == organisation)
        )
        return found or 0

    async def cursor(self, name: str, organisation: int) -> int:
        """Return how far a reader has come."""
        found: int | None = await self._connection.scalar(
            select(cursors.c.number).where(cursors.c.name == name, cursors.c.organisation == organisation)
        )
        return found or 0

    async def move_cursor(self, name: str, organisation: int, number: int) -> None:
        """Note how far a reader has come."""
        moved = await self._connection.execute(
            update(cursors).where(cursors.c.name == name, cursors.c.organisation == organisation).values(number=number)
        )
        if moved.rowcount == 0:
            await self._connection.execute(insert(cursors).values(name=name, organisation=organisation, number=number))

    async def forget_details(self, organisation: int, invitation: str) -> None:
        """Erase the details of an invitation's events; those of photos that are kept longer, or sealed, stay."""
        held = [
            select(photos.c.id).where(photos.c.organisation == organisation, photos.c.due_at.is_not(None)),
            select(sealed_photos.c.photo).where(sealed_photos.c.organisation == organisation),
        ]
        about = select(events.c.number).where(
            events.c.organisation == organisation,
            events.c.invitation == invitation,
            or_(events.c.photo.is_(None), and_(*(events.c.photo.not_in(ids) for ids in held))),
        )
        await self._erase(organisation, about)

    async def forget_details_of_photo(self, organisation: int, invitation: str, photo: str) -> None:
        """Erase the details of a photo's events; envelopes and digests stay."""
        about = select(events.c.number).where(
            events.c.organisation == organisation, events.c.invitation == invitation, events.c.photo == photo
        )
        await self._erase(organisation, about)

    async def _erase(self, organisation: int, about: Select[tuple[int]]) -> None:
        await self._connection.execute(
            delete(event_details).where(event_details.c.organisation == organisation, event_details.c.number.in_(about))
        )

    async def _found(self, query: Select[tuple[object, ...]]) -> list[Event]:
        rows = await self._connection.execute(query)
        return [Event(**{**row._asdict(), "kind": Kind(row.kind), "detail": row.detail or {}}) for row in rows]


_EVENTS: Final = select(events, event_details.c.detail).outerjoin(
    event_details,
    and_(event_details.c.organisation == events.c.organisation, event_details.c.number == events.c.number),
)
