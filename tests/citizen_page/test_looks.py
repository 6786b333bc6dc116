import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FileChooser, Page, expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import KEY, Answer, CitizensDoor
from tests.citizen_page.test_photos import photo, says, take

RULES = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""AAA brings the contrast of 7:1."""

SCREENS = {
    "phone": (360, 640),
    "small phone": (320, 568),
    "held sideways": (640, 360),
    "small and sideways": (568, 320),
    "desk": (1280, 800),
}

State = Callable[[CitizensDoor, OpenPage, dict[str, Any]], Page]


def just_opened(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    return open_page(**options)


def asked_for_the_place(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    door.invitation.purpose = "location"
    door.invitation.practice = True
    return open_page(**options)


def sending(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    door.invitation.gate.clear()
    page = open_page(**options)
    take(page, photo(1), photo(2))
    says(page, 1, "Sending… 99")
    return page


def after_some(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    door.invitation.answers.extend(
        [Answer(status=415, sentence="This is not a photo that we can open."), Answer(status=503, retry_after=300)]
    )
    door.invitation.known = [{"id": "a", "state": "shown"}, {"id": "b", "state": "received"}]
    page = open_page(**options)
    page.get_by_role("button", name="Send my location").click()
    expect(page.get_by_role("listitem").filter(has_text="Your browser did not allow it.")).to_be_visible()
    take(page, photo(1), photo(2))
    says(page, 4, "We are very busy.")
    return page


def over(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    door.invitation.answers.append(Answer(status=410, sentence="The time of this link is over."))
    page = open_page(**options)
    take(page, photo())
    says(page, 1, "Not sent")
    return page


def refused(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    door.invitation.page_refusal = Answer(status=404, sentence="This link is not right. Call 112 again.")
    return open_page(**options)


def sent_by_form(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = open_page(**options)
    page.set_content(door.render("sent", "en", again=f"/s/{KEY}"))
    return page


def asked_for_the_code(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = open_page(**options)
    page.goto(f"{door.origin}/c")
    page.locator("#code").fill("111 111")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


STATES: list[State] = [
    *(just_opened, asked_for_the_place, sending, after_some, over, refused, sent_by_form),
    asked_for_the_code,
]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nobody_is_shut_out(
    door: CitizensDoor, open_page: OpenPage, node_modules: Path, state: State, colours: str
) -> None:
    page = state(door, open_page, {"color_scheme": colours})
    # Through the debugger, which the page's own policy does not bind.
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate(
        "(tags) => axe.run({ runOnly: { type: 'tag', values: tags } })",
        RULES,
    )
    assert [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found["violations"]] == []
    assert any(passed["id"] == "color-contrast-enhanced" for passed in found["passes"])


@pytest.mark.parametrize("text", ["100%", "200%"])
@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_everything_fits_and_can_be_hit_with_a_thumb(
    door: CitizensDoor, open_page: OpenPage, state: State, screen: tuple[int, int], text: str
) -> None:
    page = state(door, open_page, {"viewport": {"width": screen[0], "height": screen[1]}})
    page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= screen[0]
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, label.button, #code")]
            .filter((seen) => seen.checkVisibility({ visibilityProperty: true }))
            .map((seen) => ({ words: seen.textContent.trim(), box: seen.getBoundingClientRect() }))
            .filter(({ box }) => box.width < 44 || box.height < 44)"""
    )
    assert small == []
    cut = page.evaluate(
        """() => [...document.querySelectorAll("h1, p:not(#spoken), label, button, a")]
            .filter((seen) => seen.checkVisibility() && seen.scrollWidth > seen.clientWidth + 1 && seen.clientWidth)
            .map((seen) => seen.textContent)"""
    )
    assert cut == []


@pytest.mark.parametrize("screen", [(360, 640), (320, 568), (640, 360), (568, 320), (1280, 800)])
@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_the_button_is_seen_without_scrolling(
    door: CitizensDoor, open_page: OpenPage, screen: tuple[int, int], language: str
) -> None:
    door.invitation.practice = True
    door.invitation.organisation = "Hulpcentrum 112 Vlaams-Brabant"
    page = open_page(language=language, viewport={"width": screen[0], "height": screen[1]})
    for button in ("label[for=take]", "label[for=choose]", "#locate", ".stay"):
        expect(page.locator(button)).to_be_in_viewport(ratio=1)
    first = page.locator("label[for=take]").bounding_box()
    assert first is not None
    assert first["height"] >= 72


def test_the_keyboard_reaches_everything_in_the_order_that_is_seen(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    # Heard from the start: the browser is told aside to hand choosers over, perhaps after a key pressed at once.
    page.on("filechooser", _leave_open)
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.id || document.activeElement.textContent"))
    assert reached == ["Français", "Nederlands", "Deutsch", "take", "choose", "locate"]
    page.locator("#take").focus()
    assert page.locator("label[for=take]").evaluate("(seen) => getComputedStyle(seen).outlineStyle") == "solid"
    with page.expect_file_chooser():
        page.keyboard.press("Space")


def _leave_open(_: FileChooser) -> None:
    """Hear of a chooser, and choose nothing."""


def test_a_listener_hears_no_running_percentage(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    take(page, photo(size=(4032, 3024)))
    says(page, 1, "Sent ✓")
    heard = page.get_by_role("status").inner_text()
    assert len(re.findall("Sending", heard)) == 1
    assert heard.index("Sending") < heard.index("Sent ✓")


def test_the_page_reads_from_right_to_left(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.direction = "rtl"
    door.invitation.known = [{"id": "a", "state": "shown"}]
    page = open_page()
    icon, words = page.locator("li svg").bounding_box(), page.locator("li div").bounding_box()
    assert icon is not None
    assert words is not None
    assert icon["x"] > words["x"] + words["width"] - 1
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_nothing_moves_for_those_whom_movement_disturbs(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    moving = "() => [...document.querySelectorAll('*')].map((seen) => getComputedStyle(seen).transitionDuration)"
    assert set(page.evaluate(moving)) == {"0s"}
