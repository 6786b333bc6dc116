"""How the bot hears: long polling, confirmed by offset, or a webhook."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from telegram import Update
from telegram.error import BadRequest, Conflict

if TYPE_CHECKING:
    from telegram import Bot

    from practice.telegram.bot_api import BotApi
    from practice.telegram.people import People
    from practice.telegram.records import Chat, Person
    from tests.practice.telegram.conftest import StandingClock


async def test_updates_wait_until_they_are_confirmed(bot: Bot, people: People, anna: Person) -> None:
    for number in range(3):
        people.start(anna, f"n{number}")
    first, second, third = await bot.get_updates()
    assert [update.message.text for update in (first, second, third) if update.message] == [
        "/start n0",
        "/start n1",
        "/start n2",
    ]
    assert await bot.get_updates(limit=1) == (first,)
    assert await bot.get_updates(offset=second.update_id) == (second, third)
    assert await bot.get_updates(offset=-1) == (third,)
    assert await bot.get_updates(offset=third.update_id + 1) == ()


async def test_updates_are_kept_for_a_day(bot: Bot, people: People, anna: Person, clock: StandingClock) -> None:
    people.start(anna)
    clock.forward(hours=24)
    assert len(await bot.get_updates()) == 1
    clock.forward(seconds=1)
    assert await bot.get_updates() == ()


async def test_only_the_kinds_that_were_asked_for_come(bot: Bot, people: People, team: Chat, anna: Person) -> None:
    await bot.get_updates(allowed_updates=[Update.CALLBACK_QUERY])
    people.say(team.id, anna, "/invite 112")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    people.say(team.id, anna, "/invite 112")
    assert len(await bot.get_updates()) == 1


async def test_a_second_bot_takes_the_line_from_the_first(bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0)
    second = asyncio.create_task(bot.get_updates(timeout=1))
    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await first
    assert await second == ()


async def test_a_webhook_excludes_polling(bot: Bot, api: BotApi, people: People, anna: Person) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0)
    await bot.set_webhook("https://showme.example/callbacks/telegram", secret_token="s3cret")
    with pytest.raises(Conflict, match="webhook is active"):
        await polling
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    people.start(anna)
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == ("https://showme.example/callbacks/telegram", 1)
    posted = api.hearing.next_request()
    assert posted is not None
    assert posted.secret == "s3cret"
    assert posted == api.hearing.next_request()
    update = Update.de_json(posted.body, bot)
    assert update.message is not None
    assert update.message.text == "/start"
    api.hearing.delivered(posted.update_id)
    assert api.hearing.next_request() is None
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.get_updates() == ()


@pytest.mark.parametrize("url", ["http://showme.example/", "https://showme.example:8444/", "showme", "https://a:b/"])
async def test_a_webhook_needs_https_on_a_port_that_telegram_uses(bot: Bot, url: str) -> None:
    with pytest.raises(BadRequest, match=r"(?i)bad webhook"):
        await bot.set_webhook(url)


async def test_a_webhook_needs_a_clean_secret(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Secret token"):
        await bot.set_webhook("https://showme.example/", secret_token="with space")


async def test_what_waits_can_be_dropped(bot: Bot, people: People, anna: Person) -> None:
    people.start(anna)
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
