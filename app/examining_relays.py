"""Examines who relays live video: every relay is opened once, as a phone would."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Literal

from app.clock import SystemClock
from app.findings import Finding
from app.providers import ice_providers
from gateways.ice.coturn import CoturnServers
from gateways.ice.trial import TurnRefused, allocated
from showme.domain.ice import IceServer, IceUrl, read_ice_url
from showme.errors import Unavailable

if TYPE_CHECKING:
    import ssl

    from app.settings import Settings
    from showme.ports import IceProvider

_SUBJECT: Final = "live video"
_INVITATION: Final = "doctor"
_UNAUTHENTICATED: Final = 401
_NEVER: Final[dict[Literal[4, 6], tuple[str, ...]]] = {
    4: ("127.0.0.1", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1"),
    6: ("::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00:ec2::254", "fe80::1"),
}
"""Whom a relay must not relay to, one of each kind: itself, private networks, clouds' metadata, IPv4 in disguise."""


async def look_at_relays(settings: Settings, *, trust: ssl.SSLContext | None = None) -> list[Finding]:
    """Try every relay of every provider; ``trust`` takes the place of the system's certificates."""
    providers = ice_providers(settings)
    found = [finding for provider in providers for finding in await _look_at(provider, trust)]
    if not providers:
        sentence = (
            "No relay (ice_providers): where two networks let nothing through to each other, one call in six, there "
            "is no live video, only stills. docs/coturn.md makes one in ten minutes."
        )
        found.append(_warning(sentence))
    if settings.peerjs_url is not None:
        found.append(_warning(_what_is_lost(settings.peerjs_url)))
    return found


def _what_is_lost(peerjs_url: str) -> str:
    host = peerjs_url.partition("//")[2].partition("/")[0]
    return (
        f"peerjs_url hands signalling to {host}, which verifies nobody: whoever learns an invitation's id can take "
        "the citizen's place or a viewer's, any peer reaches any other, the journal knows who asked to watch and not "
        "who does, and its operator sees who calls whom. The key is not told to it. Without peerjs_url nothing of this "
        "is lost."
    )


async def _look_at(provider: IceProvider, trust: ssl.SSLContext | None) -> list[Finding]:
    now = SystemClock().now()
    try:
        lease = await provider.lease(now=now)
    except Unavailable as error:
        said = ", ".join(f"{name} {value}" for name, value in error.facts.items()) or "no answer"
        return [_wrong(f"{provider.name} lends no relay ({said}): see its account, and that this server reaches it.")]
    relays = [
        (url, server)
        for server in lease.servers(invitation=_INVITATION, now=now)
        for text in server.urls
        if (url := read_ice_url(text)).relays
    ]
    if not relays:
        return [_warning(f"{provider.name} names only stun: servers, which relay nothing.")]
    found = list(await asyncio.gather(*(_try(provider, url, server, trust) for url, server in relays)))
    if all(url.transport == "udp" for url, _ in relays):
        sentence = f"{provider.name} is reached over UDP only; networks that block it get stills. Add ?transport=tcp."
        found.append(_warning(sentence))
    if isinstance(provider, CoturnServers):  # whom others let in is theirs to try
        open_relays = [relay for relay, finding in zip(relays, found, strict=False) if finding.state != "wrong"]
        found += [await _look_behind(*relay, trust) for relay in open_relays[:1]]
    return found


async def _try(provider: IceProvider, url: IceUrl, server: IceServer, trust: ssl.SSLContext | None) -> Finding:
    """Open a relay."""
    name = f"{provider.name}, {_place(url)}"
    try:
        async with allocated(
            url, username=server.username or "", credential=server.credential or "", trust=trust
        ) as relay:
            relayed = relay.relayed
    except TurnRefused as refusal:
        if refusal.code == _UNAUTHENTICATED:
            remedy = "turn_secret must be its static-auth-secret, and the clocks of both must be right"
            if not isinstance(provider, CoturnServers):
                remedy = "see the username and the credential"
            return _wrong(f"{name}: it refuses our credentials; {remedy}.")
        return _wrong(f"{name}: it refuses to relay ({refusal.code} {refusal.facts['words']}).")
    except Unavailable as error:
        why = type(error.__cause__).__name__
        return _wrong(f"{name}: no answer ({why}); see that it runs, and that the firewalls let us and phones in.")
    if not relayed.is_global:
        sentence = f"it relays from {relayed}, where no phone can reach it; set relay-ip or external-ip."
        return _warning(f"{name}: {sentence}")
    return Finding(subject=_SUBJECT, state="well", sentence=f"{name}: it relays")


async def _look_behind(url: IceUrl, server: IceServer, trust: ssl.SSLContext | None) -> Finding:
    """Ask for the way to addresses that nobody outside may reach; nothing is sent to them."""
    reached: list[str] = []
    for family in _NEVER:
        try:
            reached += await _reached(url, server, family, trust)
        except TurnRefused:  # it relays nothing of this family
            continue
        except Unavailable:
            return _warning(f"{_place(url)}: it stopped answering when asked for the way to private addresses.")
    if reached:
        sentence = (
            f"{_place(url)}: it relays to {', '.join(reached)}, so that whoever has a link reaches your own network; "
            "take over the lines denied-peer-ip of docs/turnserver.conf."
        )
        return _wrong(sentence)
    return Finding(subject=_SUBJECT, state="well", sentence="the relay refuses private addresses")


async def _reached(
    url: IceUrl, server: IceServer, family: Literal[4, 6], trust: ssl.SSLContext | None
) -> Sequence[str]:
    username, credential = server.username or "", server.credential or ""
    async with allocated(url, username=username, credential=credential, family=family, trust=trust) as relay:
        return [peer for peer in _NEVER[family] if await relay.may_reach(ip_address(peer))]


def _place(url: IceUrl) -> str:
    return f"{url.scheme} {url.host} port {url.port} over {'TLS' if url.is_encrypted else url.transport.upper()}"


def _warning(sentence: str) -> Finding:
    return Finding(subject=_SUBJECT, state="warning", sentence=sentence)


def _wrong(sentence: str) -> Finding:
    return Finding(subject=_SUBJECT, state="wrong", sentence=sentence)
