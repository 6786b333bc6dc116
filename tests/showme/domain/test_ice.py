"""A list of servers is read as strictly as the strictest browser reads it."""

from __future__ import annotations

import pytest

from showme.domain.ice import IceServer, IceUrl, SharedLease, read_ice_url
from tests.fakes.clock import MovableClock


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "transport"),
    [
        ("turn:turn.example.org", "turn", "turn.example.org", 3478, "udp"),
        ("turn:turn.example.org?transport=tcp", "turn", "turn.example.org", 3478, "tcp"),
        ("turn:192.0.2.7:80?transport=udp", "turn", "192.0.2.7", 80, "udp"),
        ("turns:turn.example.org", "turns", "turn.example.org", 5349, "tcp"),
        ("turns:turn.example.org:443?transport=tcp", "turns", "turn.example.org", 443, "tcp"),
        ("turn:[2001:db8::1]:3479", "turn", "2001:db8::1", 3479, "udp"),
        ("stun:stun.example.org", "stun", "stun.example.org", 3478, "udp"),
        ("stuns:stun.example.org:443", "stuns", "stun.example.org", 443, "tcp"),
        ("turn:turn_1.intranet", "turn", "turn_1.intranet", 3478, "udp"),
    ],
)
def test_what_an_address_leaves_unsaid_is_filled_in(
    text: str, scheme: str, host: str, port: int, transport: str
) -> None:
    url = read_ice_url(text)
    assert (url.scheme, url.host, url.port, url.transport) == (scheme, host, port, transport)
    assert (url.relays, url.is_encrypted) == (scheme in {"turn", "turns"}, scheme in {"turns", "stuns"})
    assert isinstance(url, IceUrl)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "turn:",
        "turn",
        "turn.example.org",
        "https://turn.example.org",
        "turn://turn.example.org",
        "turn:turn.example.org:",
        "turn:turn.example.org:0",
        "turn:turn.example.org:65536",
        "turn:turn.example.org:3478/path",
        "turn:turn.example.org?transport=sctp",
        "turn:turn.example.org?transport=",
        "turn:turn.example.org?transport=tcp&more=1",
        "turn:user@turn.example.org",
        "turn:two words",
        "turn:2001:db8::1",
        "turn:turn.example.org ",
        "turn:turn.example.org\n",
        "turns:turn.example.org?transport=udp",
        "stun:stun.example.org?transport=udp",
        "TURN:turn.example.org",
    ],
)
def test_an_address_that_would_cost_the_whole_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|transport|port"):
        read_ice_url(text)


def test_a_server_is_told_as_browsers_take_it_and_its_credential_is_in_no_log() -> None:
    relay = IceServer(
        urls=("turn:turn.example.org", "turn:turn.example.org?transport=tcp"), username="u", credential="c!"
    )
    assert relay.relays
    assert relay.for_browsers() == {
        "urls": ["turn:turn.example.org", "turn:turn.example.org?transport=tcp"],
        "username": "u",
        "credential": "c!",
    }
    assert "c!" not in repr(relay)
    direct = IceServer(urls=("stun:stun.example.org",))
    assert not direct.relays
    assert direct.for_browsers() == {"urls": ["stun:stun.example.org"]}


@pytest.mark.parametrize(
    ("urls", "username", "credential"),
    [
        ((), None, None),
        (("turn:turn.example.org",), None, None),
        (("turn:turn.example.org",), "u", None),
        (("turn:turn.example.org",), "", "c"),
        (("stun:stun.example.org", "turn:turn.example.org"), None, "c"),
        (("stun:stun.example.org", "nonsense"), None, None),
    ],
)
def test_a_server_that_browsers_refuse_cannot_be_made(
    urls: tuple[str, ...], username: str | None, credential: str | None
) -> None:
    with pytest.raises(ValueError, match="address"):
        IceServer(urls=urls, username=username, credential=credential)


def test_what_is_shared_is_the_same_for_every_invitation() -> None:
    server = IceServer(urls=("stun:stun.example.org",))
    lease = SharedLease(lent=(server,))
    now = MovableClock().now()
    assert [*lease.servers(invitation="a", now=now)] == [*lease.servers(invitation="b", now=now)] == [server]
    assert lease.until is None
