"""Supervisors hear of silence, limits, deliveries and retention; dispatchers of silence, with the sentence to say."""

from __future__ import annotations

from typing import Any

import pytest

from practice.telegram.faults import SlowDown
from showme.domain.events import Kind
from showme.services import sending
from showme.services.awaiting import Awaiting
from tests.bot.conftest import Station
from tests.bot.test_supervisors import Office, office, watcher
from tests.fakes.sms import ScriptedGateway

__all__ = ["office"]


def awaiting(station: Station) -> Awaiting:
    return Awaiting(
        records=station.desk.records,
        clock=station.desk.clock,
        report=lambda event, error: station.desk.reports.append((event, error)),
    )


async def test_silence_is_told_to_dispatchers_with_the_sentence_to_say_and_to_supervisors(office: Office) -> None:
    station = office.station
    await station.invite_from_wall()
    card = await station.card()
    station.desk.clock.forward(minutes=5, seconds=1)
    await awaiting(station).look()
    line = await office.hears("No. 1 has had no answer for 5 min. Highest rung: SMS accepted.")
    assert line.is_silent
    await station.until(lambda: any("no answer for 5 min" in text for text in station.said()), passing=0.2)
    (told,) = [message for message in station.of_bot() if "no answer for 5 min" in message.text]
    assert told.text.startswith("⚠ No. 1: no answer for 5 min.\nSay: ")
    assert told.reply_to == card.id
    assert not told.is_silent


async def test_silence_that_is_over_when_telegram_is_back_is_not_told(office: Office) -> None:
    station = office.station
    invited = await station.invite_from_wall()
    await station.card()
    await station.settle()
    station.wire.is_cut = True
    station.desk.clock.forward(minutes=6)
    await awaiting(station).look()
    await station.desk.opening.tap(await station.opened(invited))
    station.wire.is_cut = False
    await office.happens(Kind.SECRET_ROTATED, actor="operator")
    await office.hears("operator gave")
    await station.settle()
    assert len(office.lines()) == 1
    assert not any("no answer" in text for text in station.said())


async def test_a_supervisor_chooses_how_long_silence_is_borne_and_a_dispatcher_asks(office: Office) -> None:
    station = office.station
    chosen = await station.answer_to(station.people.say(office.chat, station.anna, "/noanswer 3"))
    assert chosen.text.startswith("An invitation without an answer is told after 3 min, here and in the dispatchers")
    asked = await station.answer_to(station.say("/noanswer"))
    assert "after 3 min" in asked.text
    refused = await station.answer_to(station.say("/noanswer 9"))
    assert "Only a supervisor" in refused.text
    for odd in ("soon", "-5", "500", "٣"):
        answer = await station.answer_to(station.people.say(office.chat, station.anna, f"/noanswer {odd}"))
        assert answer.text == "Nothing was changed: type a number of minutes from 0 (never) to 120."
    ended = await station.answer_to(station.people.say(office.chat, station.anna, "/noanswer off"))
    assert ended.text == "Invitations without an answer are not told."


async def test_limits_are_told_in_one_line_with_what_it_cost(office: Office) -> None:
    since = office.station.desk.clock.now().isoformat()
    await office.happens(Kind.LIMIT_HIT, actor="Anna P.", limit="sms_too_many_by_dispatcher", count=1, since=since)
    first = await office.hears(
        "⚠ A limit was reached: SMS by one dispatcher within an hour (Anna P.). What is refused takes no credit."
    )
    assert not first.is_silent
    await office.happens(Kind.LIMIT_HIT, actor="Anna P.", limit="sms_too_many_by_dispatcher", count=17, since=since)
    await office.hears("The limit was reached 17 more times since 12:0")


async def test_a_provider_that_delivers_less_is_told_with_the_ways_round_it(office: Office) -> None:
    rates: dict[str, Any] = {"provider": "Twilio", "lately": 36, "usually": 95, "count": 25, "hours": 1}
    await office.happens(Kind.DELIVERY_DROPPED, **rates)
    line = await office.hears("⚠ Twilio delivers less than usual: 36 % of 25 SMS within 1 h, usually 95 %.")
    assert "a link, a spoken code" in line.text
    assert not line.is_silent
    await office.happens(Kind.DELIVERY_RECOVERED, **{**rates, "lately": 96})
    assert (await office.hears("Twilio delivers about as usual again: 96 %")).is_silent


async def test_retention_that_is_late_is_told_and_when_it_is_well(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = office.station
    forgetting, media = station.desk.forgetting, station.desk.media
    await station.send_photo(await station.invite_from_wall())
    await station.until(lambda: len(station.photos()) == 1, passing=0.2)
    station.desk.clock.forward(hours=7)

    async def stuck(_: str) -> None:
        raise PermissionError("read-only file system")

    watching = watcher(station, {"telegram": "up"})
    watching._parts = lambda: {"retention": forgetting.state()}
    with monkeypatch.context() as patched:
        patched.setattr(media, "forget", stuck)
        for _ in range(6):
            await forgetting.forget_what_is_due()
            await watching.look()
            station.desk.clock.forward(minutes=1)
    line = await office.hears("Forgetting what has expired: ⚠ in trouble since")
    assert not line.is_silent
    for _ in range(3):
        await forgetting.forget_what_is_due()
        await watching.look()
        station.desk.clock.forward(minutes=1)
    await office.hears("Forgetting what has expired: was in trouble from")


async def test_a_database_that_is_away_is_told_to_supervisors_only_though_nothing_can_be_read(office: Office) -> None:
    station = office.station
    before = len(station.of_bot())
    await station.team_chat.alarm("database", station.desk.clock.now())
    line = office.lines()[-1]
    assert line.text.startswith("The database: ⚠ in trouble since 12:")
    assert not line.is_silent
    assert len(station.of_bot()) == before


async def test_an_invitation_is_on_its_card_while_the_provider_hangs(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever waited for the provider would wait for ever.
    monkeypatch.setattr(sending, "_PATIENCE", 10_000.0)
    monkeypatch.setattr(sending, "_HANGING", 10_000.0)
    gateway = ScriptedGateway()
    gateway.hang()
    station.desk.gateways[:] = [gateway]
    said = [station.say(f"/invite 0470 12 34 {number}") for number in (56, 57, 58)]
    await station.until(lambda: len(station.cards()) == 3)
    await station.until(lambda: len(gateway.sent) == 3)
    assert (await station.newest()).sms_state == "queued"
    assert all("… SMS accepted" in card.text for card in station.cards())
    assert [station.answers_to(one) for one in said] == [[], [], []]


async def test_an_sms_is_sent_again_while_the_provider_hangs(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    await station.invite_from_wall()
    card = await station.card()
    monkeypatch.setattr(sending, "_PATIENCE", 10_000.0)
    monkeypatch.setattr(sending, "_HANGING", 10_000.0)
    gateway = ScriptedGateway()
    gateway.hang()
    station.desk.gateways[:] = [gateway]
    said = station.say("/resend", reply_to=card.id)
    assert (await station.answer_to(said)).text == "The SMS is sent again."
    await station.until(lambda: len(gateway.sent) == 1)


async def test_telegram_that_takes_no_more_is_told_when_it_does_again(office: Office) -> None:
    station = office.station
    for _ in range(2):
        station.api.faults.next("sendMessage", SlowDown(retry_after=20))
        await station.invite_from_wall(to=None)
        await station.settle()
    station.api.faults.next("sendMessage", SlowDown(retry_after=2))
    await station.invite_from_wall(to=None)
    await office.hears("⚠ A limit was reached: messages that Telegram takes of us (Team chat).")
    await station.settle()
    assert len(office.lines()) == 1
