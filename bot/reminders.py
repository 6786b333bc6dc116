"""Remembers which cards have something new to say at which moment, without anything happening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

QUESTION_STANDS: Final = timedelta(seconds=20)
"""How long "Really close?" waits for an answer."""


class Reminders:
    """For one chat: when to write which card again, and which cards ask whether to close."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._due: dict[str, datetime] = {}
        self._questions: dict[str, datetime] = {}

    def remind(self, invitation: str, at: datetime | None) -> None:
        """Write the card again at a moment; None when it will have nothing new to say."""
        question = self._questions.get(invitation)
        moments = [moment for moment in (at, question) if moment is not None]
        if moments:
            self._due[invitation] = min(moments)
        else:
            self._due.pop(invitation, None)

    def ask_to_close(self, invitation: str, now: datetime) -> None:
        """Let the card ask whether to close, for a moment."""
        self._questions[invitation] = now + QUESTION_STANDS
        self.remind(invitation, self._due.get(invitation))

    def take_back(self, invitation: str) -> None:
        """Let the card ask no more."""
        self._questions.pop(invitation, None)

    def asks_to_close(self, invitation: str, now: datetime) -> bool:
        """Whether the card asks at this moment."""
        moment = self._questions.get(invitation)
        if moment is not None and moment <= now:
            del self._questions[invitation]
            return False
        return moment is not None

    def due(self, now: datetime) -> Sequence[str]:
        """Return the invitations whose moment has come, each once."""
        due = [invitation for invitation, moment in self._due.items() if moment <= now]
        for invitation in due:
            del self._due[invitation]
        return due

    def next(self) -> datetime | None:
        """Return the next moment."""
        return min(self._due.values(), default=None)
