"""A disk that is full refuses, loses nothing, says so once, and goes on by itself."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.journeys.served import Served, served
from tests.torture.measuring import seeded, sizes
from tests.torture.wires import Desk, Sent, a_photo, lost, send

SIZE = "size=20m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 20 MB; only root may."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system: the short trials in tests/storage limit the database")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("this machine mounts nothing, not even for root (a container, probably)")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


async def _answer(sent: Sent, server: Served) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
        return await client.post(
            f"/s/{sent.key}/photos",
            files={"photo": ("photo.jpg", sent.photo)},
            headers={"Accept": "application/json", "Idempotency-Key": sent.id},
        )


async def _fill(server: Served, key: str, chance: random.Random) -> tuple[list[Sent], httpx.Response]:
    """Send photos until the disk is full; return those that were acknowledged, and the refusal."""
    acknowledged: list[Sent] = []
    for _ in range(400):
        sent = Sent(a_photo(chance, least=200_000, most=600_000), secrets.token_hex(8), key)
        answer = await _answer(sent, server)
        if answer.status_code != 201:
            return acknowledged, answer
        acknowledged.append(sent)
    raise AssertionError("the disk never was full")


@sizes(20, 20)
async def test_a_full_disk_loses_nothing_and_recovers(
    count: int, small_disk: Path, measured: Callable[..., None]
) -> None:
    seed, chance = seeded()
    data = small_disk / "data"
    async with served(data) as server:
        desk = Desk(server)
        key = (await desk.invite())["key"]
        acknowledged, refusal = await _fill(server, key, chance)
        assert acknowledged
        statuses = [refusal.status_code]
        for _ in range(5):
            sent = Sent(a_photo(chance, least=400_000, most=900_000), secrets.token_hex(8), key)
            status = (await _answer(sent, server)).status_code
            assert status in {201, 507}  # a small one may still find room
            acknowledged += [sent] if status == 201 else []
        assert (await desk.ask("GET", "/api/photos")).status_code == 200  # everything else goes on
        missing = lost(data, acknowledged)
        # Others fill the rest, to the last byte; and then somebody makes room.
        ballast = small_disk / "somebody-elses"
        _stuff(ballast)
        sent = Sent(a_photo(chance, least=400_000, most=900_000), secrets.token_hex(8), key)
        statuses.append((await _answer(sent, server)).status_code)
        await server.end()
        await server.start()  # on a disk without a byte
        async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
            assert (await client.get("/healthz")).status_code == 200
        statuses.append((await _answer(sent, server)).status_code)
        missing += lost(data, acknowledged)
        ballast.unlink()
        async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
            for taken in acknowledged[: len(acknowledged) // 2]:
                gone = await client.delete(f"/s/{key}/photos/{taken.id}")
                assert gone.status_code == 204, gone.text
        began = time.monotonic()
        while await send(sent, server.port) != 201:
            assert time.monotonic() - began < 60
            await asyncio.sleep(0.2)
        recovered = time.monotonic() - began
        missing += lost(data, [*acknowledged[len(acknowledged) // 2 :], sent])
    measured(
        "disk full",
        goal=f"{count} MB file system: 0 acknowledged lost, 507 with Retry-After, recovers ≤ 5 s, one alert",
        measured=f"{len(acknowledged)} acknowledged, {missing} lost; refused with {sorted(set(statuses))}, Retry-After "
        f"{refusal.headers.get('Retry-After')}; started on a full disk; recovered in {recovered:.1f} s",
        seed=seed,
    )
    assert missing == 0
    assert set(statuses) == {507}
    assert int(refusal.headers["Retry-After"]) > 0


def _stuff(path: Path) -> None:
    """Write until not one byte more fits."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    for size in (1 << 20, 1 << 12, 1):
        try:
            while os.write(descriptor, bytes(size)) == size:
                pass
        except OSError:
            continue
    os.close(descriptor)
