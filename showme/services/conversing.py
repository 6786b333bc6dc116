"""Conversing: dispatcher and citizen write to each other, where one cannot hear, cannot speak or must be silent."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Event, Kind
from showme.domain.ladder import Rung
from showme.domain.talk import (
    LONGEST_WAIT,
    SENTENCES,
    Message,
    conversation,
    message_of,
    read_sentence,
    read_sentence_id,
    shown_up_to,
)
from showme.errors import Contradiction, NotFound, TooMany, WrongKey
from showme.services.opening import CITIZEN, note_tap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from showme.domain.invitations import Invitation
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work
    from showme.services.opening import Opened

MOST_SENTENCES: Final = 60
"""Sentences of each side within ``WITHIN``; nobody types faster, and each may sound in a team chat."""
WITHIN: Final = timedelta(minutes=10)


class Conversing:
    """Writes sentences into the journal, which alone holds them: forgetting an invitation erases them."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def say(
        self,
        by: Dispatcher,
        invitation_id: str,
        *,
        text: str | None = None,
        ready: str | None = None,
        id: str | None = None,  # noqa: A002 - as the doors call it
    ) -> Message:
        """Say something to a citizen, typed or ready-made; with an ``id`` once, however often it is sent.

        Raise NotUnderstood, NotFound, LinkEnded, TooMany, Contradiction (the id stands for another sentence).
        """
        told = read_sentence(text=text, ready=ready, by_citizen=False)
        name, now = read_sentence_id(id) if id is not None else None, self._clock.now()

        async def saying(work: Work) -> Event:
            invitation = await work.invitations.hold(by.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            invitation.refuse_unless_open(now)
            events = await _sentences(work, invitation)
            known = _told_before(events, Kind.SENTENCE_SAID, name, told)
            if known is not None:
                return known
            _refuse_flood(events, Kind.SENTENCE_SAID, now)
            return await work.journal.append(
                Kind.SENTENCE_SAID,
                organisation=invitation.organisation,
                at=now,
                actor=by.name,
                invitation=invitation.id,
                detail={**told, "id": name} if name is not None else told,
            )

        message = message_of(await self._records.write(saying))
        assert message is not None  # noqa: S101 - what was just read says something
        return message

    async def hear(
        self,
        opened: Opened,
        *,
        id: str,  # noqa: A002 - as the page calls it
        language: str,
        text: str | None = None,
        ready: str | None = None,
        reply_to: int | None = None,
        waited: float = 0,
    ) -> None:
        """Take what a citizen says, once for each ``id``; writing is a tap.

        ``language`` is the page's; ``reply_to`` the number of what is answered, left out where nothing of this
        conversation has it: the sentence matters more; ``waited`` the seconds it lay on the phone.
        Raise NotUnderstood, LinkEnded, TooMany, Contradiction (the id stands for another sentence).
        """
        name, now = read_sentence_id(id), self._clock.now()
        told = read_sentence(text=text, ready=ready, by_citizen=True)

        async def hearing(work: Work) -> None:
            invitation = await _held_open(work, opened, now=now)
            events = await _sentences(work, invitation)
            if _told_before(events, Kind.SENTENCE_HEARD, name, told) is not None:
                return
            _refuse_flood(events, Kind.SENTENCE_HEARD, now)
            more: dict[str, object] = {"id": name, "language": language}
            if any(event.number == reply_to for event in events if event.kind is Kind.SENTENCE_SAID):
                more["reply_to"] = reply_to
            lay = int(min(max(waited, 0), LONGEST_WAIT))
            if lay:
                more["waited"] = lay
            await note_tap(work, invitation, now=now)
            await work.journal.append(
                Kind.SENTENCE_HEARD,
                organisation=invitation.organisation,
                at=now,
                actor=CITIZEN,
                invitation=invitation.id,
                detail=told | more,
            )

        await self._records.write(hearing)

    async def note_shown(self, opened: Opened, number: int) -> None:
        """Note that the page has shown what was said, up to a number; what it confirmed before changes nothing.

        Before the first tap nothing is noted, as scanners run pages too: the page confirms again after it.
        Raise LinkEnded.
        """
        now = self._clock.now()

        async def noting(work: Work) -> None:
            invitation = await _held_open(work, opened, now=now)
            if Rung.TAPPED not in invitation.reached:
                return
            events = await _sentences(work, invitation)
            said = [event.number for event in events if event.kind is Kind.SENTENCE_SAID and event.number <= number]
            if said and said[-1] > max(map(shown_up_to, events)):
                await work.journal.append(
                    Kind.SENTENCE_SHOWN,
                    organisation=invitation.organisation,
                    at=now,
                    actor=CITIZEN,
                    invitation=invitation.id,
                    detail={"up_to": said[-1]},
                )

        await self._records.write(noting)

    async def is_shown(self, by: Dispatcher, invitation_id: str, number: int, *, patience: float = 0) -> bool:
        """Whether the page has shown a sentence, or does so within ``patience`` seconds; raise NotFound."""

        async def looking(work: Work) -> tuple[int, bool]:
            invitation = await work.invitations.get(by.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            events = await _sentences(work, invitation)
            return await work.journal.head(by.organisation), any(shown_up_to(event) >= number for event in events)

        until = asyncio.get_running_loop().time() + patience
        while True:
            head, is_shown = await self._records.read(looking)
            if is_shown:
                return True
            try:
                async with asyncio.timeout_at(until):
                    await self._records.wait_beyond(by.organisation, head)
            except TimeoutError:
                return False

    async def conversation(self, by: Dispatcher, invitation_id: str) -> Sequence[Message]:
        """Return what was said and heard, oldest first; raise NotFound."""

        async def looking(work: Work) -> Sequence[Message]:
            invitation = await work.invitations.get(by.organisation, invitation_id)
            if invitation is None:
                raise NotFound
            return conversation(await _sentences(work, invitation))

        return await self._records.read(looking)

    async def conversation_of(self, opened: Opened) -> Sequence[Message]:
        """Return the citizen's own conversation, oldest first."""

        async def looking(work: Work) -> Sequence[Message]:
            return conversation(await _sentences(work, opened.invitation))

        return await self._records.read(looking)


async def _sentences(work: Work, invitation: Invitation) -> Sequence[Event]:
    return await work.journal.of_invitation(invitation.organisation, invitation.id, SENTENCES)


async def _held_open(work: Work, opened: Opened, *, now: datetime) -> Invitation:
    """Return the invitation, held until the work ends: what comes too late must not outlive the forgetting.

    Raise LinkEnded.
    """
    found = await work.invitations.hold(opened.invitation.organisation, opened.invitation.id)
    if found is None:
        raise WrongKey
    found.refuse_unless_open(now)
    return found


def _told_before(events: Sequence[Event], kind: Kind, name: str | None, told: Mapping[str, object]) -> Event | None:
    """Return the event of the same side with this id; raise Contradiction when it says something else."""
    for event in events:
        if name is not None and event.kind is kind and event.detail.get("id") == name:
            if any(event.detail.get(part) != told.get(part) for part in ("text", "ready")):
                raise Contradiction("sentence_id_used_before")
            return event
    return None


def _refuse_flood(events: Sequence[Event], kind: Kind, now: datetime) -> None:
    """Raise TooMany when this side has said too much lately."""
    lately = [event.at for event in events if event.kind is kind and event.at > now - WITHIN]
    if len(lately) >= MOST_SENTENCES:
        wait = lately[-MOST_SENTENCES] + WITHIN - now
        raise TooMany("too_many_sentences", retry_after=max(1, math.ceil(wait.total_seconds())))
