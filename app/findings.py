"""What somebody finds who examines an installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at; the sentence says the remedy where it is not well."""

    subject: str
    state: Literal["well", "warning", "wrong"]
    sentence: str
