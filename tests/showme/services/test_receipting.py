"""What providers say later of an SMS, in any order, again and again, and too early."""

from __future__ import annotations

import asyncio
import itertools
import random
from typing import Final, Literal

import pytest

from showme.domain.invitations import Invitation
from showme.domain.ladder import Rung
from showme.domain.sms import Receipt
from showme.errors import ProviderRefused
from tests.showme.services.conftest import NUMBER, House

SEED: Final = 112
Word = Literal["sent", "delivered", "failed"]


def says(word: Word, provider_id: str = "scripted-1", *, by: str = "scripted", cause: str = "sms_filtered") -> Receipt:
    return Receipt(provider=by, provider_id=provider_id, state=word, cause=cause if word == "failed" else None)


async def test_a_delivery_climbs_the_ladder_when_it_is_told(house: House) -> None:
    invitation = (await house.invite(to=NUMBER)).invitation
    accepted_at = house.clock.now()
    house.clock.move(seconds=4)
    await house.receipting.note(says("delivered"))
    seen = await house.see(invitation)
    assert (seen.sms_state, seen.sms_provider, seen.sms_cause) == ("delivered", "scripted", None)
    assert (seen.reached[Rung.SMS_ACCEPTED], seen.reached[Rung.SMS_DELIVERED]) == (accepted_at, house.clock.now())
    assert (await house.kinds())[1:] == ["SmsAccepted", "SmsDelivered"]
    assert await house.credits() == 9


async def test_a_failure_says_why_and_what_to_say_and_costs_the_credit(house: House) -> None:
    invitation = (await house.invite(to=NUMBER)).invitation
    house.clock.move(seconds=4)
    await house.receipting.note(says("failed", cause="sms_unknown_handset"))
    seen = await house.see(invitation)
    assert (seen.sms_state, seen.sms_provider, seen.sms_cause) == ("refused", "scripted", "sms_unknown_handset")
    assert seen.troubles.sms_failed_at == house.clock.now()
    hint = seen.hint(house.clock.now())
    assert hint is not None
    assert hint.cause == "sms_refused"
    assert (await house.kinds())[1:] == ["SmsAccepted", "SmsRefused"]
    assert (await house.credits(), await house.entries()) == (9, ["initial", "charge"])


@pytest.mark.parametrize("word", ["sent", "delivered", "failed"])
async def test_what_is_told_again_changes_nothing(paying_house: House, word: Word) -> None:
    house = paying_house
    invitation = (await house.invite(to=NUMBER)).invitation
    await house.receipting.note(says(word))
    once, events = await house.see(invitation), await house.kinds()
    house.clock.move(seconds=9)
    await asyncio.gather(*(house.receipting.note(says(word)) for _ in range(5)))
    assert (await house.see(invitation), await house.kinds()) == (once, events)


async def test_sent_says_nothing_new_of_what_was_accepted(house: House) -> None:
    invitation = (await house.invite(to=NUMBER)).invitation
    before = await house.see(invitation)
    await house.receipting.note(says("sent"))
    assert await house.see(invitation) == before


async def test_a_delivery_told_after_a_failure_outweighs_it(house: House) -> None:
    invitation = (await house.invite(to=NUMBER)).invitation
    await house.receipting.note(says("failed"))
    await house.receipting.note(says("delivered"))
    await house.receipting.note(says("failed"))
    seen = await house.see(invitation)
    assert (seen.sms_state, seen.sms_cause, seen.troubles.sms_failed_at) == ("delivered", None, None)
    assert (await house.kinds())[2:] == ["SmsRefused", "SmsDelivered"]


async def test_the_cause_of_a_failure_is_not_forgotten_when_sent_is_told_late(house: House) -> None:
    await house.receipting.note(says("failed", cause="sms_blocked"))
    await house.receipting.note(says("sent"))
    invitation = (await house.invite(to=NUMBER)).invitation
    seen = await house.see(invitation)
    assert (seen.sms_state, seen.sms_cause) == ("refused", "sms_blocked")
    ((attempt),) = await house.attempts()
    assert (attempt.state, attempt.cause) == ("failed", "sms_blocked")


async def test_a_receipt_for_nothing_of_ours_changes_nothing(house: House) -> None:
    invitation = (await house.invite(to=NUMBER)).invitation
    before, events = await house.see(invitation), await house.kinds()
    for receipt in (says("delivered", "scripted-2"), says("failed", by="second"), says("failed", "")):
        await house.receipting.note(receipt)
    assert (await house.see(invitation), await house.kinds()) == (before, events)
    assert await house.kinds(house.bert) == []


# --- before the provider's own answer ---


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (("delivered",), "delivered"),
        (("failed",), "refused"),
        (("failed", "delivered"), "delivered"),
        (("delivered", "failed", "sent"), "delivered"),
        (("sent",), "accepted"),
    ],
)
async def test_a_receipt_that_comes_before_the_providers_answer_counts(
    paying_house: House, words: tuple[Word, ...], state: str
) -> None:
    house = paying_house

    async def told_while_sending() -> None:
        for word in words:
            await house.receipting.note(says(word))

    house.gateway.answer = told_while_sending
    await house.invite(to=NUMBER)
    await house.settled()
    (seen,), _ = await house.viewing.invitations(house.anna)
    assert seen.sms_state == state
    assert (Rung.SMS_DELIVERED in seen.reached) == (state == "delivered")
    assert len(await house.kinds()) == 2
    # Who pays does not depend on which of two messages was the faster one.
    assert (await house.credits(), await house.entries()) == (9, ["initial", "charge"])


async def test_early_receipts_that_nobody_asks_for_are_forgotten(house: House) -> None:
    await house.receipting.note(says("delivered", "scripted-1"))
    house.clock.move(hours=1)
    await house.forgetting.forget_what_is_due()
    invitation = (await house.invite(to=NUMBER)).invitation
    assert invitation.sms_state == "accepted"


async def test_a_receipt_between_the_answer_and_the_sum_is_told_once(
    paying_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = paying_house
    conclude = house.sending._conclude

    async def told_before(sms: object) -> None:
        await house.receipting.note(says("delivered"))
        await conclude(sms)  # type: ignore[arg-type]

    monkeypatch.setattr(house.sending, "_conclude", told_before)
    invitation = (await house.invite(to=NUMBER)).invitation
    await house.settled()
    assert (await house.see(invitation)).sms_state == "delivered"
    assert await house.kinds() == ["InvitationCreated", "SmsDelivered"]


# --- several SMS for one invitation ---


async def test_that_one_provider_failed_takes_nothing_from_what_the_other_one_accepted(house: House) -> None:
    second = house.add_provider()
    house.gateway.refuse(ProviderRefused("sms_filtered"))
    invitation = (await house.invite(to=NUMBER)).invitation
    assert (invitation.sms_state, invitation.sms_provider) == ("accepted", "second")
    await house.receipting.note(says("failed", "scripted-1"))
    assert (await house.see(invitation)).sms_state == "accepted"
    await house.receipting.note(says("delivered", f"second-{len(second.sent)}", by="second"))
    seen = await house.see(invitation)
    assert (seen.sms_state, seen.sms_provider) == ("delivered", "second")


async def test_that_an_older_sms_failed_takes_nothing_from_the_newer_one(house: House) -> None:
    house.add_provider()
    invitation = (await house.invite(to=NUMBER)).invitation
    house.clock.move(seconds=60)
    await house.inviting.resend(house.anna, invitation.id)
    await house.receipting.note(says("failed", "scripted-1"))
    seen = await house.see(invitation)
    assert (seen.sms_state, seen.sms_provider, seen.sms_cause) == ("accepted", "second", None)
    assert "SmsRefused" not in await house.kinds()
    await house.receipting.note(says("delivered", "second-1", by="second"))
    await house.receipting.note(says("failed", "scripted-1"))
    assert (await house.see(invitation)).sms_state == "delivered"


async def test_that_an_older_sms_was_delivered_after_all_is_told(house: House) -> None:
    second = house.add_provider()
    invitation = (await house.invite(to=NUMBER)).invitation
    house.clock.move(seconds=60)
    second.refuse(ProviderRefused("sms_no_route"))
    house.gateway.refuse(ProviderRefused("sms_no_route"))
    assert (await house.inviting.resend(house.anna, invitation.id)).sms_state == "refused"
    await house.receipting.note(says("delivered", "scripted-1"))
    seen = await house.see(invitation)
    assert (seen.sms_state, Rung.SMS_DELIVERED in seen.reached) == ("delivered", True)


async def test_two_hundred_shuffled_sequences_end_in_the_right_state(house: House) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    await house.top_up(1000)
    tried: dict[str, int] = {}
    for place in range(200):
        house.clock.move(minutes=1)
        words: list[Word] = chance.choices(["sent", "delivered", "failed"], k=chance.randrange(1, 8))
        early = chance.randrange(len(words) + 1)
        provider_id = f"scripted-{place + 1}"
        for word in words[:early]:
            await house.receipting.note(says(word, provider_id))
        invitation = (await house.invite(to=NUMBER)).invitation
        for word in words[early:]:
            await house.receipting.note(says(word, provider_id))
        seen = await house.see(invitation)
        right = "delivered" if "delivered" in words else "refused" if "failed" in words else "accepted"
        assert seen.sms_state == right, (place, words, early)
        assert (Rung.SMS_DELIVERED in seen.reached) == (right == "delivered"), (place, words, early)
        assert seen.sms_cause == ("sms_filtered" if right == "refused" else None), (place, words, early)
        tried[right] = tried.get(right, 0) + 1
    assert await house.credits() == 10 + 1000 - 200
    assert min(tried.values()) > 10
    assert len(tried) == 3


async def test_receipts_at_the_same_moment_end_in_the_right_state(paying_house: House) -> None:
    house = paying_house
    await house.top_up(100)
    orders: list[tuple[Word, ...]] = list(itertools.permutations(("sent", "delivered", "failed")))
    invitations: list[Invitation] = []
    for place, words in enumerate(orders * 3, 1):
        invitations.append((await house.invite(to=NUMBER)).invitation)
        await asyncio.gather(*(house.receipting.note(says(word, f"scripted-{place}")) for word in words))
    for invitation in invitations:
        assert (await house.see(invitation)).sms_state == "delivered"
    assert (await house.kinds()).count("SmsDelivered") == len(invitations)
