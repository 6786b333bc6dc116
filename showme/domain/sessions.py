"""A session: somebody is signed in on one browser, for so long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final, Literal

from showme.domain.people import Dispatcher, Role
from showme.domain.phones import kind_of_phone
from showme.errors import NotSignedIn

Way = Literal["link", "single_use", "passkey"]
"""How somebody came in: by the organisation's link, by one made for a person or a screen, by a passkey."""

SESSION_IDLE: Final = timedelta(hours=12)
SESSION_LIFE: Final = timedelta(days=7)
SCREEN_IDLE: Final = timedelta(days=14)
"""A wall screen may stand dark over the holidays."""
SCREEN_LIFE: Final = timedelta(days=365)
SESSIONS_KEPT: Final = timedelta(days=30)
"""For how long after its end it is known how a session ended."""

MOST_BROWSER: Final = 40
_SHOWN_OF_IPV6: Final = 48


@dataclass(frozen=True, kw_only=True)
class Device:
    """Where somebody is signed in, as coarsely as it takes to know one's own: ``Firefox, Linux`` at ``192.0.2.*``."""

    browser: str = ""
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody signed in; ``id`` names it in lists and proves nothing."""

    id: str
    dispatcher: Dispatcher
    way: Way
    device: Device
    made_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    """Who ended it: the person, or a supervisor."""
    passkey: str | None = None
    """The id of the passkey that opened it."""
    language: str | None = None
    """In which of the team's languages this person reads; None as the browser wishes."""

    @property
    def ends_at(self) -> datetime:
        """When it ends at the latest, if nobody uses it any more."""
        role = self.dispatcher.role
        return min(self.seen_at + idle_of(role), self.made_at + life_of(role))

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is signed in by it now."""
        return self.ended_at is None and now < self.ends_at

    def refuse_if_ended(self, now: datetime) -> None:
        """Raise NotSignedIn, with the cause, when it has ended."""
        if self.ended_at is not None:
            raise NotSignedIn("signed_out" if self.ended_by == self.dispatcher.name else "session_revoked")
        if now >= self.made_at + life_of(self.dispatcher.role):
            raise NotSignedIn("session_too_old")
        if now >= self.seen_at + idle_of(self.dispatcher.role):
            raise NotSignedIn("session_idle")


def idle_of(role: Role) -> timedelta:
    """Return for how long a session lives unused."""
    return SCREEN_IDLE if role == "wall_screen" else SESSION_IDLE


def life_of(role: Role) -> timedelta:
    """Return for how long a session lives at most."""
    return SCREEN_LIFE if role == "wall_screen" else SESSION_LIFE


def device_of(*, user_agent: str, address: str) -> Device:
    """Tell a device coarsely from what its browser says of itself and from where it comes."""
    kind, browser = kind_of_phone(user_agent)
    told = ", ".join(part for part in (browser, kind) if part)
    return Device(browser=told[:MOST_BROWSER], address=coarse_address(address))


def coarse_address(address: str) -> str:
    """Return the network that an address is in, empty for what is none: a /24 of IPv4, a /48 of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv4Address):
        return f"{found.exploded.rpartition('.')[0]}.*"
    if found.ipv4_mapped is not None:
        return coarse_address(str(found.ipv4_mapped))
    return str(ip_network((found, _SHOWN_OF_IPV6), strict=False))
