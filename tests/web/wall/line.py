"""Stands in for the switchboard: relays between those who registered, as PeerServer does, and notes who was there."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from quart import Websocket


@dataclass
class Line:
    """Who is on the line; a test can cut it and look at what was said."""

    is_up: bool = True
    sockets: dict[str, asyncio.Queue[str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    registrations: list[str] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)

    def viewers(self) -> list[str]:
        """Name the viewers that are on the line."""
        return [peer for peer in self.sockets if "-0" in peer]

    async def serve(self, socket: Websocket) -> None:
        """Register a peer and relay what it says until it is gone, or the line is cut."""
        peer, token = socket.args["id"], socket.args["token"]
        await socket.accept()
        if self.tokens.setdefault(peer, token) != token and peer in self.sockets:
            await socket.send(json.dumps({"type": "ID-TAKEN", "payload": {"msg": "taken"}}))
            return
        self.tokens[peer] = token
        letters = self.sockets[peer] = asyncio.Queue()
        self.registrations.append(peer)
        letters.put_nowait('{"type": "OPEN"}')
        deliveries = asyncio.create_task(self._deliver(socket.send, letters))
        try:
            while self.is_up:
                try:
                    text = await asyncio.wait_for(socket.receive(), 0.05)
                except TimeoutError:
                    continue
                self._relay(peer, json.loads(text))
        finally:
            deliveries.cancel()
            if self.sockets.get(peer) is letters:
                del self.sockets[peer]

    @staticmethod
    async def _deliver(send: Callable[[str], Awaitable[None]], letters: asyncio.Queue[str]) -> None:
        while True:
            await send(await letters.get())

    def _relay(self, peer: str, message: dict[str, object]) -> None:
        self.heard.append((peer, str(message["type"])))
        other = self.sockets.get(str(message.get("dst")))
        if other is not None:
            other.put_nowait(json.dumps({**message, "src": peer}))
