"""Tokens come from Twilio in time or not at all, and never with what a browser would refuse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from gateways.ice.twilio import TwilioIce
from practice.sms.faults import Answer, Hang
from showme.domain.ice import SharedLease
from showme.errors import Unavailable
from tests.fakes.clock import MovableClock
from tests.gateways.ice.twilio_tokens import TokensAccount, create_app, token_of
from tests.gateways.sms.serving import Behaviour, babble, close, drip, hang, reset, served, wire

ACCOUNT = "AC" + "0" * 30 + "42"
TOKEN = "token-that-nobody-may-read"
NOW = MovableClock().now()
RELAY = {"username": "u", "credential": "c"}


@pytest.fixture
def account() -> TokensAccount:
    return TokensAccount(sid=ACCOUNT, token=TOKEN)


@pytest.fixture
async def address(account: TokensAccount) -> AsyncIterator[str]:
    async with served(create_app(account)) as address:
        yield address


def twilio(
    address: str, *, token: str = TOKEN, life: timedelta = timedelta(hours=12), patience: float = 30.0
) -> TwilioIce:
    return TwilioIce(account=ACCOUNT, token=token, life=life, address=address, connecting=patience, patience=patience)


async def told(provider: TwilioIce) -> Unavailable:
    with pytest.raises(Unavailable) as raised:
        async with asyncio.timeout(20):
            await provider.lease(now=NOW)
    return raised.value


def answered(account: TokensAccount, **changed: object) -> Answer:
    return Answer(201, json.dumps(token_of(account) | changed))


def urls(lease: SharedLease) -> list[str]:
    return [url for server in lease.servers(invitation="abc", now=NOW) for url in server.urls]


async def test_a_token_brings_relays_over_udp_and_tcp_for_as_long_as_was_asked(
    address: str, account: TokensAccount
) -> None:
    lease = await twilio(address).lease(now=NOW)
    assert account.asked == [{"Ttl": "43200"}]
    assert lease.until == NOW + timedelta(hours=12)
    assert urls(lease) == [
        "stun:global.stun.twilio.com:3478",
        "turn:global.turn.twilio.com:3478?transport=udp",
        "turn:global.turn.twilio.com:3478?transport=tcp",
        "turn:global.turn.twilio.com:443?transport=tcp",
    ]
    assert [server.credential for server in lease.lent] == [None, *["tE2DajzSJwnsSbc123"] * 3]


@pytest.mark.parametrize(("ttl", "hours"), [("3600", 1), (3600, 1), ("86400", 12)])
async def test_a_token_is_never_held_for_longer_than_twilio_says(
    address: str, account: TokensAccount, ttl: object, hours: int
) -> None:
    account.faults.next(answered(account, ttl=ttl))
    lease = await twilio(address).lease(now=NOW)
    assert lease.until == NOW + timedelta(hours=hours)


async def test_an_account_that_twilio_does_not_know_is_told(address: str) -> None:
    error = await told(twilio(address, token="another"))
    assert error.facts == {"status": 401, "code": 20003}


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
@pytest.mark.parametrize("body", ["", "<html>no</html>", '{"code": 20429, "message": "Too Many Requests"}'])
async def test_a_refusal_is_told_with_its_status(address: str, account: TokensAccount, status: int, body: str) -> None:
    account.faults.next(Answer(status, body))
    error = await told(twilio(address))
    assert error.facts["status"] == status
    assert len(account.asked) == 1
    lease = await twilio(address).lease(now=NOW)
    assert len(urls(lease)) == 4, "the next one is answered"


async def test_twilio_that_hangs_is_given_up(address: str, account: TokensAccount) -> None:
    account.faults.next(Hang())
    assert isinstance((await told(twilio(address, patience=0.5))).__cause__, TimeoutError)


@pytest.mark.parametrize("behaviour", [reset, close, babble, hang, drip])
async def test_a_wire_that_breaks_is_told(behaviour: Behaviour) -> None:
    async with wire(behaviour) as broken:
        error = await told(twilio(broken.address, patience=0.5))
    assert error.__cause__ is not None


async def test_nobody_at_the_address_is_told() -> None:
    async with wire(close) as gone:
        address = gone.address
    assert (await told(twilio(address))).__cause__ is not None


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "{}", '{"ice_servers": []}', '{"ice_servers": null, "ttl": "3600"}', '{"ttl": "3600"}'],
)
async def test_an_answer_that_nobody_can_read_is_told(address: str, account: TokensAccount, body: str) -> None:
    account.faults.next(Answer(201, body))
    await told(twilio(address))


@pytest.mark.parametrize("ttl", [None, "", "soon", "0", "-1"])
async def test_a_token_without_a_life_is_not_taken(address: str, account: TokensAccount, ttl: object) -> None:
    account.faults.next(answered(account, ttl=ttl))
    await told(twilio(address))


async def test_a_server_that_browsers_would_refuse_costs_the_others_nothing(
    address: str, account: TokensAccount
) -> None:
    good = {"urls": ["turn:one.example", "turn:two.example?transport=tcp"], **RELAY}
    odd: list[object] = [
        {"urls": "turn://three.example", **RELAY},
        {"urls": "turn:four.example"},
        {"urls": [7], **RELAY},
        {"urls": None},
        {"urls": "turn:five.example", "username": 7, "credential": "c"},
        {},
        "turn:six.example",
        None,
    ]
    account.faults.next(answered(account, ice_servers=[*odd[:4], good, *odd[4:]]))
    assert urls(await twilio(address).lease(now=NOW)) == ["turn:one.example", "turn:two.example?transport=tcp"]


async def test_an_older_answer_is_understood(address: str, account: TokensAccount) -> None:
    older = [{"url": "stun:one.example?transport=udp"}, {"url": "turn:two.example?transport=udp", **RELAY}]
    account.faults.next(answered(account, ice_servers=older))
    assert urls(await twilio(address).lease(now=NOW)) == ["stun:one.example", "turn:two.example?transport=udp"]


async def test_a_token_without_a_relay_is_none(address: str, account: TokensAccount) -> None:
    account.faults.next(answered(account, ice_servers=[{"urls": "stun:one.example"}]))
    assert (await told(twilio(address))).facts == {"answer": "a token without a relay"}


@pytest.mark.parametrize(
    ("sid", "token", "hours"), [("", TOKEN, 1), (ACCOUNT, "", 1), (ACCOUNT, TOKEN, 25), (ACCOUNT, TOKEN, 0)]
)
def test_what_twilio_would_refuse_anyway_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, sid: str, token: str, hours: int
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    with pytest.raises(ValueError, match="Twilio"):
        TwilioIce(account=sid, token=token, life=timedelta(hours=hours))


async def test_no_error_tells_the_accounts_token(address: str, account: TokensAccount) -> None:
    account.faults.next(Answer(503, "no"), answered(account, ttl="soon"))
    for _ in range(2):
        error: BaseException | None = await told(twilio(address))
        while error is not None:
            assert TOKEN not in f"{error!r} {error}"
            error = error.__cause__ or error.__context__
