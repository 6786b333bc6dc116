"""What the tests of live video share: the phone's stills, the feed it listens to, and who takes a place on the line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pictures import card, jpeg
from tests.web.conftest import HOST, House
from web.needs import EXTENSION, Needs

STILL = {"Content-Type": "image/jpeg"}
PATIENCE = 30


def frame(mark: bytes = b"") -> bytes:
    """Return a small JPEG, and inside it a comment that can be looked for."""
    picture = jpeg(card(), quality=60)
    comment = b"\xff\xfe" + (len(mark) + 2).to_bytes(2) + mark
    return picture[:2] + comment + picture[2:]


async def send_still(
    house: House, key: str, picture: bytes | None = None, *, headers: dict[str, str] | None = None
) -> Any:
    """Send a still as the phone does."""
    return await house.client.post(
        f"/s/{key}/still", data=frame() if picture is None else picture, headers={**STILL, **(headers or {})}
    )


async def tell_step(house: House, key: str, step: str, **more: str) -> None:
    """Tell a step as the page does."""
    answer = await house.client.post(f"/s/{key}/progress", json={"step": step, **more})
    assert answer.status_code == 204, await answer.get_data(as_text=True)


async def invitation_of(house: House, invitation: str) -> dict[str, Any]:
    """Return an invitation as a program sees it."""
    found: dict[str, Any] = await (await house.api("GET", f"/api/invitations/{invitation}")).get_json()
    return found


async def watch_path(house: House, invitation: str) -> str:
    """Return the address of the guest's page, without the host."""
    answer = await house.api("POST", f"/api/invitations/{invitation}/watch-link")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    link: str = (await answer.get_json())["link"]
    assert link.startswith(f"https://{HOST}/watch/{invitation}/")
    return link.removeprefix(f"https://{HOST}")


def needs_of(house: House) -> Needs:
    """Return what the doors work with."""
    needs: Needs = house.installation.app.extensions[EXTENSION]
    return needs


def files_with(folder: Path, mark: bytes = b"") -> list[Path]:
    """Return the files below a folder in whose bytes a mark is."""
    return [path for path in folder.rglob("*") if path.is_file() and mark in path.read_bytes()]


async def until(claim: Callable[[], object]) -> None:
    """Wait until something holds."""
    for _ in range(PATIENCE * 100):
        if claim():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came about")


@dataclass
class Ear:
    """Listens to a feed, message by message."""

    connection: Any
    text: str = ""

    async def hear(self, fits: Callable[[dict[str, Any]], object] = lambda _: True) -> dict[str, Any]:
        """Return the next message that fits, with ``id`` where the feed gave it one."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while "\n\n" not in self.text:
                    self.text += (await self.connection.receive()).decode()
                message, self.text = self.text.split("\n\n", 1)
                lines = dict(line.split(": ", 1) for line in message.splitlines() if not line.startswith(":"))
                if "data" in lines:
                    told: dict[str, Any] = json.loads(lines["data"]) | ({"id": lines["id"]} if "id" in lines else {})
                    if fits(told):
                        return told


@asynccontextmanager
async def listening(house: House, path: str, **headers: str) -> AsyncIterator[Ear]:
    """Open a feed; it has chosen from where it goes on, so that whatever happens from here on is heard."""
    async with house.knock().request(path, headers={"Host": HOST, **headers}) as connection:
        async with asyncio.timeout(PATIENCE):
            begun = (await connection.receive()).decode()
        yield Ear(connection, begun)
        await connection.disconnect()


@asynccontextmanager
async def on_the_line(house: House, *claims: tuple[str, str], **headers: str) -> AsyncIterator[None]:
    """Let peers, each by (id, token), take their places on the line one after the other."""
    async with AsyncExitStack() as stack:
        for peer, token in claims:
            address = f"/peerjs?key=peerjs&id={peer}&token={token}&version=1.5.5"
            line: Any = house.knock().websocket(address, headers={"Host": HOST, **headers})
            socket = await stack.enter_async_context(line)
            async with asyncio.timeout(PATIENCE):
                assert json.loads(await socket.receive()) == {"type": "OPEN"}
        yield
