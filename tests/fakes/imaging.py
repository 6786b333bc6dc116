"""Imaging that reads real headers and derives nothing real, or fails as told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateways.imaging.header import read_header
from showme.domain.pictures import Derived, PictureHeader


class QuickImaging:
    """Implements ``showme.ports.Imaging``; ``failures`` are raised one after another before anything is derived."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.derived = 0

    async def inspect(self, file: Path) -> PictureHeader:
        return read_header(file)

    async def derive(self, original: Path, *, wall: Path, thumbnail: Path) -> Derived:
        header = read_header(original)
        if self.failures:
            raise self.failures.pop(0)
        await asyncio.to_thread(wall.write_bytes, b"wall")
        await asyncio.to_thread(thumbnail.write_bytes, b"thumbnail")
        self.derived += 1
        return Derived(width=header.width, height=header.height, wall_bytes=4, thumbnail_bytes=9)
