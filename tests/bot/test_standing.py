"""How the service stands, what is left, and who adds to it."""

from __future__ import annotations

import pytest

from practice.telegram.records import Membership
from showme.domain.people import Dispatcher
from tests.bot.conftest import NUMBER, Station


async def supervisors(station: Station) -> int:
    """Enrol a second chat, for supervisors; return its number at Telegram."""
    chat = station.chats.open_group("Supervisors", station.anna, bot=Membership(station.chats.bot))
    await station.enrol(chat.id, role="supervisor")
    return chat.id


async def test_the_standing_is_told_in_four_lines(station: Station) -> None:
    answer = await station.answer_to(station.say("/status"))
    assert answer.text.split("\n") == [
        "Telegram: up for 2 min 00 s",
        "SMS of the last hour: none",
        "Open invitations: 0",
        "Credits left: 10",
    ]


async def test_the_sms_of_the_last_hour_are_told_by_how_they_stand(station: Station) -> None:
    await station.invite_from_wall()
    await station.invite_from_wall()
    await station.invite_from_wall(to=None)
    answer = await station.answer_to(station.say("/status"))
    assert "SMS of the last hour: 2 accepted\nOpen invitations: 3\nCredits left: 8" in answer.text
    station.desk.clock.forward(minutes=61)
    later = await station.answer_to(station.say("/status"))
    assert "SMS of the last hour: none\nOpen invitations: 3" in later.text


async def test_credits_are_told_with_the_next_step_once_they_are_few(station: Station) -> None:
    assert (await station.answer_to(station.say("/credits"))).text == "Credits left: 10"
    for _ in range(5):
        await station.invite_from_wall()
    answer = await station.answer_to(station.say("/credits"))
    assert answer.text.startswith("Credits left: 5. Ask a supervisor to top up")


async def test_few_credits_stand_on_the_card(station: Station) -> None:
    for _ in range(4):
        await station.invite_from_wall()
    await station.until(lambda: len(station.cards()) == 4, passing=0.2)
    assert not any("Credits left" in card.text for card in station.cards())
    await station.invite_from_wall()
    await station.until(lambda: any("Credits left: 5" in card.text for card in station.cards()), passing=0.2)


async def test_a_supervisor_tops_up_and_the_notice_is_the_answer(station: Station) -> None:
    chat = await supervisors(station)
    station.people.say(chat, station.anna, "/topup 25")
    await station.until(
        lambda: any(m.text == "Anna P. topped up 25 credits; 35 are left." for m in station.of_bot(chat)), passing=0.1
    )
    anna = Dispatcher(organisation=station.desk.organisation.id, name="Anna")
    assert await station.desk.topping_up.credits(anna) == 35


async def test_a_dispatchers_chat_cannot_top_up(station: Station) -> None:
    answer = await station.answer_to(station.say("/topup 25"))
    assert answer.text.startswith("Only a supervisor may do this. Nothing was changed, no credit was taken")
    assert (await station.answer_to(station.say("/credits"))).text == "Credits left: 10"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/topup", "Type how many: /topup 100"),
        ("/topup many", "Add a whole number of credits"),
        ("/topup 0", "Add a whole number of credits"),
        ("/topup -5", "Add a whole number of credits"),
        ("/topup 100001", "from 1 to 100000"),
        ("/topup 1" + "0" * 3000, "from 1 to 100000"),
        ("/topup ١٢", "Add a whole number of credits"),
    ],
)
async def test_a_top_up_that_is_no_number_is_refused_in_words(station: Station, typed: str, told: str) -> None:
    chat = await supervisors(station)
    said = station.people.say(chat, station.anna, typed)
    assert told in (await station.answer_to(said)).text
    assert (await station.answer_to(station.say("/credits"))).text == "Credits left: 10"


@pytest.mark.parametrize("typed", ["/resend 1", "/code 1", f"/invite {NUMBER}"])
async def test_no_link_is_made_or_shown_among_supervisors(station: Station, typed: str) -> None:
    chat = await supervisors(station)
    await station.invite_from_wall()
    answer = await station.answer_to(station.people.say(chat, station.anna, typed))
    assert answer.text.startswith("This is the supervisors’ chat.")  # noqa: RUF001 - the apostrophe is meant


async def test_supervisors_get_a_help_of_their_own(station: Station) -> None:
    chat = await supervisors(station)
    answer = await station.answer_to(station.people.say(chat, station.anna, "/help"))
    assert "/topup 100" in answer.text
    assert "/invite" not in answer.text
