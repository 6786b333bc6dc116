"""What is so in the practised Telegram: chats, their members, their messages, the updates that wait for the bot."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from practice.telegram.records import Chat, Membership, Message, Person, Press, PressAnswer, StoredFile
from practice.telegram.updates import UpdateQueue
from showme.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from practice.telegram.records import FileKind, Json, MessageKind

FIRST_PERSON = 1001
FIRST_GROUP = 5001
FIRST_SUPERGROUP = 1_002_000_000_001
"""Supergroups have the sign and the prefix of the real ones: -100…, beyond 32 bits."""


class Chats:
    """The whole state, changed by plain calls; whoever watches is told after every change.

    ``clock`` returns the time with its zone. ``hears_all`` switches privacy mode off. ``first_message`` numbers the
    first message of every chat (and the first update).
    """

    def __init__(
        self, *, clock: Callable[[], datetime], bot: Person, hears_all: bool = False, first_message: int = 1
    ) -> None:
        self.bot = bot
        self.hears_all = hears_all
        self.version = 0
        self.updates = UpdateQueue(first=first_message)
        self._clock = clock
        self._first_message = first_message
        self._chats: dict[int, Chat] = {}
        self._members: dict[int, dict[int, Membership]] = {}
        self._messages: dict[int, dict[int, Message]] = {}
        self._topics: dict[int, dict[int, bool]] = {}
        self._presses: dict[str, Press] = {}
        self._watchers: list[Callable[[], None]] = []
        self._people = count(FIRST_PERSON)
        self._groups = count(FIRST_GROUP)
        self._supergroups = count(FIRST_SUPERGROUP)
        self._numbers = count(1)

    def now(self) -> datetime:
        """Return the present moment."""
        return self._clock()

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call ``watcher`` after every change, in the caller's thread; return what ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    # --- people and chats ---

    def new_person(self, first_name: str, *, last_name: str | None = None, username: str | None = None) -> Person:
        """Make up somebody with an account of their own."""
        return Person(id=next(self._people), first_name=first_name, last_name=last_name, username=username)

    def open_private(self, person: Person) -> Chat:
        """Return the private chat between this person and the bot; open it when there is none."""
        if person.id not in self._chats:
            self._open(Chat(id=person.id, type="private", person=person), Membership(person), Membership(self.bot))
        return self._chats[person.id]

    def open_group(
        self, title: str, *members: Person, bot: Membership | None = None, is_super: bool = True, is_forum: bool = False
    ) -> Chat:
        """Open a group whose first member is its creator; the bot is in it only when its membership is given."""
        chat_id = -next(self._supergroups) if is_super else -next(self._groups)
        chat = Chat(id=chat_id, type="supergroup" if is_super else "group", title=title, is_forum=is_forum)
        seats = [Membership(person, "member" if place else "creator") for place, person in enumerate(members)]
        return self._open(chat, *seats, *([bot] if bot else []))

    def migrate(self, chat_id: int) -> Chat:
        """Open the supergroup that a basic group becomes; its members go along, its messages do not."""
        old = self.chat(chat_id)
        new = Chat(id=-next(self._supergroups), type="supergroup", title=old.title)
        self._open(new, *self._members[chat_id].values())
        self._chats[chat_id] = replace(old, migrated_to=new.id)
        self._changed()
        return new

    def chat(self, chat_id: int) -> Chat:
        """Return the chat; raise NotFound."""
        try:
            return self._chats[chat_id]
        except KeyError:
            raise NotFound(chat=chat_id) from None

    def membership(self, chat_id: int, person_id: int) -> Membership | None:
        """Return how somebody stands in a chat, or none who never was in it."""
        return self._members.get(chat_id, {}).get(person_id)

    def bot_membership(self, chat_id: int) -> Membership:
        """Return how the bot stands in a chat; ``left`` where it never was."""
        return self.membership(chat_id, self.bot.id) or Membership(self.bot, "left")

    def person(self, person_id: int) -> Person | None:
        """Return somebody who is or was in any chat."""
        return next((seats[person_id].person for seats in self._members.values() if person_id in seats), None)

    def members(self, chat_id: int) -> tuple[Membership, ...]:
        """Return everybody who is in the chat now."""
        return tuple(member for member in self._members[chat_id].values() if member.is_present)

    def seat(self, chat_id: int, membership: Membership) -> None:
        """Write down how somebody stands in a chat from now on; raise NotFound."""
        self._members[self.chat(chat_id).id][membership.person.id] = membership
        self._changed()

    # --- messages ---

    def post(
        self, chat_id: int, sender: Person, kind: MessageKind = "text", *, opens_topic: bool = False, **content: Any
    ) -> Message:
        """Write a new message, numbered by its chat; ``content`` are fields of Message. Raise NotFound."""
        written = self._messages[self.chat(chat_id).id]
        number = max(written, default=self._first_message - 1) + 1
        if opens_topic:
            self._topics[chat_id][number] = True
            content["thread"] = number
        written[number] = Message(
            id=number, chat_id=chat_id, sender=sender, at=self.now().replace(microsecond=0), kind=kind, **content
        )
        self._changed()
        return written[number]

    def message(self, chat_id: int, message_id: int) -> Message:
        """Return a message that can be seen; raise NotFound when there never was one or it is deleted."""
        found = self._messages[self.chat(chat_id).id].get(message_id)
        if found is None or found.is_deleted:
            raise NotFound(chat=chat_id, message=message_id)
        return found

    def messages(self, chat_id: int) -> tuple[Message, ...]:
        """Return all messages of a chat, oldest first, with what is left of the deleted; raise NotFound."""
        return tuple(self._messages[self.chat(chat_id).id].values())

    def edit(self, message: Message, **changes: Any) -> Message:
        """Change fields of a message; return it as it is now."""
        edited = replace(message, edits=message.edits + 1, edited_at=self.now().replace(microsecond=0), **changes)
        self._messages[message.chat_id][message.id] = edited
        self._changed()
        return edited

    def delete(self, message: Message) -> None:
        """Delete a message with everything it said and showed; its number stays taken."""
        self._messages[message.chat_id][message.id] = replace(
            message, text="", html="", buttons=(), file=None, place=None, contact=None, is_deleted=True
        )
        self._changed()

    def has_topic(self, chat_id: int, thread: int) -> bool:
        """Whether a forum has this topic."""
        return thread in self._topics.get(chat_id, {})

    def is_topic_open(self, chat_id: int, thread: int) -> bool:
        """Whether everybody may write in a topic."""
        return self._topics[chat_id][thread]

    def set_topic(self, chat_id: int, thread: int, *, is_open: bool) -> None:
        """Close a topic, or open it again; raise NotFound."""
        if not self.has_topic(chat_id, thread):
            raise NotFound(chat=chat_id, topic=thread)
        self._topics[chat_id][thread] = is_open
        self._changed()

    def delete_topic(self, chat_id: int, thread: int) -> None:
        """Delete a topic with everything in it; raise NotFound."""
        if self._topics[self.chat(chat_id).id].pop(thread, None) is None:
            raise NotFound(chat=chat_id, topic=thread)
        for message in self.messages(chat_id):
            if message.thread == thread:
                self.delete(message)

    def new_number(self) -> int:
        """Return a number that nothing else has (for albums)."""
        return next(self._numbers)

    # --- files ---

    def new_file(self, kind: FileKind, *, name: str, mime: str, content: bytes, **sizes: int) -> StoredFile:
        """Give bytes an id; they are kept by the messages that show them. ``sizes`` are fields of StoredFile."""
        file_id = f"{kind}-{self._first_message}-{next(self._numbers)}"
        return StoredFile(id=file_id, kind=kind, name=name, mime=mime, content=content, **sizes)

    def file(self, file_id: str) -> StoredFile:
        """Return a file that some message shows; raise NotFound."""
        for messages in self._messages.values():
            for message in messages.values():
                if message.file and message.file.id == file_id:
                    return message.file
        raise NotFound(file=file_id)

    # --- pressed buttons ---

    def new_press(self, message: Message, person: Person, value: str) -> Press:
        """Write down that somebody pressed a callback button."""
        press = Press(
            id=f"{self._first_message}{next(self._numbers):08}",
            chat_id=message.chat_id,
            message_id=message.id,
            person=person,
            value=value,
        )
        self._presses[press.id] = press
        self._changed()
        return press

    def press(self, press_id: str) -> Press:
        """Return what somebody pressed, with the bot's answer if there is one; raise NotFound."""
        try:
            return self._presses[press_id]
        except KeyError:
            raise NotFound(press=press_id) from None

    def answer_press(self, press_id: str, answer: PressAnswer) -> None:
        """Show the bot's answer to who pressed; raise NotFound."""
        self._presses[press_id] = replace(self.press(press_id), answer=answer)
        self._changed()

    # --- updates ---

    def tell_bot(self, kind: str, payload: Json) -> None:
        """Queue an update for the bot."""
        self.updates.put(kind, payload, at=self.now())
        self._changed()

    def _open(self, chat: Chat, *members: Membership) -> Chat:
        self._chats[chat.id] = chat
        self._members[chat.id] = {member.person.id: member for member in members}
        self._messages[chat.id] = {}
        self._topics[chat.id] = {}
        self._changed()
        return chat

    def _changed(self) -> None:
        self.version += 1
        for watcher in tuple(self._watchers):
            watcher()
