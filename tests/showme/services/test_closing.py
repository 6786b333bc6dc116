import asyncio

import pytest

from showme.errors import NotFound
from tests.showme.services.conftest import NUMBER, House


async def test_a_closed_invitation_forgets_the_number_at_once(house: House) -> None:
    invited = await house.invite(to=NUMBER)
    house.clock.move(minutes=5)
    closed = await house.closing.close(house.anna, invited.invitation.id)
    assert (closed.state(house.clock.now()), closed.ended_at) == ("closed", house.clock.now())
    assert await house.number_of(closed) is None
    assert (await house.events())[-1].actor == "Anna"


async def test_closing_twice_closes_once(house: House) -> None:
    invited = await house.invite()
    await asyncio.gather(*(house.closing.close(house.anna, invited.invitation.id) for _ in range(4)))
    house.clock.move(minutes=5)
    again = await house.closing.close(house.anna, invited.invitation.id)
    assert again.ended_at == invited.invitation.created_at
    assert await house.kinds() == ["InvitationCreated", "InvitationClosed"]


async def test_what_has_expired_stays_expired(house: House) -> None:
    invited = await house.invite()
    house.clock.move(hours=6)
    found = await house.closing.close(house.anna, invited.invitation.id)
    assert found.state(house.clock.now()) == "expired"
    assert await house.kinds() == ["InvitationCreated"]


async def test_nobody_closes_what_is_somebody_elses(house: House) -> None:
    invited = await house.invite(to=NUMBER)
    for unknown in (invited.invitation.id, "nothing"):
        with pytest.raises(NotFound):
            await house.closing.close(house.bert, unknown)
    assert (await house.see(invited.invitation)).state(house.clock.now()) == "open"
    assert await house.number_of(invited.invitation) is not None
