"""An SMS: its fixed wording, and its way out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from showme.errors import TooMany

WITHIN_SECONDS: Final = 3600
"""The hour that the limits look back on."""
_LINK: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True, kw_only=True)
class QueuedSms:
    """An SMS that was taken to be sent; the text is written only then, so that no key rests in the database."""

    id: str
    organisation: int
    invitation: str


AttemptState = Literal["sending", "accepted", "refused", "unreachable", "unknown", "delivered", "failed"]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What one provider did with an SMS; ``cause`` is a key below ``refusals`` where it went wrong."""

    sms: str
    provider: str
    state: AttemptState
    provider_id: str | None = None
    cause: str | None = None


@dataclass(frozen=True, kw_only=True)
class Recently:
    """How many SMS were ordered within the last hour."""

    to_number: int
    by_dispatcher: int
    by_organisation: int


@dataclass(frozen=True, kw_only=True)
class SmsRules:
    """What bounds the sending of SMS, so that nobody can turn us into a sender of messages.

    ``countries`` are ISO 3166 codes; the limits count orders within an hour.
    """

    countries: frozenset[str]
    to_number: int = 5
    by_dispatcher: int = 60
    by_organisation: int = 600

    def refuse_unless_within(self, recently: Recently) -> None:
        """Raise TooMany with the cause once a limit is reached."""
        if recently.to_number >= self.to_number:
            raise TooMany("sms_too_many_to_number", retry_after=WITHIN_SECONDS)
        if recently.by_dispatcher >= self.by_dispatcher:
            raise TooMany("sms_too_many_by_dispatcher", retry_after=WITHIN_SECONDS)
        if recently.by_organisation >= self.by_organisation:
            raise TooMany("sms_too_many_by_organisation", retry_after=WITHIN_SECONDS)


def outcome_of(attempts: Sequence[Attempt]) -> Attempt:
    """Return the attempt that counts: what arrived before what may arrive, and that before what will not.

    Receipts come in any order and more than once; the best news of an attempt has been kept, so the order here decides.
    """
    return min(attempts, key=lambda attempt: _BEST_FIRST.index(attempt.state))


def better(first: AttemptState, second: AttemptState) -> AttemptState:
    """Return which of two states of the same attempt is to be kept: a delivery outweighs everything."""
    return min(first, second, key=_FINAL_FIRST.index)


_BEST_FIRST: Final[tuple[AttemptState, ...]] = (
    "delivered", "accepted", "unknown", "sending", "failed", "refused", "unreachable",
)  # fmt: skip
_FINAL_FIRST: Final[tuple[AttemptState, ...]] = (
    "delivered", "failed", "accepted", "refused", "unreachable", "unknown", "sending",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a provider says later of an SMS that it accepted; ``cause`` is a key below ``refusals`` when it failed."""

    provider: str
    provider_id: str
    state: Literal["sent", "delivered", "failed"]
    cause: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeptSms:
    """An SMS in the embedded outbox."""

    id: str
    to: str
    text: str = field(repr=False)
    at: datetime

    @property
    def link(self) -> str | None:
        """The last link in the text."""
        links = _LINK.findall(self.text)
        return links[-1] if links else None
