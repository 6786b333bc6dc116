"""A feed goes on when the journal could not be read for a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from showme.domain.events import Event, Kind
from showme.errors import Unavailable
from showme.services.viewing import Happening, Viewing
from tests.fakes.clock import MovableClock
from web.feed import Tail


class StumblingViewing:
    """Fails the first time that anyone reads what is new."""

    def __init__(self) -> None:
        self.told: list[Happening] = []
        self.stumbled = False
        self._more = asyncio.Event()

    def tell(self, event: Event) -> None:
        self.told.append(Happening(event=event, invitation=None, photo=None))
        self._more.set()

    async def head(self, _: int) -> int:
        return len(self.told)

    async def wait_beyond(self, _: int, number: int) -> None:
        while len(self.told) <= number:
            self._more.clear()
            await self._more.wait()

    async def happenings(self, _: int, after: int, *, most: int) -> Sequence[Happening]:
        if not self.stumbled:
            self.stumbled = True
            raise Unavailable("database_unavailable")
        return self.told[after : after + most]


def received(*, at: datetime) -> Event:
    return Event(
        organisation=1,
        number=1,
        at=at,
        kind=Kind.PHOTO_RECEIVED,
        actor="citizen",
        invitation=None,
        photo=None,
        digest="",
        chain="",
    )


async def test_a_wall_hears_of_a_photo_although_the_database_stumbled(clock: MovableClock) -> None:
    viewing = StumblingViewing()
    feed = Tail(cast("Viewing", viewing), 1).follow(0)
    first = asyncio.ensure_future(anext(feed))
    await asyncio.sleep(0)
    viewing.tell(received(at=clock.now()))
    async with asyncio.timeout(10):
        heard = await first
    assert viewing.stumbled
    assert [happening.event.number for happening in heard] == [1]
    await feed.aclose()  # type: ignore[attr-defined]
