import asyncio
import re
from collections.abc import Mapping

import pytest

from gateways.sms.outbox import EmbeddedOutbox
from showme.errors import LinkEnded, NotFound
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


# --- a wrong number ---


@pytest.mark.parametrize("outbox", [False, True])
async def test_of_a_wrong_number_nothing_remains_in_any_table(paying_house: House, *, outbox: bool) -> None:
    house = paying_house
    if outbox:
        house.gateways[:] = [EmbeddedOutbox(records=house.records, clock=house.clock)]  # type: ignore[list-item]
    invited = await house.invite(to=NUMBER)
    other = await house.invite(to="0471 98 76 54")
    assert "470123456" in _digits_of(await house.everything())
    closed = await house.closing.close(house.anna, invited.invitation.id, wrong_number=True)
    assert (closed.state(house.clock.now()), closed.masked_number) == ("closed", "•••")
    kept = await house.everything()
    assert "470123456" not in _digits_of(kept)
    assert "4•• •• •• 56" not in _written(kept)
    assert "471987654" in _digits_of(kept)
    assert "4•• •• •• 54" in _written(kept)
    assert (await house.see(other.invitation)).state(house.clock.now()) == "open"
    last = (await house.events())[-1]
    assert (str(last.kind), last.actor, last.detail) == ("InvitationClosed", "Anna", {"wrong_number": True})
    with pytest.raises(LinkEnded):
        await house.opening.open(invited.key)
    with pytest.raises(LinkEnded):
        await house.inviting.resend(house.anna, invited.invitation.id)


async def test_that_the_number_was_wrong_may_turn_out_after_closing(house: House) -> None:
    invited = await house.invite(to=NUMBER)
    first = await house.closing.close(house.anna, invited.invitation.id)
    assert first.masked_number == "+32 4•• •• •• 56"
    house.clock.move(minutes=1)
    for _ in range(2):
        closed = await house.closing.close(house.anna, invited.invitation.id, wrong_number=True)
        assert (closed.masked_number, closed.ended_at) == ("•••", first.ended_at)
    assert "4•• •• •• 56" not in _written(await house.everything())
    assert (await house.kinds()).count("InvitationClosed") == 2


async def test_a_link_without_a_number_closes_as_ever(house: House) -> None:
    invited = await house.invite()
    closed = await house.closing.close(house.anna, invited.invitation.id, wrong_number=True)
    assert (closed.state(house.clock.now()), closed.masked_number) == ("closed", None)


def _written(everything: dict[str, list[Mapping[str, object]]]) -> str:
    return str(everything)


def _digits_of(everything: dict[str, list[Mapping[str, object]]]) -> str:
    """Return all text in which digits follow each other however they were set apart."""
    return re.sub(r"[\s().+/-]", "", _written(everything))
