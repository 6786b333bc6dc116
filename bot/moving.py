"""Follows a group that became a supergroup, and with it got another number."""

from __future__ import annotations

from typing import Final

from showme.domain.chats import Errand, Posted
from showme.records import Records, Work

_STANDING: Final = (Errand.CARD, Errand.PHOTO, Errand.LOCATION, Errand.LINK)


async def follow_group(records: Records, telegram_id: int, new_telegram_id: int) -> None:
    """Note the new number, and forget our messages: they stay behind, and their numbers begin anew over there.

    A number that we kept would later delete or change whatever has it in the supergroup.
    """

    async def looking(work: Work) -> list[Posted]:
        chat = await work.chats.enrolled(telegram_id)
        if chat is None:
            return []
        return [
            message
            for invitation in await work.invitations.newest(chat.organisation)
            for errand in _STANDING
            for message in await work.chats.posted(chat.id, invitation=invitation.id, errand=errand)
        ]

    left_behind = await records.read(looking)

    async def moving(work: Work) -> None:
        await work.chats.moved(telegram_id, new_telegram_id)
        for message in left_behind:
            await work.chats.removed(message)

    await records.write(moving)
