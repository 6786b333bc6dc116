"""Ten minutes without Telegram, as a test plays them: a bot that can be killed, a Telegram that can be gone."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config

from practice.telegram.bot_api import BotApi, Call
from practice.telegram.chats import Chats
from practice.telegram.records import Membership, Message, Person
from practice.telegram.server import create_app
from tests.bot.bot_at_work import HurriedClock
from tests.bot.conftest import TOKEN

PATIENCE = 240.0
REPEAT = " (perhaps a repeat)"
_SENDING = {"sendMessage": 1, "sendPhoto": 1, "sendLocation": 1}


@dataclass
class Outage:
    """Five chats that follow one organisation, a bot in a process of its own, and its Telegram."""

    folder: Path
    pace: float
    began: float = field(default_factory=time.time)
    groups: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = HurriedClock(began=self.began, pace=self.pace)
        bot = Person(id=42, first_name="showme", username="showme_bot", is_bot=True)
        self.chats = Chats(clock=self.clock.now, bot=bot)
        anna = self.chats.new_person("Anna")
        for number in range(5):
            self.groups.append(self.chats.open_group(f"Team {number}", anna, bot=Membership(bot)).id)
        self.api = BotApi(self.chats, token=TOKEN, enforce_rates=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: asyncio.subprocess.Process | None = None
        self._telegram: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()

    # --- Telegram ---

    async def telegram_comes(self) -> None:
        config = Config()
        config.bind = [f"127.0.0.1:{self.port}"]
        config.accesslog, config.errorlog, config.graceful_timeout = None, None, 0.2
        config.loglevel = "CRITICAL"
        self._gone = asyncio.Event()
        self._telegram = asyncio.create_task(serve(create_app(self.api), config, shutdown_trigger=self._gone.wait))

    async def telegram_goes(self) -> None:
        self._gone.set()
        if self._telegram is not None:
            await self._telegram
        self._telegram = None

    # --- the bot ---

    async def bot_starts(self) -> None:
        told = {
            "folder": str(self.folder), "telegram": f"http://127.0.0.1:{self.port}", "began": self.began,
            "pace": self.pace, "chats": self.groups,
        }  # fmt: skip
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bot.bot_at_work", json.dumps(told),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        await self._hear("at work")

    async def tell_bot(self, line: str) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        await self.process.stdin.drain()
        await self._hear(line)

    async def bot_is_killed(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def _hear(self, line: str) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            heard = await self.process.stdout.readline()
        assert heard.decode().strip() == line, "the bot's process has ended"

    # --- what is seen ---

    def photos(self, group: int) -> list[Message]:
        return [message for message in self.chats.messages(group) if message.kind == "photo"]

    def all_photos(self) -> int:
        return sum(len({plain(photo) for photo in self.photos(group)}) for group in self.groups)

    async def until_photos(self, count: int) -> None:
        await _until(lambda: self.all_photos() >= count)

    async def pass_by(self, **span: float) -> None:
        """Wait, in hurried time."""
        until = self.clock.now() + timedelta(**span)
        await _until(lambda: self.clock.now() >= until)

    def calls(self, group: int) -> list[Call]:
        return [call for call in self.api.calls if str(call.params.get("chat_id")) == str(group)]


@asynccontextmanager
async def outage(folder: Path, *, pace: float) -> AsyncIterator[Outage]:
    """Lend a Telegram that is there, a bot at work, and an invitation whose card stands in five chats."""
    played = Outage(folder=folder, pace=pace)
    await played.telegram_comes()
    try:
        await played.bot_starts()
        await played.tell_bot("invite")
        await _until(lambda: all(played.chats.messages(group) for group in played.groups))
        yield played
    finally:
        await played.bot_is_killed()
        await played.telegram_goes()


async def play(played: Outage, *, photos: int, kills: Sequence[int]) -> None:
    """Take Telegram away for ten minutes while photos come; kill the bot each time so many stand in the chats."""
    await played.telegram_goes()
    gone_at = played.clock.now()
    await played.tell_bot(f"photos {photos}")
    await _until(lambda: played.clock.now() >= gone_at + timedelta(minutes=10))
    assert played.all_photos() == 0
    back_at = played.clock.now()
    await played.telegram_comes()
    for standing in kills:
        await played.until_photos(standing)
        await played.bot_is_killed()
        await played.bot_starts()
    await played.until_photos(photos * len(played.groups))
    await played.pass_by(minutes=3)
    for group in played.groups:
        _all_are_there(played.photos(group), photos=photos, kills=len(kills))
        since = [call for call in played.calls(group) if call.at >= back_at]
        assert 429 not in [call.status for call in since]
        assert _most_in_a_minute(since) <= 20
        _photos_came_before_edits(since)


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if is_so():
                return
            await asyncio.sleep(0.02)


def plain(photo: Message) -> str:
    return photo.text.removesuffix(REPEAT)


def _all_are_there(standing: list[Message], *, photos: int, kills: int) -> None:
    """Check that every photo came, in order, once; after a kill at most one sending again, which says so."""
    first = list(dict.fromkeys(plain(photo) for photo in standing))
    assert first == [f"Photo {number} · No. 1" for number in range(1, photos + 1)]
    unmarked = Counter(photo.text for photo in standing if not photo.text.endswith(REPEAT))
    assert set(unmarked.values()) <= {1}
    marked = [photo for photo in standing if photo.text.endswith(REPEAT)]
    assert len({photo.album or str(photo.id) for photo in marked}) <= kills
    assert max(Counter(photo.text for photo in marked).values(), default=1) == 1


def _most_in_a_minute(calls: Sequence[Call]) -> int:
    """Return how many messages were sent within any minute."""
    moments = [call.at for call in calls if call.status == 200 for _ in range(_weight(call))]
    return max(sum(at <= other < at + timedelta(minutes=1) for other in moments) for at in moments)


def _weight(call: Call) -> int:
    if call.method == "sendMediaGroup":
        return len(json.loads(str(call.params["media"])))
    return _SENDING.get(call.method, 0)


def _photos_came_before_edits(calls: Sequence[Call]) -> None:
    methods = [call.method for call in calls if call.status == 200]
    last_photo = max(place for place, method in enumerate(methods) if method in {"sendPhoto", "sendMediaGroup"})
    assert "editMessageText" not in methods[:last_photo]
    assert "editMessageText" in methods[last_photo:]
