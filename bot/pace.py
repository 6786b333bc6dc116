"""Keeps to the speed at which Telegram lets a bot speak, in one chat and in all together.

Twenty messages a minute in a group, about one a second anywhere, a few at once tolerated, thirty a second in all
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
MOST_IN_ALL: Final = 30
A_MINUTE: Final = timedelta(minutes=1)
_A_SECOND: Final = timedelta(seconds=1)
_AT_ONCE: Final = timedelta(seconds=MOST_AT_ONCE)
_SOON: Final = timedelta(seconds=0.1)


class Pace:
    """What was said in one chat lately, and when the next thing may be said."""

    def __init__(self, *, is_group: bool) -> None:
        """Keep to a group's pace, or to that of a private chat."""
        self._is_group = is_group
        self._spent: deque[datetime] = deque(maxlen=MOST_IN_A_MINUTE)

    def spend(self, now: datetime, messages: int = 1) -> None:
        """Count something said: an album counts as its photos."""
        self._spent.extend([now] * messages)

    def ready_at(self, urgency: Urgency, now: datetime) -> datetime:
        """Return from when something of this urgency may be said; a moment in the past when it may be at once."""
        if urgency is Urgency.AT_ONCE:
            return now
        moments = [now]
        if len(self._spent) >= MOST_AT_ONCE:
            moments.append(self._spent[-MOST_AT_ONCE] + _AT_ONCE)
        most = MOST_IN_A_MINUTE if urgency in {Urgency.PICTURE, Urgency.CARD} else MOST_FOR_EDITS
        if self._is_group and len(self._spent) >= most:
            moments.append(self._spent[-most] + A_MINUTE)
        return max(moments)

    def room(self, now: datetime) -> int:
        """Return how many urgent messages may be said together now."""
        if not self._is_group:
            return MOST_IN_A_MINUTE
        return MOST_IN_A_MINUTE - sum(moment + A_MINUTE > now for moment in self._spent)


class Together:
    """What is being said in all chats: each message counts from its beginning until a second after its end.

    Telegram counted it somewhere in between, so that by our count we are never too fast.
    """

    def __init__(self) -> None:
        """Begin with silence."""
        self._under_way = 0
        self._over: deque[datetime] = deque()

    def begin(self, messages: int) -> None:
        """Count messages that leave now."""
        self._under_way += messages

    def end(self, now: datetime, messages: int) -> None:
        """Count the same messages as answered, or lost."""
        self._under_way -= messages
        self._over.extend([now] * messages)

    def ready_at(self, messages: int, now: datetime) -> datetime:
        """Return from when so many may leave, or when to ask again."""
        while self._over and self._over[0] + _A_SECOND <= now:
            self._over.popleft()
        surplus = self._under_way + len(self._over) + messages - MOST_IN_ALL
        if surplus <= 0:
            return now
        return self._over[surplus - 1] + _A_SECOND if surplus <= len(self._over) else now + _SOON
