"""Keeps the bytes of uploads under way, each in a file that grows until its photo is whole."""

from __future__ import annotations

import asyncio
import hashlib
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Self

from showme.errors import NotFound
from storage.files import (
    NAME,
    READ_AT_ONCE,
    SMALL,
    cut,
    make_folder,
    nothing_there_is_not_found,
    refuse_when_nearly_full,
    remove,
    sync,
    to_the_end,
    told_as_ours,
    write_whole,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PARTIAL: Final = "partial"


class FolderPartials:
    """Keeps partial uploads beside the pictures, in their file system; implements the port ``Partials``.

    What a file holds is the truth of how far its upload has come: nothing else is noted, so nothing can disagree after
    a crash. Bytes are synced to the disk once, when the photo is whole and becomes an original.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder of all media as it is; ``open`` makes what is missing."""
        self._folder = folder / PARTIAL
        self._originals = folder / "original"

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Make our folder in the folder of all media, readable by our own account only."""
        return cls(await to_the_end(_made, folder))

    async def size(self, name: str) -> int:
        """Return how many bytes have arrived; 0 where nothing is."""
        try:
            with nothing_there_is_not_found():
                return (await to_the_end(self._path_of(name).stat)).st_size
        except NotFound:
            return 0

    @asynccontextmanager
    async def growing(self, name: str) -> AsyncIterator[GrowingFile]:
        """Open a partial upload, or begin it, to write at its end."""
        growing = GrowingFile(self._path_of(name))
        try:
            await to_the_end(growing.open)
            yield growing
        finally:
            growing.close()

    async def whole(self, name: str) -> WholeFile:
        """Return an upload whose last byte has arrived; raise NotFound."""
        path = self._path_of(name)
        size, sha256 = await to_the_end(_read_through, path)
        return WholeFile(path, size=size, sha256=sha256, keep_in=self._originals)

    async def forget(self, name: str) -> None:
        """Remove a partial upload; nothing happens where nothing is."""
        with told_as_ours():
            await to_the_end(remove, self._path_of(name))

    async def names(self) -> frozenset[str]:
        """Return the names of all partial uploads."""
        return await to_the_end(self._names)

    async def sweep(self) -> int:
        """Do nothing: an upload is one file here, and its name tells whose it is."""
        return 0

    def _path_of(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise NotFound
        return self._folder / name

    def _names(self) -> frozenset[str]:
        with told_as_ours():
            return frozenset(entry.name for entry in self._folder.iterdir() if NAME.fullmatch(entry.name))


class GrowingFile:
    """A partial upload that is being written; implements the port ``Growing``. One task writes to it."""

    def __init__(self, path: Path) -> None:
        """Remember where; ``open`` opens it."""
        self._path = path
        self._size = 0
        self._descriptor: int | None = None

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._size

    def open(self) -> None:
        """Open the file at its end, or make it, for our own account only."""
        refuse_when_nearly_full(self._path.parent)
        with told_as_ours():
            flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._descriptor = os.open(self._path, flags, 0o600)
            self._size = os.lseek(self._descriptor, 0, os.SEEK_END)

    def close(self) -> None:
        """Close the file; what was written stays."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    async def write(self, chunk: bytes) -> None:
        """Append a chunk, whole or not at all; raise StorageFull when the disk is full."""
        if len(chunk) <= SMALL:
            self._append(chunk)
        else:
            await to_the_end(self._append, chunk)

    async def write_file(self, path: Path) -> None:
        """Append what another file holds; on a full disk (StorageFull) a first part of it may be in."""
        await to_the_end(self._append_file, path)

    async def cut(self, size: int) -> None:
        """Take back everything after the first ``size`` bytes."""
        with told_as_ours():
            await to_the_end(cut, self._opened(), size)
        self._size = size

    def _append(self, chunk: bytes) -> None:
        write_whole(self._opened(), chunk, at=self._size)
        self._size += len(chunk)

    def _append_file(self, path: Path) -> None:
        with told_as_ours(), path.open("rb") as read:
            while chunk := read.read(READ_AT_ONCE):
                self._append(chunk)

    def _opened(self) -> int:
        if self._descriptor is None:
            raise ValueError("this file is not open")
        return self._descriptor


class WholeFile:
    """An upload whose last byte has arrived; implements the port ``Arrived``."""

    def __init__(self, path: Path, *, size: int, sha256: str, keep_in: Path) -> None:
        """Take a file that nobody writes to any more."""
        self._path = path
        self._size = size
        self._sha256 = sha256
        self._keep_in = keep_in

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @property
    def size(self) -> int:
        """Its bytes."""
        return self._size

    @property
    def sha256(self) -> str:
        """Their SHA-256 in lower-case hexadecimal."""
        return self._sha256

    async def keep(self, name: str) -> None:
        """Make the bytes durable as the original ``name``; the partial upload stays until it is forgotten.

        Should its row in the database fail, the citizen's minutes of uploading are not lost. Raise StorageFull.
        """
        if not NAME.fullmatch(name):
            raise NotFound
        target = self._keep_in / name
        try:
            await to_the_end(self._link, target)
        except asyncio.CancelledError:
            remove(target)  # a cancelled caller has promised nothing to anybody, and knows of no file
            raise

    def _link(self, target: Path) -> None:
        with nothing_there_is_not_found():
            sync(self._path)
        with told_as_ours():
            target.hardlink_to(self._path)
            sync(target.parent)


def _made(folder: Path) -> Path:
    with told_as_ours():
        resolved = folder.resolve()
        make_folder(resolved / PARTIAL)
        sync(resolved)
    return resolved


def _read_through(path: Path) -> tuple[int, str]:
    """Return the size of a file and its SHA-256."""
    size, digest = 0, hashlib.sha256()
    with nothing_there_is_not_found(), path.open("rb") as read:
        while chunk := read.read(READ_AT_ONCE):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
