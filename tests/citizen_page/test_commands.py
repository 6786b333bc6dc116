"""The dispatcher asks something of the phone, and the citizen is helped to do it."""

import pytest
from playwright.sync_api import expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import CitizensDoor
from tests.citizen_page.test_ending import listen
from tests.citizen_page.test_live import ALLOWED
from tests.citizen_page.test_photos import says as photo_says
from tests.citizen_page.watching import CAMERA, is_on, on_air, says, states, until

TORCH = """
    window.lamp = [];
    MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true });
    MediaStreamTrack.prototype.applyConstraints = async ({ advanced: [{ torch }] }) => { window.lamp.push(torch); };
"""
UNLIT = "MediaStreamTrack.prototype.applyConstraints = () => Promise.reject();"

WANTED = {
    "ask_live": ("Show what I see", "112 Brussels asks to see what you see"),
    "ask_photo": ("Take a photo", "112 Brussels asks you for a photo"),
    "take_photo": ("Take a photo", "112 Brussels asks you for a photo"),
    "ask_location": ("Send my location", "112 Brussels asks where you are"),
}
"""The button that is to come first, and what stands above it."""


@pytest.mark.parametrize(
    ("language", "button", "directions"),
    [
        (
            "en",
            "Show what I see",
            ["Move closer", "Move back", "Move left", "Move right", "Hold still"],
        ),
        ("fr", "Montrer ce que je vois", ["Rapprochez-vous", "Reculez", "à gauche", "à droite", "Ne bougez plus"]),
    ],
)
def test_a_direction_stands_large_over_the_picture_and_is_said_aloud(
    door: CitizensDoor, open_page: OpenPage, language: str, button: str, directions: list[str]
) -> None:
    door.invitation.purpose = "live"
    page = open_page(language=language, **CAMERA)
    page.get_by_role("button", name=button).click()
    expect(page.locator("#stage")).to_be_visible()
    listen(door, page)
    commands = ["move_closer", "move_back", "move_left", "move_right", "hold_still"]
    for command, direction in zip(commands, directions, strict=True):
        door.command(command)
        expect(page.locator("#direction")).to_contain_text(direction)
        expect(page.locator("#direction")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("status")).to_contain_text(direction)
    assert page.locator("#direction").evaluate("(seen) => parseFloat(getComputedStyle(seen).fontSize)") > 24
    expect(page.locator("#direction")).to_be_hidden(timeout=30_000)


def test_the_camera_turns_on_command(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    listen(door, page)
    door.command("switch_camera")
    page.wait_for_function("() => window.taken[1]?.readyState === 'live'")
    assert page.evaluate("() => window.asked[1].video.facingMode") == "user"


def test_a_lamp_is_lit_and_put_out(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page, before=TORCH)
    listen(door, page)
    until(door, page, ALLOWED)
    door.command("torch_on")
    until(door, page, [*ALLOWED, "torch_on"])
    door.command("torch_off")
    until(door, page, [*ALLOWED, "torch_on", "torch_off"])
    assert page.evaluate("() => window.lamp") == [True, False]


@pytest.mark.parametrize(
    "before", ["", TORCH + "MediaStreamTrack.prototype.applyConstraints = () => Promise.reject();"]
)
def test_a_phone_without_a_lamp_says_so(door: CitizensDoor, open_page: OpenPage, before: str) -> None:
    page = on_air(door, open_page, before=before)
    listen(door, page)
    until(door, page, ALLOWED)
    door.command("torch_on")
    until(door, page, [*ALLOWED, "torch_missing"])


def test_a_photo_is_taken_on_command(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page, before="delete window.ImageCapture;")
    listen(door, page)
    page.wait_for_function("() => document.querySelector('video').videoWidth > 0")
    door.command("take_photo")
    photo_says(page, 1, "Sent ✓")
    expect(page.get_by_role("status")).to_contain_text("Photo taken ✓")
    assert states(page) == ["live"]


@pytest.mark.parametrize(
    ("purpose", "command"),
    [
        ("photo", "ask_live"),
        ("location", "ask_live"),
        ("live", "ask_photo"),
        ("live", "take_photo"),
        ("photo", "ask_location"),
    ],
)
def test_what_is_asked_for_now_comes_first(door: CitizensDoor, open_page: OpenPage, purpose: str, command: str) -> None:
    first, heading = WANTED[command]
    door.invitation.purpose = purpose
    page = open_page(**CAMERA)
    listen(door, page)
    door.command(command)
    expect(page.get_by_role("heading")).to_have_text(heading)
    expect(page.get_by_role("status")).to_contain_text(heading)
    wanted = page.locator(".actions").get_by_text(first)
    expect(wanted).to_be_in_viewport(ratio=1)
    boxes = [page.locator(f".actions {button}").bounding_box() for button in ("#show", ".take label", "#locate")]
    shown = [box for box in boxes if box]
    mine = wanted.locator("xpath=ancestor-or-self::*[contains(@class, 'button')][1]").bounding_box()
    assert mine is not None
    assert mine["y"] == min(box["y"] for box in shown)
    assert mine["height"] == max(box["height"] for box in shown)
    if command == "ask_live":
        wanted.click()
        is_on(page)


def test_what_is_asked_for_during_the_video_stands_over_it(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    listen(door, page)
    door.command("ask_location")
    expect(page.locator("#direction")).to_have_text("112 Brussels asks where you are")
    door.command("ask_live")
    expect(page.locator("#direction")).to_have_text("112 Brussels asks to see what you see")
    expect(page.get_by_role("button", name="Show what I see")).to_be_hidden()
    is_on(page)


def test_nothing_moves_before_the_citizen_has_said_yes(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    page = open_page(**CAMERA)
    listen(door, page)
    for command in ("switch_camera", "ask_sound", "stop_sound", "move_closer", "no_such_command", "ask_toString"):
        door.command(command)
    door.command("torch_on")
    until(door, page, ["torch_missing"])
    assert page.evaluate("() => window.asked") == []
    expect(page.locator("#live")).to_be_hidden()
    expect(page.get_by_role("heading")).to_have_text("112 Brussels asks to see what you see")
    says(page, "")
