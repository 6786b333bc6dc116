"""How often a bot may send."""

from __future__ import annotations

import math
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from practice.telegram.rejected import slow_down

if TYPE_CHECKING:
    from datetime import datetime

    from practice.telegram.records import Chat

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
MOST_IN_A_GROUP = 20
"""Messages a minute (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""
MOST_IN_ALL = 30
"""Messages a second, in all chats together (ibid.)."""
BURST = 3
"""Messages that may come at once in a chat where one a second is the rule: "short bursts" (ibid.), not published."""


class Rates:
    """Counts what was sent and refuses what is too often; what is refused does not count."""

    def __init__(self) -> None:
        self._in_groups: dict[int, deque[datetime]] = {}
        self._in_all: deque[datetime] = deque()
        self._bursts: dict[int, tuple[float, datetime]] = {}

    def spend(self, chat: Chat, messages: int, *, now: datetime) -> None:
        """Count a sending of so many messages; raise Rejected (429 with the seconds to wait)."""
        group = self._in_groups.setdefault(chat.id, deque()) if chat.is_group else deque()
        wait = max(
            _wait(group, messages, most=MOST_IN_A_GROUP, within=MINUTE, now=now) if chat.is_group else 0,
            _wait(self._in_all, messages, most=MOST_IN_ALL, within=SECOND, now=now),
        )
        left, at = self._bursts.get(chat.id, (float(BURST), now))
        left = min(float(BURST), left + (now - at) / SECOND)
        if left < 1:
            wait = max(wait, 1)
        if wait:
            raise slow_down(wait)
        self._bursts[chat.id] = (left - 1, now)
        group.extend([now] * messages)
        self._in_all.extend([now] * messages)


def _wait(sent: deque[datetime], messages: int, *, most: int, within: timedelta, now: datetime) -> int:
    while sent and now - sent[0] >= within:
        sent.popleft()
    surplus = len(sent) + messages - most
    if surplus <= 0 or not sent:
        return 0
    leaves = sent[min(surplus, len(sent)) - 1]
    return max(1, math.ceil((leaves + within - now).total_seconds()))
