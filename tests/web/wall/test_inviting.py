"""A dispatcher invites a caller and follows the ladder."""

import re

from playwright.sync_api import expect

from showme.domain.words import LANGUAGES
from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk

SAY = "Messages from unknown senders are hidden: open Messages, tap the filter."


def test_a_dispatcher_pastes_a_number_and_presses_enter(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.keyboard.press("n")
    expect(page.get_by_label("Mobile number")).to_be_focused()
    page.keyboard.insert_text("tel: +32 (0)470/12.34.56")
    page.keyboard.press("Enter")
    shown = page.get_by_role("article", name="No. 1")
    expect(shown).to_contain_text("+32 4•• •• •• 56")
    expect(shown).to_contain_text("by Anna")
    expect(page.get_by_label("Mobile number")).to_have_value("")
    assert desk.wishes == [
        {"to": "tel: +32 (0)470/12.34.56", "purpose": "photo", "language": None, "incident": None},
    ]


def test_everything_that_is_chosen_travels_along(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.get_by_label("Mobile number").fill("0470 12 34 56")
    page.get_by_text("Location", exact=True).click()
    page.get_by_label(re.compile("language")).select_option("Dutch")
    page.get_by_label("Incident").fill("2026-123")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("article", name="No. 1")).to_contain_text("2026-123")
    assert desk.wishes == [
        {"to": "0470 12 34 56", "purpose": "location", "language": "nl", "incident": "2026-123"},
    ]


def test_a_nervous_double_press_sends_once(open_wall: OpenWall, desk: Desk) -> None:
    desk.delay = 0.5
    page = open_wall()
    page.get_by_label("Mobile number").fill("0470 12 34 56")
    page.get_by_role("button", name="Send", exact=True).dblclick()
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="No. 1")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).not_to_have_attribute("aria-disabled", "true")
    assert len(desk.wishes) == 1


def test_a_refusal_is_told_beside_the_number_which_stays(open_wall: OpenWall, desk: Desk) -> None:
    desk.refusal = (422, {"title": "This is not a mobile number.", "status": 422, "cause": "number_not_valid"})
    page = open_wall()
    number = page.get_by_label("Mobile number")
    number.fill("0470 12")
    page.get_by_label("Incident").fill("2026-123")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("This is not a mobile number.")).to_be_visible()
    expect(number).to_have_value("0470 12")
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_be_focused()
    expect(page.get_by_label("Incident")).to_have_value("2026-123")


def test_a_sending_that_nobody_answers_says_that_it_may_have_happened(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.route("**/api/invitations", lambda route: route.abort())
    page.get_by_label("Mobile number").fill("0470 12 34 56")
    page.keyboard.press("Enter")
    expect(page.get_by_text("it may or may not have been done")).to_be_visible()
    expect(page.get_by_label("Mobile number")).to_have_value("0470 12 34 56")


def test_an_empty_number_is_not_sent(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("or make a link only")).to_be_visible()
    assert desk.wishes == []


def test_a_link_without_a_message_goes_to_the_clipboard(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Link only").click()
    expect(page.get_by_text("No. 1: the link is on the clipboard.")).to_be_visible()
    assert desk.wishes[0]["to"] is None
    assert re.search(r"/s/1k{39}$", page.evaluate("navigator.clipboard.readText()"))
    expect(page.get_by_role("article", name="No. 1").get_by_role("listitem")).to_have_count(4)
    expect(page.get_by_role("button", name="Send again")).to_be_hidden()


def test_a_browser_that_forbids_copying_shows_the_link(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    page = open_wall()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')); }")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_have_value(re.compile(r"/s/1k{39}$"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.content().count("k" * 39) == 0, "the key stays out of the page"


def test_the_ladder_climbs_by_itself(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    invitation = desk.invite()
    rungs = page.get_by_role("article", name="No. 1").get_by_role("listitem")
    expect(rungs).to_have_count(6)
    expect(rungs.nth(0)).to_have_attribute("aria-current", "step")
    desk.climb(invitation, "sms_accepted", "sms_delivered", seconds=3)
    expect(rungs.nth(2)).to_have_attribute("aria-current", "step")
    expect(rungs.nth(2)).to_contain_text("6 s")
    expect(rungs.nth(0)).not_to_have_attribute("aria-current", "step")
    expect(page.get_by_text("Waiting for “page loaded”")).to_be_visible()


def test_a_scanner_is_not_taken_for_the_caller(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite(perhaps_a_scanner=True)
    desk.climb(invitation, "sms_accepted", "page_loaded")
    page = open_wall()
    expect(page.get_by_text("perhaps only a scanner")).to_be_attached()
    invitation["perhaps_a_scanner"] = False
    desk.climb(invitation, "tapped")
    expect(page.locator("[data-rung=tapped]")).to_have_attribute("aria-current", "step")
    expect(page.get_by_text("perhaps only a scanner")).not_to_be_attached()
    expect(page.locator("[data-rung=sms_delivered]")).to_contain_text("not reported")


def test_the_sentence_to_say_comes_when_it_is_due_and_goes_with_the_next_rung(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.clock.install()
    page.reload()
    page.locator("#connection[data-line=open]").wait_for()
    invitation = desk.invite()
    desk.climb(invitation, "sms_accepted")
    desk.hint(invitation, "sms_not_delivered", SAY, in_seconds=40)
    expect(page.get_by_text("Waiting for “SMS delivered”")).to_be_visible()
    said = page.get_by_role("article").get_by_text(f"Say: {SAY}")
    expect(said).to_have_count(0)
    page.clock.fast_forward(41_000)
    expect(said).to_be_visible()
    invitation["hint"] = None
    desk.climb(invitation, "sms_delivered")
    expect(said).to_have_count(0)


def test_the_phone_and_its_place_stand_on_the_card(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall(permissions=["clipboard-read", "clipboard-write"])
    invitation = desk.invite()
    expect(page.get_by_text("Phone not known yet")).to_be_visible()
    invitation["phone"] = {"kind": "iPhone", "browser": None, "battery": 0.07, "network": "4g"}
    place = {"latitude": 50.850346, "longitude": 4.351721, "accuracy": 12.4, "at": invitation["created_at"]}
    invitation["location"] = place
    desk.tell("LocationReported", invitation=invitation)
    expect(page.get_by_text("iPhone · battery 7 % · 4G")).to_be_visible()
    expect(page.get_by_text("± 12 m")).to_be_visible()
    page.get_by_role("button", name="Copy location").click()
    expect(page.locator(".location .is-done")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "50.85035, 4.35172"


def test_closing_asks_once_more(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    page.get_by_role("button", name="Close").dblclick()
    sure = page.get_by_role("button", name="Sure? Press again to close")
    expect(sure).to_be_visible()
    assert invitation["state"] == "open", "a double click is one press"
    page.keyboard.press("Escape")
    expect(sure).to_have_count(0)
    page.get_by_role("button", name="Close").press("Enter")
    sure.press("Enter")
    expect(page.get_by_role("article", name="No. 1")).to_contain_text("Closed at")
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    assert invitation["state"] == "closed"


def test_a_refused_resending_is_told_on_its_card(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    page = open_wall()
    desk.refusal = (429, {"title": "Wait a minute before you send again.", "status": 429, "cause": "too_many"})
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("article").get_by_text("Wait a minute before you send again.")).to_be_visible()


def test_the_link_is_shown_as_a_code(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    page = open_wall()
    page.get_by_role("button", name="QR code").click()
    code = page.get_by_role("img", name="QR code with the link of invitation 1")
    expect(code).to_be_visible()
    expect(code).not_to_have_js_property("naturalWidth", 0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="QR code")).to_be_focused()


def test_a_number_typed_or_pasted_anywhere_is_the_callers(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall(permissions=["clipboard-read", "clipboard-write"])
    number = page.get_by_label("Mobile number")
    expect(number).not_to_be_focused()
    page.keyboard.type("0470 12 34 56")
    expect(number).to_have_value("0470 12 34 56")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article", name="No. 1")).to_be_visible()
    assert [wish["to"] for wish in desk.wishes] == ["0470 12 34 56"]
    page.evaluate(
        "() => { document.activeElement.blur(); return navigator.clipboard.writeText(' +32 470 65 43 21\\n'); }"
    )
    page.keyboard.press("Control+v")
    expect(number).to_have_value("+32 470 65 43 21")
    expect(number).to_be_focused()


def test_single_keys_can_be_switched_off_and_never_disturb_typing(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.get_by_label("Incident").press_sequentially("north")
    expect(page.get_by_label("Incident")).to_have_value("north")
    page.get_by_label("Single keys").uncheck()
    page.get_by_role("button", name="Link only").focus()
    page.keyboard.press("n")
    page.keyboard.press("4")
    expect(page.get_by_role("button", name="Link only")).to_be_focused()
    page.reload()
    expect(page.get_by_label("Single keys")).not_to_be_checked()


def test_a_citizen_is_invited_in_any_language_those_of_the_team_first(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    choice = page.get_by_label(re.compile("language"))
    expect(choice.locator("option")).to_have_count(1 + len(LANGUAGES))
    own, *offered = choice.locator("option").all_inner_texts()
    assert own.startswith("the phone")
    assert offered[:4] == ["English", "French", "Dutch", "German"]
    assert offered[4:] == sorted(offered[4:])
    assert "Tigrinya" in offered
    choice.select_option("Arabic")
    page.get_by_label("Mobile number").fill("0470 12 34 56")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("article", name="No. 1")).to_be_visible()
    assert desk.wishes[0]["language"] == "ar"
    expect(choice).to_have_value("")
