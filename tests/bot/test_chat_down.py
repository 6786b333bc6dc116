"""Ten minutes without Telegram, two hundred photo messages waiting: all come, once, in order, at Telegram's pace."""

from pathlib import Path

import pytest

from tests.bot.chat_down import outage, play

PACE = 60.0
PHOTOS = 40
"""For each of five chats."""


@pytest.mark.parametrize("kills", [(), (60,)], ids=["alive", "killed in the middle"])
async def test_after_ten_minutes_without_telegram_nothing_is_lost(tmp_path: Path, kills: tuple[int, ...]) -> None:
    async with outage(tmp_path, pace=PACE) as played:
        await play(played, photos=PHOTOS, kills=kills)
