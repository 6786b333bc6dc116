"""People learn who they are in a chat, and choose its language."""

from __future__ import annotations

from tests.bot.conftest import Station


async def test_people_are_told_who_they_are_here(station: Station) -> None:
    answer = await station.answer_to(station.say("/whoami"))
    assert answer.text.split("\n") == [
        "You are Anna P.",
        f"Your number at Telegram: {station.anna.id}",
        "This is a dispatchers’ chat of Brussels 112.",  # noqa: RUF001 - the apostrophe is meant
        "I speak English here; /lang changes that.",
    ]


async def test_a_chat_chooses_its_language(station: Station) -> None:
    answer = await station.answer_to(station.say("/lang FR"))
    assert answer.text == "Je parle désormais français ici."
    assert "Crédits restants : 10" in (await station.answer_to(station.say("/credits"))).text
    await station.invite_from_wall()
    await station.until(lambda: any("N° 1 · photo" in message.text for message in station.of_bot()), passing=0.2)


async def test_a_language_is_chosen_for_one_chat_only(station: Station) -> None:
    station.chats.open_private(station.anna)
    await station.enrol(station.anna.id)
    await station.answer_to(station.say("/lang nl"))
    there = station.people.say(station.anna.id, station.anna, "/credits")
    assert (await station.answer_to(there)).text == "Credits left: 10"


async def test_languages_that_are_not_offered_are_refused(station: Station) -> None:
    assert "/lang nl. There are: en English · fr Français" in (await station.answer_to(station.say("/lang"))).text
    assert "Choose one of: en, fr, nl, de" in (await station.answer_to(station.say("/lang klingon"))).text
    assert (await station.answer_to(station.say("/credits"))).text == "Credits left: 10"
