"""A pool of workers for the tests of this room, and a folder for what they make."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from gateways.imaging.workers import ImagingWorkers
from showme.domain.pictures import Derived

Derive = Callable[[bytes], Awaitable[Derived]]


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what has no event of its own, such as another process."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - as said
            await asyncio.sleep(0.005)


@pytest.fixture
async def workers() -> AsyncIterator[ImagingWorkers]:
    """Lend one started worker."""
    async with ImagingWorkers(workers=1, seconds=60) as started:
        yield started


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    return tmp_path / "wall.jpg"


@pytest.fixture
def thumbnail(tmp_path: Path) -> Path:
    return tmp_path / "thumbnail.jpg"


@pytest.fixture
def derive(workers: ImagingWorkers, tmp_path: Path, wall: Path, thumbnail: Path) -> Derive:
    """Return what derives the two pictures of some bytes."""

    async def deriving(received: bytes) -> Derived:
        original = tmp_path / "original"
        original.write_bytes(received)
        return await workers.derive(original, wall=wall, thumbnail=thumbnail)

    return deriving
