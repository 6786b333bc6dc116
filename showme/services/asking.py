"""Asking: a dispatcher wants the original of a photo, of which the phone has sent less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.errors import NotFound
from showme.services.opening import CITIZEN

if TYPE_CHECKING:
    from showme.domain.people import Dispatcher
    from showme.domain.photos import Photo
    from showme.ports import Clock
    from showme.records import Records, Work
    from showme.services.opening import Opened


class Asking:
    """Writes the wish into the journal, which the citizen's page follows, and what the page has to say to it."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def ask(self, by: Dispatcher, photo_id: str) -> None:
        """Ask for a photo's original; nothing happens where it is here. Raise NotFound, LinkEnded."""
        now = self._clock.now()

        async def asking(work: Work) -> None:
            photo = await work.photos.get(by.organisation, photo_id)
            invitation = await work.invitations.get(by.organisation, photo.invitation) if photo else None
            if photo is None or invitation is None or photo.expires_at <= now:
                raise NotFound
            if photo.reached == "original":
                return
            invitation.refuse_unless_open(now)
            await work.photos.note_original(photo, "asked")
            await self._append(work, Kind.ORIGINAL_ASKED, photo, actor=by.name)

        await self._records.write(asking)

    async def note_gone(self, opened: Opened, photo_id: str) -> None:
        """Note that the phone cannot open the photo any more; raise NotFound for one of somebody else, or a still."""

        async def noting(work: Work) -> None:
            photo = await work.photos.get(opened.organisation.id, photo_id)
            if photo is None or photo.invitation != opened.invitation.id or photo.kind == "still":
                raise NotFound
            if photo.reached == "original" or photo.original == "gone":
                return
            await work.photos.note_original(photo, "gone")
            await self._append(work, Kind.ORIGINAL_GONE, photo, actor=CITIZEN)

        await self._records.write(noting)

    async def _append(self, work: Work, kind: Kind, photo: Photo, *, actor: str) -> None:
        await work.journal.append(
            kind,
            organisation=photo.organisation,
            at=self._clock.now(),
            actor=actor,
            invitation=photo.invitation,
            photo=photo.id,
        )
