import random

import pytest

from showme.domain.passes import PASS_LENGTH
from showme.domain.people import Dispatcher
from showme.errors import LinkEnded, NotFound, WrongKey
from tests.showme.services.conftest import URL, House

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


async def pass_for(house: House, invitation: str) -> str:
    """Return what stands at the end of the watch link."""
    link = await house.passing.link(house.anna, invitation)
    before, _, text = link.rpartition("/")
    assert before == f"{URL}/watch/{invitation}"
    assert len(text) == PASS_LENGTH
    return text


async def test_a_watch_link_shows_its_invitation_and_signs_nobody_in(house: House) -> None:
    invited = await house.invite(purpose="live")
    text = await pass_for(house, invited.invitation.id)
    before = await house.events()
    watched = await house.passing.check(invited.invitation.id, text)
    assert watched.invitation == await house.see(invited.invitation)
    assert watched.dispatcher == Dispatcher(organisation=house.ours.id, name="team chat", is_guest=True)
    assert await house.events() == before
    assert text not in repr(await house.everything())


async def test_a_watch_link_shows_no_other_invitation(house: House) -> None:
    mine, other = await house.invite(purpose="live"), await house.invite(purpose="live")
    foreign = await house.inviting.invite(house.bert, to=None, purpose="live")
    text = await pass_for(house, mine.invitation.id)
    for name in (other.invitation.id, foreign.invitation.id, "nothing", "", mine.key):
        with pytest.raises(WrongKey):
            await house.passing.check(name, text)
    with pytest.raises(WrongKey):
        await house.passing.check(mine.invitation.id, mine.key)


async def test_a_watch_link_survives_a_rotation_and_stays_the_same(house: House) -> None:
    invited = await house.invite(purpose="live")
    text = await pass_for(house, invited.invitation.id)
    house.clock.move(minutes=1)
    for _ in range(2):
        await house.administering.rotate_secret(house.ours.id)
        assert await pass_for(house, invited.invitation.id) == text
    house.clock.move(hours=5, minutes=58, seconds=59)
    assert (await house.passing.check(invited.invitation.id, text)).invitation.id == invited.invitation.id


async def test_a_watch_link_dies_with_its_invitation(house: House) -> None:
    closed, late = await house.invite(purpose="live"), await house.invite(purpose="live")
    first, second = await pass_for(house, closed.invitation.id), await pass_for(house, late.invitation.id)
    await house.closing.close(house.anna, closed.invitation.id)
    with pytest.raises(LinkEnded, match="link_closed"):
        await house.passing.check(closed.invitation.id, first)
    with pytest.raises(LinkEnded):
        await house.passing.link(house.anna, closed.invitation.id)
    house.clock.move(hours=6)
    with pytest.raises(LinkEnded, match="link_expired"):
        await house.passing.check(late.invitation.id, second)


async def test_nobody_gets_the_link_of_another_organisations_invitation(house: House) -> None:
    invited = await house.invite(purpose="live")
    for name in (invited.invitation.id, "nothing"):
        with pytest.raises(NotFound):
            await house.passing.link(house.bert, name)


async def test_two_hundred_guesses_watch_nothing(house: House) -> None:
    invited = await house.invite(purpose="live")
    text = await pass_for(house, invited.invitation.id)
    seed = 112
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(200):
        place = chance.randrange(PASS_LENGTH)
        guess = text[:place] + chance.choice(LETTERS.replace(text[place], "")) + text[place + 1 :]
        with pytest.raises(WrongKey):
            await house.passing.check(invited.invitation.id, guess)
