"""Lines that break at any byte, lose the answer, or say next to nothing, harm nobody's photo and no other phone."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.journeys.live.players import until
from tests.journeys.served import Served, served
from tests.torture.measuring import seeded, sizes
from tests.torture.wires import PATIENCE, Desk, Sent, a_photo, kept, lost, send

SPARE = 12
"""Descriptors that come and go by themselves: database connections, workers."""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data") as server:
        yield server


async def _keys(server: Served, count: int) -> list[str]:
    desk = Desk(server)
    return [(await desk.invite())["key"] for _ in range(count)]


def _descriptors(server: Served) -> int:
    assert server.process is not None
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


@sizes(10, 100)
async def test_an_answer_that_is_lost_makes_no_second_photo(
    count: int, server: Served, measured: Callable[..., None]
) -> None:
    seed, chance = seeded()
    keys = await _keys(server, 5)
    photos = [Sent(a_photo(chance, most=1_000_000), secrets.token_hex(8), keys[number % 5]) for number in range(count)]
    for sent in photos:
        await send(sent, server.port, hang_up=True)
    dropped = sum(not sent.is_acknowledged for sent in photos)
    for sent in photos:
        assert await send(sent, server.port) == 201
    found = kept(server.data)
    measured(
        "answer lost",
        goal="100 dropped answers, retried: exactly 100 photos",
        measured=f"{dropped} dropped, retried: {len(found.rows)} photos, {lost(server.data, photos)} lost",
        seed=seed,
    )
    assert len(found.rows) == count == dropped
    assert lost(server.data, photos) == 0


@sizes(25, 500)
async def test_an_upload_cut_at_any_byte_leaves_nothing(
    count: int, server: Served, measured: Callable[..., None]
) -> None:
    seed, chance = seeded()
    keys = await _keys(server, 10)
    warm = Sent(a_photo(chance, most=200_000), secrets.token_hex(8), keys[0])
    assert await send(warm, server.port) == 201
    before = _descriptors(server)

    async def cut(number: int) -> None:
        sent = Sent(a_photo(chance, most=1_000_000), secrets.token_hex(8), keys[number % 10])
        await send(sent, server.port, cut_at=chance.randrange(1, len(sent.request(server.port)) - 1))

    for begin in range(0, count, 10):
        await asyncio.gather(*(cut(number) for number in range(begin, min(count, begin + 10))))

    async def is_clean() -> bool:
        return kept(server.data).temporary == 0 and _descriptors(server) <= before + SPARE

    await until(is_clean, patience=PATIENCE)
    found = kept(server.data)
    measured(
        "cut uploads",
        goal="500 at a random byte: 0 partial photos, 0 temporary files after 60 s, no descriptor leaked",
        measured=f"{count} cut: {len(found.rows) - 1} partial photos, {found.temporary} temporary files, "
        f"{max(0, _descriptors(server) - before - SPARE)} descriptors leaked",
        seed=seed,
    )
    assert set(found.rows) == {warm.id}
    assert found.originals == {found.rows[warm.id][0]}


class _Crowd:
    """Connections that say next to nothing."""

    def __init__(self) -> None:
        self.lines: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def join(self, port: int, beginning: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(beginning)
        self.lines.append((reader, writer))

    async def drip(self, drop: bytes) -> None:
        """Say a byte more, each."""
        for _, writer in self.lines:
            with suppress(OSError):
                writer.write(drop)

    def leave(self) -> None:
        for _, writer in self.lines:
            writer.transport.abort()


@sizes(40, 1000)
async def test_slow_clients_slow_nobody_else(count: int, server: Served, measured: Callable[..., None]) -> None:
    seed, chance = seeded()
    keys = await _keys(server, 4)
    bodies, readers = count // 2, count * 3 // 10
    crowd, slow_bodies = _Crowd(), _Crowd()
    host = f"Host: localhost:{server.port}\r\n"
    try:
        for _ in range(count):
            await crowd.join(server.port, b"GET /healthz HTTP/1.1\r\nX")
        for number in range(bodies):
            head = f"POST /s/{keys[number % 3]}/photos HTTP/1.1\r\n{host}Content-Type: multipart/form-data; boundary=b"
            await slow_bodies.join(server.port, f"{head}\r\nContent-Length: 100000\r\n\r\n--b\r\n".encode())
        for number in range(readers):
            head = f"GET /s/{keys[number % 3]}/events?after=0 HTTP/1.1\r\n{host}\r\n"
            await crowd.join(server.port, head.encode())
        took = []
        async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE) as client:
            for _ in range(20):
                began = time.monotonic()
                assert (await client.get("/healthz")).status_code == 200
                took.append(time.monotonic() - began)
                await crowd.drip(b"x")
                await slow_bodies.drip(b"-")
        photos = [Sent(a_photo(chance, most=500_000), secrets.token_hex(8), keys[3]) for _ in range(10)]
        answers = [await send(sent, server.port) for sent in photos]
    finally:
        crowd.leave()
        slow_bodies.leave()
    median = sorted(took)[len(took) // 2]
    measured(
        "slow clients",
        goal="1 000 slow headers, 500 slow bodies, 300 slow readers: the service answers in ≤ 250 ms, real uploads "
        "succeed",
        measured=f"{count} slow headers, {bodies} slow bodies, {readers} slow readers: answers in "
        f"{median * 1000:.0f} ms (median), {max(took) * 1000:.0f} at most; {answers.count(201)} of 10 uploads succeed",
        seed=seed,
    )
    assert answers == [201] * 10
