"""A dispatcher sees first what needs somebody now, and only what concerns them if they wish."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk, written
from tests.web.wall.test_photos import place

TOUCHED_BY_HAND_ONLY = """
    let isTouched = false;
    addEventListener("pointerdown", () => { isTouched = true; }, true);
    Object.defineProperty(navigator, "userActivation", { value: { get hasBeenActive() { return isTouched; } } });
"""


def matters(page: Page) -> list[str]:
    """Return the titles in the strip, from the left."""
    return page.locator(".matter-title").all_inner_texts()


def test_a_stuck_rung_comes_first_with_the_sentence_to_say(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    strip = page.get_by_role("region", name="Needs attention")
    expect(strip).to_have_text(re.compile("Nothing waits for you."))
    invitation = desk.invite()
    before = place(page.locator("#photos-title"))
    desk.hint(invitation, "sms_not_delivered", "Open Messages, tap the filter, then Unknown Senders.")
    chip = strip.get_by_role("button")
    expect(chip).to_have_text(re.compile("No. 1 is stuck.*Say: Open Messages, tap the filter"))
    expect(page).to_have_title("(1) Photowall")
    assert place(page.locator("#photos-title")) == before, "the strip was there already"
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="No. 1")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    desk.climb(invitation, "sms_delivered", "page_loaded", "tapped")
    invitation["hint"] = None
    desk.tell("Tapped", invitation=invitation)
    expect(strip).to_have_text(re.compile("Nothing waits for you."))
    expect(page).to_have_title("Photowall")


def test_what_has_been_stuck_for_long_is_no_news(open_wall: OpenWall, desk: Desk) -> None:
    old = desk.invite(seconds_ago=3600)
    desk.hint(old, "sms_not_delivered", "Open Messages.", in_seconds=-3000)
    page = open_wall()
    expect(page.get_by_role("article", name="No. 1")).to_contain_text("Say: Open Messages.")
    assert matters(page) == []


def test_a_live_video_waits_until_somebody_watches(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite(purpose="live", by="Bram")
    desk.climb(invitation, "tapped")
    page = open_wall()
    desk.go_live(invitation)
    chip = page.locator("#attention").get_by_role("button", name="No. 1 · live video")
    expect(chip).to_contain_text("Nobody watches it yet.")
    chip.click()
    expect(page.get_by_role("button", name="Watch", exact=True)).to_be_focused()
    page.mouse.move(600, 500)
    invitation["live_viewers"] = 1
    desk.tell("ViewerJoined", invitation=invitation)
    expect(page.locator("#attention").get_by_role("button")).to_have_count(0)


def test_nothing_slips_below_the_pointer(open_wall: OpenWall, desk: Desk) -> None:
    one, other = desk.invite(), desk.invite()
    desk.hint(one, "sms_not_delivered", "First.", in_seconds=-60)
    desk.hint(other, "sms_not_delivered", "Second.")
    page = open_wall()
    second = page.locator(".matter", has_text="Second.")
    second.hover()
    before = place(second)
    one["hint"] = None
    desk.tell("Tapped", invitation=one)
    expect(page.locator("#attention-list [data-done]")).to_have_count(1)
    assert place(second) == before
    page.mouse.move(600, 500)
    expect(page.locator("#attention-list li")).to_have_count(1)


def test_everything_of_one_incident_is_shown_together(open_wall: OpenWall, desk: Desk) -> None:
    one, other = desk.invite(incident="2026-7"), desk.invite(incident="2026-8")
    third = desk.invite(incident="2026-7", by="Bram")
    for seed, invitation in enumerate((one, other, third)):
        desk.add(invitation, seed=seed, seconds_ago=30 - seed)
    page = open_wall()
    page.get_by_label("Show only").select_option("2026-7")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.locator("#grid .picture:visible")).to_have_count(2)
    expect(page.get_by_text("2 of 3 shown")).to_be_visible()
    desk.add(other, seed=5)
    chip = page.locator("#attention").get_by_role("button", name="No. 2 · new photos")
    expect(chip).to_be_visible()
    expect(page.locator("#grid .picture:visible")).to_have_count(2)
    chip.click()
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page.locator("#grid .picture:visible")).to_have_count(4)


def test_cards_stand_by_incident_and_new_ones_join_theirs(open_wall: OpenWall, desk: Desk) -> None:
    for incident in ("2026-7", None, "2026-7", "2026-8"):
        desk.invite(incident=incident)
    page = open_wall()
    page.get_by_label("Show only").select_option("grouped")
    rows = page.locator("#cards > li:visible")
    expect(rows).to_have_count(7)
    expect(rows).to_have_text(
        [re.compile(start) for start in ("^2026-8", "^No. 4", "^Without", "^No. 2", "^2026-7", "^No. 3", "^No. 1")]
    )
    desk.invite(incident="2026-7")
    expect(rows.nth(5)).to_have_text(re.compile("^No. 5"))
    page.get_by_label("Show only").select_option("every")
    expect(rows).to_have_text([re.compile(f"^No. {number}") for number in (5, 4, 3, 2, 1)])


def test_a_dispatcher_may_see_only_their_own_and_that_is_remembered(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    theirs = desk.invite(by="Bram")
    desk.climb(theirs, "tapped")
    page = open_wall()
    page.keyboard.press("o")
    expect(page.get_by_role("article")).to_have_count(1)
    desk.hear(theirs, "hello")
    desk.invite()
    expect(page.get_by_role("article")).to_have_count(2)
    assert matters(page) == []
    page.reload()
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page.locator(".matter-title")).to_have_text(["No. 2 writes · 1 new"])


def test_a_browser_that_blocks_sound_is_told_of_and_asked(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    # Whatever Playwright asks a page counts as a touch for the browser, and it may ask before the page has looked.
    page.add_init_script(TOUCHED_BY_HAND_ONLY)
    page.reload()
    sound = page.locator("#sound")
    expect(sound).to_have_text("Sound blocked: press")
    page.get_by_role("heading", name="Photos").click()
    expect(sound).to_have_text("Sound on")
    desk.receive(invitation)
    expect(sound).to_have_attribute("data-sounded", "photo")
    desk.hear(invitation, "help")
    expect(sound).to_have_attribute("data-sounded", "sentence")
    desk.hint(invitation, "sms_not_delivered", "Open Messages.")
    expect(sound).to_have_attribute("data-sounded", "stuck")
    desk.go_live(invitation)
    expect(sound).to_have_attribute("data-sounded", "live")


def test_late_news_makes_no_sound(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    page.get_by_role("heading", name="Photos").click()
    expect(page.locator("#sound")).to_have_text("Sound on")
    page.evaluate(
        "window.sounded = []; new MutationObserver(() => window.sounded.push(document.getElementById('sound').dataset"
        ".sounded)).observe(document.getElementById('sound'), {attributeFilter: ['data-sounded']})"
    )
    desk.is_silent = True
    desk.hear(invitation, "long ago")
    desk.journal[-1]["at"] = written(datetime.now(UTC) - timedelta(seconds=30))
    desk.is_silent = False
    expect(page.locator(".matter-title")).to_have_text(["No. 1 writes · 1 new"])
    desk.receive(invitation)
    expect(page.locator("#sound")).to_have_attribute("data-sounded", "photo")
    assert page.evaluate("window.sounded") == ["photo"]


def test_sound_that_is_off_stays_off(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    page.keyboard.press("s")
    expect(page.locator("#sound")).to_have_text("Sound on")
    page.keyboard.press("s")
    expect(page.locator("#sound")).to_have_text("Sound off")
    page.reload()
    page.get_by_role("heading", name="Photos").click()
    desk.receive(invitation)
    expect(page.locator("#grid .picture")).to_have_count(1)
    expect(page.locator("#sound")).to_have_text("Sound off")
    expect(page.locator("#sound")).not_to_have_attribute("data-sounded", re.compile("."))


def test_the_question_mark_shows_every_key(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    page = open_wall()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys of the photowall")
    expect(dialog).to_contain_text("Hide all pictures")
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    page.keyboard.press("t")
    expect(page.get_by_role("combobox", name="Write")).to_be_focused()
    page.keyboard.type("?")
    expect(page.get_by_role("combobox", name="Write")).to_have_value("?")
    expect(dialog).to_be_hidden()
