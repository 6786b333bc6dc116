"""What the settings of live video's relays may be, and what keeps them from being used."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, SecretStr, field_validator, model_validator

from showme.domain.ice import IceServer, read_ice_url

if TYPE_CHECKING:
    from app.settings import Settings


class FixedIceServer(BaseModel, extra="forbid"):
    """A server of a fixed list, named as browsers name it."""

    urls: list[str]
    username: str | None = None
    credential: SecretStr | None = None

    @field_validator("urls", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _usable(self) -> FixedIceServer:
        self.as_server()
        return self

    def as_server(self) -> IceServer:
        """Return it as the rules know it; raise ValueError where browsers would refuse it."""
        credential = self.credential.get_secret_value() if self.credential else None
        return IceServer(urls=tuple(self.urls), username=self.username, credential=credential)


def checked_turn_urls(value: list[str]) -> list[str]:
    """Return addresses that browsers understand; raise ValueError with the first that they do not."""
    for url in value:
        try:
            read_ice_url(url)
        except ValueError as error:
            raise ValueError(f'"{url}" is not understood: {error}') from None
    return value


def list_from_json(value: object) -> object:
    """Return what a variable or a secret file says in JSON; raise ValueError where it does not."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("a list in JSON is needed") from None


def checked_peer_server(value: str | None) -> str | None:
    """Return the address of an external PeerServer with its key; raise ValueError where no page could use it."""
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - it is here that a port which is none shows
    except ValueError:
        raise ValueError("an address such as wss://peer.example.org/peerjs?key=peerjs is needed") from None
    is_ours = parts.scheme == "ws" and _is_loopback(parts.hostname or "")
    if (parts.scheme != "wss" and not is_ours) or not parts.hostname or parts.username or parts.fragment:
        raise ValueError("an address such as wss://peer.example.org/peerjs?key=peerjs is needed")
    if not parts.path.endswith("/peerjs") or list(parse_qs(parts.query, keep_blank_values=True)) not in (["key"], []):
        raise ValueError("it ends in /peerjs, and perhaps ?key=…, and in nothing else")
    return value if parts.query else parts._replace(query="key=peerjs").geturl()


def problems_of_relays(settings: Settings) -> list[str]:
    """Say what keeps live video's relays from being used."""
    chosen = settings.ice_providers
    problems = [
        f'ice_providers: "{name}" is not known; there are twilio, coturn and fixed.'
        for name in chosen
        if name not in {"twilio", "coturn", "fixed"}
    ]
    if "twilio" in chosen:
        missing = [name for name in ("twilio_account_sid", "twilio_auth_token") if getattr(settings, name) is None]
        problems += [f"{name} is missing: ice_providers names twilio, whose console shows it." for name in missing]
    given = {"turn_urls": bool(settings.turn_urls), "turn_secret": settings.turn_secret is not None}
    lacking = [name for name, is_given in given.items() if not is_given]
    if "coturn" in chosen or len(lacking) == 1:
        remedies = {
            "turn_urls": "turn_urls is missing: coturn needs its address, such as turn:turn.example.org.",
            "turn_secret": "turn_secret is missing: it is coturn's static-auth-secret.",
        }
        problems += [remedies[name] for name in lacking]
    if settings.turn_urls and not any(read_ice_url(url).relays for url in settings.turn_urls):
        problems.append("turn_urls has no turn: or turns: address: stun: alone relays nothing.")
    if "coturn" not in chosen and (settings.turn_urls or settings.turn_secret is not None):
        problems.append('turn_urls and turn_secret are unused: add "coturn" to ice_providers.')
    if "fixed" in chosen and not settings.ice_servers:
        problems.append("ice_servers is missing: ice_providers names fixed.")
    if "fixed" not in chosen and settings.ice_servers:
        problems.append('ice_servers is unused: add "fixed" to ice_providers.')
    if settings.ice_policy == "relay" and not _has_relay(settings):
        problems.append("ice_policy is relay, but no provider relays: no call could ever connect.")
    return problems


def _has_relay(settings: Settings) -> bool:
    is_fixed = "fixed" in settings.ice_providers and any(found.as_server().relays for found in settings.ice_servers)
    return is_fixed or not {"twilio", "coturn"}.isdisjoint(settings.ice_providers)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
