"""A crew opens a shared link on its phone, looks, and loses it when a dispatcher revokes it; colleagues hand over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Practice, eventually
from tests.pictures import jpeg, scene

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def complaints(page: Page, checkout: Path) -> list[str]:
    """Let axe look at the page; it is put there by the protocol, which the page's policy does not bind."""
    await page.evaluate((checkout / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8"))
    found: dict[str, Any] = await page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


async def program(practice: Practice) -> httpx.AsyncClient:
    """Return a client that asks the API as a program."""
    token = (await practice.state())["api_token"]
    return httpx.AsyncClient(base_url=practice.address, headers={"Authorization": f"Bearer {token}"}, timeout=30)


async def wall(practice: Practice, name: str, **options: Any) -> Page:
    """Sign somebody in, in a browser of their own, and return their wall."""
    page = await practice.open((await practice.state())["sign_in_link"], viewport=DESK, **options)
    await page.get_by_role("textbox").fill(name)
    await page.get_by_role("button").first.click()
    await page.locator("#connection[data-line=open]").wait_for()
    return page


async def send_photo(practice: Practice, key: str, seed: int) -> None:
    """Send a photo as a citizen's program."""
    async with httpx.AsyncClient(base_url=practice.address, timeout=60) as client:
        files = {"photo": ("photo.jpg", jpeg(scene(seed, size=(480, 640)), quality=80))}
        answer = await client.post(f"/s/{key}/photos", files=files, headers={"Accept": "application/json"})
        assert answer.status_code == 201


async def report_place(practice: Practice, key: str, latitude: float, longitude: float, accuracy: float = 15) -> None:
    """Send a position as a citizen's page does."""
    place = {"latitude": latitude, "longitude": longitude, "accuracy": accuracy}
    async with httpx.AsyncClient(base_url=practice.address, timeout=30) as client:
        assert (await client.post(f"/s/{key}/progress", json={"location": place})).status_code == 204


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return where a test puts what it sees."""
    return tmp_path


async def test_a_crew_looks_by_a_link_until_it_is_revoked(practice: Practice, checkout: Path) -> None:
    anna = await wall(practice, "Anna")
    async with await program(practice) as client:
        invited = (await client.post("/api/invitations", json={"incident": "2026-7"})).json()
    await send_photo(practice, invited["key"], 3)
    await report_place(practice, invited["key"], 50.8467, 4.3525)
    card = anna.get_by_role("article").first
    await card.get_by_role("button", name="Share").click()
    dialog = anna.get_by_role("dialog", name=re.compile("Share no."))
    await expect(dialog.get_by_label("For whom")).to_be_focused()
    await anna.keyboard.type("Ambulance 3")
    await anna.keyboard.press("Enter")
    await expect(dialog.locator(".share-link")).to_contain_text("not opened yet")
    assert await complaints(anna, checkout) == []
    async with await program(practice) as client:
        link = (await client.get("/api/shares")).json()["shares"][0]["link"]

    crew = await practice.open(link, viewport=PHONE, has_touch=True)
    await expect(crew.get_by_role("heading", name="A look at the scene")).to_be_visible()
    assert await complaints(crew, checkout) == []
    await crew.get_by_role("button", name="Open").click()
    await expect(crew.locator("#look-what")).to_have_text(re.compile(r"No\. \d+ · 2026-7"))
    photo = crew.locator(".shared-photo")
    await expect(photo).to_have_attribute("data-hidden", "")
    await expect(crew.locator(".shared-place")).to_contain_text("50.84670, 4.35250")
    await expect(crew.locator(".leaflet-container .map-dot")).to_be_visible()
    assert await complaints(crew, checkout) == []
    await photo.click()
    await expect(photo).not_to_have_attribute("data-hidden", "")
    await photo.click()
    await expect(crew.get_by_role("dialog").get_by_role("img")).to_be_visible()
    assert await complaints(crew, checkout) == []
    await crew.get_by_role("button", name="Close").click()
    await expect(dialog.locator(".share-link")).to_contain_text("opened once")
    await expect(dialog.locator(".share-link")).to_contain_text("Ambulance 3 · 1 looking")
    await dialog.get_by_text("Where it was opened").click()
    await expect(dialog.locator(".share-visits")).to_contain_text("127.0.0.*")
    await expect(card.locator(".card-watched")).to_have_text("Ambulance 3 · 1 looking")

    await crew.reload()
    await expect(crew.locator("#look-what")).to_have_text(re.compile("2026-7"))
    await expect(dialog.locator(".share-link")).to_contain_text("opened once")
    revoke = dialog.get_by_role("button", name="Revoke")
    await revoke.click()
    await dialog.get_by_role("button", name=re.compile("Sure")).click()
    await expect(crew.get_by_role("heading", name="This link works no more")).to_be_visible()
    await expect(crew.locator(".shared-photo")).to_have_count(0)
    await expect(dialog.locator(".share-link")).to_contain_text("revoked at")
    assert await complaints(crew, checkout) == []


async def test_an_invitation_is_handed_to_a_colleague_who_sees_it_at_once(practice: Practice, checkout: Path) -> None:
    anna, bert = await wall(practice, "Anna"), await wall(practice, "Bert")
    await anna.get_by_role("button", name="Link only").click()
    card = anna.get_by_role("article").first
    await expect(card).to_contain_text("by Anna")
    await card.get_by_role("button", name="Hand over").click()
    dialog = anna.get_by_role("dialog", name=re.compile("Who looks after"))
    await expect(dialog).to_contain_text("Now: Anna")
    assert await complaints(anna, checkout) == []
    await dialog.get_by_role("button", name="Bert").press("Enter")
    await expect(card).to_contain_text("Anna → Bert")
    await anna.locator("input[name=whose][value=mine]").check(force=True)
    await expect(anna.get_by_role("article")).to_have_count(0)
    chip = bert.locator("#attention").get_by_role("button", name=re.compile("was handed to you"))
    await expect(chip).to_contain_text("By Anna")
    await bert.keyboard.press("a")
    await expect(bert.get_by_role("heading", name=re.compile("No. "))).to_be_focused()
    await bert.mouse.move(600, 500)
    await expect(chip).to_have_count(0)
    await bert.reload()
    await bert.locator("#connection[data-line=open]").wait_for()
    await expect(bert.get_by_role("article")).to_contain_text("Anna → Bert")
    await expect(chip).to_have_count(0)

    async def on_the_card() -> bool:
        return any("Anna → Bert" in str(message["text"]) for message in (await practice.state())["chat"])

    await eventually(on_the_card)
