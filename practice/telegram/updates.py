"""The queue of updates that wait for the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from practice.telegram.records import Json

KEPT_FOR = timedelta(hours=24)
"""Updates are not kept longer than 24 hours (Bot API, "Getting updates")."""

ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that an empty ``allowed_updates`` leaves out (Bot API, ``getUpdates``)."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update, with the JSON that it had when it happened."""

    id: int
    at: datetime
    kind: str
    payload: Json

    def json(self) -> Json:
        """Return the Update object of the Bot API."""
        return {"update_id": self.id, self.kind: self.payload}


class UpdateQueue:
    """Keeps updates in order until they are confirmed, or for a day."""

    def __init__(self, *, first: int = 1) -> None:
        self._next = first
        self._waiting: list[Update] = []
        self.allowed: tuple[str, ...] = ()

    def put(self, kind: str, payload: Json, *, at: datetime) -> None:
        """Append an update, unless the bot did not ask for its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in ONLY_WHEN_ASKED
        if wanted:
            self._waiting.append(Update(id=self._next, at=at, kind=kind, payload=payload))
            self._next += 1

    def allow(self, kinds: Iterable[str]) -> None:
        """Take only these kinds from now on; an empty list means the documented default."""
        self.allowed = tuple(kinds)

    def confirm(self, offset: int) -> None:
        """Forget what is below ``offset``; a negative offset keeps only that many from the end."""
        if offset < 0:
            self._waiting = self._waiting[offset:]
        else:
            self._waiting = [update for update in self._waiting if update.id >= offset]

    def clear(self) -> None:
        """Forget everything that waits."""
        self._waiting = []

    def waiting(self, *, now: datetime) -> tuple[Update, ...]:
        """Return what waits, oldest first, without what is older than a day."""
        self._waiting = [update for update in self._waiting if now - update.at <= KEPT_FOR]
        return tuple(self._waiting)
