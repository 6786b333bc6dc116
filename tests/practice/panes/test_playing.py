import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.pictures import camera_photo
from tests.practice.panes.conftest import OpenPanes
from tests.practice.panes.theatre import KEY, Play

NARROW = {"width": 420, "height": 800}


def step(page: Page, name: str) -> str:
    """Return how far one of the three steps is: done, now or ahead."""
    item = page.locator(f"#step-{name}")
    if "done" in (item.get_attribute("class") or "").split():
        return "done"
    return "now" if item.get_attribute("aria-current") == "step" else "ahead"


def steps(page: Page) -> list[str]:
    return [step(page, name) for name in ("invite", "tap", "photo")]


def open_the_link(page: Page) -> None:
    page.locator("#phone-notifications").get_by_role("button").first.click()
    page.locator("#messages-list").get_by_role("link").last.click()
    expect(page.frame_locator("#phone-frame").get_by_role("heading", name="112 asks you for a photo")).to_be_visible()


def test_a_newcomer_plays_all_three_people(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    expect(page.frame_locator("#wall-frame").get_by_role("heading")).to_have_text("The wall of 112 Practice")
    assert steps(page) == ["now", "ahead", "ahead"]

    # The example waits in the input, which has the focus: Enter is all it takes.
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page.locator("#try")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#phone-notifications").get_by_role("button")).to_have_count(1)
    assert play.said == [{"text": "/invite 0470 12 34 56"}]
    expect(page.locator("#step-tap")).to_have_attribute("aria-current", "step")

    open_the_link(page)
    expect(page.locator("#step-photo")).to_have_attribute("aria-current", "step")

    page.frame_locator("#phone-frame").get_by_text("Take a photo").click()
    page.get_by_role("dialog").get_by_role("button", name="A car off the road").click()
    expect(page.frame_locator("#phone-frame").get_by_text("Sent")).to_be_visible()
    expect(page.locator(".message .spoiler")).to_have_count(1)
    expect(page.locator("#guide-all")).to_contain_text("You have played all three people")
    assert steps(page) == ["done", "done", "done"]
    with Image.open(io.BytesIO(play.uploads[0])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 1600))
        assert len(set(picture.convert("RGB").resize((30, 40)).get_flattened_data())) > 50
    # The camera is ours, the tap that asked for it was a real one.
    assert play.taps == 1

    page.get_by_role("button", name="Hide the steps").click()
    expect(page.get_by_role("list", name="Three steps")).to_have_count(0)


def test_all_of_it_goes_by_keyboard(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    expect(page.locator("#try")).to_be_visible()
    page.keyboard.press("Enter")
    notification = page.locator("#phone-notifications").get_by_role("button")
    notification.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages-list").get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    frame = page.frame_locator("#phone-frame")
    expect(frame.get_by_role("heading")).to_be_visible()
    frame.locator("#take").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    frame.locator("#take").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(frame.get_by_text("Sent")).to_be_visible()
    assert len(play.uploads) == 1
    spoiler = page.locator(".spoiler")
    expect(spoiler).to_have_accessible_name("Hidden photo sent by showme: press to show")
    spoiler.focus()
    page.keyboard.press("Enter")
    expect(spoiler).to_have_accessible_name("Photo sent by showme: press to hide")


def test_a_picture_of_ones_own_goes_the_same_way(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    page = open_panes()
    open_the_link(page)
    page.frame_locator("#phone-frame").get_by_text("Take a photo").click()
    own = camera_photo(2, size=(640, 480))
    with page.expect_file_chooser() as chooser:
        page.get_by_label("A picture from this computer").click()
    chooser.value.set_files({"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": own})
    expect(page.frame_locator("#phone-frame").get_by_text("Sent")).to_be_visible()
    assert play.uploads == [own]


def test_whoever_comes_back_finds_everything_as_it_was(play: Play, open_panes: OpenPanes) -> None:
    play.say("/invite 0470 12 34 56")
    play.invite()
    play.post_photo()
    page = open_panes()
    expect(page.locator("#chat-list .message")).to_have_count(3)
    expect(page.locator("#phone-notifications").get_by_role("button")).to_have_count(1)
    expect(page.locator("#guide-all")).not_to_be_empty()
    expect(page.locator("#try")).to_be_hidden()
    # Nothing is new: nobody is called to the other panes.
    page.set_viewport_size({"width": 420, "height": 800})
    assert page.locator(".dot:visible").count() == 0


def test_a_narrow_window_shows_one_pane_and_says_where_something_waits(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes(viewport=NARROW)
    expect(page.locator("#chat")).to_be_visible()
    expect(page.locator("#phone")).to_be_hidden()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#switch-phone-new")).to_be_visible()
    expect(page.get_by_role("button", name="Phone (new)")).to_have_count(1)
    page.get_by_role("button", name="Phone (new)").click()
    expect(page.locator("#phone")).to_be_visible()
    expect(page.locator("#chat")).to_be_hidden()
    expect(page.locator("#switch-phone-new")).to_be_hidden()
    open_the_link(page)
    page.frame_locator("#phone-frame").get_by_text("Take a photo").click()
    page.get_by_role("button", name="Smoke from a window").click()
    expect(page.locator("#switch-wall-new")).to_be_visible()
    page.get_by_role("button", name="Wall (new)").click()
    expect(page.frame_locator("#wall-frame").get_by_role("heading")).to_be_visible()
    expect(page.get_by_role("button", name="Wall")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(("pane", "other"), [("chat", "phone"), ("phone", "chat")])
def test_a_pane_works_in_a_tab_of_its_own(play: Play, open_panes: OpenPanes, pane: str, other: str) -> None:
    play.invite()
    page = open_panes(f"/practice/{pane}")
    expect(page.locator(f"#{other}")).to_have_count(0)
    if pane == "chat":
        expect(page.locator(".message")).to_have_count(1)
    else:
        open_the_link(page)
    assert play.sign_ins == 0
    expect(page.get_by_text("Nothing leaves this computer")).to_be_visible()


def test_the_link_in_the_chats_tab_opens_a_tab(play: Play, open_panes: OpenPanes) -> None:
    play.answers(f"The link: {play.link}.")
    page = open_panes("/practice/chat")
    with page.expect_popup() as opened:
        page.get_by_role("link", name=play.link).click()
    assert opened.value.url == f"{play.address}/s/{KEY}"


def test_a_silent_server_is_told_and_waited_for(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    expect(page.frame_locator("#wall-frame").get_by_role("heading")).to_be_visible()
    play.is_up = False
    expect(page.get_by_role("alert")).to_have_text("The server does not answer. Trying again…")
    page.get_by_role("combobox").fill("/list")
    page.keyboard.press("Enter")
    # What could not be said is still there to be said.
    expect(page.get_by_role("combobox")).to_have_value("/list")
    play.is_up = True
    expect(page.get_by_role("alert")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".message.own")).to_have_count(1)


def test_nobody_is_asked_while_nobody_looks(play: Play, open_panes: OpenPanes) -> None:
    page = open_panes()
    expect(page.locator("#chat-none")).to_be_visible()
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => window.isAway });
            window.isAway = true;
        }"""
    )
    page.wait_for_timeout(1500)
    asked = play.asked.count("GET /practice/state")
    play.answers("While you were away.")
    page.wait_for_timeout(1500)
    assert play.asked.count("GET /practice/state") == asked
    page.evaluate("() => { window.isAway = false; document.dispatchEvent(new Event('visibilitychange')); }")
    expect(page.get_by_text("While you were away.")).to_be_visible()


@pytest.mark.parametrize(("language", "words"), [("nl", "Oefening"), ("fr", "Exercice"), ("de", "Übung")])
def test_everybody_reads_their_own_language(play: Play, open_panes: OpenPanes, language: str, words: str) -> None:
    play.language = language
    page = open_panes()
    expect(page.locator(".practice strong")).to_have_text(words)
    expect(page.locator("html")).to_have_attribute("lang", language)
