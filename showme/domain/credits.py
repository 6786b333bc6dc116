"""Credits: every SMS costs one; the ledger tells where each came from and went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from showme.errors import NotUnderstood

INITIAL_TOP_UP: Final = 10
LOW: Final = 5
"""At so many credits the supervisors are told."""
MOST_TOP_UP: Final = 100_000


class Entry(StrEnum):
    """Why a ledger's line was written."""

    INITIAL = "initial"
    TOP_UP = "top_up"
    CHARGE = "charge"
    REFUND = "refund"


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """One line of an organisation's ledger; ``balance`` is what is left after it."""

    number: int
    at: datetime
    entry: Entry
    amount: int
    balance: int
    actor: str
    invitation: str | None


def read_top_up(amount: int) -> int:
    """Read how many credits are added; raise NotUnderstood unless it is between 1 and 100 000."""
    if not 1 <= amount <= MOST_TOP_UP:
        raise NotUnderstood("top_up_not_understood", most=MOST_TOP_UP)
    return amount
