"""Receiving: a photo, a clip or a kept still arrives, is made durable, and only then acknowledged."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from showme.domain.clips import refuse_too_much
from showme.domain.events import Kind
from showme.domain.photos import Fuller, Photo, is_fuller
from showme.domain.pictures import MOST_BYTES
from showme.errors import Busy, Contradiction, LinkEnded, NotAPicture, NotUnderstood, TooLarge, TooMany
from showme.services.opening import CITIZEN, note_tap

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from datetime import datetime

    from showme.domain.clips import ClipFormat
    from showme.domain.invitations import Invitation
    from showme.domain.people import Dispatcher
    from showme.domain.photos import PhotoKind, PhotoSize
    from showme.domain.pictures import PictureFormat
    from showme.ports import Arrived, Clips, Clock, Imaging, Incoming, MediaStore
    from showme.records import Records, Work
    from showme.services.opening import Opened
    from showme.services.showing import Showing

_NAME_BYTES: Final = 16
_BUSY_FOR: Final = 2
_MOST_PER_INVITATION: Final = 4 * 1024**3
"""Bytes; more than a thousand photos of a phone, and less than a disk."""
MOST_KEPT: Final = 8 * 1024**2
"""Bytes of a kept still: a frame of 4K video as JPEG has less."""
_MOST_BEFORE_STILLS: Final = 1024**3
"""Bytes of an invitation beyond which no still is kept: the rest is for the photos of the citizen."""
_ENOUGH_FOR: Final = 3600
_MEGABYTE: Final = 1024 * 1024
_FORM: Final = 64 * 1024
"""What a form may add to its photo."""


class Arrival:
    """One photo on its way in."""

    def __init__(self, receiving: Receiving, opened: Opened, incoming: Incoming, *, kept_by: Dispatcher | None) -> None:
        """Write what arrives into ``incoming``; ``kept_by`` is the dispatcher who keeps a still."""
        self._receiving = receiving
        self._opened = opened
        self._incoming = incoming
        self._kept_by = kept_by

    async def write(self, chunk: bytes) -> None:
        """Append bytes; raise TooLarge, StorageFull."""
        await self._incoming.write(chunk)

    async def finish(self, photo_id: str | None, *, size: PhotoSize = "original") -> Photo:
        """Make the photo durable and return it; the same id again gives the same photo, or a fuller size of it.

        A size that is not fuller than what has arrived changes nothing.

        Raise NotUnderstood (nothing arrived), NotAPicture, NotReadable, Contradiction (the id is another photo's),
        LinkEnded (the invitation ended meanwhile), StorageFull.
        """
        return await self._receiving.finish(self._opened, self._incoming, photo_id, size=size, kept_by=self._kept_by)


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
        clips: Clips | None = None,
        most_clip_bytes: int = MOST_BYTES,
    ) -> None:
        """Refuse new arrivals while more than ``most_bytes_in_flight`` are announced for the whole server.

        Without ``clips`` a clip is no picture.
        """
        self._records = records
        self._clock = clock
        self._media = media
        self._imaging = imaging
        self._showing = showing
        self._clips = clips
        self._most_clip_bytes = most_clip_bytes
        self._most_in_flight = most_bytes_in_flight
        self._in_flight = 0
        self._recording: set[asyncio.Task[Photo]] = set()
        self._taken_in: Counter[PhotoKind] = Counter({"photo": 0, "clip": 0, "still": 0})
        self._bytes_taken_in = 0

    @property
    def bytes_in_flight(self) -> int:
        """How many bytes are announced for the whole server and not yet taken in or given up."""
        return self._in_flight

    @property
    def taken_in(self) -> Mapping[PhotoKind, int]:
        """How many photos, clips and stills were made durable since we began, each size that came counted."""
        return self._taken_in

    @property
    def bytes_taken_in(self) -> int:
        """How many bytes these had."""
        return self._bytes_taken_in

    @property
    def takes_clips(self) -> bool:
        """Whether a clip has any chance here, so that nobody is invited to choose one in vain."""
        return self._clips is not None and self._clips.is_installed

    @property
    def most_bytes(self) -> int:
        """How many bytes an upload may have before anybody has looked what it is."""
        return max(MOST_BYTES, self._most_clip_bytes)

    @asynccontextmanager
    async def arriving(
        self, opened: Opened, *, announced_bytes: int | None, kept_by: Dispatcher | None = None
    ) -> AsyncIterator[Arrival]:
        """Open a place for a photo; ``announced_bytes`` is what the request says of its size.

        With ``kept_by`` it is a still of the live video, which this dispatcher keeps.

        Raise TooLarge, or Busy with the seconds to wait, before anything is read.
        """
        most = self.most_bytes if kept_by is None else MOST_KEPT
        announced = most if announced_bytes is None else announced_bytes
        if announced > most + _FORM:
            raise TooLarge
        with self.room(announced):
            async with self._media.incoming(most_bytes=most) as incoming:
                yield Arrival(self, opened, incoming, kept_by=kept_by)

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

    async def finish(
        self,
        opened: Opened,
        arrived: Arrived,
        photo_id: str | None,
        *,
        size: PhotoSize = "original",
        kept_by: Dispatcher | None = None,
    ) -> Photo:
        """Make an arrived photo durable, whichever way it came; see ``Arrival.finish``."""
        if arrived.size == 0:
            raise NotUnderstood("photo_missing")
        if arrived.size > (self.most_bytes if kept_by is None else MOST_KEPT):
            raise TooLarge
        kind, format_ = await self._inspect(arrived, is_still=kept_by is not None)
        now = self._clock.now()
        stored_as = secrets.token_hex(_NAME_BYTES)
        photo = Photo(
            id=photo_id or secrets.token_hex(_NAME_BYTES),
            organisation=opened.organisation.id,
            invitation=opened.invitation.id,
            number=0,
            state="received",
            format=format_,
            bytes=arrived.size,
            sha256=arrived.sha256,
            stored_as=stored_as,
            received_at=now,
            expires_at=now + opened.organisation.retention,
            clock=opened.invitation.phone.clock,
            kind=kind,
            size="original" if kind == "clip" else size,
        )
        actor = CITIZEN if kept_by is None else kept_by.name
        await arrived.keep(stored_as)

        async def adding(work: Work) -> tuple[Photo, str | None]:
            return await _record(work, photo, opened, actor=actor)

        async def recording() -> Photo:
            try:
                kept, unneeded = await self._records.write(adding)
            except Exception:
                await self._media.forget(stored_as)
                raise
            if unneeded != stored_as:
                self._taken_in[kind] += 1
                self._bytes_taken_in += arrived.size
                self._showing.add(kept)
            if unneeded is not None:
                await self._media.forget(unneeded)
            return kept

        # A phone that hangs up here cancels us. The row may be there by then, and so must all that belongs to it.
        task = asyncio.create_task(recording())
        self._recording.add(task)
        task.add_done_callback(self._recorded)
        return await asyncio.shield(task)

    async def _inspect(self, arrived: Arrived, *, is_still: bool) -> tuple[PhotoKind, PictureFormat | ClipFormat]:
        """Tell what has arrived, by its own bytes; raise what refuses it before it is kept."""
        clip = await self._clips.recognise(arrived.path) if self._clips is not None else None
        if self._clips is None or clip is None:
            if arrived.size > MOST_BYTES:
                raise TooLarge
            header = await self._imaging.inspect(arrived.path)
            return "still" if is_still else "photo", header.format
        if is_still:
            raise NotAPicture
        if arrived.size > self._most_clip_bytes:
            raise TooLarge("clip_too_large", most=self._most_clip_bytes // _MEGABYTE)
        refuse_too_much(await self._clips.look(arrived.path))
        return "clip", clip

    def _recorded(self, task: asyncio.Task[Photo]) -> None:
        self._recording.discard(task)
        if not task.cancelled():
            task.exception()


def refuse_still_unless_remembered(invitation: Invitation, now: datetime) -> None:
    """Raise LinkEnded once the invitation's time is over; that it was closed keeps no dispatcher from keeping."""
    if now >= invitation.expires_at:
        raise LinkEnded


def _refuse_late(invitation: Invitation, photo: Photo, now: datetime) -> None:
    if photo.kind == "still":
        refuse_still_unless_remembered(invitation, now)
    else:
        invitation.refuse_unless_open(now)


async def _record(work: Work, photo: Photo, opened: Opened, *, actor: str) -> tuple[Photo, str | None]:
    """Record what has arrived; return the photo as it stands now, and the media name that nobody needs any more."""
    known = await work.photos.get(photo.organisation, photo.id)
    if known is not None and not _is_fuller_size_of(known, photo):
        return _the_same(known, photo), photo.stored_as
    invitation = await work.invitations.get(photo.organisation, photo.invitation) or opened.invitation
    _refuse_late(invitation, photo, photo.received_at)
    most = _MOST_BEFORE_STILLS if photo.kind == "still" else _MOST_PER_INVITATION
    if await work.photos.bytes_of(photo.organisation, photo.invitation) + photo.bytes > most:
        raise TooMany("photos_enough", retry_after=_ENOUGH_FOR)
    if known is not None:
        return await _grown(work, known, photo), known.fuller.stored_as if known.fuller else None
    if await work.quarantine.get(photo.organisation, photo.id) or await _was_forgotten(work, photo):
        raise Contradiction("photo_gone")
    if photo.is_of_citizen:
        await note_tap(work, opened.invitation, now=photo.received_at)
    kept = await work.photos.add(photo)
    await work.journal.append(
        Kind.PHOTO_RECEIVED,
        organisation=kept.organisation,
        at=kept.received_at,
        actor=actor,
        invitation=kept.invitation,
        photo=kept.id,
        detail=kept.told,
    )
    return kept, None


async def _grown(work: Work, known: Photo, arrived: Photo) -> Photo:
    """Note that a fuller size has arrived; the journal tells of it once it can be seen."""
    grown = replace(
        known,
        format=arrived.format,
        bytes=arrived.bytes,
        sha256=arrived.sha256,
        fuller=Fuller(stored_as=arrived.stored_as, size=arrived.size),
    )
    await work.photos.arrived(grown)
    if arrived.size == "original" and known.original is not None:
        await work.photos.note_original(grown, None)
        grown = replace(grown, original=None)
    return grown


async def _was_forgotten(work: Work, photo: Photo) -> bool:
    """Whether a photo of this id was taken back or has had its time: what comes later must not bring it back."""
    gone = await work.journal.of_invitation(photo.organisation, photo.invitation, {Kind.PHOTO_FORGOTTEN})
    return any(event.photo == photo.id for event in gone)


def _is_fuller_size_of(known: Photo, arrived: Photo) -> bool:
    is_same = (known.invitation, known.kind) == (arrived.invitation, arrived.kind)
    return is_same and is_fuller(arrived.size, known.reached)


def _the_same(known: Photo, again: Photo) -> Photo:
    """Return the photo that this id already stands for; raise Contradiction when it stands for another one.

    A preview is drawn anew after every reload of the page, and so is what is shrunk: never twice the same bytes.
    """
    is_known = known.sha256 == again.sha256 or (again.size != "original" and known.kind == again.kind)
    if known.invitation != again.invitation or not is_known:
        raise Contradiction
    return known
