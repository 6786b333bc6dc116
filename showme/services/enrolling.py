"""Enrolling: a team chat begins to follow an organisation."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from showme.domain.chats import MOST_TITLE
from showme.domain.events import Kind
from showme.domain.people import ENROLMENT_CODE_LIFE
from showme.errors import NotAllowed
from showme.services.signing_in import digest_of_secret

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from showme.domain.chats import Chat
    from showme.domain.people import Role
    from showme.ports import Clock
    from showme.records import Records, Work

_CODE_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I or O: the code may be read aloud."""
_CODE_LENGTH: Final = 10


class Enrolling:
    """Makes single-use codes, and enrols the chats in which they are typed."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def make_code(self, organisation: int, *, role: Role = "dispatcher") -> tuple[str, datetime]:
        """Make a code that enrols one chat within a quarter of an hour; return it and its end."""
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        expires_at = self._clock.now() + ENROLMENT_CODE_LIFE

        async def adding(work: Work) -> None:
            await work.chats.add_code(
                digest_of_secret(code), organisation=organisation, role=role, expires_at=expires_at
            )

        await self._records.write(adding)
        return f"{code[:5]}-{code[5:]}", expires_at

    async def enrol(self, code: str, *, telegram_id: int, title: str, by: str, language: str) -> Chat:
        """Enrol a chat by a code; raise NotAllowed when the code is wrong, used or too old."""
        now = self._clock.now()
        written = re.sub(r"[^0-9A-Z]", "", code.upper())

        async def enrolling(work: Work) -> Chat:
            spent = await work.chats.spend_code(digest_of_secret(written), now)
            if spent is None:
                raise NotAllowed("enrolment_code_not_valid")
            organisation, role = spent
            chat = await work.chats.enrol(
                organisation=organisation,
                telegram_id=telegram_id,
                title=title[:MOST_TITLE],
                role=role,
                language=language,
                at=now,
            )
            event = await work.journal.append(
                Kind.CHAT_ENROLLED,
                organisation=organisation,
                at=now,
                actor=by,
                detail={"chat": chat.id, "title": title, "role": role},
            )
            await work.chats.advance(chat.id, event.number)
            return chat

        return await self._records.write(enrolling)

    async def leave(self, telegram_id: int, *, by: str) -> bool:
        """End a chat's enrolment; return False when it has none."""
        now = self._clock.now()

        async def leaving(work: Work) -> bool:
            chat = await work.chats.enrolled(telegram_id)
            if chat is None:
                return False
            await work.chats.leave(chat.id, now)
            await work.journal.append(
                Kind.CHAT_LEFT, organisation=chat.organisation, at=now, actor=by, detail={"title": chat.title}
            )
            return True

        return await self._records.write(leaving)

    async def chats(self, organisation: int) -> Sequence[Chat]:
        """Return the chats that follow an organisation."""

        async def looking(work: Work) -> Sequence[Chat]:
            return await work.chats.all(organisation)

        return await self._records.read(looking)
