"""Whatever happens to line, page and server: each photo arrives, once, byte for byte."""

from __future__ import annotations

import asyncio
import hashlib
import random
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright

from tests.browsers import CHROMIUM_OPTIONS, FAST_LINE, chromium_path
from tests.journeys.conftest import PATIENCE
from tests.journeys.live.players import until
from tests.journeys.served import Served, served
from tests.journeys.uploads.line import CutLine, cut_line
from tests.pictures import camera_photo

KEPT = """
() => new Promise((resolve, reject) => {
  const request = indexedDB.open("showme", 2);
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const all = request.result.transaction("photos").objectStore("photos").count();
    all.onsuccess = () => { request.result.close(); resolve(all.result); };
  };
})
"""
NO_DATABASE = """
Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("denied", "SecurityError"); } });
Object.defineProperty(navigator, "serviceWorker", { value: undefined });
"""


@dataclass
class Phone:
    """A citizen's phone, whose browser keeps what it has over being killed."""

    playwright: Playwright
    server: Served
    line: CutLine
    folder: Path
    contexts: list[BrowserContext] = field(default_factory=list)

    async def open(self, link: str, *, script: str = "") -> Page:
        """Start the browser, and open a link in it, on the line."""
        context = await self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=chromium_path(),
            args=CHROMIUM_OPTIONS,
            viewport={"width": 360, "height": 640},
        )
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        await context.add_init_script(f"{FAST_LINE}\n{script}")
        page = await context.new_page()
        await page.goto(link.replace(f":{self.server.port}/", f":{self.line.port}/"))
        return page

    async def kill(self) -> None:
        """End the browser, as a phone does that needs its memory for the camera."""
        await self.contexts.pop().close()

    async def ask(self, method: str, path: str, **told: Any) -> httpx.Response:
        """Ask the API, as the desk does, whose line is good."""
        async with httpx.AsyncClient(base_url=self.server.address, timeout=PATIENCE) as desk:
            token = (await desk.get("/practice/state")).json()["api_token"]
            return await desk.request(method, path, headers={"Authorization": f"Bearer {token}"}, **told)

    async def invite(self) -> tuple[str, str]:
        """Return an invitation's id and its link."""
        told = (await self.ask("POST", "/api/invitations", json={"purpose": "photo"})).json()
        return told["id"], told["link"]

    async def photos(self, invitation: str) -> list[dict[str, Any]]:
        """Return what has arrived."""
        found: list[dict[str, Any]] = (await self.ask("GET", f"/api/photos?invitation={invitation}")).json()["photos"]
        return found

    async def brings(self, page: Page, invitation: str, files: Sequence[Path]) -> None:
        """Wait until each of these files has arrived, once, byte for byte, and the page says so."""
        wanted = sorted(hashlib.sha256(file.read_bytes()).hexdigest() for file in files)

        async def all_there() -> bool:
            # Nobody waits half a minute in a test for the next try: the phone has found its network again.
            await page.evaluate("() => { dispatchEvent(new Event('online')); }")
            photos = await self.photos(invitation)
            return sorted(photo["sha256"] for photo in photos if photo["reached"] == "original") == wanted

        await until(all_there, patience=6 * PATIENCE)
        photos = await self.photos(invitation)
        assert len(photos) == len(files)
        for photo in photos:
            content = (await self.ask("GET", f"/api/photos/{photo['id']}/original")).content
            assert hashlib.sha256(content).hexdigest() == photo["sha256"]
        await until(lambda: page.evaluate("() => !document.body.classList.contains('unsent')"))
        assert await page.locator("#rows li").count() == len(files)

    async def sends(self, page: Page, files: Sequence[Path]) -> None:
        """Choose photos, all at once."""
        await page.set_input_files("#choose", files)


@asynccontextmanager
async def phone_in(folder: Path) -> AsyncIterator[Phone]:
    async with (
        cut_line() as line,
        served(folder / "data", also_hosts=[f"localhost:{line.port}"]) as server,
        async_playwright() as playwright,
    ):
        line.target = server.port
        phone = Phone(playwright, server, line, folder / "phone")
        try:
            yield phone
        finally:
            while phone.contexts:
                await phone.kill()


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    async with phone_in(tmp_path) as made:
        yield made


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Make five photos of about a megabyte."""
    made = []
    for number in range(5):
        path = tmp_path / f"photo-{number}.jpg"
        path.write_bytes(camera_photo(number + 1, size=(2400, 1800)))
        made.append(path)
    return made


async def test_fifty_cuts_at_random_places_lose_nothing_and_double_nothing(phone: Phone, files: list[Path]) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    invitation, link = await phone.invite()
    page = await phone.open(link)
    await page.locator("html.js").wait_for()
    average = 2 * sum(file.stat().st_size for file in files) // 60
    phone.line.arm(lambda: chance.randrange(average) + 1 if phone.line.cuts < 50 else None)
    await phone.sends(page, files)
    await phone.brings(page, invitation, files)
    assert phone.line.cuts >= 50


async def half_way(phone: Phone, page: Page, files: list[Path]) -> None:
    """Send photos, and lose the line somewhere in the second one."""

    def goes_down() -> None:
        phone.line.is_down = True

    phone.line.next_cut = goes_down
    phone.line.left = files[0].stat().st_size + 300_000
    await phone.sends(page, files)
    await until(lambda: asyncio.sleep(0, phone.line.is_down))


async def test_a_killed_tab_goes_on_when_the_link_is_opened_again(phone: Phone, files: list[Path]) -> None:
    invitation, link = await phone.invite()
    page = await phone.open(link)
    await half_way(phone, page, files[:3])
    assert len([photo for photo in await phone.photos(invitation) if photo["reached"] == "original"]) < 3
    await phone.kill()
    phone.line.is_down = False
    page = await phone.open(link)
    await phone.brings(page, invitation, files[:3])
    await until(lambda: page.evaluate(f"async () => (await ({KEPT})()) === 0"))


async def test_a_reloaded_page_goes_on(phone: Phone, files: list[Path]) -> None:
    invitation, link = await phone.invite()
    page = await phone.open(link)
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await half_way(phone, page, files[:2])
    phone.line.is_down = False
    await page.reload()
    await phone.brings(page, invitation, files[:2])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_restarted_server_is_told_the_rest(phone: Phone, files: list[Path], how: signal.Signals) -> None:
    invitation, link = await phone.invite()
    page = await phone.open(link)
    await half_way(phone, page, files[:3])
    await phone.server.end(how)
    await phone.server.start()
    phone.line.is_down = False
    await phone.brings(page, invitation, files[:3])


async def test_a_browser_that_keeps_nothing_sends_all_the_same(phone: Phone, files: list[Path]) -> None:
    invitation, link = await phone.invite()
    page = await phone.open(link, script=NO_DATABASE)
    await half_way(phone, page, files[:2])
    phone.line.is_down = False
    await phone.brings(page, invitation, files[:2])


async def test_the_citizen_is_told_how_many_have_arrived(phone: Phone, files: list[Path]) -> None:
    invitation, link = await phone.invite()
    page = await phone.open(link)
    await half_way(phone, page, files[:3])
    tally = page.locator("#tally")
    await tally.filter(has_text="of 3 sent, waiting for network").wait_for()
    assert (await tally.inner_text()).split(" ", 1)[0] in {"0", "1"}
    phone.line.is_down = False
    # By tap.
    await page.get_by_role("button", name="Try again").first.click()
    await phone.brings(page, invitation, files[:3])
    assert await tally.is_hidden()


async def test_a_link_that_ends_leaves_nothing_on_the_phone(phone: Phone, files: list[Path]) -> None:
    invitation, link = await phone.invite()
    page = await phone.open(link)
    await half_way(phone, page, files[:2])
    assert await page.evaluate(KEPT) > 0
    await phone.ask("POST", f"/api/invitations/{invitation}/close", json={})
    phone.line.is_down = False
    await page.locator("#ended").wait_for(state="visible")
    await until(lambda: page.evaluate(f"async () => (await ({KEPT})()) === 0"))
