"""What can go wrong between a bot and Telegram, scripted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from practice.telegram.rejected import Rejected, bad_request, forbidden, migrated, slow_down


@dataclass(frozen=True, slots=True)
class SlowDown:
    """Answer 429."""

    retry_after: int = 5


@dataclass(frozen=True, slots=True)
class Forbid:
    """Answer 403."""

    reason: str = "bot was kicked from the supergroup chat"


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer 400."""

    reason: str


@dataclass(frozen=True, slots=True)
class Migrate:
    """Answer that the group has become this supergroup, without doing so."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Break:
    """Answer 5xx, without doing anything."""

    status: int = 502
    description: str = "Bad Gateway"


@dataclass(frozen=True, slots=True)
class Hang:
    """Never answer, and do nothing."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Close the connection before doing anything."""


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """Do it, and lose the answer: never send it, or close the connection."""

    by: Literal["hang", "reset"] = "hang"


Fault = SlowDown | Forbid | Refuse | Migrate | Break | Hang | Reset | LoseAnswer


class ConnectionLost(Exception):
    """The wire is to close the connection without an answer."""


@dataclass(slots=True)
class _Planned:
    method: str | None
    fault: Fault
    times: int | None


class Faults:
    """The plan of what goes wrong; the first fault that fits a call is used."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def next(self, method: str | None, fault: Fault, times: int | None = 1) -> None:
        """Let the next calls of a method (none: of any, ``getUpdates`` too) go wrong.

        ``times`` says how many; none: all until ``clear``.
        """
        self._planned.append(_Planned(method.lower() if method else None, fault, times))

    def clear(self) -> None:
        """Let everything go well again."""
        self._planned.clear()

    @property
    def are_used_up(self) -> bool:
        """Whether nothing more will go wrong."""
        return not self._planned

    def take(self, method: str) -> Fault | None:
        """Return the fault for this call, if any, and count it."""
        for planned in self._planned:
            if planned.method in {None, method.lower()}:
                if planned.times is not None:
                    planned.times -= 1
                    if planned.times <= 0:
                        self._planned.remove(planned)
                return planned.fault
        return None


def refusal_of(fault: Fault | None) -> Rejected | None:
    """Return the answer that a fault makes, or none for those that are not answers."""
    match fault:
        case SlowDown():
            return slow_down(fault.retry_after)
        case Forbid():
            return forbidden(fault.reason)
        case Refuse():
            return bad_request(fault.reason)
        case Migrate():
            return migrated(fault.chat_id)
        case Break():
            return Rejected(fault.status, fault.description)
        case _:
            return None
