"""A real coturn takes the credentials that are made here, as long as they hold, and no others."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import socket
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from gateways.ice.coturn import CoturnServers
from gateways.ice.trial import TurnRefused, allocated
from showme.domain.ice import IceServer, read_ice_url
from showme.errors import Unavailable
from tests.coturn import SECRET, Coturn, coturn_running, free_port
from tests.fakes.clock import MovableClock
from tests.gateways.ice.conftest import INVITATION, made_for

URLS = ["turn:turn.example.org", "turns:turn.example.org:443", "stun:turn.example.org"]


def provider(*, life: timedelta = timedelta(hours=12)) -> CoturnServers:
    return CoturnServers(urls=URLS, secret=SECRET, life=life)


async def opens(server: IceServer) -> None:
    """Open a relay with credentials of ours, or raise what the server says."""
    [text] = server.urls
    async with allocated(
        read_ice_url(text), username=server.username or "", credential=server.credential or "", patience=30
    ):
        pass


def moves_media(coturn: Coturn, server: IceServer, *options: str) -> bool:
    """Let coturn's own client, which knows nothing of ours, send datagrams through the relay to another relay."""
    command = ("turnutils_uclient", "-u", server.username or "", "-w", server.credential or "", "-p", str(coturn.port))
    told = subprocess.run(
        [*command, "-n", "2", "-c", "-y", *options, coturn.host],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return told.returncode == 0 and "tot_send_msgs=4, tot_recv_msgs=4" in told.stdout


def test_credentials_name_the_invitation_and_their_end() -> None:
    now = MovableClock().now()
    stun, relay = provider(life=timedelta(hours=2)).servers(invitation=INVITATION, now=now)
    assert (stun.urls, stun.username) == (("stun:turn.example.org",), None)
    assert relay.urls == ("turn:turn.example.org", "turns:turn.example.org:443")
    until, _, invitation = (relay.username or "").partition(":")
    assert datetime.fromtimestamp(int(until), UTC) - now - timedelta(hours=2) < timedelta(seconds=1)
    assert invitation == INVITATION
    expected = hmac.new(SECRET.encode(), f"{until}:{INVITATION}".encode(), hashlib.sha1).digest()
    assert base64.b64decode(relay.credential or "") == expected


def test_every_invitation_has_credentials_of_its_own() -> None:
    now = MovableClock().now()
    [*_, one], [*_, other] = (provider().servers(invitation=invitation, now=now) for invitation in ("a", "b"))
    assert one.credential != other.credential


async def test_what_coturn_lends_never_ends() -> None:
    lease = await provider().lease(now=MovableClock().now())
    assert lease.until is None


@pytest.mark.parametrize(
    ("urls", "secret"), [([], SECRET), (["stun:a.example"], SECRET), (["nonsense"], SECRET), (URLS, "")]
)
def test_a_provider_that_could_never_relay_cannot_be_made(urls: list[str], secret: str) -> None:
    with pytest.raises(ValueError, match=r"address|empty"):
        CoturnServers(urls=urls, secret=secret)


@pytest.mark.parametrize("options", [(), ("-t",)])
def test_coturns_own_client_moves_media_with_our_credentials(coturn: Coturn, options: tuple[str, ...]) -> None:
    assert moves_media(coturn, made_for(coturn.url()), *options)


def test_coturns_own_client_moves_nothing_with_another_secret(coturn: Coturn) -> None:
    assert not moves_media(coturn, made_for(coturn.url(), secret="another-secret-than-the-one-it-has"))


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_relay_is_opened_with_our_credentials(coturn: Coturn, transport: str) -> None:
    server = made_for(coturn.url("tcp" if transport == "tcp" else "udp"))
    async with allocated(
        read_ice_url(server.urls[0]), username=server.username or "", credential=server.credential or "", patience=30
    ) as relay:
        assert str(relay.relayed) == "127.0.0.1"


async def test_a_relay_is_opened_by_tls_and_only_under_a_certificate_that_is_trusted(
    coturn: Coturn, authority: trustme.CA
) -> None:
    server = made_for(coturn.url(encrypted=True))
    url, credentials = read_ice_url(server.urls[0]), (server.username or "", server.credential or "")
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    async with allocated(url, username=credentials[0], credential=credentials[1], patience=30, trust=trust) as relay:
        assert str(relay.relayed) == "127.0.0.1"
    with pytest.raises(Unavailable) as told:
        async with allocated(url, username=credentials[0], credential=credentials[1], patience=30):
            pass
    assert isinstance(told.value.__cause__, ssl.SSLCertVerificationError)


async def test_credentials_are_taken_until_their_end_and_not_after(coturn: Coturn) -> None:
    await opens(made_for(coturn.url(), ago=timedelta(hours=12) - timedelta(minutes=10)))
    with pytest.raises(TurnRefused) as told:
        await opens(made_for(coturn.url(), ago=timedelta(hours=12, minutes=10)))
    assert told.value.code == 401


async def test_wrong_credentials_are_refused(coturn: Coturn) -> None:
    good = made_for(coturn.url())
    later = f"{int((good.username or '').partition(':')[0]) + 86_400}:{INVITATION}"
    for username, credential in (
        (good.username, "d3Jvbmc="),
        (later, good.credential),
        ((good.username or "") + "x", good.credential),
        (INVITATION, good.credential),
    ):
        with pytest.raises(TurnRefused) as told:
            await opens(IceServer(urls=good.urls, username=username, credential=credential))
        assert told.value.code == 401


async def test_one_who_does_not_answer_is_given_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        url = read_ice_url(f"turn:127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(Unavailable) as told:
            async with allocated(url, username="u", credential="c", patience=0.3):
                pass
        assert isinstance(told.value.__cause__, TimeoutError)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0" * 64])
async def test_one_who_speaks_something_else_is_told_apart(said: bytes) -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        url = read_ice_url(f"turn:127.0.0.1:{server.sockets[0].getsockname()[1]}?transport=tcp")
        with pytest.raises(Unavailable) as told:
            async with allocated(url, username="u", credential="c", patience=30):
                pass
    assert not isinstance(told.value, TurnRefused)


async def test_a_relay_that_listens_on_tcp_alone_is_reached_there_and_comes_back_at_the_same_place() -> None:
    with coturn_running(transports=("tcp",)) as relay:
        await opens(made_for(relay.url("tcp")))
        with pytest.raises(Unavailable):
            async with allocated(read_ice_url(relay.url("udp")), username="u", credential="c", patience=1):
                pass
        relay.stop()
        with pytest.raises(Unavailable):
            await opens(made_for(relay.url("tcp")))
        relay.start()
        await opens(made_for(relay.url("tcp")))


async def test_the_sample_speaks_tls_at_the_port_that_every_network_lets_through(
    certificate: Path, authority: trustme.CA
) -> None:
    trust, port = ssl.create_default_context(), free_port()
    authority.configure_trust(trust)
    with coturn_running(sample=True, certificate=certificate, more=[f"aux-server=127.0.0.1:{port}"]):
        server = made_for(f"turns:127.0.0.1:{port}")
        async with allocated(
            read_ice_url(server.urls[0]),
            username=server.username or "",
            credential=server.credential or "",
            patience=30,
            trust=trust,
        ) as relay:
            assert str(relay.relayed) == "127.0.0.1"
