"""The tus project's own client, in Node, sends photos to a showme that listens, over lines that are cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypercorn.asyncio import serve

from app.assembly import open_installation
from app.serving import server_config
from app.settings import Settings
from tests.node import node_path
from tests.pictures import card, jpeg
from tests.web.conftest import House
from tests.web.test_citizen_door import photos, shown_photo

CLIENT = Path(__file__).with_name("tus_client.mjs")


@dataclass
class BadLine:
    """Stands between phone and server; cuts connections after so many bytes up, or before the answer comes down."""

    port_behind: int
    cuts: list[int] = field(default_factory=list)
    answers_to_lose: list[bytes] = field(default_factory=list)
    port: int = 0

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[BadLine]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _connected(self, phone: asyncio.StreamReader, to_phone: asyncio.StreamWriter) -> None:
        house, to_house = await asyncio.open_connection("127.0.0.1", self.port_behind)
        left = self.cuts.pop() if self.cuts else None

        async def up() -> None:
            nonlocal left
            while piece := await phone.read(8192):
                if left is not None:
                    piece = piece[:left]
                    left -= len(piece)
                to_house.write(piece)
                await to_house.drain()
                if left == 0:
                    return

        async def down() -> None:
            while piece := await house.read(8192):
                if any(lost in piece for lost in self.answers_to_lose):
                    self.answers_to_lose = [lost for lost in self.answers_to_lose if lost not in piece]
                    return
                to_phone.write(piece)
                await to_phone.drain()

        ways = [asyncio.create_task(up()), asyncio.create_task(down())]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for writer in (to_house, to_phone):
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@dataclass
class Street:
    """A showme that listens, and a bad line to it."""

    house: House
    line: BadLine
    port: int
    folder: Path

    async def run(self, *errands: dict[str, Any], by_line: bool = True) -> list[dict[str, Any]]:
        """Let the client do errands, all at once, each a key, a photo and options; return what came of each."""
        port = self.line.port if by_line else self.port
        written = []
        for number, errand in enumerate(errands):
            file = self.folder / f"{number}.jpg"
            file.write_bytes(errand["photo"])
            written.append(
                {
                    "endpoint": f"http://127.0.0.1:{port}/s/{errand['key']}/uploads",
                    "file": str(file),
                    "options": errand.get("options", {}),
                    "then": errand.get("then"),
                }
            )
        node = await asyncio.create_subprocess_exec(
            node_path(), str(CLIENT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(180):
                told, _ = await node.communicate(json.dumps(written).encode())
        finally:
            if node.returncode is None:
                node.kill()
                await node.wait()
        assert node.returncode == 0
        outcomes: list[dict[str, Any]] = json.loads(told)
        return outcomes

    async def original(self, photo_id: str) -> bytes:
        answer = await self.house.api("GET", f"/api/photos/{photo_id}/original")
        assert answer.status_code == 200
        content: bytes = await answer.get_data(as_text=False)
        return content


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stop = asyncio.Event()
    async with BadLine(port).open() as line:
        settings = Settings(
            base_url=f"http://127.0.0.1:{port}",
            data=tmp_path / "data",
            bind=[f"127.0.0.1:{port}"],
            also_hosts=[f"127.0.0.1:{line.port}", "localhost"],
            image_workers=1,
        )
        async with open_installation(settings, practice=True) as installation:
            assert installation.stage is not None
            state = await installation.stage.state()

            async def until_told() -> None:
                await stop.wait()
                installation.stop_feeds()

            serving = asyncio.create_task(serve(installation.app, server_config(settings), shutdown_trigger=until_told))
            house = House(
                installation=installation,
                clock=None,  # type: ignore[arg-type] # the real time runs here
                client=installation.app.test_client(),
                token=str(state["api_token"]),
                sign_in_link=str(state["sign_in_link"]),
            )
            await listening(port)
            yield Street(house, line, port, tmp_path)
            stop.set()
            await serving


async def listening(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            await writer.wait_closed()
            return
        await asyncio.sleep(0.1)
    pytest.fail("nobody listens")


def a_photo(size: int, seed: int) -> bytes:
    return jpeg(card((400 + seed, 300)), quality=90) + random.Random(seed).randbytes(size)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"chunkSize": 100_000},
        {"uploadDataDuringCreation": True},
        {"uploadDataDuringCreation": True, "chunkSize": 100_000},
        {"overridePatchMethod": True, "chunkSize": 100_000},
        {"metadata": {"id": "made-by-the-phone", "filename": "Été.jpg", "filetype": "image/jpeg"}},
    ],
)
async def test_the_client_sends_a_photo_as_it_is_made_to(street: Street, options: dict[str, Any]) -> None:
    invited = await street.house.invite()
    photo = a_photo(300_000, 1)
    (outcome,) = await street.run({"key": invited["key"], "photo": photo, "options": options}, by_line=False)
    assert outcome.get("photo"), outcome
    if "metadata" in options:
        assert outcome["photo"] == "made-by-the-phone"
    assert await street.original(outcome["photo"]) == photo
    assert (await shown_photo(street.house, invited["id"]))["state"] == "shown"


async def test_a_line_that_is_cut_again_and_again_brings_each_photo_once(street: Street) -> None:
    seed = 112
    print(f"seed {seed}")
    chance = random.Random(seed)
    street.line.cuts = [chance.randrange(0, 300_000) for _ in range(30)]
    invited = await street.house.invite()
    sent = [a_photo(400_000 + number, number) for number in range(3)]
    outcomes = await street.run(
        *(
            {"key": invited["key"], "photo": photo, "options": {"metadata": {"id": f"photo-number-{number}"}}}
            for number, photo in enumerate(sent)
        )
    )
    assert [outcome.get("photo") for outcome in outcomes] == ["photo-number-0", "photo-number-1", "photo-number-2"]
    assert len(street.line.cuts) < 20
    assert any(["HEAD", 200] in outcome["requests"] for outcome in outcomes)
    assert len(await photos(street.house, invited["id"])) == 3
    for number, photo in enumerate(sent):
        assert await street.original(f"photo-number-{number}") == photo


async def test_an_answer_that_is_lost_is_asked_for_again(street: Street) -> None:
    invited = await street.house.invite()
    street.line.answers_to_lose = [b"upload-photo: made-by-the-phone"]
    photo = a_photo(100_000, 3)
    options = {"metadata": {"id": "made-by-the-phone"}}
    (outcome,) = await street.run({"key": invited["key"], "photo": photo, "options": options})
    assert street.line.answers_to_lose == []
    assert outcome["requests"] == [["POST", 201], ["HEAD", 200]]
    assert outcome["photo"] == "made-by-the-phone"
    assert len(await photos(street.house, invited["id"])) == 1
    assert await street.original("made-by-the-phone") == photo


async def test_a_citizen_pauses_and_goes_on(street: Street) -> None:
    invited = await street.house.invite()
    photo = a_photo(300_000, 4)
    (outcome,) = await street.run(
        {"key": invited["key"], "photo": photo, "options": {"chunkSize": 100_000}, "then": "pause"}, by_line=False
    )
    assert ["HEAD", 200] in outcome["requests"]
    assert await street.original(outcome["photo"]) == photo


async def test_a_citizen_gives_up(street: Street) -> None:
    invited = await street.house.invite()
    (outcome,) = await street.run(
        {"key": invited["key"], "photo": a_photo(300_000, 5), "options": {"chunkSize": 100_000}, "then": "terminate"},
        by_line=False,
    )
    assert outcome["ended"]
    assert ["DELETE", 204] in outcome["requests"]
    assert list((street.folder / "data" / "media" / "partial").iterdir()) == []


async def test_the_client_is_told_why_in_the_citizens_language(street: Street) -> None:
    invited = await street.house.invite(language="fr")
    wrong = invited["key"][:-1] + ("0" if invited["key"][-1] != "0" else "1")
    no_picture, wrong_key = await street.run(
        {"key": invited["key"], "photo": b"%PDF-1.7 " + bytes(5000)},
        {"key": wrong, "photo": b"x"},
        by_line=False,
    )
    assert no_picture["status"] == 415
    problem = json.loads(no_picture["problem"])
    assert problem["cause"] == "not_a_picture"
    assert "photo" in problem["title"]
    assert wrong_key["status"] == 404
    assert not await photos(street.house, invited["id"])
