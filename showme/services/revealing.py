"""Revealing: pictures are blurred as people want them, and each one that somebody lays bare is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.blurring import Blurring, stricter
from showme.domain.events import Kind
from showme.domain.reports import MOST_DAYS
from showme.domain.shifts import new_shift
from showme.errors import NotFound, NotUnderstood
from showme.services.finding import photo_there

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from showme.domain.people import Dispatcher
    from showme.ports import Clock
    from showme.records import Records, Work

SHIFTS_KEPT: Final = timedelta(days=1)
"""So long after its last picture a person's shift is forgotten: what stays are the sums of all."""


@dataclass(frozen=True, kw_only=True)
class Blurred:
    """How far pictures are blurred for one person, and what that person has revealed in this shift."""

    organisation: Blurring
    own: Blurring | None
    revealed: int

    @property
    def holds(self) -> Blurring:
        """What holds for this person."""
        return stricter(self.organisation, self.own)


@dataclass(frozen=True, kw_only=True)
class Revealed:
    """How many pictures an organisation has revealed, hour by hour; of nobody in particular."""

    since: datetime
    until: datetime
    hours: Sequence[tuple[datetime, int]]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(count for _, count in self.hours)

    @property
    def days(self) -> Mapping[str, int]:
        """How many on each day (UTC, ISO 8601) that had any, the oldest first."""
        days: dict[str, int] = {}
        for hour, count in self.hours:
            day = hour.date().isoformat()
            days[day] = days.get(day, 0) + count
        return days

    @property
    def of_day(self) -> tuple[int, ...]:
        """How many in each of the twenty-four hours of the day (UTC), all days together."""
        hours = [0] * 24
        for hour, count in self.hours:
            hours[hour.hour] += count
        return tuple(hours)


class Revealing:
    """Notes what is revealed, and keeps what people choose."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def reveal(self, by: Dispatcher, photo_id: str) -> int:
        """Note that somebody lays a picture bare; return how many that makes in this person's shift. Raise NotFound."""
        now = self._clock.now()

        async def noting(work: Work) -> int:
            photo = await photo_there(work, by.organisation, photo_id, now=now)
            known = await work.seeing.shift(by.organisation, by.name)
            shift = (
                known.with_one_more(now)
                if known is not None
                else new_shift(organisation=by.organisation, person=by.name, now=now)
            )
            await work.seeing.keep_shift(shift)
            await work.seeing.count(by.organisation, now.replace(minute=0, second=0, microsecond=0))
            await work.seeing.forget_shifts(now - SHIFTS_KEPT)
            await work.journal.append(
                Kind.PHOTO_REVEALED,
                organisation=by.organisation,
                at=now,
                actor=by.name,
                invitation=photo.invitation,
                photo=photo.id,
            )
            return shift.revealed

        return await self._records.write(noting)

    async def blurred(self, person: Dispatcher) -> Blurred:
        """Return how far pictures are blurred for a person; raise NotFound."""
        now = self._clock.now()

        async def looking(work: Work) -> Blurred:
            organisation = await work.organisations.get(person.organisation)
            if organisation is None:
                raise NotFound
            shift = await work.seeing.shift(person.organisation, person.name)
            return Blurred(
                organisation=organisation.blurring,
                own=await work.seeing.blurring(person.organisation, person.name),
                revealed=shift.revealed_at(now) if shift is not None else 0,
            )

        return await self._records.read(looking)

    async def choose(self, person: Dispatcher, blurring: Blurring | None) -> Blurred:
        """Let a person hide more than the organisation wants, or leave it to the organisation again."""

        async def choosing(work: Work) -> None:
            await work.seeing.choose_blurring(person.organisation, person.name, blurring)

        await self._records.write(choosing)
        return await self.blurred(person)

    async def choose_for_all(self, by: Dispatcher, blurring: Blurring) -> None:
        """Let a supervisor choose what holds at least for everyone of the organisation; raise NotAllowed."""
        by.refuse_unless_supervisor()

        async def choosing(work: Work) -> None:
            organisation = await work.organisations.get(by.organisation)
            if organisation is None:
                raise NotFound
            if organisation.blurring == blurring:
                return
            await work.organisations.set_blurring(by.organisation, blurring)
            await work.journal.append(
                Kind.BLURRING_CHOSEN,
                organisation=by.organisation,
                at=self._clock.now(),
                actor=by.name,
                detail={"blurring": blurring},
            )

        await self._records.write(choosing)

    async def report(self, by: Dispatcher, *, days: int) -> Revealed:
        """Return what everyone together has revealed in so many days; raise NotAllowed, NotUnderstood."""
        by.refuse_unless_supervisor()
        if not 1 <= days <= MOST_DAYS:
            raise NotUnderstood("days_not_understood", most=MOST_DAYS)
        until = self._clock.now()
        since = until - timedelta(days=days)

        async def looking(work: Work) -> Sequence[tuple[datetime, int]]:
            return await work.seeing.hours(by.organisation, since.replace(minute=0, second=0, microsecond=0))

        return Revealed(since=since, until=until, hours=await self._records.read(looking))
