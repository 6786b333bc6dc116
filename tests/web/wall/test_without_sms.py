"""A dispatcher is told what SMS cost and why one did not come, and has another way."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk

REFUSED = "The SMS provider refused the message. Copy the link and send it another way."


def spoken(page: Page) -> str:
    """Open the code of the newest invitation, and return what is to be said."""
    page.get_by_role("button", name="Spoken code").first.click()
    sentence = page.get_by_role("dialog").get_by_text("Say: go to")
    expect(sentence).to_be_visible()
    return sentence.inner_text()


def test_the_credits_that_are_left_stand_in_the_bar(open_wall: OpenWall, desk: Desk) -> None:
    desk.credits = 6
    page = open_wall()
    credits_left = page.locator("#credits")
    expect(credits_left).to_have_text("Credits: 6")
    expect(credits_left).to_have_attribute("data-kind", "enough")
    desk.spend(5)
    expect(credits_left).to_have_text("Credits: 5 (low)")
    expect(credits_left).to_have_attribute("data-kind", "few")
    expect(page.get_by_text("no SMS can be sent")).to_be_hidden()
    desk.spend(0)
    expect(credits_left).to_have_text("Credits: 0")
    expect(page.get_by_role("status").filter(has_text="No credits left: no SMS can be sent.")).to_be_visible()
    desk.invite()
    expect(page.get_by_role("article")).to_be_visible()
    expect(credits_left, "an event that is not about credits changes nothing").to_have_text("Credits: 0")
    desk.spend(100)
    expect(credits_left).to_have_text("Credits: 100")
    expect(page.get_by_text("no SMS can be sent")).to_be_hidden()


def test_the_credits_are_asked_for_again_with_the_lists(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    desk.is_up = False
    page.get_by_text("Not connected").wait_for()
    desk.credits = 4
    desk.oldest_event = desk.cursor + 1
    desk.is_up = True
    expect(page.locator("#credits")).to_have_text("Credits: 4 (low)")


def test_a_caller_without_sms_gets_a_code_read_aloud(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    assert spoken(page) == "Say: go to show.112.example/c and type 482\N{NO-BREAK SPACE}913"
    dialog = page.get_by_role("dialog", name="Spoken code of No. 1")
    expect(dialog.get_by_role("img")).to_have_accessible_name("4 8 2 9 1 3")
    assert dialog.locator(".digits").all_inner_texts() == ["482", "913"]
    expect(dialog.locator("#spoken-left")).to_have_text(re.compile(r"^Valid for 9 min \d+ s$"))
    dialog.get_by_role("button", name="New code").click()
    expect(dialog).to_contain_text("type 555\N{NO-BREAK SPACE}001")
    dialog.get_by_role("button", name="New code").click()
    expect(dialog.get_by_role("img")).to_have_accessible_name("1 2 3 4 5 6 7 8")
    desk.tell("OpenedByCode", invitation=invitation)
    expect(dialog).to_contain_text("The caller has typed the code.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#spoken"), "a code does not stay in the page").not_to_contain_text("1234")
    assert "1234" not in page.locator("#spoken").inner_html(), "nor in what only a screen reader reads"


def test_closing_the_dialog_by_mistake_does_not_end_the_code_being_typed(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    page = open_wall()
    first = spoken(page)
    page.keyboard.press("Escape")
    assert spoken(page) == first
    assert desk.ask("/api/invitations/k3V900000001/code") == 1


def test_a_code_that_is_too_old_says_so(open_wall: OpenWall, desk: Desk) -> None:
    desk.code_lasts = timedelta(seconds=3)
    desk.invite()
    page = open_wall()
    spoken(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This code is no longer valid.")
    page.keyboard.press("Escape")
    assert "555" in spoken(page), "a new one"


def test_a_colleagues_newer_code_ends_the_one_shown(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    spoken(page)
    # Later than both clocks can differ.
    event = desk.tell("CodeShown", invitation=invitation)
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_contain_text("Valid for")
    page.wait_for_timeout(2500)
    event = desk.tell("CodeShown", invitation=invitation)
    assert event["number"] == desk.cursor
    expect(page.get_by_role("dialog")).to_contain_text("This code is no longer valid.")


def test_a_code_that_cannot_be_made_is_told_in_the_dialog(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    page = open_wall()
    desk.refusal = (410, {"title": "This invitation has ended.", "status": 410, "cause": "link_closed"})
    page.get_by_role("button", name="Spoken code").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("This invitation has ended.")
    desk.refusal = None
    page.get_by_role("button", name="New code").click()
    expect(page.get_by_role("dialog")).to_contain_text("482")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_hidden()


def test_a_wrong_number_is_closed_and_forgotten_with_a_second_press(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    page.get_by_role("button", name="Wrong number").click()
    sure = page.get_by_role("button", name="Sure? Press again: closes it and forgets the number")
    expect(sure).to_be_visible()
    assert invitation["state"] == "open"
    sure.click()
    card = page.get_by_role("article", name="No. 1")
    expect(card).to_contain_text("Closed at")
    expect(card).to_contain_text("•••")
    expect(card).not_to_contain_text("+32 4")
    expect(page.locator("#announcements")).to_contain_text("Invitation 1 is closed and its number is forgotten.")
    assert desk.ask("/api/invitations/k3V900000001/wrong-number") == 1


def test_a_link_alone_has_no_number_to_be_wrong(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite(to=None)
    page = open_wall()
    expect(page.get_by_role("button", name="Spoken code")).to_be_visible()
    expect(page.get_by_role("button", name="Wrong number")).to_be_hidden()


@pytest.mark.parametrize(("provider", "said"), [("twilio", "SMS accepted Twilio"), ("outbox", "SMS accepted")])
def test_who_took_the_message_stands_at_its_rung(open_wall: OpenWall, desk: Desk, provider: str, said: str) -> None:
    invitation = desk.invite()
    page = open_wall()
    rung = page.locator("[data-rung=sms_accepted]")
    invitation["sms"] |= {"state": "accepted", "provider": provider}
    expect(rung).not_to_contain_text("Twilio")
    desk.climb(invitation, "sms_accepted")
    expect(rung).to_have_text(re.compile(rf"^{said}\s*, here now2 s$"))


@pytest.mark.parametrize("state", ["refused", "unknown"])
def test_a_message_that_failed_says_why_and_what_is_next(open_wall: OpenWall, desk: Desk, state: str) -> None:
    invitation = desk.invite()
    page = open_wall()
    card = page.get_by_role("article")
    expect(card).not_to_contain_text("Next:")
    desk.fail(invitation, state, REFUSED)
    expect(card).to_contain_text(REFUSED)
    expect(card).to_contain_text("Next: “Send again” (through another provider, if there is one)")
    expect(card.locator("[data-suggested] .suggested")).to_have_count(3)
    expect(page.locator("#announcements")).to_contain_text(f"No. 1: {REFUSED}")
    desk.climb(invitation, "page_loaded")
    expect(card.get_by_text(REFUSED), "it came after all").to_have_count(0)
    expect(card).not_to_contain_text("Next:")


def test_a_message_that_does_not_arrive_has_words_to_say_and_a_next_step(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    desk.climb(invitation, "sms_accepted")
    desk.hint(invitation, "sms_not_delivered", "Open Messages, tap the filter.")
    card = open_wall().get_by_role("article")
    expect(card).to_contain_text("Say: Open Messages, tap the filter.")
    expect(card).to_contain_text("Next: “Send again”")


def test_on_a_narrow_screen_the_photos_come_before_the_cards(open_wall: OpenWall, desk: Desk) -> None:
    for _ in range(4):
        desk.invite()
    for seed in range(9):
        desk.add(desk.invitations["k3V900000001"], seed=seed)
    page = open_wall(viewport={"width": 420, "height": 800})
    expect(page.locator("#grid .picture").first).to_be_in_viewport()
    page.get_by_role("button", name="Link only").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#photos') !== null"), "the keyboard meets them there too"
    above = page.evaluate("document.querySelector('#photos').getBoundingClientRect().bottom")
    below = page.evaluate("document.querySelector('#cards').getBoundingClientRect().top")
    assert 0 < above <= below < 1100
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("article").first).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#stage').parentElement.matches('main')")
