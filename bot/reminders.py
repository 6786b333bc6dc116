"""Remembers which cards have something new to say at which moment, without anything happening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.buttons import Deed

QUESTION_STANDS: Final = timedelta(seconds=20)
"""How long "Really?" waits for an answer."""


class Reminders:
    """For one chat: when to write which card again, and which cards ask whether it is really meant."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._due: dict[str, datetime] = {}
        self._questions: dict[str, tuple[Deed, datetime]] = {}

    def remind(self, invitation: str, at: datetime | None) -> None:
        """Write the card again at a moment; None when it will have nothing new to say."""
        question = self._questions.get(invitation)
        moments = [moment for moment in (at, question[1] if question else None) if moment is not None]
        if moments:
            self._due[invitation] = min(moments)
        else:
            self._due.pop(invitation, None)

    def ask(self, invitation: str, deed: Deed, now: datetime) -> None:
        """Let the card ask whether a deed is really meant, for a moment."""
        self._questions[invitation] = (deed, now + QUESTION_STANDS)
        self.remind(invitation, self._due.get(invitation))

    def take_back(self, invitation: str) -> None:
        """Let the card ask no more."""
        self._questions.pop(invitation, None)

    def question(self, invitation: str, now: datetime) -> Deed | None:
        """Return what the card asks at this moment."""
        deed, until = self._questions.get(invitation, (None, now))
        if until <= now:
            self._questions.pop(invitation, None)
            return None
        return deed

    def due(self, now: datetime) -> Sequence[str]:
        """Return the invitations whose moment has come, each once."""
        due = [invitation for invitation, moment in self._due.items() if moment <= now]
        for invitation in due:
            del self._due[invitation]
        return due

    def next(self) -> datetime | None:
        """Return the next moment."""
        return min(self._due.values(), default=None)
