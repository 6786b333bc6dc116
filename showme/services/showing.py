"""Showing: what was received is decoded, and becomes a picture that a wall and a chat can show."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.ladder import Rung
from showme.errors import NotFound, NotReadable, Unavailable
from showme.services.sending import SHOWME
from showme.services.taking_turns import Alone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from showme.domain.photos import Photo
    from showme.domain.pictures import Derived
    from showme.ports import Clock, Imaging, MediaStore, Turns
    from showme.records import Records, Work
    from showme.services.clipping import Clipping

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
        clipping: Clipping | None = None,
        turns: Turns | None = None,
    ) -> None:
        """Work on ``at_once`` photos at a time; tell ``report`` what went wrong in a way nobody foresaw.

        Clips go to ``clipping``, where they keep no photo waiting. Of several nodes one works on a photo, by ``turns``.
        """
        self._records = records
        self._clock = clock
        self._media = media
        self._imaging = imaging
        self._at_once = at_once
        self._report = report
        self._clipping = clipping
        self._turns = turns or Alone()
        self._shares = turns is not None
        self._in_line: Counter[tuple[int, str]] = Counter()
        self._waiting: asyncio.Queue[Photo] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []

    @property
    def waiting(self) -> int:
        """How many photos nobody works on yet."""
        return self._waiting.qsize()

    def add(self, photo: Photo) -> None:
        """Put a photo that is durable in the line; should we die before its turn, ``start`` finds it."""
        if photo.kind == "clip" and self._clipping is not None:
            self._clipping.add(photo)
        else:
            self._in_line[photo.organisation, photo.id] += 1
            self._waiting.put_nowait(photo)

    async def start(self) -> None:
        """Begin to work, first of all on what an earlier run left undone."""
        await self.take_up()
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._at_once)]

    async def take_up(self) -> None:
        """Put in the line what is undone, and what nobody here works on: perhaps its node has died."""

        async def finding(work: Work) -> list[Photo]:
            return list(await work.photos.not_yet_shown())

        for photo in await self._records.read(finding):
            if not self._in_line[photo.organisation, photo.id]:
                self.add(photo)

    async def stop(self) -> None:
        """Stop working; what is undone is found at the next start."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            photo = await self._waiting.get()
            try:
                async with self._turns.mine(f"photo {photo.organisation} {photo.id}") as is_ours:
                    if is_ours:
                        await self._show(photo)
            except Unavailable as error:
                self._report("photo_not_shown_yet", error)
                asyncio.get_running_loop().call_later(_AGAIN_AFTER, self.add, photo)
            except Exception as error:  # noqa: BLE001 - one photo must never stop the line
                self._report("photo_not_shown", error)
            finally:
                self._in_line -= Counter({(photo.organisation, photo.id): 1})

    async def _show(self, photo: Photo) -> None:
        """Make the pictures of the fullest size there is; of one that was overtaken while it waited, none are made."""
        name = photo.to_be_made
        if photo.size != "original" or photo.fuller is not None or self._shares:
            current = await self._current(photo)
            photo, name = current or photo, current.to_be_made if current else None
        if name is None:
            return
        try:
            async with self._media.deriving(name) as (original, wall, thumbnail):
                derived = await self._imaging.derive(original, wall=wall, thumbnail=thumbnail)
        except NotReadable as error:
            await self._give_up(photo, name, error.cause)
        except NotFound:
            await self._give_up(photo, name, "photo_gone")
        else:
            await self._note(photo, name, derived)

    async def _current(self, photo: Photo) -> Photo | None:
        async def looking(work: Work) -> Photo | None:
            return await work.photos.get(photo.organisation, photo.id)

        return await self._records.read(looking)

    async def _note(self, photo: Photo, name: str, derived: Derived) -> None:
        now = self._clock.now()

        async def noting(work: Work) -> Sequence[str]:
            known = await work.photos.get(photo.organisation, photo.id)
            if known is None:
                is_sealed = await work.quarantine.get(photo.organisation, photo.id) is not None
                return () if is_sealed else photo.media_names
            shown = _as_shown(known, name)
            if shown is None:
                return (name,)
            await work.photos.shown(shown, at=now, derived=derived)
            if known.state == "shown":
                await work.journal.append(
                    Kind.PHOTO_COMPLETED,
                    organisation=photo.organisation,
                    at=now,
                    actor=SHOWME,
                    invitation=photo.invitation,
                    photo=photo.id,
                    detail=known.told,
                )
                return sorted({*known.media_names} - {*shown.media_names})
            await work.invitations.reach(photo.invitation, Rung.FIRST_PICTURE, now)
            if photo.kind == "photo":  # whoever sends one has the page before the eyes
                await work.invitations.note_photo_unreadable(photo.invitation, None)
                await work.invitations.note_live_lost(photo.invitation, None)
            await work.journal.append(
                Kind.PHOTO_SHOWN,
                organisation=photo.organisation,
                at=now,
                actor=SHOWME,
                invitation=photo.invitation,
                photo=photo.id,
            )
            return sorted({*known.media_names} - {*shown.media_names})

        for overtaken in await self._records.write(noting):
            await self._media.forget(overtaken)

    async def _give_up(self, photo: Photo, name: str, cause: str) -> None:
        now = self._clock.now()

        async def noting(work: Work) -> None:
            known = await work.photos.get(photo.organisation, photo.id)
            # A fuller size that came meanwhile may be all right: it is next in the line.
            if known is None or known.to_be_made != name:
                return
            await work.photos.unreadable(known)
            if photo.kind == "photo":
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


def _as_shown(known: Photo, name: str) -> Photo | None:
    """Return the photo as it stands once the pictures of ``name`` are made; None when that was overtaken."""
    if known.fuller is not None and known.fuller.stored_as == name:
        return replace(known, stored_as=name, size=known.fuller.size, fuller=None)
    return known if known.stored_as == name else None
