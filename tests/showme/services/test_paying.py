"""Who pays what: on each kind of database, whatever the providers do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from showme.domain.invitations import Invitation, SmsState
from showme.domain.people import Dispatcher
from showme.errors import (
    NotAllowed,
    NotInvitable,
    NotUnderstood,
    NumberRefused,
    ProviderRefused,
    Unavailable,
    Unreachable,
)
from showme.services import sending
from showme.services.inviting import Invited
from storage.sms import SmsRecords
from tests.fakes.sms import ScriptedGateway
from tests.pictures import card, jpeg
from tests.showme.services.conftest import E164, NUMBER, House
from tests.showme.services.test_sending import crash


def number(place: int) -> str:
    return f"+32470{place:06}"


async def test_fifty_at_once_spend_the_last_ten_credits_ten_times(paying_house: House) -> None:
    house = paying_house
    assert await house.credits() == 10
    answers = await asyncio.gather(*(house.invite(to=number(place)) for place in range(50)), return_exceptions=True)
    await house.settled()
    sent = [answer for answer in answers if isinstance(answer, Invited)]
    refused = [answer for answer in answers if isinstance(answer, NotInvitable)]
    assert (len(sent), len(refused)) == (10, 40)
    assert {error.cause for error in refused} == {"no_credit"}
    assert len(house.gateway.sent) == len({to for to, _ in house.gateway.sent}) == 10
    assert await house.credits() == 0
    assert await house.entries() == ["initial", *["charge"] * 10]
    kinds = await house.kinds()
    assert (kinds.count("InvitationCreated"), kinds.count("SmsAccepted"), len(kinds)) == (10, 10, 20)
    invitations, _ = await house.viewing.invitations(house.anna)
    assert sorted(invitation.number for invitation in invitations) == list(range(1, 11))


async def test_two_organisations_spend_each_their_own(paying_house: House) -> None:
    house = paying_house
    await asyncio.gather(*(house.invite(to=number(place)) for place in range(10)))
    with pytest.raises(NotInvitable, match="no_credit"):
        await house.invite(to=NUMBER)
    await house.inviting.invite(house.bert, to=NUMBER)
    assert await house.topping_up.credits(house.bert) == 9
    assert await house.credits() == 0


async def test_a_link_without_an_sms_costs_nothing_also_without_credit(paying_house: House) -> None:
    house = paying_house
    await asyncio.gather(*(house.invite(to=number(place)) for place in range(10)))
    invited = await house.invite()
    assert (await house.opening.open(invited.key)).invitation.id == invited.invitation.id
    assert await house.credits() == 0


async def test_colleagues_who_send_again_at_the_same_moment_send_once(paying_house: House) -> None:
    house = paying_house
    invitation = (await house.invite(to=NUMBER)).invitation
    answers = await asyncio.gather(
        *(house.inviting.resend(house.anna, invitation.id) for _ in range(8)), return_exceptions=True
    )
    await house.settled()
    refused = [answer for answer in answers if isinstance(answer, NotInvitable)]
    went = 8 - len(refused)
    assert went >= 1
    assert {error.cause for error in refused} <= {"sms_on_its_way"}
    # Whoever asks after an answer may send again; nobody sends beside another one.
    assert len(house.gateway.sent) == 1 + went
    assert await house.credits() == 9 - went


async def test_while_an_sms_is_on_its_way_nobody_sends_another(paying_house: House) -> None:
    house = paying_house
    invitation = (await house.invite(to=NUMBER)).invitation
    house.gateway.hang()
    answers = await asyncio.gather(
        *(house.inviting.resend(house.anna, invitation.id) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(answer, NotInvitable) for answer in answers) == 7
    assert len(house.gateway.sent) == 2
    assert await house.credits() == 8


# --- who paid what after each outcome ---


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the two providers do, and what comes of it."""

    first: Exception | str | None
    second: Exception | str | None = None
    asked: tuple[int, int]
    state: SmsState
    provider: str | None
    cause: str | None = None
    paid: int
    attempts: tuple[str, ...]
    kinds: tuple[str, ...]


FAILED = "SmsProviderFailed"
TABLE = {
    "accepted": Outcome(
        first=None, asked=(1, 0), state="accepted", provider="scripted", paid=1, attempts=("accepted",),
        kinds=("SmsAccepted",),
    ),
    "the number is refused": Outcome(
        first=NumberRefused("sms_number_wrong"), asked=(1, 0), state="refused", provider="scripted",
        cause="sms_number_wrong", paid=0, attempts=("refused",), kinds=("SmsRefused",),
    ),
    "the first provider refuses": Outcome(
        first=ProviderRefused("sms_provider_funds"), asked=(1, 1), state="accepted", provider="second", paid=1,
        attempts=("refused", "accepted"), kinds=(FAILED, "SmsAccepted"),
    ),
    "the first provider cannot be reached": Outcome(
        first=Unreachable("sms_provider_down"), asked=(1, 1), state="accepted", provider="second", paid=1,
        attempts=("unreachable", "accepted"), kinds=(FAILED, "SmsAccepted"),
    ),
    "the first provider's answer is lost": Outcome(
        first=Unavailable("sms_unknown"), asked=(1, 1), state="accepted", provider="second", paid=1,
        attempts=("unknown", "accepted"), kinds=(FAILED, "SmsAccepted"),
    ),
    "the first provider hangs": Outcome(
        first="hangs", asked=(1, 1), state="accepted", provider="second", paid=1,
        attempts=("unknown", "accepted"), kinds=(FAILED, "SmsAccepted"),
    ),
    "the second provider refuses the number": Outcome(
        first=ProviderRefused("sms_no_route"), second=NumberRefused("sms_landline"), asked=(1, 1), state="refused",
        provider="scripted", cause="sms_no_route", paid=0, attempts=("refused", "refused"),
        kinds=(FAILED, "SmsRefused"),
    ),
    "both refuse": Outcome(
        first=ProviderRefused("sms_filtered"), second=ProviderRefused("sms_no_route"), asked=(1, 1), state="refused",
        provider="scripted", cause="sms_filtered", paid=0, attempts=("refused", "refused"),
        kinds=(FAILED, FAILED, "SmsRefused"),
    ),
    "both cannot be reached": Outcome(
        first=Unreachable("sms_provider_down"), second=Unreachable("sms_provider_busy"), asked=(1, 1), state="refused",
        provider="scripted", cause="sms_provider_down", paid=0, attempts=("unreachable", "unreachable"),
        kinds=(FAILED, FAILED, "SmsRefused"),
    ),
    "nobody knows of the first and the second refuses": Outcome(
        first=Unavailable("sms_unknown"), second=ProviderRefused("sms_no_route"), asked=(1, 1), state="unknown",
        provider="scripted", cause="sms_unknown", paid=1, attempts=("unknown", "refused"),
        kinds=(FAILED, FAILED, "SmsUnknown"),
    ),
    "the first refuses and nobody knows of the second": Outcome(
        first=ProviderRefused("sms_no_route"), second=Unavailable("sms_unknown"), asked=(1, 1), state="unknown",
        provider="second", cause="sms_unknown", paid=1, attempts=("refused", "unknown"),
        kinds=(FAILED, FAILED, "SmsUnknown"),
    ),
    "both hang": Outcome(
        first="hangs", second="hangs", asked=(1, 1), state="unknown", provider="scripted", cause="sms_unknown", paid=1,
        attempts=("unknown", "unknown"), kinds=(FAILED, FAILED, "SmsUnknown"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
async def test_who_paid_what(paying_house: House, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    house, outcome = paying_house, TABLE[name]
    monkeypatch.setattr(sending, "_HANGING", 0.3)
    second = house.add_provider()
    for gateway, does in ((house.gateway, outcome.first), (second, outcome.second)):
        gateway.answer = _answering(house, gateway, does)
    invited = await house.invite(to=NUMBER)
    await house.settled()
    invitation = await house.see(invited.invitation)
    assert (len(house.gateway.sent), len(second.sent)) == outcome.asked
    assert {(to, text.split()[-1]) for to, text in house.gateway.sent + second.sent} == {(E164, invited.link)}
    assert (invitation.sms_state, invitation.sms_provider) == (outcome.state, outcome.provider)
    assert invitation.sms_cause == outcome.cause
    assert tuple(attempt.state for attempt in await house.attempts()) == outcome.attempts
    assert tuple((await house.kinds())[1:]) == outcome.kinds
    assert await house.credits() == 10 - outcome.paid
    assert await house.entries() == ["initial", "charge", *["refund"] * (1 - outcome.paid)]
    last = (await house.events())[-1]
    assert last.detail.get("credits") == (None if outcome.paid else 10)


def _answering(house: House, gateway: ScriptedGateway, does: Exception | str | None) -> Callable[[], Awaitable[None]]:
    """Let a provider take its time, so that attempts stand in their order, and then do as the table says."""

    async def answering() -> None:
        house.clock.move(seconds=1)
        if isinstance(does, Exception):
            raise does
        if does == "hangs":
            await asyncio.Event().wait()

    return answering


def test_a_provider_that_hangs_leaves_the_next_one_time_within_five_seconds() -> None:
    assert sending._HANGING <= 4.0
    assert sending._MOST_ATTEMPTS == 2


async def test_of_three_providers_two_are_asked_at_most(paying_house: House) -> None:
    second, third = paying_house.add_provider(), paying_house.add_provider("third")
    for gateway in paying_house.gateways:
        gateway.refuse(ProviderRefused())
    await paying_house.invite(to=NUMBER)
    assert (len(paying_house.gateway.sent), len(second.sent), len(third.sent)) == (1, 1, 0)
    assert await paying_house.credits() == 10


async def test_the_credit_of_an_sms_that_perhaps_left_before_a_crash_stays_spent(paying_house: House) -> None:
    house = paying_house
    house.gateway.hang()
    invitation = (await house.invite(to=NUMBER)).invitation
    await crash(house)
    second = house.add_provider()
    for _ in range(2):
        await asyncio.gather(house.sending.resume(), house.sending.resume())
        await house.settled()
    assert (len(house.gateway.sent), len(second.sent)) == (1, 0)
    assert ((await house.see(invitation)).sms_state, await house.credits()) == ("unknown", 9)
    assert (await house.kinds()).count("SmsUnknown") == 1


async def test_an_sms_whose_process_died_without_a_word_is_unknown_and_stays_spent(paying_house: House) -> None:
    house = paying_house
    invitation = await _killed(house, asked=True)
    await asyncio.gather(house.sending.resume(), house.sending.resume())
    await house.settled()
    seen = await house.see(invitation)
    assert (seen.sms_state, seen.sms_cause) == ("unknown", "sms_unknown")
    assert (house.gateway.sent, await house.credits()) == ([], 9)
    assert (await house.kinds()).count("SmsUnknown") == 1


async def test_an_sms_for_which_nobody_was_asked_before_the_process_died_is_paid_back_once(
    paying_house: House,
) -> None:
    house = paying_house
    invitation = await _killed(house, asked=False)
    await asyncio.gather(house.sending.resume(), house.sending.resume())
    await house.settled()
    seen = await house.see(invitation)
    assert (seen.sms_state, seen.sms_cause) == ("refused", "unreachable")
    assert (house.gateway.sent, await house.credits()) == ([], 10)
    assert await house.entries() == ["initial", "charge", "refund"]
    assert (await house.kinds()).count("SmsRefused") == 1


async def _killed(house: House, *, asked: bool) -> Invitation:
    """Invite, take the SMS, perhaps write down that a provider is asked, and die there."""
    begun = house.sending.send

    async def dying(sms: str) -> None:
        await house.records.write(lambda work: work.sms.take(sms))
        if asked:
            await house.records.write(lambda work: work.sms.begin_attempt(sms, "scripted", house.clock.now()))

    house.sending.send = dying  # type: ignore[method-assign]
    invited = await house.invite(to=NUMBER)
    house.sending.send = begun  # type: ignore[method-assign]
    return invited.invitation


async def test_a_number_forgotten_while_its_sms_waited_costs_nothing(
    paying_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = paying_house

    async def dying(_: str) -> None: ...

    monkeypatch.setattr(house.sending, "send", dying)
    invitation = (await house.invite(to=NUMBER)).invitation
    assert await house.credits() == 9
    await house.closing.close(house.anna, invitation.id)
    await crash(house)
    await asyncio.gather(house.sending.resume(), house.sending.resume())
    await house.settled()
    assert (house.gateway.sent, await house.credits()) == ([], 10)
    assert await house.entries() == ["initial", "charge", "refund"]


async def test_a_number_that_turns_out_wrong_while_the_first_provider_hangs_is_not_given_to_the_second(
    paying_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = paying_house
    second = house.add_provider()
    goes_on = asyncio.Event()

    async def slow() -> None:
        await goes_on.wait()
        raise Unavailable("sms_unknown")

    house.gateway.answer = slow
    inviting = asyncio.create_task(house.invite(to=NUMBER))
    while not house.gateway.sent:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.01)
    (invitation,) = (await house.viewing.invitations(house.anna))[0]
    await house.closing.close(house.anna, invitation.id, wrong_number=True)
    goes_on.set()
    await inviting
    await house.settled()
    assert second.sent == []
    assert await house.credits() == 9


async def test_sending_again_asks_the_other_provider_first(paying_house: House) -> None:
    house = paying_house
    second = house.add_provider()
    invited = await house.invite(to=NUMBER)
    for again in range(1, 4):
        house.clock.move(minutes=1)
        seen = await house.inviting.resend(house.anna, invited.invitation.id)
        assert seen.sms_provider == ("second" if again % 2 else "scripted")
    assert (len(house.gateway.sent), len(second.sent)) == (2, 2)
    assert {text.split()[-1] for _, text in house.gateway.sent + second.sent} == {invited.link}
    assert await house.credits() == 6


async def test_sending_again_costs_a_credit_that_must_be_there(paying_house: House) -> None:
    house = paying_house
    invitation = (await house.invite(to=NUMBER)).invitation
    await asyncio.gather(*(house.invite(to=number(place)) for place in range(9)))
    with pytest.raises(NotInvitable, match="no_credit"):
        await house.inviting.resend(house.anna, invitation.id)
    assert (await house.see(invitation)).sms_state == "accepted"
    assert (len(house.gateway.sent), await house.credits()) == (10, 0)


async def test_when_the_limits_cannot_be_counted_sms_stop_and_photos_go_on(
    paying_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = paying_house

    async def broken(*_: object, **__: object) -> None:
        raise Unavailable("database_unavailable")

    monkeypatch.setattr(SmsRecords, "recently", broken)
    with pytest.raises(Unavailable):
        await house.invite(to=NUMBER)
    assert (house.gateway.sent, await house.credits(), await house.kinds()) == ([], 10, [])
    by_link = await house.invite()
    assert (await house.receive(by_link.key, jpeg(card()))).number == 1


# --- topping up ---


async def test_a_supervisor_tops_up_and_everyone_sees_it(paying_house: House) -> None:
    house = paying_house
    sofie = Dispatcher(organisation=house.ours.id, name="Sofie", role="supervisor")
    assert await house.topping_up.top_up(sofie, 100) == 110
    assert await house.topping_up.credits(house.anna) == 110
    newest, oldest = await house.topping_up.ledger(sofie)
    assert (newest.number, newest.entry, newest.amount, newest.balance, newest.actor) == (
        2,
        "top_up",
        100,
        110,
        "Sofie",
    )
    assert (oldest.entry, oldest.amount, oldest.actor) == ("initial", 10, "operator")
    (event,) = await house.events()
    assert (str(event.kind), event.actor, event.detail) == (
        "CreditsToppedUp", "Sofie", {"amount": 100, "credits": 110},
    )  # fmt: skip
    assert await house.topping_up.credits(house.bert) == 10


async def test_top_ups_and_sms_at_once_add_up(paying_house: House) -> None:
    house = paying_house
    await asyncio.gather(
        *(house.invite(to=number(place)) for place in range(10)), *(house.top_up(7) for _ in range(10))
    )
    await house.settled()
    assert await house.credits() == 10 + 70 - 10


async def test_only_supervisors_top_up_or_read_the_ledger(house: House) -> None:
    with pytest.raises(NotAllowed, match="supervisors_only"):
        await house.topping_up.top_up(house.anna, 1)
    with pytest.raises(NotAllowed, match="supervisors_only"):
        await house.topping_up.ledger(house.anna)
    assert (await house.credits(), await house.kinds()) == (10, [])


@pytest.mark.parametrize("amount", [0, -1, -100, 100_001, 2**63])
async def test_an_amount_that_makes_no_sense_is_refused(house: House, amount: int) -> None:
    with pytest.raises(NotUnderstood, match="top_up_not_understood"):
        await house.top_up(amount)
    assert await house.credits() == 10


async def test_the_operator_decides_with_how_many_credits_an_organisation_begins(house: House) -> None:
    assert await house.topping_up.credits(house.bert) == 10
    house.administering._initial_top_up = 0
    third = await house.administering.add_organisation(name="Ghent", region="BE", language="nl")
    with pytest.raises(NotInvitable, match="no_credit"):
        await house.inviting.invite(Dispatcher(organisation=third.id, name="Gert"), to=NUMBER)
    assert house.gateway.sent == []
