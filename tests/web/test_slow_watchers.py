"""Whoever watches by stills and takes none of what is sent costs the server little."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.settings import SettingCodes
from hypercorn.protocol.h2 import StreamBuffer

from tests.web.signalling.callers import PATIENCE, until
from tests.web.signalling.exchange import Exchange, listening

READERS = 40
STILL = b"\xff\xd8\xff\xe0" + b"s" * 260_000 + b"\xff\xd9"


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    async with listening(tmp_path / "data") as exchange:
        yield exchange


@pytest.fixture
def buffers(monkeypatch: pytest.MonkeyPatch) -> list[StreamBuffer]:
    """Return what waits for the window of each stream, as it is made."""
    made: list[StreamBuffer] = []
    begin = StreamBuffer.__init__

    def begun(buffer: StreamBuffer, *told: Any) -> None:
        made.append(buffer)
        begin(buffer, *told)

    monkeypatch.setattr(StreamBuffer, "__init__", begun)
    return made


async def test_stills_that_nobody_takes_are_not_kept_for_each_reader(
    exchange: Exchange, buffers: list[StreamBuffer]
) -> None:
    invited = await exchange.invite()
    headers = {"Content-Type": "image/jpeg"}
    async with exchange.client.post(f"/s/{invited['key']}/still", data=STILL, headers=headers) as answer:
        assert answer.status == 200
    buffers.clear()
    _, writer = await _asks_without_a_window(exchange, f"/api/invitations/{invited['id']}/still")
    await until(lambda: len(buffers) == READERS and all(buffer.buffer for buffer in buffers))
    assert sum(len(buffer.buffer) for buffer in buffers) < READERS * 64 * 1024
    writer.close()


async def _asks_without_a_window(exchange: Exchange, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Ask for an address many times on one connection of HTTP/2, and allow no byte of an answer (RFC 9113, 5.2)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", exchange.port)
    connection = H2Connection(H2Configuration(client_side=True))
    connection.initiate_connection()
    connection.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 0})
    writer.write(connection.data_to_send())
    async with asyncio.timeout(PATIENCE):
        connection.receive_data(await reader.read(65_536))
    asked = [
        (":method", "GET"), (":path", path), (":scheme", "http"), (":authority", f"localhost:{exchange.port}"),
        ("authorization", exchange.bearer["Authorization"]),
    ]  # fmt: skip
    for _ in range(READERS):
        connection.send_headers(connection.get_next_available_stream_id(), asked, end_stream=True)
    writer.write(connection.data_to_send())
    return reader, writer
