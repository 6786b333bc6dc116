"""Several tabs of one browser show the same, over one line."""

from playwright.sync_api import Page, expect

from tests.web.wall.conftest import PATIENCE, OpenWall
from tests.web.wall.desk import Desk

OPEN = "#connection[data-line=open]"


def another(page: Page) -> Page:
    """Open the wall in another tab of the same browser."""
    tab = page.context.new_page()
    tab.goto("/wall")
    tab.locator(OPEN).wait_for()
    return tab


def share_one_feed(page: Page, desk: Desk) -> None:
    """Wait until one feed is open: a tab whose leader is slow to answer leads itself, and that is no fault."""
    for _ in range(PATIENCE // 50):
        if desk.listeners == 1:
            return
        page.wait_for_timeout(50)
    assert desk.listeners == 1


def test_tabs_share_one_feed_and_show_the_same(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    first = open_wall()
    second, third = another(first), another(first)
    desk.add(invitation)
    for tab in (first, second, third):
        expect(tab.locator("#grid .picture")).to_have_count(1)
        expect(tab.locator("#grid img")).to_have_count(1)
    share_one_feed(third, desk)


def test_the_next_tab_goes_on_when_the_one_that_listened_is_closed(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    first = open_wall()
    second = another(first)
    first.close()
    desk.add(invitation)
    expect(second.locator("#grid img")).to_have_count(1)
    third = another(second)
    desk.add(invitation, seed=2)
    for tab in (second, third):
        expect(tab.locator("#grid img")).to_have_count(2)
    share_one_feed(third, desk)


def test_every_tab_tells_of_a_broken_line_and_makes_up_for_it(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    first = open_wall()
    second = another(first)
    desk.is_up = False
    for tab in (first, second):
        expect(tab.get_by_text("Connection lost since")).to_be_visible(timeout=PATIENCE)
    desk.add(invitation)
    desk.is_up = True
    for tab in (first, second):
        expect(tab.locator("#grid img")).to_have_count(1, timeout=PATIENCE)
        expect(tab.get_by_text("Connection lost since")).to_be_hidden()


def test_tabs_that_were_away_too_long_all_load_their_lists_again(open_wall: OpenWall, desk: Desk) -> None:
    gone = desk.add(desk.invite())
    first = open_wall()
    second = another(first)
    desk.is_up = False
    first.get_by_text("Connection lost since").wait_for()
    del desk.photos[gone["id"]]
    desk.tell("SignedIn")
    desk.oldest_event = desk.cursor
    desk.is_up = True
    for tab in (first, second):
        expect(tab.locator("#grid .picture")).to_have_count(0, timeout=PATIENCE)


def test_a_session_that_ends_clears_every_tab(open_wall: OpenWall, desk: Desk) -> None:
    first = open_wall()
    second = another(first)
    desk.is_signed_in = False
    for tab in (first, second):
        expect(tab.get_by_role("heading", name="Your session has ended")).to_be_visible(timeout=PATIENCE)


def test_what_is_read_in_one_tab_is_read_in_the_other(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite(purpose="live")
    desk.climb(invitation, "tapped")
    first = open_wall()
    second = another(first)
    desk.hear(invitation, "Where are you?")
    for tab in (first, second):
        expect(tab).to_have_title("(1) Photowall")
    second.locator(".talk-line").click()
    for tab in (first, second):
        expect(tab).to_have_title("Photowall")
        expect(tab.locator(".talk-line-count")).to_be_empty()
