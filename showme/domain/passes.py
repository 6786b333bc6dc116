"""Passes: whoever holds one may look at one thing, and do nothing else; which, is signed by the organisation's secret.

Layout (17 bytes, big-endian)::

    organisation number 2 ‖ HMAC-SHA256(secret, kind ‖ organisation number ‖ id)[:15]

written as 23 base62 digits. The kind is ``watch1`` for the team chat's pass to an invitation's live video, and
``share1`` for a share (``domain/shares.py``); the id is that of the invitation, or of the share. A pass is made anew
whenever it is asked for, and rests nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from showme.domain.base62 import read_base62, write_base62
from showme.errors import WrongKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from showme.domain.invitations import Invitation
    from showme.domain.shares import Share

PASS_LENGTH: Final = 23
_BYTES: Final = 17
_ORGANISATION_BYTES: Final = 2
_MAC_BYTES: Final = 15
_ID: Final = re.compile(r"[0-9A-Za-z]{1,24}", re.ASCII)

PassKind = Literal["watch", "share"]


@dataclass(frozen=True, kw_only=True)
class PassClaim:
    """What a pass says of itself, before anyone has checked it."""

    organisation: int
    mac: bytes = field(repr=False)


def make_pass(invitation: Invitation, secret: bytes) -> str:
    """Return the 23 letters and digits that let their holder watch an invitation."""
    return _write("watch", invitation.organisation, invitation.id, secret)


def make_share_pass(share: Share, secret: bytes) -> str:
    """Return the 23 letters and digits that let their holder open a share."""
    return _write("share", share.organisation, share.id, secret)


def read_pass(text: str) -> PassClaim:
    """Take a pass apart without trusting it; raise WrongKey."""
    raw = read_base62(text, size=_BYTES) if len(text) == PASS_LENGTH else None
    if raw is None:
        raise WrongKey
    return PassClaim(organisation=int.from_bytes(raw[:_ORGANISATION_BYTES]), mac=raw[_ORGANISATION_BYTES:])


def check_pass(claim: PassClaim, shown: str, secrets: Iterable[bytes], *, kind: PassKind = "watch") -> None:
    """Raise WrongKey unless one of the secrets made the claim for the invitation, or the share, with this id."""
    if not _ID.fullmatch(shown):
        raise WrongKey
    matches = [hmac.compare_digest(_mac(kind, secret, claim.organisation, shown), claim.mac) for secret in secrets]
    if not any(matches):
        raise WrongKey


def _write(kind: PassKind, organisation: int, shown: str, secret: bytes) -> str:
    mac = _mac(kind, secret, organisation, shown)
    return write_base62(organisation.to_bytes(_ORGANISATION_BYTES) + mac, digits=PASS_LENGTH)


def _mac(kind: PassKind, secret: bytes, organisation: int, shown: str) -> bytes:
    signed = f"{kind}1".encode() + organisation.to_bytes(_ORGANISATION_BYTES) + shown.encode()
    return hmac.new(secret, signed, hashlib.sha256).digest()[:_MAC_BYTES]
