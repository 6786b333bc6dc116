"""Keeps pictures as files in a folder of this machine."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, get_args

from showme.domain.pictures import MediaKind
from showme.errors import Contradiction, NotFound, TooLarge
from storage.files import (
    NAME,
    OURS_ALONE,
    READ_AT_ONCE,
    SMALL,
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

KINDS: Final[tuple[MediaKind, ...]] = get_args(MediaKind)
INCOMING: Final = "incoming"


@dataclass(frozen=True, kw_only=True)
class LentFiles:
    """The paths for the work on one clip; implements the port ``LentPaths``."""

    original: Path
    poster: Path
    wall: Path
    thumbnail: Path
    clip: Path


class FolderMedia:
    """Keeps pictures below one folder; implements the port ``MediaStore``.

    ``incoming`` holds what is on its way, in or derived; ``original``, ``wall``, ``thumbnail`` and ``clip`` what is
    kept. All of it belongs to one file system (a rename is what makes a picture be there, whole, at once) and to one
    server.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder as it is; ``open`` makes one."""
        self._folder = folder
        self._in_use: set[Path] = set()
        # Held for renames and removals only: a picture forgotten while it is being derived must stay forgotten.
        self._names_change = threading.Lock()

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Make the folders where they are missing, readable by our own account only."""
        return cls(await to_the_end(_made, folder))

    @asynccontextmanager
    async def incoming(self, *, most_bytes: int) -> AsyncIterator[ArrivingFile]:
        """Open a place for arriving bytes; leaving the context, in whatever way, removes what was not kept."""
        arriving = ArrivingFile(self._temporary(), keep_in=self._folder / "original", most_bytes=most_bytes)
        try:
            await to_the_end(refuse_when_nearly_full, self._folder)
            await to_the_end(arriving.create)
            yield arriving
        finally:
            await to_the_end(arriving.discard)
            self._in_use.discard(arriving.path)

    @asynccontextmanager
    async def deriving(self, name: str) -> AsyncIterator[tuple[Path, Path, Path]]:
        """Lend the original and two temporary paths; leaving without error keeps the two.

        Raise NotFound when there is no such original, also when it was forgotten meanwhile.
        """
        original = await to_the_end(self._existing, "original", name)
        wall, thumbnail = self._temporary(), self._temporary()
        try:
            yield original, wall, thumbnail
            await to_the_end(self._keep_derived, name, {"wall": wall, "thumbnail": thumbnail})
        finally:
            await to_the_end(remove, wall, thumbnail)
            self._in_use -= {wall, thumbnail}

    @asynccontextmanager
    async def deriving_clip(self, name: str) -> AsyncIterator[LentFiles]:
        """Lend the original of a clip and temporary paths; leaving without error keeps those that were written.

        Raise NotFound when there is no such original, also when it was forgotten meanwhile, and StorageFull.
        """
        original = await to_the_end(self._existing, "original", name)
        await to_the_end(refuse_when_nearly_full, self._folder)
        poster, wall, thumbnail, clip = temporary = [self._temporary() for _ in range(4)]
        lent = LentFiles(original=original, poster=poster, wall=wall, thumbnail=thumbnail, clip=clip)
        try:
            yield lent
            await to_the_end(self._keep_written, name, {"wall": wall, "thumbnail": thumbnail, "clip": clip})
        finally:
            await to_the_end(remove, *temporary)
            self._in_use.difference_update(temporary)

    async def size(self, kind: MediaKind, name: str) -> int:
        """Return the size in bytes; raise NotFound."""
        found = await to_the_end(self._existing, kind, name)
        with nothing_there_is_not_found():
            return (await to_the_end(found.stat)).st_size

    async def read(
        self, kind: MediaKind, name: str, *, first: int = 0, count: int | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the bytes in chunks of at most 256 KiB, from ``first`` on and at most ``count``; raise NotFound.

        Whoever has begun to read gets the whole picture, also when it is forgotten meanwhile.
        """
        opened = _Reading(self.path_of(kind, name), first=first, count=count)
        try:
            await to_the_end(opened.open)
            while chunk := await to_the_end(opened.next_chunk):
                yield chunk
        finally:
            opened.close()

    async def forget(self, name: str) -> None:
        """Remove every kind of ``name``; nothing happens where nothing is."""
        if NAME.fullmatch(name):
            await to_the_end(self._forget, name)

    async def names(self) -> frozenset[str]:
        """Return the names of all originals and derivatives kept."""
        return await to_the_end(self._names)

    async def sweep(self) -> int:
        """Remove temporary files that an earlier run left; return how many."""
        return await to_the_end(self._sweep)

    def path_of(self, kind: MediaKind, name: str) -> Path:
        """Return where a picture is kept; raise NotFound for anything but a name of letters and digits."""
        if kind not in KINDS or not NAME.fullmatch(name):
            raise NotFound
        return self._folder / kind / name

    def _temporary(self) -> Path:
        path = self._folder / INCOMING / secrets.token_hex(16)
        self._in_use.add(path)
        return path

    def _existing(self, kind: MediaKind, name: str) -> Path:
        path = self.path_of(kind, name)
        with nothing_there_is_not_found():
            if not stat.S_ISREG(path.lstat().st_mode):  # we make no links: somebody else's would lead out of the jail
                raise NotFound
        return path

    def _keep_written(self, name: str, lent: dict[MediaKind, Path]) -> None:
        self._keep_derived(name, {kind: path for kind, path in lent.items() if path.exists()})

    def _keep_derived(self, name: str, written: dict[MediaKind, Path]) -> None:
        with told_as_ours():
            for path in written.values():
                path.chmod(0o600)
                sync(path)
            with self._names_change:
                self._existing("original", name)
                for kind, path in written.items():
                    path.rename(self.path_of(kind, name))
            for kind in written:
                sync(self._folder / kind)

    def _forget(self, name: str) -> None:
        with self._names_change, told_as_ours():
            remove(*(self.path_of(kind, name) for kind in KINDS))

    def _names(self) -> frozenset[str]:
        found = (entry.name for kind in KINDS for entry in (self._folder / kind).iterdir())
        return frozenset(name for name in found if NAME.fullmatch(name))

    def _sweep(self) -> int:
        left = [path for path in (self._folder / INCOMING).iterdir() if path not in self._in_use]
        with told_as_ours():
            remove(*left)
        return len(left)


class ArrivingFile:
    """Bytes on their way in; implements the port ``Incoming``. One task writes to it."""

    def __init__(self, path: Path, *, keep_in: Path, most_bytes: int) -> None:
        """Remember where; ``create`` makes the file."""
        self._path = path
        self._keep_in = keep_in
        self._most_bytes = most_bytes
        self._size = 0
        self._digest = hashlib.sha256()
        self._descriptor: int | None = None
        self._kept: Path | None = None
        self._is_promised = False

    @property
    def path(self) -> Path:
        """The temporary file, readable while the bytes arrive."""
        return self._path

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._size

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes written so far, in lower-case hexadecimal."""
        return self._digest.hexdigest()

    def create(self) -> None:
        """Make the file, for our own account only."""
        with told_as_ours():
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    async def write(self, chunk: bytes) -> None:
        """Append a chunk, whole or not at all; raise TooLarge past the limit, StorageFull when the disk is full."""
        if self._size + len(chunk) > self._most_bytes:
            raise TooLarge(most_bytes=self._most_bytes)
        if len(chunk) <= SMALL:
            self._append(chunk)
        else:
            await to_the_end(self._append, chunk)

    async def keep(self, name: str) -> None:
        """Make the bytes durable as the original ``name``; if this does not return, nothing is kept.

        Raise Contradiction when there is such an original already, StorageFull when the disk is full.
        """
        if not NAME.fullmatch(name):
            raise NotFound
        await to_the_end(self._make_durable, self._keep_in / name)
        # Only now: a cancelled caller has promised nothing to anybody, and knows of no file.
        self._is_promised = True

    def discard(self) -> None:
        """Close the file, and remove it unless it was kept."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        if not self._is_promised:
            remove(self._path, *([self._kept] if self._kept else []))

    def _append(self, chunk: bytes) -> None:
        write_whole(self._writable(), chunk, at=self._size)
        self._digest.update(chunk)
        self._size += len(chunk)

    def _make_durable(self, target: Path) -> None:
        descriptor = self._writable()
        with told_as_ours():
            os.fsync(descriptor)
            if target.exists():  # a rename would replace it, silently
                raise Contradiction
            self._path.rename(target)
            self._kept = target
            sync(target.parent)

    def _writable(self) -> int:
        if self._descriptor is None or self._kept:
            raise ValueError("this file was kept or discarded already")
        return self._descriptor


class _Reading:
    """One reader's open file."""

    def __init__(self, path: Path, *, first: int, count: int | None) -> None:
        self._path = path
        self._first = first
        self._left = count
        self._descriptor: int | None = None

    def open(self) -> None:
        with nothing_there_is_not_found():
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            os.lseek(self._descriptor, self._first, os.SEEK_SET)

    def next_chunk(self) -> bytes:
        if self._descriptor is None:
            return b""
        chunk = os.read(self._descriptor, READ_AT_ONCE if self._left is None else min(self._left, READ_AT_ONCE))
        if self._left is not None:
            self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _made(folder: Path) -> Path:
    with told_as_ours():
        folder.mkdir(mode=OURS_ALONE, parents=True, exist_ok=True)
        resolved = folder.resolve()
        for path in (resolved, *(resolved / name for name in (INCOMING, *KINDS))):
            make_folder(path)
        sync(resolved)
    return resolved
