"""Taking back: a citizen withdraws a photo that was sent by mistake, and it goes everywhere at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.errors import NotAllowed, NotFound
from showme.services.opening import CITIZEN

if TYPE_CHECKING:
    from showme.domain.photos import Photo
    from showme.ports import Clock, MediaStore
    from showme.records import Records, Work
    from showme.services.opening import Opened


class TakingBack:
    """Removes photos at the citizen's wish."""

    def __init__(self, *, records: Records, clock: Clock, media: MediaStore) -> None:
        """Remove from these records and media."""
        self._records = records
        self._clock = clock
        self._media = media

    async def take_back(self, opened: Opened, photo_id: str) -> None:
        """Remove a photo from disk, database, wall and chat; raise NotFound for one of somebody else, or a still.

        One that a supervisor keeps for a reason stays: raise NotAllowed.

        The row goes first: should the file stay, the next start finds it without a row and removes it.
        """

        async def removing(work: Work) -> Photo:
            photo = await work.photos.get(opened.organisation.id, photo_id)
            if photo is None or photo.invitation != opened.invitation.id or photo.kind == "still":
                raise NotFound
            if photo.kept is not None:
                raise NotAllowed
            # A fuller size of it may still be on its way.
            await work.uploads.forget_of_photo(photo.organisation, photo.id)
            if await work.photos.forget(photo):
                await work.journal.append(
                    Kind.PHOTO_FORGOTTEN,
                    organisation=photo.organisation,
                    at=self._clock.now(),
                    actor=CITIZEN,
                    invitation=photo.invitation,
                    photo=photo.id,
                    detail={"taken_back": True},
                )
            return photo

        photo = await self._records.write(removing)
        for name in photo.media_names:
            await self._media.forget(name)
