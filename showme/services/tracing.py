"""Tracing: where citizens said to be, one position after the other, for as long as that is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from showme.domain.events import Event, Kind
from showme.domain.invitations import Location

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from showme.domain.people import Dispatcher
    from showme.records import Records, Work

MOST: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a citizen was; ``number`` is its event's in the journal."""

    number: int
    invitation: str
    location: Location


class Tracing:
    """Reads positions from the journal: what was forgotten is not there any more."""

    def __init__(self, *, records: Records) -> None:
        """Read these records."""
        self._records = records

    async def positions(self, dispatcher: Dispatcher, *, invitation: str | None) -> tuple[Sequence[Position], int]:
        """Return the newest positions, or all of one invitation, oldest first, and the journal's number then."""

        async def looking(work: Work) -> tuple[Sequence[Position], int]:
            organisation, kinds = dispatcher.organisation, (Kind.LOCATION_REPORTED,)
            head = await work.journal.head(organisation)
            if invitation is not None:
                told = await work.journal.of_invitation(organisation, invitation, kinds)
            else:
                told = list(reversed(await work.journal.newest(organisation, kinds, most=MOST)))
            return [found for event in told[-MOST:] if (found := position_of(event)) is not None], head

        return await self._records.read(looking)


def position_of(event: Event) -> Position | None:
    """Return the position that an event tells of; None once it was forgotten."""
    detail = cast("Mapping[str, float]", event.detail)
    if event.kind is not Kind.LOCATION_REPORTED or event.invitation is None or "latitude" not in detail:
        return None
    location = Location(
        latitude=detail["latitude"], longitude=detail["longitude"], accuracy=detail["accuracy"], at=event.at
    )
    return Position(number=event.number, invitation=event.invitation, location=location)
