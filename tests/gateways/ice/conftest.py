from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from gateways.ice.coturn import CoturnServers
from showme.domain.ice import IceServer
from tests.coturn import SECRET, Coturn, coturn_running, has_ipv6

INVITATION = "7fQz1Lm2Kd"
RELAYS = ("127.0.0.1", "::1") if has_ipv6() else ("127.0.0.1",)


def made_for(
    url: str, *, secret: str = SECRET, ago: timedelta = timedelta(0), life: timedelta = timedelta(hours=12)
) -> IceServer:
    """Return what our provider gives for an invitation, at this moment or some time ago."""
    provider = CoturnServers(urls=[url], secret=secret, life=life)
    [server] = provider.servers(invitation=INVITATION, now=datetime.now(UTC) - ago)
    return server


@pytest.fixture(scope="package")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="package")
def certificate(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("relay") / "certificate.pem"
    authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="package")
def coturn(certificate: Path) -> Iterator[Coturn]:
    """Lend a relay over UDP, TCP and TLS that moves media on the loopback."""
    with coturn_running(loopback_peers=True, certificate=certificate) as relay:
        yield relay


@pytest.fixture(scope="package")
def sample() -> Iterator[Coturn]:
    """Lend a relay with the configuration of the documentation, IPv6 included."""
    with coturn_running(sample=True, relays=RELAYS) as relay:
        yield relay


@pytest.fixture(scope="package")
def unguarded() -> Iterator[Coturn]:
    """Lend a relay as coturn is without a list of whom to refuse."""
    with coturn_running(relays=RELAYS) as relay:
        yield relay
