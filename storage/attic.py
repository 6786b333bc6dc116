"""Puts files aside that nobody can explain, each pile in a folder that says why and when, and empties it in time."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from storage.files import NAME, make_folder, remove, sync, to_the_end, told_as_ours
from storage.media import INCOMING, KINDS
from storage.partials import PARTIAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from showme.ports import Stray

ATTIC: Final = "put-aside"
_STAMP: Final = "%Y-%m-%dT%H%M%SZ"
_STAMP_LENGTH: Final = len("2026-11-20T101112Z")


def pile_name(why: str, at: datetime) -> str:
    """Name what is put aside after the moment and the reason."""
    return f"{at.astimezone(UTC).strftime(_STAMP)} {why}"


def moment_of(pile: str) -> datetime | None:
    """Return when something was put aside; None for somebody else's folder."""
    try:
        return datetime.strptime(pile[:_STAMP_LENGTH], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


class FolderAttic:
    """The folder ``put-aside`` beside the pictures, in their file system; implements the port ``Attic``."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of all media."""
        self._folder = folder

    async def put_aside(self, strays: Sequence[Stray], *, why: str, at: datetime) -> str:
        """Move files into a folder named after the moment and the reason; return its name."""
        return await to_the_end(self._put_aside, strays, why, at)

    async def forget(self, before: datetime) -> int:
        """Remove what was put aside before a moment, and return how many files that were."""
        return await to_the_end(self._forget, before)

    async def unfinished(self) -> Sequence[Stray]:
        """Return the files of uploads and pictures that were never finished, with those still under way."""
        return await to_the_end(self._listed, (INCOMING, PARTIAL))

    async def kept(self) -> Sequence[Stray]:
        """Return every original, wall picture, thumbnail and film."""
        return await to_the_end(self._listed, KINDS)

    async def sizes(self) -> Mapping[str, tuple[int, int]]:
        """Return how many files, and how many bytes, each folder holds."""
        return await to_the_end(self._sizes)

    def _put_aside(self, strays: Sequence[Stray], why: str, at: datetime) -> str:
        name = pile_name(why, at)
        with told_as_ours():
            make_folder(self._folder / ATTIC)
            pile = self._folder / ATTIC / name
            make_folder(pile)
            for kind, stray in strays:
                path = self._folder / kind / stray
                if path.exists():
                    path.rename(pile / f"{kind}-{stray}")
                    sync(path.parent)
            sync(pile)
        return name

    def _forget(self, before: datetime) -> int:
        gone = 0
        with told_as_ours():
            for pile in self._piles():
                at = moment_of(pile.name)
                if at is None or at > before:
                    continue
                files = [path for path in pile.iterdir() if path.is_file() or path.is_symlink()]
                remove(*files)
                gone += len(files)
                pile.rmdir()
        return gone

    def _piles(self) -> list[Path]:
        attic = self._folder / ATTIC
        return [path for path in attic.iterdir() if path.is_dir()] if attic.is_dir() else []

    def _listed(self, kinds: Sequence[str]) -> Sequence[Stray]:
        with told_as_ours():
            return [
                (kind, entry.name)
                for kind in kinds
                if (self._folder / kind).is_dir()
                for entry in (self._folder / kind).iterdir()
                if NAME.fullmatch(entry.name)
            ]

    def _sizes(self) -> Mapping[str, tuple[int, int]]:
        with told_as_ours():
            folders = {kind: self._folder / kind for kind in (*KINDS, INCOMING, PARTIAL)}
            counted = {kind: _counted([folder]) for kind, folder in folders.items() if folder.is_dir()}
            return {**counted, ATTIC: _counted(self._piles())}


def _counted(folders: Sequence[Path]) -> tuple[int, int]:
    files = [entry for folder in folders for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    return len(files), sum(entry.stat(follow_symlinks=False).st_size for entry in files)
