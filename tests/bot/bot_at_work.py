"""A bot in a process of its own, which a test can kill; Telegram is a stand-in on loopback, and time is hurried.

``python -m tests.bot.bot_at_work`` reads what it needs as JSON from the argument, and then does what each line says.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from telegram.request import HTTPXRequest

from showme.domain.people import Dispatcher
from showme.domain.words import Catalogue
from tests.bot.conftest import Desk, MovableClock, open_desk, team_chat_of
from tests.pictures import card, jpeg
from words import read_words

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TELEGRAM = "https://api.telegram.org"


class HurriedClock(MovableClock):
    """Runs ``pace`` times as fast as the real time since ``began`` (a real Unix time), the same in every process."""

    def __init__(self, *, began: float, pace: float) -> None:
        super().__init__()
        self._began = began
        self._pace = pace

    def now(self) -> datetime:
        return NOON + timedelta(seconds=(time.time() - self._began) * self._pace)


class LoopbackRequest(HTTPXRequest):
    """The real client, which finds Telegram at another address."""

    def __init__(self, address: str) -> None:
        super().__init__(connection_pool_size=64, read_timeout=20, write_timeout=20, connect_timeout=5)
        self._address = address

    async def do_request(self, url: str, *arguments: Any, **more: Any) -> tuple[int, bytes]:
        return await super().do_request(url.replace(TELEGRAM, self._address), *arguments, **more)


async def _send_photos(desk: Desk, key: str, count: int) -> None:
    for number in range(count):
        picture = card((64, 48))
        picture.putpixel((0, 0), (number % 256, number // 256, 7))
        opened = await desk.opening.open(key)
        async with desk.receiving.arriving(opened, announced_bytes=None) as arrival:
            await arrival.write(jpeg(picture))
            await arrival.finish(f"photo-of-citizen-{number:04}")


async def _work(told: dict[str, Any]) -> None:
    clock = HurriedClock(began=told["began"], pace=told["pace"])
    async with open_desk(Path(told["folder"]), clock, Catalogue(read_words())) as desk:
        if not await desk.enrolling.chats(desk.organisation.id):
            for telegram_id in told["chats"]:
                code, _ = await desk.enrolling.make_code(desk.organisation.id)
                await desk.enrolling.enrol(code, telegram_id=telegram_id, title="Team", by="test", language="en")
        chat = team_chat_of(desk, LoopbackRequest(told["telegram"]))
        await chat.start()
        key = ""
        _say("at work")
        async for line in _lines():
            match line.split():
                case ["invite"]:
                    colleague = Dispatcher(organisation=desk.organisation.id, name="Bart")
                    key = (await desk.inviting.invite(colleague, to=None)).key
                case ["photos", count]:
                    await _send_photos(desk, key, int(count))
                case _:
                    await chat.stop()
                    return
            _say(line)


async def _lines() -> Any:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().strip():
        yield line


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    os.environ["PTB_TIMEDELTA"] = "1"
    asyncio.run(_work(json.loads(sys.argv[1])))
