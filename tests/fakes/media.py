"""A media store that remembers what it was asked to do, and fails when told to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from showme.domain.pictures import MediaKind
from showme.errors import Unavailable
from showme.ports import Incoming, LentPaths
from storage.media import FolderMedia


class RecordingMedia:
    """Implements ``showme.ports.MediaStore`` by a real folder; ``note`` hears of each original once it is durable."""

    def __init__(self, folder: FolderMedia, note: Callable[[str], None]) -> None:
        self._folder = folder
        self._note = note
        self.will_not_forget: set[str] = set()
        self.lends_nothing = False

    @asynccontextmanager
    async def incoming(self, *, most_bytes: int) -> AsyncIterator[Incoming]:
        async with self._folder.incoming(most_bytes=most_bytes) as arriving:
            yield _Noted(arriving, self._note)

    @asynccontextmanager
    async def deriving(self, name: str) -> AsyncIterator[tuple[Path, Path, Path]]:
        if self.lends_nothing:
            raise Unavailable
        async with self._folder.deriving(name) as lent:
            yield lent

    @asynccontextmanager
    async def deriving_clip(self, name: str) -> AsyncIterator[LentPaths]:
        if self.lends_nothing:
            raise Unavailable
        async with self._folder.deriving_clip(name) as lent:
            yield lent

    async def size(self, kind: MediaKind, name: str) -> int:
        return await self._folder.size(kind, name)

    def read(self, kind: MediaKind, name: str, *, first: int = 0, count: int | None = None) -> AsyncIterator[bytes]:
        return self._folder.read(kind, name, first=first, count=count)

    async def forget(self, name: str) -> None:
        if name in self.will_not_forget:
            raise Unavailable
        await self._folder.forget(name)

    async def names(self) -> frozenset[str]:
        return await self._folder.names()

    async def sweep(self) -> int:
        return await self._folder.sweep()


class _Noted:
    def __init__(self, arriving: Incoming, note: Callable[[str], None]) -> None:
        self._arriving = arriving
        self._note = note

    @property
    def path(self) -> Path:
        return self._arriving.path

    @property
    def size(self) -> int:
        return self._arriving.size

    @property
    def sha256(self) -> str:
        return self._arriving.sha256

    async def write(self, chunk: bytes) -> None:
        await self._arriving.write(chunk)

    async def keep(self, name: str) -> None:
        await self._arriving.keep(name)
        self._note("file durable")
