"""Lends servers on the loopback: well-behaved ones, and wires that break."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config
from quart import Quart

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(app: Quart, *, certificate: Path | None = None) -> AsyncIterator[str]:
    """Serve an application on a port of the system's choice, encrypted with a certificate; yield its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    config = Config()
    config.bind = [f"fd://{listening.detach()}"]  # from here on the server's to close
    config.graceful_timeout = 1
    if certificate is not None:
        config.certfile = config.keyfile = str(certificate)
    over = asyncio.Event()
    serving = asyncio.create_task(serve(app, config, shutdown_trigger=over.wait))
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
    finally:
        over.set()
        await serving


@dataclass
class Wire:
    """What was said over a wire."""

    port: int = 0
    connections: int = 0
    requests: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def wire(behaviour: Behaviour) -> AsyncIterator[Wire]:
    """Serve a wire that reads one whole request, and then behaves as told."""
    seen = Wire()
    open_tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        try:
            await _whole_request(reader)
            seen.requests += 1
            await behaviour(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(talk(reader, writer))
        open_tasks.add(task)
        task.add_done_callback(open_tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in tuple(open_tasks):
            task.cancel()
        await asyncio.gather(*open_tasks, return_exceptions=True)
        await server.wait_closed()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Reset the connection."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def close(writer: asyncio.StreamWriter) -> None:
    """Close the connection without a word."""
    writer.close()


async def hang(_writer: asyncio.StreamWriter) -> None:
    """Say nothing, for ever."""
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter) -> None:
    """Say headers for ever, so slowly that no single pause is long."""
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n")
    for number in range(10_000):
        writer.write(f"X-Slow-{number}: yes\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.2)


async def babble(writer: asyncio.StreamWriter) -> None:
    """Say something that is not HTTP."""
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    await writer.drain()


async def send_elsewhere(writer: asyncio.StreamWriter) -> None:
    """Redirect to the same server, asking for the same POST again."""
    writer.write(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
    await writer.drain()


async def _whole_request(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
    await reader.readexactly(int(length.partition(":")[2]))
