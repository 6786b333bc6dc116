"""The rows of uploads under way; their bytes are in the folder of partial uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, insert, or_, select, update

from showme.domain.uploads import Upload
from storage.tables import invitations, photos, uploads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.photos import PhotoSize


class UploadRecords:
    """Uploads through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add(self, upload: Upload) -> None:
        """Add an upload."""
        await self._connection.execute(insert(uploads).values(**vars(upload)))

    async def get(self, invitation: str, upload: str) -> Upload | None:
        """Return one of this invitation's."""
        query = select(uploads).where((uploads.c.invitation == invitation) & (uploads.c.id == upload))
        row = (await self._connection.execute(query)).one_or_none()
        return Upload(**row._asdict()) if row else None

    async def for_photo(self, organisation: int, photo: str, size: PhotoSize = "original") -> Upload | None:
        """Return the one that brings a photo in a size."""
        query = select(uploads).where(_bring(organisation, photo) & (uploads.c.size == size))
        row = (await self._connection.execute(query)).one_or_none()
        return Upload(**row._asdict()) if row else None

    async def unfinished(self, invitation: str) -> tuple[int, int]:
        """Return how many of an invitation's have no photo yet, and the bytes they have announced."""
        reached = func.coalesce(photos.c.fuller_size, photos.c.size)
        is_enough = or_(reached == uploads.c.size, reached == "original", uploads.c.size == "preview")
        has_photo = exists().where(
            (photos.c.organisation == uploads.c.organisation) & (photos.c.id == uploads.c.photo) & is_enough
        )
        query = select(func.count(), func.coalesce(func.sum(uploads.c.length), 0)).where(
            (uploads.c.invitation == invitation) & ~has_photo
        )
        count, together = (await self._connection.execute(query)).one()
        return count, int(together)

    async def prolong(self, upload: Upload, *, until: datetime) -> None:
        """Let an upload wait longer."""
        await self._connection.execute(update(uploads).where(uploads.c.id == upload.id).values(expires_at=until))

    async def due(self, moment: datetime) -> Sequence[str]:
        """Return those whose time has come, or whose invitation has ended."""
        has_ended = exists().where((invitations.c.id == uploads.c.invitation) & invitations.c.ended_at.is_not(None))
        query = select(uploads.c.id).where(or_(uploads.c.expires_at <= moment, has_ended))
        return list(await self._connection.scalars(query))

    async def ids(self) -> frozenset[str]:
        """Return every upload's id."""
        return frozenset(await self._connection.scalars(select(uploads.c.id)))

    async def forget(self, upload: str) -> None:
        """Remove the row."""
        await self._connection.execute(delete(uploads).where(uploads.c.id == upload))

    async def forget_of_photo(self, organisation: int, photo: str) -> None:
        """Remove the rows of every size."""
        await self._connection.execute(delete(uploads).where(_bring(organisation, photo)))


def _bring(organisation: int, photo: str) -> ColumnElement[bool]:
    return (uploads.c.organisation == organisation) & (uploads.c.photo == photo)
