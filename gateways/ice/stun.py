"""Writes and reads STUN messages, as far as trying a TURN server needs them.

Source: RFC 8489, sections 5 (messages), 9.2.2 (key), 14 (attributes).
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

HEADER: Final = 20
"""Bytes before the attributes."""
SUCCESS: Final = 0x0100
_COOKIE: Final = 0x2112A442
_IPV4, _IPV6 = 1, 2
_INTEGRITY_SIZE: Final = 24


class Method(IntEnum):
    """What is asked for (RFC 8656, 17)."""

    BINDING = 0x0001
    ALLOCATE = 0x0003
    REFRESH = 0x0004
    CREATE_PERMISSION = 0x0008


class Attribute(IntEnum):
    """What a message says (RFC 8489, 18.3; RFC 8656, 18)."""

    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    ERROR_CODE = 0x0009
    LIFETIME = 0x000D
    XOR_PEER_ADDRESS = 0x0012
    REALM = 0x0014
    NONCE = 0x0015
    XOR_RELAYED_ADDRESS = 0x0016
    REQUESTED_ADDRESS_FAMILY = 0x0017
    REQUESTED_TRANSPORT = 0x0019


@dataclass(frozen=True, kw_only=True)
class Message:
    """What somebody answered."""

    kind: int
    transaction: bytes
    attributes: Mapping[int, bytes]

    @property
    def error(self) -> tuple[int, str]:
        """The code and the words of a refusal, (0, "") where there are none."""
        told = self.attributes.get(Attribute.ERROR_CODE, b"").ljust(4, b"\0")
        return 100 * (told[2] & 7) + told[3], told[4:].decode(errors="replace")


def length_of(head: bytes) -> int:
    """Return how many bytes follow the header; raise ValueError where it is none of STUN's."""
    _, length, cookie = struct.unpack_from("!HHI", head.ljust(HEADER, b"\0"))
    if cookie != _COOKIE or head[0] & 0xC0 or length % 4:
        raise ValueError("not a STUN message")
    return int(length)


def written(method: int, attributes: Mapping[int, bytes], *, transaction: bytes, key: bytes | None = None) -> bytes:
    """Return a request, signed where there is a key."""
    body = b"".join(_attribute(kind, value) for kind, value in attributes.items())
    if key is None:
        return _head(method, len(body), transaction) + body
    # The length that is signed counts the signature too (RFC 8489, 14.5).
    signed = _head(method, len(body) + _INTEGRITY_SIZE, transaction) + body
    return signed + _attribute(Attribute.MESSAGE_INTEGRITY, hmac.new(key, signed, hashlib.sha1).digest())


def read(told: bytes) -> Message:
    """Read a message; raise ValueError for anything else."""
    if len(told) < HEADER or len(told) != HEADER + length_of(told):
        raise ValueError("not a whole STUN message")
    attributes: dict[int, bytes] = {}
    place = HEADER
    while place + 4 <= len(told):
        kind, size = struct.unpack_from("!HH", told, place)
        if place + 4 + size > len(told):
            raise ValueError("an attribute is cut off")
        attributes.setdefault(kind, told[place + 4 : place + 4 + size])
        place += 4 + size + -size % 4
    return Message(kind=int.from_bytes(told[:2]), transaction=told[8:HEADER], attributes=attributes)


def key_of(*, username: str, realm: bytes, password: str) -> bytes:
    """Return what a request under long-term credentials is signed with; MD5 is the RFC's choice."""
    return hashlib.md5(b":".join((username.encode(), realm, password.encode()))).digest()  # noqa: S324 - the RFC's


def masked(address: IPv4Address | IPv6Address, *, transaction: bytes, port: int) -> bytes:
    """Return an address as XOR-PEER-ADDRESS has it."""
    family = _IPV4 if address.version == 4 else _IPV6  # noqa: PLR2004 - IPv4
    return struct.pack("!xBH", family, port ^ _COOKIE >> 16) + _xor(address.packed, transaction)


def unmasked(value: bytes, *, transaction: bytes) -> IPv4Address | IPv6Address:
    """Read an address as XOR-RELAYED-ADDRESS has it; raise ValueError."""
    return ip_address(_xor(value[4:], transaction))


def _xor(packed: bytes, transaction: bytes) -> bytes:
    return bytes(byte ^ mask for byte, mask in zip(packed, struct.pack("!I", _COOKIE) + transaction, strict=False))


def _head(method: int, length: int, transaction: bytes) -> bytes:
    return struct.pack("!HHI", method, length, _COOKIE) + transaction


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)
