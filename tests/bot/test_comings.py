"""Supervisors hear who comes into the chats, where the bot is taken, and who may do what."""

import pytest

from practice.telegram.records import Membership, Message, Person
from showme.domain.people import Dispatcher
from tests.bot.conftest import Station


@pytest.fixture
async def supervised(station: Station) -> tuple[Station, int]:
    """Lend a station with a supervisors' chat beside the team chat, and that chat's id."""
    chief = station.chats.new_person("Chief", username="chief")
    other = station.chats.open_group("Supervisors", chief, bot=Membership(station.chats.bot))
    await station.enrol(other.id, role="supervisor", by=chief)
    station.desk.clock.forward(minutes=2)
    return station, other.id


def lines(supervised: tuple[Station, int], words: str) -> list[Message]:
    station, chat = supervised
    return [message for message in station.of_bot(chat) if words in message.text]


@pytest.mark.parametrize("is_admin", [False, True])
async def test_somebody_who_joins_is_told_to_supervisors_once(
    supervised: tuple[Station, int], *, is_admin: bool
) -> None:
    station, _ = supervised
    if is_admin:
        station.people.promote_bot(station.group, station.anna, frozenset({"can_delete_messages"}))
    mallory = station.chats.new_person("Mallory", last_name="Doe")
    station.people.join(station.group, mallory)
    await station.until(lambda: bool(lines(supervised, "Mallory D. is now in the chat “Team chat”")), passing=0.2)
    await station.settle()
    told = lines(supervised, "Mallory D.")
    assert len(told) == 1
    assert not told[0].is_silent
    assert not any("Mallory" in message.text for message in station.of_bot())


async def test_who_leaves_or_changes_is_no_news(supervised: tuple[Station, int]) -> None:
    station, chat = supervised
    station.people.promote_bot(station.group, station.anna, frozenset({"can_delete_messages"}))
    bart = station.chats.new_person("Bart")
    station.chats.seat(station.group, Membership(bart))
    await station.settle()
    before = len(station.of_bot(chat))
    station.people.leave(station.group, bart)
    station.people.promote_bot(station.group, station.anna, frozenset())
    await station.settle()
    assert len(station.of_bot(chat)) == before


async def test_the_bot_in_a_strange_chat_is_told_to_supervisors(supervised: tuple[Station, int]) -> None:
    station, _ = supervised
    strange = station.chats.open_group("Elsewhere", station.anna)
    station.people.add_bot(strange.id, station.anna)
    added = "Anna P. added me to the chat “Elsewhere”, which is not enrolled."
    await station.until(lambda: bool(lines(supervised, added)), passing=0.2)
    assert not lines(supervised, added)[0].is_silent
    station.people.kick_bot(strange.id, station.anna)
    removed = "Anna P. removed me from the chat “Elsewhere”"
    await station.until(lambda: bool(lines(supervised, removed)), passing=0.2)
    assert station.of_bot(strange.id) == []


async def test_a_stranger_who_takes_the_bot_is_told_without_a_name_once_in_a_while(
    supervised: tuple[Station, int],
) -> None:
    station, _ = supervised
    mallory = station.chats.new_person("Mallory")
    for title in ("Elsewhere", "Somewhere", "Anywhere"):
        strange = station.chats.open_group(title, mallory)
        station.people.add_bot(strange.id, mallory)
    told = "⚠ Somebody whom none of our chats knows added me to a chat that is not enrolled. I tell nothing there."
    await station.until(lambda: bool(lines(supervised, told)), passing=0.2)
    await station.settle()
    assert len(lines(supervised, told)) == 1
    for secret in ("Mallory", "Elsewhere", "Somewhere", "Anywhere"):
        assert lines(supervised, secret) == []


async def test_what_one_organisation_does_elsewhere_is_no_news_to_another(supervised: tuple[Station, int]) -> None:
    station, _ = supervised
    other = await station.desk.administering.add_organisation(name="Other", region="BE", language="en")
    dora = station.chats.new_person("Dora")
    theirs = station.chats.open_group("Their supervisors", dora, bot=Membership(station.chats.bot))
    code, _ = await station.desk.enrolling.make_code(other.id, role="supervisor")
    await station.answer_to(station.people.say(theirs.id, dora, f"/enrol {code}"))
    strange = station.chats.open_group("Theirs too", dora)
    station.people.add_bot(strange.id, dora)
    told = "Dora added me to the chat “Theirs too”"
    await station.until(lambda: any(told in message.text for message in station.of_bot(theirs.id)), passing=0.2)
    await station.settle()
    assert lines(supervised, "added me") == []


async def test_a_team_chat_that_loses_the_bot_is_told_with_the_way_back(supervised: tuple[Station, int]) -> None:
    station, _ = supervised
    station.people.kick_bot(station.group, station.anna)
    left = "The chat “Team chat” follows no more (Anna P.)"
    await station.until(lambda: bool(lines(supervised, left)), passing=0.2)
    await station.settle()
    assert lines(supervised, "removed me") == []


async def test_a_person_is_a_supervisor_in_every_chat(supervised: tuple[Station, int]) -> None:
    station, chat = supervised
    chief = person(station, "Chief")
    before = await station.desk.topping_up.credits(dispatcher(station))
    assert "supervisor" in (await station.answer_to(station.say("/topup 100"))).text
    hello = station.people.say(chat, station.anna, "hello") if seat(station, chat) else None
    assert hello is not None
    made = await station.answer_to(station.people.say(chat, chief, "/supervisor", hello.id))
    assert made.text == "Anna P. is a supervisor now, in every chat of the organisation."
    topped_up = await station.answer_to(station.say("/topup 100"))
    assert f"Credits left: {before + 100}" in topped_up.text
    assert await station.desk.topping_up.credits(dispatcher(station)) == before + 100
    again = await station.answer_to(station.people.say(chat, chief, "/supervisor", hello.id))
    assert again.text == "Anna P. is a supervisor already."
    listed = await station.answer_to(station.people.say(chat, chief, "/supervisor"))
    assert listed.text.startswith("Supervisors by person: Anna P.")
    ended = await station.answer_to(station.people.say(chat, chief, "/supervisor off", hello.id))
    assert ended.text == "Anna P. is a supervisor no longer."
    refused = await station.answer_to(station.say("/topup 100"))
    assert "Only a supervisor" in refused.text
    await station.until(lambda: bool(lines(supervised, "Chief made Anna P. a supervisor.")), passing=0.2)


async def test_a_name_is_known_only_by_who_bears_it(supervised: tuple[Station, int]) -> None:
    station, chat = supervised
    chief = person(station, "Chief")
    unknown = await station.answer_to(station.people.say(chat, chief, "/supervisor @anna_p"))
    assert unknown.text.startswith("Nothing was changed: I do not know who that is.")
    dora = station.chats.new_person("Dora", username="Dora_112")
    station.chats.seat(chat, Membership(dora))
    await station.answer_to(station.people.say(chat, dora, "/whoami"))
    made = await station.answer_to(station.people.say(chat, chief, "/supervisor @dora_112"))
    assert made.text.startswith("Dora is a supervisor now")


async def test_no_dispatcher_makes_supervisors(station: Station) -> None:
    bart = station.chats.new_person("Bart")
    station.chats.seat(station.group, Membership(bart))
    said = station.say("/whoami", by=bart)
    refused = await station.answer_to(station.say("/supervisor", reply_to=said.id))
    assert "Only a supervisor" in refused.text


async def test_a_supervisor_of_one_organisation_is_none_in_another(supervised: tuple[Station, int]) -> None:
    station, chat = supervised
    await station.answer_to(station.people.say(chat, person(station, "Chief"), "/supervisor @chief"))
    other = await station.desk.administering.add_organisation(name="Other", region="BE", language="en")
    theirs = station.chats.open_group("Theirs", person(station, "Chief"), bot=Membership(station.chats.bot))
    code, _ = await station.desk.enrolling.make_code(other.id)
    said = station.people.say(theirs.id, person(station, "Chief"), f"/enrol {code}")
    await station.answer_to(said)
    refused = await station.answer_to(station.people.say(theirs.id, person(station, "Chief"), "/topup 5"))
    assert "Only a supervisor" in refused.text


async def test_what_nobody_but_people_can_delete_is_told_to_supervisors(supervised: tuple[Station, int]) -> None:
    station, _ = supervised
    invited = await station.invite_from_wall(purpose="location")
    opened = await station.opened(invited)
    await station.desk.opening.locate(opened, latitude=50.85, longitude=4.35, accuracy=9)
    await station.until(lambda: any(message.place for message in station.of_bot()), passing=0.2)
    station.desk.clock.forward(hours=49)
    await station.desk.forgetting.forget_what_is_due()
    told = "In the chat “Team chat” something stands that has expired"
    await station.until(lambda: bool(lines(supervised, told)), passing=0.2)


async def test_an_administrator_deletes_even_what_is_old(supervised: tuple[Station, int]) -> None:
    station, _ = supervised
    station.people.promote_bot(station.group, station.anna, frozenset({"can_delete_messages"}))
    invited = await station.invite_from_wall(purpose="location")
    opened = await station.opened(invited)
    await station.desk.opening.locate(opened, latitude=50.85, longitude=4.35, accuracy=9)
    await station.send_photo(invited)
    await station.until(lambda: bool(station.photos()) and any(m.place for m in station.of_bot()), passing=0.2)
    station.desk.clock.forward(hours=49)
    await station.desk.forgetting.forget_what_is_due()
    await station.until(
        lambda: not station.photos() and not any(message.place for message in station.of_bot()), passing=0.2
    )
    await station.until(lambda: "1 photo · removed" in station.cards()[0].text, passing=0.2)
    assert lines(supervised, "something stands") == []


def person(station: Station, name: str) -> Person:
    return next(
        seat.person
        for chat in station.chats._chats
        for seat in station.chats.members(chat)
        if seat.person.first_name == name
    )


def seat(station: Station, chat: int) -> bool:
    station.chats.seat(chat, Membership(station.anna))
    return True


def dispatcher(station: Station) -> Dispatcher:
    return Dispatcher(organisation=station.desk.organisation.id, name="Bart")
