"""Stills: where live video does not come through, the newest picture of the camera does, in memory only."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.ladder import Rung
from showme.errors import NotAPicture, NotFound, TooLarge
from showme.services.opening import CITIZEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from showme.domain.invitations import Invitation
    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work
    from showme.services.calling import Calling
    from showme.services.opening import Opened

MOST_STILL: Final = 256 * 1024
"""Bytes of one still."""
LIFE: Final = timedelta(seconds=30)
"""How long a still is kept when no newer one comes."""
PACE_WANTED: Final = 1.0
PACE_UNWANTED: Final = 5.0
"""Seconds until the next still is wanted: while somebody waits for it, and while nobody does."""
_WANTED_FOR: Final = timedelta(seconds=5)
_LATE: Final = timedelta(seconds=5)
"""For how long after the camera was stopped a still may have been on its way."""


@dataclass(frozen=True, kw_only=True)
class _Still:
    """One picture; numbers only grow, over restarts too."""

    number: int
    picture: bytes = field(repr=False)
    at: datetime


@dataclass(kw_only=True)
class _Place:
    """What is known of one invitation's stills."""

    still: _Still | None = None
    waiting: int = 0
    waited_at: datetime | None = None
    wanted_elsewhere_at: datetime | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    expiring: asyncio.TimerHandle | None = None
    settling: asyncio.TimerHandle | None = None


class Stills:
    """Holds one still per invitation, the newest, and hands it to whoever waits; nothing of it is ever written."""

    def __init__(self, *, calling: Calling, records: Records, clock: Clock) -> None:
        """Forget an invitation's still as soon as ``calling`` tells that its live video is over."""
        self._calling = calling
        self._records = records
        self._clock = clock
        self._places: dict[str, _Place] = {}
        self._last_number = 0
        self._listeners: list[Callable[[str], None]] = []
        self._share: Callable[[str, int, bytes], None] | None = None
        self._tell_forgotten: Callable[[str], None] | None = None
        self._stopped = False
        calling.when_over(self.forget)

    def stop(self) -> None:
        """Let go of everybody who waits, so that the server can stop."""
        self._stopped = True
        for place in self._places.values():
            _wake(place)

    def listen(self, tell: Callable[[str], None]) -> Callable[[], None]:
        """Let ``tell`` hear the invitation's id whenever ``wanted`` may have changed; return how to stop that."""
        self._listeners.append(tell)
        return lambda: self._listeners.remove(tell)

    def share_with(self, share: Callable[[str, int, bytes], None], forgotten: Callable[[str], None]) -> None:
        """Let other nodes have the stills that they want, and hear which are forgotten."""
        self._share, self._tell_forgotten = share, forgotten

    def waited_for(self) -> list[str]:
        """Return the invitations of which somebody waits for a still here."""
        return [name for name, place in self._places.items() if place.waiting]

    def want_elsewhere(self, invitation_id: str) -> None:
        """Note that somebody waits for an invitation's stills at another node; it is said again while that lasts."""
        place = self._places.setdefault(invitation_id, _Place())
        was_wanted = self.wanted(invitation_id)
        place.wanted_elsewhere_at = self._clock.now()
        self._settle_later(place, invitation_id)
        if not was_wanted:
            self._tell(invitation_id)

    def take_in(self, invitation_id: str, number: int, picture: bytes) -> None:
        """Take a still that came to another node, unless ours is newer."""
        place = self._places.get(invitation_id)
        if place is not None and (place.still is None or place.still.number < number):
            self._last_number = max(self._last_number, number)
            self._hold(invitation_id, place, _Still(number=number, picture=picture, at=self._clock.now()))

    async def put(self, opened: Opened, picture: bytes) -> float:
        """Take a still in place of the one before; return in how many seconds the next is wanted.

        A still means that the camera runs, whatever else was told. Raise TooLarge (``still_too_large``), NotAPicture
        (it does not begin and end as a JPEG), NotFound, LinkEnded.
        """
        if len(picture) > MOST_STILL:
            raise TooLarge("still_too_large")
        if not (picture.startswith(b"\xff\xd8\xff") and picture.rstrip(b"\0").endswith(b"\xff\xd9")):
            raise NotAPicture
        now = self._clock.now()
        invitation = await self._look(opened.organisation.id, opened.invitation.id, now)
        if not invitation.is_live:
            if _was_on_its_way(opened.invitation, invitation, now):
                return PACE_WANTED
            await self._calling.begin(opened)
        self._calling.hear(invitation)
        self._last_number = max(self._last_number + 1, int(now.timestamp() * 1000))
        place = self._places.setdefault(invitation.id, _Place())
        self._hold(invitation.id, place, _Still(number=self._last_number, picture=picture, at=now))
        if self._share is not None and self._is_lately(place.wanted_elsewhere_at):
            self._share(invitation.id, self._last_number, picture)
        if Rung.FIRST_PICTURE not in invitation.reached:
            await self._note_first(invitation, now)
        return PACE_WANTED if self.wanted(invitation.id) else PACE_UNWANTED

    async def next(
        self, watcher: Dispatcher, invitation_id: str, *, after: int, patience: float = 20
    ) -> tuple[int, bytes, datetime] | None:
        """Wait for a still numbered above ``after``; return its number, its bytes and when it came, or None.

        Raise NotFound, LinkEnded, also when the invitation ended meanwhile.
        """
        await self._look(watcher.organisation, invitation_id, self._clock.now())
        place = self._places.setdefault(invitation_id, _Place())
        was_wanted = self.wanted(invitation_id)
        place.waiting += 1
        if not was_wanted:
            self._tell(invitation_id)
        try:
            async with asyncio.timeout(patience):
                still = await self._newer(place, after)
        except TimeoutError:
            return None
        finally:
            place.waiting -= 1
            place.waited_at = self._clock.now()
            self._settle_later(place, invitation_id)
        if still is None:
            return None
        await self._look(watcher.organisation, invitation_id, self._clock.now())
        return still.number, still.picture, still.at

    def wanted(self, invitation_id: str) -> bool:
        """Say whether somebody waits for stills, or did within five seconds."""
        place = self._places.get(invitation_id)
        if place is None:
            return False
        return place.waiting > 0 or self._is_lately(place.waited_at) or self._is_lately(place.wanted_elsewhere_at)

    def forget(self, invitation_id: str) -> None:
        """Drop an invitation's still, at the other nodes too."""
        self.forget_here(invitation_id)
        if self._tell_forgotten is not None:
            self._tell_forgotten(invitation_id)

    def forget_here(self, invitation_id: str) -> None:
        """Drop an invitation's still."""
        place = self._places.get(invitation_id)
        if place is None:
            return
        place.still = None
        if place.expiring is not None:
            place.expiring.cancel()
            place.expiring = None
        self._clear_away(invitation_id)

    def _hold(self, invitation_id: str, place: _Place, still: _Still) -> None:
        place.still = still
        if place.expiring is not None:
            place.expiring.cancel()
        place.expiring = asyncio.get_running_loop().call_later(LIFE.total_seconds(), self.forget_here, invitation_id)
        _wake(place)

    def _is_lately(self, moment: datetime | None) -> bool:
        return moment is not None and self._clock.now() - moment < _WANTED_FOR

    async def _newer(self, place: _Place, after: int) -> _Still | None:
        while not self._stopped:
            still = place.still
            if still is not None and still.number > after and self._clock.now() - still.at < LIFE:
                return still
            await place.changed.wait()
        return None

    async def _look(self, organisation: int, invitation_id: str, now: datetime) -> Invitation:
        async def looking(work: Work) -> Invitation | None:
            return await work.invitations.get(organisation, invitation_id)

        found = await self._records.read(looking)
        if found is None:
            raise NotFound
        found.refuse_unless_open(now)
        return found

    async def _note_first(self, invitation: Invitation, now: datetime) -> None:
        async def noting(work: Work) -> None:
            if await work.invitations.reach(invitation.id, Rung.FIRST_PICTURE, now):
                await work.journal.append(
                    Kind.STILL_RECEIVED,
                    organisation=invitation.organisation,
                    at=now,
                    actor=CITIZEN,
                    invitation=invitation.id,
                )

        await self._records.write(noting)

    def _settle_later(self, place: _Place, invitation_id: str) -> None:
        if place.settling is not None:
            place.settling.cancel()
        later = asyncio.get_running_loop().call_later
        place.settling = later(_WANTED_FOR.total_seconds(), self._settle, invitation_id)

    def _settle(self, invitation_id: str) -> None:
        """Tell that nobody waits any more, once nobody has for five seconds."""
        place = self._places.get(invitation_id)
        if place is None or place.waiting:
            return
        if self.wanted(invitation_id):  # by our clock the time is not over yet
            self._settle_later(place, invitation_id)
            return
        self._tell(invitation_id)
        self._clear_away(invitation_id)

    def _clear_away(self, invitation_id: str) -> None:
        place = self._places.get(invitation_id)
        if place is not None and place.still is None and not self.wanted(invitation_id):
            if place.settling is not None:
                place.settling.cancel()
            del self._places[invitation_id]

    def _tell(self, invitation_id: str) -> None:
        for tell in tuple(self._listeners):
            tell(invitation_id)


def _wake(place: _Place) -> None:
    place.changed.set()
    place.changed = asyncio.Event()


def _was_on_its_way(then: Invitation, now_known: Invitation, now: datetime) -> bool:
    """Say whether a still left the phone before its camera was stopped: it must not set the live video going again.

    ``then`` is the invitation as its upload began.
    """
    if now_known.live_ended_at is None:
        return False
    return then.is_live or then.live_began_at != now_known.live_began_at or now - now_known.live_ended_at < _LATE
