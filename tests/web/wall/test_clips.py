"""A dispatcher plays clips: silent, and not before choosing to see them."""

from playwright.sync_api import Locator, Page, expect

from tests import clips
from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk


def tile(page: Page) -> Locator:
    return page.locator("#grid .picture")


def player(page: Page) -> Locator:
    return page.locator("#view-clip")


def test_a_clip_is_told_from_a_photo_and_hidden_like_one(open_wall: OpenWall, desk: Desk) -> None:
    desk.add_clip(desk.invite(), film=clips.silent_mp4())
    page = open_wall()
    expect(tile(page)).to_have_accessible_name("Photo 1 of invitation 1, hidden; press Enter to reveal; clip, 12 s")
    expect(tile(page)).to_contain_text("clip, 12 s")
    tile(page).click()
    expect(tile(page)).to_have_accessible_name("Photo 1 of invitation 1; press Enter to open; clip, 12 s")
    assert tile(page).evaluate("(tile) => getComputedStyle(tile, '::after').clipPath") != "none", "a sign to play"
    assert not [asked for asked in desk.asked if asked.endswith("/clip")], "nothing is loaded before it is wanted"


def test_a_revealed_clip_plays_silently_in_the_large_view(open_wall: OpenWall, desk: Desk) -> None:
    clip = desk.add_clip(desk.invite(), film=clips.silent_mp4())
    page = open_wall()
    tile(page).click()
    tile(page).click()
    expect(player(page)).to_be_visible()
    expect(player(page)).to_have_js_property("muted", value=True)
    expect(player(page)).to_have_js_property("paused", value=True)
    expect(player(page)).to_have_js_property("videoWidth", 320)
    expect(player(page)).to_have_accessible_name("Clip 1 sent by the caller of invitation 1")
    player(page).evaluate("(video) => video.play()")
    expect(player(page)).not_to_have_js_property("currentTime", 0)
    page.keyboard.press("Escape")
    expect(player(page)).to_have_count(0)  # a clip that nobody looks at is not held
    assert desk.ask(f"/api/photos/{clip['id']}/clip") >= 1


def test_hiding_all_pictures_takes_a_playing_clip_away(open_wall: OpenWall, desk: Desk) -> None:
    desk.add_clip(desk.invite(), film=clips.silent_mp4())
    page = open_wall()
    tile(page).click()
    tile(page).click()
    player(page).evaluate("(video) => video.play()")
    page.locator("#hide-all").dispatch_event("click")  # behind the dialog
    expect(player(page)).to_have_count(0)


def test_a_clip_that_takes_its_time_says_so_and_then_plays(open_wall: OpenWall, desk: Desk) -> None:
    clip = desk.add_clip(desk.invite(), film=None)
    page = open_wall()
    tile(page).click()
    tile(page).click()
    expect(page.locator("#view-message")).to_have_text("Being made playable: this is its first picture.")
    expect(player(page)).to_be_hidden()
    desk.make_playable(clip, clips.silent_mp4())
    expect(player(page)).to_be_visible()
    expect(page.locator("#view-message")).to_be_hidden()


def test_a_clip_that_never_plays_says_where_it_can_be_had(open_wall: OpenWall, desk: Desk) -> None:
    clip = desk.add_clip(desk.invite(), film=None)
    page = open_wall()
    desk.make_playable(clip, None)
    tile(page).click()
    tile(page).click()
    expect(page.locator("#view-message")).to_contain_text("Download the original")
    expect(player(page)).to_be_hidden()


def test_walking_from_a_clip_to_a_photo_ends_the_clip(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    desk.add(invitation, seconds_ago=60)
    desk.add_clip(invitation, film=clips.silent_mp4())
    page = open_wall()
    tile(page).first.click()
    tile(page).first.click()
    expect(player(page)).to_be_visible()
    page.locator("#view-older").click()
    expect(player(page)).to_be_hidden()
    page.locator("#view-newer").click()
    expect(player(page)).to_be_visible()
