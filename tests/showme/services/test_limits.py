"""Which numbers an SMS may go to, and how often."""

from __future__ import annotations

from collections.abc import Iterator

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from showme.domain.people import Dispatcher
from showme.domain.sms import SmsRules
from showme.domain.words import TEAM_LANGUAGES, Catalogue
from showme.errors import NotInvitable, TooMany
from tests.showme.services.conftest import NUMBER, House
from words import read_words

ALLOWED = frozenset({"BE", "FR", "NL", "DE", "LU", "GB", "US", "CA"})
OTHER_KINDS = [
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
]
EITHER = PhoneNumberType.FIXED_LINE_OR_MOBILE


def examples(kind: int) -> Iterator[tuple[str, phonenumbers.PhoneNumber]]:
    """Yield the library's own example of a kind for each country that has one."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number_for_type(region, kind)
        if example is not None:
            yield region, example


def e164(example: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(example, PhoneNumberFormat.E164))


def bound(house: House, **limits: int) -> None:
    """Let other rules hold from now on."""
    house.rules = SmsRules(countries=house.rules.countries, **limits)
    house.put_together()


def read_aloud(refusal: NotInvitable | TooMany) -> None:
    """Insist on a whole sentence in every language."""
    words = Catalogue(read_words())
    for language in TEAM_LANGUAGES:
        sentence = words.say(language, f"refusals.{refusal.cause}", **refusal.facts)
        assert len(sentence) > 30, (language, refusal.cause)
        assert "{" not in sentence, (language, refusal.cause)


async def test_a_mobile_of_an_allowed_country_gets_an_sms_and_no_other_one(house: House) -> None:
    await house.top_up(1000)
    house.rules = SmsRules(countries=ALLOWED, to_number=1000, by_dispatcher=1000, by_organisation=10_000)
    house.put_together()
    sent, refused = [], []
    for region, example in examples(PhoneNumberType.MOBILE):
        dialled = e164(example)
        if phonenumbers.region_code_for_number(example) in ALLOWED:
            await house.invite(to=dialled)
            assert house.gateway.sent[-1][0] == dialled, region
            sent.append(region)
            continue
        before = len(house.gateway.sent)
        with pytest.raises(NotInvitable) as refusal:
            await house.invite(to=dialled)
        assert refusal.value.cause == "country_not_allowed", region
        assert len(house.gateway.sent) == before, region
        read_aloud(refusal.value)
        refused.append(region)
    # The Isle of Man shares a block with Great Britain, and its example is British to the library.
    assert set(sent) == ALLOWED | {"IM"}
    assert len(refused) > 220
    assert await house.credits() == 1010 - len(sent)


@pytest.mark.parametrize("kind", OTHER_KINDS, ids=PhoneNumberType.to_string)
async def test_no_other_kind_of_number_gets_an_sms_in_any_country(house: House, kind: int) -> None:
    house.rules = SmsRules(countries=frozenset(phonenumbers.SUPPORTED_REGIONS))
    house.put_together()
    tried = 0
    for region, example in examples(kind):
        if phonenumbers.number_type(example) == EITHER:  # in such a country nobody can tell a mobile by its number
            continue
        with pytest.raises(NotInvitable) as refusal:
            await house.invite(to=e164(example))
        assert refusal.value.cause in {"number_not_mobile", "number_not_valid"}, region
        read_aloud(refusal.value)
        tried += 1
    assert tried >= 5
    assert (house.gateway.sent, await house.kinds(), await house.credits()) == ([], [], 10)


async def test_one_number_gets_so_many_within_an_hour_from_anybody(paying_house: House) -> None:
    house = paying_house
    bound(house, to_number=3)
    zoe = Dispatcher(organisation=house.ours.id, name="Zoe")
    invitation = (await house.invite(to=NUMBER)).invitation
    house.clock.move(minutes=20)
    await house.inviting.resend(house.anna, invitation.id)
    await house.inviting.invite(zoe, to="+32 470 12 34 56")
    for dispatcher in (house.anna, zoe):
        with pytest.raises(TooMany, match="sms_too_many_to_number") as told:
            await house.inviting.invite(dispatcher, to=NUMBER)
        assert told.value.retry_after == 3600
        read_aloud(told.value)
    with pytest.raises(TooMany, match="sms_too_many_to_number"):
        await house.inviting.resend(house.anna, invitation.id)
    assert (await house.credits(), len(house.gateway.sent)) == (7, 3)
    await house.invite(to="0470 12 34 57")
    house.clock.move(minutes=40)
    await house.invite(to=NUMBER)
    with pytest.raises(TooMany, match="sms_too_many_to_number"):
        await house.invite(to=NUMBER)


async def test_one_dispatcher_sends_so_many_within_an_hour(paying_house: House) -> None:
    house = paying_house
    bound(house, by_dispatcher=2)
    for number in ("0470 12 34 56", "0470 12 34 57"):
        await house.invite(to=number)
    with pytest.raises(TooMany, match="sms_too_many_by_dispatcher") as told:
        await house.invite(to="0470 12 34 58")
    read_aloud(told.value)
    await house.inviting.invite(Dispatcher(organisation=house.ours.id, name="Zoe"), to="0470 12 34 58")
    assert (await house.invite()).invitation.sms_state == "none"
    house.clock.move(hours=1)
    await house.invite(to="0470 12 34 58")
    assert await house.credits() == 6


async def test_an_organisation_sends_so_many_within_an_hour(paying_house: House) -> None:
    house = paying_house
    bound(house, by_organisation=2)
    for name in ("Anna", "Zoe"):
        await house.inviting.invite(Dispatcher(organisation=house.ours.id, name=name), to=NUMBER)
    with pytest.raises(TooMany, match="sms_too_many_by_organisation") as told:
        await house.inviting.invite(Dispatcher(organisation=house.ours.id, name="Mia"), to=NUMBER)
    read_aloud(told.value)
    await house.inviting.invite(house.bert, to=NUMBER)
    house.clock.move(hours=1)
    await house.invite(to=NUMBER)
    assert await house.credits() == 7


async def test_many_at_once_do_not_slip_through_a_limit(paying_house: House) -> None:
    house = paying_house
    bound(house, to_number=3)
    answers = await house.invite_at_once(NUMBER, times=9)
    assert sum(isinstance(answer, TooMany) for answer in answers) == 6
    assert (await house.credits(), len(house.gateway.sent)) == (7, 3)


async def test_which_number_was_counted_is_forgotten_after_the_hour(house: House) -> None:
    await house.invite(to=NUMBER)
    assert [row["number_digest"] is None for row in (await house.everything())["sms_messages"]] == [False]
    house.clock.move(hours=1)
    await house.forgetting.forget_what_is_due()
    assert [row["number_digest"] for row in (await house.everything())["sms_messages"]] == [None]
