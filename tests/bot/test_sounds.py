"""A chat makes a sound at what matters, unless it wants it otherwise, or is quiet at that hour."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sounds import SoundWish, is_silent, read_sound, sound_words
from practice.telegram.records import Membership, Message
from showme.domain.chats import Chat, QuietHours, Sound
from showme.domain.words import Catalogue
from showme.errors import NumberRefused
from tests.bot.conftest import Station

NIGHT = QuietHours(start=22 * 60, end=6 * 60, zone="Europe/Brussels")


def chat_with(sound: Sound = Sound.SOME, quiet: QuietHours | None = None) -> Chat:
    return Chat(
        id=1, organisation=1, telegram_id=-1, title="Team", role="dispatcher", language="en",
        enrolled_at=datetime(2026, 1, 1, tzinfo=UTC), cursor=0, sound=sound, quiet=quiet,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sound", "matters", "silent"),
    [
        (Sound.ALL, True, False), (Sound.ALL, False, False), (Sound.SOME, True, False), (Sound.SOME, False, True),
        (Sound.NONE, True, True), (Sound.NONE, False, True),
    ],
)  # fmt: skip
def test_a_level_decides_what_is_heard(sound: Sound, *, matters: bool, silent: bool) -> None:
    assert is_silent(chat_with(sound), datetime(2026, 11, 20, 12, tzinfo=UTC), matters=matters) is silent


@pytest.mark.parametrize(
    ("moment", "silent"),
    [
        (datetime(2026, 11, 20, 20, 59, tzinfo=UTC), False),  # 21:59 in Brussels, in winter
        (datetime(2026, 11, 20, 21, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 21, 0, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 21, 4, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 21, 5, 0, tzinfo=UTC), False),
        (datetime(2026, 7, 20, 20, 0, tzinfo=UTC), True),  # 22:00 in Brussels, in summer
        (datetime(2026, 7, 21, 4, 0, tzinfo=UTC), False),
    ],
)
def test_quiet_hours_go_by_the_clocks_of_the_place(moment: datetime, *, silent: bool) -> None:
    assert is_silent(chat_with(quiet=NIGHT), moment, matters=True) is silent


def test_quiet_hours_may_lie_within_a_day_or_fill_it() -> None:
    siesta = chat_with(quiet=QuietHours(start=13 * 60, end=15 * 60, zone="UTC"))
    always = chat_with(quiet=QuietHours(start=0, end=0, zone="UTC"))
    for hour, silent in ((12, False), (13, True), (14, True), (15, False)):
        assert is_silent(siesta, datetime(2026, 11, 20, hour, tzinfo=UTC), matters=True) is silent
        assert is_silent(always, datetime(2026, 11, 20, hour, tzinfo=UTC), matters=True)


def test_a_machine_that_forgot_the_zone_goes_by_utc() -> None:
    lost = chat_with(quiet=QuietHours(start=22 * 60, end=6 * 60, zone="Atlantis/Centre"))
    assert is_silent(lost, datetime(2026, 11, 20, 23, tzinfo=UTC), matters=True)
    assert not is_silent(lost, datetime(2026, 11, 20, 12, tzinfo=UTC), matters=True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("all", SoundWish(sound=Sound.ALL)),
        ("Belangrijk", SoundWish(sound=Sound.SOME)),
        ("rien", SoundWish(sound=Sound.NONE)),
        ("immer", SoundWish()),
        ("22-6", SoundWish(quiet=NIGHT)),
        ("22:00 – 06:00", SoundWish(quiet=NIGHT)),  # noqa: RUF001 - phones write a dash so
        ("22h-6h", SoundWish(quiet=NIGHT)),
        ("22h00-6h30", SoundWish(quiet=QuietHours(start=1320, end=390, zone="Europe/Brussels"))),
        ("22-6 Europe/Lisbon", SoundWish(quiet=QuietHours(start=1320, end=360, zone="Europe/Lisbon"))),
        ("0-24", SoundWish(quiet=QuietHours(start=0, end=0, zone="Europe/Brussels"))),
        ("25-6", None),
        ("22:60-6", None),
        ("22-6 Atlantis/Centre", None),
        ("22-6 ../../etc/passwd", None),
        ("22-6 Europe", None),
        ("22-6 " + "x" * 5000, None),
        ("louder", None),
    ],
)
def test_what_is_typed_is_read_as_it_is_meant(typed: str, meant: SoundWish | None, catalogue: Catalogue) -> None:
    assert read_sound(typed, sound_words(catalogue), region="BE", known=None) == meant


def test_a_zone_once_named_is_kept(catalogue: Catalogue) -> None:
    known = QuietHours(start=0, end=1, zone="Europe/Lisbon")
    wish = read_sound("22-6", sound_words(catalogue), region="BE", known=known)
    assert wish is not None
    assert wish.quiet is not None
    assert wish.quiet.zone == "Europe/Lisbon"


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_the_words_that_help_names_are_understood(catalogue: Catalogue, language: str) -> None:
    words = sound_words(catalogue)
    how = catalogue.say(language, "chat.sound.how")
    for meant in (*Sound, None):
        first = catalogue.say(language, f"chat.typed.sounds.{meant or 'always'}").split()
        assert any(word in how for word in first)
        assert all(words[word] is meant for word in first)


# --- in the chat ------------------------------------------------------------------------------------------------------


async def photo(station: Station) -> Message:
    invited = await station.invite_from_wall(to=None)
    before = len(station.photos())
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == before + 1, passing=0.2)
    return station.photos()[-1]


async def test_a_chat_tells_and_changes_what_makes_a_sound(station: Station) -> None:
    told = await station.answer_to(station.say("/sound"))
    assert told.text.startswith("A sound here: first photo, live video, failures.\nNo quiet hours.\nTo change it: ")
    assert (await station.answer_to(station.say("/sound all"))).text.startswith("Everything new makes a sound here.")
    station.desk.clock.forward(minutes=1)
    assert not (await station.card_of_new()).is_silent
    assert (await station.answer_to(station.say("/sound none"))).text.startswith("Nothing makes a sound here.")
    assert (await photo(station)).is_silent


async def test_quiet_hours_are_kept_and_ended(station: Station) -> None:
    answer = await station.answer_to(station.say("/sound 12:00-14:00"))
    assert answer.text.endswith("Quiet hours: 12:00 to 14:00 (Europe/Brussels).")
    assert (await photo(station)).is_silent
    station.desk.clock.forward(hours=2)
    assert not (await photo(station)).is_silent
    station.desk.clock.forward(hours=22)
    assert (await station.answer_to(station.say("/sound always"))).text.endswith("No quiet hours.")
    assert not (await photo(station)).is_silent


async def test_what_cannot_be_read_changes_nothing(station: Station) -> None:
    assert (await station.answer_to(station.say("/sound louder"))).text.startswith("To change it: ")
    assert not (await photo(station)).is_silent


async def test_one_chat_chooses_for_itself_only(station: Station) -> None:
    other = station.chats.open_group("Other", station.anna, bot=Membership(station.chats.bot)).id
    await station.enrol(other)
    station.desk.clock.forward(minutes=1)
    await station.answer_to(station.people.say(other, station.anna, "/sound none"))
    await photo(station)
    await station.until(lambda: len(station.photos(other)) == 1, passing=0.2)
    assert [station.photos()[0].is_silent, station.photos(other)[0].is_silent] == [False, True]


async def test_supervisors_choose_too(station: Station) -> None:
    chat = station.chats.open_group("Supervisors", station.anna, bot=Membership(station.chats.bot)).id
    await station.enrol(chat, role="supervisor")
    station.desk.clock.forward(minutes=1)
    said = station.people.say(chat, station.anna, "/sound none")
    assert (await station.answer_to(said)).text.startswith("Nothing makes a sound here.")


# --- failures ---------------------------------------------------------------------------------------------------------


class Refusing:
    """An SMS provider that reaches no such number."""

    name = "Refusing"

    async def send(self, *, to: str, text: str) -> str:
        raise NumberRefused("sms_landline")


def failures(station: Station) -> list[Message]:
    return [message for message in station.of_bot() if message.text.startswith("⚠")]


async def test_an_sms_that_failed_is_told_aloud_with_its_cause_and_the_sentence_to_say(station: Station) -> None:
    station.desk.gateways[:] = [Refusing()]
    await station.invite_from_wall()
    await station.until(lambda: bool(failures(station)), passing=0.1)
    failure = failures(station)[0]
    assert failure.text.startswith("⚠ No. 1: the SMS failed. ")
    assert "landline" in failure.text
    assert "\nSay: The message cannot be sent to this number." in failure.text
    assert failure.reply_to == station.cards()[0].id
    assert not failure.is_silent


async def test_a_camera_that_is_refused_again_and_again_is_told_once(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live", to=None)
    await station.card()
    opened = await station.opened(invited)
    await station.desk.opening.tap(opened)
    for _ in range(30):
        await station.desk.opening.step(opened, "camera_refused", reason="refused")
    await station.until(lambda: bool(failures(station)), passing=0.1)
    await station.settle()
    for _ in range(30):
        await station.desk.opening.step(opened, "camera_refused", reason="refused")
    await station.settle()
    assert [message.text.split("\n")[0] for message in failures(station)] == ["⚠ No. 1: the page got no camera."]
    assert "\nSay: " in failures(station)[0].text


async def test_failures_never_hold_up_a_photo(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live", to=None)
    await station.card()
    opened = await station.opened(invited)
    await station.desk.opening.tap(opened)
    for _ in range(80):
        await station.desk.opening.step(opened, "camera_refused", reason="refused")
        await station.settle(passing=0.25, looks=2)
    sent_at = station.desk.clock.now()
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.1)
    assert (station.desk.clock.now() - sent_at).total_seconds() < 10


async def test_a_failure_that_is_over_when_telegram_is_back_is_not_told(station: Station) -> None:
    invited = await station.invite_from_wall(purpose="live", to=None)
    await station.card()
    await station.settle()
    opened = await station.opened(invited)
    await station.desk.opening.tap(opened)
    station.wire.is_cut = True
    await station.desk.opening.step(opened, "camera_refused", reason="refused")
    await station.settle(looks=10)
    await station.desk.opening.step(await station.opened(invited), "camera_allowed")
    await station.settle(looks=10)
    station.wire.is_cut = False
    await station.until(lambda: "✓ camera allowed" in station.cards()[0].text, passing=0.5)
    await station.settle()
    assert failures(station) == []


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("sound_refused", "⚠ No. 1: the caller gives no sound."),
        ("torch_missing", "⚠ No. 1: this phone’s torch cannot be switched from here."),  # noqa: RUF001
    ],
)
async def test_what_was_asked_for_and_not_given_is_told_without_a_sound(station: Station, step: str, told: str) -> None:
    invited = await station.invite_from_wall(purpose="live", to=None)
    await station.card()
    await station.desk.opening.step(await station.opened(invited), step)  # type: ignore[arg-type]
    await station.until(lambda: [message.text for message in failures(station)] == [told], passing=0.1)
    assert failures(station)[0].is_silent
