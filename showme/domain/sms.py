"""An SMS: its fixed wording, and its way out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

_LINK: Final = re.compile(r"https?://\S+")


@dataclass(frozen=True, kw_only=True)
class QueuedSms:
    """An SMS that was taken to be sent; the text is written only then, so that no key rests in the database."""

    id: str
    organisation: int
    invitation: str


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
