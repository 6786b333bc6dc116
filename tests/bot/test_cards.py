"""The card says where an invitation is stuck, and what to say next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.buttons import Deed
from bot.cards import CardText, Watch, hint_falls_due, write_card
from bot.voice import Voice
from practice.telegram.html_text import plain_text
from showme.domain.invitations import Invitation, Location, Phone
from showme.domain.ladder import Rung, Troubles
from showme.domain.words import Catalogue

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ASKING = ["asklive", "askphoto", "asklocation"]


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def voice(catalogue: Catalogue) -> Voice:
    return Voice(catalogue, "en")


@pytest.fixture
def fresh() -> Invitation:
    return Invitation(
        id="k3V9aBcDeFgHiJ",
        organisation=1,
        number=12,
        purpose="photo",
        language="nl",
        incident="2026-123",
        masked_number="+32 4•• •• •• 56",
        by="Anna P.",
        created_at=NOON,
        nonce=b"12345678",
        secret=1,
        sms_state="accepted",
        reached={Rung.CREATED: NOON, Rung.SMS_ACCEPTED: after(0.8)},
    )


def buttons_of(card: CardText) -> list[str]:
    return [(button.press or "watch").partition(":")[0] for row in card.buttons for button in row]


def test_a_dispatcher_sees_who_what_and_how_far(fresh: Invitation, voice: Voice) -> None:
    card = write_card(fresh, now=after(2), voice=voice)
    assert plain_text(card.html).split("\n") == [
        "No. 12 · photo · +32 4•• •• •• 56",
        "Anna P. · #2026-123 · nl",
        "✓ created",
        "✓ SMS accepted · 1 s",
        "… SMS delivered",
        "· page loaded",
        "· tapped",
        "· first picture",
    ]
    assert buttons_of(card) == ["resend", "link", "code", "wrong", "close"]


def test_the_provider_stands_beside_the_sms_that_it_took(fresh: Invitation, voice: Voice) -> None:
    taken = write_card(replace(fresh, sms_provider="Twilio"), now=after(2), voice=voice)
    assert "✓ SMS accepted · 1 s · Twilio\n" in taken.html
    in_practice = write_card(replace(fresh, sms_provider="outbox"), now=after(2), voice=voice)
    assert "✓ SMS accepted · 1 s\n" in in_practice.html


def test_the_card_says_which_photos_are_gone(fresh: Invitation, voice: Voice) -> None:
    shown = replace(fresh, photos=3)
    assert "3 photos\n" in f"{write_card(shown, now=after(2), voice=voice).html}\n"
    assert "3 photos · 2 removed" in write_card(shown, now=after(2), voice=voice, removed=2).html
    assert "3 photos · removed" in write_card(shown, now=after(2), voice=voice, removed=3).html


def test_few_credits_are_told_on_the_card_and_many_are_not(fresh: Invitation, voice: Voice) -> None:
    assert "Credits left: 5" in write_card(fresh, now=after(2), voice=voice, credits_left=5).html
    assert "Credits" not in write_card(fresh, now=after(2), voice=voice, credits_left=6).html
    by_link = replace(fresh, masked_number=None, sms_state="none")
    assert "Credits" not in write_card(by_link, now=after(2), voice=voice, credits_left=0).html
    closed = replace(fresh, closed=True, ended_at=after(5))
    assert "Credits" not in write_card(closed, now=after(6), voice=voice, credits_left=0).html


def test_a_rung_that_nobody_reported_is_passed_over(fresh: Invitation, voice: Voice) -> None:
    climbed = replace(fresh, reached=dict(fresh.reached) | {Rung.PAGE_LOADED: after(65), Rung.TAPPED: after(70)})
    text = plain_text(write_card(climbed, now=after(71), voice=voice).html)
    lines = "– SMS delivered\n✓ page loaded · 1 min 05 s\n✓ tapped · 1 min 10 s\n… first picture"  # noqa: RUF001
    assert lines in text


def test_a_page_that_nobody_tapped_may_be_a_preview(fresh: Invitation, voice: Voice) -> None:
    loaded = replace(fresh, reached=dict(fresh.reached) | {Rung.PAGE_LOADED: after(3)})
    assert "page loaded · 3 s (perhaps only a link preview)" in write_card(loaded, now=after(4), voice=voice).html
    tapped = replace(loaded, reached=dict(loaded.reached) | {Rung.TAPPED: after(5)})
    assert "preview" not in write_card(tapped, now=after(6), voice=voice).html


def test_the_sentence_to_say_appears_when_it_falls_due(fresh: Invitation, voice: Voice) -> None:
    assert hint_falls_due(fresh, after(1)) == after(20.8)
    assert "Say:" not in write_card(fresh, now=after(20), voice=voice).html
    assert "<b>Say:</b> Messages from unknown senders" in write_card(fresh, now=after(21), voice=voice).html
    assert hint_falls_due(fresh, after(21)) is None


def test_an_sms_that_failed_says_why(fresh: Invitation, voice: Voice) -> None:
    troubles = Troubles(sms_failed_at=after(1))
    refused = replace(fresh, sms_state="refused", sms_cause="sms_refused", troubles=troubles)
    assert "⚠ The SMS provider refused the message." in write_card(refused, now=after(2), voice=voice).html
    unheard_of = replace(refused, sms_cause="a_cause_of_tomorrow")
    assert "⚠ The SMS was refused." in write_card(unheard_of, now=after(2), voice=voice).html


def test_what_the_phone_tells_stands_on_the_card(fresh: Invitation, voice: Voice) -> None:
    told = replace(
        fresh,
        phone=Phone(kind="iPhone", browser="Safari", battery=0.42, network="4g"),
        location=Location(latitude=50.85, longitude=4.35, accuracy=12.4, at=after(9)),
        photos=3,
    )
    text = plain_text(write_card(told, now=after(10), voice=voice).html)
    assert "iPhone · Safari · battery 42 % · 4g\n50.85000, 4.35000 (± 12 m)\n3 photos" in text


def test_an_invitation_that_ended_has_no_buttons(fresh: Invitation, voice: Voice) -> None:
    closed = write_card(replace(fresh, closed=True, ended_at=after(5)), now=after(6), voice=voice)
    assert closed.html.endswith("<b>Closed. The link works no more.</b>")
    assert closed.buttons == ()
    expired = write_card(fresh, now=NOON + timedelta(hours=6), voice=voice)
    assert expired.html.endswith("<b>Expired. The link works no more.</b>")
    assert expired.buttons == ()


def test_closing_is_asked_twice(fresh: Invitation, voice: Voice) -> None:
    assert buttons_of(write_card(fresh, now=after(1), voice=voice, asks=Deed.CLOSE)) == ["really", "keep"]
    assert buttons_of(write_card(fresh, now=after(1), voice=voice, asks=Deed.WRONG)) == ["reallywrong", "keep"]


def test_another_sms_is_offered_only_while_it_helps(fresh: Invitation, voice: Voice) -> None:
    for useless, buttons in (
        (replace(fresh, sms_state="sending"), ["link", "code", "wrong", "close"]),
        (
            replace(fresh, reached=dict(fresh.reached) | {Rung.TAPPED: after(5)}),
            [*ASKING, "link", "ask", "wrong", "close"],
        ),
        (replace(fresh, masked_number=None, sms_state="none"), ["link", "code", "close"]),
    ):
        assert buttons_of(write_card(useless, now=after(6), voice=voice)) == buttons


def live(fresh: Invitation) -> Invitation:
    reached = dict(fresh.reached) | {Rung.PAGE_LOADED: after(9), Rung.TAPPED: after(10), Rung.CONNECTING: after(12)}
    return replace(fresh, purpose="live", reached=reached, live_began_at=after(12))


def test_live_video_is_watched_and_commanded_from_the_card(fresh: Invitation, voice: Voice) -> None:
    card = write_card(live(fresh), now=after(13), voice=voice, watch=Watch(link="https://showme.example/watch/x/y"))
    assert "\n🔴 live\n" in f"{card.html}\n"
    assert card.buttons[0][0].link == "https://showme.example/watch/x/y"
    commands = ["camera", "take", "torchon", "torchoff", "sound", "asklocation", "ask"]
    assert buttons_of(card) == ["watch", *commands, "link", "wrong", "close"]


@pytest.mark.parametrize(
    ("path", "told"),
    [("direct", "🔴 live · direct"), ("relay", "🔴 live · through a relay"), ("stills", "🔴 live · as stills")],
)
def test_the_card_tells_on_which_path_the_video_comes(fresh: Invitation, voice: Voice, path: str, told: str) -> None:
    text = plain_text(write_card(live(fresh), now=after(13), voice=voice, watch=Watch(path=path)).html)
    assert told in text.split("\n")


def test_once_the_video_is_over_its_buttons_are_gone_and_its_length_is_told(fresh: Invitation, voice: Voice) -> None:
    over = replace(live(fresh), live_ended_at=after(204))
    card = write_card(over, now=after(205), voice=voice, watch=Watch(link="https://showme.example/watch/x/y"))
    assert "live video ended after 3:12" in card.html
    assert "🔴" not in card.html
    assert buttons_of(card) == [*ASKING, "link", "ask", "wrong", "close"]
    assert all(button.link is None for row in card.buttons for button in row)


def test_an_invitation_that_expired_in_the_middle_of_a_video_is_not_live(fresh: Invitation, voice: Voice) -> None:
    card = write_card(live(fresh), now=NOON + timedelta(hours=6), voice=voice, watch=Watch(link="https://x.example"))
    assert "🔴" not in card.html
    assert card.buttons == ()


def test_no_name_can_mark_up_a_card(fresh: Invitation, voice: Voice) -> None:
    nasty = replace(fresh, by="<b>Anna</b> & <a href='x'>", phone=Phone(kind="<i>", browser="&lt;"))
    text = plain_text(write_card(nasty, now=after(1), voice=voice).html)
    assert "<b>Anna</b> & <a href='x'>" in text
    assert "<i> · &lt;" in text


def test_what_a_button_carries_fits(fresh: Invitation, voice: Voice) -> None:
    tapped = replace(fresh, reached=dict(fresh.reached) | {Rung.TAPPED: after(0)})
    for each in (fresh, tapped, replace(tapped, live_began_at=after(0))):
        card = write_card(each, now=after(1), voice=voice)
        assert all(0 < len((button.press or "").encode()) <= 64 for row in card.buttons for button in row)


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_every_language_writes_a_card(fresh: Invitation, catalogue: Catalogue, language: str) -> None:
    told = replace(
        fresh,
        phone=Phone(battery=0.5),
        location=Location(latitude=1, longitude=2, accuracy=3, at=NOON),
        sms_state="unknown",
        sms_cause=None,
        photos=2,
    )
    text = plain_text(write_card(told, now=after(60), voice=Voice(catalogue, language), perhaps_repeat=True).html)
    assert "{" not in text
    assert text != plain_text(write_card(told, now=after(60), voice=Voice(catalogue, "en"), perhaps_repeat=True).html)
