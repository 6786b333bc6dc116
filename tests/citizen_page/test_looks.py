import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FileChooser, Page, expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import Answer, CitizensDoor
from tests.citizen_page.test_ending import listen
from tests.citizen_page.test_photos import photo, says, take
from tests.citizen_page.watching import CAMERA_AND_MICROPHONE, on_air, show
from tests.citizen_page.watching import says as live_says

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
    page.set_content(door.render("sent", "en", again=f"/s/{door.invitation.key}"))
    return page


def asked_for_the_code(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = open_page(**options)
    page.goto(f"{door.origin}/c")
    page.locator("#code").fill("111 111")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def asked_to_show(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    door.invitation.purpose = "live"
    door.invitation.practice = True
    return open_page(**options)


def refused_the_camera(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    door.invitation.purpose = "live"
    inside = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350"
    page = open_page(user_agent=inside, **options)
    live_says(page, re.compile("This app lets no page use the camera."))
    return page


def showing(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = on_air(door, open_page, **CAMERA_AND_MICROPHONE, **options)
    live_says(page, "The control room can see this ✓")
    listen(door, page)
    door.command("ask_sound")
    page.get_by_role("button", name="Allow sound").click()
    expect(page.get_by_role("button", name="Sound is on.")).to_be_visible()
    return page


def told_to_move_and_asked_for_sound(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = on_air(door, open_page, **options)
    live_says(page, "The control room can see this ✓")
    listen(door, page)
    page.get_by_role("button", name="Send photo").click()
    says(page, 1, "Sent ✓")
    door.command("ask_sound")
    door.command("move_closer")
    expect(page.locator("#direction")).to_be_visible()
    return page


def shown_and_stopped(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = on_air(door, open_page, **options)
    page.get_by_role("button", name="Stop").click()
    live_says(page, "Stopped. Your camera is off.")
    return page


def asked_a_question(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = open_page(**options)
    listen(door, page)
    door.ask(5, "where_hurts")
    page.get_by_role("button", name="Chest").click()
    expect(page.locator(".you")).to_contain_text("Sent ✓")
    door.ask(6, "how_many_hurt")
    expect(page.locator(".offers").get_by_role("button", name="More than 5")).to_be_visible()
    return page


def asked_a_question_during_the_video(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = on_air(door, open_page, **options)
    live_says(page, "The control room can see this ✓")
    listen(door, page)
    door.ask(5, "breathing")
    expect(page.get_by_role("button", name="Not breathing")).to_be_visible()
    return page


def dark(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = open_page(**options)
    page.get_by_role("button", name="Dark screen").click()
    return page


def shown_where_to_tap(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    door.invitation.purpose = "live"
    page = open_page(permissions=[], **options)
    show(page)
    expect(page.locator("#where")).to_be_visible()
    return page


def left(door: CitizensDoor, open_page: OpenPage, options: dict[str, Any]) -> Page:
    page = open_page(**options)
    page.get_by_role("button", name="Stop and leave").click()
    expect(page.get_by_role("heading", name="You have left")).to_be_visible()
    return page


STATES: list[State] = [
    *(just_opened, asked_for_the_place, sending, after_some, over, refused, sent_by_form),
    *(asked_for_the_code, asked_to_show, refused_the_camera, showing, told_to_move_and_asked_for_sound),
    *(shown_and_stopped, asked_a_question, asked_a_question_during_the_video, dark, shown_where_to_tap, left),
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


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_everything_fits_and_can_be_hit_with_a_thumb(door: CitizensDoor, open_page: OpenPage, state: State) -> None:
    page = state(door, open_page, {})
    for screen in SCREENS.values():
        turn_to(page, screen)
        for text in ("100%", "200%"):
            page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text)
            fits(page, screen)


def turn_to(page: Page, screen: tuple[int, int]) -> None:
    """Give an open page another screen, as a phone that is turned."""
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    page.wait_for_function("([width, height]) => innerWidth === width && innerHeight === height", arg=list(screen))


def fits(page: Page, screen: tuple[int, int]) -> None:
    """Check that nothing sticks out, is cut, or is too small for a thumb."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= screen[0]
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, label.button, #code, .talk input")]
            .filter((seen) => seen.checkVisibility({ visibilityProperty: true }))
            .map((seen) => ({ words: seen.textContent.trim(), box: seen.getBoundingClientRect() }))
            .filter(({ box }) => box.width < 44 || box.height < 44)"""
    )
    assert small == []
    cut = page.evaluate(
        """() => [...document.querySelectorAll("h1, p:not(#spoken), label, button, a")]
            .filter((seen) => seen.checkVisibility() && getComputedStyle(seen).clipPath === "none")
            .filter((seen) => seen.scrollWidth > seen.clientWidth + 1 && seen.clientWidth)
            .map((seen) => seen.textContent)"""
    )
    assert cut == []


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
@pytest.mark.parametrize("purpose", ["photo", "live"])
def test_the_button_is_seen_without_scrolling(
    door: CitizensDoor, open_page: OpenPage, language: str, purpose: str
) -> None:
    wanted = {"photo": "label[for=take]", "live": "#show"}[purpose]
    door.invitation.purpose = purpose
    door.invitation.practice = True
    door.invitation.organisation = "Hulpcentrum 112 Vlaams-Brabant"
    page = open_page(language=language)
    for screen in SCREENS.values():
        turn_to(page, screen)
        for button in (wanted, "label[for=take]", "label[for=choose]", "#locate", ".stay"):
            expect(page.locator(button)).to_be_in_viewport(ratio=1)
        first = page.locator(wanted).bounding_box()
        assert first is not None
        assert first["height"] >= 72


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_the_whole_live_view_is_seen_without_scrolling(door: CitizensDoor, open_page: OpenPage, language: str) -> None:
    door.invitation.purpose = "live"
    page = open_page(language=language, permissions=["camera"])
    page.locator("#show").click()
    expect(page.locator("#says")).to_contain_text("✓", timeout=30_000)
    for screen in SCREENS.values():
        turn_to(page, screen)
        for part in (".stay", ".sign", "#preview", "#says", "#turn", "#snap", "#stop"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        preview = page.locator("#preview").bounding_box()
        assert preview is not None
        assert preview["height"] >= screen[1] / 3


def test_the_keyboard_reaches_everything_in_the_order_that_is_seen(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    # Heard from the start: the browser is told aside to hand choosers over, perhaps after a key pressed at once.
    page.on("filechooser", _leave_open)
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("() => document.activeElement.id || document.activeElement.textContent"))
    assert reached == ["Français", "Other languages", "take", "choose", "locate", "write"]
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
    # Once for the small picture that goes ahead, once for the whole.
    assert 1 <= len(re.findall("Sending", heard)) <= 2
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


def test_the_live_view_reads_from_right_to_left(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.direction = "rtl"
    page = showing(door, open_page, {})
    sign, microphone = page.locator(".sign").bounding_box(), page.locator("#hush").bounding_box()
    assert sign is not None
    assert microphone is not None
    assert sign["x"] > microphone["x"] + microphone["width"]
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_nothing_moves_for_those_whom_movement_disturbs(door: CitizensDoor, open_page: OpenPage) -> None:
    page = showing(door, open_page, {"reduced_motion": "reduce"})
    moving = """() => [...document.querySelectorAll('*')].flatMap((seen) => {
        const { transitionDuration, animationDuration } = getComputedStyle(seen);
        return [transitionDuration, animationDuration];
    })"""
    assert set(page.evaluate(moving)) == {"0s"}
