"""Remembers whether Telegram can be reached, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from showme.ports import Clock

State = Literal["starting", "up", "down"]


@dataclass(frozen=True, kw_only=True)
class Health:
    """How the team chat's door stands, and since when."""

    state: State
    since: datetime


class Pulse:
    """Is told by whoever speaks with Telegram how that went."""

    def __init__(self, clock: Clock) -> None:
        """Begin as starting."""
        self._clock = clock
        self.health = Health(state="starting", since=clock.now())
        self.times_slowed = 0
        """How often Telegram took nothing more in a chat for a while, since we began."""

    def beat(self) -> None:
        """Telegram has answered."""
        self._turn("up")

    def slowed(self) -> None:
        """Telegram has answered that a chat has had enough for now."""
        self.times_slowed += 1

    def miss(self) -> bool:
        """Telegram has not answered; return whether that is news."""
        return self._turn("down")

    def _turn(self, state: State) -> bool:
        is_news = self.health.state != state
        if is_news:
            self.health = Health(state=state, since=self._clock.now())
        return is_news
