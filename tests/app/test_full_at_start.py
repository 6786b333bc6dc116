"""A disk that is full at the start ends nothing: everybody is told, and the server begins once there is room."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app import serving
from app.assembly import open_installation
from app.reserve import hold, release
from app.serving import run
from app.settings import Settings
from showme.errors import StorageFull

PATIENCE = 60.0


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, dict[str, bool]]]:
    """Serve on a disk that is full until the test makes room."""
    disk = {"full": True}
    opening = open_installation

    def opens(settings: Settings, *, practice: bool) -> object:
        if disk["full"]:
            raise StorageFull(retry_after=30)
        return opening(settings, practice=practice)

    monkeypatch.setattr(serving, "open_installation", opens)
    monkeypatch.setattr(serving, "is_full", lambda _: disk["full"])
    port = a_port()
    address = f"http://localhost:{port}"
    settings = Settings(base_url=address, data=tmp_path / "data", bind=[f"127.0.0.1:{port}"], image_workers=1)
    running = asyncio.create_task(run(settings, practice=True))
    yield address, disk
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def status(address: str, path: str, **how: str) -> httpx.Response:
    """Ask until somebody answers."""
    async with httpx.AsyncClient(base_url=address) as client, asyncio.timeout(PATIENCE):
        while True:
            try:
                return await client.get(path, headers=how)
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def test_everybody_is_told_and_the_server_begins_once_there_is_room(full: tuple[str, dict[str, bool]]) -> None:
    address, disk = full
    assert (await status(address, "/healthz")).status_code == 200
    told = await status(address, "/api/photos")
    assert told.status_code == 507
    assert int(told.headers["Retry-After"]) > 0
    assert told.json()["cause"] == "storage_full"
    page = await status(address, "/s/" + "1" * 40, Accept="text/html", **{"Accept-Language": "de"})
    assert page.status_code == 507
    assert "112" in page.text
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    disk["full"] = False
    async with asyncio.timeout(PATIENCE):
        while (await status(address, "/readyz")).status_code == 507:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert (await status(address, "/practice/state")).status_code == 200


def test_the_reserve_is_taken_once_and_given_back(tmp_path: Path) -> None:
    hold(tmp_path)
    hold(tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size > 0
    assert release(tmp_path)
    assert not release(tmp_path)
    assert list(tmp_path.iterdir()) == []
