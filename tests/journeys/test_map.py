"""A dispatcher sees on a map, or reads beside it, where callers are and where they have been."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Practice
from tests.journeys.test_sharing import complaints, program, report_place, wall

SIZES = [(1280, 800), (1920, 1080), (3840, 2160)]


async def located(practice: Practice, *, incident: str | None, places: list[tuple[float, float, float]]) -> str:
    """Invite somebody who sends these positions, and return the invitation's id."""
    async with await program(practice) as client:
        invited = (await client.post("/api/invitations", json={"incident": incident, "purpose": "location"})).json()
    for place in places:
        await report_place(practice, invited["key"], *place)
    return str(invited["id"])


async def test_positions_are_drawn_with_their_trail_and_lead_to_their_invitation(
    practice: Practice, checkout: Path
) -> None:
    first = await located(practice, incident="2026-7", places=[(50.8467, 4.3525, 12), (50.8475, 4.3547, 8)])
    second = await located(practice, incident=None, places=[(50.8412, 4.3601, 240)])
    page = await wall(practice, "Anna")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.keyboard.press("m")
    await expect(page.get_by_role("heading", name="Map of positions")).to_be_focused()
    marks = page.locator(".leaflet-container .map-place")
    await expect(marks).to_have_count(2)
    await expect(page.locator(".map-trail")).to_have_count(1)
    await expect(page.locator(".map-ring")).to_have_count(2)
    await expect(page.locator(".map-plain")).to_contain_text("Drawn without a background map")
    await expect(page.locator(".map-plain")).to_contain_text(re.compile(r"One square: \d+ k?m"))
    rows = page.locator(".map-row")
    await expect(rows.first).to_contain_text("50.84120, 4.36010")
    await expect(rows.nth(1)).to_contain_text("2 positions since")
    geo = await rows.nth(1).get_by_role("link").get_attribute("href")
    assert geo == "geo:50.847500,4.354700;u=8"
    assert await complaints(page, checkout) == []
    await page.get_by_role("button", name=re.compile("2026-7.*Open invitation no.")).press("Enter")
    await expect(page.locator(f"[data-invitation='{first}'] h3")).to_be_focused()
    await rows.first.get_by_role("button", name=re.compile("Show no.")).click()
    await expect(page.locator(f"[data-invitation='{second}'] h3")).to_be_focused()
    third = await located(practice, incident="2026-7", places=[(50.8500, 4.3500, 30)])
    await expect(marks).to_have_count(3)
    await expect(page.locator(f"[data-position='{third}']")).to_be_visible()
    await page.get_by_label("Show only").select_option("2026-7")
    await expect(marks).to_have_count(2)
    await page.get_by_role("heading", name="Map of positions").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator("#map")).to_be_hidden()
    await expect(page.locator("#map-open")).to_be_focused()
    assert all(address.startswith((practice.address, "blob:", "data:")) for address in asked), "nobody else is asked"


async def test_a_wall_without_a_position_says_how_to_get_one(practice: Practice, checkout: Path) -> None:
    page = await wall(practice, "Anna")
    await page.get_by_role("button", name="Map").click()
    await expect(page.locator(".map-none")).to_contain_text("Nobody has sent a position yet")
    assert await complaints(page, checkout) == []
    async with await program(practice) as client:
        invited = (await client.post("/api/invitations", json={"purpose": "location"})).json()
    await report_place(practice, invited["key"], 50.8467, 4.3525)
    await expect(page.locator(".map-place")).to_have_count(1)
    await expect(page.locator(".map-none")).to_be_hidden()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_map_fits_every_screen(practice: Practice, size: tuple[int, int], tmp_path: Path) -> None:
    for number in range(3):
        place = (50.8467 + number / 300, 4.3525 + number / 200, 20 + 60 * number)
        await located(practice, incident=f"2026-{number}", places=[(50.8440, 4.3500, 30), place])
    page = await wall(practice, "Anna")
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.keyboard.press("m")
    await expect(page.locator(".map-place")).to_have_count(3)
    await stands_inside(page)
    await page.screenshot(path=tmp_path / "map.png")


async def stands_inside(page: Page) -> None:
    """Assert that nothing of the page sticks out on the right."""
    wide = await page.evaluate(
        "[...document.querySelectorAll('#desk *')]"
        ".filter((one) => !one.closest('.strip, .unseen, .attention, .leaflet-pane') && !one.matches('.picture-image'))"
        ".filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.className)",
    )
    assert wide == []
