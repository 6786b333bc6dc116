"""Keeping longer: a photo that a supervisor holds beyond its time, for a reason and until a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from showme.errors import NotUnderstood

SHORTEST_REASON: Final = 3
LONGEST_REASON: Final = 200
MOST: Final = timedelta(days=3653)
"""Ten years: whoever needs longer has files of another kind."""

_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """That a photo is kept longer; its new end is the photo's own ``expires_at``."""

    at: datetime
    by: str
    reason: str
    due_at: datetime
    """When it would have gone by itself, and still goes from every chat."""


def read_reason(text: str) -> str:
    """Read why a photo is kept; raise NotUnderstood when that says nothing, or too much."""
    reason = " ".join(_UNWRITABLE.sub(" ", text).split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NotUnderstood("reason_not_understood", least=SHORTEST_REASON, most=LONGEST_REASON)
    return reason


def read_end(text: str, *, now: datetime, after: datetime) -> datetime:
    """Read until when a photo is kept, ISO 8601 with its zone; raise NotUnderstood unless it is later than ``after``.

    It is at most ten years from now.
    """
    try:
        end = datetime.fromisoformat(text)
        has_zone, at = end.tzinfo is not None, end.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotUnderstood("end_not_understood") from error
    if not has_zone or not max(after, now) < at <= now + MOST:
        raise NotUnderstood("end_not_understood")
    return at
