"""A line between a phone and the server that a test cuts after so many bytes, and mends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

_AT_ONCE = 4 * 1024


class CutLine:
    """Carries TCP connections; bytes are counted on their way up to the server."""

    def __init__(self) -> None:
        self.port = 0
        self.target = 0
        self.cuts = 0
        self.is_down = False
        self.next_cut: Callable[[], int | None] = lambda: None
        """Tells after how many further bytes the line is cut again."""
        self.left: int | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def arm(self, next_cut: Callable[[], int | None]) -> None:
        """Cut the line from now on, each time after as many bytes as ``next_cut`` says; None: no more."""
        self.next_cut, self.left = next_cut, next_cut()

    def cut(self) -> None:
        """Break every connection, as a phone in a lift does."""
        self.cuts += 1
        self.left = self.next_cut()
        for writer in list(self._open):
            writer.transport.abort()

    async def carry(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        """Carry one connection until it is cut."""
        self._open.add(to_phone)
        try:
            if self.is_down:
                return
            server, to_server = await asyncio.open_connection("127.0.0.1", self.target)
            self._open.add(to_server)
            try:
                await asyncio.gather(self._up(phone, to_server), self._down(server, to_phone))
            finally:
                self._open.discard(to_server)
                to_server.transport.abort()
        except OSError:
            pass
        finally:
            self._open.discard(to_phone)
            to_phone.transport.abort()

    async def _up(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while chunk := await source.read(_AT_ONCE):
            if self.left is not None and len(chunk) >= self.left:
                target.write(chunk[: self.left])
                with suppress(OSError):
                    await target.drain()
                # What was sent is let through to its end, so that cuts fall where they are meant to.
                await asyncio.sleep(0.01)
                self.cut()
                return
            if self.left is not None:
                self.left -= len(chunk)
            target.write(chunk)
            await target.drain()
        target.write_eof()

    @staticmethod
    async def _down(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while chunk := await source.read(_AT_ONCE):
            target.write(chunk)
            await target.drain()
        target.transport.abort()

    def took(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        """Take a connection."""
        task = asyncio.create_task(self.carry(phone, to_phone))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Break what is open, and wait for its end."""
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def cut_line() -> AsyncIterator[CutLine]:
    """Lay a line; its ``target`` is the server's port, as soon as that is known."""
    line = CutLine()
    listening = await asyncio.start_server(line.took, "127.0.0.1", 0)
    line.port = listening.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        listening.close()
        await line.end()
