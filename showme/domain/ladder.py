"""The ladder that every invitation climbs, and where it is stuck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, get_args

from showme.domain.attendance import Attendance

if TYPE_CHECKING:
    from collections.abc import Mapping

Purpose = Literal["photo", "live", "location"]
PURPOSES: Final[tuple[Purpose, ...]] = ("photo", "live", "location")

CameraReason = Literal["refused", "missing", "in_use", "in_app", "insecure", "unsupported"]
"""Why the page has no camera: the citizen said no, there is none, another app holds it, the page is open within an app
that gives none, it did not come by HTTPS, or the browser is too old."""
CAMERA_REASONS: Final[tuple[CameraReason, ...]] = get_args(CameraReason)


class Rung(StrEnum):
    """One step of the ladder; reached once, and its first time counts."""

    CREATED = "created"
    SMS_ACCEPTED = "sms_accepted"
    SMS_DELIVERED = "sms_delivered"
    PAGE_LOADED = "page_loaded"
    TAPPED = "tapped"
    CAMERA_ALLOWED = "camera_allowed"
    CONNECTING = "connecting"
    FIRST_PICTURE = "first_picture"
    LOCATED = "located"


ANSWERS: Final = frozenset(Rung) - {Rung.CREATED, Rung.SMS_ACCEPTED, Rung.SMS_DELIVERED, Rung.PAGE_LOADED}
"""What only a citizen reaches; a page may also be loaded by whoever scans the links of messages."""

_AFTER_TAP: Final[dict[Purpose, tuple[Rung, ...]]] = {
    "photo": (Rung.FIRST_PICTURE,),
    "live": (Rung.CAMERA_ALLOWED, Rung.CONNECTING, Rung.FIRST_PICTURE),
    "location": (Rung.LOCATED,),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A rung and when it was reached, if it was."""

    rung: Rung
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Hint:
    """What to say to the caller once ``due_at`` has passed without a further rung: a key below ``hints``."""

    cause: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Troubles:
    """What has gone wrong on the way, each by the moment it was seen."""

    sms_failed_at: datetime | None = None
    camera_refused_at: datetime | None = None
    camera_reason: CameraReason = "refused"
    photo_unreadable_at: datetime | None = None
    live_lost_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The rungs that one invitation can climb, in order, with their times."""

    steps: tuple[Step, ...]

    @property
    def highest(self) -> Rung:
        """The highest rung reached; a provider that never reports delivery leaves gaps below it."""
        return next((step.rung for step in reversed(self.steps) if step.at is not None), Rung.CREATED)

    @property
    def is_climbed(self) -> bool:
        """Whether the last rung was reached."""
        return self.steps[-1].at is not None


def ladder_of(*, purpose: Purpose, by_sms: bool, reached: Mapping[Rung, datetime]) -> Ladder:
    """Lay out the rungs of a purpose, with the times reached so far."""
    by_sms_only = (Rung.SMS_ACCEPTED, Rung.SMS_DELIVERED) if by_sms else ()
    rungs = (Rung.CREATED, *by_sms_only, Rung.PAGE_LOADED, Rung.TAPPED, *_AFTER_TAP[purpose])
    return Ladder(steps=tuple(Step(rung=rung, at=reached.get(rung)) for rung in rungs))


_PATIENCE: Final[dict[Rung, tuple[str, timedelta]]] = {
    Rung.CREATED: ("sms_not_accepted", timedelta(seconds=10)),
    Rung.SMS_ACCEPTED: ("sms_not_delivered", timedelta(seconds=20)),
    Rung.SMS_DELIVERED: ("page_not_loaded", timedelta(seconds=20)),
    Rung.PAGE_LOADED: ("not_tapped", timedelta(seconds=15)),
    Rung.TAPPED: ("no_picture", timedelta(seconds=25)),
    Rung.CAMERA_ALLOWED: ("live_not_begun", timedelta(seconds=10)),
    Rung.CONNECTING: ("live_not_begun", timedelta(seconds=10)),
}
"""How long a rung may last before the dispatcher is told what to say; from the pilots' reasons of failure."""
_AFTER_TAP_HINTS: Final[dict[Rung, str]] = {
    Rung.LOCATED: "location_refused",
    Rung.FIRST_PICTURE: "no_picture",
    Rung.CAMERA_ALLOWED: "camera_not_allowed",
}
"""What to say where a tap was the last that came, by the rung that should be next."""
CONNECTS_WITHIN: Final = timedelta(seconds=10)
"""How long a camera may run until somebody sees a picture, be it a still."""


def hint_for(
    ladder: Ladder,
    *,
    by_sms: bool,
    troubles: Troubles,
    page: Attendance | None = None,
    live_since: datetime | None = None,
    pictured_at: datetime | None = None,
) -> Hint | None:
    """Return what to say next, and from when; nothing once the ladder is climbed and no trouble came after.

    ``live_since`` is when the camera began to run, while it does; ``pictured_at`` is when the first picture came,
    whatever the purpose.
    """
    trouble = _trouble_on_the_page(troubles, pictured_at) or _trouble_told(page)
    if trouble is not None:
        return trouble
    is_waited_for = live_since is not None or not ladder.is_climbed
    away = _away(page, is_waited_for=is_waited_for) if page is not None else None
    if away is not None:
        return away
    if live_since is not None:
        return Hint(cause="not_connecting", due_at=live_since + CONNECTS_WITHIN) if pictured_at is None else None
    if ladder.is_climbed:
        return None
    highest = ladder.highest
    if highest in {Rung.CREATED, Rung.SMS_ACCEPTED} and troubles.sms_failed_at is not None:
        return Hint(cause="sms_refused", due_at=troubles.sms_failed_at)
    cause, patience = _PATIENCE[highest]
    if highest is Rung.CREATED and not by_sms:
        cause, patience = _PATIENCE[Rung.SMS_DELIVERED]
    if highest is Rung.TAPPED:
        places = [step.rung for step in ladder.steps]
        cause = _AFTER_TAP_HINTS[places[places.index(Rung.TAPPED) + 1]]
    reached = next(step.at for step in ladder.steps if step.rung is highest)
    return Hint(cause=cause, due_at=reached + patience) if reached else None


AWAY_FOR: Final = timedelta(seconds=10)
"""How long a page may be in the background, or a photo under way, before the dispatcher hears of it: the phone's camera
covers the page while a photo is taken."""
LEFT_FOR: Final = timedelta(seconds=3)
"""How long a page may be gone: one that is loaded anew is left, too."""


def _trouble_told(page: Attendance | None) -> Hint | None:
    """Return what the page says has gone wrong, in the words that its cause has below ``hints``."""
    return Hint(cause=page.trouble, due_at=page.at) if page is not None and page.trouble is not None else None


def _away(page: Attendance, *, is_waited_for: bool) -> Hint | None:
    """Return what to say while something is waited for of a page that is not in sight, or that still sends."""
    if not is_waited_for and not page.unsent:
        return None
    match page.state:
        case "left":
            return Hint(cause="page_left", due_at=page.at + LEFT_FOR)
        case "silent":
            return Hint(cause="page_silent", due_at=page.at)
        case "hidden":
            return Hint(cause="page_hidden", due_at=page.at + AWAY_FOR)
        case _:
            return Hint(cause="photo_under_way", due_at=page.at + AWAY_FOR) if page.unsent else None


def _trouble_on_the_page(troubles: Troubles, pictured_at: datetime | None) -> Hint | None:
    """Return what went wrong on the page last; a camera that was refused matters until a picture came another way."""
    if troubles.photo_unreadable_at is not None:
        return Hint(cause="photo_unreadable", due_at=troubles.photo_unreadable_at)
    met = []
    if troubles.live_lost_at is not None:
        met.append(Hint(cause="live_lost", due_at=troubles.live_lost_at))
    refused_at = troubles.camera_refused_at
    if refused_at is not None and (pictured_at is None or refused_at > pictured_at):
        met.append(Hint(cause=f"camera_{troubles.camera_reason}", due_at=refused_at))
    return max(met, key=lambda hint: hint.due_at, default=None)
