"""Works on files so that neither a cancelled request nor a full disk leaves half a truth behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from showme.errors import NotFound, StorageFull, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OURS_ALONE: Final = 0o700
READ_AT_ONCE: Final = 256 * 1024

SMALL: Final = 16 * 1024
"""Up to so many bytes, hashing and writing to the page cache take 17 µs; a thread and back took 50."""

_RESERVE: Final = 64 * 1024 * 1024
"""Bytes kept free for the database, or a twentieth of a small disk."""

NAME: Final = re.compile(r"[A-Za-z0-9]{1,64}")

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def to_the_end(work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do blocking work in a thread, and stay until it is done, also when cancelled: then be cancelled after it.

    A thread cannot be cancelled. Who left it alone could not know which file it still makes, renames or opens.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    cancelled: asyncio.CancelledError | None = None
    while not working.done():
        try:
            await asyncio.wait({working})
        except asyncio.CancelledError as asked:
            cancelled = asked
    if cancelled is not None:
        with contextlib.suppress(Exception):
            working.result()
        raise cancelled
    return working.result()


def make_folder(path: Path) -> None:
    """Make a folder for our own account only; raise Unavailable where a link stands in its place."""
    path.mkdir(mode=OURS_ALONE, exist_ok=True)
    if path.is_symlink():
        raise Unavailable
    path.chmod(OURS_ALONE)


def remove(*paths: Path) -> None:
    """Remove files, where they are."""
    for path in paths:
        path.unlink(missing_ok=True)


def write_whole(descriptor: int, chunk: bytes, *, at: int) -> None:
    """Append a chunk to a file that ends ``at`` so many bytes, whole or not at all; raise StorageFull, Unavailable."""
    rest = memoryview(chunk)
    try:
        with told_as_ours():
            while rest:
                rest = rest[os.write(descriptor, rest) :]
    except Unavailable:
        with contextlib.suppress(OSError):
            cut(descriptor, at)
        raise


def cut(descriptor: int, at: int) -> None:
    """Let a file end ``at`` so many bytes, and go on writing there."""
    os.ftruncate(descriptor, at)
    os.lseek(descriptor, at, os.SEEK_SET)


def sync(path: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's list of names."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def told_as_ours() -> Iterator[None]:
    """Turn the system's errors into ours: a full disk or quota, and any other trouble with the disk."""
    try:
        yield
    except OSError as fault:
        if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull(retry_after=30) from fault
        raise Unavailable from fault


@contextlib.contextmanager
def nothing_there_is_not_found() -> Iterator[None]:
    """Turn the system's "no such file" into NotFound, and any other trouble into Unavailable."""
    try:
        yield
    except OSError as fault:
        if fault.errno in {errno.ENOENT, errno.ELOOP}:
            raise NotFound from fault
        raise Unavailable from fault


def refuse_when_nearly_full(folder: Path) -> None:
    """Raise StorageFull while so little is free that the database might soon be unable to write."""
    disk = os.statvfs(folder)
    free, whole = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    if free < min(_RESERVE, whole // 20):
        raise StorageFull(retry_after=30)
