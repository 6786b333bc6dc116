"""Resetting: after a restoration nothing goes on that may have gone on already, and everybody signs in anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from showme.ports import Clock
    from showme.records import Records, Work


class Resetting:
    """Puts records right that come from an earlier moment."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def after_restoration(self, *, taken_at: datetime, by: str) -> None:
        """End sessions and links for one use, call open SMS unknown, and write the restoration into every journal.

        An SMS that was on its way in the copy has left long since: sent again it would come twice. A notice that waited
        may stand in its chat already, and is marked so.
        """
        now = self._clock.now()

        async def resetting(work: Work) -> None:
            await work.upkeep.end_sign_ins(now)
            await work.upkeep.doubt_what_waits()
            for organisation in await work.organisations.all():
                await work.journal.append(
                    Kind.BACKUP_RESTORED,
                    organisation=organisation.id,
                    at=now,
                    actor=by,
                    detail={"taken_at": taken_at.isoformat()},
                )

        await self._records.write(resetting)
