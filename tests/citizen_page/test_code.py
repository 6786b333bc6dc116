"""A caller whom no message reaches types the code that is read aloud."""

import pytest
from playwright.sync_api import expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import CitizensDoor


@pytest.mark.parametrize("has_script", [True, False])
def test_the_code_leads_to_the_page(door: CitizensDoor, open_page: OpenPage, *, has_script: bool) -> None:
    page = open_page(java_script_enabled=has_script)
    page.goto(f"{door.origin}/c")
    code = page.get_by_label("The number that the control room reads to you")
    expect(code).to_be_focused()
    page.keyboard.type("482913")
    expect(code).to_have_value("482 913" if has_script else "482913")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading")).to_have_text("112 Brussels asks you for a photo")
    assert page.url == f"{door.origin}/s/{door.invitation.key}"


def test_a_wrong_code_is_said_and_asked_for_again(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{door.origin}/c")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type("111111")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This code is not right.")
    code = page.locator("#code")
    expect(code).to_have_attribute("aria-invalid", "true")
    expect(code).to_have_accessible_description("This code is not right.")
    expect(code).to_have_value("")
    expect(code).to_be_focused()


def test_a_longer_code_comes_in_halves_and_a_correction_is_left_alone(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{door.origin}/c")
    code = page.locator("#code")
    expect(code).to_be_focused()
    page.keyboard.type("48291357")
    expect(code).to_have_value("4829 1357")
    page.keyboard.press("Home")
    page.keyboard.press("Delete")
    page.keyboard.type("5")
    expect(code).to_have_value("5829 1357")
    expect(code).to_have_js_property("selectionStart", 1)


def test_the_digits_are_large_and_everything_is_seen_at_once(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 320, "height": 568})
    page.goto(f"{door.origin}/c?lang=de")
    code = page.locator("#code")
    box = code.bounding_box()
    assert box is not None
    assert box["height"] >= 72
    assert code.evaluate("(seen) => parseFloat(getComputedStyle(seen).fontSize)") >= 32
    code.fill("4829 1357")
    assert code.evaluate("(seen) => seen.scrollWidth <= seen.clientWidth")
    expect(page.get_by_role("button", name="Weiter")).to_be_in_viewport(ratio=1)


def test_nothing_is_told_to_the_server_before_a_code_is_sent(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    door.invitation.requests.clear()
    page.goto(f"{door.origin}/c")
    page.wait_for_timeout(300)
    assert door.invitation.requests == ["GET /c"]
