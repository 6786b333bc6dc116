from __future__ import annotations

import asyncio
import json

import pytest

from gateways.sms.twilio import TwilioGateway
from gateways.sms.twilio_codes import CODES
from practice.sms.faults import Answer, Hang, LoseAnswer
from practice.sms.twilio import TwilioAccount
from showme.errors import NumberRefused, ProviderRefused, ShowmeError, Unavailable, Unreachable
from tests.gateways.sms.conftest import ACCOUNT, CALLBACK, SENDER, SERVICE, TEXT, TO, TOKEN, twilio_gateway

REFUSALS = {
    21211: (NumberRefused, "sms_number_wrong"),
    21265: (NumberRefused, "sms_number_wrong"),
    21614: (NumberRefused, "sms_landline"),
    21635: (NumberRefused, "sms_landline"),
    21610: (NumberRefused, "sms_opted_out"),
    21408: (ProviderRefused, "sms_country_not_enabled"),
    21612: (ProviderRefused, "sms_no_route"),
    21606: (ProviderRefused, "sms_provider_setup"),
    21705: (ProviderRefused, "sms_provider_setup"),
    21608: (ProviderRefused, "sms_provider_account"),
    20003: (ProviderRefused, "sms_provider_account"),
    30002: (ProviderRefused, "sms_provider_account"),
    30007: (ProviderRefused, "sms_filtered"),
    63038: (ProviderRefused, "sms_provider_limit"),
    21617: (ProviderRefused, "sms_refused"),
    21611: (Unreachable, "sms_provider_busy"),
    20429: (Unreachable, "sms_provider_busy"),
    30001: (Unreachable, "sms_provider_busy"),
    99999: (ProviderRefused, "sms_refused"),
}


async def test_an_sms_is_handed_to_twilio(twilio_address: str, account: TwilioAccount) -> None:
    sid = await twilio_gateway(twilio_address).send(to=TO, text=TEXT)
    (taken,) = account.taken
    assert (taken.sid, taken.to, taken.text) == (sid, TO, TEXT)
    assert (taken.sender, taken.status_callback) == (SENDER, CALLBACK)


async def test_an_organisation_may_use_a_messaging_service_or_a_name(
    twilio_address: str, account: TwilioAccount
) -> None:
    service = TwilioGateway(account=ACCOUNT, token=TOKEN, messaging_service=SERVICE, address=twilio_address)
    name = TwilioGateway(account=ACCOUNT, token=TOKEN, sender="showme", address=twilio_address)
    await service.send(to=TO, text="ünïcode é € 🚑 & + %")
    await name.send(to=TO, text=TEXT)
    assert [(sms.sender, sms.status_callback) for sms in account.taken] == [(SERVICE, None), ("showme", None)]
    assert account.taken[0].text == "ünïcode é € 🚑 & + %"


async def test_many_sms_leave_at_once(twilio_address: str, account: TwilioAccount) -> None:
    gateway = twilio_gateway(twilio_address)
    sids = await asyncio.gather(*(gateway.send(to=f"+3247012{number:04}", text=TEXT) for number in range(20)))
    assert {sms.sid: sms.to for sms in account.taken} == {
        sid: f"+3247012{number:04}" for number, sid in enumerate(sids)
    }


@pytest.mark.parametrize(("sender", "service"), [(None, None), (SENDER, SERVICE)])
def test_an_sms_has_exactly_one_sender(sender: str | None, service: str | None) -> None:
    with pytest.raises(ValueError, match="either"):
        TwilioGateway(account=ACCOUNT, token=TOKEN, sender=sender, messaging_service=service)


@pytest.mark.parametrize(("account", "token"), [("", TOKEN), (ACCOUNT, "")])
def test_an_account_is_never_taken_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, account: str, token: str
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    with pytest.raises(ValueError, match="account"):
        TwilioGateway(account=account, token=token, sender=SENDER)


@pytest.mark.parametrize("code", sorted(CODES.keys() | REFUSALS.keys()))
async def test_every_documented_refusal_is_told_apart(twilio_address: str, account: TwilioAccount, code: int) -> None:
    account.refusing[TO] = code
    told = await _told(twilio_gateway(twilio_address))
    assert told.facts == {"code": code}
    assert isinstance(told, NumberRefused | ProviderRefused | Unreachable)
    assert told.cause.startswith("sms_")
    if code in REFUSALS:
        assert (type(told), told.cause) == REFUSALS[code]
    assert (account.taken, account.requests) == ([], 1)


@pytest.mark.parametrize(
    ("status", "family", "cause"),
    [
        (400, ProviderRefused, "sms_refused"),
        (401, ProviderRefused, "sms_provider_account"),
        (402, ProviderRefused, "sms_provider_funds"),
        (403, ProviderRefused, "sms_provider_account"),
        (404, ProviderRefused, "sms_provider_account"),
        (408, Unavailable, "sms_unknown"),
        (418, ProviderRefused, "sms_refused"),
        (429, Unreachable, "sms_provider_busy"),
        (499, ProviderRefused, "sms_refused"),
        (302, Unavailable, "sms_unknown"),
        (500, Unavailable, "sms_unknown"),
        (502, Unavailable, "sms_unknown"),
        (503, Unavailable, "sms_unknown"),
        (504, Unavailable, "sms_unknown"),
        (599, Unavailable, "sms_unknown"),
    ],
)
@pytest.mark.parametrize("body", ["", "<html>no</html>", "{}", "[]", "null"])
async def test_a_status_without_a_code_says_whether_the_sms_can_have_left(
    twilio_address: str, account: TwilioAccount, *, status: int, family: type[ShowmeError], cause: str, body: str
) -> None:
    account.faults.next(Answer(status, body))
    told = await _told(twilio_gateway(twilio_address))
    assert (type(told), told.cause) == (family, cause)
    assert account.requests == 1


@pytest.mark.parametrize("status", [408, 500, 503])
async def test_a_code_is_not_believed_where_the_sms_may_have_left(
    twilio_address: str, account: TwilioAccount, status: int
) -> None:
    account.faults.next(Answer(status, json.dumps({"code": 21211, "message": "no", "status": status})))
    told = await _told(twilio_gateway(twilio_address))
    assert (type(told), told.cause) == (Unavailable, "sms_unknown")


async def test_twilios_newer_kind_of_refusal_is_understood(twilio_address: str, account: TwilioAccount) -> None:
    body = {"type": "https://www.twilio.com/docs/errors/21610", "title": "no", "status": 400, "code": 21610}
    account.faults.next(Answer(400, json.dumps(body), "application/problem+json"))
    told = await _told(twilio_gateway(twilio_address))
    assert (type(told), told.cause) == (NumberRefused, "sms_opted_out")


@pytest.mark.parametrize("code", ["21211", None, {"a": 1}])
async def test_a_strange_code_leaves_it_open(twilio_address: str, account: TwilioAccount, code: object) -> None:
    account.faults.next(Answer(400, json.dumps({"code": code, "message": "no"})))
    told = await _told(twilio_gateway(twilio_address))
    assert (type(told), told.cause) == (Unavailable, "sms_unknown")


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "{}", '{"sid": null}', '{"sid": 7}', '{"sid": ""}', '{"sid": "SM1", "date_created": 7}'],
)
async def test_an_answer_that_nobody_can_read_leaves_it_open(
    twilio_address: str, account: TwilioAccount, body: str
) -> None:
    account.faults.next(Answer(201, body))
    told = await _told(twilio_gateway(twilio_address))
    assert (type(told), told.cause) == (Unavailable, "sms_unknown")
    assert account.requests == 1


@pytest.mark.parametrize("by", ["hang", "break", "bad gateway", "garble"])
async def test_an_sms_whose_answer_is_lost_is_not_sent_again(
    twilio_address: str, account: TwilioAccount, by: str
) -> None:
    match by:
        case "hang" | "break" | "bad gateway" | "garble":
            account.faults.next(LoseAnswer(by))
    told = await _told(twilio_gateway(twilio_address, patience=1.5 if by == "hang" else 30.0))
    assert (type(told), told.cause) == (Unavailable, "sms_unknown")
    assert (len(account.taken), account.requests) == (1, 1)


async def test_the_next_sms_leaves_after_one_that_hung(twilio_address: str, account: TwilioAccount) -> None:
    account.faults.next(Hang())
    told = await _told(twilio_gateway(twilio_address, patience=1.5))
    assert (type(told), told.cause) == (Unavailable, "sms_unknown")
    sid = await twilio_gateway(twilio_address).send(to=TO, text=TEXT)
    assert ([sms.sid for sms in account.taken], account.requests) == ([sid], 2)


async def test_a_wrong_token_or_account_is_the_accounts_trouble(twilio_address: str, account: TwilioAccount) -> None:
    for sid, token in ((ACCOUNT, "guessed"), ("AC" + "f" * 32, TOKEN)):
        told = await _told(TwilioGateway(account=sid, token=token, sender=SENDER, address=twilio_address))
        assert (type(told), told.cause) == (ProviderRefused, "sms_provider_account")
    assert account.taken == []


async def test_the_environment_does_not_lead_elsewhere(
    twilio_address: str, account: TwilioAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    await twilio_gateway(twilio_address).send(to=TO, text=TEXT)
    assert len(account.taken) == 1


async def _told(gateway: TwilioGateway) -> ShowmeError:
    with pytest.raises(ShowmeError) as told:
        await gateway.send(to=TO, text=TEXT)
    return told.value
