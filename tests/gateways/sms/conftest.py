from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gateways.sms.clickatell import ClickatellGateway
from gateways.sms.twilio import TwilioGateway
from practice.sms import clickatell, twilio
from practice.sms.clickatell import ClickatellIntegration
from practice.sms.twilio import TwilioAccount
from tests.gateways.sms.serving import served

ACCOUNT = "AC" + "0" * 30 + "42"
TOKEN = "token-that-nobody-may-read"
SENDER = "+32460001234"
SERVICE = "MG" + "0" * 30 + "07"
API_KEY = "key-that-nobody-may-read=="
RECEIPT_SECRET = "receipts-from-clickatell"
TO = "+32470123456"
TEXT = "112 asks for a photo. Turn mobile data on: https://showme.example/s/2Zk9aQ"
CALLBACK = "https://showme.example/callbacks/twilio/receipts"


def twilio_gateway(address: str, *, patience: float = 30.0, connecting: float = 30.0) -> TwilioGateway:
    return TwilioGateway(
        account=ACCOUNT,
        token=TOKEN,
        sender=SENDER,
        status_callback=CALLBACK,
        address=address,
        patience=patience,
        connecting=connecting,
    )


def clickatell_gateway(address: str, *, patience: float = 30.0, connecting: float = 30.0) -> ClickatellGateway:
    return ClickatellGateway(
        api_key=API_KEY,
        receipt_secret=RECEIPT_SECRET,
        address=address,
        patience=patience,
        connecting=connecting,
    )


@pytest.fixture
def account() -> TwilioAccount:
    return TwilioAccount(
        sid=ACCOUNT, token=TOKEN, senders=frozenset({SENDER, "showme"}), messaging_services=frozenset({SERVICE})
    )


@pytest.fixture
def integration() -> ClickatellIntegration:
    return ClickatellIntegration(api_key=API_KEY, senders=frozenset({"32460001234"}))


@pytest.fixture
async def twilio_address(account: TwilioAccount) -> AsyncIterator[str]:
    async with served(twilio.create_app(account)) as address:
        yield address


@pytest.fixture
async def clickatell_address(integration: ClickatellIntegration) -> AsyncIterator[str]:
    async with served(clickatell.create_app(integration)) as address:
        yield address
