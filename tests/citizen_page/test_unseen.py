"""A citizen whom nobody may notice, or who wants to stop; and a phone that opens the page by itself."""

import io

from PIL import Image
from playwright.sync_api import expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import CitizensDoor
from tests.citizen_page.test_commands import TORCH
from tests.citizen_page.test_ending import is_over, listen
from tests.citizen_page.test_live import ALLOWED
from tests.citizen_page.watching import CAMERA, eventually, is_on, on_air, says, states, until

EMERGENCY_CALL = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36 Live/1"
)


def test_the_page_looks_switched_off_and_a_tap_brings_it_back(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page, before=TORCH)
    listen(door, page)
    page.get_by_role("button", name="Dark screen").click()
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert seen.getcolors() == [(seen.width * seen.height, (0, 0, 0))]
    assert page.locator("meta[name=theme-color]").get_attribute("content") == "#000"
    door.command("torch_on")
    until(door, page, [*ALLOWED, "torch_off", "torch_off"])
    assert page.evaluate("() => window.lamp") == [False, False]
    door.command("move_closer")
    page.wait_for_timeout(300)
    expect(page.get_by_text("Move closer").first).to_be_hidden()
    assert states(page) == ["live"]
    page.mouse.click(180, 500)
    is_on(page)
    expect(page.locator("meta[name=theme-color]")).to_have_count(0)
    # The tap did nothing else.
    assert page.evaluate("() => window.asked.length") == 1


def test_who_leaves_is_told_what_has_stopped_and_may_come_back(door: CitizensDoor, open_page: OpenPage) -> None:
    page = on_air(door, open_page)
    listen(door, page)
    until(door, page, ALLOWED)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop and leave").click()
    is_over(page, "Everything is stopped: no camera, no location.")
    expect(page.get_by_role("heading", name="You have left")).to_be_focused()
    assert set(states(page)) == {"ended"}
    eventually(page, lambda: set(door.invitation.steps) == {*ALLOWED, "live_ended"})
    eventually(page, lambda: door.invitation.pages[-1]["state"] == "left")
    eventually(page, lambda: not door.listeners)
    stills = len(door.invitation.stills)
    page.wait_for_timeout(2000)
    assert len(door.invitation.stills) == stills
    page.get_by_role("link", name="Open the page again").click()
    expect(page.get_by_role("button", name="Show what I see")).to_be_visible()


def test_nothing_is_left_on_the_phone(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    listen(door, page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Stop and leave").click()
    expect(page.get_by_role("heading", name="You have left")).to_be_visible()
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0
    page.context.set_offline(False)
    eventually(page, lambda: [told["state"] for told in door.invitation.pages] == ["left"])


def test_who_is_responsible_and_for_how_long_is_said(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    trust = page.locator(".trust")
    expect(trust).to_contain_text("112 Brussels asks for this, and is responsible for what you send.")
    expect(trust).to_contain_text("We can see nothing else on your phone.")
    expect(trust).to_contain_text("deleted after 6")


def test_an_emergency_call_that_opens_the_page_is_seen_at_once_with_nothing_to_tap(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    door.invitation.purpose = "live"
    page = open_page(user_agent=EMERGENCY_CALL, **CAMERA)
    is_on(page)
    until(door, page, ALLOWED)
    assert door.invitation.taps == 1
    expect(page.locator("button:visible, a:visible, label:visible")).to_have_count(0)
    listen(door, page)
    door.command("ask_sound")
    until(door, page, [*ALLOWED, "sound_refused"])
    expect(page.locator("#sound")).to_be_hidden()


def test_an_emergency_call_without_a_camera_offers_what_is_left(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    page = open_page(user_agent=EMERGENCY_CALL, permissions=[])
    until(door, page, ["camera_asked", "camera_refused refused"])
    expect(page.get_by_text("Take a photo")).to_be_visible()


def test_a_battery_that_runs_low_is_said_on_both_sides(door: CitizensDoor, open_page: OpenPage) -> None:
    battery = "const battery = { level: 0.09, charging: false }; navigator.getBattery = async () => battery;"
    page = on_air(door, open_page, before=battery)
    expect(page.locator("#direction")).to_contain_text("Your battery is almost empty (9 %).")
    eventually(page, lambda: {"phone": {"battery": 0.09}} in door.invitation.progress)
    says(page, "The control room can see this ✓")


def test_a_phone_that_shows_where_to_tap(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    page = open_page(permissions=[])
    picture = page.locator("#where")
    expect(picture).to_be_hidden()
    page.get_by_role("button", name="Show what I see").click()
    expect(picture).to_be_visible()
    page.get_by_role("button", name="Send my location").click()
    expect(page.get_by_role("listitem").locator("div svg")).to_be_visible()
    page.context.grant_permissions(["camera"])
    page.locator("#show").click()
    is_on(page)
    expect(picture).to_be_hidden()
