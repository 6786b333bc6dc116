"""Clipping: a clip gets a poster at once, and becomes a film that every browser plays."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from showme.domain.clips import refuse_too_much
from showme.domain.events import Kind
from showme.domain.ladder import Rung
from showme.errors import NotFound, NotReadable, Refused, Unavailable
from showme.services.sending import SHOWME
from showme.services.taking_turns import Alone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from showme.domain.clips import ClipState, Film
    from showme.domain.photos import Photo
    from showme.domain.pictures import Derived
    from showme.ports import Clips, Clock, Imaging, LentPaths, MediaStore, Turns
    from showme.records import Records, Work

_AGAIN_AFTER: Final = 5.0


class Clipping:
    """Derives posters and films, one of each at a time: a clip is slow, and photos have a line of their own."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        media: MediaStore,
        imaging: Imaging,
        clips: Clips,
        report: Callable[[str, BaseException], None],
        turns: Turns | None = None,
    ) -> None:
        """Let ``clips`` look and make, and ``imaging`` draw; tell ``report`` what nobody foresaw.

        Of several nodes one works on a clip, by ``turns``.
        """
        self._records = records
        self._clock = clock
        self._media = media
        self._imaging = imaging
        self._clips = clips
        self._report = report
        self._turns = turns or Alone()
        self._in_line: Counter[tuple[int, str]] = Counter()
        self._waiting: asyncio.Queue[Photo] = asyncio.Queue()
        self._to_encode: asyncio.Queue[Photo] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []

    @property
    def waiting(self) -> int:
        """How many clips have no poster yet, and nobody works on."""
        return self._waiting.qsize()

    def add(self, clip: Photo) -> None:
        """Put a clip that is durable in the line; should we die before its turn, the next start finds it."""
        self._put(self._waiting, clip)

    async def start(self) -> None:
        """Begin to work, first of all on the films that an earlier run left undone."""
        await self.take_up()
        self._workers = [
            asyncio.create_task(self._work(self._waiting, self._show)),
            asyncio.create_task(self._work(self._to_encode, self._encode)),
        ]

    async def take_up(self) -> None:
        """Put in the line the films that are undone, and that nobody here works on."""

        async def finding(work: Work) -> list[Photo]:
            return list(await work.photos.clips_being_made())

        for clip in await self._records.read(finding):
            if not self._in_line[clip.organisation, clip.id]:
                self._put(self._to_encode, clip)

    async def stop(self) -> None:
        """Stop working, and end what runs; what is undone is found at the next start."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self, line: asyncio.Queue[Photo], do: Callable[[Photo], Awaitable[None]]) -> None:
        while True:
            clip = await line.get()
            try:
                async with self._turns.mine(f"photo {clip.organisation} {clip.id}") as is_ours:
                    if is_ours and await self._is_undone(clip, line):
                        await do(clip)
            except Unavailable as error:
                self._report("clip_not_shown_yet", error)
                asyncio.get_running_loop().call_later(_AGAIN_AFTER, self._put, line, clip)
            except Exception as error:  # noqa: BLE001 - one clip must never stop the line
                self._report("clip_not_shown", error)
            finally:
                self._in_line -= Counter({(clip.organisation, clip.id): 1})

    def _put(self, line: asyncio.Queue[Photo], clip: Photo) -> None:
        self._in_line[clip.organisation, clip.id] += 1
        line.put_nowait(clip)

    async def _is_undone(self, clip: Photo, line: asyncio.Queue[Photo]) -> bool:
        """Whether another node has not done it meanwhile; of one that is gone, whoever works on it finds out."""

        async def looking(work: Work) -> Photo | None:
            return await work.photos.get(clip.organisation, clip.id)

        known = await self._records.read(looking)
        return known is None or (known.state == "received" if line is self._waiting else known.clip == "making")

    async def _show(self, clip: Photo) -> None:
        """Make the poster, and with it the film where no new encoding is needed: that takes no longer."""
        try:
            async with self._media.deriving_clip(clip.stored_as) as lent:
                film = await self._clips.look(lent.original)
                refuse_too_much(film)
                await self._clips.draw_poster(lent.original, film, into=lent.poster)
                drawn = await self._imaging.derive(lent.poster, wall=lent.wall, thumbnail=lent.thumbnail)
                made = await self._copied(lent, film) if film.is_playable else None
        except NotFound:
            await self._give_up(clip, "photo_gone")
        except Refused as error:
            await self._give_up(clip, error.cause)
        else:
            derived = replace(drawn, width=film.width, height=film.height, taking=film.taking)
            await self._note_shown(clip, derived, made or film, "playable" if made else "making")

    async def _copied(self, lent: LentPaths, film: Film) -> Film | None:
        """Copy the film; return None where that fails, so that it is encoded anew."""
        try:
            return await self._clips.copy(lent.original, film, into=lent.clip)
        except NotReadable:
            return None

    async def _encode(self, clip: Photo) -> None:
        try:
            async with self._media.deriving_clip(clip.stored_as) as lent:
                film = await self._clips.look(lent.original)
                made = await self._clips.encode(lent.original, film, into=lent.clip)
        except NotFound:
            return  # forgotten meanwhile
        except Refused as error:
            await self._note_made(clip, "unplayable", seconds=clip.seconds, cause=error.cause)
        else:
            await self._note_made(clip, "playable", seconds=made.seconds, cause=None)

    async def _note_shown(self, clip: Photo, derived: Derived, film: Film, state: ClipState) -> None:
        now = self._clock.now()

        async def noting(work: Work) -> bool:
            if await work.photos.get(clip.organisation, clip.id) is None:
                # The files of one in quarantine are kept as they are.
                return await work.quarantine.get(clip.organisation, clip.id) is not None
            await work.photos.shown(clip, at=now, derived=derived)
            await work.photos.clip_is(clip, state, seconds=film.seconds)
            await work.invitations.reach(clip.invitation, Rung.FIRST_PICTURE, now)
            await work.invitations.note_photo_unreadable(clip.invitation, None)
            await work.invitations.note_live_lost(clip.invitation, None)
            await self._append(work, Kind.PHOTO_SHOWN, clip)
            if state == "playable":
                await self._append(work, Kind.CLIP_READY, clip)
            return True

        if not await self._records.write(noting):
            await self._media.forget(clip.stored_as)
        elif state == "making":
            self._put(self._to_encode, replace(clip, seconds=film.seconds))

    async def _note_made(self, clip: Photo, state: ClipState, *, seconds: float | None, cause: str | None) -> None:
        async def noting(work: Work) -> bool:
            if await work.photos.get(clip.organisation, clip.id) is None:
                # The files of one in quarantine are kept as they are.
                return await work.quarantine.get(clip.organisation, clip.id) is not None
            await work.photos.clip_is(clip, state, seconds=seconds)
            if cause is None:
                await self._append(work, Kind.CLIP_READY, clip)
            else:
                await self._append(work, Kind.CLIP_UNPLAYABLE, clip, cause=cause)
            return True

        if not await self._records.write(noting):
            await self._media.forget(clip.stored_as)

    async def _give_up(self, clip: Photo, cause: str) -> None:
        now = self._clock.now()

        async def noting(work: Work) -> None:
            if await work.photos.get(clip.organisation, clip.id) is None:
                return
            await work.photos.unreadable(clip)
            await work.invitations.note_photo_unreadable(clip.invitation, now)
            await self._append(work, Kind.PHOTO_UNREADABLE, clip, cause=cause)

        await self._records.write(noting)

    async def _append(self, work: Work, kind: Kind, clip: Photo, **detail: object) -> None:
        await work.journal.append(
            kind,
            organisation=clip.organisation,
            at=self._clock.now(),
            actor=SHOWME,
            invitation=clip.invitation,
            photo=clip.id,
            detail=detail or None,
        )
