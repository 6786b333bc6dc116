"""How often a bot may send."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram import InputMediaPhoto
from telegram.error import RetryAfter

from practice.telegram.bot_api import BotApi
from tests.practice.telegram.conftest import TOKEN, StandingClock, in_memory_bot, jpeg

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Bot

    from practice.telegram.chats import Chats
    from practice.telegram.records import Chat, Person


@pytest.fixture
def api(chats: Chats) -> BotApi:
    return BotApi(chats, token=TOKEN, enforce_rates=True)


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with in_memory_bot(api) as bot:
        yield bot


async def test_a_group_takes_20_messages_a_minute(bot: Bot, chats: Chats, team: Chat, clock: StandingClock) -> None:
    for number in range(20):
        await bot.send_message(team.id, str(number))
        clock.forward(seconds=1)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(team.id, "one too many")
    assert refused.value.retry_after == timedelta(seconds=40)
    clock.forward(seconds=40)
    await bot.send_message(team.id, "in time")
    with pytest.raises(RetryAfter):
        await bot.send_message(team.id, "again too many")
    assert len(chats.messages(team.id)) == 21


async def test_a_short_burst_is_taken_then_one_a_second(
    bot: Bot, chats: Chats, anna: Person, clock: StandingClock
) -> None:
    chats.open_private(anna)
    for number in range(3):
        await bot.send_message(anna.id, str(number))
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(anna.id, "too fast")
    assert refused.value.retry_after == timedelta(seconds=1)
    clock.forward(seconds=1)
    await bot.send_message(anna.id, "slower")
    for _ in range(40):
        clock.forward(seconds=1)
        await bot.send_message(anna.id, "private chats have no limit per minute")


async def test_an_album_counts_as_its_photos(bot: Bot, team: Chat, clock: StandingClock) -> None:
    album = [InputMediaPhoto(jpeg()) for _ in range(10)]
    await bot.send_media_group(team.id, album)
    await bot.send_media_group(team.id, album)
    clock.forward(seconds=10)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(team.id, "one too many")
    assert refused.value.retry_after == timedelta(seconds=50)


async def test_edits_and_deletions_are_not_counted(bot: Bot, team: Chat) -> None:
    card = await bot.send_message(team.id, "card")
    for number in range(30):
        await card.edit_text(str(number))
    assert await card.delete()
