"""Clips of citizens play in the team chat, blurred, and leave it when their time has come."""

from dataclasses import replace

import pytest

from bot import clip_messages
from practice.telegram.records import Message
from tests.bot.conftest import Station
from tests.fakes.clips import DAMAGED


def videos(station: Station) -> list[Message]:
    return [message for message in station.of_bot() if message.kind == "video"]


async def test_a_clip_plays_in_the_chat_as_a_reply_to_its_card(station: Station) -> None:
    invited = await station.invite_from_wall()
    card = await station.card()
    await station.send_clip(invited)
    await station.until(lambda: len(videos(station)) == 1, passing=0.2)
    [video] = videos(station)
    assert (video.has_spoiler, video.reply_to, video.text, video.is_silent) == (True, card.id, "Clip 1 · No. 1", False)
    assert video.file is not None
    assert video.file.content == b"copied"
    assert (video.file.width, video.file.height, video.file.duration) == (640, 360, 12)
    await station.settle()
    assert station.photos() == [], "its poster would be the same once more"


async def test_one_that_takes_its_time_shows_its_poster_which_then_plays(station: Station) -> None:
    station.desk.clips.film = replace(station.desk.clips.film, is_playable=False)
    station.desk.clips.may_encode.clear()
    invited = await station.invite_from_wall()
    await station.card()
    await station.send_clip(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    [poster] = station.photos()
    assert poster.text == "Clip 1 · No. 1\nThe clip is being made playable, and follows."
    assert poster.has_spoiler
    station.desk.clips.may_encode.set()
    await station.until(lambda: len(videos(station)) == 1, passing=0.2)
    [video] = videos(station)
    assert (video.id, video.text, video.has_spoiler) == (poster.id, "Clip 1 · No. 1", True)
    assert video.file is not None
    assert video.file.content == b"encoded"


async def test_one_that_never_plays_says_where_it_can_be_had(station: Station) -> None:
    station.desk.clips.film = replace(station.desk.clips.film, is_playable=False)
    station.desk.clips.failures = [("encode", DAMAGED)]
    invited = await station.invite_from_wall()
    await station.card()
    await station.send_clip(invited)
    await station.until(lambda: any("download the original" in photo.text for photo in station.photos()), passing=0.2)
    assert len(station.photos()) == 1
    assert videos(station) == []


async def test_one_too_large_for_a_bot_is_shown_by_its_poster(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clip_messages, "MOST_BYTES", 5)
    invited = await station.invite_from_wall()
    await station.card()
    await station.send_clip(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    assert station.photos()[0].text == "Clip 1 · No. 1\nIt is too large for this chat: play it on the photowall."
    await station.settle()
    assert videos(station) == []


async def test_a_clip_leaves_the_chat_when_its_time_has_come(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    await station.send_clip(invited)
    await station.until(lambda: len(videos(station)) == 1, passing=0.2)
    station.desk.clock.forward(hours=6, seconds=1)
    await station.desk.forgetting.forget_what_is_due()
    await station.until(lambda: videos(station) == [], passing=0.2)


async def test_a_chat_that_was_away_gets_a_clip_once(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    station.wire.is_cut = True
    await station.send_clip(invited)
    await station.settle()
    station.wire.is_cut = False
    await station.until(lambda: len(videos(station)) == 1, passing=0.5)
    await station.settle()
    assert len(videos(station)) == 1
