"""The configuration that the documentation offers refuses every address behind which something of one's own may be."""

from __future__ import annotations

import struct
import subprocess
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network, summarize_address_range
from typing import Literal

import pytest

from gateways.ice.trial import Allocation, TurnRefused, allocated
from showme.domain.ice import read_ice_url
from tests.coturn import SAMPLE, Coturn, has_ipv6
from tests.gateways.ice.conftest import made_for

INNER_IPV4 = [
    *("127.0.0.1", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("100.64.0.1", "169.254.169.254", "169.254.0.1", "0.0.0.0", "0.0.0.1", "192.0.0.192", "198.18.0.1"),
    *("224.0.0.1", "239.255.255.250", "255.255.255.255"),
]
INNER_IPV6 = [
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0:7f00:1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:1::1"),
    *("fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1"),
]
OUTER_IPV4 = ["8.8.8.8", "1.1.1.1", "91.183.0.1", "172.32.0.1", "100.128.0.1"]
OUTER_IPV6 = ["2606:4700::1111", "2a02:a03f::1", "2620:fe::fe"]
# What may be sent through a permission is sent through a bound channel too: RFC 8656, 12.1.
CHANNEL_BIND, CHANNEL_NUMBER = 0x0009, 0x000C
By = Literal["permission", "channel"]
needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 at all")


async def reached(coturn: Coturn, peers: list[str], *, by: By = "permission") -> list[str]:
    """Return to whom a relay would send."""
    server = made_for(coturn.url())
    async with allocated(
        read_ice_url(server.urls[0]),
        username=server.username or "",
        credential=server.credential or "",
        family=6 if ":" in peers[0] else 4,
        patience=30,
    ) as relay:
        if by == "permission":
            return [peer for peer in peers if await relay.may_reach(ip_address(peer))]
        return [peer for number, peer in enumerate(peers) if await binds_channel(relay, number, peer)]


async def binds_channel(relay: Allocation, number: int, peer: str) -> bool:
    try:
        channel = {CHANNEL_NUMBER: struct.pack("!HH", 0x4000 + number, 0)}
        await relay._session.ask(CHANNEL_BIND, channel, peer=ip_address(peer))
    except TurnRefused:
        return False
    return True


@pytest.mark.parametrize("by", ["permission", "channel"])
async def test_nothing_of_ones_own_is_reached(sample: Coturn, by: By) -> None:
    assert await reached(sample, INNER_IPV4, by=by) == []
    assert await reached(sample, OUTER_IPV4, by=by) == OUTER_IPV4, "everybody else is"


@needs_ipv6
@pytest.mark.parametrize("by", ["permission", "channel"])
async def test_nothing_of_ones_own_is_reached_by_ipv6(sample: Coturn, by: By) -> None:
    assert await reached(sample, INNER_IPV6, by=by) == []
    assert await reached(sample, OUTER_IPV6, by=by) == OUTER_IPV6, "everybody else is"


async def test_a_coturn_without_the_list_would_be_a_way_in(unguarded: Coturn) -> None:
    assert {"10.0.0.1", "169.254.169.254", "192.168.0.1"} <= {*await reached(unguarded, INNER_IPV4)}


@needs_ipv6
async def test_a_coturn_without_the_list_would_be_a_way_in_by_ipv6(unguarded: Coturn) -> None:
    assert {"::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00:ec2::254"} <= {*await reached(unguarded, INNER_IPV6)}


def opens_tcp_relay(coturn: Coturn) -> bool:
    """Let coturn's own client ask for a relay that connects by TCP (RFC 6062), and go through it to another one."""
    server = made_for(coturn.url("tcp"))
    command = ("turnutils_uclient", "-T", "-n", "1", "-u", server.username or "", "-w", server.credential or "")
    told = subprocess.run(
        [*command, "-p", str(coturn.port), coturn.host], capture_output=True, text=True, timeout=120, check=False
    )
    return told.returncode == 0


def test_nobody_connects_by_tcp_through_it(sample: Coturn, coturn: Coturn) -> None:
    assert opens_tcp_relay(coturn), "the client can, where it may"
    assert not opens_tcp_relay(sample)


def denied() -> list[IPv4Network | IPv6Network]:
    """Return the networks that the sample denies; a range that ends before it begins raises ValueError."""
    ranges = [line.partition("=")[2] for line in SAMPLE.read_text("utf-8").splitlines() if line.startswith("denied-")]
    networks: list[IPv4Network | IPv6Network] = []
    for text in ranges:
        first, _, last = text.partition("-")
        networks += summarize_address_range(ip_address(first), ip_address(last))
    return networks


@pytest.mark.parametrize(
    "network",
    [
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "192.0.0.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"),
        *("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2002::/16", "2001:db8::/32"),
        *("fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    ],
)  # fmt: skip
def test_networks_are_denied_whole(network: str) -> None:
    wanted = ip_network(network)
    collapsed = [found for found in denied() if found.version == wanted.version and found.overlaps(wanted)]
    covered = sum(min(found.num_addresses, wanted.num_addresses) for found in collapsed)
    assert covered == wanted.num_addresses


def test_no_range_begins_where_coturn_would_take_it_for_anywhere() -> None:
    lines = SAMPLE.read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("denied-peer-ip=::-")] == []


def test_the_sample_is_closed_in_every_other_way_too() -> None:
    lines = {line for line in SAMPLE.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    assert {"use-auth-secret", "no-cli", "no-tcp-relay", "no-multicast-peers", "no-tlsv1", "no-tlsv1_1"} <= lines
    assert {line.partition("=")[0] for line in lines} >= {"user-quota", "total-quota", "max-bps", "stale-nonce", "cert"}
    assert not {"allow-loopback-peers", "no-auth", "server-relay", "lt-cred-mech"} & lines
    assert "static-auth-secret=SECRET" in lines, "nobody must run it with a secret that stands in public"
