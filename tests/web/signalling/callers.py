"""Calls the signalling address as PeerJS does, over Quart's test connection, and keeps what it hears."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from quart.testing.connections import WebsocketDisconnectError
from quart.typing import TestClientProtocol as Client

from showme.domain.people import Dispatcher
from tests.web.conftest import HOST, House
from web.needs import EXTENSION, Needs

OURS = {"Host": HOST, "Origin": f"https://{HOST}"}
RANDOM = "r4nd0m-t0ken-of-one-page"
PATIENCE = 20.0
SDP = {"sdp": {"type": "offer", "sdp": "v=0"}, "type": "media", "connectionId": "mc_1"}


@dataclass
class Caller:
    """One socket."""

    connection: Any
    accepted: bool = True

    async def hears(self) -> dict[str, Any]:
        """Wait for the next message."""
        async with asyncio.timeout(PATIENCE):
            heard: dict[str, Any] = json.loads(await self.connection.receive())
        return heard

    async def says(self, frame: Any) -> None:
        """Send a frame: text and bytes as they are, anything else as JSON."""
        await self.connection.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def offers(self, dst: str, **more: Any) -> None:
        """Offer a call."""
        await self.says({"type": "OFFER", "dst": dst, "payload": SDP, **more})

    async def is_hung_up_on(self) -> tuple[int, list[dict[str, Any]]]:
        """Wait for the end; return its close code, and what came before it."""
        heard: list[dict[str, Any]] = []
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    heard.append(json.loads(await self.connection.receive()))
                except WebsocketDisconnectError as end:
                    return int(end.args[0]), heard


def needs_of(house: House) -> Needs:
    """Return what the doors were given."""
    return cast("Needs", house.installation.app.extensions[EXTENSION])


@asynccontextmanager
async def dialled(
    house: House,
    peer: str | None,
    token: str | None,
    *,
    key: str | None = "peerjs",
    headers: dict[str, str] | None = None,
    client: Client | None = None,
    address: str | None = None,
) -> AsyncIterator[Caller]:
    """Open a socket as PeerJS's address has it; whoever is refused finds that out by what it hears."""
    asked = {"key": key, "id": peer, "token": token, "version": "1.5.5"}
    connection = (client or house.knock()).websocket(
        "/peerjs",
        query_string={name: value for name, value in asked.items() if value is not None},
        headers=OURS if headers is None else headers,
        scope_base={"client": (address, 4711)} if address else None,
    )
    async with connection:
        yield Caller(connection)


@asynccontextmanager
async def on_the_line(house: House, peer: str, token: str, **how: Any) -> AsyncIterator[Caller]:
    """Open a socket that is let in."""
    async with dialled(house, peer, token, **how) as caller:
        assert await caller.hears() == {"type": "OPEN"}
        yield caller


def bearer(house: House) -> dict[str, str]:
    """Return the headers of a program with a token."""
    return {"Host": HOST, "Authorization": f"Bearer {house.token}"}


async def watch_pass(house: House, invitation: str) -> str:
    """Return the pass in an invitation's watch link."""
    link = await needs_of(house).passing.link(Dispatcher(organisation=1, name="Anna"), invitation)
    return link.rpartition("/")[2]


async def until(claim: Any) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not claim():  # noqa: ASYNC110 - it looks from outside at what another task does
            await asyncio.sleep(0.01)
