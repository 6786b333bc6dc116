"""Makes Hypercorn hold sockets thriftily: nothing compressed, nothing too large kept, nobody waited for without end.

Hypercorn 0.18 has no setting for any of it. It takes up permessage-deflate whenever a browser offers it, which costs
85 kB per connection and lets a small frame swell to a thousand times its size before it is measured. A message above
``websocket_max_message_size`` is answered with a close frame, but for as long as the other end ignores that, all of
it is kept. Whoever stops reading is waited for without end. And a socket that has ended stays for up to another
``websocket_ping_interval``, in memory and in the way of the server's own end, because its pings sleep on. Whoever sends
a frame before the handshake is answered 400, but their handler is never told. Over HTTP/2 a reader without a window has
all that we would send piled up in memory, because every look at the buffer lets its filler go on. And a connection that
times out, as a phone's does that drives into a tunnel, is written down as an error of ours.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from hypercorn.asyncio import run
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.config import Config, Sockets
from hypercorn.protocol import h2, h11
from hypercorn.protocol.events import Event, Request, StreamClosed
from hypercorn.protocol.h2 import BUFFER_LOW_WATER, StreamBuffer
from hypercorn.protocol.ws_stream import WSStream
from wsproto.events import CloseConnection, Ping
from wsproto.events import Event as SocketEvent
from wsproto.frame_protocol import CloseReason

_UNREAD: Final = 30_000
"""Milliseconds for which nobody may take what we sent, until the connection is dropped (tcp(7), TCP_USER_TIMEOUT)."""


class ThriftyStream(WSStream):
    """A websocket without extensions, which ends with the first message that is too large, and its pings with it."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._ended = asyncio.Event()

    async def handle(self, event: Event) -> None:
        """Leave out of the handshake what the browser offers to compress with."""
        if isinstance(event, Request):
            kept = [(name, value) for name, value in event.headers if name.lower() != b"sec-websocket-extensions"]
            event = replace(event, headers=kept)
        was_closed = self.closed
        await super().handle(event)
        if self.closed:
            self._ended.set()
        if self.closed and not was_closed and not isinstance(event, StreamClosed) and self.app_put is not None:
            await self.app_put({"type": "websocket.disconnect", "code": CloseReason.PROTOCOL_ERROR.value})

    async def _send_wsproto_event(self, event: SocketEvent) -> None:
        await super()._send_wsproto_event(event)
        if isinstance(event, CloseConnection) and event.code == CloseReason.MESSAGE_TOO_BIG:
            await self.send(StreamClosed(stream_id=self.stream_id))

    async def _send_pings(self) -> None:
        while not self.closed:
            await self._send_wsproto_event(Ping())
            try:
                async with asyncio.timeout(self.config.websocket_ping_interval):
                    await self._ended.wait()
            except TimeoutError:
                continue


class ThriftyBuffer(StreamBuffer):
    """What waits for the window of an HTTP/2 stream; it takes more only when there is room again."""

    async def pop(self, max_length: int) -> bytes:
        """Take out at most so many bytes."""
        data = bytes(self.buffer[:max_length])
        del self.buffer[: len(data)]
        if len(self.buffer) < BUFFER_LOW_WATER:
            await self._paused.set()
        if not self.buffer:
            await self._is_empty.set()
        return data


class ThriftyServer(TCPServer):
    """A connection whose end is nobody's error."""

    async def _close(self) -> None:
        with suppress(OSError):
            await super()._close()


class ThriftyConfig(Config):
    """A configuration whose connections end when nobody reads what we send."""

    unread = _UNREAD

    def create_sockets(self) -> Sockets:
        """Open the listening sockets; what they accept inherits their options. From now on all on them is thrifty."""
        for protocol in (h11, h2):
            protocol.WSStream = ThriftyStream  # type: ignore[attr-defined]
        h2.StreamBuffer = ThriftyBuffer  # type: ignore[misc]
        run.TCPServer = ThriftyServer  # type: ignore[attr-defined]
        opened = super().create_sockets()
        for listening in (*opened.secure_sockets, *opened.insecure_sockets):
            if hasattr(socket, "TCP_USER_TIMEOUT") and listening.family != socket.AF_UNIX:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, self.unread)
        return opened
