"""Follows a group that became a supergroup, and with it got another number."""

from __future__ import annotations

from showme.records import Records, Work


async def follow_group(records: Records, telegram_id: int, new_telegram_id: int) -> None:
    """Note the new number."""

    async def moving(work: Work) -> None:
        await work.chats.moved(telegram_id, new_telegram_id)

    await records.write(moving)
