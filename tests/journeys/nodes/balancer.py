"""A load balancer between people and nodes: each connection goes to the first node in line that answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Balancer:
    """Listens on ``port``; ``nodes`` are the ports behind it, in the order in which they are tried."""

    def __init__(self) -> None:
        self.port = 0
        self.nodes: list[int] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            there = await self._reach()
            if there is not None:
                await asyncio.gather(_carry(reader, there[1]), _carry(there[0], writer))
        finally:
            self._tasks.discard(task)
            writer.close()

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for port in list(self.nodes):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None


@asynccontextmanager
async def balancer() -> AsyncIterator[Balancer]:
    """Run a load balancer on a port of the system's choice."""
    made = Balancer()
    server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.stop()
        await server.wait_closed()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(64 * 1024):
            writer.write(piece)
            await writer.drain()
    writer.close()
