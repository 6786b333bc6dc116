"""ICE servers: where a phone and a photowall learn how to reach each other, and who relays when they cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, cast

Scheme = Literal["stun", "stuns", "turn", "turns"]
Transport = Literal["udp", "tcp"]

_URL: Final = re.compile(
    r"(?P<scheme>stuns?|turns?):"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z](?:[0-9A-Za-z._-]*[0-9A-Za-z])?)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?:\?transport=(?P<transport>udp|tcp))?"
)
_PORT: Final = 3478
_TLS_PORT: Final = 5349
_LAST_PORT: Final = 65_535


@dataclass(frozen=True, kw_only=True)
class IceUrl:
    """The address of a STUN or TURN server, with everything that it left unsaid filled in."""

    scheme: Scheme
    host: str
    """A name or an address; one of IPv6 without its brackets."""
    port: int
    transport: Transport

    @property
    def relays(self) -> bool:
        """Whether it is a relay (TURN), which wants credentials."""
        return self.scheme in {"turn", "turns"}

    @property
    def is_encrypted(self) -> bool:
        """Whether it is spoken to by TLS."""
        return self.scheme in {"stuns", "turns"}


def read_ice_url(text: str) -> IceUrl:
    """Read an address as RFC 7064 and RFC 7065 write it; raise ValueError for what some browser would not take.

    A browser refuses a whole list for the sake of one address that it does not understand: no call, not even a direct
    one. Hence a ``stun:`` address has no ``?transport=``, which Chromium 150 calls a syntax error.
    """
    found = _URL.fullmatch(text)
    if found is None:
        raise ValueError("an address is turn:, turns:, stun: or stuns:, a host, and perhaps :port and ?transport=tcp")
    scheme = cast("Scheme", found["scheme"])
    if found["transport"] is not None and scheme in {"stun", "stuns"}:
        raise ValueError("only turn: and turns: have a ?transport=")
    if scheme == "turns" and found["transport"] == "udp":
        raise ValueError("turns: is spoken over TCP: leave ?transport=udp away")
    port = int(found["port"] or (_TLS_PORT if scheme in {"stuns", "turns"} else _PORT))
    if not 0 < port <= _LAST_PORT:
        raise ValueError(f"a port is a number from 1 to {_LAST_PORT}")
    is_encrypted = scheme in {"stuns", "turns"}
    transport = cast("Transport", found["transport"] or ("tcp" if is_encrypted else "udp"))
    return IceUrl(scheme=scheme, host=found["host"].strip("[]"), port=port, transport=transport)


@dataclass(frozen=True, kw_only=True)
class IceServer:
    """A server as browsers are told of it (``RTCIceServer``); raise ValueError where a browser would refuse it."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.urls:
            raise ValueError("a server has an address")
        relays = [read_ice_url(url).relays for url in self.urls]
        if any(relays) and not (self.username and self.credential):
            raise ValueError("a turn: address wants a username and a credential")

    @property
    def relays(self) -> bool:
        """Whether any of its addresses relays."""
        return any(read_ice_url(url).relays for url in self.urls)

    def for_browsers(self) -> dict[str, object]:
        """Return it as ``RTCPeerConnection`` takes it.

        Source: https://www.w3.org/TR/webrtc/#rtciceserver-dictionary.
        """
        told: dict[str, object] = {"urls": list(self.urls)}
        if self.username is not None and self.credential is not None:
            told |= {"username": self.username, "credential": self.credential}
        return told


@dataclass(frozen=True, kw_only=True)
class SharedLease:
    """Servers that are the same for every invitation; implements ``showme.ports.IceLease``."""

    lent: tuple[IceServer, ...]
    until: datetime | None = None

    def servers(self, *, invitation: str, now: datetime) -> Sequence[IceServer]:  # noqa: ARG002 - the same for all
        """Return the servers."""
        return self.lent
