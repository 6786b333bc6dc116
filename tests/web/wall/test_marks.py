"""Dispatchers reveal, mark, print, keep and quarantine photos, and each wall hears of it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import Desk
from tests.web.wall.mark_routes import seal
from tests.web.wall.test_closer import open_photo
from tests.web.wall.test_looks import complaints

PAPER = "window.print = () => document.body.setAttribute('data-printed', '1')"


@pytest.fixture(scope="module")
def axe(checkout: Path) -> str:
    return (checkout / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def test_each_reveal_is_written_down_and_counted_quietly(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    photos = [desk.add(invitation, seed=seed) for seed in (1, 2)]
    page = open_wall()
    expect(page.locator("#revealed")).to_be_hidden()
    for place in (0, 1):
        page.locator("#grid .picture").nth(place).click()
        expect(page.locator("#revealed")).to_have_text(f"{place + 1} revealed this shift")
    assert sorted(desk.revealed) == sorted(photo["id"] for photo in photos)
    page.keyboard.press("h")
    page.locator("#grid .picture").first.click()
    expect(page.locator("#revealed")).to_have_text("3 revealed this shift")


def test_nothing_is_counted_where_pictures_are_shown(open_wall: OpenWall, desk: Desk) -> None:
    desk.blur = False
    desk.add(desk.invite())
    page = open_wall()
    tile = page.locator("#grid .picture").first
    expect(tile).not_to_have_attribute("data-hidden", "")
    tile.click()
    page.locator("#view-frame[data-large]").wait_for()
    assert desk.revealed == []


def test_who_wants_pictures_always_blurred_sees_each_only_alone(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    for seed in (1, 2):
        desk.add(invitation, seed=seed)
    page = open_wall()
    tiles = page.locator("#grid .picture")
    tiles.first.click()
    expect(tiles.first).not_to_have_attribute("data-hidden", "")
    page.get_by_label("How pictures are shown to you").select_option("always")
    expect(tiles.first).to_have_attribute("data-hidden", "")
    assert desk.own_blurring == "always"
    tiles.first.click()
    expect(page.locator("#view")).to_be_visible()
    page.get_by_role("button", name="Reveal this picture").click()
    page.locator("#view-frame[data-large]").wait_for()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#view-frame")).to_have_attribute("data-hidden", "")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#view-frame")).to_have_attribute("data-hidden", "")
    page.keyboard.press("Enter")
    page.locator("#view-frame[data-large]").wait_for()
    page.keyboard.press("Escape")
    expect(tiles.first).to_have_attribute("data-hidden", "")


def test_the_choice_follows_the_person_to_another_wall(open_wall: OpenWall, desk: Desk) -> None:
    desk.blur = False
    desk.own_blurring = "until_revealed"
    desk.add(desk.invite())
    page = open_wall()
    expect(page.get_by_label("How pictures are shown to you")).to_have_value("until_revealed")
    expect(page.locator("#grid .picture").first).to_have_attribute("data-hidden", "")


def test_what_one_has_seen_and_marked_every_wall_tells(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page, other = open_wall(), open_wall()
    open_photo(page)
    expect(page.locator("#view-seen")).to_have_text(re.compile(r"^Anna \d\d:\d\d:\d\d$"))
    page.keyboard.press("i")
    expect(page.locator("#view-important-by")).to_have_text(re.compile(r"^Anna · \d\d:\d\d:\d\d$"))
    expect(page.get_by_role("button", name="Important", exact=True)).to_have_attribute("aria-pressed", "true")
    tile = other.locator("#grid .picture").first
    expect(tile.locator(".picture-mark")).to_have_count(2)
    expect(tile).to_have_accessible_name(re.compile("important; seen"))
    page.keyboard.press("i")
    expect(tile.locator("[data-mark=important]")).to_have_count(0)
    page.keyboard.press("Escape")
    open_photo_again = page.locator("#grid .picture").first
    open_photo_again.click()
    page.locator("#view-frame[data-large]").wait_for()
    assert sum("/seen" in asked for asked in desk.asked) == 1


def test_a_hidden_picture_counts_as_seen_by_nobody(open_wall: OpenWall, desk: Desk) -> None:
    desk.own_blurring = "always"
    desk.add(desk.invite())
    page = open_wall()
    page.locator("#grid .picture").first.click()
    expect(page.locator("#view")).to_be_visible()
    expect(page.locator("#view-seen")).not_to_contain_text("Anna")
    assert not any("/seen" in asked for asked in desk.asked)


def test_the_end_is_told_as_a_span_and_a_time(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall()
    open_photo(page)
    expect(page.locator("#view-expires")).to_have_text(re.compile(r"^5 h 59 min · .*\d\d:\d\d:\d\d$"))
    expect(page.locator("#view-received")).to_have_text(re.compile(r"\d\d:\d\d:\d\d · \d+ s ago$"))


def test_the_sheet_says_what_when_and_who_and_nothing_of_the_wall(open_wall: OpenWall, desk: Desk) -> None:
    photo = desk.add(desk.invite(incident="2026/123"))
    page = open_wall()
    page.evaluate(PAPER)
    open_photo(page)
    page.keyboard.press("p")
    page.locator("#print-sheet img").wait_for(state="attached")
    page.emulate_media(media="print")
    expect(page.locator("#print-sheet img")).to_be_visible()
    expect(page.locator("#view")).to_be_hidden()
    expect(page.locator("#desk")).to_be_hidden()
    text = page.locator("#print-sheet").inner_text()
    for told in ("112 Brussels", "2026/123", photo["sha256"], "Anna ·"):
        assert told in text, told
    assert f"POST /api/photos/{photo['id']}/print" in desk.asked
    expect(page.locator("body")).to_have_attribute("data-printed", "1")
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("#print-sheet")).to_be_empty()


def test_a_supervisor_keeps_a_photo_for_a_reason_and_ends_that(open_wall: OpenWall, desk: Desk) -> None:
    desk.role = "supervisor"
    desk.add(desk.invite())
    page = open_wall()
    open_photo(page)
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#keep-fault")).to_have_text("Write why the photo is kept.")
    page.get_by_label("Reason").fill("asked for by the prosecutor")
    page.keyboard.press("Enter")
    expect(page.locator("#keep")).to_be_hidden()
    expect(page.locator("#view-kept")).to_have_text(re.compile(r"^asked for by the prosecutor \(Anna, "))
    expect(page.locator("#view-expires")).to_have_text(re.compile(r"^(29|30) d · "))
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Kept longer: change…").click()
    page.get_by_role("button", name="Keep no longer").click()
    expect(page.locator("#fact-kept")).to_be_hidden()


def test_a_dispatcher_is_not_offered_to_keep(open_wall: OpenWall, desk: Desk) -> None:
    desk.add(desk.invite())
    page = open_wall()
    open_photo(page)
    page.keyboard.press("k")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("button", name="Print sheet")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Keep"))).to_have_count(0)
    expect(page.locator("#keep")).to_be_hidden()


def test_one_confirmed_action_takes_a_photo_from_every_wall(open_wall: OpenWall, desk: Desk) -> None:
    invitation = desk.invite()
    photo = desk.add(invitation)
    desk.add(invitation, seed=2)
    page, other = open_wall(), open_wall()
    other.locator("#grid .picture").last.click()
    other.locator("#grid .picture").last.click()
    other.locator("#view-frame[data-large]").wait_for()
    page.locator("#grid .picture").last.click()
    page.locator("#grid .picture").last.click()
    page.locator("#view-frame[data-large]").wait_for()
    page.keyboard.press("q")
    assert photo["id"] in desk.photos, "asked first"
    page.keyboard.press("Enter")
    for wall in (page, other):
        expect(wall.locator(f"[data-photo='{photo['id']}']")).to_have_count(0)
        expect(wall.locator("#view-message")).to_have_text("This photo is no longer here.")
        expect(wall.locator("#view-large")).not_to_have_attribute("src", re.compile("."))
        expect(wall.locator("#view-thumbnail")).not_to_have_attribute("src", re.compile("."))
        expect(wall.get_by_role("button", name="More")).to_be_hidden()
    assert photo["id"] in desk.sealed


def test_a_released_photo_is_back_on_every_wall(open_wall: OpenWall, desk: Desk) -> None:
    desk.role = "supervisor"
    photo = desk.add(desk.invite())
    page, other = open_wall(), open_wall()
    expect(page.get_by_role("button", name="Quarantine")).to_be_hidden()
    seal(desk, photo["id"])
    expect(other.locator("#grid .picture")).to_have_count(0)
    page.get_by_role("button", name="Quarantine 1").click()
    dialog = page.locator("#quarantine")
    expect(dialog).to_contain_text("Photo 1 of No. 1")
    expect(dialog.locator("img")).to_have_count(0)
    release = dialog.get_by_role("button", name="Release")
    release.click()
    assert photo["id"] in desk.sealed, "asked first"
    dialog.get_by_role("button", name="Sure?").click()
    expect(dialog).to_contain_text("Nothing waits here.")
    for wall in (page, other):
        expect(wall.locator("#grid .picture")).to_have_count(1)


def test_a_supervisor_deletes_for_ever(open_wall: OpenWall, desk: Desk) -> None:
    desk.role = "supervisor"
    photo = desk.add(desk.invite())
    seal(desk, photo["id"])
    page = open_wall()
    page.get_by_role("button", name="Quarantine 1").click()
    page.get_by_role("button", name="Delete for ever").click()
    page.get_by_role("button", name="Sure?").click()
    expect(page.locator("#quarantine")).to_contain_text("Nothing waits here.")
    assert desk.sealed == {}
    expect(page.locator("#grid .picture")).to_have_count(0)


def _at_a_photo(page: Page) -> None:
    open_photo(page)
    page.keyboard.press("i")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Quarantine", exact=True).click()


def _keeping(page: Page) -> None:
    open_photo(page)
    page.keyboard.press("k")


def _deciding(page: Page) -> None:
    page.get_by_role("button", name="Quarantine 1").click()


@pytest.mark.parametrize("state", [_at_a_photo, _keeping, _deciding], ids=lambda state: state.__name__)
def test_axe_finds_nothing(open_wall: OpenWall, desk: Desk, axe: str, state: object) -> None:
    desk.role = "supervisor"
    invitation = desk.invite(incident="2026/123")
    seal(desk, desk.add(invitation)["id"])
    desk.add(invitation, seed=2)
    page = open_wall()
    page.locator("#grid .picture").first.wait_for()
    state(page)  # type: ignore[operator]
    assert complaints(page, axe) == []
