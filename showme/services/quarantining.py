"""Quarantining: a picture that may be unlawful leaves every view at once, and waits sealed for a supervisor.

A sealed photo's row stands apart from the photos (``showme.records.Quarantine``): whatever shows photos finds none. Its
files stay as they are; only a photo's row leads to them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.quarantine import Sealed, end_of_sealing
from showme.errors import NotFound
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from showme.domain.people import Dispatcher
    from showme.domain.photos import Photo
    from showme.ports import Clock, MediaStore
    from showme.records import Records, Work
    from showme.services.showing import Showing

LOOK_EVERY: Final = 60.0
"""Seconds between two looks at what waits for a decision."""


class Quarantining:
    """Seals photos and clips, and does with them what a supervisor decides."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        media: MediaStore,
        showing: Showing,
        days: int,
        report: Callable[[str, BaseException], None],
    ) -> None:
        """Delete after ``days`` what nobody has decided; tell ``report`` what went wrong, to be tried again."""
        self._records = records
        self._clock = clock
        self._media = media
        self._showing = showing
        self._days = days
        self._report = report
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look at once, and then again and again, at what waits."""
        await self.look()
        self._task = asyncio.create_task(self._go_on_looking())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def quarantine(self, by: Dispatcher, photo_id: str) -> None:
        """Take a photo out of every view and every chat, at once; sealed already is sealed. Raise NotFound."""
        now = self._clock.now()

        async def sealing(work: Work) -> None:
            photo = await work.photos.get(by.organisation, photo_id)
            if photo is None or photo.expires_at <= now:
                if await work.quarantine.get(by.organisation, photo_id) is None:
                    raise NotFound
                return
            # What of it is still on its way is not wanted any more.
            await work.uploads.forget_of_photo(photo.organisation, photo.id)
            end = end_of_sealing(photo, at=now, days=self._days)
            if await work.quarantine.seal(Sealed(photo=photo, at=now, by=by.name, ends_at=end)):
                detail = {**await self._named(work, photo), "days": self._days, "until": f"{end:%Y-%m-%d}"}
                await _append(work, Kind.PHOTO_QUARANTINED, photo, at=now, actor=by.name, detail=detail)

        await self._records.write(sealing)

    async def sealed(self, by: Dispatcher) -> Sequence[Sealed]:
        """Return what waits for a decision, the newest first; no picture goes with it. Raise NotAllowed."""
        by.refuse_unless_supervisor()

        async def looking(work: Work) -> Sequence[Sealed]:
            return await work.quarantine.all(by.organisation)

        return await self._records.read(looking)

    async def release(self, by: Dispatcher, photo_id: str) -> Photo:
        """Put a photo back where it was, as a supervisor; raise NotAllowed, NotFound."""
        by.refuse_unless_supervisor()
        now = self._clock.now()

        async def releasing(work: Work) -> Photo:
            sealed = await work.quarantine.get(by.organisation, photo_id)
            if sealed is None or not await work.quarantine.release(sealed, sealed.released(now)):
                raise NotFound
            detail = await self._named(work, sealed.photo)
            await _append(work, Kind.PHOTO_RELEASED, sealed.photo, at=now, actor=by.name, detail=detail)
            back = await work.photos.get(by.organisation, photo_id)
            if back is None:
                raise NotFound
            return back

        back = await self._records.write(releasing)
        if back.to_be_made is not None:
            self._showing.add(back)
        return back

    async def delete(self, by: Dispatcher, photo_id: str) -> None:
        """Delete a sealed photo for ever, as a supervisor; raise NotAllowed, NotFound."""
        by.refuse_unless_supervisor()

        async def looking(work: Work) -> Sealed | None:
            return await work.quarantine.get(by.organisation, photo_id)

        sealed = await self._records.read(looking)
        if sealed is None:
            raise NotFound
        await self._delete(sealed, actor=by.name)

    async def look(self) -> None:
        """Delete what nobody has decided in time, and remind supervisors of what ends soon."""

        async def looking(work: Work) -> Sequence[Sealed]:
            return await work.quarantine.everywhere()

        now = self._clock.now()
        for sealed in await self._records.read(looking):
            if sealed.ends_at <= now:
                await self._delete(sealed, actor=SHOWME)
            elif sealed.is_to_be_told_again(now):
                await self._remind(sealed, now)

    async def _go_on_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next look may do better
                self._report("quarantine_not_looked_at", error)

    async def _delete(self, sealed: Sealed, *, actor: str) -> None:
        """Delete the row, then the files: should we die between, the next start finds files without a row."""
        photo = sealed.photo

        async def deleting(work: Work) -> bool:
            if not await work.quarantine.forget(sealed):
                return False
            now = self._clock.now()
            detail = {**await self._named(work, photo), "quarantined": True, "sha256": photo.sha256}
            await work.journal.forget_details_of_photo(photo.organisation, photo.invitation, photo.id)
            if photo.kept is not None:
                detail["kept"] = True
            await _append(work, Kind.PHOTO_FORGOTTEN, photo, at=now, actor=actor, detail=detail)
            return True

        if await self._records.write(deleting):
            for name in photo.media_names:
                await self._media.forget(name)

    async def _remind(self, sealed: Sealed, now: datetime) -> None:
        async def reminding(work: Work) -> None:
            await work.quarantine.note_reminded(sealed, now)
            detail = {**await self._named(work, sealed.photo), "until": f"{sealed.ends_at:%Y-%m-%d}"}
            await _append(work, Kind.QUARANTINE_WAITS, sealed.photo, at=now, actor=SHOWME, detail=detail)

        await self._records.write(reminding)

    async def _named(self, work: Work, photo: Photo) -> dict[str, object]:
        """Return how people call a photo: the number of its invitation, and its own."""
        invitation = await work.invitations.get(photo.organisation, photo.invitation)
        return {"number": invitation.number if invitation else "?", "photo": photo.number}


async def _append(work: Work, kind: Kind, photo: Photo, *, at: datetime, actor: str, detail: dict[str, object]) -> None:
    await work.journal.append(
        kind,
        organisation=photo.organisation,
        at=at,
        actor=actor,
        invitation=photo.invitation,
        photo=photo.id,
        detail=detail,
    )
