"""The rows of photos in quarantine, apart from all others."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from showme.domain.quarantine import Sealed
from storage.photos import photo_of
from storage.tables import Moment, photo_marks, photos, sealed_photos

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.photos import Photo


class QuarantineRecords:
    """Photos in quarantine through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def seal(self, sealed: Sealed) -> bool:
        """Take a photo's row from among the photos, and keep it here as it stands."""
        photo = sealed.photo
        taken = await self._connection.execute(
            delete(photos)
            .where(photos.c.organisation == photo.organisation, photos.c.id == photo.id)
            .returning(*photos.c)
        )
        row = taken.one_or_none()
        if row is None:
            return False
        await self._connection.execute(
            insert(sealed_photos).values(
                organisation=photo.organisation,
                photo=photo.id,
                invitation=photo.invitation,
                stored_as=row.stored_as,
                fuller_as=row.fuller_as,
                sealed_at=sealed.at,
                by=sealed.by,
                ends_at=sealed.ends_at,
                row=_written(row._asdict()),
            )
        )
        return True

    async def get(self, organisation: int, photo: str) -> Sealed | None:
        """Return one of this organisation's."""
        found = await self._found(select(sealed_photos).where(_is(organisation, photo)))
        return found[0] if found else None

    async def all(self, organisation: int) -> Sequence[Sealed]:
        """Return this organisation's, the newest first."""
        query = select(sealed_photos).where(sealed_photos.c.organisation == organisation)
        return await self._found(query.order_by(sealed_photos.c.sealed_at.desc(), sealed_photos.c.photo))

    async def everywhere(self) -> Sequence[Sealed]:
        """Return those of every organisation, the one that ends first first."""
        return await self._found(select(sealed_photos).order_by(sealed_photos.c.ends_at, sealed_photos.c.photo))

    async def note_reminded(self, sealed: Sealed, at: datetime) -> None:
        """Note when supervisors were reminded."""
        await self._connection.execute(
            update(sealed_photos)
            .where(_is(sealed.photo.organisation, sealed.photo.id))
            .values(reminded_at=at)
        )  # fmt: skip

    async def release(self, sealed: Sealed, photo: Photo) -> bool:
        """Put the row back among the photos, with the end and the state that ``photo`` has."""
        taken = await self._connection.execute(
            delete(sealed_photos)
            .where(_is(sealed.photo.organisation, sealed.photo.id))
            .returning(sealed_photos.c.row)
        )  # fmt: skip
        row = taken.scalar_one_or_none()
        if row is None:
            return False
        back = {**_read(row), "expires_at": photo.expires_at, "state": photo.state, "clip": photo.clip}
        await self._connection.execute(insert(photos).values(**back))
        return True

    async def forget(self, sealed: Sealed) -> bool:
        """Remove the row and the marks."""
        organisation, photo = sealed.photo.organisation, sealed.photo.id
        gone = await self._connection.execute(delete(sealed_photos).where(_is(organisation, photo)))
        if gone.rowcount != 1:
            return False
        await self._connection.execute(
            delete(photo_marks).where(photo_marks.c.organisation == organisation, photo_marks.c.photo == photo)
        )
        return True

    async def _found(self, query: Select[Any]) -> list[Sealed]:
        return [
            Sealed(
                photo=photo_of(_read(row.row)),
                at=row.sealed_at,
                by=row.by,
                ends_at=row.ends_at,
                reminded_at=row.reminded_at,
            )
            for row in await self._connection.execute(query)
        ]


def _is(organisation: int, photo: str) -> ColumnElement[bool]:
    return (sealed_photos.c.organisation == organisation) & (sealed_photos.c.photo == photo)


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the table of photos has it; a column that came later has what is usual in it."""
    read: dict[str, Any] = {}
    for column in photos.c:
        value = row.get(column.name)
        if value is None and not column.nullable and column.server_default is not None:
            continue
        if value is not None and isinstance(column.type, Moment):
            value = datetime.fromisoformat(value)
        read[column.name] = value
    return read
