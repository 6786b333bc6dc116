"""Everybody can use the wall: at every size, in every language, by ear and without a mouse."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.wall.conftest import OpenWall
from tests.web.wall.desk import LANGUAGES, Desk

SIZES = [(420, 800), (1280, 800), (1920, 1080), (3840, 2160)]
SECTIONS = (
    "map|sharing|attention|card|choice|code|credits|shortcuts|sound|talk|photo|form|view|times|rungs|hints|errors"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def axe(checkout: Path) -> str:
    return (checkout / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def complaints(page: Page, axe: str) -> list[str]:
    """Let axe look at the page."""
    # By the protocol, which the page's policy does not bind.
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


OLD: dict[str, Any] = {"camera": "<b>Kamera</b>", "place": {"latitude": 50.8503, "longitude": 4.3517}}


def busy(desk: Desk) -> None:
    """Let a lot happen: stuck, done, closed, arriving, unreadable."""
    closed = desk.invite(seconds_ago=5000)
    desk.close(closed)
    done = desk.invite(incident="2026-1", by="Bram")
    done["phone"] = {"kind": "iPhone", "browser": "Safari", "battery": 0.4, "network": "4g"}
    done["sms"] = {"state": "accepted", "provider": "clickatell", "sentence": None}
    desk.climb(done, "sms_accepted")
    done["location"] = {"latitude": 50.8, "longitude": 4.3, "accuracy": 12.0, "at": done["created_at"]}
    for seed in range(6):
        desk.add(done, seed=seed, seconds_ago=60 - seed)
    desk.add(done, seed=7, age="days", number=3, sentence="from the gallery, 3 days old", **OLD)
    desk.add(done, seed=8, age="minutes", number=7, sentence="taken 7 min before it arrived")
    desk.refuse(desk.receive(done))
    desk.receive(done)
    stuck = desk.invite(purpose="live")
    desk.climb(stuck, "sms_accepted")
    failed = desk.invite()
    desk.fail(failed, "refused", "The SMS provider refused the message. Copy the link and send it another way.")
    desk.spend(3)
    desk.hint(stuck, "sms_not_delivered", "Open Messages, tap the filter, then Unknown Senders.")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_sticks_out_at_any_size(open_wall: OpenWall, desk: Desk, size: tuple[int, int]) -> None:
    busy(desk)
    page = open_wall(viewport={"width": size[0], "height": size[1]})
    expect(page.locator("#grid .picture")).to_have_count(10)
    wide = page.evaluate(
        "[...document.querySelectorAll('body *')]"
        ".filter((one) => !one.closest('.strip, .unseen, .attention') && !one.matches('.picture-image'))"
        ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)",
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(open_wall: OpenWall, desk: Desk, language: str) -> None:
    desk.language = language
    busy(desk)
    page = open_wall(viewport={"width": 420, "height": 800})
    page.keyboard.press("t")
    text = page.locator("body").inner_text()
    assert re.findall(rf"\{{\w+\}}|\b(?:{SECTIONS})\.\w+", text) == []
    assert "built-in" not in text
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_nothing_on_a_busy_wall(open_wall: OpenWall, desk: Desk, axe: str) -> None:
    busy(desk)
    desk.practice = True
    page = open_wall()
    page.locator("#grid .picture").nth(3).click()
    assert complaints(page, axe) == []


def test_axe_finds_nothing_on_an_empty_wall(open_wall: OpenWall, desk: Desk, axe: str) -> None:
    assert complaints(open_wall(), axe) == []


def test_axe_finds_nothing_beside_an_open_photo(open_wall: OpenWall, desk: Desk, axe: str) -> None:
    busy(desk)
    page = open_wall()
    tile = page.locator("#grid .picture").nth(3)
    tile.click()
    tile.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert complaints(page, axe) == []
    page.keyboard.press("ArrowRight")
    assert complaints(page, axe) == []


def test_axe_finds_nothing_around_a_spoken_code_and_no_credit(open_wall: OpenWall, desk: Desk, axe: str) -> None:
    busy(desk)
    desk.spend(0)
    page = open_wall()
    expect(page.get_by_text("No credits left")).to_be_visible()
    assert complaints(page, axe) == []
    page.get_by_role("button", name="Spoken code").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("482")
    assert complaints(page, axe) == []


def test_axe_finds_nothing_around_a_code_or_a_fault(open_wall: OpenWall, desk: Desk, axe: str) -> None:
    busy(desk)
    page = open_wall()
    page.get_by_role("button", name="Send", exact=True).click()
    desk.is_up = False
    page.get_by_text("Connection lost since").wait_for()
    assert complaints(page, axe) == []
    desk.is_up = True
    page.get_by_role("button", name="QR code").first.click()
    assert complaints(page, axe) == []


def conversing(desk: Desk) -> None:
    """Let a caller write, be asked, and answer."""
    busy(desk)
    talker = desk.invite(purpose="live", incident="2026-1", by="Bram")
    desk.climb(talker, "tapped")
    question = desk.say(talker, "Are you hurt?", ready="hurt")
    desk.hear(talker, "No", ready="no", reply_to=question["number"], waited=40)
    desk.note_shown(talker, question["number"])
    desk.say(talker, "One moment, please.")


def test_axe_finds_nothing_in_a_conversation(open_wall: OpenWall, desk: Desk, axe: str) -> None:
    conversing(desk)
    page = open_wall()
    expect(page.locator(".matter")).to_have_count(3)
    assert complaints(page, axe) == []
    page.keyboard.press("t")
    page.locator("#talk [role=option]").first.wait_for()
    desk.talk_is_down = True
    page.keyboard.type("Leave the house")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble[data-failed]")).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert complaints(page, axe) == []


def test_axe_finds_nothing_in_the_keys_or_a_choice(open_wall: OpenWall, desk: Desk, axe: str) -> None:
    conversing(desk)
    page = open_wall()
    page.get_by_label("Show only").select_option("grouped")
    page.keyboard.press("o")
    assert complaints(page, axe) == []
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert complaints(page, axe) == []


@pytest.mark.parametrize("size", [(640, 400), (1280, 800), (1920, 1080)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_sticks_out_of_a_conversation(open_wall: OpenWall, desk: Desk, size: tuple[int, int]) -> None:
    """The smallest is a screen of 1280 by 800 at 200 %."""
    conversing(desk)
    page = open_wall(viewport={"width": size[0], "height": size[1]})
    page.keyboard.press("t")
    page.locator("#talk [role=option]").first.wait_for()
    wide = page.evaluate(
        "[...document.querySelectorAll('#talk *')].filter((one) => !one.closest('.unseen'))"
        ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)"
    )
    assert wide == []
    expect(page.get_by_role("combobox", name="Write")).to_be_in_viewport(ratio=1)
    expect(page.locator(".bubble").last).to_be_in_viewport()


@pytest.mark.parametrize("path", ["/", "/sign-in/abc", "/sign-in/used"])
def test_axe_finds_nothing_at_the_way_in(open_page: OpenWall, desk: Desk, axe: str, path: str) -> None:
    assert complaints(open_page(path), axe) == []


def test_axe_would_notice(open_wall: OpenWall, desk: Desk, axe: str) -> None:
    page = open_wall()
    page.evaluate("document.querySelector('label[for=invite-number]').remove()")
    assert any(found.startswith("label") for found in complaints(page, axe))
