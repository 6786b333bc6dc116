"""A citizen's phone that needs no network: it does what the page would, by the same services."""

from __future__ import annotations

import asyncio
from typing import Literal

from showme.domain.ice import IceServer
from showme.domain.peers import citizen_of
from showme.domain.trials import Tapped
from showme.errors import LinkEnded, Unavailable
from showme.services.opening import Opening
from showme.services.receiving import Receiving
from tests.pictures import card, jpeg

Deed = Literal["load", "tap", "call", "relay", "send_photo", "find_closed"]


class ServicePhone:
    """Implements ``showme.ports.TrialPhone``; what stands in ``broken`` fails, and what in ``hiccups`` once."""

    def __init__(self, *, opening: Opening, receiving: Receiving) -> None:
        self.broken: set[Deed] = set()
        self.hiccups: set[Deed] = set()
        self.done: list[Deed] = []
        self.ended = asyncio.Event()
        self.links: list[str] = []
        self.relays: tuple[IceServer, ...] = ()
        self._opening = opening
        self._receiving = receiving

    async def load(self, link: str) -> None:
        self._do("load", link)
        await self._opening.step(await self._opening.open(_key(link)), "loaded")

    async def tap(self, link: str) -> Tapped:
        self._do("tap", link)
        opened = await self._opening.open(_key(link))
        await self._opening.tap(opened)
        return Tapped(peer=str(citizen_of(opened.invitation.id)), ice_servers=self.relays)

    async def call(self, link: str, tapped: Tapped) -> None:
        self._do("call", link)
        opened = await self._opening.open(_key(link))
        assert tapped.peer == str(citizen_of(opened.invitation.id))

    async def relay(self, tapped: Tapped) -> None:
        self._do("relay")
        assert any(server.relays for server in tapped.ice_servers)

    async def send_photo(self, link: str) -> str:
        self._do("send_photo", link)
        opened = await self._opening.open(_key(link))
        async with self._receiving.arriving(opened, announced_bytes=None) as arrival:
            await arrival.write(jpeg(card((64, 48))))
            return (await arrival.finish(None)).id

    async def find_closed(self, link: str) -> None:
        self._do("find_closed", link)
        try:
            await self._opening.open(_key(link))
        except LinkEnded:
            return
        raise Unavailable(reason="still open")

    def _do(self, deed: Deed, link: str | None = None) -> None:
        self.done.append(deed)
        if deed == "find_closed":
            self.ended.set()
        if link is not None:
            self.links.append(link)
        if deed in self.broken | self.hiccups:
            self.hiccups.discard(deed)
            raise Unavailable(reason="HTTP 502")


def _key(link: str) -> str:
    return link.rpartition("/")[2]
