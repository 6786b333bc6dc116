"""How a photo was taken, as far as its camera tells, and how old that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

JUST_NOW: Final = timedelta(minutes=5)
"""A photo no older than this was taken for us. Clocks of phones and the upload differ by less."""

WESTMOST: Final = timedelta(hours=-12)
EASTMOST: Final = timedelta(hours=14)
"""How far local clocks stand from UTC, all over the world."""

AgeKind = Literal["just_now", "minutes", "hours", "days", "unknown"]

_IN_HOURS: Final = timedelta(hours=48)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a photo was taken, in degrees (WGS 84), north and east positive; never without a satellite's word."""

    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True)
class Taking:
    """What a photo tells of its taking: claims of whoever made the file, each None where nothing sensible is said.

    ``at`` has a zone only where the camera said one: else it is what the camera's clock showed, and nobody may take
    it for UTC. ``camera`` is make and model, printable and short, but not of our making: escape it.
    """

    at: datetime | None = None
    place: Place | None = None
    camera: str | None = None


@dataclass(frozen=True, kw_only=True)
class Age:
    """How old a photo was on arrival; ``number`` of whole minutes, hours or days, 0 for the other two kinds."""

    kind: AgeKind
    number: int = 0


UNKNOWN: Final = Age(kind="unknown")


def age(taken_at: datetime | None, received_at: datetime, *, clock_offset: timedelta | None = None) -> Age:
    """Tell how old a photo was when it arrived.

    ``clock_offset`` is how far the phone's clock stands from UTC, when somebody knows (its browser, its country). It
    counts only for a time without a zone; when it is unknown as well, such a photo may be any of 26 hours, so it is
    never called new: days are told when it is at least one day old in every zone, and nothing else. (To accept any
    zone that makes it new would call every third photo of the last day new: half-hour zones, five minutes each way.)

    A time more than five minutes ahead is a wrong clock: unknown.
    """
    if taken_at is None:
        return UNKNOWN
    if taken_at.tzinfo is not None:
        return _aged(received_at - taken_at)
    as_if_utc = received_at - taken_at.replace(tzinfo=UTC)
    if clock_offset is not None:
        return _aged(as_if_utc + clock_offset)
    return _days(as_if_utc) if as_if_utc + WESTMOST >= timedelta(days=1) else UNKNOWN


def _aged(age: timedelta) -> Age:
    if abs(age) <= JUST_NOW:
        return Age(kind="just_now")
    if age < timedelta():
        return UNKNOWN
    if age < _HOUR:
        return Age(kind="minutes", number=age // timedelta(minutes=1))
    return Age(kind="hours", number=age // _HOUR) if age < _IN_HOURS else _days(age)


def _days(age: timedelta) -> Age:
    return Age(kind="days", number=age // timedelta(days=1))
