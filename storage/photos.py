"""The rows of photos; their files are in the media store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, select, update

from showme.domain.photos import Photo
from showme.domain.takings import Place, Taking
from storage.tables import invitations, photos

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.pictures import Derived


_TAKING: Final = ("taken_at", "latitude", "longitude", "camera")


class PhotoRecords:
    """Photos through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add(self, photo: Photo) -> Photo:
        """Add a photo under the invitation's next number."""
        number = await self._connection.scalar(
            update(invitations)
            .where(invitations.c.id == photo.invitation)
            .values(photos=invitations.c.photos + 1)
            .returning(invitations.c.photos)
        )
        kept = replace(photo, number=number or 1)
        await self._connection.execute(
            insert(photos).values(**{name: value for name, value in vars(kept).items() if name != "taking"})
        )
        return kept

    async def get(self, organisation: int, photo: str) -> Photo | None:
        """Return one of this organisation's."""
        rows = await self._connection.execute(select(photos).where(_is(organisation, photo)))
        row = rows.one_or_none()
        return _photo(row) if row else None

    async def newest(
        self, organisation: int, *, invitation: str | None = None, most: int | None = 500
    ) -> Sequence[Photo]:
        """Return the newest first."""
        query = select(photos).where(photos.c.organisation == organisation)
        if invitation is not None:
            query = query.where(photos.c.invitation == invitation)
        query = query.order_by(photos.c.received_at.desc(), photos.c.invitation, photos.c.number.desc()).limit(most)
        return [_photo(row) for row in await self._connection.execute(query)]

    async def bytes_of(self, organisation: int, invitation: str) -> int:
        """Return how many bytes an invitation's originals take."""
        taken = await self._connection.scalar(
            select(func.sum(photos.c.bytes)).where(
                photos.c.organisation == organisation, photos.c.invitation == invitation
            )
        )
        return int(taken or 0)

    async def not_yet_shown(self) -> Sequence[Photo]:
        """Return what still waits to be derived, oldest first."""
        query = select(photos).where(photos.c.state == "received").order_by(photos.c.received_at)
        return [_photo(row) for row in await self._connection.execute(query)]

    async def shown(self, photo: Photo, *, at: datetime, derived: Derived) -> None:
        """Note that a photo can be seen, and what it told of its taking."""
        taking = derived.taking
        await self._connection.execute(
            update(photos)
            .where(_is(photo.organisation, photo.id))
            .values(
                state="shown",
                shown_at=at,
                width=derived.width,
                height=derived.height,
                taken_at=taking.at.isoformat() if taking.at else None,
                latitude=taking.place.latitude if taking.place else None,
                longitude=taking.place.longitude if taking.place else None,
                camera=taking.camera,
            )
        )

    async def unreadable(self, photo: Photo) -> None:
        """Note that a photo cannot be decoded."""
        await self._connection.execute(
            update(photos).where(_is(photo.organisation, photo.id)).values(state="unreadable")
        )

    async def expired(self, moment: datetime, *, most: int = 200) -> Sequence[Photo]:
        """Return those whose time has come, oldest first."""
        query = select(photos).where(photos.c.expires_at <= moment).order_by(photos.c.expires_at).limit(most)
        return [_photo(row) for row in await self._connection.execute(query)]

    async def next_expiry(self) -> datetime | None:
        """Return when the next photo expires."""
        moment: datetime | None = await self._connection.scalar(select(func.min(photos.c.expires_at)))
        return moment

    async def stored_names(self) -> frozenset[str]:
        """Return the media names of all photos."""
        return frozenset(await self._connection.scalars(select(photos.c.stored_as)))

    async def forget(self, photo: Photo) -> bool:
        """Remove the row."""
        gone = await self._connection.execute(delete(photos).where(_is(photo.organisation, photo.id)))
        return gone.rowcount == 1


def _is(organisation: int, photo: str) -> ColumnElement[bool]:
    return (photos.c.organisation == organisation) & (photos.c.id == photo)


def _photo(row: Row[tuple[object, ...]]) -> Photo:
    columns = row._asdict()
    taken_at, latitude, longitude, camera = (columns.pop(name) for name in _TAKING)
    place = Place(latitude=latitude, longitude=longitude) if latitude is not None else None
    taking = Taking(at=datetime.fromisoformat(taken_at) if taken_at else None, place=place, camera=camera)
    return Photo(**columns, taking=taking)
