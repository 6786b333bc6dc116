"""What people do in the practised Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practice.telegram import shapes
from practice.telegram.commands import addresses_bot
from practice.telegram.records import PRESENT, Contact, Membership, Service
from showme.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.records import Chat, Message, MessageKind, Person, Press


class People:
    """The human side; what the bot may hear of it becomes an update.

    In groups, with privacy mode on, that is: commands (not those for another bot), replies to the bot, service
    messages; an administrator hears everything (https://core.telegram.org/bots/features#privacy-mode).
    Unless a docstring says otherwise, raise NotFound for a chat, message or person that is not there.
    """

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    # --- talking ---

    def start(self, person: Person, payload: str = "") -> Message:
        """Open the private chat with the bot and press Start, perhaps from a link with a payload."""
        self._chats.open_private(person)
        return self.say(person.id, person, f"/start {payload}".strip())

    def say(
        self, chat_id: int, person: Person, text: str, reply_to: int | None = None, *, thread: int | None = None
    ) -> Message:
        """Write a text message; commands in it are recognised."""
        return self._write(chat_id, person, "text", text=text, reply_to=reply_to, thread=thread)

    def share_contact(
        self, chat_id: int, person: Person, phone_number: str, *, name: str | None = None, reply_to: int | None = None
    ) -> Message:
        """Share a phone number: one's own, or with ``name`` somebody else's."""
        contact = Contact(phone_number, name or person.first_name, None if name else person.id)
        return self._write(chat_id, person, "contact", contact=contact, reply_to=reply_to)

    def edit(self, chat_id: int, message_id: int, person: Person, text: str) -> Message:
        """Change one's own text message; raise NotAllowed for somebody else's."""
        message = self._own(chat_id, message_id, person)
        edited = self._chats.edit(message, text=text)
        self._tell_bot_if_heard("edited_message", edited)
        return edited

    def delete(self, chat_id: int, message_id: int, person: Person) -> None:
        """Delete one's own message; the bot is not told. Raise NotAllowed for somebody else's."""
        self._chats.delete(self._own(chat_id, message_id, person))

    def press(self, chat_id: int, message_id: int, value: str, person: Person) -> Press:
        """Press the callback button with this data; raise NotFound, also when the message has no such button."""
        message = self._chats.message(chat_id, message_id)
        self._seat_of(chat_id, person)
        buttons = [button for row in message.buttons for button in row if button.kind == "callback"]
        if value not in {button.value for button in buttons}:
            raise NotFound(chat=chat_id, message=message_id, button=value)
        press = self._chats.new_press(message, person, value)
        query = {
            "id": press.id,
            "from": shapes.user(person),
            "message": shapes.message(self._chats, message),
            "chat_instance": str(chat_id),
            "data": value,
        }
        self._chats.tell_bot("callback_query", query)
        return press

    # --- coming and going ---

    def join(self, chat_id: int, person: Person) -> None:
        """Come into a group."""
        self._move(chat_id, person, Membership(person, "member"), by=person)
        self._announce(chat_id, person, "new_chat_members", [shapes.user(person)], f"{person.name} joined")

    def leave(self, chat_id: int, person: Person) -> None:
        """Go out of a group."""
        self._seat_of(chat_id, person)
        self._announce(chat_id, person, "left_chat_member", shapes.user(person), f"{person.name} left")
        self._move(chat_id, person, Membership(person, "left"), by=person)

    def add_bot(self, chat_id: int, person: Person, *, rights: frozenset[str] = frozenset()) -> None:
        """Bring the bot into a group, as an administrator when rights are given."""
        self._seat_of(chat_id, person)
        bot = self._chats.bot
        self._move(chat_id, bot, Membership(bot, "administrator" if rights else "member", rights), by=person)
        self._announce(chat_id, person, "new_chat_members", [shapes.user(bot)], f"{person.name} added {bot.name}")

    def promote_bot(self, chat_id: int, person: Person, rights: frozenset[str]) -> None:
        """Make the bot an administrator with these rights; with none, a member again."""
        self._seat_of(chat_id, person)
        bot = self._chats.bot
        self._move(chat_id, bot, Membership(bot, "administrator" if rights else "member", rights), by=person)

    def kick_bot(self, chat_id: int, person: Person) -> None:
        """Throw the bot out of a group; it hears of that and of nothing after it."""
        self._seat_of(chat_id, person)
        bot = self._chats.bot
        self._announce(chat_id, person, "left_chat_member", shapes.user(bot), f"{person.name} removed {bot.name}")
        self._move(chat_id, bot, Membership(bot, "kicked"), by=person)

    def block_bot(self, person: Person) -> None:
        """Block the bot in one's private chat."""
        self._move(person.id, self._chats.bot, Membership(self._chats.bot, "kicked"), by=person)

    def unblock_bot(self, person: Person) -> None:
        """Let the bot write again in one's private chat."""
        self._move(person.id, self._chats.bot, Membership(self._chats.bot), by=person)

    def upgrade_to_supergroup(self, chat_id: int, person: Person) -> Chat:
        """Turn a basic group into a supergroup with another id; return it."""
        self._seat_of(chat_id, person)
        new = self._chats.migrate(chat_id)
        self._announce(chat_id, person, "migrate_to_chat_id", new.id, "became a supergroup")
        self._announce(new.id, person, "migrate_from_chat_id", chat_id, "became a supergroup")
        return new

    def open_topic(self, chat_id: int, person: Person, name: str) -> int:
        """Open a topic in a forum; return its thread."""
        self._seat_of(chat_id, person)
        topic = {"name": name, "icon_color": 0x6FB9F0}
        service = Service("forum_topic_created", topic)
        message = self._chats.post(chat_id, person, "service", opens_topic=True, text=name, service=service)
        self._tell_bot_if_heard("message", message)
        return message.id

    def close_topic(self, chat_id: int, person: Person, thread: int) -> None:
        """Close a topic: only who may manage topics writes in it then."""
        self._seat_of(chat_id, person)
        self._chats.set_topic(chat_id, thread, is_open=False)
        closed = Service("forum_topic_closed", {})
        message = self._chats.post(chat_id, person, "service", thread=thread, text="closed", service=closed)
        self._tell_bot_if_heard("message", message)

    def delete_topic(self, chat_id: int, person: Person, thread: int) -> None:
        """Delete a topic with all its messages; the bot is not told."""
        self._seat_of(chat_id, person)
        self._chats.delete_topic(chat_id, thread)

    # --- what follows from it ---

    def _write(self, chat_id: int, person: Person, kind: MessageKind, **content: Any) -> Message:
        self._seat_of(chat_id, person)
        if self._chats.chat(chat_id).migrated_to is not None:
            raise NotFound(chat=chat_id)
        if content["reply_to"] is not None:
            replied = self._chats.message(chat_id, content["reply_to"])
            content["thread"] = content.get("thread") or replied.thread
        message = self._chats.post(chat_id, person, kind, **content)
        self._tell_bot_if_heard("message", message)
        return message

    def _announce(self, chat_id: int, person: Person, field: str, value: object, text: str) -> None:
        message = self._chats.post(chat_id, person, "service", text=text, service=Service(field, value))
        self._tell_bot_if_heard("message", message)

    def _move(self, chat_id: int, who: Person, new: Membership, *, by: Person) -> None:
        old = self._chats.membership(chat_id, who.id) or Membership(who, "left")
        self._chats.seat(chat_id, new)
        bot = self._chats.bot_membership(chat_id)
        kind = "my_chat_member" if who.id == self._chats.bot.id else "chat_member"
        if kind == "my_chat_member" or bot.standing == "administrator":
            chat = self._chats.chat(chat_id)
            self._chats.tell_bot(kind, shapes.member_updated(self._chats, chat, by, old=old, new=new))

    def _tell_bot_if_heard(self, kind: str, message: Message) -> None:
        if self._is_heard(message):
            self._chats.tell_bot(kind, shapes.message(self._chats, message))

    def _is_heard(self, message: Message) -> bool:
        bot = self._chats.bot_membership(message.chat_id)
        if not bot.is_present:
            return False
        hears_all = self._chats.hears_all or bot.standing == "administrator"
        if hears_all or message.kind == "service" or not self._chats.chat(message.chat_id).is_group:
            return True
        return addresses_bot(message.text, bot.person.username) or self._answers_bot(message)

    def _answers_bot(self, message: Message) -> bool:
        if message.reply_to is None:
            return False
        try:
            return self._chats.message(message.chat_id, message.reply_to).sender.id == self._chats.bot.id
        except NotFound:
            return False

    def _own(self, chat_id: int, message_id: int, person: Person) -> Message:
        message = self._chats.message(chat_id, message_id)
        if message.sender.id != person.id:
            raise NotAllowed(message=message_id)
        return message

    def _seat_of(self, chat_id: int, person: Person) -> Membership:
        seat = self._chats.membership(self._chats.chat(chat_id).id, person.id)
        if seat is None or seat.standing not in PRESENT:
            raise NotFound(chat=chat_id, person=person.id)
        return seat
