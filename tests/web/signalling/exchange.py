"""A showme that listens on a real port, as Hypercorn serves it, and sockets that dial it."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from hypercorn.asyncio import serve

from app.assembly import Installation, open_installation
from app.serving import server_config
from app.settings import Settings
from app.sockets import ThriftyConfig
from tests.fakes.clock import RunningClock

PATIENCE = 30.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Exchange:
    """A showme in practice mode, served by Hypercorn."""

    installation: Installation
    clock: RunningClock
    port: int
    token: str
    client: aiohttp.ClientSession
    stopping: asyncio.Event
    serving: asyncio.Task[None]

    async def invite(self) -> dict[str, Any]:
        """Invite somebody to live video by a link."""
        asked = {"to": None, "purpose": "live"}
        async with self.client.post("/api/invitations", json=asked, headers=self.bearer) as answer:
            assert answer.status == 201
            invited: dict[str, Any] = await answer.json()
            return invited

    @property
    def bearer(self) -> dict[str, str]:
        """Return what a program proves itself by."""
        return {"Authorization": f"Bearer {self.token}"}

    @asynccontextmanager
    async def dialled(self, peer: str, token: str, **how: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a socket as PeerJS does; options are those of aiohttp."""
        asked = {"key": "peerjs", "id": peer, "token": token, "version": "1.5.5"}
        async with self.client.ws_connect("/peerjs", params=asked, autoping=True, **how) as line:
            yield line

    @asynccontextmanager
    async def on_the_line(self, peer: str, token: str, **how: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a socket that is let in."""
        async with self.dialled(peer, token, **how) as line:
            assert await hears(line) == {"type": "OPEN"}
            yield line

    async def by_hand(self, peer: str, token: str) -> ByHand:
        """Open a socket whose bytes the test writes itself."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        path = "/peerjs?" + urlencode({"key": "peerjs", "id": peer, "token": token})
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n".encode()
        )
        async with asyncio.timeout(PATIENCE):
            answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101")
        return ByHand(reader, writer, answer)

    async def stop(self) -> None:
        """Tell the server to stop, as SIGTERM does, and wait until it has."""
        self.stopping.set()
        async with asyncio.timeout(PATIENCE):
            await self.serving


@dataclass
class ByHand:
    """A websocket whose frames are written byte by byte (RFC 6455, 5.2)."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    answer: bytes

    def write(self, payload: bytes, *, first: int = 0x81, length: int | None = None, masked: bool = True) -> None:
        """Write a frame; ``first`` is its first byte, ``length`` what it says its length is."""
        said = len(payload) if length is None else length
        if said < 126:
            size = struct.pack("!B", 0x80 * masked | said)
        elif said < 1 << 16:
            size = struct.pack("!BH", 0x80 * masked | 126, said)
        else:
            size = struct.pack("!BQ", 0x80 * masked | 127, said)
        head = bytes([first]) + size
        self.writer.write(head + bytes(4 * masked) + payload)

    async def ends(self) -> bytes:
        """Wait until the server has closed the connection; return what it sent last."""
        rest = b""
        async with asyncio.timeout(PATIENCE):
            try:
                while chunk := await self.reader.read(65_536):
                    rest += chunk
            except ConnectionError:
                pass
        await self.close()
        return rest

    async def close(self) -> None:
        """Close our end."""
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


async def hears(line: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """Wait for the next message."""
    async with asyncio.timeout(PATIENCE):
        heard: dict[str, Any] = json.loads(await line.receive_str())
    return heard


async def code_of_end(line: aiohttp.ClientWebSocketResponse) -> int | None:
    """Wait for the end and return its close code."""
    async with asyncio.timeout(PATIENCE):
        while (await line.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    return line.close_code


@asynccontextmanager
async def listening(folder: Path, *, port: int | None = None, unread: int | None = None) -> AsyncIterator[Exchange]:
    """Serve a showme over the records in a folder; ``unread`` is in milliseconds."""
    port, clock, stopping = port or free_port(), RunningClock(), asyncio.Event()
    address = f"http://localhost:{port}"
    settings = Settings(base_url=address, data=folder, bind=[f"127.0.0.1:{port}"], image_workers=1)
    async with open_installation(settings, practice=True, clock=clock) as installation:

        async def until_told() -> None:
            await stopping.wait()
            installation.stop_feeds()

        config = server_config(settings)
        if unread is not None:
            assert isinstance(config, ThriftyConfig)
            config.unread = unread
        serving = asyncio.create_task(serve(installation.app, config, shutdown_trigger=until_told))
        assert installation.stage is not None
        state = await installation.stage.state()
        async with aiohttp.ClientSession(address) as client:
            await _answers(client)
            try:
                yield Exchange(installation, clock, port, str(state["api_token"]), client, stopping, serving)
            finally:
                stopping.set()
                await serving


async def _answers(client: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with client.get("/healthz") as answer:
                    assert answer.status == 200
                return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.02)
