"""The line between the wall and the server breaks, and comes back."""

from playwright.sync_api import expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk


def test_a_broken_line_is_told_and_everything_made_up(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    desk.is_up = False
    banner = page.get_by_text("Connection lost since")
    expect(banner).to_be_visible()
    expect(page.locator("#connection")).to_have_text("Not connected")
    desk.add(invitation)
    desk.climb(invitation, "sms_accepted", "sms_delivered")
    desk.is_up = True
    expect(page.locator("#grid img")).to_have_count(1)
    expect(page.locator("[data-rung=sms_delivered]")).to_have_attribute("aria-current", "step")
    expect(banner).to_be_hidden()
    expect(page.locator("#connection")).to_have_text("Connected")
    assert desk.ask("/api/photos") == 1, "the feed alone made up for it"


def test_a_line_that_died_silently_is_noticed(open_wall: OpenWall, desk: Desk) -> None:
    page = open_wall()
    page.clock.install()
    page.reload()
    page.locator("#connection[data-line=open]").wait_for()
    desk.is_silent = True
    desk.is_up = True
    feeds = desk.ask("/api/events")
    page.route("**/api/events*", lambda route: route.abort())
    page.clock.fast_forward(21_000)
    expect(page.locator("#connection")).to_have_text("Not connected")
    page.clock.fast_forward(3000)
    expect(page.get_by_text("Connection lost since")).to_be_visible()
    page.unroute("**/api/events*")
    desk.is_silent = False
    page.clock.fast_forward(11_000)
    expect(page.get_by_text("Connection lost since")).to_be_hidden()
    assert desk.ask("/api/events") > feeds


def test_a_wall_that_was_away_too_long_loads_its_lists_again(open_wall: OpenWall, desk: Desk) -> None:
    gone = desk.add(desk.invite())
    page = open_wall()
    expect(page.locator("#grid .picture")).to_have_count(1)
    desk.is_up = False
    page.get_by_text("Connection lost since").wait_for()
    del desk.photos[gone["id"]]
    kept = desk.add(desk.invite())
    desk.tell("SignedIn")
    desk.oldest_event = desk.cursor
    desk.is_up = True
    expect(page.locator(f"#grid [data-photo={kept['id']}]")).to_be_visible()
    expect(page.locator(f"#grid [data-photo={gone['id']}]")).to_have_count(0)
    expect(page.get_by_role("article", name="No. 2")).to_be_visible()
    expect(page.locator("#connection")).to_have_text("Connected")


def test_old_news_changes_nothing(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    photo = desk.add(invitation)
    page = open_wall()
    expect(page.locator("#grid img")).to_have_count(1)
    # The same line tells again what was true before: an event that is older than what the wall knows.
    before = {**desk.journal[-1], "number": 1, "photo": {**photo, "state": "received"}}
    desk.journal.append(before)
    desk.tell("SignedIn")
    last = desk.invite()
    expect(page.get_by_role("article", name=f"No. {last['number']}")).to_be_visible()
    expect(page.locator("#grid img")).to_have_count(1)
    expect(page.locator("#grid .picture")).to_have_attribute("data-state", "shown")


def test_a_photo_once_forgotten_does_not_come_back(open_wall: OpenWall, desk: Desk) -> None:
    photo = desk.add(desk.invite())
    page = open_wall()
    expect(page.locator("#grid .picture")).to_have_count(1)
    desk.forget(photo)
    desk.tell("PhotoShown", photo=photo)
    last = desk.invite()
    expect(page.get_by_role("article", name=f"No. {last['number']}")).to_be_visible()
    expect(page.locator(".picture")).to_have_count(0)


def test_a_server_that_is_not_there_yet_is_waited_for(open_page: OpenWall, desk: Desk) -> None:
    page = open_page("/sign-in/abc")
    page.route("**/api/**", lambda route: route.abort())
    page.goto("/wall")
    expect(page.get_by_text("Connection lost since")).to_be_visible()
    page.unroute("**/api/**")
    expect(page.locator("#connection")).to_have_text("Connected")
    expect(page.get_by_text("Let the caller show you")).to_be_visible()


def test_an_ended_session_clears_the_screen(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall()
    desk.is_signed_in = False
    expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
    expect(page.locator("img")).to_have_count(0)
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_role("link", name="Sign in again")).to_have_attribute("href", "/sign-in")


def test_an_action_after_the_end_of_the_session_tells_it_too(open_wall: OpenWall, desk: Desk) -> None:
    desk.invite()
    page = open_wall()
    page.route("**/resend", lambda route: route.fulfill(status=401, body='{"title": "Not signed in."}'))
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("heading", name="Your session has ended")).to_be_visible()
