"""The watch pass: whoever holds it may watch one invitation while that is open, and do nothing else.

Layout (17 bytes, big-endian)::

    organisation number 2 ‖ HMAC-SHA256(secret, "watch1" ‖ organisation number ‖ invitation id)[:15]

written as 23 base62 digits. It is made anew whenever it is asked for, and rests nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from showme.domain.base62 import read_base62, write_base62
from showme.errors import WrongKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from showme.domain.invitations import Invitation

PASS_LENGTH: Final = 23
_BYTES: Final = 17
_ORGANISATION_BYTES: Final = 2
_MAC_BYTES: Final = 15
_INVITATION: Final = re.compile(r"[0-9A-Za-z]{1,24}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class PassClaim:
    """What a watch pass says of itself, before anyone has checked it."""

    organisation: int
    mac: bytes = field(repr=False)


def make_pass(invitation: Invitation, secret: bytes) -> str:
    """Return the 23 letters and digits that let their holder watch an invitation."""
    organisation = invitation.organisation.to_bytes(_ORGANISATION_BYTES)
    mac = _mac(secret, invitation.organisation, invitation.id)
    return write_base62(organisation + mac, digits=PASS_LENGTH)


def read_pass(text: str) -> PassClaim:
    """Take a watch pass apart without trusting it; raise WrongKey."""
    raw = read_base62(text, size=_BYTES) if len(text) == PASS_LENGTH else None
    if raw is None:
        raise WrongKey
    return PassClaim(organisation=int.from_bytes(raw[:_ORGANISATION_BYTES]), mac=raw[_ORGANISATION_BYTES:])


def check_pass(claim: PassClaim, invitation_id: str, secrets: Iterable[bytes]) -> None:
    """Raise WrongKey unless one of the secrets made the claim for this invitation."""
    if not _INVITATION.fullmatch(invitation_id):
        raise WrongKey
    matches = [hmac.compare_digest(_mac(secret, claim.organisation, invitation_id), claim.mac) for secret in secrets]
    if not any(matches):
        raise WrongKey


def _mac(secret: bytes, organisation: int, invitation_id: str) -> bytes:
    signed = b"watch1" + organisation.to_bytes(_ORGANISATION_BYTES) + invitation_id.encode()
    return hmac.new(secret, signed, hashlib.sha256).digest()[:_MAC_BYTES]
