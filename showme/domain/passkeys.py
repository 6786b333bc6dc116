"""A passkey: the public half of a key that a person's own device or security key keeps (WebAuthn Level 3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from showme.domain.people import Dispatcher
from showme.errors import NotUnderstood

MOST_PASSKEYS: Final = 10
"""Of one person; a phone, a computer and a few keys on a ring."""
MOST_LABEL: Final = 40
CHALLENGE_LIFE: Final = timedelta(minutes=5)
HANDLE_BYTES: Final = 32

_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Passkey:
    """What we keep of a passkey; ``handle`` names its person to the device, the same for all of one person's."""

    id: str
    owner: Dispatcher
    handle: bytes = field(repr=False)
    credential: bytes
    public_key: bytes
    counter: int
    """How often it says it has signed; 0 where it does not count."""
    label: str
    transports: Sequence[str] = ()
    made_at: datetime
    used_at: datetime | None = None

    def is_copied(self, counter: int) -> bool:
        """Whether a counter tells that another device signs with the same key (WebAuthn, 6.1.1): it must grow."""
        return (counter > 0 or self.counter > 0) and counter <= self.counter


@dataclass(frozen=True, kw_only=True)
class PasskeyPlace:
    """Where passkeys count: the domain that they belong to, and the one origin whose pages may ask for them."""

    domain: str
    origin: str

    @property
    def is_possible(self) -> bool:
        """Whether browsers make passkeys there: for a name, and never for an address (WebAuthn, 5.4.2)."""
        try:
            ip_address(self.domain.strip("[]"))
        except ValueError:
            return bool(self.domain)
        return False


@dataclass(frozen=True, kw_only=True)
class PasskeyClaim:
    """Which passkey says that it has signed what, for whom; nothing of it is checked."""

    credential: bytes
    challenge: bytes
    handle: bytes | None


@dataclass(frozen=True, kw_only=True)
class MadePasskey:
    """What a device tells of a passkey that it has just made."""

    credential: bytes
    public_key: bytes
    counter: int
    transports: Sequence[str]


def read_label(text: str) -> str:
    """Read what a person calls a passkey; raise NotUnderstood when it is empty or longer than 40 characters."""
    label = " ".join(_UNWRITABLE.sub(" ", text).split())
    if not label or len(label) > MOST_LABEL:
        raise NotUnderstood("label_not_understood", most=MOST_LABEL)
    return label
