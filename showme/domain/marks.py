"""Marks that dispatchers leave on a photo for each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MarkKind = Literal["seen", "important"]
"""``seen`` is left once by everyone who has looked at it large; ``important`` is one for all, and can be taken off."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A mark, and who left it when."""

    kind: MarkKind
    by: str
    at: datetime
