"""Resuming: a photo arrives in as many pieces as the line allows, and goes on where it was cut."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from showme.domain.photos import is_fuller
from showme.domain.uploads import LIFE, MOST_BYTES_TOGETHER, MOST_UPLOADS, Upload
from showme.errors import Contradiction, NotAsSent, NotFound, NotUnderstood, Refused, TooLarge, TooMany

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from datetime import datetime

    from showme.domain.photos import Photo, PhotoSize
    from showme.domain.uploads import Checksum
    from showme.ports import Clock, MediaStore, Partials
    from showme.records import Records, Work
    from showme.services.opening import Opened
    from showme.services.receiving import Receiving

_NAME_BYTES: Final = 16
_MANY_FOR: Final = 10
_SILENT: Final = 0.5
_WHILE: Final = 5.0
"""Seconds for which a line may be silent, and may go on, while somebody newer waits for its upload."""

_PROLONG_AFTER: Final = timedelta(minutes=5)
"""An upload under way has its end moved, but not for every piece: that would be a transaction each."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far an upload has come; ``photo`` once that is there."""

    upload: Upload
    offset: int
    photo: Photo | None = None


class Resuming:
    """Takes photos in piece by piece; what has arrived survives cut lines and restarts."""

    def __init__(
        self, *, records: Records, clock: Clock, media: MediaStore, partials: Partials, receiving: Receiving
    ) -> None:
        """Share the bytes in flight, and the way a whole photo is recorded, with ``receiving``."""
        self._records = records
        self._clock = clock
        self._media = media
        self._partials = partials
        self._receiving = receiving
        self._places: WeakValueDictionary[str, _Place] = WeakValueDictionary()

    async def begin(
        self, opened: Opened, *, length: int, metadata: str, photo_id: str | None, size: PhotoSize = "original"
    ) -> Standing:
        """Begin an upload of so many bytes; the same ``photo_id`` again gives the same upload as far as it has come.

        Each ``size`` of a photo is an upload of its own; of one that is not fuller than what has arrived, nothing more
        is wanted.

        Raise NotUnderstood (no bytes), TooLarge, TooMany (begun and not finished), Contradiction (the id is another
        photo's), LinkEnded.
        """
        if length == 0:
            raise NotUnderstood("photo_missing")
        if length > self._receiving.most_bytes:
            raise TooLarge
        now = self._clock.now()
        wanted = Upload(
            id=secrets.token_hex(_NAME_BYTES),
            organisation=opened.organisation.id,
            invitation=opened.invitation.id,
            photo=photo_id or secrets.token_hex(_NAME_BYTES),
            length=length,
            metadata=metadata,
            made_at=now,
            expires_at=_end(opened, now),
            size=size,
        )

        async def beginning(work: Work) -> Upload:
            known = await work.uploads.for_photo(wanted.organisation, wanted.photo, wanted.size)
            if known is not None and known.expires_at > now:
                if (known.invitation, known.length) == (wanted.invitation, wanted.length):
                    return known
                # What a page draws anew after a reload may come out longer, or shorter.
                if known.invitation != wanted.invitation or size == "original":
                    raise Contradiction
            if known is not None:
                await work.uploads.forget(known.id)
            invitation = await work.invitations.get(wanted.organisation, wanted.invitation)
            (invitation or opened.invitation).refuse_unless_open(now)
            photo = await work.photos.get(wanted.organisation, wanted.photo)
            has_arrived = photo is not None and not is_fuller(wanted.size, photo.reached)
            if photo is not None and (photo.invitation != wanted.invitation or has_arrived != _brings(wanted, photo)):
                raise Contradiction
            count, together = await work.uploads.unfinished(wanted.invitation)
            if not has_arrived and (count >= MOST_UPLOADS or together + length > MOST_BYTES_TOGETHER):
                raise TooMany(retry_after=_MANY_FOR)
            await work.uploads.add(wanted)
            return wanted

        return await self._standing(await self._records.write(beginning))

    async def look(self, opened: Opened, upload_id: str) -> Standing:
        """Return how far an upload has come, once nobody sends to it any more; a dead line is given up for it.

        An upload whose last byte is here, and whose photo is not because we were interrupted, is finished first:
        nobody is told that everything has arrived before the photo is safe. Raise NotFound, and what finishing raises.
        """
        await self._known(opened, upload_id)
        async with self._turn(upload_id):
            upload = await self._known(opened, upload_id)
            return await self._finished_if_whole(opened, await self._standing(upload))

    async def append(
        self,
        opened: Opened,
        upload_id: str,
        *,
        offset: int,
        body: AsyncIterator[bytes],
        announced_bytes: int | None,
        checksum: Checksum | None = None,
    ) -> Standing:
        """Add bytes at the upload's end; with the last one the photo is made durable and recorded.

        What arrived before a cut stays, but for a piece with a checksum: that counts as a whole, or not at all. Raise
        NotFound, Contradiction (the offset is not where the upload ends, or a newer sender came), TooLarge, NotAsSent,
        Busy, StorageFull, and as ``Receiving.finish`` does; after a refusal by that the upload has ended.
        """
        await self._known(opened, upload_id)
        async with self._turn(upload_id) as place:
            upload = await self._prolonged(opened, await self._known(opened, upload_id))
            standing = await self._standing(upload)
            if offset != standing.offset:
                raise Contradiction("offset_wrong")
            room = upload.length - offset
            if announced_bytes is not None and announced_bytes > room:
                raise TooLarge
            with self._receiving.room(room if announced_bytes is None else announced_bytes):
                upload = await place.read(lambda: self._take_in(opened, standing, place.noticed(body), checksum))
            return await self._finished_if_whole(opened, await self._standing(upload))

    async def end(self, opened: Opened, upload_id: str) -> None:
        """End an upload and remove its bytes; a photo that was acknowledged stays. Raise NotFound."""
        await self._known(opened, upload_id)
        async with self._turn(upload_id):
            await self._drop(await self._known(opened, upload_id))

    async def _take_in(
        self, opened: Opened, standing: Standing, body: AsyncIterator[bytes], checksum: Checksum | None
    ) -> Upload:
        upload, room = standing.upload, standing.upload.length - standing.offset
        if room == 0:
            return upload
        async with self._partials.growing(upload.id) as growing:
            if checksum is not None:
                async with self._media.incoming(most_bytes=room) as piece:
                    digest = hashlib.new(checksum.algorithm, usedforsecurity=False)
                    async for chunk in body:
                        digest.update(chunk)
                        await piece.write(chunk)
                        upload = await self._prolonged(opened, upload)
                    if digest.digest() != checksum.digest:
                        raise NotAsSent
                    await growing.write_file(piece.path)
                return upload
            async for chunk in body:
                if growing.size + len(chunk) > upload.length:
                    await growing.cut(standing.offset)
                    raise TooLarge
                await growing.write(chunk)
                upload = await self._prolonged(opened, upload)
        return upload

    async def _finished_if_whole(self, opened: Opened, standing: Standing) -> Standing:
        upload = standing.upload
        if standing.photo is not None or standing.offset < upload.length:
            return standing
        try:
            whole = await self._partials.whole(upload.id)
        except NotFound:
            # Another node has finished it at this moment.
            standing = await self._standing(upload)
            if standing.photo is None:
                await self._drop(upload)
                raise
            return standing
        try:
            photo = await self._receiving.finish(opened, whole, upload.photo, size=upload.size)
        except Refused:
            await self._drop(upload)
            raise
        await self._partials.forget(upload.id)
        return replace(standing, photo=photo)

    async def _standing(self, upload: Upload) -> Standing:
        async def looking(work: Work) -> Photo | None:
            return await work.photos.get(upload.organisation, upload.photo)

        photo = await self._records.read(looking)
        if photo is not None and _brings(upload, photo):
            return Standing(upload=upload, offset=upload.length, photo=photo)
        return Standing(upload=upload, offset=await self._partials.size(upload.id))

    async def _known(self, opened: Opened, upload_id: str) -> Upload:
        async def looking(work: Work) -> Upload | None:
            return await work.uploads.get(opened.invitation.id, upload_id)

        upload = await self._records.read(looking)
        if upload is None or upload.expires_at <= self._clock.now():
            raise NotFound
        return upload

    async def _prolonged(self, opened: Opened, upload: Upload) -> Upload:
        until = _end(opened, self._clock.now())
        if until - upload.expires_at < _PROLONG_AFTER:
            return upload

        async def prolonging(work: Work) -> None:
            await work.uploads.prolong(upload, until=until)

        await self._records.write(prolonging)
        return replace(upload, expires_at=until)

    async def _drop(self, upload: Upload) -> None:
        async def dropping(work: Work) -> None:
            await work.uploads.forget(upload.id)

        await self._records.write(dropping)
        await self._partials.forget(upload.id)

    @asynccontextmanager
    async def _turn(self, upload_id: str) -> AsyncIterator[_Place]:
        """Wait until nobody else works on the upload."""
        place = self._places.get(upload_id)
        if place is None:
            place = self._places[upload_id] = _Place()
        async with place.turn():
            yield place


class _Place:
    """Where those who want to work on one upload wait for each other.

    Whoever reads from a line gives way to somebody newer as soon as the line is silent, which is how a dead one looks;
    one that goes on bringing bytes has a while, so that of two that quarrel for an upload each gets on.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._reading: asyncio.Task[Upload] | None = None
        self._began = 0.0
        self._pieces = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        while not await self._mine_soon():
            pass
        try:
            yield
        finally:
            self._lock.release()

    async def read(self, reading: Callable[[], Coroutine[Any, Any, Upload]]) -> Upload:
        """Read from a line until its end; raise Contradiction when it had to give way."""
        self._began = asyncio.get_running_loop().time()
        self._reading = task = asyncio.create_task(reading())
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            raise
        finally:
            self._reading = None
        if task.cancelled():
            raise Contradiction("upload_taken_over")
        return task.result()

    async def noticed(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Notice each piece that the line brings."""
        async for piece in body:
            self._pieces += 1
            yield piece

    async def _mine_soon(self) -> bool:
        """Wait a moment for our turn, and let a silent reader give way after it; return whether it is our turn."""
        reading, pieces = self._reading, self._pieces
        try:
            async with asyncio.timeout(_SILENT):
                await self._lock.acquire()
        except TimeoutError:
            has_had_a_while = asyncio.get_running_loop().time() - self._began > _WHILE
            if reading is not None and reading is self._reading and (pieces == self._pieces or has_had_a_while):
                reading.cancel()
            return False
        return True


def _end(opened: Opened, now: datetime) -> datetime:
    return min(now + LIFE, opened.invitation.expires_at)


def _brings(upload: Upload, photo: Photo) -> bool:
    """Whether a photo has what an upload brings, as far as can be told without its bytes."""
    if photo.invitation != upload.invitation or is_fuller(upload.size, photo.reached):
        return False
    return upload.size != "original" or photo.bytes == upload.length
