from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.practice.panes.conftest import OpenPanes
from tests.practice.panes.test_playing import open_the_link
from tests.practice.panes.theatre import Play

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WINDOWS = [(1440, 900), (1280, 800), (1920, 1080), (420, 800), (360, 640)]

Scene = Callable[[Play, OpenPanes, tuple[int, int]], Page]


def at_first(play: Play, open_panes: OpenPanes, window: tuple[int, int]) -> Page:
    page = open_panes(viewport={"width": window[0], "height": window[1]})
    expect(page.locator("#try")).to_be_visible()
    return page


def with_everything(play: Play, open_panes: OpenPanes, window: tuple[int, int]) -> Page:
    play.say("/invite 0470 12 34 56")
    play.invite()
    play.post_photo()
    play.locate()
    play.post_photo(seed=2, spoiler=False, reply_to=2, silent=True)
    play.answers("", deleted=True)
    play.say(f"See {play.link}", reply_to=3, edited=True)
    page = at_work(open_panes, window)
    page.locator("#composer-text").press_sequentially("/")
    page.locator("#composer-text").press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(8)
    return page


def answering(play: Play, open_panes: OpenPanes, window: tuple[int, int]) -> Page:
    play.invite()
    page = at_work(open_panes, window)
    page.locator(".bubble .text").click()
    expect(page.locator("#replying")).to_be_visible()
    return page


def at_work(open_panes: OpenPanes, window: tuple[int, int]) -> Page:
    page = open_panes(viewport={"width": window[0], "height": window[1]})
    expect(page.locator(".message").first).to_be_visible()
    return page


def on_the_home_screen(play: Play, open_panes: OpenPanes, window: tuple[int, int]) -> Page:
    play.invite()
    page = open_panes("/practice/phone", viewport={"width": window[0], "height": window[1]})
    expect(page.locator("#phone-notifications").get_by_role("button")).to_be_visible()
    return page


def in_the_messages(play: Play, open_panes: OpenPanes, window: tuple[int, int]) -> Page:
    page = on_the_home_screen(play, open_panes, window)
    page.locator("#phone-notifications").get_by_role("button").click()
    return page


def taking_a_photo(play: Play, open_panes: OpenPanes, window: tuple[int, int]) -> Page:
    page = on_the_home_screen(play, open_panes, window)
    open_the_link(page)
    page.frame_locator("#phone-frame").get_by_text("Take a photo").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


SCENES: list[Scene] = [at_first, with_everything, answering, on_the_home_screen, in_the_messages, taking_a_photo]


@pytest.mark.parametrize("window", [(1280, 800), (420, 800)], ids=["wide", "narrow"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_nobody_is_shut_out(
    play: Play, open_panes: OpenPanes, checkout: Path, scene: Scene, window: tuple[int, int]
) -> None:
    page = scene(play, open_panes, window)
    # Half-way through an animation the colours are those of neither state.
    page.evaluate("() => Promise.all(document.getAnimations().map((animation) => animation.finished))")
    # Through the debugger, which the page's own policy does not bind. The frames are other pages, tested as such.
    page.evaluate((checkout / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate(
        "(tags) => axe.run({ runOnly: { type: 'tag', values: tags }, iframes: false })",
        RULES,
    )
    assert [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found["violations"]] == []
    assert any(passed["id"] == "color-contrast" for passed in found["passes"])


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: f"{window[0]}x{window[1]}")
def test_everything_fits_in_every_language(
    play: Play, open_panes: OpenPanes, window: tuple[int, int], language: str
) -> None:
    play.language = language
    page = at_first(play, open_panes, window)
    assert page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        *window
    ]
    spilled = page.evaluate(
        """() => [...document.querySelectorAll("h2, .practice *, .step, .try, .switcher button, .phone-nothing")]
            .filter((seen) => seen.checkVisibility() && seen.clientWidth)
            .filter((seen) => {
                const isCut = seen.scrollWidth > seen.clientWidth + 1;
                return isCut || seen.getBoundingClientRect().right > innerWidth;
            })
            .map((seen) => seen.textContent)"""
    )
    assert spilled == []
    expect(page.locator("#composer-text")).to_be_in_viewport(ratio=1)
    if window[0] >= 900:
        expect(page.locator("#phone-body")).to_be_in_viewport(ratio=0.98)


def test_who_dislikes_movement_is_spared_it(play: Play, open_panes: OpenPanes) -> None:
    play.invite()
    page = open_panes(reduced_motion="reduce")
    expect(page.locator(".message")).to_have_count(1)
    moving = page.evaluate("() => document.getAnimations().length")
    assert moving == 0
    still = page.locator("#phone-notifications button").evaluate("(seen) => getComputedStyle(seen).animationName")
    assert still == "none"
