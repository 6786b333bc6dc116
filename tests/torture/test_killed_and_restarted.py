"""What was acknowledged is there, whatever ends the server and whenever."""

from __future__ import annotations

import asyncio
import random
import secrets
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.journeys.served import Served, served
from tests.torture.measuring import seeded, sizes
from tests.torture.wires import PATIENCE, Desk, Sent, a_photo, kept, lost, send

AT_ONCE = 10


async def _keep_sending(server: Served, keys: list[str], chance: random.Random, done: list[Sent]) -> None:
    """Send one photo after the other, each again and again under its id until it is acknowledged."""

    async def one(key: str) -> None:
        while True:
            sent = Sent(a_photo(chance), secrets.token_hex(8), key)
            done.append(sent)
            while not sent.is_acknowledged:
                if await send(sent, server.port) is None:
                    await asyncio.sleep(0.2)  # who hammers at a server that is down keeps it from starting

    await asyncio.gather(*(one(key) for key in keys))


async def _until_well(server: Served) -> float:
    """Start the server, and return how long it took until it served."""
    began = time.monotonic()
    await server.start()
    async with httpx.AsyncClient(base_url=server.address, timeout=30) as client:
        while True:
            try:
                if (await client.get("/healthz")).status_code == 200:
                    return time.monotonic() - began
            except httpx.TransportError:
                await asyncio.sleep(0.02)


async def _end_again_and_again(
    data: Path, count: int, number: signal.Signals, chance: random.Random
) -> tuple[list[Sent], list[float], list[float], int, int]:
    starts: list[float] = []
    ends: list[float] = []
    done: list[Sent] = []
    orphans = strays = 0
    async with served(data) as server:
        desk = Desk(server)
        keys = [(await desk.invite())["key"] for _ in range(AT_ONCE)]
        sending = asyncio.create_task(_keep_sending(server, keys, chance, done))
        for turn in range(count):
            # A machine under load takes its time: some have to be acknowledged, others on their way.
            wanted = sum(sent.is_acknowledged for sent in done) + chance.randrange(1, 6)
            async with asyncio.timeout(PATIENCE):
                while sum(sent.is_acknowledged for sent in done) < wanted:  # noqa: ASYNC110 - nobody else tells
                    await asyncio.sleep(0.01)
            await asyncio.sleep(chance.random() * 0.3)
            began = time.monotonic()
            await server.end(number)
            ends.append(time.monotonic() - began)
            found = kept(data)
            orphans += found.rows_without_file
            starts.append(await _until_well(server))
            if turn % 10 == 9:  # fresh keys, so that no invitation has too many bytes
                keys[:] = [(await desk.invite())["key"] for _ in range(AT_ONCE)]
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                sending = asyncio.create_task(_keep_sending(server, keys, chance, done))
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await server.end(number)
        await _until_well(server)
        strays = kept(data).files_without_row
    return done, starts, ends, orphans, strays


@sizes(3, 200)
async def test_killed_at_any_moment_it_has_what_it_acknowledged(
    count: int, tmp_path: Path, measured: Callable[..., None]
) -> None:
    seed, chance = seeded()
    data = tmp_path / "data"
    done, starts, _, orphans, strays = await _end_again_and_again(data, count, signal.SIGKILL, chance)
    acknowledged = [sent for sent in done if sent.is_acknowledged]
    assert len(acknowledged) >= count
    missing = lost(data, acknowledged)
    measured(
        "kill -9 during uploads",
        goal="200 kills, 10 uploads (0.1 to 8 MB) in flight: 0 acknowledged lost or differing, 0 rows without file, "
        "0 files without row, serving again ≤ 3 s",
        measured=f"{count} kills, {len(acknowledged)} acknowledged: {missing} lost, {orphans} rows without file, "
        f"{strays} files without row; serving again in {sorted(starts)[len(starts) // 2]:.1f} s (median), "
        f"{max(starts):.1f} s at most",
        seed=seed,
    )
    assert (missing, orphans, strays) == (0, 0, 0)
    assert len({sent.id for sent in acknowledged}) == len(acknowledged)


@sizes(2, 50)
async def test_told_to_stop_under_load_it_drains_and_loses_nothing(
    count: int, tmp_path: Path, measured: Callable[..., None]
) -> None:
    seed, chance = seeded()
    data = tmp_path / "data"
    done, _, ends, orphans, strays = await _end_again_and_again(data, count, signal.SIGTERM, chance)
    acknowledged = [sent for sent in done if sent.is_acknowledged]
    assert len(acknowledged) >= count
    missing = lost(data, acknowledged)
    measured(
        "restarts",
        goal="50 SIGTERM under load: drained ≤ 10 s, 0 lost",
        measured=f"{count} restarts, {len(acknowledged)} acknowledged: {missing} lost; drained in {max(ends):.1f} s at "
        "most",
        seed=seed,
    )
    assert (missing, orphans, strays) == (0, 0, 0)
