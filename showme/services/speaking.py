"""Speaking: a dispatcher reads a short code to a caller whom no SMS reaches, and the caller types it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.errors import NotFound, TooMany, Unavailable, WrongKey
from showme.services.linking import key_of
from showme.services.opening import CITIZEN

if TYPE_CHECKING:
    from datetime import datetime

    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work

CODE_LIFE: Final = timedelta(minutes=10)
_LOOK_BACK: Final = timedelta(minutes=10)
_DIGITS: Final = 6
_MORE_DIGITS: Final = 8
_GUESSED: Final = 200
"""Wrong tries within ten minutes above which codes get longer; it never becomes a lock for everybody."""
_FREE_TRIES: Final = 5
"""Wrong tries of one address before it has to wait; people mistype, and a family shares an address."""
_ATTEMPTS: Final = 20


class Speaking:
    """Shows spoken codes and takes them."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def show(self, dispatcher: Dispatcher, invitation_id: str) -> tuple[str, datetime]:
        """Make the invitation's code, which ends the one before; return it and its end. Raise NotFound, LinkEnded."""
        now = self._clock.now()
        expires_at = now + CODE_LIFE

        async def showing(work: Work) -> str:
            invitation = await work.invitations.get(dispatcher.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            invitation.refuse_unless_open(now)
            is_guessed = await work.spoken_codes.wrong_since(now - _LOOK_BACK) > _GUESSED
            digits = _MORE_DIGITS if is_guessed else _DIGITS
            for _ in range(_ATTEMPTS):
                code = "".join(secrets.choice("0123456789") for _ in range(digits))
                if await work.spoken_codes.add(
                    code, organisation=invitation.organisation, invitation=invitation.id, expires_at=expires_at
                ):
                    break
            else:
                raise Unavailable("no_code_free")
            await work.journal.append(
                Kind.CODE_SHOWN,
                organisation=invitation.organisation,
                at=now,
                actor=dispatcher.name,
                invitation=invitation.id,
            )
            if is_guessed:
                await work.journal.append(
                    Kind.CODES_GUESSED, organisation=invitation.organisation, at=now, actor=CITIZEN
                )
            return code

        return await self._records.write(showing), expires_at

    async def hear(self, typed: str, *, address: str) -> str:
        """Take a code, once, and return the key of its invitation.

        Raise WrongKey (``code_not_known``), TooMany for an address that has tried wrong ones, LinkEnded.
        """
        now = self._clock.now()
        code = "".join(character for character in typed if character.isdecimal() and character.isascii())
        asker = hashlib.sha256(address.encode()).hexdigest()

        async def hearing(work: Work) -> str | None:
            wrong = await work.spoken_codes.wrong_since(now - _LOOK_BACK, address=asker)
            if wrong >= _FREE_TRIES and await work.spoken_codes.wrong_since(
                now - timedelta(seconds=_wait(wrong)), address=asker
            ):
                raise TooMany("code_wait", retry_after=_wait(wrong))
            spent = await work.spoken_codes.spend(code, now) if len(code) in {_DIGITS, _MORE_DIGITS} else None
            invitation = await work.invitations.get(*spent) if spent else None
            if invitation is None:
                await work.spoken_codes.note_wrong(asker, now)
                return None
            invitation.refuse_unless_open(now)
            await work.journal.append(
                Kind.OPENED_BY_CODE,
                organisation=invitation.organisation,
                at=now,
                actor=CITIZEN,
                invitation=invitation.id,
            )
            return await key_of(work, invitation)

        key = await self._records.write(hearing)
        if key is None:
            raise WrongKey("code_not_known")
        return key


def _wait(wrong: int) -> int:
    """Return for how many seconds an address waits after so many wrong tries: 4, 8, 16 … at most 60."""
    return min(60, 4 << max(0, wrong - _FREE_TRIES))
