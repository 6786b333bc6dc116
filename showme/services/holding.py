"""Holding: a supervisor keeps a photo beyond its time, for a reason that everybody can read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.domain.keeping_longer import Kept, read_end, read_reason
from showme.services.finding import photo_there

if TYPE_CHECKING:
    from showme.domain.people import Dispatcher
    from showme.domain.photos import Photo
    from showme.ports import Clock
    from showme.records import Records, Work


class Holding:
    """Moves the end of photos; ``Forgetting`` does what the end says."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def keep(self, by: Dispatcher, photo_id: str, *, reason: str, until: str) -> Photo:
        """Keep a photo until a day, or change why and until when; return it as it stands then.

        It leaves the chats at its own time all the same, and the citizen's link ends at its own.

        Raise NotAllowed (supervisors only), NotFound, NotUnderstood (the reason, or the end, which is later than the
        photo's own).
        """
        by.refuse_unless_supervisor()
        now = self._clock.now()

        async def keeping(work: Work) -> Photo:
            photo = await photo_there(work, by.organisation, photo_id, now=now)
            due_at = photo.kept.due_at if photo.kept else photo.expires_at
            kept = Kept(at=now, by=by.name, reason=read_reason(reason), due_at=due_at)
            end = read_end(until, now=now, after=due_at)
            await work.photos.keep_longer(photo, kept, until=end)
            await work.journal.append(
                Kind.PHOTO_KEPT_LONGER,
                organisation=by.organisation,
                at=now,
                actor=by.name,
                invitation=photo.invitation,
                photo=photo.id,
                detail={"reason": kept.reason, "until": end.isoformat()},
            )
            return replace(photo, kept=kept, expires_at=end)

        return await self._records.write(keeping)

    async def end(self, by: Dispatcher, photo_id: str) -> Photo:
        """Let a photo go when it would have gone by itself, which may be at once; return it as it stands then.

        Where it is not kept, nothing happens. Raise NotAllowed (supervisors only), NotFound.
        """
        by.refuse_unless_supervisor()
        now = self._clock.now()

        async def ending(work: Work) -> Photo:
            photo = await photo_there(work, by.organisation, photo_id, now=now)
            if photo.kept is None:
                return photo
            await work.photos.keep_no_longer(photo)
            await work.journal.append(
                Kind.PHOTO_KEPT_NO_LONGER,
                organisation=by.organisation,
                at=now,
                actor=by.name,
                invitation=photo.invitation,
                photo=photo.id,
            )
            return replace(photo, kept=None, expires_at=photo.kept.due_at)

        return await self._records.write(ending)
