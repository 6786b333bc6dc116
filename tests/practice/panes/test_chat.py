import pytest
from playwright.sync_api import Page, expect

from tests.practice.panes.conftest import OpenPanes
from tests.practice.panes.theatre import Play

INPUT = "#composer-text"


def message(page: Page, number: int) -> str:
    """Return the text of a message, counted from one."""
    return page.locator(".message").nth(number - 1).inner_text()


def test_messages_keep_their_lines_and_say_who_spoke_and_when(play: Play, open_panes: OpenPanes) -> None:
    play.say("Hello", name="Bram")
    play.answers("First line\nsecond <b>line</b>", edited=True, silent=True)
    page = open_panes(timezone_id="Europe/Brussels")
    expect(page.locator(".message")).to_have_count(2)
    assert message(page, 1).split() == ["Bram", "Hello", "13:00"]
    bot = page.locator(".message").nth(1)
    expect(bot.locator(".text")).to_have_text("First line\nsecond <b>line</b>")
    assert bot.locator(".text").evaluate("(text) => text.getClientRects()[0].height") > 35
    expect(bot.locator(".from")).to_have_text("showme bot")
    expect(bot.locator(".meta")).to_contain_text("edited")
    expect(bot.locator(".meta")).to_contain_text("without a sound")


def test_an_edited_card_changes_in_place_and_the_keyboard_stays_on_its_button(
    play: Play, open_panes: OpenPanes
) -> None:
    play.invite()
    play.answer = "The SMS was sent again."
    page = open_panes()
    button = page.get_by_role("button", name="Send again")
    button.focus()
    page.evaluate("() => { window.before = document.querySelector('.message'); }")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_have_text("The SMS was sent again.")
    assert play.pressed == [{"message": 1, "data": "resend:1"}]
    card = play.messages[0]
    card.update(text="No. 1 · SMS delivered ✓ 9 s", edited=True)
    card["buttons"] = [[{"text": "Once more", "kind": "callback", "value": "resend:1"}]]
    expect(page.get_by_text("SMS delivered ✓ 9 s")).to_be_visible()
    expect(page.get_by_role("button", name="Once more")).to_be_focused()
    assert page.evaluate("() => window.before === document.querySelector('.message')")


def test_what_the_bot_says_to_one_alone_is_marked_and_cannot_be_answered_here(
    play: Play, open_panes: OpenPanes
) -> None:
    play.answers("I have sent you the link in private.")
    play.answers("Your way to the photowall", id=-2, private=True)
    page = open_panes()
    messages = page.locator(".message")
    expect(messages.nth(0).locator(".from")).to_have_text("showme bot")
    expect(messages.nth(1).locator(".from")).to_have_text("showme bot to you alone")
    expect(messages.nth(0).locator(".reply")).to_have_count(1)
    expect(messages.nth(1).locator(".reply")).to_be_hidden()
    messages.nth(1).locator(".text").click()
    expect(page.locator("#replying")).to_be_hidden()
    messages.nth(0).locator(".text").click()
    expect(page.locator("#replying")).to_be_visible()


def test_a_refused_button_says_why(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    play.refusal = "This invitation is closed."
    page = open_panes()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#toast")).to_have_text("This invitation is closed.")


def test_a_hidden_photo_is_shown_by_choice_and_stays_so_when_its_caption_changes(
    play: Play, open_panes: OpenPanes
) -> None:
    photo = play.post_photo()
    page = open_panes()
    image = page.locator(".spoiler img")
    blurred = "(image) => getComputedStyle(image).filter.includes('blur')"
    expect(image).to_have_js_property("naturalWidth", 480)
    assert image.evaluate(blurred)
    page.get_by_role("button", name="Hidden photo").click()
    assert not image.evaluate(blurred)
    photo.update(text="No. 1 · 1 · forgotten in 6 h", edited=True)
    expect(page.get_by_text("forgotten in 6 h")).to_be_visible()
    assert not image.evaluate(blurred)
    page.get_by_role("button", name="press to hide").click()
    assert image.evaluate(blurred)


def test_a_photo_without_a_spoiler_is_simply_there(play: Play, open_panes: OpenPanes) -> None:
    play.post_photo(spoiler=False)
    page = open_panes()
    expect(page.get_by_role("img", name="Photo sent by showme")).to_be_visible()


def test_a_deleted_message_is_struck_out_and_nothing_of_it_remains(play: Play, open_panes: OpenPanes) -> None:
    photo = play.post_photo()
    page = open_panes()
    expect(page.locator(".message img")).to_have_count(1)
    photo.update(deleted=True, text="", photo=None, buttons=[])
    expect(page.locator(".message del")).to_have_text("Deleted message")
    expect(page.locator(".message img")).to_have_count(0)
    expect(page.get_by_role("button", name="Reply to showme")).to_have_count(0)


def test_a_location_is_a_card_that_can_be_copied_and_asks_nobody_for_a_map(play: Play, open_panes: OpenPanes) -> None:
    play.locate()
    page = open_panes(permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator(".location")).to_contain_text("50.84656, 4.35170")
    expect(page.locator(".location")).to_contain_text("± 12 m")
    page.locator(".location").get_by_role("button", name="Copy").click()
    expect(page.locator("#toast")).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == "50.84656, 4.35170"


@pytest.mark.parametrize("how", ["click", "keyboard"])
def test_an_answer_names_what_it_answers(play: Play, open_panes: OpenPanes, how: str) -> None:
    play.answers("Nothing is open.\nType /help for more.")
    page = open_panes()
    if how == "click":
        page.locator(".bubble .text").click()
    else:
        page.get_by_role("button", name="Reply to showme: Nothing is open.").focus()
        page.keyboard.press("Enter")
    expect(page.locator("#replying")).to_have_text("Reply to showme Nothing is open.", use_inner_text=True)
    expect(page.locator(INPUT)).to_be_focused()
    page.keyboard.type("Thank you")
    page.keyboard.press("Enter")
    quotation = page.locator(".message.own .quotation")
    expect(quotation).to_contain_text("Nothing is open.")
    assert play.said == [{"text": "Thank you", "reply_to": 1}]
    expect(page.locator("#replying")).to_be_hidden()
    quotation.click()
    expect(page.locator(".message").first).to_be_focused()


def test_an_answer_can_be_thought_better_of(play: Play, open_panes: OpenPanes) -> None:
    play.answers("Nothing is open.")
    page = open_panes()
    page.locator(".bubble .text").click()
    page.keyboard.press("Escape")
    expect(page.locator("#replying")).to_be_hidden()
    page.keyboard.type("Good morning")
    page.keyboard.press("Enter")
    expect(page.locator(".message.own")).to_have_count(1)
    assert play.said == [{"text": "Good morning"}]


def test_a_slash_brings_the_commands(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    field = page.locator(INPUT)
    field.press_sequentially("/")
    options = page.get_by_role("option")
    expect(options).to_have_count(8)
    field.press_sequentially("li")
    expect(options).to_have_text(["/link make a link without a message", "/list show what is open"])
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("/list")
    expect(field).to_have_attribute("aria-activedescendant", "command-list_open")
    field.press("Enter")
    expect(field).to_have_value("/list")
    expect(options).to_have_count(0)
    assert play.said == []
    field.press("Enter")
    expect(page.locator(".message.own .text")).to_have_text("/list")
    field.press_sequentially("/in")
    field.press("Tab")
    expect(field).to_have_value("/invite ")
    expect(field).to_be_focused()
    field.fill("/")
    page.get_by_role("option", name="/wall").click()
    expect(field).to_have_value("/wall")


def test_an_impatient_enter_invites_only_once(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    expect(page.locator("#try")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(page.locator(".message")).to_have_count(2)
    assert len(play.said) == 1


def test_what_was_refused_can_be_corrected(play: Play, open_panes: OpenPanes) -> None:
    play.refusal = "This text is too long."
    page = open_panes()
    page.locator(INPUT).fill("far too long")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_have_text("This text is too long.")
    expect(page.locator(INPUT)).to_have_value("far too long")


def test_a_link_opens_where_it_belongs(play: Play, open_panes: OpenPanes) -> None:
    twin = play.address.replace("127.0.0.1", "localhost")
    play.answers(
        f"The wall: {twin}/sign-in/once, the page: {play.link}.",
        buttons=[
            [{"text": "Map", "kind": "url", "value": "https://example.org/map"}],
            [{"text": "Open the page", "kind": "url", "value": f"{twin}/s/other"}],
        ],
    )
    page = open_panes()
    expect(page.frame_locator("#wall-frame").get_by_role("heading")).to_have_text("The wall of 112 Practice")
    page.get_by_role("link", name=f"{twin}/sign-in/once").click()
    expect(page.frame_locator("#wall-frame").get_by_role("heading")).to_have_text("The wall of whoever has once")
    page.locator(".text").get_by_role("link", name=play.link).click()
    expect(page.frame_locator("#phone-frame").get_by_role("heading")).to_be_visible()
    page.get_by_role("link", name="Open the page").click()
    expect(page.locator("#browser-tab")).to_have_attribute("href", "/s/other")
    away = page.get_by_role("link", name="Map")
    assert (away.get_attribute("target"), away.get_attribute("rel")) == ("_blank", "noopener noreferrer")


def test_the_way_to_watch_live_opens_beside_the_panes_and_leaves_them_as_they_are(
    play: Play, open_panes: OpenPanes
) -> None:
    watch = f"{play.address.replace('127.0.0.1', 'localhost')}/watch/k3V9aBcDeFgHiJ/0123456789abcdefghijklm"
    play.answers("🔴 live · No. 1", buttons=[[{"text": "▶ Watch live", "kind": "url", "value": watch}]])
    page = open_panes()
    link = page.get_by_role("link", name="▶ Watch live")
    expect(link).to_have_attribute("href", "/watch/k3V9aBcDeFgHiJ/0123456789abcdefghijklm")
    with page.context.expect_page() as opening:
        link.click()
    assert opening.value.url == f"{play.address}/watch/k3V9aBcDeFgHiJ/0123456789abcdefghijklm"
    assert page.url == f"{play.address}/"
    expect(page.get_by_text("🔴 live · No. 1")).to_be_visible()


def test_a_reader_of_old_messages_is_not_pulled_away(play: Play, open_panes: OpenPanes) -> None:
    for number in range(40):
        play.answers(f"Message {number}")
    page = open_panes()
    expect(page.get_by_text("Message 39")).to_be_in_viewport()
    play.answers("And one more")
    expect(page.get_by_text("And one more")).to_be_in_viewport()
    page.locator("#chat-scroll").evaluate("(scroll) => { scroll.scrollTop = 0; }")
    expect(page.get_by_text("Message 0")).to_be_in_viewport()
    play.answers("Meanwhile")
    newest = page.get_by_role("button", name="Newest messages")
    expect(newest).to_be_visible()
    expect(page.get_by_text("Meanwhile")).not_to_be_in_viewport()
    newest.click()
    expect(page.get_by_text("Meanwhile")).to_be_in_viewport()
    expect(newest).to_be_hidden()
