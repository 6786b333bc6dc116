"""Receiving: a citizen's photo arrives, is made durable, and only then acknowledged."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.photos import Photo
from showme.domain.pictures import MOST_BYTES
from showme.errors import Busy, Contradiction, NotUnderstood, TooLarge, TooMany
from showme.services.opening import CITIZEN, note_tap

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from showme.ports import Arrived, Clock, Imaging, Incoming, MediaStore
    from showme.records import Records, Work
    from showme.services.opening import Opened
    from showme.services.showing import Showing

_NAME_BYTES: Final = 16
_BUSY_FOR: Final = 2
_MOST_PER_INVITATION: Final = 4 * 1024**3
"""Bytes; more than a thousand photos of a phone, and less than a disk."""
_ENOUGH_FOR: Final = 3600
_FORM: Final = 64 * 1024
"""What a form may add to its photo."""


class Arrival:
    """One photo on its way in."""

    def __init__(self, receiving: Receiving, opened: Opened, incoming: Incoming) -> None:
        """Write what arrives into ``incoming``."""
        self._receiving = receiving
        self._opened = opened
        self._incoming = incoming

    async def write(self, chunk: bytes) -> None:
        """Append bytes; raise TooLarge, StorageFull."""
        await self._incoming.write(chunk)

    async def finish(self, photo_id: str | None) -> Photo:
        """Make the photo durable and return it; the same id again gives the same photo.

        Raise NotUnderstood (nothing arrived), NotAPicture, NotReadable, Contradiction (the id is another photo's),
        LinkEnded (the invitation ended meanwhile), StorageFull.
        """
        return await self._receiving.finish(self._opened, self._incoming, photo_id)


class Receiving:
    """Takes photos in."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        media: MediaStore,
        imaging: Imaging,
        showing: Showing,
        most_bytes_in_flight: int,
    ) -> None:
        """Refuse new arrivals while more than ``most_bytes_in_flight`` are announced for the whole server."""
        self._records = records
        self._clock = clock
        self._media = media
        self._imaging = imaging
        self._showing = showing
        self._most_in_flight = most_bytes_in_flight
        self._in_flight = 0
        self._recording: set[asyncio.Task[Photo]] = set()

    @property
    def bytes_in_flight(self) -> int:
        """How many bytes are announced for the whole server and not yet taken in or given up."""
        return self._in_flight

    @asynccontextmanager
    async def arriving(self, opened: Opened, *, announced_bytes: int | None) -> AsyncIterator[Arrival]:
        """Open a place for a photo; ``announced_bytes`` is what the request says of its size.

        Raise TooLarge, or Busy with the seconds to wait, before anything is read.
        """
        announced = MOST_BYTES if announced_bytes is None else announced_bytes
        if announced > MOST_BYTES + _FORM:
            raise TooLarge
        with self.room(announced):
            async with self._media.incoming(most_bytes=MOST_BYTES) as incoming:
                yield Arrival(self, opened, incoming)

    @contextmanager
    def room(self, announced: int) -> Iterator[None]:
        """Count so many bytes as on their way, for the whole server; raise Busy with the seconds to wait."""
        if self._in_flight and self._in_flight + announced > self._most_in_flight:
            raise Busy(retry_after=_BUSY_FOR)
        self._in_flight += announced
        try:
            yield
        finally:
            self._in_flight -= announced

    async def finish(self, opened: Opened, arrived: Arrived, photo_id: str | None) -> Photo:
        """Make an arrived photo durable, whichever way it came; see ``Arrival.finish``."""
        if arrived.size == 0:
            raise NotUnderstood("photo_missing")
        if arrived.size > MOST_BYTES:
            raise TooLarge
        header = await self._imaging.inspect(arrived.path)
        now = self._clock.now()
        stored_as = secrets.token_hex(_NAME_BYTES)
        photo = Photo(
            id=photo_id or secrets.token_hex(_NAME_BYTES),
            organisation=opened.organisation.id,
            invitation=opened.invitation.id,
            number=0,
            state="received",
            format=header.format,
            bytes=arrived.size,
            sha256=arrived.sha256,
            stored_as=stored_as,
            received_at=now,
            expires_at=now + opened.organisation.retention,
            clock=opened.invitation.phone.clock,
        )
        await arrived.keep(stored_as)

        async def adding(work: Work) -> Photo:
            known = await work.photos.get(photo.organisation, photo.id)
            if known is not None:
                return _the_same(known, photo)
            invitation = await work.invitations.get(photo.organisation, photo.invitation)
            (invitation or opened.invitation).refuse_unless_open(now)
            if await work.photos.bytes_of(photo.organisation, photo.invitation) + photo.bytes > _MOST_PER_INVITATION:
                raise TooMany("photos_enough", retry_after=_ENOUGH_FOR)
            await note_tap(work, opened.invitation, now=now)
            kept = await work.photos.add(photo)
            await work.journal.append(
                Kind.PHOTO_RECEIVED,
                organisation=kept.organisation,
                at=now,
                actor=CITIZEN,
                invitation=kept.invitation,
                photo=kept.id,
                detail={"bytes": kept.bytes, "sha256": kept.sha256, "format": kept.format},
            )
            return kept

        async def recording() -> Photo:
            try:
                kept = await self._records.write(adding)
            except Exception:
                await self._media.forget(stored_as)
                raise
            if kept.stored_as != stored_as:
                await self._media.forget(stored_as)
            else:
                self._showing.add(kept)
            return kept

        # A phone that hangs up here cancels us. The row may be there by then, and so must all that belongs to it.
        task = asyncio.create_task(recording())
        self._recording.add(task)
        task.add_done_callback(self._recorded)
        return await asyncio.shield(task)

    def _recorded(self, task: asyncio.Task[Photo]) -> None:
        self._recording.discard(task)
        if not task.cancelled():
            task.exception()


def _the_same(known: Photo, again: Photo) -> Photo:
    """Return the photo that this id already stands for; raise Contradiction when it stands for another one."""
    if known.invitation != again.invitation or known.sha256 != again.sha256:
        raise Contradiction
    return known
