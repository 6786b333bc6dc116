from __future__ import annotations

import asyncio
import json
import random
import string

import pytest

from gateways.sms.clickatell import ClickatellGateway
from gateways.sms.clickatell_codes import ERRORS
from practice.sms.clickatell import STATUSES, ClickatellIntegration
from practice.sms.faults import Answer, Hang, LoseAnswer
from showme.domain.sms import Receipt
from showme.errors import NotAllowed, NumberRefused, ProviderRefused, ShowmeError, Unavailable, Unreachable
from tests.gateways.sms.conftest import API_KEY, RECEIPT_SECRET, TEXT, TO, clickatell_gateway

ID = "77fb29998253415fa5d66971d519d362"
SEED = 112

ACCOUNT = (ProviderRefused, "sms_provider_account")
SETUP = (ProviderRefused, "sms_provider_setup")
REFUSED = (ProviderRefused, "sms_refused")
NO_ROUTE = (ProviderRefused, "sms_no_route")
UNKNOWN = (Unavailable, "sms_unknown")
BUSY = (Unreachable, "sms_provider_busy")

TOLD = {
    1: ACCOUNT,
    2: ACCOUNT,
    3: ACCOUNT,
    7: ACCOUNT,
    18: UNKNOWN,
    19: UNKNOWN,
    20: (ProviderRefused, "sms_provider_funds"),
    21: REFUSED,
    22: REFUSED,
    23: REFUSED,
    24: REFUSED,
    25: (NumberRefused, "sms_number_wrong"),
    26: (NumberRefused, "sms_opted_out"),
    27: NO_ROUTE,
    28: ACCOUNT,
    30: REFUSED,
    38: SETUP,
    39: SETUP,
    40: REFUSED,
    41: SETUP,
    42: REFUSED,
    43: BUSY,
    44: SETUP,
    45: SETUP,
    46: ACCOUNT,
    100: REFUSED,
    101: NO_ROUTE,
    110: SETUP,
    111: SETUP,
    9999: REFUSED,
}


async def test_an_sms_is_handed_to_clickatell(clickatell_address: str, integration: ClickatellIntegration) -> None:
    provider_id = await clickatell_gateway(clickatell_address).send(to=TO, text=TEXT)
    (taken,) = integration.taken
    assert (taken.id, taken.to, taken.text, taken.sender) == (provider_id, TO.removeprefix("+"), TEXT, None)


async def test_an_organisation_may_have_a_number_of_its_own(
    clickatell_address: str, integration: ClickatellIntegration
) -> None:
    gateway = ClickatellGateway(api_key=API_KEY, sender="+32460001234", address=clickatell_address)
    await gateway.send(to=TO, text="ünïcode é € 🚑")
    assert [(sms.sender, sms.text) for sms in integration.taken] == [("32460001234", "ünïcode é € 🚑")]


async def test_many_sms_leave_at_once(clickatell_address: str, integration: ClickatellIntegration) -> None:
    gateway = clickatell_gateway(clickatell_address)
    ids = await asyncio.gather(*(gateway.send(to=f"+3247012{number:04}", text=TEXT) for number in range(20)))
    assert {sms.id: sms.to for sms in integration.taken} == {
        provider_id: f"3247012{number:04}" for number, provider_id in enumerate(ids)
    }


@pytest.mark.parametrize("code", sorted(ERRORS.keys() | TOLD.keys()))
async def test_every_documented_error_is_told_apart(
    clickatell_address: str, integration: ClickatellIntegration, code: int
) -> None:
    integration.refusing[TO.removeprefix("+")] = code
    told = await _told(clickatell_gateway(clickatell_address))
    assert (type(told), told.cause) == TOLD[code]
    assert told.facts == {"code": code}
    assert (integration.taken, integration.requests) == ([], 1)


@pytest.mark.parametrize("status", [200, 202, 207, 400])
async def test_a_refusal_of_the_one_message_is_believed_with_any_status_that_clickatell_documents(
    clickatell_address: str, integration: ClickatellIntegration, status: int
) -> None:
    line = {"apiMessageId": None, "accepted": False, "to": "1", "error": {"code": 25, "description": "no"}}
    integration.faults.next(Answer(status, json.dumps({"messages": [line], "error": None})))
    told = await _told(clickatell_gateway(clickatell_address))
    assert (type(told), told.cause) == (NumberRefused, "sms_number_wrong")


@pytest.mark.parametrize(
    ("status", "family", "cause"),
    [
        (302, Unavailable, "sms_unknown"),
        (400, ProviderRefused, "sms_refused"),
        (401, ProviderRefused, "sms_provider_account"),
        (402, ProviderRefused, "sms_provider_funds"),
        (403, ProviderRefused, "sms_provider_account"),
        (404, ProviderRefused, "sms_provider_account"),
        (408, Unavailable, "sms_unknown"),
        (418, ProviderRefused, "sms_refused"),
        (429, Unreachable, "sms_provider_busy"),
        (500, Unavailable, "sms_unknown"),
        (502, Unavailable, "sms_unknown"),
        (503, Unavailable, "sms_unknown"),
        (504, Unavailable, "sms_unknown"),
    ],
)
@pytest.mark.parametrize("body", ["", "<html>no</html>", "{}", "[]", '{"error": "no"}', '{"error": {"code": "25"}}'])
async def test_a_status_without_a_code_says_whether_the_sms_can_have_left(
    clickatell_address: str,
    integration: ClickatellIntegration,
    *,
    status: int,
    family: type[ShowmeError],
    cause: str,
    body: str,
) -> None:
    integration.faults.next(Answer(status, body))
    told = await _told(clickatell_gateway(clickatell_address))
    assert (type(told), told.cause) == (family, cause)
    assert integration.requests == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"messages": []}',
        '{"messages": [{"accepted": true}]}',
        '{"messages": [{"accepted": true, "apiMessageId": null}]}',
        '{"messages": [{"accepted": true, "apiMessageId": ""}]}',
        '{"messages": [{"accepted": "true", "apiMessageId": "1"}]}',
        '{"messages": [{"accepted": true, "apiMessageId": "1"}, {"accepted": true, "apiMessageId": "2"}]}',
        "\N{REPLACEMENT CHARACTER}",
    ],
)
async def test_an_answer_that_nobody_can_read_leaves_it_open(
    clickatell_address: str, integration: ClickatellIntegration, body: str
) -> None:
    integration.faults.next(Answer(202, body))
    told = await _told(clickatell_gateway(clickatell_address))
    assert (type(told), told.cause) == UNKNOWN
    assert integration.requests == 1


@pytest.mark.parametrize("status", [302, 500, 503])
async def test_an_acceptance_is_believed_with_a_success_only(
    clickatell_address: str, integration: ClickatellIntegration, status: int
) -> None:
    line = {"apiMessageId": ID, "accepted": True, "to": "1", "error": None}
    integration.faults.next(Answer(status, json.dumps({"messages": [line], "error": None})))
    told = await _told(clickatell_gateway(clickatell_address))
    assert (type(told), told.cause) == UNKNOWN


@pytest.mark.parametrize("by", ["hang", "break", "bad gateway", "garble"])
async def test_an_sms_whose_answer_is_lost_is_not_sent_again(
    clickatell_address: str, integration: ClickatellIntegration, by: str
) -> None:
    match by:
        case "hang" | "break" | "bad gateway" | "garble":
            integration.faults.next(LoseAnswer(by))
    told = await _told(clickatell_gateway(clickatell_address, patience=1.5 if by == "hang" else 30.0))
    assert (type(told), told.cause) == UNKNOWN
    assert (len(integration.taken), integration.requests) == (1, 1)


async def test_the_next_sms_leaves_after_one_that_hung(
    clickatell_address: str, integration: ClickatellIntegration
) -> None:
    integration.faults.next(Hang())
    told = await _told(clickatell_gateway(clickatell_address, patience=1.5))
    assert (type(told), told.cause) == UNKNOWN
    provider_id = await clickatell_gateway(clickatell_address).send(to=TO, text=TEXT)
    assert ([sms.id for sms in integration.taken], integration.requests) == ([provider_id], 2)


async def test_a_wrong_key_is_the_accounts_trouble(clickatell_address: str, integration: ClickatellIntegration) -> None:
    told = await _told(ClickatellGateway(api_key="guessed", address=clickatell_address))
    assert (type(told), told.cause) == ACCOUNT
    assert integration.taken == []


async def test_the_environment_does_not_lead_elsewhere(
    clickatell_address: str, integration: ClickatellIntegration, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    await clickatell_gateway(clickatell_address).send(to=TO, text=TEXT)
    assert len(integration.taken) == 1


@pytest.mark.parametrize("key", ["", "clé", "two\r\nlines"])
def test_a_key_that_no_header_holds_is_found_at_start(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        ClickatellGateway(api_key=key)


RECEIPTS = {
    4: ("sent", None),
    5: ("delivered", None),
    6: ("delivered", None),
    20: ("failed", "sms_expired"),
    21: ("failed", "sms_failed"),
    22: ("failed", "sms_failed"),
    23: ("failed", "sms_failed"),
    25: ("failed", "sms_provider_funds"),
    26: ("failed", "sms_provider_limit"),
    27: ("failed", "sms_provider_limit"),
    28: ("failed", "sms_provider_limit"),
    29: ("failed", "sms_unknown_handset"),
    60: ("failed", "sms_failed"),
    61: ("failed", "sms_failed"),
    100: ("failed", "sms_no_route"),
}


@pytest.mark.parametrize("code", [*STATUSES, 130, 7777])
def test_a_receipt_says_what_became_of_an_sms(integration: ClickatellIntegration, code: int) -> None:
    gateway = clickatell_gateway("http://127.0.0.1:1")
    receipts = gateway.read_receipts(secret=RECEIPT_SECRET, body=integration.callback(ID, code))
    told = [(receipt.provider, receipt.provider_id, receipt.state, receipt.cause) for receipt in receipts]
    assert told == ([("Clickatell", ID, *RECEIPTS[code])] if code in RECEIPTS else [])


def test_a_callback_may_hold_several_receipts(integration: ClickatellIntegration) -> None:
    gateway = clickatell_gateway("http://127.0.0.1:1")
    assert gateway.read_receipts(secret=RECEIPT_SECRET, body=integration.callback(ID, 2, 5, 4)) == (
        Receipt(provider="Clickatell", provider_id=ID, state="delivered"),
        Receipt(provider="Clickatell", provider_id=ID, state="sent"),
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": None},
        {"event": {"moText": [{"content": "Thank you"}]}},
        {"event": {"messageStatusUpdate": None}},
        {"event": {"messageStatusUpdate": {"messageId": ID, "statusCode": 5}}},
        {"event": {"messageStatusUpdate": [None, 5, {}, {"messageId": ID}, {"statusCode": 5}]}},
        {"event": {"messageStatusUpdate": [{"messageId": 5, "statusCode": 5}, {"messageId": "", "statusCode": 5}]}},
        {"event": {"messageStatusUpdate": [{"messageId": ID, "statusCode": "5"}]}},
    ],
)
def test_a_callback_of_another_shape_says_nothing(body: dict[str, object]) -> None:
    assert clickatell_gateway("http://127.0.0.1:1").read_receipts(secret=RECEIPT_SECRET, body=body) == ()


def test_of_a_thousand_guessed_secrets_none_is_accepted(integration: ClickatellIntegration) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    gateway = clickatell_gateway("http://127.0.0.1:1")
    body = integration.callback(ID, 5)
    for number in range(1000):
        place = chance.randrange(len(RECEIPT_SECRET))
        letter = chance.choice([letter for letter in string.printable + "é" if letter != RECEIPT_SECRET[place]])
        guesses = (
            RECEIPT_SECRET[:place] + letter + RECEIPT_SECRET[place + 1 :],
            RECEIPT_SECRET[:place],
            RECEIPT_SECRET + letter,
            "".join(chance.choices(string.printable, k=len(RECEIPT_SECRET))),
        )
        with pytest.raises(NotAllowed):
            gateway.read_receipts(secret=guesses[number % len(guesses)], body=body)
    assert gateway.read_receipts(secret=RECEIPT_SECRET, body=body)


@pytest.mark.parametrize("configured", [None, ""])
def test_without_a_secret_no_receipt_is_believed(integration: ClickatellIntegration, configured: str | None) -> None:
    gateway = ClickatellGateway(api_key=API_KEY, receipt_secret=configured)
    for secret in ("", "None", "guessed"):
        with pytest.raises(NotAllowed):
            gateway.read_receipts(secret=secret, body=integration.callback(ID, 5))


async def _told(gateway: ClickatellGateway) -> ShowmeError:
    with pytest.raises(ShowmeError) as told:
        await gateway.send(to=TO, text=TEXT)
    return told.value
