"""A dispatcher looks at photos, when and as far as they choose."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk


def place(of: Locator) -> tuple[int, int]:
    """Say where something stands, in whole pixels from the left and from above."""
    box = of.bounding_box()
    assert box is not None
    return round(box["x"]), round(box["y"])


def tiles(page: Page) -> list[str]:
    """Name the photos of the grid in their order."""
    return [tile.get_attribute("data-photo") or "" for tile in page.locator("#grid .picture").all()]


def test_a_photo_takes_its_place_before_it_can_be_seen(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    page = open_wall()
    photo = desk.receive(invitation)
    tile = page.get_by_role("list", name="Photos", exact=True).get_by_role("button")
    expect(tile).to_have_accessible_name("Photo 1 of invitation 1, arriving")
    expect(tile).to_contain_text("arriving… 2.5 MB")
    before = place(tile)
    desk.show(photo)
    expect(tile).to_have_accessible_name("Photo 1 of invitation 1, hidden; press Enter to reveal")
    expect(page.locator("#grid img")).to_have_js_property("naturalWidth", 480)
    assert place(tile) == before, "nothing moves"


def test_a_photo_that_cannot_be_opened_says_so(open_wall: OpenWall, desk: Desk) -> None:
    photo = desk.receive(desk.invite())
    page = open_wall()
    desk.refuse(photo)
    expect(page.locator("#grid")).to_contain_text("Cannot be opened. Ask the caller for another one.")
    assert desk.ask(f"/api/photos/{photo['id']}/thumbnail") == 0


def test_nobody_sees_a_picture_before_choosing_to(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    first, second = desk.add(invitation, seconds_ago=9), desk.add(invitation, seed=2)
    page = open_wall()
    images = page.locator("#grid img")
    expect(images).to_have_count(2)
    for image in images.all():
        expect(image).to_have_css("filter", re.compile("blur"))
    tile = page.locator("#grid").get_by_role("button", name="Photo 2 of invitation 1, hidden; press Enter to reveal")
    tile.press("Enter")
    expect(images.first).to_have_css("filter", "none")
    expect(images.last).to_have_css("filter", re.compile("blur"))
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert [asked for asked in desk.asked if "/wall" in asked and "/api/" in asked] == [], "only thumbnails travelled"
    assert {desk.ask(f"/api/photos/{photo['id']}/thumbnail") for photo in (first, second)} == {1}
    page.get_by_role("button", name="Hide all pictures").click()
    expect(images.first).to_have_css("filter", re.compile("blur"))
    expect(page.get_by_role("button", name="Hide all pictures")).to_be_hidden()


def test_an_organisation_may_choose_to_see_at_once_and_a_dispatcher_not_to(open_wall: OpenWall, desk: Desk) -> None:
    desk.blur = False
    desk.add(desk.invite())
    page = open_wall()
    expect(page.locator("#grid img")).to_have_css("filter", "none")
    page.keyboard.press("h")
    expect(page.locator("#grid img")).to_have_css("filter", re.compile("blur"))


def test_a_photo_is_opened_large_with_what_is_known_of_it(open_wall: OpenWall, desk: Desk) -> None:
    photo = desk.add(desk.invite(incident="2026-123"), seconds_ago=12)
    page = open_wall()
    tile = page.locator("#grid .picture")
    tile.click()
    tile.click()
    view = page.get_by_role("dialog", name="Photo 1 of invitation 1")
    expect(view.get_by_role("img", name="Photo 1 sent by the caller of invitation 1")).to_be_visible()
    pixels, size = "3024 \N{MULTIPLICATION SIGN} 4032", "2.5 MB (2,500,000 bytes)"
    for fact in (pixels, size, photo["sha256"], "2026-123", "s ago", "5 h 59 min"):
        expect(view).to_contain_text(fact)
    expect(page.locator("#view-received")).to_have_text(re.compile(r"\d\d:\d\d:\d\d · \d+ s ago$"))
    with page.expect_download() as download:
        view.get_by_role("link", name="Download original").click()
    assert download.value.path().read_bytes() == desk.pictures[photo["id"]]
    page.keyboard.press("Escape")
    expect(view).to_be_hidden()
    expect(tile).to_be_focused()


def test_an_old_photo_is_called_old_before_it_is_revealed(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    desk.add(invitation, age="days", number=3, sentence="from the gallery, 3 days old", seconds_ago=9)
    desk.add(invitation, seed=2, age="just_now", sentence="taken just now", seconds_ago=6)
    desk.add(invitation, seed=3)
    page = open_wall()
    tile = page.locator("#grid .picture").nth(2)
    expect(tile.get_by_text("from the gallery, 3 days old").first).to_be_visible()
    expect(tile).to_have_accessible_name(
        "Photo 1 of invitation 1, hidden; press Enter to reveal; from the gallery, 3 days old"
    )
    expect(page.locator("#grid [data-old]")).to_have_count(1)
    expect(page.locator("#grid .picture-taken")).to_have_text(["", "taken just now", "from the gallery, 3 days old"])


def test_what_the_camera_says_stands_beside_the_open_photo(open_wall: OpenWall, desk: Desk) -> None:
    camera = "<img src=x onerror=alert(1)> Kamera"
    place_taken = {"latitude": 50.8503461, "longitude": 4.3517211}
    desk.add(desk.invite(), age="hours", number=5, sentence="5 h old", camera=camera, place=place_taken, seconds_ago=5)
    desk.add(desk.invitations["k3V900000001"], seed=2)
    page = open_wall(permissions=["clipboard-read", "clipboard-write"])
    tile = page.locator("#grid .picture").last
    tile.click()
    tile.click()
    view = page.get_by_role("dialog")
    expect(view.locator("#view-taken")).to_have_text("5 h old")
    expect(view.locator("#view-taken")).to_have_attribute("data-old", "")
    expect(view.locator("#view-camera")).to_have_text(camera)
    expect(view.locator("dd img")).to_have_count(0)
    view.get_by_role("button", name="Copy location").click()
    expect(view.locator("#view-copy-place .is-done")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "50.85035, 4.35172"
    page.keyboard.press("ArrowLeft")
    expect(view.locator("#view-taken")).to_have_text("no time of taking known")
    expect(view.locator("#fact-place")).to_be_hidden()
    expect(view.locator("#fact-camera")).to_be_hidden()


def test_the_arrows_lead_to_photos_that_stay_hidden(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    older, newer = desk.add(invitation, seconds_ago=60), desk.add(invitation, seed=2)
    page = open_wall()
    tile = page.locator("#grid .picture").first
    tile.click()
    tile.click()
    page.locator("#view-frame[data-large]").wait_for()
    page.keyboard.press("ArrowRight")
    view = page.get_by_role("dialog", name="Photo 1 of invitation 1")
    expect(view.locator("#view-thumbnail")).to_have_css("filter", re.compile("blur"))
    expect(view.get_by_role("img", name="sent by the caller")).to_have_count(0)
    assert desk.ask(f"/api/photos/{newer['id']}/wall") == 1
    assert desk.ask(f"/api/photos/{older['id']}/wall") == 0
    view.get_by_role("button", name="Reveal this picture").click()
    expect(view.get_by_role("img", name="Photo 1 sent by the caller of invitation 1")).to_be_visible()
    expect(view.get_by_role("button", name="Older")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("dialog", name="Photo 2 of invitation 1")).to_be_visible()


def test_the_photo_on_show_is_forgotten(open_wall: OpenWall, desk: Desk) -> None:
    photo = desk.add(desk.invite())
    page = open_wall()
    tile = page.locator("#grid .picture")
    tile.click()
    tile.click()
    desk.forget(photo)
    view = page.get_by_role("dialog")
    expect(view).to_contain_text("This photo is no longer here.")
    expect(view.get_by_role("img")).to_have_count(0)
    expect(page.locator(".picture")).to_have_count(0)


def test_photos_stand_newest_first_wherever_they_come_from(open_wall: OpenWall, desk: Desk) -> None:
    one, other = desk.invite(), desk.invite()
    middle, oldest = desk.add(one, seconds_ago=50), desk.add(other, seconds_ago=90)
    page = open_wall()
    newest = desk.add(one, seconds_ago=1)
    expect(page.locator("#grid .picture")).to_have_count(3)
    assert tiles(page) == [newest["id"], middle["id"], oldest["id"]]
    strip = page.get_by_role("article", name="No. 1").get_by_role("list", name="Photos of this invitation")
    expect(strip.get_by_role("button")).to_have_count(2)


def test_what_is_looked_at_stays_where_it_is_while_new_photos_come(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    photos = [desk.add(invitation, seed=seed, seconds_ago=200 - seed) for seed in range(30)]
    page = open_wall()
    read = page.locator(f"#grid [data-photo={photos[4]['id']}]")
    read.scroll_into_view_if_needed()
    before = place(read)
    for seed in (1, 2, 3):
        desk.add(invitation, seed=seed)
    pill = page.get_by_role("button", name="3 new")
    expect(pill).to_be_visible()
    assert place(read) == before
    pill.click()
    newest = page.locator("#grid .picture").first
    expect(newest).to_be_focused()
    expect(newest).to_be_in_viewport()
    expect(newest).to_have_accessible_name(re.compile("Photo 33 of invitation 1"))
    expect(pill).to_be_hidden()


def test_scrolling_back_up_lets_the_new_photos_in(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    for seed in range(30):
        desk.add(invitation, seed=seed, seconds_ago=200 - seed)
    page = open_wall()
    page.locator("#photos").evaluate("pane => pane.scrollTo(0, 600)")
    desk.add(invitation)
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    page.locator("#photos").evaluate("pane => pane.scrollTo(0, 0)")
    expect(page.locator("#grid .picture")).to_have_count(31)
    expect(page.get_by_role("button", name="1 new")).to_be_hidden()


def test_a_new_card_does_not_move_the_one_being_read(open_wall: OpenWall, desk: Desk) -> None:
    for _ in range(12):
        desk.invite()
    page = open_wall()
    read = page.get_by_role("article", name="No. 3", exact=True)
    read.scroll_into_view_if_needed()
    before = place(read)
    desk.invite()
    expect(page.get_by_role("article")).to_have_count(13)
    # A browser scrolls by whole pixels, and a card may be some and a half tall.
    assert place(read) == pytest.approx(before, abs=1)


def test_cards_and_tiles_are_changed_and_never_made_again(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    photo = desk.receive(invitation)
    page = open_wall()
    page.evaluate("for (const one of document.querySelectorAll('article, .picture')) one.isTheSame = true")
    desk.show(photo)
    desk.climb(invitation, "sms_accepted")
    expect(page.locator("#grid img")).to_have_count(1)
    expect(page.locator("[data-rung=sms_accepted]")).not_to_have_attribute("data-state", "ahead")
    assert page.evaluate("[...document.querySelectorAll('article, .picture')].every((one) => one.isTheSame)")


def test_the_arrow_keys_walk_the_grid(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    for seed in range(8):
        desk.add(invitation, seed=seed, seconds_ago=100 - seed)
    page = open_wall()
    pictures = page.locator("#grid .picture")
    pictures.first.focus()
    page.keyboard.press("ArrowRight")
    expect(pictures.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    above, focused = place(pictures.nth(1)), place(page.locator("#grid .picture:focus"))
    assert focused[0] == above[0]
    assert focused[1] > above[1]


def test_a_thumbnail_that_fails_is_asked_for_again(open_wall: OpenWall, desk: Desk) -> None:
    photo = desk.receive(desk.invite())
    page = open_wall()
    asked: list[str] = []

    def fail_once(route: Route) -> None:
        asked.append("thumbnail")
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/thumbnail", fail_once)
    # The strip asks too; without it the count is plain.
    page.evaluate("document.querySelector('article').remove()")
    desk.show(photo)
    expect(page.locator("#grid img")).to_have_js_property("naturalWidth", 480)
    assert len(asked) >= 2


def test_a_preview_says_that_the_rest_is_coming_and_is_replaced(open_wall: OpenWall, desk: Desk) -> None:
    desk.blur = False
    wall = open_wall()
    invitation = desk.invite()
    photo = desk.receive(invitation)
    photo.update(size="preview", reached="preview")
    desk.show(photo)
    tile = wall.locator(".grid .picture")
    expect(tile).to_have_accessible_name(re.compile("full size coming"))
    image = tile.locator("img")
    expect(image).to_have_attribute("src", re.compile(r"/thumbnail\?size=preview$"))
    wall.evaluate(
        """() => {
          window.tile = document.querySelector(".grid .picture");
          window.before = window.tile.getBoundingClientRect().toJSON();
        }"""
    )
    desk.complete(photo, seed=2)
    expect(image).to_have_attribute("src", re.compile(r"/thumbnail$"))
    expect(tile).not_to_have_accessible_name(re.compile("full size"))
    is_the_same, before, now = wall.evaluate(
        "() => [window.tile.isConnected, window.before, window.tile.getBoundingClientRect().toJSON()]"
    )
    assert is_the_same
    assert before == now


@pytest.mark.parametrize("end", ["closed", "late", "gone"])
def test_a_preview_whose_rest_never_comes_says_so(open_wall: OpenWall, desk: Desk, end: str) -> None:
    desk.blur = False
    wall = open_wall()
    invitation = desk.invite()
    photo = desk.receive(invitation, seconds_ago=700 if end == "late" else 0)
    photo.update(size="preview", reached="preview", original="gone" if end == "gone" else None)
    desk.show(photo)
    if end == "closed":
        expect(wall.locator(".grid .picture")).to_have_accessible_name(re.compile("full size coming"))
        desk.close(invitation)
    expect(wall.locator(".grid .picture")).to_have_accessible_name(re.compile("only the preview came"))


def test_the_original_is_asked_for(open_wall: OpenWall, desk: Desk) -> None:
    desk.blur = False
    wall = open_wall()
    photo = desk.receive(desk.invite())
    photo.update(size="shrunk", reached="shrunk")
    desk.show(photo)
    wall.locator(".grid .picture").click()
    view = wall.locator("#view")
    expect(view).to_contain_text("Made smaller by the phone")
    view.get_by_role("button", name="Ask for the original").click()
    expect(view).to_contain_text("The original has been asked for")
    expect(view.get_by_role("button", name="Ask for the original")).to_be_hidden()
    assert f"POST /api/photos/{photo['id']}/ask" in desk.asked
    desk.complete(photo)
    expect(view).not_to_contain_text("Made smaller")
    expect(view).not_to_contain_text("asked for")


def test_an_original_that_is_gone_is_told(open_wall: OpenWall, desk: Desk) -> None:
    desk.blur = False
    wall = open_wall()
    photo = desk.receive(desk.invite())
    photo.update(size="shrunk", reached="shrunk", original="gone")
    desk.show(photo)
    wall.locator(".grid .picture").click()
    expect(wall.locator("#view")).to_contain_text("The phone no longer has the original")
    expect(wall.get_by_role("button", name="Ask for the original")).to_be_hidden()
