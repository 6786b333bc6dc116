"""A code that is read aloud: who may use it, how often, how long, and what happens to those who guess."""

from __future__ import annotations

import asyncio

import pytest

from showme.domain.invitations import Invitation
from showme.errors import LinkEnded, NotFound, TooMany, WrongKey
from tests.showme.services.conftest import House

CALLER = "198.51.100.7"


async def shown(house: House, invitation: Invitation) -> str:
    code, _ = await house.speaking.show(house.anna, invitation.id)
    return code


def another(code: str) -> str:
    """Return a code that is surely another one."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


async def guess(house: House, times: int, *, code: str, address: str | None = None) -> None:
    """Guess wrongly, each time from another address unless one is given."""
    for place in range(times):
        with pytest.raises(WrongKey, match="code_not_known"):
            await house.speaking.hear(code, address=address or f"203.0.113.{place}")


async def test_a_code_read_aloud_opens_the_invitation(paying_house: House) -> None:
    house = paying_house
    invited = await house.invite()
    code, expires_at = await house.speaking.show(house.anna, invited.invitation.id)
    assert len(code) == 6
    assert code.isdigit()
    assert (expires_at - house.clock.now()).total_seconds() == 600
    assert await house.speaking.hear(code, address=CALLER) == invited.key
    assert await house.kinds() == ["InvitationCreated", "CodeShown", "OpenedByCode"]
    assert code not in repr(await house.events())
    assert (await house.credits()) == 10


@pytest.mark.parametrize("pattern", ["{0} {1}", " {0}-{1}\n", "{0}.{1}", "\u202d{0}\u00a0{1}\u202c"])
async def test_a_code_is_understood_however_it_is_typed(house: House, pattern: str) -> None:
    invited = await house.invite()
    code = await shown(house, invited.invitation)
    assert await house.speaking.hear(pattern.format(code[:3], code[3:]), address=CALLER) == invited.key


async def test_a_code_is_used_once_by_one_of_many(paying_house: House) -> None:
    house = paying_house
    invited = await house.invite()
    code = await shown(house, invited.invitation)
    answers = await asyncio.gather(
        *(house.speaking.hear(code, address=f"192.0.2.{place}") for place in range(8)), return_exceptions=True
    )
    assert [answer for answer in answers if isinstance(answer, str)] == [invited.key]
    assert sum(isinstance(answer, WrongKey) for answer in answers) == 7
    assert (await house.kinds()).count("OpenedByCode") == 1


async def test_a_code_lives_ten_minutes(house: House) -> None:
    invited = await house.invite()
    code = await shown(house, invited.invitation)
    house.clock.move(minutes=9, seconds=59)
    assert await house.speaking.hear(code, address=CALLER) == invited.key
    code = await shown(house, invited.invitation)
    house.clock.move(minutes=10)
    with pytest.raises(WrongKey, match="code_not_known"):
        await house.speaking.hear(code, address=CALLER)


async def test_a_new_code_ends_the_one_before(house: House) -> None:
    invited, other = await house.invite(), await house.invite()
    first, elsewhere = await shown(house, invited.invitation), await shown(house, other.invitation)
    second = await shown(house, invited.invitation)
    assert len({first, second, elsewhere}) == 3
    with pytest.raises(WrongKey):
        await house.speaking.hear(first, address=CALLER)
    assert await house.speaking.hear(second, address=CALLER) == invited.key
    assert await house.speaking.hear(elsewhere, address=CALLER) == other.key


async def test_a_code_that_somebody_else_has_just_now_is_not_given_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await house.invite(), await house.invite()
    digits = iter("111111" + "111111" + "222222")
    monkeypatch.setattr("showme.services.speaking.secrets.choice", lambda _: next(digits))
    assert await shown(house, one.invitation) == "111111"
    assert await shown(house, two.invitation) == "222222"


async def test_wrong_tries_slow_down_their_own_address_only(house: House) -> None:
    invited = await house.invite()
    code = await shown(house, invited.invitation)
    await guess(house, 5, code=another(code), address="203.0.113.9")
    for typed in (another(code), code):
        with pytest.raises(TooMany, match="code_wait") as told:
            await house.speaking.hear(typed, address="203.0.113.9")
        assert told.value.retry_after == 4
    assert await house.speaking.hear(code, address=CALLER) == invited.key


async def test_whoever_waits_may_try_again_and_waits_longer_each_time(house: House) -> None:
    code = await shown(house, (await house.invite()).invitation)
    await guess(house, 5, code=another(code), address=CALLER)
    for seconds in (4, 8, 16, 32, 60, 60):
        house.clock.move(seconds=seconds - 1)
        with pytest.raises(TooMany) as told:
            await house.speaking.hear(another(code), address=CALLER)
        assert told.value.retry_after == seconds
        house.clock.move(seconds=1)
        await guess(house, 1, code=another(code), address=CALLER)
    house.clock.move(minutes=10)
    await guess(house, 5, code=another(code), address=CALLER)


async def test_two_hundred_wrong_tries_are_people_mistyping(house: House) -> None:
    invited = await house.invite()
    await guess(house, 200, code="000000")
    assert len(await shown(house, invited.invitation)) == 6
    assert "CodesGuessed" not in await house.kinds()


async def test_beyond_two_hundred_wrong_tries_codes_get_longer_and_supervisors_hear(house: House) -> None:
    invited, early = await house.invite(), await house.invite()
    before = await shown(house, early.invitation)
    await guess(house, 201, code=another(before))
    code = await shown(house, invited.invitation)
    assert len(code) == 8
    assert (await house.kinds()).count("CodesGuessed") == 1
    # Nobody is locked out: neither the long code nor the short one that was shown before.
    assert await house.speaking.hear(code, address=CALLER) == invited.key
    assert await house.speaking.hear(before, address=CALLER) == early.key
    house.clock.move(minutes=10)
    assert len(await shown(house, invited.invitation)) == 6


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "123456789", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "' OR 1=1 --"]
)
async def test_what_is_no_code_counts_as_a_wrong_try(house: House, typed: str) -> None:
    await guess(house, 5, code=typed, address=CALLER)
    with pytest.raises(TooMany):
        await house.speaking.hear(typed, address=CALLER)


async def test_a_code_does_not_open_what_was_closed_or_has_expired(house: House) -> None:
    closed, expiring = await house.invite(), await house.invite()
    code = await shown(house, closed.invitation)
    await house.closing.close(house.anna, closed.invitation.id)
    with pytest.raises(LinkEnded, match="link_closed"):
        await house.speaking.hear(code, address=CALLER)
    house.clock.move(hours=5, minutes=55)
    code = await shown(house, expiring.invitation)
    house.clock.move(minutes=5)
    with pytest.raises(LinkEnded, match="link_expired"):
        await house.speaking.hear(code, address=CALLER)
    for ended in (closed, expiring):
        with pytest.raises(LinkEnded):
            await house.speaking.show(house.anna, ended.invitation.id)


async def test_nobody_shows_the_code_of_somebody_elses_invitation(house: House) -> None:
    invited = await house.invite()
    for name in (invited.invitation.id, "nothing"):
        with pytest.raises(NotFound):
            await house.speaking.show(house.bert, name)
    assert await house.kinds() == ["InvitationCreated"]


async def test_codes_and_addresses_do_not_stay(house: House) -> None:
    await shown(house, (await house.invite()).invitation)
    await guess(house, 3, code="000000")
    house.clock.move(minutes=20)
    await house.forgetting.forget_what_is_due()
    everything = await house.everything()
    assert everything["spoken_codes"] == everything["wrong_codes"] == []
