"""An organisation (a PSAP or a team of one), what it may choose, and its secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from showme.domain import keys
from showme.domain.blurring import Blurring

MOST_ORGANISATIONS: Final = 65_535
SELF_TEST: Final = 0
"""The number of showme's own organisation, to which the self-test invites itself; it is listed nowhere."""
MOST_UNANSWERED: Final = 120
"""Minutes: the longest that one may choose to wait until an invitation without an answer is told."""
MOST_NAME: Final = 20
"""Characters of the name that an SMS has room for beside the wording, the number of the page and the link."""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An organisation; ``id`` is the number that its keys carry."""

    id: int
    name: str
    region: str
    """ISO 3166 code of the country in whose way numbers are typed without a prefix."""
    language: str
    blurring: Blurring = "until_revealed"
    retention_hours: int = 6
    sound: bool = False
    """Whether live video asks for sound from its start; the citizen is on the phone, so it does not by itself."""
    unanswered_minutes: int = 5
    """After how many minutes an invitation without an answer is told in the chats; 0 is never."""

    @property
    def blur(self) -> bool:
        """Whether pictures are blurred at first."""
        return self.blurring != "shown"

    @property
    def retention(self) -> timedelta:
        """How long photos are kept."""
        return timedelta(hours=self.retention_hours)


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret that signs an organisation's keys; a retired one only checks them, until all of them have died."""

    id: int
    organisation: int
    value: bytes = field(repr=False)
    made_at: datetime
    retired_at: datetime | None = None

    def checks(self, now: datetime) -> bool:
        """Whether keys signed with it are still taken."""
        return self.retired_at is None or now < self.retired_at + keys.LIFE + timedelta(minutes=1)
