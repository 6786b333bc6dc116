"""Administering: the operator adds organisations and rotates their secrets."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from phonenumbers import SUPPORTED_REGIONS

from showme.domain.credits import INITIAL_TOP_UP, Entry
from showme.domain.events import Kind
from showme.domain.keys import SECRET_BYTES
from showme.domain.organisations import MOST_NAME
from showme.domain.words import TEAM_LANGUAGES
from showme.errors import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showme.domain.organisations import Organisation
    from showme.ports import Clock
    from showme.records import Records, Work

OPERATOR: Final = "operator"
_NAME: Final = re.compile(r"[0-9A-Za-z .,'&/-]+")
"""Letters that one GSM-7 SMS carries one by one, whatever the language of its text."""


class Administering:
    """What is done from the command line."""

    def __init__(self, *, records: Records, clock: Clock, initial_top_up: int = INITIAL_TOP_UP) -> None:
        """Work on these records, by this clock; a new organisation has so many credits to begin with."""
        self._records = records
        self._clock = clock
        self._initial_top_up = initial_top_up

    async def add_organisation(self, *, name: str, region: str, language: str) -> Organisation:
        """Add an organisation with a fresh secret; raise NotUnderstood."""
        if not _NAME.fullmatch(name) or len(name) > MOST_NAME:
            raise NotUnderstood("organisation_name_not_understood", most=MOST_NAME)
        if region not in SUPPORTED_REGIONS:
            raise NotUnderstood("region_not_known")
        if language not in TEAM_LANGUAGES:
            raise NotUnderstood("language_not_offered", offered=", ".join(TEAM_LANGUAGES))

        async def adding(work: Work) -> Organisation:
            now = self._clock.now()
            added = await work.organisations.add(
                name=name, region=region, language=language, at=now, secret=secrets.token_bytes(SECRET_BYTES)
            )
            await work.ledger.write(Entry.INITIAL, self._initial_top_up, organisation=added.id, actor=OPERATOR, at=now)
            return added

        return await self._records.write(adding)

    async def organisations(self) -> Sequence[Organisation]:
        """Return every organisation."""

        async def looking(work: Work) -> Sequence[Organisation]:
            return await work.organisations.all()

        return await self._records.read(looking)

    async def set_sound(self, organisation: int, *, sound: bool) -> None:
        """Let an organisation's live video ask for sound from its start, or only when a dispatcher does."""

        async def setting(work: Work) -> None:
            await work.organisations.set_sound(organisation, sound=sound)

        await self._records.write(setting)

    async def rotate_secret(self, organisation: int) -> None:
        """Give an organisation a new secret; links already sent work until they expire."""

        async def rotating(work: Work) -> None:
            now = self._clock.now()
            await work.organisations.rotate(organisation, secret=secrets.token_bytes(SECRET_BYTES), at=now)
            await work.journal.append(Kind.SECRET_ROTATED, organisation=organisation, at=now, actor=OPERATOR)

        await self._records.write(rotating)
