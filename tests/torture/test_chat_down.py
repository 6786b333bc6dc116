"""Ten minutes without Telegram, with a thousand photo messages waiting, and a bot killed again and again."""

from pathlib import Path

import pytest

from tests.bot.chat_down import outage, play

pytestmark = pytest.mark.torture


@pytest.mark.parametrize("kills", [(), (500,), (50, 130, 240, 370, 555, 720, 900)], ids=["alive", "once", "often"])
async def test_two_hundred_photos_for_five_chats_are_all_there(tmp_path: Path, kills: tuple[int, ...]) -> None:
    async with outage(tmp_path, pace=30.0) as played:
        await play(played, photos=200, kills=kills)
