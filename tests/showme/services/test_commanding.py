import pytest

from showme.domain.commands import COMMANDS
from showme.errors import LinkEnded, NotFound, NotUnderstood
from tests.showme.services.conftest import House


async def test_the_page_reads_every_command_in_the_journal(house: House) -> None:
    invited = await house.invite(purpose="live")
    for command in COMMANDS:
        await house.commanding.command(house.anna, invited.invitation.id, command)
    commanded = [event for event in await house.events() if event.kind == "PhoneCommanded"]
    assert [event.detail["command"] for event in commanded] == list(COMMANDS)
    assert {(event.actor, event.invitation) for event in commanded} == {("Anna", invited.invitation.id)}


async def test_what_is_no_command_reaches_no_phone(house: House) -> None:
    invited = await house.invite(purpose="live")
    with pytest.raises(NotUnderstood, match="command_not_understood"):
        await house.commanding.command(house.anna, invited.invitation.id, "reboot")
    assert await house.kinds() == ["InvitationCreated"]


async def test_nobody_commands_the_phones_of_another_organisation(house: House) -> None:
    invited = await house.invite(purpose="live")
    for name in (invited.invitation.id, "nothing"):
        with pytest.raises(NotFound):
            await house.commanding.command(house.bert, name, "torch_on")
    assert await house.kinds() == ["InvitationCreated"]
    assert await house.kinds(house.bert) == []


async def test_a_phone_whose_link_has_ended_is_left_in_peace(house: House) -> None:
    closed, late = await house.invite(), await house.invite()
    await house.closing.close(house.anna, closed.invitation.id)
    with pytest.raises(LinkEnded, match="link_closed"):
        await house.commanding.command(house.anna, closed.invitation.id, "ask_live")
    house.clock.move(hours=6)
    with pytest.raises(LinkEnded, match="link_expired"):
        await house.commanding.command(house.anna, late.invitation.id, "ask_live")
