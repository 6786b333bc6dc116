"""Marking: dispatchers tell each other what they have seen, and what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.domain.marks import Mark
from showme.services.finding import photo_there

if TYPE_CHECKING:
    from datetime import datetime

    from showme.domain.people import Dispatcher
    from showme.domain.photos import Photo
    from showme.ports import Clock
    from showme.records import Records, Work


class Marking:
    """Leaves marks on photos, which every wall of the organisation hears of."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def note_seen(self, by: Dispatcher, photo_id: str) -> None:
        """Note that somebody has looked at a photo large; again changes nothing. Raise NotFound."""
        now = self._clock.now()

        async def noting(work: Work) -> None:
            photo = await photo_there(work, by.organisation, photo_id, now=now)
            if await work.photos.mark(photo, Mark(kind="seen", by=by.name, at=now)):
                await self._append(work, Kind.PHOTO_SEEN, photo, by=by, at=now)

        await self._records.write(noting)

    async def mark_important(self, by: Dispatcher, photo_id: str, *, is_important: bool) -> None:
        """Mark a photo as important, or take that off, for all; again changes nothing. Raise NotFound."""
        now = self._clock.now()

        async def marking(work: Work) -> None:
            photo = await photo_there(work, by.organisation, photo_id, now=now)
            if is_important:
                if await work.photos.mark(photo, Mark(kind="important", by=by.name, at=now)):
                    await self._append(work, Kind.PHOTO_MARKED, photo, by=by, at=now)
            elif await work.photos.unmark(photo, "important"):
                await self._append(work, Kind.PHOTO_UNMARKED, photo, by=by, at=now)

        await self._records.write(marking)

    async def _append(self, work: Work, kind: Kind, photo: Photo, *, by: Dispatcher, at: datetime) -> None:
        await work.journal.append(
            kind, organisation=by.organisation, at=at, actor=by.name, invitation=photo.invitation, photo=photo.id
        )
