from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config
from PIL import Image
from telegram import Bot
from telegram.request import HTTPXRequest

from practice.telegram.bot_api import BotApi
from practice.telegram.chats import Chats
from practice.telegram.people import People
from practice.telegram.records import Chat, Membership, Person
from practice.telegram.request import InMemoryRequest
from practice.telegram.server import create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN = "42:practice"


@dataclass
class StandingClock:
    """A clock that stands still until somebody moves it."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture(autouse=True)
def _spans_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # python-telegram-bot 22 warns at every RetryAfter until one chooses timedelta for its ``retry_after``.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def chats(clock: StandingClock) -> Chats:
    return Chats(clock=clock, bot=Person(42, "showme", username="showme_bot", is_bot=True))


@pytest.fixture
def people(chats: Chats) -> People:
    return People(chats)


@pytest.fixture
def api(chats: Chats) -> BotApi:
    return BotApi(chats, token=TOKEN)


@pytest.fixture
def anna(chats: Chats) -> Person:
    return chats.new_person("Anna", username="anna")


@pytest.fixture
def team(chats: Chats, anna: Person) -> Chat:
    return chats.open_group("Dispatch", anna, chats.new_person("Ben"), bot=Membership(chats.bot))


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with in_memory_bot(api) as bot:
        yield bot


def in_memory_bot(api: BotApi, *, token: str = TOKEN, patience: float = 5.0) -> Bot:
    return Bot(
        token,
        request=InMemoryRequest(api, patience=patience),
        get_updates_request=InMemoryRequest(api, patience=patience),
    )


@asynccontextmanager
async def served(api: BotApi) -> AsyncIterator[str]:
    """Serve the Bot API by HTTP on a port of the system's choice."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    config = Config()
    config.bind = [f"fd://{listening.detach()}"]  # from here on the server's to close
    config.graceful_timeout = 1
    over = asyncio.Event()
    serving = asyncio.create_task(serve(create_app(api), config, shutdown_trigger=over.wait))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        over.set()
        await serving


@pytest.fixture
async def address(api: BotApi) -> AsyncIterator[str]:
    async with served(api) as address:
        yield address


def jpeg(width: int = 64, height: int = 48) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(out, "JPEG", quality=80)
    return out.getvalue()


@pytest.fixture(params=["in memory", "over HTTP"])
async def wired_bot(request: pytest.FixtureRequest, api: BotApi) -> AsyncIterator[Bot]:
    """Lend the same bot twice: without a network, and through python-telegram-bot's own client."""
    if request.param == "in memory":
        async with in_memory_bot(api, patience=1.0) as bot:
            yield bot
        return
    async with served(api) as address, http_bot(address) as bot:
        yield bot


def http_bot(address: str, *, token: str = TOKEN) -> Bot:
    return Bot(
        token,
        base_url=f"{address}/bot",
        base_file_url=f"{address}/file/bot",
        request=HTTPXRequest(read_timeout=1.0, media_write_timeout=5.0),
        get_updates_request=HTTPXRequest(read_timeout=1.0),
    )
