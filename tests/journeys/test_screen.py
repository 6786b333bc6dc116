"""A screen on the wall shows what comes by itself, and lets nobody do anything."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from showme.domain.people import Dispatcher
from tests.journeys.conftest import Practice
from tests.journeys.test_sharing import complaints, program, send_photo, wall
from web.needs import EXTENSION

SIZES = [(1280, 800), (1920, 1080), (3840, 2160)]


async def invited(practice: Practice, incident: str | None = None) -> dict[str, Any]:
    """Invite somebody."""
    async with await program(practice) as client:
        made: dict[str, Any] = (await client.post("/api/invitations", json={"incident": incident})).json()
    return made


async def screen(practice: Practice, query: str = "", **viewport: int) -> Page:
    """Open a screen in a browser that is signed in as a dispatcher."""
    page = await wall(practice, "Wall of the room")
    await page.set_viewport_size({"width": 1920, "height": 1080, **viewport})  # type: ignore[typeddict-item]
    await page.goto(f"{practice.address}/wall/screen{query}")
    await page.locator("#connection[data-line=open]").wait_for()
    return page


async def test_new_photos_come_by_themselves_and_stay_hidden(practice: Practice, checkout: Path) -> None:
    one = await invited(practice, "2026-7")
    page = await screen(practice)
    await expect(page.get_by_text("Nothing to show")).to_be_visible()
    assert await complaints(page, checkout) == []
    await send_photo(practice, one["key"], 1)
    large = page.locator(".screen-photo").first
    await expect(large.locator(".screen-name")).to_have_text(re.compile(r"No\. \d+ · photo 1 · 2026-7"))
    await expect(large).to_have_attribute("data-hidden", "")
    assert "blur" in await large.locator("img").evaluate("(image) => getComputedStyle(image).filter")
    await send_photo(practice, one["key"], 2)
    await expect(large.locator(".screen-name")).to_have_text(re.compile("photo 2"))
    await expect(page.locator(".screen-photo:visible")).to_have_count(2)
    # The large one changes in turn.
    await expect(large.locator(".screen-name")).to_have_text(re.compile("photo 1"))
    await expect(page.locator("#time")).to_have_text(re.compile(r"\d\d:\d\d:\d\d"))
    assert await complaints(page, checkout) == []


async def test_screens_beside_each_other_share_what_there_is_and_a_bookmark_keeps_it(practice: Practice) -> None:
    one, other = await invited(practice, "2026-7"), await invited(practice, "2026-8")
    for seed in range(3):
        await send_photo(practice, one["key"], seed)
        await send_photo(practice, other["key"], 10 + seed)
    shown: list[str] = []
    for place in (1, 2):
        page = await screen(practice, f"?show=photos&place={place}&of=2")
        await expect(page.locator("#place")).to_have_value(f"{place}/2")
        await expect(page.locator(".screen-photo:visible, #nothing:visible")).not_to_have_count(0)
        names = page.locator(".screen-photo:visible")
        shown += [str(await names.nth(at).get_attribute("data-photo")) for at in range(await names.count())]
    assert len(shown) == len(set(shown)) == 6
    page = await screen(practice)
    await page.mouse.move(300, 300)
    await page.get_by_label("Incident").select_option("2026-8")
    await expect(page.locator("#of-incident")).to_have_text("Incident 2026-8")
    await expect(page.locator(".screen-photo:visible")).to_have_count(3)
    assert "incident=2026-8" in page.url
    await page.reload()
    await expect(page.locator(".screen-photo:visible")).to_have_count(3)
    await expect(page.locator("#of-incident")).to_have_text("Incident 2026-8")


async def test_a_wall_screens_own_session_is_led_here_and_sees_no_door_to_the_wall(practice: Practice) -> None:
    signing_in = practice.installation.app.extensions[EXTENSION].signing_in
    supervisor = Dispatcher(organisation=1, name="Chief", role="supervisor")
    link = await signing_in.screen_link(supervisor, "Screen by the door")
    page = await practice.open(link, viewport={"width": 1280, "height": 800})
    await page.get_by_role("button").first.click()
    await page.locator("#connection[data-line=open]").wait_for()
    assert "/wall/screen" in page.url
    await expect(page.locator("#back")).to_be_hidden()
    one = await invited(practice)
    await send_photo(practice, one["key"], 1)
    await expect(page.locator(".screen-photo:visible")).to_have_count(1)
    refused = await page.evaluate(
        "id => fetch(`/api/invitations/${id}/close`, {method: 'POST', body: '{}'}).then((answer) => answer.status)",
        one["id"],
    )
    assert refused == 403


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_screen_fills_itself_and_never_scrolls(
    practice: Practice, size: tuple[int, int], tmp_path: Path
) -> None:
    one = await invited(practice, "2026-7")
    for seed in range(5):
        await send_photo(practice, one["key"], seed)
    page = await screen(practice, width=size[0], height=size[1])
    await expect(page.locator(".screen-photo:visible")).to_have_count(5)
    await page.screenshot(path=tmp_path / "screen.png")
    fits = "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
    assert await page.evaluate(fits)
