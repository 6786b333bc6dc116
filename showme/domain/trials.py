"""The rungs that the self-test climbs, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from showme.domain.ice import IceServer


class Trial(StrEnum):
    """What the self-test tries, in this order; a key below ``report.selftest.rungs``."""

    INVITED = "invited"
    SMS = "sms"
    PAGE = "page"
    TAPPED = "tapped"
    SIGNALLING = "signalling"
    RELAY = "relay"
    PHOTO = "photo"
    SHOWN = "shown"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Tapped:
    """What a phone is given to call with, once it was tapped."""

    peer: str
    ice_servers: tuple[IceServer, ...] = ()
    signalling: str | None = field(default=None, repr=False)
    """The address of an external PeerServer; None for the embedded one."""

    @property
    def relays(self) -> bool:
        """Whether any server relays."""
        return any(server.relays for server in self.ice_servers)


@dataclass(frozen=True, kw_only=True)
class Tested:
    """How a self-test went: the rungs climbed with their seconds, and the one that broke, if one did."""

    climbed: tuple[tuple[Trial, float], ...]
    left_out: tuple[Trial, ...] = ()
    """Rungs that this installation does not have."""
    broken: Trial | None = None
    reason: str | None = None

    @property
    def seconds(self) -> float:
        """What the climbed rungs took together."""
        return sum(seconds for _, seconds in self.climbed)
