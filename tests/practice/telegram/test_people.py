"""What people do, as a real python-telegram-bot application hears it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import (
    Bot,
    ChatMemberAdministrator,
    ChatMemberLeft,
    ChatMemberOwner,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from practice.telegram.records import Chat, Membership, Person
from practice.telegram.request import InMemoryRequest
from practice.telegram.view import view_chat
from showme.errors import NotAllowed, NotFound
from tests.practice.telegram.conftest import TOKEN, in_memory_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from practice.telegram.bot_api import BotApi
    from practice.telegram.chats import Chats
    from practice.telegram.people import People

App = Application[Any, Any, Any, Any, Any, Any]


class Listener:
    """A real application, and what its handlers were called with."""

    def __init__(self, application: App) -> None:
        self.heard: list[tuple[str, list[str]]] = []
        self._application = application
        application.add_handler(CommandHandler(["invite", "start"], self._on_command))
        application.add_handler(CallbackQueryHandler(self._on_press))
        application.add_handler(ChatMemberHandler(self._on_standing, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_handler(MessageHandler(filters.StatusUpdate.ALL, self._on_service))
        application.add_handler(MessageHandler(filters.ALL, self._on_message))

    async def listen(self) -> list[tuple[str, list[str]]]:
        """Hear everything that waits; return it."""
        self.heard = []
        updates = await self._application.bot.get_updates(allowed_updates=Update.ALL_TYPES)
        for update in updates:
            await self._application.process_update(update)
        if updates:
            await self._application.bot.get_updates(offset=updates[-1].update_id + 1)
        return self.heard

    async def _on_command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        self.heard.append(("command", list(context.args or [])))

    async def _on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Closed", show_alert=True)
        self.heard.append(("press", [str(update.callback_query.data)]))

    async def _on_standing(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.my_chat_member is not None
        self.heard.append(("standing", [update.my_chat_member.new_chat_member.status]))

    async def _on_service(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        assert message is not None
        self.heard.append(("service", [str(message.migrate_to_chat_id or message.migrate_from_chat_id or "")]))

    async def _on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        assert message is not None
        self.heard.append(("message", [message.text or (message.contact.phone_number if message.contact else "")]))


@pytest.fixture
async def listener(api: BotApi) -> AsyncIterator[Listener]:
    builder = Application.builder().token(TOKEN).updater(None)
    application: App = (
        builder.request(InMemoryRequest(api)).get_updates_request(InMemoryRequest(api)).job_queue(None).build()
    )
    async with application:
        yield Listener(application)


async def test_a_command_reaches_its_handler(listener: Listener, people: People, team: Chat, anna: Person) -> None:
    people.say(team.id, anna, "/invite +32 470 12 34 56")
    people.say(team.id, anna, "/invite@showme_bot 🚑 0470123456")
    assert await listener.listen() == [
        ("command", ["+32", "470", "12", "34", "56"]),
        ("command", ["🚑", "0470123456"]),
    ]


async def test_privacy_mode_keeps_the_talk_of_the_team_from_the_bot(
    listener: Listener, *, bot: Bot, chats: Chats, people: People, team: Chat, anna: Person
) -> None:
    card = await bot.send_message(team.id, "card")
    people.say(team.id, anna, "has anybody seen my coffee?")
    people.say(team.id, anna, "/invite@other_bot 112")
    people.say(team.id, anna, "see https://example.org/invite")
    people.say(team.id, anna, "what is this?", reply_to=card.message_id)
    assert await listener.listen() == [("message", ["what is this?"])]
    people.promote_bot(team.id, anna, frozenset({"can_delete_messages"}))
    people.say(team.id, anna, "and now?")
    assert await listener.listen() == [("standing", ["administrator"]), ("message", ["and now?"])]


async def test_a_pressed_button_is_answered_once(
    listener: Listener, *, bot: Bot, chats: Chats, people: People, team: Chat, anna: Person
) -> None:
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Close", callback_data="close:1")]])
    card = await bot.send_message(team.id, "card", reply_markup=buttons)
    press = people.press(team.id, card.message_id, "close:1", anna)
    assert chats.press(press.id).answer is None
    assert await listener.listen() == [("press", ["close:1"])]
    answer = chats.press(press.id).answer
    assert answer is not None
    assert (answer.text, answer.is_alert) == ("Closed", True)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(press.id)
    with pytest.raises(NotFound):
        people.press(team.id, card.message_id, "close:2", anna)
    await card.edit_reply_markup(None)
    with pytest.raises(NotFound):
        people.press(team.id, card.message_id, "close:1", anna)


async def test_somebody_starts_with_a_payload_and_shares_a_number(
    listener: Listener, bot: Bot, people: People, anna: Person
) -> None:
    people.start(anna, "enrol-1234")
    people.share_contact(anna.id, anna, "+32470123456")
    assert await listener.listen() == [("command", ["enrol-1234"]), ("message", ["+32470123456"])]
    people.block_bot(anna)
    assert await listener.listen() == [("standing", ["kicked"])]
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(anna.id, "hello?")
    people.unblock_bot(anna)
    assert (await bot.send_message(anna.id, "hello!")).text == "hello!"


async def test_the_bot_is_brought_in_and_thrown_out(
    listener: Listener, *, bot: Bot, chats: Chats, people: People, anna: Person
) -> None:
    group = chats.open_group("New team", anna)
    people.say(group.id, anna, "/invite before the bot was here")
    people.add_bot(group.id, anna)
    assert await listener.listen() == [("standing", ["member"]), ("service", [""])]
    await bot.send_message(group.id, "hello")
    people.kick_bot(group.id, anna)
    people.say(group.id, anna, "/invite after the bot was gone")
    assert await listener.listen() == [("service", [""]), ("standing", ["kicked"])]
    with pytest.raises(Forbidden, match="kicked from the supergroup chat"):
        await bot.send_message(group.id, "hello?")


async def test_a_group_becomes_a_supergroup(
    listener: Listener, *, bot: Bot, chats: Chats, people: People, anna: Person
) -> None:
    old = chats.open_group("Team", anna, bot=Membership(chats.bot), is_super=False)
    assert old.type == "group"
    card = await bot.send_message(old.id, "card")
    new = people.upgrade_to_supergroup(old.id, anna)
    assert await listener.listen() == [("service", [str(new.id)]), ("service", [str(old.id)])]
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old.id, "photo")
    assert moved.value.new_chat_id == new.id
    with pytest.raises(ChatMigrated):
        await card.delete()
    with pytest.raises(NotFound):
        people.say(old.id, anna, "is anybody here?")
    assert (await bot.send_message(new.id, "photo")).chat.type == "supergroup"


async def test_people_come_and_go(
    listener: Listener, *, bot: Bot, chats: Chats, people: People, team: Chat, anna: Person
) -> None:
    carl = chats.new_person("Carl", last_name="Outsider")
    with pytest.raises(NotFound):
        people.say(team.id, carl, "let me in")
    people.join(team.id, carl)
    assert await bot.get_chat_member_count(team.id) == 4
    people.leave(team.id, carl)
    assert [message["text"] for message in view_chat(chats, team.id)] == [
        "Carl Outsider joined",
        "Carl Outsider left",
    ]
    assert isinstance(await bot.get_chat_member(team.id, carl.id), ChatMemberLeft)
    assert isinstance(await bot.get_chat_member(team.id, anna.id), ChatMemberOwner)
    with pytest.raises(BadRequest, match="user_id"):
        await bot.get_chat_member(team.id, 9)
    assert await listener.listen() == [("service", [""]), ("service", [""])]


async def test_people_change_and_delete_only_what_they_said(
    people: People, chats: Chats, team: Chat, anna: Person
) -> None:
    ben = chats.members(team.id)[1].person
    said = people.say(team.id, anna, "/invite 0470")
    with pytest.raises(NotAllowed):
        people.edit(team.id, said.id, ben, "/invite 0471")
    people.edit(team.id, said.id, anna, "/invite 0472")
    people.delete(team.id, said.id, anna)
    with pytest.raises(NotFound):
        people.delete(team.id, said.id, anna)
    assert view_chat(chats, team.id)[0]["deleted"]


async def test_a_forum_is_spoken_in_by_topic(
    listener: Listener, *, bot: Bot, chats: Chats, people: People, anna: Person
) -> None:
    forum = chats.open_group("Forum", anna, bot=Membership(chats.bot), is_forum=True)
    thread = people.open_topic(forum.id, anna, "Night shift")
    people.say(forum.id, anna, "/invite 0470", thread=thread)
    created, said = await bot.get_updates()
    assert created.message is not None
    assert created.message.forum_topic_created is not None
    assert said.message is not None
    assert said.message.message_thread_id == thread
    assert said.message.chat.is_forum


async def test_the_bot_looks_around_and_leaves(bot: Bot, chats: Chats, team: Chat, anna: Person) -> None:
    assert (await bot.get_me()).username == "showme_bot"
    assert (await bot.get_chat(team.id)).title == "Dispatch"
    assert [leader.user.first_name for leader in await bot.get_chat_administrators(team.id)] == ["Anna"]
    chats.seat(team.id, Membership(chats.bot, "administrator", frozenset({"can_delete_messages"})))
    own = await bot.get_chat_member(team.id, bot.id)
    assert isinstance(own, ChatMemberAdministrator)
    assert own.can_delete_messages
    assert not own.can_pin_messages
    chats.open_private(anna)
    with pytest.raises(BadRequest):
        await bot.get_chat_administrators(anna.id)
    assert await bot.leave_chat(team.id)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(team.id, "still here?")


async def test_the_bot_tells_its_commands(bot: Bot, team: Chat) -> None:
    await bot.set_my_commands([("invite", "Send a link by SMS")])
    assert [command.command for command in await bot.get_my_commands()] == ["invite"]
    assert await bot.get_my_commands(language_code="nl") == ()
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    assert await bot.send_chat_action(team.id, "typing")
    for command, description in (("Invite", "x"), ("x" * 33, "x"), ("invite", "")):
        with pytest.raises(BadRequest):
            await bot.set_my_commands([(command, description)])


async def test_two_bots_of_one_telegram_do_not_share_their_state(api: BotApi, team: Chat) -> None:
    async with in_memory_bot(api) as one, in_memory_bot(api) as other:
        assert (await one.send_message(team.id, "a")).message_id == 1
        assert (await other.send_message(team.id, "b")).message_id == 2
