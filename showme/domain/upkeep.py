"""What a look over records and files together finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Subject = Literal[
    "rows_without_file",
    "originals_lost",
    "files_without_row",
    "files_that_differ",
    "pictures_missing",
    "photos_not_shown",
    "notices_waiting",
    "notices_half_sent",
    "sms_unfinished",
    "credits_that_differ",
    "files_unfinished",
]
HARMLESS: frozenset[Subject] = frozenset({"photos_not_shown", "notices_waiting", "notices_half_sent", "sms_unfinished"})
"""What a running server is always in the middle of; the next start goes on with it."""


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What an organisation has, and what its ledger comes to: the two move in one transaction."""

    of: int
    credits: int
    ledger: int


@dataclass(frozen=True, kw_only=True)
class Oddity:
    """One kind of thing that was found, so many times; ``repaired`` says what was done about it."""

    subject: Subject
    count: int
    names: Sequence[str] = ()
    """The first few, as an operator finds them again."""
    repaired: str | None = None
