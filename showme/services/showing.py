"""Showing: what was received is decoded, and becomes a picture that a wall and a chat can show."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.ladder import Rung
from showme.errors import NotFound, NotReadable, Unavailable
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Callable

    from showme.domain.photos import Photo
    from showme.domain.pictures import Derived
    from showme.ports import Clock, Imaging, MediaStore
    from showme.records import Records, Work

_AGAIN_AFTER: Final = 5.0


class Showing:
    """Derives wall pictures and thumbnails, a few at a time, in the order of arrival."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        media: MediaStore,
        imaging: Imaging,
        at_once: int,
        report: Callable[[str, BaseException], None],
    ) -> None:
        """Work on ``at_once`` photos at a time; tell ``report`` what went wrong in a way nobody foresaw."""
        self._records = records
        self._clock = clock
        self._media = media
        self._imaging = imaging
        self._at_once = at_once
        self._report = report
        self._waiting: asyncio.Queue[Photo] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []

    @property
    def waiting(self) -> int:
        """How many photos nobody works on yet."""
        return self._waiting.qsize()

    def add(self, photo: Photo) -> None:
        """Put a photo that is durable in the line; should we die before its turn, ``start`` finds it."""
        self._waiting.put_nowait(photo)

    async def start(self) -> None:
        """Begin to work, first of all on what an earlier run left undone."""

        async def finding(work: Work) -> list[Photo]:
            return list(await work.photos.not_yet_shown())

        for photo in await self._records.read(finding):
            self.add(photo)
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._at_once)]

    async def stop(self) -> None:
        """Stop working; what is undone is found at the next start."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            photo = await self._waiting.get()
            try:
                await self._show(photo)
            except Unavailable as error:
                self._report("photo_not_shown_yet", error)
                asyncio.get_running_loop().call_later(_AGAIN_AFTER, self.add, photo)
            except Exception as error:  # noqa: BLE001 - one photo must never stop the line
                self._report("photo_not_shown", error)

    async def _show(self, photo: Photo) -> None:
        try:
            async with self._media.deriving(photo.stored_as) as (original, wall, thumbnail):
                derived = await self._imaging.derive(original, wall=wall, thumbnail=thumbnail)
        except NotReadable as error:
            await self._give_up(photo, error.cause)
        except NotFound:
            await self._give_up(photo, "photo_gone")
        else:
            await self._note(photo, derived)

    async def _note(self, photo: Photo, derived: Derived) -> None:
        now = self._clock.now()

        async def noting(work: Work) -> bool:
            if await work.photos.get(photo.organisation, photo.id) is None:
                return False
            await work.photos.shown(photo, at=now, derived=derived)
            await work.invitations.reach(photo.invitation, Rung.FIRST_PICTURE, now)
            await work.invitations.note_photo_unreadable(photo.invitation, None)
            await work.journal.append(
                Kind.PHOTO_SHOWN,
                organisation=photo.organisation,
                at=now,
                actor=SHOWME,
                invitation=photo.invitation,
                photo=photo.id,
            )
            return True

        if not await self._records.write(noting):
            await self._media.forget(photo.stored_as)

    async def _give_up(self, photo: Photo, cause: str) -> None:
        now = self._clock.now()

        async def noting(work: Work) -> None:
            if await work.photos.get(photo.organisation, photo.id) is None:
                return
            await work.photos.unreadable(photo)
            await work.invitations.note_photo_unreadable(photo.invitation, now)
            await work.journal.append(
                Kind.PHOTO_UNREADABLE,
                organisation=photo.organisation,
                at=now,
                actor=SHOWME,
                invitation=photo.invitation,
                photo=photo.id,
                detail={"cause": cause},
            )

        await self._records.write(noting)
