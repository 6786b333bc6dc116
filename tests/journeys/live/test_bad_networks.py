"""When the phone's network does not carry video as it should, the dispatcher still sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browsers import chromium_path
from tests.coturn import SECRET, coturn_running
from tests.journeys.live.players import Citizen, Dispatcher, Players, until
from tests.journeys.served import Served, served
from tests.networks import DESK, Cable, cable


@dataclass
class Line:
    """A dispatcher and a phone on two machines, joined by a cable."""

    cable: Cable
    server: Served
    players: Players
    folder: Path

    async def dispatcher(self) -> Dispatcher:
        """Sign in on the desk's machine."""
        program = str(self.cable.program("desk", chromium_path(), self.folder))
        return await self.players.dispatcher(self.server.address, program=program)

    async def citizen(self, link: str) -> Citizen:
        """Follow a link on the phone's machine."""
        program = str(self.cable.program("phone", chromium_path(), self.folder))
        return await self.players.citizen(link, program=program)


@pytest.fixture
def joined() -> Iterator[Cable]:
    with cable() as made:
        yield made


@asynccontextmanager
async def line(joined: Cable, players: Players, folder: Path, **settings: Any) -> AsyncIterator[Line]:
    """Serve on the desk's machine."""
    async with served(folder / "data", lan=DESK, prefix=joined.inside("desk"), **settings) as server:
        yield Line(joined, server, players, folder)


def relayed_by(*urls: str) -> dict[str, Any]:
    """Return the settings of an installation that has these relays."""
    return {"ice_providers": ["coturn"], "turn_urls": list(urls), "turn_secret": SECRET}


async def test_peers_that_may_meet_at_the_relay_only_meet_there(players: Players, tmp_path: Path) -> None:
    with coturn_running(loopback_peers=True) as relay:
        settings = {**relayed_by(relay.url("udp"), relay.url("tcp")), "ice_policy": "relay"}
        async with served(tmp_path / "data", **settings) as server:
            dispatcher = await players.dispatcher(server.address)
            invited = await dispatcher.invite()
            citizen = await players.citizen(invited["link"])
            await citizen.begin()
            await dispatcher.sees_moving_video()
            await until(lambda: _takes(dispatcher, "relay"))
            assert relay.log.count("ALLOCATE processed, success") >= 2


async def test_where_udp_is_blocked_the_picture_goes_through_the_relay_by_tcp(
    joined: Cable, players: Players, tmp_path: Path
) -> None:
    with coturn_running(host=DESK, inside=joined.inside("desk")) as relay:
        async with line(joined, players, tmp_path, **relayed_by(relay.url("udp"), relay.url("tcp"))) as together:
            dispatcher = await together.dispatcher()
            invited = await dispatcher.invite()
            joined.only_tcp()
            citizen = await together.citizen(invited["link"])
            await citizen.begin()
            await dispatcher.sees_moving_video()
            await until(lambda: _takes(dispatcher, "relay"))
            assert "protocol TCP" in relay.log or "TCP" in relay.log


async def test_where_nothing_passes_but_https_stills_follow_each_other(
    joined: Cable, players: Players, tmp_path: Path
) -> None:
    with coturn_running(host=DESK, inside=joined.inside("desk")) as relay:
        async with line(joined, players, tmp_path, **relayed_by(relay.url("udp"), relay.url("tcp"))) as together:
            dispatcher = await together.dispatcher()
            invited = await dispatcher.invite()
            joined.only_tcp_to(together.server.port)
            citizen = await together.citizen(invited["link"])
            await citizen.begin()
            await until(lambda: _takes(dispatcher, "stills"))
            seen = {await _still(dispatcher) for _ in range(40) if await asyncio.sleep(0.5, result=True)}
            assert len(seen - {None}) >= 5

            # Nothing of it is on the disk.
            assert not [file for file in (tmp_path / "data" / "media").rglob("*") if file.is_file()]


async def test_a_phone_that_was_without_network_is_seen_again(joined: Cable, players: Players, tmp_path: Path) -> None:
    async with line(joined, players, tmp_path) as together:
        dispatcher = await together.dispatcher()
        invited = await dispatcher.invite()
        citizen = await together.citizen(invited["link"])
        await citizen.begin()
        await dispatcher.sees_moving_video()
        joined.cut()
        await asyncio.sleep(10)
        joined.mend()
        await dispatcher.sees_moving_video()
        assert (await dispatcher.invitation(invited["id"]))["live"]["is_live"]


async def _takes(dispatcher: Dispatcher, path: str) -> bool:
    return await dispatcher.page.locator(f".live-path[data-path={path}]").count() > 0


async def _still(dispatcher: Dispatcher) -> str | None:
    """Return the address of the still on the screen, which is another one for each."""
    return await dispatcher.page.locator(".live-frame img").first.get_attribute("src")
