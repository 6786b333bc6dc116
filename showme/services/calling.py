"""Calling: live video of an invitation, from the moment its camera runs until it ends or falls silent."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, get_args

from showme.domain.events import Kind
from showme.domain.ladder import Rung
from showme.errors import NotFound, NotUnderstood
from showme.services.opening import CITIZEN, note_tap
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from showme.domain.invitations import Invitation
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work
    from showme.services.opening import Opened

How = Literal["direct", "relay", "stills"]
"""Which way a picture came: from the phone itself, through a TURN relay, or as stills by HTTPS."""
HOWS: Final[tuple[How, ...]] = get_args(How)
Cause = Literal["stopped", "lost", "ended"]

SILENCE: Final = timedelta(seconds=30)
"""How long a phone may give no sign until its live video counts as lost."""
_NOTE_EVERY: Final = timedelta(seconds=10)
"""How far the noted sign of a phone may lag behind: another process judges by it, and so do we after a crash."""
_LOOK_EVERY: Final = 5.0
_JUMP: Final = timedelta(seconds=20)


@dataclass(kw_only=True)
class _Live:
    """A phone that gave signs, and what was seen of its live video, as this process knows it."""

    organisation: int
    heard_at: datetime
    noted_at: datetime
    seen: set[tuple[str, How]] = field(default_factory=set)


class Calling:
    """Knows which invitations are live, who watches them, and ends those whose phone has gone."""

    def __init__(self, *, records: Records, clock: Clock, report: Callable[[str, BaseException], None]) -> None:
        """Tell ``report`` what a look at the lives met; the next look comes soon."""
        self._records = records
        self._clock = clock
        self._report = report
        self._lives: dict[str, _Live] = {}
        self._joined_at: dict[str, datetime] = {}
        self._noting_what_is_seen = asyncio.Lock()
        self._pictures: Counter[How] = Counter(dict.fromkeys(HOWS, 0))
        self._over: list[Callable[[str], None]] = []
        self._judges_from: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look; a phone that an earlier run left live has a minute to be heard again."""
        self._wait_for_signs()
        self._task = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """Stop looking; what is live stays so, because the picture goes on without us."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def pictures(self) -> Mapping[How, int]:
        """How many first pictures viewers have had before their eyes since we began, by the way they came."""
        return self._pictures

    def when_over(self, tell: Callable[[str], None]) -> None:
        """Let ``tell`` hear the ids of invitations that are live no longer, or are not, five seconds later at most."""
        self._over.append(tell)

    async def begin(self, opened: Opened) -> None:
        """Note that the camera runs; one that runs already, and was heard of lately, goes on as the same.

        Raise NotFound, LinkEnded.
        """
        now, invitation_id = self._clock.now(), opened.invitation.id

        async def beginning(work: Work) -> None:
            invitation = await _existing(work, opened.organisation.id, invitation_id)
            invitation.refuse_unless_open(now)
            await note_tap(work, invitation, now=now)
            for rung in (Rung.CAMERA_ALLOWED, Rung.CONNECTING):
                await work.invitations.reach(invitation_id, rung, now)
            await work.invitations.note_camera_refused(invitation_id, None)
            known = self._lives.get(invitation_id)
            if known is not None and now - known.heard_at >= SILENCE:
                await work.invitations.note_heard(invitation_id, known.heard_at)
                await end_live(work, invitation, at=now, actor=SHOWME, cause="lost")
            if await work.invitations.begin_live(invitation_id, now):
                await work.journal.append(
                    Kind.LIVE_BEGAN,
                    organisation=invitation.organisation,
                    at=now,
                    actor=CITIZEN,
                    invitation=invitation_id,
                )
                self._lives.pop(invitation_id, None)

        await self._records.write(beginning)
        self._note_sign(invitation_id, opened.organisation.id, now)

    async def end(self, opened: Opened) -> None:
        """Note that the citizen has stopped the camera; nothing happens where it did not run."""
        now, invitation = self._clock.now(), opened.invitation

        async def ending(work: Work) -> None:
            await work.invitations.note_heard(invitation.id, now)
            await end_live(work, invitation, at=now, actor=CITIZEN, cause="stopped")
            await work.invitations.note_live_lost(invitation.id, None)

        await self._records.write(ending)
        self._forget(invitation.id)

    def hear(self, invitation: Invitation) -> None:
        """Note a sign of an invitation's phone; it costs next to nothing, and means nothing while it is not live.

        ``invitation`` may be as it was some time ago: whether it is live is looked up when the signs are noted.
        """
        self._note_sign(invitation.id, invitation.organisation, self._clock.now())

    async def join(self, watcher: Dispatcher, invitation_id: str, peer: str) -> None:
        """Note that somebody watches, or waits to; raise NotFound, LinkEnded."""
        now = self._clock.now()

        async def joining(work: Work) -> None:
            invitation = await _existing(work, watcher.organisation, invitation_id)
            invitation.refuse_unless_open(now)
            await work.journal.append(
                Kind.VIEWER_JOINED,
                organisation=invitation.organisation,
                at=now,
                actor=watcher.name,
                invitation=invitation.id,
                detail={"peer": peer},
            )

        await self._records.write(joining)
        self._joined_at[peer] = now

    async def leave(self, watcher: Dispatcher, invitation_id: str, peer: str) -> None:
        """Note that somebody who had joined watches no longer."""
        now = self._clock.now()
        joined_at = self._joined_at.pop(peer, None)
        if joined_at is None:
            return

        async def leaving(work: Work) -> None:
            if await work.invitations.get(watcher.organisation, invitation_id) is not None:
                await work.journal.append(
                    Kind.VIEWER_LEFT,
                    organisation=watcher.organisation,
                    at=now,
                    actor=watcher.name,
                    invitation=invitation_id,
                    detail={"peer": peer, "seconds": _seconds(joined_at, now)},
                )

        await self._records.write(leaving)

    async def seen(self, watcher: Dispatcher, invitation_id: str, *, how: How) -> None:
        """Note the first picture that a viewer has before the eyes, once per viewer, live video and way.

        Raise NotFound, NotUnderstood (``not_understood``). What is said of a live video that is over is not noted.
        """
        if how not in HOWS:
            raise NotUnderstood
        told = (watcher.name, how)
        known = self._lives.get(invitation_id)
        if known is not None and known.organisation == watcher.organisation and told in known.seen:
            return
        async with self._noting_what_is_seen:
            await self._note_seen(watcher, invitation_id, told)

    async def _note_seen(self, watcher: Dispatcher, invitation_id: str, told: tuple[str, How]) -> None:
        now = self._clock.now()

        async def seeing(work: Work) -> Invitation:
            invitation = await _existing(work, watcher.organisation, invitation_id)
            live = self._lives.get(invitation_id)
            if not invitation.is_live or invitation.state(now) != "open" or (live is not None and told in live.seen):
                return invitation
            await work.invitations.reach(invitation_id, Rung.FIRST_PICTURE, now)
            await work.journal.append(
                Kind.PICTURE_SEEN,
                organisation=invitation.organisation,
                at=now,
                actor=watcher.name,
                invitation=invitation_id,
                detail={"how": told[1]},
            )
            return invitation

        invitation = await self._records.write(seeing)
        if invitation.is_live:
            seen = self._known(invitation_id, invitation.organisation, now).seen
            self._pictures[told[1]] += told not in seen
            seen.add(told)

    async def look(self) -> None:
        """Note the signs of the phones, and end the live video of those that gave none for half a minute."""
        now = self._clock.now()
        await self._forget_those_not_live()
        due = {
            name: live.heard_at
            for name, live in self._lives.items()
            if live.heard_at > live.noted_at
            and (live.heard_at - live.noted_at >= _NOTE_EVERY or live.noted_at <= now - SILENCE)
        }
        judges = self._judges_from is None or now >= self._judges_from

        async def silent(work: Work) -> Sequence[Invitation]:
            return await work.invitations.unheard_since(now - SILENCE) if judges else ()

        async def noting(work: Work) -> Sequence[str]:
            for name, heard_at in due.items():
                await work.invitations.note_heard(name, heard_at)
            lost = await silent(work)
            for invitation in lost:
                if await end_live(work, invitation, at=now, actor=SHOWME, cause="lost"):
                    await work.invitations.note_live_lost(invitation.id, now)
            return [invitation.id for invitation in lost]

        somebody_is_silent = bool(await self._records.read(silent))
        if not due and not somebody_is_silent:
            return
        lost = await self._records.write(noting)
        for name, heard_at in due.items():
            if name in self._lives:
                self._lives[name].noted_at = heard_at
        for name in lost:
            self._forget(name)

    async def _forget_those_not_live(self) -> None:
        """Forget whose invitation was closed or has expired, and who gave a sign without being live."""
        known = dict(self._lives)
        if not known:
            return
        live = await self._records.read(lambda work: work.invitations.live())
        now = self._clock.now()
        for name, as_known in known.items():
            if name not in live and self._lives.get(name) is as_known:
                self._forget(name)
            elif as_known.noted_at >= as_known.heard_at and now - as_known.heard_at > 2 * SILENCE:
                self._lives.pop(name, None)  # it is live all the same: another node hears it now

    def _known(self, invitation_id: str, organisation: int, now: datetime) -> _Live:
        return self._lives.setdefault(
            invitation_id, _Live(organisation=organisation, heard_at=now, noted_at=now - _NOTE_EVERY)
        )

    def _note_sign(self, invitation_id: str, organisation: int, now: datetime) -> None:
        self._known(invitation_id, organisation, now).heard_at = now

    def _forget(self, invitation_id: str) -> None:
        self._lives.pop(invitation_id, None)
        for tell in self._over:
            tell(invitation_id)

    def _wait_for_signs(self) -> None:
        """Judge nobody until every phone has had the time to be heard."""
        self._judges_from = self._clock.now() + 2 * SILENCE

    async def _go_on(self) -> None:
        while True:
            before = self._clock.now()
            await asyncio.sleep(_LOOK_EVERY)
            if self._clock.now() - before > _JUMP:  # the clock was set, or the whole machine slept
                self._wait_for_signs()
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next look comes in time
                self._report("calling_look_failed", error)


async def end_live(work: Work, invitation: Invitation, *, at: datetime, actor: str, cause: Cause) -> bool:
    """End an invitation's live video within a transaction; return False where there was none."""
    span = await work.invitations.end_live(invitation.id, at, silence=SILENCE)
    if span is None:
        return False
    await work.journal.append(
        Kind.LIVE_ENDED,
        organisation=invitation.organisation,
        at=at,
        actor=actor,
        invitation=invitation.id,
        detail={"cause": cause, "seconds": _seconds(*span)},
    )
    return True


async def _existing(work: Work, organisation: int, invitation_id: str) -> Invitation:
    invitation = await work.invitations.get(organisation, invitation_id)
    if invitation is None:
        raise NotFound
    return invitation


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, round((until - since).total_seconds()))
