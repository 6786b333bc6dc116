"""From the shutter to the wall on a line of 400 kbit/s and 400 ms: small first, against the same photo sent whole."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.async_api import async_playwright

from benchmarks.photo_to_wall import WATCH, drawn
from benchmarks.rows import Row, row
from tests.browsers import chromium_path
from tests.journeys.live.players import Players
from tests.journeys.served import served
from tests.networks import DESK, Line, cable
from tests.pictures import camera_photo

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.journeys.live.players import Dispatcher

SLOW: Final = Line(kbit=400, round_trip=0.4)
PHOTOS: Final = 5
_PATIENCE: Final = 300_000.0
_AIMING: Final = 4.0
"""Seconds between the page and the shutter, in which the rest of the page comes; nobody is quicker with a camera."""
_PHOTOS_OF: Final = """
async (name) => (await (await fetch(`/api/photos?invitation=${name}`)).json()).photos.map((one) => one.id)
"""
_SHUTTER: Final = "() => addEventListener('change', () => { window.shutter = Date.now(); }, true)"


async def measure() -> list[Row]:
    """Send the same photo a few times small first and once by a plain form; return the rows, ms."""
    with tempfile.TemporaryDirectory() as made, cable(SLOW) as joined:
        folder = Path(made)
        photo = folder / "photo.jpg"
        photo.write_bytes(camera_photo())
        programs = [str(joined.program(side, chromium_path(), folder)) for side in ("desk", "phone")]
        async with served(folder / "data", lan=DESK, prefix=joined.inside("desk")) as server, async_playwright() as one:
            players = Players(one)
            try:
                dispatcher = await players.dispatcher(server.address, program=programs[0])
                await dispatcher.page.evaluate(WATCH)
                phone = await players.phone(program=programs[1])
                small = [await _small_first(dispatcher, phone, photo) for _ in range(PHOTOS)]
                browser = phone.context.browser
                assert browser is not None
                plain = await browser.new_context(java_script_enabled=False, ignore_https_errors=True)
                whole = await _whole(dispatcher, await plain.new_page(), photo)
            finally:
                await players.stop()
    return [row("12 MP, 400 kbit/s, 400 ms: shutter → wall", "ms", small, against=("one plain form", [whole]))]


async def _small_first(dispatcher: Dispatcher, phone: Page, photo: Path) -> float:
    invited = await dispatcher.invite(purpose="photo")
    await phone.goto(invited["link"])
    await phone.evaluate(_SHUTTER)
    await asyncio.sleep(_AIMING)
    await phone.set_input_files("#take", photo)
    shutter: float = await phone.evaluate("() => window.shutter")
    seen = await drawn(dispatcher.page, await _photo_of(dispatcher, invited["id"]), patience=_PATIENCE)
    # What follows must not be on the line when the next one is measured.
    await dispatcher.page.evaluate(
        "(name) => fetch(`/api/invitations/${name}/close`, { method: 'POST' })", invited["id"]
    )
    await phone.goto("about:blank")
    return seen - shutter


async def _whole(dispatcher: Dispatcher, phone: Page, photo: Path) -> float:
    invited = await dispatcher.invite(purpose="photo")
    await phone.goto(invited["link"])
    await phone.set_input_files("#take", photo)
    shutter = time.time() * 1000
    await phone.locator("form.take button").click(no_wait_after=True, timeout=_PATIENCE)
    seen = await drawn(dispatcher.page, await _photo_of(dispatcher, invited["id"]), patience=_PATIENCE)
    return seen - shutter


async def _photo_of(dispatcher: Dispatcher, invitation: str) -> str:
    """Wait for an invitation's photo, and return its id."""
    async with asyncio.timeout(_PATIENCE / 1000):
        while True:
            found: list[str] = await dispatcher.page.evaluate(_PHOTOS_OF, invitation)
            if found:
                return found[0]
            await asyncio.sleep(0.25)
