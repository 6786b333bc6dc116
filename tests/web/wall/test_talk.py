"""Dispatcher and caller write to each other beside the photos."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.wall.conftest import PATIENCE, OpenWall
from tests.web.wall.desk import Desk, Json


@pytest.fixture
def invitation(desk: Desk) -> Json:
    """Make an invitation whose caller has opened the page."""
    made = desk.invite(purpose="live")
    desk.climb(made, "page_loaded", "tapped")
    return made


def open_talk(page: Page, number: int = 1) -> None:
    """Open the conversation from the card."""
    page.get_by_role("article", name=f"No. {number}", exact=True).locator(".talk-line").click()
    expect(page.get_by_role("combobox", name="Write, or search a ready-made sentence")).to_be_focused()
    page.locator("#talk [role=option]").first.wait_for(state="attached")


def bubbles(page: Page) -> list[str]:
    """Return what is written, from above."""
    return page.locator(".bubble-text").all_inner_texts()


def test_what_the_caller_writes_is_marked_until_it_is_read(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    page = open_wall()
    desk.hear(invitation, "He is in the house")
    line = page.get_by_role("article", name="No. 1").locator(".talk-line")
    expect(line).to_contain_text("Caller: He is in the house")
    expect(line).to_contain_text("1 new")
    expect(page.locator("#announcements")).to_contain_text("The caller of No. 1 writes: He is in the house")
    expect(page).to_have_title("(1) Photowall")
    open_talk(page)
    expect(page.get_by_role("complementary", name="Talk with the caller of No. 1")).to_be_visible()
    expect(line).not_to_contain_text("new")
    expect(page).to_have_title("Photowall")
    page.reload()
    expect(line).to_contain_text("He is in the house")
    expect(line).not_to_contain_text("new")


def test_what_was_written_before_the_wall_opened_is_not_lost(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    desk.hear(invitation, "I am hiding")
    desk.climb(desk.invite(), "sms_accepted")
    page = open_wall()
    expect(page.get_by_role("article", name="No. 1").locator(".talk-line-count")).to_have_text("1 new")
    assert desk.ask("/api/invitations/k3V900000002/messages") == 0, "nobody can have written there"


def test_a_wall_that_was_away_too_long_asks_for_what_was_written(
    open_wall: OpenWall, desk: Desk, invitation: Json
) -> None:
    page = open_wall()
    desk.is_up = False
    page.get_by_text("Connection lost since").wait_for()
    desk.hear(invitation, "Are you still there?")
    desk.oldest_event = desk.cursor
    desk.is_up = True
    expect(page.locator(".talk-line-count")).to_have_text("1 new", timeout=PATIENCE)


def test_a_typed_sentence_is_sent_with_enter_and_its_showing_is_told(
    open_wall: OpenWall, desk: Desk, invitation: Json
) -> None:
    page = open_wall()
    open_talk(page)
    page.keyboard.type("Which floor?")
    page.keyboard.press("Enter")
    bubble = page.locator(".bubble[data-number]")
    expect(bubble).to_contain_text("Which floor?")
    expect(bubble).to_contain_text("Anna")
    expect(bubble).to_contain_text("not shown yet")
    assert [told["text"] for told in desk.told] == ["Which floor?"]
    expect(page.get_by_role("combobox", name="Write")).to_have_value("")
    expect(page.get_by_text("The page is not open on the phone.")).to_be_visible(timeout=PATIENCE)
    desk.note_shown(invitation, desk.talks[invitation["id"]][0]["number"])
    expect(bubble).to_contain_text("shown ✓")
    expect(page.get_by_text("The page is not open on the phone.")).to_be_hidden()
    assert len(bubbles(page)) == 1


def test_a_ready_made_question_is_found_by_its_words_and_sent_without_a_mouse(
    open_wall: OpenWall, desk: Desk, invitation: Json
) -> None:
    page = open_wall()
    open_talk(page)
    page.keyboard.type("where hurt")
    options = page.locator("#talk").get_by_role("option")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("Where does it hurt?")
    expect(options).to_contain_text("place on the body")
    page.keyboard.press("ArrowDown")
    expect(options).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble[data-number]")).to_contain_text("Where does it hurt?")
    assert [told["ready"] for told in desk.told] == ["where_hurts"]
    assert invitation["id"] in desk.talks


def test_enter_sends_what_is_typed_and_not_what_happens_to_be_found(
    open_wall: OpenWall, desk: Desk, invitation: Json
) -> None:
    page = open_wall()
    open_talk(page)
    page.keyboard.type("fire")
    expect(page.locator("#talk").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".bubble[data-number] .bubble-text")).to_have_text("fire")
    assert [told.get("text") for told in desk.told] == ["fire"]
    assert len(desk.talks[invitation["id"]]) == 1


def test_an_answer_stands_below_its_question(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    question = desk.say(invitation, "Are you hurt?", ready="hurt")
    desk.hear(invitation, "No", ready="no", reply_to=question["number"], waited=75)
    page = open_wall()
    open_talk(page)
    answer = page.locator(".bubble[data-by=citizen]")
    expect(answer.locator(".bubble-quote")).to_have_text("To “Are you hurt?”")
    expect(answer).to_contain_text("waited 1 min on the phone")
    assert bubbles(page) == ["Are you hurt?", "No"]


def test_what_could_not_be_sent_is_kept_and_sent_once(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    page = open_wall()
    open_talk(page)
    desk.talk_is_down = True
    page.keyboard.type("Leave the house")
    page.keyboard.press("Enter")
    failed = page.locator(".bubble[data-failed]")
    expect(failed).to_contain_text("Leave the house")
    expect(failed.get_by_role("alert")).not_to_be_empty()
    desk.talk_is_down = False
    failed.get_by_role("button", name="Send again").click()
    expect(failed).to_have_count(0)
    expect(page.locator(".bubble[data-number]")).to_have_count(1)
    assert len({told["id"] for told in desk.told}) == 1, "the same sentence under the same id"
    assert len(desk.told) == 2
    assert len(desk.talks[invitation["id"]]) == 1


def test_what_could_not_be_sent_can_be_changed(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    page = open_wall()
    open_talk(page)
    desk.refusal = (429, {"title": "Too many sentences. Wait a moment.", "status": 429, "cause": "too_many_sentences"})
    page.keyboard.type("Leave the huose")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble[data-failed]")).to_contain_text("Too many sentences. Wait a moment.")
    page.get_by_role("button", name="Back to the field").click()
    expect(page.get_by_role("combobox", name="Write")).to_have_value("Leave the huose")
    expect(page.locator(".bubble")).to_have_count(0)
    assert invitation["id"] not in desk.talks


def test_each_conversation_keeps_what_is_typed(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    other = desk.invite(purpose="live")
    desk.climb(other, "tapped")
    page = open_wall()
    open_talk(page)
    page.keyboard.type("half a sen")
    open_talk(page, 2)
    field = page.get_by_role("combobox", name="Write")
    expect(field).to_have_value("")
    desk.hear(other, "from the other")
    expect(page.locator(".bubble")).to_have_text(re.compile("from the other"))
    open_talk(page, 1)
    expect(field).to_have_value("half a sen")
    expect(page.locator(".bubble")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#talk")).to_be_hidden()
    expect(page.get_by_role("article", name="No. 1").locator(".talk-line")).to_be_focused()
    assert invitation["state"] == "open"


def test_a_page_that_was_never_opened_is_told_of(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    page = open_wall()
    open_talk(page)
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The caller has not opened the page yet.")).to_be_visible()


def test_an_ended_invitation_can_be_read_and_not_written_to(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    desk.hear(invitation, "Thank you")
    page = open_wall()
    open_talk(page)
    desk.close(invitation)
    expect(page.get_by_text("This invitation has ended")).to_be_visible()
    expect(page.get_by_role("combobox", name="Write")).to_be_hidden()
    assert bubbles(page) == ["Thank you"]


def test_sentences_of_a_wrong_number_leave_the_wall(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    desk.hear(invitation, "Who are you?")
    page = open_wall()
    open_talk(page)
    desk.talks.clear()
    desk.close(invitation)
    expect(page.locator(".bubble")).to_have_count(0)


def test_what_the_caller_writes_is_text_and_nothing_else(open_wall: OpenWall, desk: Desk, invitation: Json) -> None:
    desk.hear(invitation, "<img src=x onerror=alert(1)>")
    page = open_wall()
    open_talk(page)
    assert bubbles(page) == ["<img src=x onerror=alert(1)>"]
    expect(page.locator("#talk img, .talk-line img")).to_have_count(0)


def test_who_reads_further_up_is_not_moved_and_told_what_came(
    open_wall: OpenWall, desk: Desk, invitation: Json
) -> None:
    for count in range(30):
        desk.hear(invitation, f"sentence {count}")
    page = open_wall()
    open_talk(page)
    scroll = page.locator("#talk-scroll")
    expect(page.locator(".bubble").last).to_be_in_viewport()
    scroll.evaluate("pane => pane.scrollTo(0, 0)")
    desk.hear(invitation, "the newest")
    pill = page.get_by_role("button", name="1 new below")
    expect(pill).to_be_visible()
    assert scroll.evaluate("pane => pane.scrollTop") == 0
    expect(page.locator(".talk-line-count")).to_have_text("1 new")
    pill.click()
    expect(page.locator(".bubble", has_text="the newest")).to_be_in_viewport()
    expect(pill).to_be_hidden()
