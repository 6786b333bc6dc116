"""Supervisors know from their chat that the service is well, or what is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.supervising import write_notice
from bot.voice import Voice
from practice.telegram.faults import LoseAnswer
from practice.telegram.records import Membership, Message
from showme.domain.events import Event, Kind
from showme.domain.invitations import Invitation
from showme.domain.people import Dispatcher
from showme.domain.words import Catalogue
from showme.records import Work
from showme.services.summarising import Summarising
from showme.services.watching import Watching
from tests.bot.conftest import Station

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Office:
    """The supervisors' chat of a station."""

    def __init__(self, station: Station, chat: int) -> None:
        self.station = station
        self.chat = chat

    def lines(self) -> list[Message]:
        return [message for message in self.station.of_bot(self.chat) if message.reply_to is None]

    def told(self) -> list[str]:
        return [message.text for message in self.lines()]

    async def hears(self, text: str) -> Message:
        await self.station.until(lambda: any(text in line for line in self.told()), passing=0.2)
        return next(line for line in self.lines() if text in line.text)

    async def happens(
        self, kind: Kind, *, invitation: str | None = None, actor: str = "showme", **detail: object
    ) -> None:
        async def appending(work: Work) -> None:
            await work.journal.append(
                kind, organisation=self.station.desk.organisation.id, at=self.station.desk.clock.now(), actor=actor,
                invitation=invitation, detail=detail,
            )  # fmt: skip

        await self.station.desk.records.write(appending)


@pytest.fixture
async def office(station: Station) -> Office:
    group = station.chats.open_group("Supervisors", station.anna, bot=Membership(station.chats.bot))
    await station.enrol(group.id, role="supervisor")
    station.desk.clock.forward(minutes=2)
    return Office(station, group.id)


async def test_credits_that_run_low_and_out_are_told_once_each(office: Office) -> None:
    station = office.station
    for _ in range(10):
        await station.invite_from_wall()
    await office.hears("No credit is left")
    await station.settle()
    assert office.told() == [
        "Credits are running low: 5 left. To top up: /topup 100",
        "⚠ No credit is left, so no SMS leaves. To top up: /topup 100. Links and spoken codes still work.",
    ]
    assert [line.is_silent for line in office.lines()] == [True, False]


async def test_a_refund_across_the_line_is_no_news_but_a_top_up_begins_anew(office: Office) -> None:
    for left in (5, 5):
        await office.happens(Kind.INVITATION_CREATED, credits=left)
    await office.happens(Kind.CREDITS_TOPPED_UP, actor="Bart", amount=20, credits=25)
    await office.happens(Kind.INVITATION_RESENT, credits=5)
    await office.station.until(lambda: len(office.lines()) == 3, passing=0.2)
    await office.station.settle()
    low = "Credits are running low: 5 left. To top up: /topup 100"
    assert office.told() == [low, "Bart topped up 20 credits; 25 are left.", low]


async def test_dispatchers_are_spared_what_supervisors_are_told(office: Office) -> None:
    await office.happens(Kind.SECRET_ROTATED, actor="operator")
    told = await office.hears("operator gave the organisation a new secret.")
    assert told.is_silent
    await office.station.settle()
    assert not any("secret" in text for text in office.station.said())


async def test_supervisors_see_no_cards_photos_or_places(office: Office) -> None:
    invited = await office.station.invite_from_wall()
    await office.station.send_photo(invited)
    await office.station.until(lambda: len(office.station.photos()) == 1, passing=0.2)
    await office.station.settle()
    assert office.lines() == []


async def test_a_provider_that_fails_again_and_again_is_told_every_ten_minutes(office: Office) -> None:
    invited = (await office.station.invite_from_wall()).invitation.id

    async def fails(provider: str) -> None:
        await office.happens(
            Kind.SMS_PROVIDER_FAILED, invitation=invited, provider=provider, state="refused", cause="sms_provider_funds"
        )

    for provider in ("Twilio", "Twilio", "Clickatell", "Twilio"):
        await fails(provider)
        office.station.desk.clock.forward(minutes=3)
    await fails("Twilio")
    await office.station.until(lambda: len(office.lines()) == 3, passing=0.2)
    await office.station.settle()
    assert [text.partition(";")[0] for text in office.told()] == [
        "Twilio failed for No. 1",
        "Clickatell failed for No. 1",
        "Twilio failed for No. 1",
    ]
    assert "Our account at the SMS provider is empty." in office.told()[0]
    assert all(line.is_silent for line in office.lines())


@pytest.mark.parametrize(
    ("kind", "cause", "told"),
    [
        (Kind.SMS_REFUSED, "sms_provider_down", "⚠ No. 1: the SMS failed. The SMS provider cannot be reached"),
        (Kind.SMS_UNKNOWN, "sms_unknown", "⚠ No. 1: nobody knows whether the SMS has left. Nobody can say whether"),
    ],
)
async def test_an_sms_that_nobody_could_send_is_told_with_a_sound(
    office: Office, kind: Kind, cause: str, told: str
) -> None:
    invited = (await office.station.invite_from_wall()).invitation.id
    for _ in range(3):
        await office.happens(kind, invitation=invited, provider="Twilio", cause=cause)
    line = await office.hears(told)
    assert not line.is_silent
    await office.station.settle()
    assert len(office.lines()) == 1


async def test_a_wrong_number_is_no_news_of_the_service(office: Office) -> None:
    invited = (await office.station.invite_from_wall()).invitation.id
    await office.happens(Kind.SMS_REFUSED, invitation=invited, provider="Twilio", cause="sms_landline")
    await office.happens(Kind.CODES_GUESSED)
    await office.hears("Very many wrong codes are being typed.")
    await office.station.settle()
    assert len(office.lines()) == 1


async def test_telegrams_own_trouble_is_told_when_it_is_over(office: Office) -> None:
    station = office.station
    state = {"telegram": "up"}
    watching = watcher(station, state)
    await watching.look()
    station.desk.clock.forward(minutes=1)
    state["telegram"] = "down"
    for _ in range(6):
        await watching.look()
        station.desk.clock.forward(minutes=1)
    state["telegram"] = "up"
    for _ in range(3):
        await watching.look()
        station.desk.clock.forward(minutes=1)
    line = await office.hears("Telegram: was in trouble from 12:05 to 12:11 UTC, and is well again.")
    assert line.is_silent
    await station.settle()
    assert len(office.lines()) == 1


async def test_a_disk_that_fills_up_is_told_at_once_and_when_it_is_well(office: Office) -> None:
    station = office.station
    free = [100 * 1024 * 1024]
    watching = watcher(station, {"telegram": "up"}, free)
    for _ in range(3):
        await watching.look()
        station.desk.clock.forward(minutes=1)
    line = await office.hears("Disk space: ⚠ in trouble since 12:04 UTC.")
    assert not line.is_silent
    free[0] = 10**12
    for _ in range(3):
        await watching.look()
        station.desk.clock.forward(minutes=1)
    await office.hears("Disk space: was in trouble from 12:04 to")


def watcher(station: Station, state: Mapping[str, str], free: list[int] | None = None) -> Watching:
    return Watching(
        records=station.desk.records,
        clock=station.desk.clock,
        parts=lambda: state,
        disk_free=lambda: (free or [10**12])[0],
        report=lambda event, error: station.desk.reports.append((event, error)),
    )


async def test_the_day_is_summed_up_in_the_morning(office: Office) -> None:
    station = office.station
    invited = await station.invite_from_wall()
    await station.invite_from_wall()
    station.desk.clock.forward(seconds=40)
    opened = await station.opened(invited)
    await station.desk.opening.step(opened, "loaded")
    await station.send_photo(invited)
    await station.until(lambda: len(station.photos()) == 1, passing=0.1)
    station.desk.clock.forward(hours=18)
    summarising = Summarising(
        records=station.desk.records,
        clock=station.desk.clock,
        report=lambda event, error: station.desk.reports.append((event, error)),
    )
    await summarising.look()
    line = await office.hears("Report 2026-11-20 06:00 to 2026-11-21 06:00 UTC")
    assert re.fullmatch(
        "Report 2026-11-20 06:00 to 2026-11-21 06:00 UTC\n"
        "created 2 → SMS accepted 2 → SMS delivered 1 → page loaded 1 → tapped 1 → first picture 1\n"
        r"First picture: half within 4\d s, nine of ten within 4\d s\n"
        "Where they stopped: 1 SMS not delivered, page not opened\n"
        "Photos: 1\n"
        "SMS, outbox: 2 no receipt\n"
        "Credits left: 8",
        line.text,
    )
    assert line.kind == "photo"
    assert line.is_silent


async def test_notices_speak_the_language_of_their_chat(office: Office) -> None:
    said = office.station.people.say(office.chat, office.station.anna, "/lang de")
    await office.station.answer_to(said)
    bart = Dispatcher(organisation=office.station.desk.organisation.id, name="Bart", role="supervisor")
    await office.station.desk.topping_up.top_up(bart, 5)
    await office.hears("Bart hat 5 aufgeladen; Guthaben jetzt: 15.")


async def test_a_notice_whose_answer_was_lost_says_that_it_may_be_a_repeat(office: Office) -> None:
    office.station.api.faults.next("sendMessage", LoseAnswer(by="reset"))
    await office.happens(Kind.SECRET_ROTATED, actor="operator")
    await office.station.until(lambda: len(office.lines()) == 2, passing=0.2)
    assert [text.endswith("(perhaps a repeat)") for text in office.told()] == [False, True]


async def test_what_was_forgotten_meanwhile_is_not_told(office: Office) -> None:
    station = office.station
    station.wire.is_cut = True
    for _ in range(5):
        await station.invite_from_wall()
    await station.until(lambda: station.team_chat.health.state == "down", passing=0.2)
    station.desk.clock.forward(hours=6, minutes=1)
    await station.desk.forgetting.forget_what_is_due()
    station.wire.is_cut = False
    await office.happens(Kind.SECRET_ROTATED, actor="operator")
    await office.hears("operator gave")
    await station.settle()
    assert len(office.lines()) == 1


async def test_a_name_marks_nothing_up(office: Office) -> None:
    await office.happens(Kind.SECRET_ROTATED, actor="<b>Bart</b> & Co")
    await office.hears("<b>Bart</b> & Co gave the organisation")


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        (Kind.INVITATION_CREATED, {"credits": 5}),
        (Kind.INVITATION_RESENT, {"credits": 0}),
        (Kind.CREDITS_TOPPED_UP, {"credits": 9, "amount": 3}),
        (Kind.SMS_PROVIDER_FAILED, {"provider": "Twilio", "cause": "sms_provider_funds"}),
        (Kind.SMS_REFUSED, {"provider": "Twilio", "cause": "sms_failed"}),
        (Kind.SMS_UNKNOWN, {"provider": "Twilio", "cause": "sms_unknown"}),
        (Kind.CODES_GUESSED, {}),
        (Kind.SECRET_ROTATED, {}),
        (Kind.TROUBLE_BEGAN, {"part": "disk", "since": "2026-11-20T11:00:00+00:00"}),
        (Kind.TROUBLE_BEGAN, {"part": "a part of tomorrow", "since": "2026-11-20T11:00:00+00:00"}),
        (
            Kind.TROUBLE_ENDED,
            {"part": "telegram", "since": "2026-11-19T23:50:00+00:00", "until": "2026-11-20T00:10:00+00:00"},
        ),
        (
            Kind.DAY_SUMMARISED,
            {
                "invitations": 3, "sms_sent": 2, "sms_delivered": 1, "sms_failed": 1, "sms_unknown": 0,
                "pages_loaded": 2, "photos": 7, "median_seconds": 61.5, "credits": 4,
            },
        ),
    ],
)  # fmt: skip
def test_every_notice_leaves_no_blank_in_any_language(
    catalogue: Catalogue, language: str, kind: Kind, detail: Mapping[str, object]
) -> None:
    event = Event(
        organisation=1, number=1, at=NOON, kind=kind, actor="Anna", invitation="k3V9", photo=None, digest="",
        chain="", detail=detail,
    )  # fmt: skip
    invitation = Invitation(
        id="k3V9", organisation=1, number=12, purpose="photo", language="nl", incident=None, masked_number="+32 4",
        by="Anna", created_at=NOON, nonce=b"12345678", secret=1,
    )  # fmt: skip
    said = write_notice(event, invitation=invitation, voice=Voice(catalogue, language))
    assert said
    assert "{" not in said
    if language != "en":
        assert said != write_notice(event, invitation=invitation, voice=Voice(catalogue, "en"))


def test_a_trouble_over_midnight_tells_the_day(catalogue: Catalogue) -> None:
    event = Event(
        organisation=1, number=1, at=NOON, kind=Kind.TROUBLE_ENDED, actor="showme", invitation=None, photo=None,
        digest="", chain="",
        detail={"part": "disk", "since": "2026-11-19T23:50:00+00:00", "until": "2026-11-20T00:10:00+00:00"},
    )  # fmt: skip
    said = write_notice(event, invitation=None, voice=Voice(catalogue, "en"))
    assert said == "Disk space: was in trouble from 2026-11-19 23:50 to 00:10 UTC, and is well again."
