"""Keeps to the speed at which Telegram lets a bot speak in one chat.

Twenty messages a minute in a group, about one a second anywhere, a few at once tolerated
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). A part of a group's minute is kept
for what is urgent: a photo never waits behind the edits of a card.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from showme.domain.chats import Urgency

MOST_IN_A_MINUTE: Final = 20
MOST_FOR_EDITS: Final = 12
MOST_AT_ONCE: Final = 3
_A_MINUTE: Final = timedelta(minutes=1)
_AT_ONCE: Final = timedelta(seconds=MOST_AT_ONCE)


class Pace:
    """What was said in one chat lately, and when the next thing may be said."""

    def __init__(self, *, is_group: bool) -> None:
        """Keep to a group's pace, or to that of a private chat."""
        self._is_group = is_group
        self._spent: deque[datetime] = deque(maxlen=MOST_IN_A_MINUTE)

    def spend(self, now: datetime) -> None:
        """Count something said."""
        self._spent.append(now)

    def ready_at(self, urgency: Urgency, now: datetime) -> datetime:
        """Return from when something of this urgency may be said; a moment in the past when it may be at once."""
        moments = [now]
        if len(self._spent) >= MOST_AT_ONCE:
            moments.append(self._spent[-MOST_AT_ONCE] + _AT_ONCE)
        most = MOST_IN_A_MINUTE if urgency in {Urgency.PICTURE, Urgency.CARD} else MOST_FOR_EDITS
        if self._is_group and len(self._spent) >= most:
            moments.append(self._spent[-most] + _A_MINUTE)
        return max(moments)
