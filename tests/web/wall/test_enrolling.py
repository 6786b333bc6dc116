"""A team chat is enrolled from the photowall."""

from playwright.sync_api import expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk


def test_the_dispatcher_reads_what_to_type_in_the_chat(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.get_by_role("button", name="Team chat").click()
    dialog = page.get_by_role("dialog", name="Let a team chat follow")
    expect(dialog.get_by_label("What to type in the chat")).to_have_value("/enrol 7KQ2M-9FXWP")
    expect(dialog.get_by_role("button", name="Copy", exact=True)).to_be_enabled()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#enrol-command"), "the code does not stay in the page").to_have_value("")
