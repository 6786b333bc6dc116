from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import pytest

from showme.domain.ladder import Rung
from showme.errors import Contradiction, LinkEnded, NotFound, NotUnderstood, TooMany
from showme.services.announcing import Announcing
from showme.services.conversing import MOST_SENTENCES, Conversing
from tests.showme.services.conftest import NUMBER, House

if TYPE_CHECKING:
    from collections.abc import Mapping

    from showme.domain.talk import Message
    from showme.services.opening import Opened

SECRET = "he is in the cellar"
PATIENCE = 30


@pytest.fixture
def conversing(house: House) -> Conversing:
    return Conversing(records=house.records, clock=house.clock)


async def hear(conversing: Conversing, opened: Opened, text: str | None = None, **more: object) -> None:
    """Let a citizen's page send a sentence, under an id that the same sentence would have again."""
    name = hashlib.sha256(f"{text} {more.get('ready')}".encode()).hexdigest()
    told = {"id": name, "language": "fr", "text": text, **more}
    await conversing.hear(opened, **told)  # type: ignore[arg-type]


async def talk(house: House, conversing: Conversing, opened: Opened) -> list[Message]:
    return list(await conversing.conversation(house.anna, opened.invitation.id))


# --- one conversation ---


async def test_dispatcher_and_citizen_read_one_conversation_in_one_order(house: House, conversing: Conversing) -> None:
    opened = await house.at_the_door()
    asked = await conversing.say(house.anna, opened.invitation.id, ready="where_hurts")
    await hear(conversing, opened, ready="leg", reply_to=asked.number)
    house.clock.move(seconds=5)
    await hear(conversing, opened, "  I cannot\n walk ")
    await conversing.say(house.anna, opened.invitation.id, text="We are coming.")
    read = await talk(house, conversing, opened)
    assert read == list(await conversing.conversation_of(opened))
    assert [(each.by_citizen, each.actor, each.text, each.ready, each.reply_to) for each in read] == [
        (False, "Anna", None, "where_hurts", None),
        (True, "citizen", None, "leg", asked.number),
        (True, "citizen", "I cannot walk", None, None),
        (False, "Anna", "We are coming.", None, None),
    ]
    assert read[0] == asked
    assert [each.language for each in read] == [None, "fr", "fr", None]
    assert [each.number for each in read] == sorted(each.number for each in read)


async def test_who_writes_has_tapped(house: House, conversing: Conversing) -> None:
    opened = await house.at_the_door()
    await hear(conversing, opened, "Help")
    assert await house.kinds() == ["InvitationCreated", "Tapped", "SentenceHeard"]
    assert Rung.TAPPED in (await house.see(opened.invitation)).reached


async def test_a_sentence_that_lay_on_the_phone_says_for_how_long(house: House, conversing: Conversing) -> None:
    opened = await house.at_the_door()
    for waited, text in ((0.4, "now"), (512.7, "earlier"), (1e11, "long ago"), (-5, "a clock set back")):
        await hear(conversing, opened, text, waited=waited)
    assert [each.waited for each in await talk(house, conversing, opened)] == [0, 512, 6 * 60 * 60, 0]


async def test_an_answer_to_nothing_of_this_conversation_is_still_a_sentence(
    house: House, conversing: Conversing
) -> None:
    opened, other = await house.at_the_door(), await house.at_the_door()
    foreign = await conversing.say(house.anna, other.invitation.id, ready="safe")
    await hear(conversing, opened, ready="no", reply_to=foreign.number)
    await hear(conversing, opened, ready="yes", reply_to=1)
    assert [each.reply_to for each in await talk(house, conversing, opened)] == [None, None]


# --- the same again ---


async def test_a_sentence_sent_again_by_a_retry_is_one(house: House, conversing: Conversing) -> None:
    opened = await house.at_the_door()
    for _ in range(2):
        await asyncio.gather(*(hear(conversing, opened, "Help", id="sentence-1") for _ in range(3)))
    assert [each.text for each in await talk(house, conversing, opened)] == ["Help"]
    await hear(conversing, opened, "Help", id="sentence-2")
    said = [await conversing.say(house.anna, opened.invitation.id, ready="safe", id="sentence-1") for _ in range(3)]
    assert said[0] == said[1] == said[2]
    for _ in range(2):
        await conversing.say(house.anna, opened.invitation.id, ready="safe")
    assert len(await talk(house, conversing, opened)) == 5


async def test_an_id_that_stands_for_another_sentence_loses_neither(house: House, conversing: Conversing) -> None:
    opened, other = await house.at_the_door(), await house.at_the_door()
    await hear(conversing, opened, "Help", id="sentence-1")
    await hear(conversing, other, "Fire", id="sentence-1")
    for text, ready in (("Fire", None), (None, "hiding")):
        with pytest.raises(Contradiction, match="sentence_id_used_before"):
            await hear(conversing, opened, text, ready=ready, id="sentence-1")
    assert [each.text for each in await talk(house, conversing, opened)] == ["Help"]
    assert [each.text for each in await talk(house, conversing, other)] == ["Fire"]


# --- who may not ---


async def test_nobody_writes_into_or_reads_the_conversations_of_another_organisation(
    house: House, conversing: Conversing
) -> None:
    opened = await house.at_the_door()
    said = await conversing.say(house.anna, opened.invitation.id, text=SECRET)
    for name in (opened.invitation.id, "nothing"):
        with pytest.raises(NotFound):
            await conversing.say(house.bert, name, ready="safe")
        with pytest.raises(NotFound):
            await conversing.conversation(house.bert, name)
        with pytest.raises(NotFound):
            await conversing.is_shown(house.bert, name, said.number)
    assert len(await talk(house, conversing, opened)) == 1
    assert await house.kinds(house.bert) == []


@pytest.mark.parametrize("how", ["closed", "expired"])
async def test_nothing_is_said_or_heard_once_the_link_has_ended(house: House, conversing: Conversing, how: str) -> None:
    opened = await house.at_the_door()
    await house.opening.tap(opened)
    said = await conversing.say(house.anna, opened.invitation.id, ready="safe")
    if how == "closed":
        await house.closing.close(house.anna, opened.invitation.id)
    else:
        house.clock.move(hours=6)
    before = await house.kinds()
    # The page's request had come through the door just before.
    with pytest.raises(LinkEnded, match=f"link_{how}"):
        await conversing.say(house.anna, opened.invitation.id, text="Are you there?")
    with pytest.raises(LinkEnded, match=f"link_{how}"):
        await hear(conversing, opened, "Yes")
    with pytest.raises(LinkEnded, match=f"link_{how}"):
        await conversing.note_shown(opened, said.number)
    assert await house.kinds() == before
    assert [each.number for each in await talk(house, conversing, opened)] == [said.number]


async def test_what_is_no_sentence_reaches_nobody(house: House, conversing: Conversing) -> None:
    opened = await house.at_the_door()
    for wrong in ({}, {"text": " "}, {"text": "x" * 501}, {"ready": "hiding"}, {"text": "a", "ready": "safe"}):
        with pytest.raises(NotUnderstood):
            await conversing.say(house.anna, opened.invitation.id, **wrong)
    with pytest.raises(NotUnderstood):
        await conversing.say(house.anna, opened.invitation.id, text="Hi", id="short")
    for more in ({"text": "Hi", "id": "short"}, {"ready": "safe"}, {"text": ""}):
        with pytest.raises(NotUnderstood):
            await hear(conversing, opened, **more)
    assert await house.kinds() == ["InvitationCreated"]


async def test_a_flood_is_stopped_on_either_side_and_ebbs(house: House, conversing: Conversing) -> None:
    opened, other = await house.at_the_door(), await house.at_the_door()
    for turn in range(MOST_SENTENCES):
        await conversing.say(house.anna, opened.invitation.id, text=f"{turn}", id=f"said-{turn:04}")
        await hear(conversing, opened, f"{turn}")
        house.clock.move(seconds=1)
    with pytest.raises(TooMany, match="too_many_sentences") as refusal:
        await conversing.say(house.anna, opened.invitation.id, text="more")
    assert refusal.value.retry_after == 10 * 60 - MOST_SENTENCES
    with pytest.raises(TooMany, match="too_many_sentences"):
        await hear(conversing, opened, "more")
    await hear(conversing, opened, f"{MOST_SENTENCES - 1}")  # a retry of what is safe already
    await hear(conversing, other, "Help")
    house.clock.move(seconds=refusal.value.retry_after)
    await conversing.say(house.anna, opened.invitation.id, text="more")
    await hear(conversing, opened, "more")
    assert len(await talk(house, conversing, opened)) == 2 * MOST_SENTENCES + 2


# --- what the page has shown ---


async def test_the_dispatcher_learns_whether_the_page_has_shown_it(house: House, conversing: Conversing) -> None:
    opened = await house.at_the_door()
    await house.opening.tap(opened)
    first, second = [await conversing.say(house.anna, opened.invitation.id, ready=ready) for ready in ("safe", "hurt")]
    assert not await conversing.is_shown(house.anna, opened.invitation.id, first.number)
    house.clock.move(seconds=2)
    for _ in range(2):
        await conversing.note_shown(opened, first.number)
    assert [each.shown_at for each in await talk(house, conversing, opened)] == [house.clock.now(), None]
    assert await conversing.is_shown(house.anna, opened.invitation.id, first.number)
    assert not await conversing.is_shown(house.anna, opened.invitation.id, second.number)
    await conversing.note_shown(opened, 10**11)
    await conversing.note_shown(opened, first.number)
    assert await conversing.is_shown(house.anna, opened.invitation.id, second.number)
    shown = [event for event in await house.events() if event.kind == "SentenceShown"]
    assert [event.detail for event in shown] == [{"up_to": first.number}, {"up_to": second.number}]


async def test_a_chat_that_waits_hears_as_soon_as_the_page_has_shown_it(house: House, conversing: Conversing) -> None:
    opened = await house.at_the_door()
    await house.opening.tap(opened)
    said = await conversing.say(house.anna, opened.invitation.id, ready="safe")
    waiting = asyncio.create_task(conversing.is_shown(house.anna, opened.invitation.id, said.number, patience=PATIENCE))
    await conversing.say(house.anna, opened.invitation.id, ready="hurt")
    await conversing.note_shown(opened, said.number)
    assert await waiting


async def test_nothing_is_shown_to_a_scanner_that_runs_the_page(house: House, conversing: Conversing) -> None:
    opened = await house.at_the_door()
    said = await conversing.say(house.anna, opened.invitation.id, ready="safe")
    await house.opening.step(opened, "loaded")
    await conversing.note_shown(opened, said.number)
    assert not await conversing.is_shown(house.anna, opened.invitation.id, said.number)
    await house.opening.tap(opened)
    await conversing.note_shown(opened, said.number)
    assert await conversing.is_shown(house.anna, opened.invitation.id, said.number)


async def test_a_page_cannot_confirm_what_was_never_said(house: House, conversing: Conversing) -> None:
    opened, other = await house.at_the_door(), await house.at_the_door()
    await conversing.say(house.anna, other.invitation.id, ready="safe")
    await house.opening.tap(opened)
    before = await house.kinds()
    for number in (-1, 0, 1, 10**11):
        await conversing.note_shown(opened, number)
    assert await house.kinds() == before


# --- forgetting ---


async def test_of_a_forgotten_conversation_no_word_remains_in_any_table(paying_house: House) -> None:
    house = paying_house
    conversing, opened = Conversing(records=house.records, clock=house.clock), await house.at_the_door()
    await conversing.say(house.anna, opened.invitation.id, text=f"Desk: {SECRET}")
    await hear(conversing, opened, f"Citizen: {SECRET}")
    assert str(await house.everything()).count(SECRET) == 2
    house.clock.move(hours=5, minutes=59)
    await house.forgetting.forget_what_is_due()
    assert len(await talk(house, conversing, opened)) == 2
    house.clock.move(minutes=1)
    await house.forgetting.forget_what_is_due()
    assert SECRET not in str(await house.everything())
    assert await talk(house, conversing, opened) == []
    assert {"SentenceSaid", "SentenceHeard"} <= set(await house.kinds())


@pytest.mark.parametrize("number", [NUMBER, None])
async def test_what_was_written_to_a_stranger_is_forgotten_with_the_wrong_number(
    paying_house: House, number: str | None
) -> None:
    house = paying_house
    conversing = Conversing(records=house.records, clock=house.clock)
    opened = await house.opening.open((await house.invite(to=number)).key)
    await conversing.say(house.anna, opened.invitation.id, text=SECRET)
    await hear(conversing, opened, f"Who are you? {SECRET}")
    await house.closing.close(house.anna, opened.invitation.id, wrong_number=True)
    assert SECRET not in str(await house.everything())
    assert await talk(house, conversing, opened) == []


async def test_a_retry_that_meets_itself_is_one_on_every_database(paying_house: House) -> None:
    house = paying_house
    conversing, opened = Conversing(records=house.records, clock=house.clock), await house.at_the_door()
    await asyncio.gather(*(hear(conversing, opened, "Help", id="sentence-1") for _ in range(8)))
    await asyncio.gather(
        *(conversing.say(house.anna, opened.invitation.id, ready="safe", id="sentence-1") for _ in range(8))
    )
    assert [each.by_citizen for each in await talk(house, conversing, opened)] == [True, False]


async def test_what_comes_while_it_is_being_forgotten_does_not_outlive_it(paying_house: House) -> None:
    house = paying_house
    conversing, opened = Conversing(records=house.records, clock=house.clock), await house.at_the_door()
    await asyncio.gather(
        *(hear(conversing, opened, f"{SECRET} {turn}") for turn in range(8)),
        house.closing.close(house.anna, opened.invitation.id, wrong_number=True),
        return_exceptions=True,
    )
    assert SECRET not in str(await house.everything())


# --- what others hear of it ---


async def test_the_usage_web_hook_hears_no_word_of_it(house: House, conversing: Conversing) -> None:
    told: list[Mapping[str, object]] = []

    class Listener:
        async def tell(self, use: Mapping[str, object]) -> None:
            told.append(use)

    opened = await house.at_the_door()
    await conversing.say(house.anna, opened.invitation.id, text=SECRET)
    await hear(conversing, opened, SECRET)
    await house.invite()
    announcing = Announcing(records=house.records, listener=Listener(), report=house.report)
    await announcing._tell_all()
    assert [use["event"] for use in told] == ["InvitationCreated", "InvitationCreated"]
    assert SECRET not in str(told)
