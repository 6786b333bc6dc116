"""Taking out: a picture leaves the photowall on paper or by the clipboard, and the journal says by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.errors import NotFound
from showme.services.finding import photo_there

if TYPE_CHECKING:
    from showme.domain.people import Dispatcher
    from showme.domain.photos import Photo
    from showme.ports import Clock
    from showme.records import Records, Work


class TakingOut:
    """Notes what leaves us in a way that we cannot take back."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def note_printed(self, by: Dispatcher, photo_id: str) -> Photo:
        """Note that a photo is put on a print sheet, and return it as the sheet tells of it; raise NotFound."""
        return await self._note(by, photo_id, Kind.PHOTO_PRINTED)

    async def note_copied(self, by: Dispatcher, photo_id: str) -> None:
        """Note that a photo's picture is put on the clipboard; raise NotFound."""
        await self._note(by, photo_id, Kind.PHOTO_COPIED)

    async def _note(self, by: Dispatcher, photo_id: str, kind: Kind) -> Photo:
        now = self._clock.now()

        async def noting(work: Work) -> Photo:
            photo = await photo_there(work, by.organisation, photo_id, now=now)
            if photo.state != "shown":
                raise NotFound
            await work.journal.append(
                kind,
                organisation=by.organisation,
                at=now,
                actor=by.name,
                invitation=photo.invitation,
                photo=photo.id,
                detail={"sha256": photo.sha256},
            )
            return photo

        return await self._records.write(noting)
