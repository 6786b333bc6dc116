"""From a photo's acknowledgement to the moment at which the browser has drawn its thumbnail on the wall."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Final

import httpx
from playwright.async_api import async_playwright

from benchmarks.rows import Row, row
from benchmarks.server import practising
from tests.browsers import CHROMIUM_OPTIONS, chromium_path
from tests.pictures import camera_photo

if TYPE_CHECKING:
    from playwright.async_api import Page

PHOTOS: Final = 20
POLLING: Final = 10_000.0
"""The proof of concept asked every ten seconds: on average a photo waited half of that, in milliseconds."""

WATCH: Final = """
() => {
  window.drawn = {};
  const look = () => {
    for (const image of document.querySelectorAll("img[src*='/thumbnail']")) {
      const id = image.src.split("/photos/")[1].split("/")[0];
      if (!(id in window.drawn) && image.complete && image.naturalWidth) window.drawn[id] = Date.now();
    }
    requestAnimationFrame(look);
  };
  look();
}
"""


async def measure() -> list[Row]:
    """Send photos one by one, and return the rows of the table; milliseconds."""
    photo = camera_photo()
    waits, acknowledgements = [], []
    async with practising() as address, async_playwright() as playwright, httpx.AsyncClient(timeout=60) as phone:
        state = (await phone.get(f"{address}/practice/state")).json()
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        wall = await browser.new_page(viewport={"width": 1280, "height": 800})
        await wall.goto(state["sign_in_link"])
        await wall.get_by_role("textbox").fill("Benchmark")
        await wall.keyboard.press("Enter")
        await wall.wait_for_url("**/wall")
        await wall.evaluate(WATCH)
        headers = {"Authorization": f"Bearer {state['api_token']}"}
        link = (await phone.post(f"{address}/api/invitations", headers=headers, json={})).json()["link"]
        for _ in range(PHOTOS):
            began = time.time()
            answer = await phone.post(
                f"{link}/photos", files={"photo": ("photo.jpg", photo)}, headers={"Accept": "application/json"}
            )
            acknowledged = time.time()
            answer.raise_for_status()
            acknowledgements.append((acknowledged - began) * 1000)
            waits.append(await drawn(wall, answer.json()["id"]) - acknowledged * 1000)
            await asyncio.sleep(0.3)
        await browser.close()
    return [
        row("12 MP photo sent on loopback → 201", "ms", acknowledgements),
        row("photo 201 → thumbnail drawn on the wall", "ms", waits, against=("10 s polling, mean", [POLLING / 2])),
    ]


async def drawn(wall: Page, photo: str, *, patience: float = 60_000) -> float:
    """Wait until a photo's thumbnail is drawn; return when it was, in milliseconds since 1970."""
    handle = await wall.wait_for_function(f"() => window.drawn[{json.dumps(photo)}]", timeout=patience)
    moment: float = await handle.json_value()
    return moment
