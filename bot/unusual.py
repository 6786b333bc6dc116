"""Finds what is unusual about an invitation, so that it is asked about before an SMS leaves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.reading import Wish
from bot.voice import Voice
from showme.domain.phone_numbers import PhoneNumber, read_number
from showme.errors import NotFound
from showme.records import Work

QUESTION_STANDS: Final = timedelta(minutes=2)
"""How long "Send the SMS?" waits for an answer; by then the caller has been asked, or helped another way."""
_LATELY: Final = timedelta(minutes=5)
_TOKEN_BYTES: Final = 8


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """The same number was invited a moment ago, and that invitation is still open."""

    number: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Unusual:
    """What is unusual about inviting a number; at least one of the three."""

    to: PhoneNumber
    is_foreign: bool
    repeated: Repeated | None
    takes_last_credit: bool

    def question(self, voice: Voice, now: datetime) -> str:
        """Ask whether it is meant, in HTML."""
        lines = []
        if self.is_foreign:
            lines.append(voice.html("unusual.foreign", number=self.to.masked, country=self.to.country))
        if self.repeated is not None:
            ago = voice.seconds((now - self.repeated.at).total_seconds())
            lines.append(voice.html("unusual.repeated", number=self.to.masked, time=ago, earlier=self.repeated.number))
        if self.takes_last_credit:
            lines.append(voice.html("unusual.last_credit"))
        return "\n".join([*lines, f"<b>{voice.html('unusual.ask')}</b>"])


async def find_unusual(
    work: Work, organisation: int, typed: str, *, now: datetime, repeats_matter: bool = True
) -> Unusual | None:
    """Return what is unusual about inviting a number that was typed, None when nothing is.

    Raise NotInvitable when it is no number that can be invited, NotFound.
    """
    ours = await work.organisations.get(organisation)
    if ours is None:
        raise NotFound
    to = read_number(typed, region=ours.region)
    unusual = Unusual(
        to=to,
        is_foreign=to.country != ours.region,
        repeated=await _repeated(work, organisation, to, now=now) if repeats_matter else None,
        takes_last_credit=await work.ledger.balance(organisation) == 1,
    )
    is_usual = not unusual.is_foreign and unusual.repeated is None and not unusual.takes_last_credit
    return None if is_usual else unusual


async def _repeated(work: Work, organisation: int, to: PhoneNumber, *, now: datetime) -> Repeated | None:
    for invitation in await work.invitations.newest(organisation):
        if invitation.created_at < now - _LATELY:
            break
        # The masked number first: it tells most of them apart without a look at anybody's real one.
        if invitation.masked_number != to.masked or invitation.state(now) != "open":
            continue
        if await work.invitations.number_of(invitation.id) == to.e164:
            return Repeated(number=invitation.number, at=invitation.created_at)
    return None


class Questions:
    """Wishes that wait for a yes; kept in memory only, as they hold a citizen's number."""

    def __init__(self) -> None:
        """Wait for nothing yet."""
        self._waiting: dict[str, tuple[int, Wish, datetime]] = {}

    def ask(self, chat: int, wish: Wish, now: datetime) -> str:
        """Keep a wish for a while; return the token that answers for it."""
        self._waiting = {token: kept for token, kept in self._waiting.items() if kept[2] > now}
        token = secrets.token_hex(_TOKEN_BYTES)
        self._waiting[token] = (chat, wish, now + QUESTION_STANDS)
        return token

    def take(self, token: str, chat: int, now: datetime) -> Wish | None:
        """Return the wish of a token, once; None when it is another chat's, too old, or from before a restart."""
        asked_in, wish, until = self._waiting.get(token, (None, None, now))
        if asked_in != chat or until <= now:
            return None
        del self._waiting[token]
        return wish
