"""A dispatcher looks closely at one photo."""

import io
import re

from PIL import Image
from playwright.sync_api import Page, expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk


def open_photo(page: Page) -> None:
    """Reveal and open the newest photo."""
    tile = page.locator("#grid .picture").first
    tile.click()
    tile.click()
    page.locator("#view-frame[data-large]").wait_for()


def shape(page: Page) -> dict[str, float]:
    """Say how the picture is drawn: its matrix."""
    found: dict[str, float] = page.evaluate(
        "(({a, b, c, d, e, f}) => ({a, b, c, d, e, f}))"
        "(new DOMMatrix(getComputedStyle(document.getElementById('view-large')).transform))"
    )
    return {name: round(value, 3) for name, value in found.items()}


def test_the_keys_make_it_larger_move_it_and_fit_it_again(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall()
    open_photo(page)
    assert shape(page)["a"] == 1
    for _ in range(3):
        page.keyboard.press("+")
    larger = shape(page)
    assert larger["a"] > 2
    page.keyboard.press("Shift+ArrowDown")
    assert shape(page)["f"] < larger["f"]
    page.keyboard.press("0")
    assert shape(page) == {"a": 1, "b": 0, "c": 0, "d": 1, "e": 0, "f": 0}


def test_the_wheel_keeps_in_place_what_is_under_the_pointer(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall()
    open_photo(page)
    box = page.locator("#view-frame").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.75)
    page.mouse.wheel(0, -600)
    expect(page.locator("#view-frame")).to_have_attribute("data-closer", "")
    drawn = shape(page)
    below = box["height"] / 4
    assert abs(below * drawn["d"] + drawn["f"] - below) < 1
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.75 + 40)
    page.mouse.up()
    assert abs(shape(page)["f"] - drawn["f"] - 40) < 1


def test_it_is_turned_and_mirrored_and_the_next_one_is_not(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    desk.add(invitation, seconds_ago=9)
    desk.add(invitation, seed=2)
    page = open_wall()
    open_photo(page)
    page.get_by_role("button", name="Turn").click()
    turned = shape(page)
    assert turned["a"] == 0
    assert turned["b"] > 0
    box = page.locator("#view-large").bounding_box()
    frame = page.locator("#view-frame").bounding_box()
    assert box is not None
    assert frame is not None
    page.keyboard.press("f")
    assert shape(page)["b"] == turned["b"]
    assert shape(page)["c"] == -turned["c"]
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Reveal this picture").click()
    page.locator("#view-frame[data-large]").wait_for()
    assert shape(page) == {"a": 1, "b": 0, "c": 0, "d": 1, "e": 0, "f": 0}


def test_it_stands_alone_on_the_screen_and_escape_brings_the_rest_back(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall()
    open_photo(page)
    page.keyboard.press("l")
    expect(page.locator("#view-digest")).to_be_hidden()
    page.get_by_role("button", name="Leave full screen").click()
    expect(page.locator("#view-digest")).to_be_visible()


def test_it_is_copied_as_it_is_turned(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall(permissions=["clipboard-read", "clipboard-write"])
    open_photo(page)
    page.keyboard.press("r")
    page.keyboard.press("c")
    expect(page.locator("#view-tools .is-done")).to_be_visible()
    copied: list[int] = page.evaluate(
        "navigator.clipboard.read().then(([item]) => item.getType('image/png'))"
        ".then((blob) => blob.arrayBuffer()).then((bytes) => [...new Uint8Array(bytes)])"
    )
    assert Image.open(io.BytesIO(bytes(copied))).size == (640, 480)


def test_a_hidden_picture_is_neither_made_larger_nor_copied(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    desk.add(invitation, seconds_ago=9)
    desk.add(invitation, seed=2)
    page = open_wall()
    open_photo(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Reveal this picture")).to_be_visible()
    page.keyboard.press("+")
    expect(page.locator("#view-frame")).not_to_have_attribute("data-closer", "")
    expect(page.locator("#view-thumbnail")).to_have_css("filter", re.compile("blur"))
    assert page.locator("#view-thumbnail").evaluate("image => getComputedStyle(image).transform") == "none"


def test_single_keys_that_are_off_do_nothing_at_a_photo_either(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall()
    page.get_by_label("Single keys").uncheck()
    open_photo(page)
    page.keyboard.press("+")
    page.keyboard.press("r")
    assert shape(page)["a"] == 1


def test_an_original_is_named_after_incident_time_and_photo(open_wall: OpenWall, desk: Desk) -> None:
    photo = desk.add(desk.invite(incident="2026/123"))
    page = open_wall(timezone_id="Europe/Brussels")
    open_photo(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download original").click()
    name = rf"2026-123_\d{{4}}-\d\d-\d\d_\d\d-\d\d-\d\d_{photo['id']}\.jpg"
    assert re.fullmatch(name, download.value.suggested_filename)
    assert download.value.path().read_bytes() == desk.pictures[photo["id"]]
    assert desk.ask(f"/api/photos/{photo['id']}/original") == 1, "noted once"


def test_an_original_that_does_not_come_is_told_of(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall()
    open_photo(page)
    page.route("**/original", lambda route: route.abort())
    page.get_by_role("link", name="Download original").click()
    expect(page.get_by_text("The original did not come. Press again.")).to_be_visible()
