"""Keeping: a dispatcher keeps a still of the live video, and it goes the way of a photo."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from showme.errors import NotFound
from showme.services.opening import Opened
from showme.services.receiving import refuse_still_unless_remembered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from showme.domain.people import Dispatcher
    from showme.domain.photos import Photo
    from showme.ports import Clock
    from showme.records import Records, Work
    from showme.services.receiving import Arrival, Receiving


class Keeping:
    """Takes stills in, while the invitation is remembered, whether or not it is still open."""

    def __init__(self, *, records: Records, clock: Clock, receiving: Receiving) -> None:
        """Let ``receiving`` take them in."""
        self._records = records
        self._clock = clock
        self._receiving = receiving

    @asynccontextmanager
    async def arriving(
        self, by: Dispatcher, invitation_id: str, *, announced_bytes: int | None
    ) -> AsyncIterator[Arrival]:
        """Open a place for a still, as ``Receiving.arriving`` does; its ``finish`` returns a photo of kind ``still``.

        Raise NotFound, LinkEnded (``link_expired``: its time is over), TooLarge, Busy.
        """
        now = self._clock.now()

        async def looking(work: Work) -> Opened:
            organisation = await work.organisations.get(by.organisation)
            invitation = await work.invitations.get(by.organisation, invitation_id)
            if organisation is None or invitation is None:
                raise NotFound
            refuse_still_unless_remembered(invitation, now)
            return Opened(invitation=invitation, organisation=organisation)

        opened = await self._records.read(looking)
        async with self._receiving.arriving(opened, announced_bytes=announced_bytes, kept_by=by) as arrival:
            yield arrival

    async def keep(
        self, by: Dispatcher, invitation_id: str, chunks: AsyncIterator[bytes], *, photo_id: str | None = None
    ) -> Photo:
        """Keep a still that arrives in chunks; raise what ``arriving`` and ``Arrival.finish`` raise."""
        async with self.arriving(by, invitation_id, announced_bytes=None) as arrival:
            async for chunk in chunks:
                await arrival.write(chunk)
            return await arrival.finish(photo_id)
