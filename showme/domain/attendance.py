"""What the citizen's page tells of itself: whether it is looked at, what waits on it, and what has gone wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from showme.errors import NotUnderstood

PageState = Literal["shown", "hidden", "left", "silent"]
"""In sight, in the background, closed, or out of reach; only the server can say the last."""
PageTrouble = Literal[
    "location_refused", "location_unavailable", "location_too_slow", "location_unsupported", "photo_refused",
    "photo_too_large", "photo_lost",
]  # fmt: skip
_TOLD_STATES: Final[tuple[PageState, ...]] = ("shown", "hidden", "left")
_TROUBLES: Final[tuple[PageTrouble, ...]] = get_args(PageTrouble)
_MOST_UNSENT: Final = 999
_LATEST: Final = 2**53
"""Numbers of a browser are whole up to here (ECMA-262, Number.MAX_SAFE_INTEGER)."""


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """How the page stands, as it told last."""

    state: PageState
    unsent: int = 0
    """Photos that are chosen and have not arrived."""
    trouble: PageTrouble | None = None
    told: int = 0
    """Milliseconds of the phone's clock: words of a page that is left overtake each other."""
    at: datetime


def read_attendance(*, state: str | None, unsent: float | None, trouble: str | None, told: float | None,
                    at: datetime) -> Attendance:  # fmt: skip
    """Read what a page tells of itself; raise NotUnderstood."""
    known_state = next((one for one in _TOLD_STATES if one == state), None)
    known_trouble = next((one for one in _TROUBLES if one == trouble), None)
    count, moment = unsent or 0, told or 0
    is_sane = 0 <= count <= _MOST_UNSENT and 0 <= moment <= _LATEST
    if known_state is None or (known_trouble is None and trouble is not None) or not is_sane:
        raise NotUnderstood("step_not_understood")
    return Attendance(state=known_state, unsent=int(count), trouble=known_trouble, told=int(moment), at=at)
