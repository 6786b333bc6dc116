"""Clips that are told by their first bytes alone, and made of nothing real, or fail as told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateways.clips.sniffing import sniff_file
from showme.domain.clips import ClipFormat, Film
from showme.errors import NotReadable
from tests.pictures import card, jpeg

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42 a clip of nothing"


class QuickClips:
    """Implements ``showme.ports.Clips``; ``failures`` are raised one after another by the step that they name."""

    def __init__(self) -> None:
        self.film = Film(format="mp4", width=640, height=360, seconds=12.5, is_playable=True)
        self.failures: list[tuple[str, Exception]] = []
        self.steps: list[str] = []
        self.may_encode = asyncio.Event()
        self.may_encode.set()

    @property
    def is_installed(self) -> bool:
        return True

    async def recognise(self, file: Path) -> ClipFormat | None:
        return await asyncio.to_thread(sniff_file, file)

    async def look(self, file: Path) -> Film:
        self._step("look")
        return self.film

    async def draw_poster(self, file: Path, film: Film, *, into: Path) -> None:
        self._step("poster")
        await asyncio.to_thread(into.write_bytes, jpeg(card((320, 240))))

    async def copy(self, file: Path, film: Film, *, into: Path) -> Film:
        self._step("copy")
        await asyncio.to_thread(into.write_bytes, b"copied")
        return film

    async def encode(self, file: Path, film: Film, *, into: Path) -> Film:
        await self.may_encode.wait()
        self._step("encode")
        await asyncio.to_thread(into.write_bytes, b"encoded")
        return film

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if self.failures and self.failures[0][0] == name:
            raise self.failures.pop(0)[1]


DAMAGED = NotReadable("clip_damaged")
