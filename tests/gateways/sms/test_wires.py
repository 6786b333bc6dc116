from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import traceback
from collections.abc import Callable
from pathlib import Path

import aiohttp.connector
import httpx
import pytest
import trustme

from gateways.sms.clickatell import ClickatellGateway
from gateways.sms.twilio import TwilioGateway
from practice.sms import clickatell, twilio
from practice.sms.clickatell import ClickatellIntegration
from practice.sms.faults import Answer
from practice.sms.twilio import TwilioAccount
from showme.errors import ShowmeError, Unavailable, Unreachable
from showme.ports import SmsGateway
from tests.gateways.sms import serving
from tests.gateways.sms.conftest import API_KEY, TEXT, TO, TOKEN, clickatell_gateway, twilio_gateway

Making = Callable[..., TwilioGateway | ClickatellGateway]

both = pytest.mark.parametrize(
    "making", [pytest.param(twilio_gateway, id="Twilio"), pytest.param(clickatell_gateway, id="Clickatell")]
)


def test_both_providers_are_gateways() -> None:
    gateways: list[SmsGateway] = [twilio_gateway("http://127.0.0.1:1"), clickatell_gateway("http://127.0.0.1:1")]
    assert [gateway.name for gateway in gateways] == ["Twilio", "Clickatell"]


@both
@pytest.mark.parametrize("behaviour", [serving.reset, serving.close, serving.babble, serving.send_elsewhere])
async def test_nobody_knows_whether_an_sms_left_when_the_answer_is_lost(
    making: Making, behaviour: serving.Behaviour
) -> None:
    async with serving.wire(behaviour) as wire:
        with pytest.raises(Unavailable) as told:
            await making(wire.address).send(to=TO, text=TEXT)
    assert (type(told.value), told.value.cause) == (Unavailable, "sms_unknown")
    assert (wire.connections, wire.requests) == (1, 1)


@both
@pytest.mark.parametrize("behaviour", [serving.hang, serving.drip])
async def test_nobody_waits_for_a_provider_that_does_not_answer(making: Making, behaviour: serving.Behaviour) -> None:
    async with serving.wire(behaviour) as wire:
        with pytest.raises(Unavailable) as told:
            await making(wire.address, patience=1.5).send(to=TO, text=TEXT)
    assert (type(told.value), told.value.cause) == (Unavailable, "sms_unknown")
    assert (wire.connections, wire.requests) == (1, 1)


@both
async def test_an_sms_surely_stays_here_when_nobody_listens(making: Making) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    await _surely_stays_here(making(f"http://127.0.0.1:{port}"))


@both
async def test_an_sms_surely_stays_here_when_the_name_is_unknown(making: Making) -> None:
    await _surely_stays_here(making("https://provider.invalid", connecting=5.0))


@both
async def test_an_sms_surely_stays_here_when_the_provider_is_not_who_it_says(making: Making) -> None:
    read: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        read.append(await reader.read())
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context)
    async with server:
        await _surely_stays_here(making(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    assert b"".join(read) == b""


@both
async def test_an_sms_surely_stays_here_when_no_encryption_comes_about(making: Making) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        await _surely_stays_here(making(f"https://127.0.0.1:{silent.getsockname()[1]}", connecting=0.5))


async def test_an_sms_leaves_encrypted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, account: TwilioAccount, integration: ClickatellIntegration
) -> None:
    authority = trustme.CA()
    certificate = tmp_path / "certificate.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    believing = ssl.create_default_context()
    authority.configure_trust(believing)
    monkeypatch.setattr(aiohttp.connector, "_SSL_CONTEXT_VERIFIED", believing)
    monkeypatch.setattr(httpx, "create_ssl_context", lambda **_: believing)
    async with (
        serving.served(twilio.create_app(account), certificate=certificate) as to_twilio,
        serving.served(clickatell.create_app(integration), certificate=certificate) as to_clickatell,
    ):
        for address, making in ((to_twilio, twilio_gateway), (to_clickatell, clickatell_gateway)):
            assert address.startswith("https://")
            await making(address).send(to=TO, text=TEXT)
    assert (len(account.taken), len(integration.taken)) == (1, 1)


async def _surely_stays_here(gateway: SmsGateway) -> None:
    with pytest.raises(Unreachable) as told:
        await gateway.send(to=TO, text=TEXT)
    assert told.value.cause == "sms_provider_down"


@both
@pytest.mark.parametrize(
    "address",
    [
        "http://platform.example",
        "http://127.0.0.1.example",
        "http://localhost",
        "http://10.0.0.1",
        "http://192.168.1.1:8080",
        "ftp://127.0.0.1",
        "https://",
        "https://someone:secret@api.example",
        "https://api.example/path",
        "api.example",
    ],
)
def test_secrets_are_told_by_https_only(making: Making, address: str) -> None:
    with pytest.raises(ValueError, match="SMS provider"):
        making(address)


async def test_no_number_text_or_token_is_written_anywhere(
    *,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    twilio_address: str,
    clickatell_address: str,
    account: TwilioAccount,
    integration: ClickatellIntegration,
) -> None:
    gateways = (twilio_gateway(twilio_address), clickatell_gateway(clickatell_address))
    written = [repr(gateway) for gateway in gateways] + [repr(account), repr(integration)]
    with caplog.at_level(logging.DEBUG):
        for gateway in gateways:
            await gateway.send(to=TO, text=TEXT)
        account.refusing[TO] = 21614
        integration.refusing[TO.removeprefix("+")] = 25
        written.extend([await _told(gateway) for gateway in gateways])
        for fault in (Answer(500, f'{{"message": "{TO}"}}'), Answer(201, f'["{TO}"]'), Answer(400, TO)):
            account.faults.next(fault)
            integration.faults.next(fault)
            written.extend([await _told(gateway) for gateway in gateways])
        for making in (twilio_gateway, clickatell_gateway):
            async with serving.wire(serving.reset) as wire:
                written.append(await _told(making(wire.address)))
    ours = [record.getMessage() for record in caplog.records]
    everything = "\n".join([*written, *ours, *capsys.readouterr()])
    assert "Traceback" in everything
    for secret in (TO, TO.removeprefix("+"), "photo", "showme.example", TOKEN, API_KEY):
        assert secret not in everything


async def _told(gateway: SmsGateway) -> str:
    with pytest.raises(ShowmeError) as told:
        await gateway.send(to=TO, text=TEXT)
    # Without the lines of source code, which are the test's own.
    stack = traceback.TracebackException.from_exception(told.value, lookup_lines=False)
    return f"{told.value!r} {told.value.facts}\n" + "".join(stack.format(chain=True))
