"""A little of the disk, kept for the worst day: on a full disk the database cannot even be opened to make room."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_RESERVE: Final = "reserve"
_BYTES: Final = 4 * 1024 * 1024
"""Enough for SQLite's side files and for the retention to begin; a small disk gives a thirtieth."""
_LEAST: Final = 512 * 1024
"""Bytes below which a database cannot be relied upon to open (its -shm and -wal files)."""
_PLENTY: Final = 16
"""How many times the reserve must be free before it is taken."""


def is_full(folder: Path) -> bool:
    """Whether so little is free that nothing can be begun."""
    return _free(folder)[0] < _LEAST


def hold(folder: Path) -> None:
    """Take the reserve where there is plenty of room; nothing happens where there is not, or it is there."""
    path, (free, whole) = folder / _RESERVE, _free(folder)
    size = min(_BYTES, whole // 30)
    if path.exists() or free < _PLENTY * size:
        return
    with suppress(OSError), path.open("xb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


def release(folder: Path) -> bool:
    """Give the reserve back; return whether there was one."""
    try:
        (folder / _RESERVE).unlink()
    except OSError:
        return False
    return True


def _free(folder: Path) -> tuple[int, int]:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
