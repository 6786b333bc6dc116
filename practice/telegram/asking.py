"""What a bot may ask about itself, chats, members and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from practice.telegram import shapes
from practice.telegram.access import reach_chat
from practice.telegram.records import Membership
from practice.telegram.rejected import bad_request
from showme.errors import NotFound

if TYPE_CHECKING:
    from practice.telegram.chats import Chats
    from practice.telegram.reading import BotRequest
    from practice.telegram.records import Json

_LEADERS = frozenset({"creator", "administrator"})


class Asking:
    """The ``get…`` methods, except those about updates and commands."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    async def get_me(self, _request: BotRequest) -> Json:
        """Return the bot."""
        return shapes.bot_user(self._chats.bot, hears_all=self._chats.hears_all)

    async def get_chat(self, request: BotRequest) -> Json:
        """Return everything about a chat."""
        return shapes.full_chat(reach_chat(self._chats, request.chat_id))

    async def get_chat_member(self, request: BotRequest) -> Json:
        """Return how somebody stands in a chat; ``left`` for people who never were in it."""
        chat = reach_chat(self._chats, request.chat_id)
        person_id = request.whole("user_id") or 0
        found = self._chats.membership(chat.id, person_id) or self._stranger(person_id)
        if found is None:
            raise bad_request("invalid user_id specified")
        return shapes.member(found)

    async def get_chat_member_count(self, request: BotRequest) -> int:
        """Return how many are in a chat."""
        return len(self._chats.members(reach_chat(self._chats, request.chat_id).id))

    async def get_chat_administrators(self, request: BotRequest) -> list[Json]:
        """Return who leads a group; other bots than this one only with ``return_bots``."""
        chat = reach_chat(self._chats, request.chat_id)
        if not chat.is_group:
            raise bad_request("there are no administrators in the private chat")
        leaders = [member for member in self._chats.members(chat.id) if member.standing in _LEADERS]
        with_bots = request.flag("return_bots")
        return [
            shapes.member(leader)
            for leader in leaders
            if with_bots or not leader.person.is_bot or leader.person.id == self._chats.bot.id
        ]

    async def get_file(self, request: BotRequest) -> Json:
        """Return where the bytes of a file are."""
        try:
            return shapes.file(self._chats.file(request.text("file_id") or ""))
        except NotFound:
            raise bad_request("wrong file_id or the file is temporarily unavailable") from None

    def _stranger(self, person_id: int) -> Membership | None:
        known = self._chats.person(person_id)
        return Membership(known, "left") if known else None
