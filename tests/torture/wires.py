"""A phone on a bare TCP connection, which a test can cut or silence at any byte."""

from __future__ import annotations

import asyncio
import hashlib
import io
import random
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.served import Served
from tests.pictures import card, jpeg
from tests.web.conftest import form

PATIENCE = 60.0


@cache
def _picture() -> bytes:
    return jpeg(card((320, 240)), quality=80)


def a_photo(chance: random.Random, *, least: int = 100_000, most: int = 8_000_000) -> bytes:
    """Make a JPEG of its own with so many bytes: small to decode, and as long to send as a camera's."""
    size = int(least * (most / least) ** chance.random())
    written = io.BytesIO(_picture())
    written.seek(0, io.SEEK_END)
    written.write(chance.randbytes(max(16, size - written.tell())))  # behind the end, where decoders do not look
    return written.getvalue()


@dataclass
class Sent:
    """A photo, its id, and whether the server has said that it is safe."""

    photo: bytes
    id: str
    key: str
    is_acknowledged: bool = False
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        self.sha256 = hashlib.sha256(self.photo).hexdigest()

    def request(self, port: int) -> bytes:
        """Return the whole request that sends it."""
        body, kind = form([("id", None, self.id.encode()), ("photo", "photo.jpg", self.photo)])
        head = (
            f"POST /s/{self.key}/photos HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: application/json\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body


async def send(sent: Sent, port: int, *, cut_at: int | None = None, hang_up: bool = False) -> int | None:
    """Send a photo; return the status that was answered, or None where the line broke first.

    ``cut_at`` breaks the line after so many bytes; ``hang_up`` loses the answer.
    """
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return None
    try:
        request = sent.request(port)[:cut_at]
        for place in range(0, len(request), 256 * 1024):
            writer.write(request[place : place + 256 * 1024])
            await writer.drain()
        if cut_at is not None:
            return None
        if hang_up:
            async with asyncio.timeout(PATIENCE):
                await reader.read(1)  # it has been answered, and nobody hears more of it
            return None
        async with asyncio.timeout(PATIENCE):
            answer = await reader.readline()
        status = int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else None
        if status == 201:
            sent.is_acknowledged = True
        return status
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        return None
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


@dataclass
class Desk:
    """A dispatcher's program, whose line is good."""

    server: Served

    async def ask(self, method: str, path: str, **told: Any) -> httpx.Response:
        """Ask the API."""
        async with httpx.AsyncClient(base_url=self.server.address, timeout=PATIENCE) as client:
            token = (await client.get("/practice/state")).json()["api_token"]
            return await client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **told)

    async def invite(self) -> dict[str, Any]:
        """Invite somebody by a link."""
        answer = await self.ask("POST", "/api/invitations", json={"purpose": "photo"})
        assert answer.status_code == 201, answer.text
        invited: dict[str, Any] = answer.json()
        return invited


@dataclass(frozen=True)
class Kept:
    """What records and folders hold, read beside the server."""

    rows: dict[str, tuple[str, str]]
    """By the photo's id: the name of its file, and its hash."""
    originals: frozenset[str]
    temporary: int

    @property
    def rows_without_file(self) -> int:
        """How many photos have lost their file."""
        return sum(name not in self.originals for name, _ in self.rows.values())

    @property
    def files_without_row(self) -> int:
        """How many files nobody knows."""
        return len(self.originals - {name for name, _ in self.rows.values()})


def kept(data: Path) -> Kept:
    """Look into the data folder of a server that may run."""
    media = data / "media"
    with closing(sqlite3.connect(f"{(data / 'showme.sqlite').as_uri()}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT id, stored_as, sha256 FROM photos").fetchall()
    return Kept(
        rows={row[0]: (row[1], row[2]) for row in rows},
        originals=frozenset(path.name for path in (media / "original").iterdir()),
        temporary=sum(len(list((media / folder).iterdir())) for folder in ("incoming", "partial")),
    )


def lost(data: Path, acknowledged: list[Sent]) -> int:
    """Count acknowledged photos that are not there, byte for byte."""
    found, missing = kept(data).rows, 0
    for sent in acknowledged:
        name, _ = found.get(sent.id, ("", ""))
        path = data / "media" / "original" / name
        if not name or not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sent.sha256:
            missing += 1
    return missing
