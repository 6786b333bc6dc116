"""A dispatcher comes in."""

from playwright.sync_api import expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk


def test_a_dispatcher_gives_a_name_once(open_page: OpenWall, desk: Desk) -> None:
    page = open_page("/sign-in/abc")
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.insert_text("Anna")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wall")
    assert desk.sign_ins == [{"secret": "abc", "name": "Anna"}]
    page.goto("/sign-in/abc")
    expect(page.get_by_label("Your name")).to_have_value("Anna")


def test_nobody_comes_in_without_a_name(open_page: OpenWall, desk: Desk) -> None:
    page = open_page("/sign-in/abc")
    page.get_by_role("button", name="Open the photowall").click()
    assert desk.sign_ins == []
    assert page.evaluate("document.getElementById('name').maxLength") == 40


def test_signing_in_works_without_javascript(open_page: OpenWall, desk: Desk) -> None:
    page = open_page("/sign-in/abc", java_script_enabled=False)
    page.get_by_label("Your name").fill("Anna")
    page.get_by_role("button", name="Open the photowall").click()
    page.wait_for_url("**/wall")
    assert desk.sign_ins == [{"secret": "abc", "name": "Anna"}]


def test_a_used_link_says_what_to_do(open_page: OpenWall, desk: Desk) -> None:
    page = open_page("/sign-in/used")
    expect(page.get_by_text("This link was used already.")).to_be_visible()
    page.get_by_role("link", name="How to sign in").click()
    expect(page.get_by_text("/wall to the bot")).to_be_visible()


def test_signing_out_leaves_the_wall(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="How to get in")).to_be_visible()
    assert not desk.is_signed_in
