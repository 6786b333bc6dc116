"""A whole installation behind the doors, without sockets: real database, real files, real image workers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from quart.typing import TestClientProtocol as Client

from app.assembly import Installation, open_installation
from app.settings import Settings
from tests.fakes.clock import MovableClock
from tests.pictures import card, jpeg
from tests.storage.conftest import chosen_database_url, migrated, postgresql_server

__all__ = ["chosen_database_url", "migrated", "postgresql_server"]

HOST = "show.example.org"


@dataclass
class House:
    """An installation and who knocks at its doors."""

    installation: Installation
    clock: MovableClock
    client: Client
    token: str
    sign_in_link: str
    photo: bytes = field(default_factory=lambda: jpeg(card(), quality=80))

    def knock(self) -> Client:
        """Return a new client, with no cookie of another one."""
        return self.installation.app.test_client()

    async def api(self, method: str, path: str, *, token: str | None = None, **request: Any) -> Any:
        """Ask the API as a program with a token."""
        headers = {"Authorization": f"Bearer {token or self.token}", **request.pop("headers", {})}
        return await self.client.open(path, method=method, headers=headers, **request)

    async def invite(self, **wishes: Any) -> dict[str, Any]:
        """Invite somebody and return the answer's JSON."""
        answer = await self.api("POST", "/api/invitations", json={"to": "0470 12 34 56", **wishes})
        assert answer.status_code == 201, await answer.get_data(as_text=True)
        invited: dict[str, Any] = await answer.get_json()
        return invited

    async def send_photo(
        self,
        key: str,
        *,
        photo: bytes | None = None,
        photo_id: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Send a photo as a program would."""
        parts = [("id", None, photo_id.encode())] if photo_id else []
        body, kind = form([*parts, ("photo", "photo.jpg", self.photo if photo is None else photo)])
        return await self.client.post(
            f"/s/{key}/photos",
            data=body,
            headers={"Content-Type": kind, "Accept": "application/json", **(headers or {})},
        )


def rest_of(connection: Any) -> bytes:
    """Return what a closed test connection had not given out yet."""
    return bytes(connection.response_data)


def form(parts: list[tuple[str, str | None, bytes]]) -> tuple[bytes, str]:
    """Write a multipart form of (name, file name or None, bytes); return it and its content type."""
    boundary = "----showme-test"
    written = b""
    for name, file_name, content in parts:
        as_file = f'; filename="{file_name}"' if file_name else ""
        written += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{as_file}\r\n\r\n'.encode()
        written += content + b"\r\n"
    return written + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def house(tmp_path: Path, clock: MovableClock, chosen_database_url: str) -> AsyncIterator[House]:
    more = {"database_url": chosen_database_url} if chosen_database_url.startswith("postgresql") else {}
    async with house_of(tmp_path / "data", clock, **more) as house:
        yield house


@asynccontextmanager
async def house_of(data: Path, clock: MovableClock, **more: Any) -> AsyncIterator[House]:
    """Open a house over the records in a folder; ``more`` is what its settings say besides."""
    settings = Settings(base_url=f"https://{HOST}", data=data, also_hosts=["localhost"], image_workers=1, **more)
    async with open_installation(settings, practice=True, clock=clock, delivers_after=3600) as installation:
        assert installation.stage is not None
        state = await installation.stage.state()
        yield House(
            installation=installation,
            clock=clock,
            client=installation.app.test_client(),
            token=str(state["api_token"]),
            sign_in_link=str(state["sign_in_link"]),
        )
