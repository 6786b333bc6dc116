"""Forgetting: what has had its time goes, on time and everywhere."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final, get_args

from showme.domain.events import Kind
from showme.domain.invitations import LIFE
from showme.domain.people import Role
from showme.domain.sessions import SESSIONS_KEPT, life_of
from showme.domain.sms import WITHIN_SECONDS
from showme.errors import NotFound, ShowmeError, Unavailable
from showme.services.calling import end_live
from showme.services.sending import SHOWME
from showme.services.speaking import CODE_LIFE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from showme.domain.invitations import Invitation
    from showme.domain.photos import Photo
    from showme.ports import Attic, Clock, MediaStore, Partials
    from showme.records import Records, Work

_LATE_AFTER: Final = timedelta(minutes=2)
_TRACES_EVERY: Final = timedelta(minutes=1)
_LOOK_EVERY: Final = 5.0
"""Seconds between two looks; each is two index look-ups, and a clock that jumps is noticed."""


class Forgetting:
    """Removes photos past their retention and what is known of citizens whose link has expired."""

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        media: MediaStore,
        partials: Partials,
        report: Callable[[str, BaseException], None],
        attic: Attic | None = None,
    ) -> None:
        """Tell ``report`` what could not be forgotten; it is tried again at the next look."""
        self._records = records
        self._clock = clock
        self._media = media
        self._partials = partials
        self._attic = attic
        self._report = report
        self._traces_forgotten_at: datetime | None = None
        self._went_well_at = clock.now()
        self._is_behind = False
        """Whether the newest look has left something that should be gone."""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Forget what fell due while we were down, remove files without a row, and go on looking."""
        try:
            await self.forget_what_is_due()
            await self._remove_strays()
        except Unavailable as error:
            # On a full disk, say. What is due is shown to nobody all the same, and is tried again at every look.
            self._report("forgetting_late", error)
        self._task = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def forget_what_is_due(self) -> None:
        """Forget everything whose time has come by now; what fails is reported and keeps nothing else back."""
        self._is_behind = False
        await self._forget_outbox()
        while await self._forget_photos():
            pass
        await self._clear_chats()
        while await self._forget_citizens():
            pass
        await self._forget_uploads()
        await self._forget_traces()
        if not self._is_behind:
            self._went_well_at = self._clock.now()

    @property
    def went_well_at(self) -> datetime:
        """When a look last left nothing that was due."""
        return self._went_well_at

    def state(self) -> str:
        """Say how it stands: ``up``, or ``late`` once something has stood beyond its time for two minutes."""
        return "late" if self._clock.now() - self._went_well_at > _LATE_AFTER else "up"

    async def _look(self) -> None:
        while True:
            try:
                await self.forget_what_is_due()
            except Exception as error:  # noqa: BLE001 - whatever it was, what is due next must go on time
                self._report("forgetting_late", error)
            await asyncio.sleep(_LOOK_EVERY)

    async def _forget_photos(self) -> bool:
        async def finding(work: Work) -> Sequence[Photo]:
            return await work.photos.expired(self._clock.now())

        gone = 0
        for photo in await self._records.read(finding):
            try:
                for name in photo.media_names:
                    await self._media.forget(name)
            except (ShowmeError, OSError) as error:
                self._is_behind = True
                self._report("photo_forgotten_late", error)
                continue

            async def forgetting(work: Work, photo: Photo = photo) -> None:
                if await work.photos.forget(photo):
                    # A photo that outlived its invitation kept what its events told.
                    await work.journal.forget_details_of_photo(photo.organisation, photo.invitation, photo.id)
                    await self._append(work, Kind.PHOTO_FORGOTTEN, photo)

            await self._records.write(forgetting)
            gone += 1
        return gone > 0

    async def _clear_chats(self) -> None:
        """Have photos that are kept longer leave the chats at their own time: beyond two days no bot can delete."""

        async def finding(work: Work) -> Sequence[Photo]:
            return await work.photos.leaving_chats(self._clock.now())

        for photo in await self._records.read(finding):

            async def leaving(work: Work, photo: Photo = photo) -> None:
                await work.photos.note_left_chats(photo)
                await self._append(work, Kind.PHOTO_LEFT_CHATS, photo)

            await self._records.write(leaving)

    async def _append(self, work: Work, kind: Kind, photo: Photo) -> None:
        await work.journal.append(
            kind,
            organisation=photo.organisation,
            at=self._clock.now(),
            actor=SHOWME,
            invitation=photo.invitation,
            photo=photo.id,
        )

    async def _forget_citizens(self) -> bool:
        now = self._clock.now()

        async def finding(work: Work) -> Sequence[Invitation]:
            return await work.invitations.due_to_forget(now - LIFE)

        due = await self._records.read(finding)
        for invitation in due:

            async def forgetting(work: Work, invitation: Invitation = invitation) -> None:
                await end_live(work, invitation, at=now, actor=SHOWME, cause="ended")
                if await work.invitations.end(invitation, at=now, closed=False):
                    await work.journal.append(
                        Kind.INVITATION_EXPIRED,
                        organisation=invitation.organisation,
                        at=now,
                        actor=SHOWME,
                        invitation=invitation.id,
                    )
                await work.invitations.forget(invitation.id, now)
                await work.journal.forget_details(invitation.organisation, invitation.id)
                await work.journal.append(
                    Kind.INVITATION_FORGOTTEN,
                    organisation=invitation.organisation,
                    at=now,
                    actor=SHOWME,
                    invitation=invitation.id,
                )

            await self._records.write(forgetting)
        return bool(due)

    async def _forget_uploads(self) -> None:
        """End the uploads whose time is over, and remove every partial file that no upload stands for.

        The files are listed first: one that is there then had its row before, so what has none now has ended.
        """
        files = await self._partials.names()
        now = self._clock.now()

        async def finding(work: Work) -> Sequence[str]:
            return await work.uploads.due(now)

        due = await self._records.read(finding)

        async def forgetting(work: Work) -> None:
            for upload in due:
                await work.uploads.forget(upload)

        if due:
            await self._records.write(forgetting)

        async def remaining(work: Work) -> frozenset[str]:
            return await work.uploads.ids()

        if files:
            for name in files - await self._records.read(remaining):
                await self._partials.forget(name)

    async def _forget_outbox(self) -> None:
        """Empty the embedded outbox of links that have expired, and of the numbers beside them."""
        before = self._clock.now() - LIFE

        async def finding(work: Work) -> datetime | None:
            return await work.sms.oldest_kept()

        async def forgetting(work: Work) -> None:
            await work.sms.forget_kept(before)

        oldest = await self._records.read(finding)
        if oldest is not None and oldest <= before:
            await self._records.write(forgetting)

    async def _forget_traces(self) -> None:
        """Forget spoken codes and shares that have ended, what was counted to keep limits, and what a crash left.

        Once a minute.
        """
        now = self._clock.now()
        if self._traces_forgotten_at is not None and now - self._traces_forgotten_at < _TRACES_EVERY:
            return
        self._traces_forgotten_at = now

        async def forgetting(work: Work) -> None:
            await work.sms.forget_traces(now - timedelta(seconds=WITHIN_SECONDS))
            await work.spoken_codes.forget(now - CODE_LIFE)
            await work.shares.forget(now - LIFE)
            for role in get_args(Role):
                await work.sign_ins.forget_sessions(made_before=now - life_of(role) - SESSIONS_KEPT, role=role)

        await self._records.write(forgetting)
        await self._partials.sweep()
        await self._forget_attic()

    async def _forget_attic(self) -> None:
        """Forget what was put aside, once all that was acknowledged beside it has gone, too."""
        if self._attic is None:
            return

        async def longest(work: Work) -> timedelta:
            kept = [organisation.retention for organisation in await work.organisations.all()]
            return max(kept, default=LIFE)

        await self._attic.forget(self._clock.now() - await self._records.read(longest))

    async def _remove_strays(self) -> None:
        """Put files aside that no row knows: their photo was never acknowledged. Without an attic, remove them."""
        await self._media.sweep()

        async def finding(work: Work) -> frozenset[str]:
            return await work.photos.stored_names()

        if self._attic is not None:
            kept = await self._attic.kept()  # before the rows: what has one by then is nobody's stray
            known = await self._records.read(finding)
            strays = [stray for stray in kept if stray[1] not in known]
            if strays:
                pile = await self._attic.put_aside(strays, why="files without a row", at=self._clock.now())
                self._report("files_put_aside", NotFound("files_put_aside", count=len(strays), folder=pile))
            return
        for name in await self._media.names() - await self._records.read(finding):
            await self._media.forget(name)
