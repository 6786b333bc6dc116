"""The key in the link: where it comes from and how old it is, told without the database.

Layout (29 bytes, big-endian)::

    organisation number 2 ‖ minute since 1970 4 ‖ random 8 ‖ HMAC-SHA256(secret, "key1" ‖ first 14 bytes)[:15]

written as ``1`` (the version) and 39 base62 digits: forty letters and digits survive every phone's link detection and
fit one SMS.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.base62 import read_base62, write_base62
from showme.errors import LinkEnded, WrongKey

if TYPE_CHECKING:
    from collections.abc import Iterable

LIFE: Final = timedelta(hours=6)
FUTURE_ALLOWED: Final = timedelta(minutes=1)
SECRET_BYTES: Final = 32
NONCE_BYTES: Final = 8

_VERSION: Final = "1"
_WRITTEN: Final = re.compile(r"[0-9A-Za-z]{40}", re.ASCII)
_WRITTEN_DIGITS: Final = 39
_BYTES: Final = 29
_SIGNED_BYTES: Final = 14
_MAC_BYTES: Final = 15


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a key says of itself, before anyone has checked it."""

    organisation: int
    minute: int
    nonce: bytes
    mac: bytes

    @property
    def made_at(self) -> datetime:
        """The full minute in which the key was made."""
        return datetime.fromtimestamp(self.minute * 60, UTC)

    @property
    def signed(self) -> bytes:
        """The bytes that the MAC covers."""
        return _signed_bytes(self.organisation, self.minute, self.nonce)


def write_key(*, organisation: int, made_at: datetime, nonce: bytes, secret: bytes) -> str:
    """Return the forty characters for an organisation's number, a moment, eight random bytes and a secret."""
    signed = _signed_bytes(organisation, int(made_at.timestamp()) // 60, nonce)
    return _VERSION + write_base62(signed + _mac(secret, signed), digits=_WRITTEN_DIGITS)


def read_key(text: str) -> Claim:
    """Take a key apart without trusting it; raise WrongKey (``future_version`` when it is of a version to come)."""
    if not _WRITTEN.fullmatch(text):
        raise WrongKey
    if text[0] != _VERSION:
        raise WrongKey("future_version" if text[0] in "23456789" else None)
    raw = read_base62(text[1:], size=_BYTES)
    if raw is None:
        raise WrongKey
    return Claim(
        organisation=int.from_bytes(raw[:2]),
        minute=int.from_bytes(raw[2:6]),
        nonce=raw[6:_SIGNED_BYTES],
        mac=raw[_SIGNED_BYTES:],
    )


def check_key(claim: Claim, *, secrets: Iterable[bytes], now: datetime) -> None:
    """Raise WrongKey unless one of the secrets signed the claim, and LinkEnded when it is past its life.

    The key knows its minute only, so the end is checked here to the minute; the invitation knows the second.
    """
    matches = [hmac.compare_digest(_mac(secret, claim.signed), claim.mac) for secret in secrets]
    if not any(matches):
        raise WrongKey
    if claim.made_at > now + FUTURE_ALLOWED:
        raise WrongKey
    if now >= claim.made_at + timedelta(minutes=1) + LIFE:
        raise LinkEnded


def _signed_bytes(organisation: int, minute: int, nonce: bytes) -> bytes:
    return organisation.to_bytes(2) + minute.to_bytes(4) + nonce


def _mac(secret: bytes, signed: bytes) -> bytes:
    return hmac.new(secret, b"key1" + signed, hashlib.sha256).digest()[:_MAC_BYTES]
