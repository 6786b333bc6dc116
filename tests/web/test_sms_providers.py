"""From the API to both providers and back: over HTTP, with their own signatures and secrets."""

from __future__ import annotations

import asyncio
import random
import string
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from practice.sms.faults import Answer, Hang, LoseAnswer
from practice.sms.twilio import TwilioAccount
from tests.gateways.sms.conftest import ACCOUNT
from tests.web.conftest import HOST
from tests.web.providers import Earnest, in_earnest

SEED: Final = 112
CALLBACK = f"https://{HOST}/callbacks/twilio/receipts"
REPLIES = f"https://{HOST}/callbacks/twilio/replies"
NUMBER = "+32470123456"


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Earnest]:
    async with in_earnest(tmp_path / "data", monkeypatch) as house:
        yield house


def rung(seen: dict[str, object], name: str) -> bool:
    ladder = seen["ladder"]
    assert isinstance(ladder, list)
    return next(step["at"] for step in ladder if step["rung"] == name) is not None


# --- sending ---


async def test_an_invitation_leaves_through_the_first_provider_and_its_receipt_climbs_the_ladder(
    house: Earnest,
) -> None:
    invited = await house.invite()
    seen = await house.settled(invited["id"])
    assert seen["sms"] == {"state": "accepted", "provider": "Twilio", "sentence": None}
    (taken,) = house.account.taken
    assert (taken.to, taken.text.split()[-1], taken.status_callback) == (NUMBER, invited["link"], CALLBACK)
    assert house.integration.requests == 0
    form = house.account.receipt(taken, "delivered")
    assert await house.twilio_posts(form, house.account.signature(str(taken.status_callback), form)) == 204
    seen = await house.seen(invited["id"])
    assert (seen["sms"]["state"], seen["rung"], rung(seen, "sms_delivered")) == ("delivered", "sms_delivered", True)
    assert await house.credits() == 9


@pytest.mark.parametrize(
    ("fault", "taken_by_twilio"),
    [
        (Answer(status=429, body='{"code": 20429, "message": "", "status": 429}'), 0),
        (Answer(status=503, body="<html>", content_type="text/html"), 0),
        (LoseAnswer(by="bad gateway"), 1),
        (LoseAnswer(by="break"), 1),
        (LoseAnswer(by="hang"), 1),
        (Hang(), 0),
    ],
    ids=["busy", "5xx", "taken behind a bad gateway", "answer broken off", "answer never comes", "hang"],
)
async def test_the_second_provider_takes_over_with_the_same_link_for_one_credit(
    house: Earnest, fault: Answer | Hang | LoseAnswer, taken_by_twilio: int
) -> None:
    house.account.faults.next(fault)
    begun = asyncio.get_running_loop().time()
    invited = await house.invite()
    seen = await house.settled(invited["id"])
    print(f"accepted after {asyncio.get_running_loop().time() - begun:.1f} s")
    assert seen["sms"] == {"state": "accepted", "provider": "Clickatell", "sentence": None}
    (taken,) = house.integration.taken
    assert ("+" + taken.to, taken.text.split()[-1]) == (NUMBER, invited["link"])
    assert (house.account.requests, len(house.account.taken)) == (1, taken_by_twilio)
    assert {sms.text.split()[-1] for sms in house.account.taken} <= {invited["link"]}
    assert await house.credits() == 9
    assert await house.clickatell_posts(house.integration.callback(taken.id, 4, 5, 5)) == 204
    seen = await house.seen(invited["id"])
    assert (seen["sms"]["state"], rung(seen, "sms_delivered")) == ("delivered", True)


async def test_a_number_that_the_first_provider_refuses_is_not_tried_at_the_second(house: Earnest) -> None:
    house.account.refusing[NUMBER] = 21614
    seen = await house.settled((await house.invite())["id"])
    assert (seen["sms"]["state"], seen["sms"]["provider"]) == ("refused", "Twilio")
    assert "landline" in seen["sms"]["sentence"]
    assert (house.account.requests, house.integration.requests) == (1, 0)
    assert await house.credits() == 10


async def test_when_both_refuse_the_credit_comes_back_with_a_sentence(house: Earnest) -> None:
    house.account.refusing[NUMBER] = 21408
    house.integration.refusing[NUMBER.removeprefix("+")] = 27
    seen = await house.settled((await house.invite())["id"])
    assert seen["sms"]["state"] == "refused"
    assert "link" in seen["sms"]["sentence"]
    assert (house.account.requests, house.integration.requests) == (1, 1)
    assert await house.credits() == 10


async def test_sending_again_goes_through_the_other_provider(house: Earnest) -> None:
    invited = await house.invite()
    await house.settled(invited["id"])
    house.clock.move(minutes=1)
    answer = await house.api("POST", f"/api/invitations/{invited['id']}/resend")
    assert answer.status_code == 200
    assert (await house.settled(invited["id"]))["sms"]["provider"] == "Clickatell"
    assert (house.account.requests, house.integration.requests, await house.credits()) == (1, 1, 8)


async def test_clickatell_can_be_the_first_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_earnest(tmp_path / "data", monkeypatch, first="clickatell") as house:
        seen = await house.settled((await house.invite())["id"])
        assert seen["sms"]["provider"] == "Clickatell"
        assert (house.account.requests, house.integration.requests) == (0, 1)


async def test_without_credit_nobody_is_asked(house: Earnest) -> None:
    for place in range(10):
        await house.invite(to=f"+324701234{place:02}")
    answer = await house.api("POST", "/api/invitations", json={"to": NUMBER})
    told = await answer.get_json()
    assert (answer.status_code, told["cause"]) == (422, "no_credit")
    assert "supervisor" in told["detail"]
    assert (house.account.requests, await house.credits()) == (10, 0)
    assert (await house.api("POST", "/api/invitations", json={"to": None})).status_code == 201


# --- Twilio's receipts ---


async def test_of_a_thousand_forged_or_altered_receipts_none_is_accepted(house: Earnest) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    invited = await house.invite()
    await house.settled(invited["id"])
    (taken,) = house.account.taken
    before = await house.seen(invited["id"])
    tried: dict[str, int] = {}
    for number in range(1000):
        form = house.account.receipt(taken, chance.choice(["delivered", "sent", "undelivered"]))
        signature: str | None = house.account.signature(CALLBACK, form)
        posted: dict[str, str] | list[tuple[str, str]] = form
        way = number % 8
        if way == 0:
            signature = None
        elif way == 1:
            signature = "".join(chance.choices(string.ascii_letters + string.digits + "+/", k=27)) + "="
        elif way == 2:
            guessed = TwilioAccount(sid=ACCOUNT, token="".join(chance.choices(string.hexdigits, k=32)))
            signature = guessed.signature(CALLBACK, form)
        elif way == 3:
            name = chance.choice(sorted(form))
            posted = form | {name: form[name] + chance.choice(string.digits)}
        elif way == 4:
            name = chance.choice(sorted(form))
            posted = {key: value for key, value in form.items() if key != name}
        elif way == 5:
            posted = form | {"".join(chance.choices(string.ascii_letters, k=6)): "1"}
        elif way == 6:
            name = chance.choice(sorted(form))
            posted = [*form.items(), (name, chance.choice(["failed", "delivered", form[name]]))]
        else:
            elsewhere = chance.choice([CALLBACK.replace("https", "http"), CALLBACK + "/", CALLBACK + "?a=1", "", "/"])
            signature = house.account.signature(elsewhere, form)
        assert await house.twilio_posts(posted, signature) == 403, (number, posted)
        tried[str(way)] = tried.get(str(way), 0) + 1
    assert tried == {str(way): 125 for way in range(8)}
    assert await house.seen(invited["id"]) == before


async def test_a_genuine_receipt_is_taken_behind_a_proxy_that_names_another_host(house: Earnest) -> None:
    invited = await house.invite()
    await house.settled(invited["id"])
    form = house.account.receipt(house.account.taken[0], "delivered")
    signature = house.account.signature(CALLBACK, form)
    assert await house.twilio_posts(form, signature, host="127.0.0.1:8000") == 204
    assert (await house.seen(invited["id"]))["sms"]["state"] == "delivered"
    other = house.account.signature("http://127.0.0.1:8000/callbacks/twilio/receipts", form)
    assert await house.twilio_posts(form, other, host="127.0.0.1:8000") == 403


async def test_a_failure_receipt_says_in_plain_words_what_to_do_next(house: Earnest) -> None:
    invited = await house.invite()
    await house.settled(invited["id"])
    form = house.account.receipt(house.account.taken[0], "undelivered", error=30005)
    for _ in range(3):
        assert await house.twilio_posts(form, house.account.signature(CALLBACK, form)) == 204
    seen = await house.seen(invited["id"])
    assert seen["sms"] == {
        "state": "refused",
        "provider": "Twilio",
        "sentence": "No phone answers to this number any more. Check the digits with the caller, or ask for another "
        "number.",
    }
    assert (seen["hint"]["cause"], await house.credits()) == ("sms_refused", 9)


async def test_a_genuine_receipt_for_an_sms_that_is_not_ours_changes_nothing(house: Earnest) -> None:
    invited = await house.invite()
    before = await house.settled(invited["id"])
    form = house.account.receipt(house.account.taken[0], "delivered")
    form |= {"MessageSid": "SM" + "f" * 32, "SmsSid": "SM" + "f" * 32}
    assert await house.twilio_posts(form, house.account.signature(CALLBACK, form)) == 204
    assert await house.seen(invited["id"]) == before


# --- Clickatell's receipts ---


async def test_only_who_knows_the_address_tells_us_of_clickatell(house: Earnest) -> None:
    house.account.refusing[NUMBER] = 21408
    invited = await house.invite()
    before = await house.settled(invited["id"])
    (taken,) = house.integration.taken
    body = house.integration.callback(taken.id, 5)
    for secret in ("x", RECEIPTS_ALMOST, RECEIPTS_ALMOST.upper(), "%00", "é"):
        assert await house.clickatell_posts(body, secret=secret) == 403
    assert await house.seen(invited["id"]) == before
    for odd in ({}, {"event": None}, {"event": {"messageStatusUpdate": [None, {"messageId": 5}]}}):
        assert await house.clickatell_posts(odd) == 204
    assert await house.clickatell_posts([]) == 422
    assert await house.seen(invited["id"]) == before
    assert await house.clickatell_posts(body) == 204
    assert (await house.seen(invited["id"]))["sms"]["state"] == "delivered"


RECEIPTS_ALMOST = "receipts-of-clickatell-at-show-example-or"


# --- credits ---


async def test_everyone_sees_the_credits_and_supervisors_fill_them(house: Earnest) -> None:
    assert await house.credits() == 10
    for method, path in (("POST", "/api/credits/top-up"), ("GET", "/api/credits/ledger")):
        answer = await house.api(method, path, json={"amount": 5} if method == "POST" else None)
        assert (answer.status_code, (await answer.get_json())["cause"]) == (403, "supervisors_only")
    answer = await house.api("POST", "/api/credits/top-up", role="supervisor", json={"amount": 5})
    assert (answer.status_code, await answer.get_json()) == (200, {"credits": 15})
    invited = await house.invite()
    assert await house.credits() == 14
    told = await (await house.api("GET", "/api/credits/ledger", role="supervisor")).get_json()
    assert [(line["number"], line["entry"], line["amount"], line["balance"]) for line in told["ledger"]] == [
        (3, "charge", -1, 14), (2, "top_up", 5, 15), (1, "initial", 10, 10),
    ]  # fmt: skip
    assert [line["actor"] for line in told["ledger"]] == ["Dispatcher", "Supervisor", "operator"]
    assert told["ledger"][0]["invitation"] == invited["id"]


@pytest.mark.parametrize("amount", [None, 0, -5, 1.5, 100_001, 1e300, "5", True, [5]])
async def test_an_amount_that_makes_no_sense_is_refused_with_a_sentence(house: Earnest, amount: object) -> None:
    answer = await house.api("POST", "/api/credits/top-up", role="supervisor", json={"amount": amount})
    assert answer.status_code == 422
    assert len((await answer.get_json())["detail"]) > 20
    assert await house.credits() == 10


# --- the citizen answers ---


def reply(number: str) -> dict[str, str]:
    return {"AccountSid": ACCOUNT, "MessageSid": "SM" + "7" * 32, "From": number, "To": "+32460000000", "Body": "Who?"}


async def test_an_answer_to_the_sms_is_answered_with_what_to_do(house: Earnest) -> None:
    await house.invite(language="fr")
    form = reply(NUMBER)
    answer = await house.reply_by_twilio(form, house.account.signature(REPLIES, form))
    assert answer.status_code == 200
    said = await answer.get_data(as_text=True)
    assert answer.content_type.startswith("text/xml")
    assert "<Message>" in said
    assert "112" in said


async def test_a_strangers_sms_is_not_answered(house: Earnest) -> None:
    await house.invite()
    form = reply("+32470999999")
    answer = await house.reply_by_twilio(form, house.account.signature(REPLIES, form))
    assert "<Message>" not in await answer.get_data(as_text=True)


async def test_a_forged_answer_is_refused(house: Earnest) -> None:
    await house.invite()
    form = reply(NUMBER)
    assert (await house.reply_by_twilio(form, "forged")).status_code == 403
    signed = house.account.signature(CALLBACK, form)
    assert (await house.reply_by_twilio(form, signed)).status_code == 403
