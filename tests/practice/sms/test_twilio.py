from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from practice.sms.faults import Answer, LoseAnswer
from practice.sms.twilio import TakenSms, TwilioAccount, create_app

SID = "AC" + "0" * 32
PATH = f"/2010-04-01/Accounts/{SID}/Messages.json"
GOOD = {"To": "+32470123456", "From": "+32460001234", "Body": "hello"}


@pytest.fixture
def account() -> TwilioAccount:
    return TwilioAccount(sid=SID, token="secret", senders=frozenset({"+32460001234"}))


async def post(account: TwilioAccount, form: dict[str, str], *, path: str = PATH) -> tuple[int, dict[str, object]]:
    answer = await create_app(account).test_client().post(path, form=form, auth=(SID, account.token))
    return answer.status_code, await answer.get_json(force=True)


async def test_a_documented_request_is_taken(account: TwilioAccount) -> None:
    status, told = await post(account, GOOD | {"StatusCallback": "https://showme.example/receipts"})
    assert (status, told["status"], told["to"], told["body"]) == (201, "queued", "+32470123456", "hello")
    assert [sms.sid for sms in account.taken] == [told["sid"]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Text": "hello"}, 20001),
        ({"to": "+32470123456"}, 20001),
        ({"To": ""}, 21604),
        ({"To": "0470123456"}, 21211),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"From": ""}, 21603),
        ({"From": "+32460009999"}, 21606),
        ({"From": "", "MessagingServiceSid": "MG1"}, 21705),
        ({"StatusCallback": "showme.example"}, 21609),
        ({"StatusCallback": "https://show_me.example"}, 21609),
    ],
)
async def test_what_is_not_documented_is_refused(account: TwilioAccount, change: dict[str, str], code: int) -> None:
    status, told = await post(account, GOOD | change)
    assert (status, told["code"], told["status"]) == (400, code, 400)
    assert account.taken == []


async def test_a_stranger_is_refused(account: TwilioAccount) -> None:
    client = create_app(account).test_client()
    for answer in (
        await client.post(PATH, form=GOOD),
        await client.post(PATH, form=GOOD, auth=(SID, "guessed")),
    ):
        assert (answer.status_code, (await answer.get_json())["code"]) == (401, 20003)
    status, told = await post(account, GOOD, path=PATH.replace("AC0", "ACf"))
    assert (status, told["code"]) == (404, 20404)


async def test_faults_come_in_their_order_and_once(account: TwilioAccount) -> None:
    account.faults.next(Answer(503, "{}"), LoseAnswer("bad gateway"))
    client = create_app(account).test_client()
    statuses = [(await client.post(PATH, form=GOOD, auth=(SID, "secret"))).status_code for _ in range(3)]
    assert statuses == [503, 502, 201]
    assert (len(account.taken), account.requests) == (2, 3)


def test_receipts_are_signed_as_twilios_own_validator_wants(account: TwilioAccount) -> None:
    sms = TakenSms(sid="SM1", to="+32470123456", text="é", sender="+32460001234", status_callback=None)
    form = account.receipt(sms, "undelivered", error=30003)
    url = "https://showme.example/receipts?organisation=1"
    assert RequestValidator("secret").validate(url, form, account.signature(url, form))
    assert not RequestValidator("secret").validate(url, form | {"MessageStatus": "sent"}, account.signature(url, form))
