"""What only a real socket can show: frames that are none, readers that do not read, and servers that go and come."""

from __future__ import annotations

import asyncio
import json
import random
import resource
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path

import aiohttp
import pytest

from tests.web.signalling.callers import RANDOM, SDP, until
from tests.web.signalling.exchange import Exchange, code_of_end, free_port, hears, listening

_TEXT, _BINARY, _PING = 0x81, 0x82, 0x89


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    async with listening(tmp_path / "data", unread=2_000) as exchange:
        yield exchange


async def test_a_call_goes_through_uncompressed_though_the_browser_offers_to_compress(exchange: Exchange) -> None:
    invited = await exchange.invite()
    citizen_id, viewer_id = f"{invited['id']}-1", f"{invited['id']}-0"
    async with (
        exchange.on_the_line(citizen_id, invited["key"], compress=15) as citizen,
        exchange.on_the_line(viewer_id, RANDOM, headers=exchange.bearer, compress=15) as viewer,
    ):
        assert (citizen.compress, viewer.compress) == (0, 0)
        await citizen.send_json({"type": "OFFER", "dst": viewer_id, "src": "x-1", "payload": SDP})
        assert await hears(viewer) == {"type": "OFFER", "src": citizen_id, "dst": viewer_id, "payload": SDP}
        await viewer.send_json({"type": "ANSWER", "dst": citizen_id, "payload": SDP})
        assert (await hears(citizen))["type"] == "ANSWER"
    by_hand = await exchange.by_hand(citizen_id, invited["key"])
    assert b"permessage-deflate" not in by_hand.answer.lower()
    await by_hand.close()


@pytest.mark.parametrize(
    ("what", "frames"),
    [
        ("invalid UTF-8", [(b'{"type":"\xff\xfe"}', _TEXT)]),
        ("half a character", [(b"\xf0\x9f", _TEXT)]),
        ("a reserved opcode", [(b"x", 0x83)]),
        ("reserved bits", [(b"x", 0xF1)]),
        ("a fragment of nothing", [(b"x", 0x80)]),
        ("a text within a text", [(b"x", 0x01), (b"x", _TEXT)]),
        ("a close with one byte", [(b"x", 0x88)]),
        ("a ping that is too long", [(b"x" * 200, _PING)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_websocket_frame_ends_that_socket_alone(
    exchange: Exchange, what: str, frames: list[tuple[bytes, int]]
) -> None:
    invited, other = await exchange.invite(), await exchange.invite()
    async with exchange.on_the_line(f"{other['id']}-1", other["key"]) as neighbour:
        line = await exchange.by_hand(f"{invited['id']}-1", invited["key"])
        for payload, first in frames:
            line.write(payload, first=first)
        await line.ends()
        lines = exchange.installation.app.extensions["showme"].lines
        await until(lambda: lines.open == 1)
        await neighbour.send_json({"type": "OFFER", "dst": f"{other['id']}-0", "payload": SDP})
        await asyncio.sleep(0.2)
        exchange.clock.move(seconds=6)
        assert (await hears(neighbour))["type"] == "EXPIRE"
        async with exchange.on_the_line(f"{invited['id']}-1", invited["key"]):
            pass


async def test_nonsense_and_empty_frames_of_every_kind_are_survived(exchange: Exchange) -> None:
    invited = await exchange.invite()
    citizen_id, viewer_id = f"{invited['id']}-1", f"{invited['id']}-0"
    async with exchange.on_the_line(viewer_id, RANDOM, headers=exchange.bearer) as viewer:
        line = await exchange.by_hand(citizen_id, invited["key"])
        for payload, first in [(b"", _TEXT), (b"", _BINARY), (b"\x00\xff", _BINARY), (b"null", _TEXT), (b"", _PING)]:
            line.write(payload, first=first)
        line.write(b"", first=0x01)
        line.write(b"null", first=0x80)
        line.write(json.dumps({"type": "OFFER", "dst": viewer_id, "payload": SDP}).encode())
        assert (await hears(viewer))["src"] == citizen_id
        await line.close()


async def test_a_message_that_is_too_large_ends_the_socket_and_is_not_kept(exchange: Exchange) -> None:
    invited = await exchange.invite()
    line = await exchange.by_hand(f"{invited['id']}-1", invited["key"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line.write(b"", length=1 << 33)
    sent, chunk = 0, b"x" * 65_536
    try:
        for _ in range(4_000):  # 250 MB, whatever the other end says
            line.writer.write(chunk)
            await line.writer.drain()
            sent += len(chunk)
    except ConnectionError:
        pass
    await line.ends()
    assert sent < 200 * 1024 * 1024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # KiB


async def test_a_viewer_that_stops_reading_is_dropped_and_the_phone_goes_on(exchange: Exchange) -> None:
    invited = await exchange.invite()
    citizen_id, viewer_id = f"{invited['id']}-1", f"{invited['id']}-0"
    guest = await exchange.client.post(f"/api/invitations/{invited['id']}/watch-link", headers=exchange.bearer)
    token = (await guest.json())["link"].rpartition("/")[2] + "." + RANDOM
    lines = exchange.installation.app.extensions["showme"].lines
    async with exchange.on_the_line(citizen_id, invited["key"]) as citizen:
        viewer = await exchange.by_hand(viewer_id, token)
        viewer.reader._transport.pause_reading()  # type: ignore[attr-defined]
        large = {"candidate": "x" * 60_000}
        async with asyncio.timeout(60):
            while lines.open == 2:
                for _ in range(20):
                    await citizen.send_json({"type": "CANDIDATE", "dst": viewer_id, "payload": large})
                exchange.clock.move(seconds=1)
                await asyncio.sleep(0.05)
        assert lines.open == 1
        # Not even the connection stays: nobody has taken anything from it for two seconds.
        viewer.reader._transport.resume_reading()  # type: ignore[attr-defined]
        await viewer.ends()
        async with exchange.on_the_line(viewer_id, token) as again:
            await citizen.send_json({"type": "OFFER", "dst": viewer_id, "payload": SDP})
            while (await hears(again))["type"] != "OFFER":
                pass


async def test_a_flood_of_frames_ends_its_sender_alone(exchange: Exchange) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    invited, other = await exchange.invite(), await exchange.invite()
    async with exchange.on_the_line(f"{other['id']}-1", other["key"]) as neighbour:
        line = await exchange.by_hand(f"{invited['id']}-1", invited["key"])
        ending = asyncio.create_task(line.ends())
        for _ in range(10_000):
            line.write(chance.randbytes(chance.randrange(100)), first=chance.choice([_TEXT, _BINARY, _PING, 0x88]))
        assert await ending
        await neighbour.send_json({"type": "OFFER", "dst": f"{other['id']}-0", "payload": SDP})
        await asyncio.sleep(0.2)
        exchange.clock.move(seconds=6)
        assert (await hears(neighbour))["type"] == "EXPIRE"


async def test_the_citizens_own_page_needs_its_key_alone_and_is_the_same_peer_as_by_its_whole_id(
    exchange: Exchange,
) -> None:
    invited = await exchange.invite()
    citizen_id, viewer_id = f"{invited['id']}-1", f"{invited['id']}-0"
    async with exchange.on_the_line(viewer_id, RANDOM, headers=exchange.bearer) as viewer:
        for dialled in ("-1", citizen_id, "-1"):
            async with exchange.on_the_line(dialled, invited["key"]) as citizen:
                await citizen.send_json({"type": "OFFER", "dst": viewer_id, "payload": SDP})
                while (heard := await hears(viewer))["type"] != "OFFER":
                    pass
                assert heard["src"] == citizen_id


async def test_forged_claims_get_no_place_on_a_real_socket(exchange: Exchange) -> None:
    invited, other = await exchange.invite(), await exchange.invite()
    page = {"Origin": f"http://localhost:{exchange.port}"}
    claims = [
        (f"{invited['id']}-1", other["key"], page),
        (f"{invited['id']}-1", RANDOM, exchange.bearer),
        (f"{invited['id']}-0", RANDOM, page),
        (f"{invited['id']}-0", invited["key"], page),
        (f"{invited['id']}-0", RANDOM, {"Authorization": "Bearer guessed"}),
        (f"{invited['id']}-2", invited["key"], page),
        ("-1", RANDOM, page),
        ("-0", invited["key"], page),
    ]
    for peer, token, headers in claims:
        async with exchange.dialled(peer, token, headers=headers) as line:
            assert (await hears(line))["type"] == "ERROR"
            assert await code_of_end(line) == 1008
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with exchange.dialled(f"{invited['id']}-1", invited["key"], headers={"Origin": "https://evil.example"}):
            pass
    assert refused.value.status == 403


async def test_a_request_without_a_handshake_is_refused_and_not_an_error_of_ours(exchange: Exchange) -> None:
    async with exchange.client.get("/peerjs?key=peerjs&id=x-1&token=y") as answer:
        assert answer.status in {400, 404}


async def test_who_speaks_before_the_handshake_keeps_no_place(exchange: Exchange) -> None:
    invited = await exchange.invite()
    path = f"/peerjs?key=peerjs&id={invited['id']}-0&token={RANDOM}"
    reader, writer = await asyncio.open_connection("127.0.0.1", exchange.port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: localhost:{exchange.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Authorization: {exchange.bearer['Authorization']}\r\n\r\n".encode()
        + b"\x81\x80\0\0\0\0"
    )
    async with asyncio.timeout(30):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 400")
    writer.close()
    other = "another-token-of-another-page"
    async with exchange.on_the_line(f"{invited['id']}-0", other, headers=exchange.bearer):
        pass


async def test_a_socket_that_has_ended_is_pinged_no_longer(exchange: Exchange) -> None:
    def pinging() -> bool:
        return any("_send_pings" in repr(task.get_coro()) for task in asyncio.all_tasks())

    invited = await exchange.invite()
    async with exchange.on_the_line(f"{invited['id']}-1", invited["key"]):
        await until(pinging)
    async with asyncio.timeout(10):  # long before the next ping would be due
        await until(lambda: not pinging())


async def test_a_server_that_stops_ends_every_line_and_peers_come_back_to_the_next(tmp_path: Path) -> None:
    port, folder = free_port(), tmp_path / "data"
    async with listening(folder, port=port) as exchange:
        invited = await exchange.invite()
        citizen_id = f"{invited['id']}-1"
        viewers = [(f"{invited['id']}-0", exchange.bearer), (f"{invited['id']}-0-2", exchange.bearer)]
        async with (
            exchange.on_the_line(citizen_id, invited["key"]) as citizen,
            exchange.on_the_line(viewers[0][0], RANDOM, headers=exchange.bearer) as first,
            exchange.on_the_line(viewers[1][0], RANDOM, headers=exchange.bearer) as second,
        ):
            ends = [asyncio.create_task(code_of_end(line)) for line in (citizen, first, second)]
            stopping = asyncio.create_task(exchange.stop())
            assert await asyncio.gather(*ends) == [1012, 1012, 1012]
            await stopping
    async with listening(folder, port=port) as exchange:
        for peer, headers in islice(viewers, 1):
            async with (
                exchange.on_the_line(peer, RANDOM, headers=headers) as viewer,
                exchange.on_the_line(citizen_id, invited["key"]) as citizen,
            ):
                await citizen.send_json({"type": "OFFER", "dst": peer, "payload": SDP})
                assert (await hears(viewer))["src"] == citizen_id
