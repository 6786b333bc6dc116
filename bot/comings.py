"""Notices who comes into the chats, and where the bot is taken or thrown out, for supervisors to know."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from telegram import ChatMember, ChatMemberUpdated, Message, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.followers import Followers
from bot.homes import Homes
from bot.services import Services
from bot.speakers import name_of
from showme.ports import Clock
from showme.services.guarding import Guarding

_GONE: Final = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})
_THE_SAME: Final = timedelta(minutes=1)
"""Telegram tells an administrator of one coming twice: in the chat, and as a change of its members."""
_REMEMBERED: Final = 200


class Comings:
    """Hears of members; the chats of people alone with the bot are theirs."""

    def __init__(
        self, *, services: Services, guarding: Guarding, followers: Followers, homes: Homes, clock: Clock
    ) -> None:
        """End enrolments through the services, tell supervisors through ``guarding``; ask ``homes`` whose they are."""
        self._services = services
        self._guarding = guarding
        self._followers = followers
        self._homes = homes
        self._clock = clock
        self._lately: deque[tuple[int, int, datetime]] = deque(maxlen=_REMEMBERED)

    async def of_bot(self, change: ChatMemberUpdated) -> None:
        """Follow a chat no more that the bot has left; tell supervisors where it comes and goes.

        Who and where is told to the organisations that the person belongs to.
        """
        was_there, is_there = _is_there(change.old_chat_member), _is_there(change.new_chat_member)
        if was_there == is_there:
            return
        by, title = name_of(change.from_user), change.chat.title or name_of(change.from_user)
        if not is_there and await self._services.enrolling.leave(change.chat.id, by=by):
            # Its end is in the journal of its organisation already.
            self._followers.look_again()
        elif change.chat.type != ChatType.PRIVATE:
            known_to = {home.organisation for home in await self._homes.of(change.from_user)}
            await self._guarding.note_bot("added" if is_there else "removed", title=title, by=by, known_to=known_to)

    async def of_person(self, change: ChatMemberUpdated) -> None:
        """Tell supervisors of somebody who is in an enrolled chat now, and was not."""
        if not _is_there(change.old_chat_member) and _is_there(change.new_chat_member):
            await self._joined(change.chat.id, change.new_chat_member.user, by=change.from_user)

    async def announced(self, message: Message) -> None:
        """Do the same where the chat itself says who has come: what a bot hears that is no administrator."""
        for person in message.new_chat_members:
            await self._joined(message.chat.id, person, by=message.from_user or person)

    async def _joined(self, telegram_id: int, person: User, *, by: User) -> None:
        now = self._clock.now()
        is_known = any(
            (chat, who) == (telegram_id, person.id) and now - at < _THE_SAME for chat, who, at in self._lately
        )
        if not is_known:
            self._lately.append((telegram_id, person.id, now))
            await self._guarding.note_joined(telegram_id, name=name_of(person), by=name_of(by))


def _is_there(member: ChatMember) -> bool:
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status not in _GONE
