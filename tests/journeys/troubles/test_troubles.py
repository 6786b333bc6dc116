"""Each kind of trouble that a citizen meets ends with the dispatcher knowing, and the citizen told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browsers import FAST_LINE
from tests.journeys.conftest import PATIENCE, PHONE
from tests.journeys.live.players import Dispatcher, Players, until
from tests.journeys.served import Served, served
from tests.journeys.uploads.line import CutLine, cut_line
from tests.pictures import camera_photo
from words import read_words

WORDS: Final[dict[str, Any]] = dict(read_words())
HINTS: Final = WORDS["en"]["ladder"]["hints"]
CITIZEN: Final = WORDS["en"]["citizen"]

NO_CAMERA: Final = """
navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
"""
NO_DATABASE: Final = """
Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("denied", "SecurityError"); } });
Object.defineProperty(navigator, "serviceWorker", { value: undefined });
"""
FULL: Final = 'IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };'
LOW: Final = "navigator.getBattery = async () => ({ level: 0.08, charging: false });"
BACKGROUND: Final = """
Object.defineProperty(document, "hidden", { configurable: true, get: () => Boolean(window.isAway) });
window.setAway = (isAway) => { window.isAway = isAway; document.dispatchEvent(new Event("visibilitychange")); };
"""
INSTAGRAM: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350"
)


def lost(code: int) -> str:
    """Return the script of a phone that does not find where it is."""
    return (
        f"navigator.geolocation.getCurrentPosition = (_, no) => "
        f"no({{ code: {code}, PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 }});"
    )


@dataclass
class Scene:
    """A dispatcher before the photowall, the team's chat, and a phone on a line that can be cut."""

    server: Served
    line: CutLine
    players: Players
    dispatcher: Dispatcher
    folder: Path
    invited: dict[str, Any] = field(default_factory=dict)

    async def phone(self, purpose: str, *, script: str = "", language: str | None = "en", **options: Any) -> Page:
        """Invite, and open the link on a phone; ``script`` runs in its page first."""
        self.invited = await self.dispatcher.invite(purpose=purpose, language=language)
        context = await self.players._context("chromium", None, viewport=PHONE, has_touch=True, **options)
        await context.add_init_script(f"{FAST_LINE}\n{script}")
        page = await context.new_page()
        page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
        await page.goto(self.invited["link"].replace(f":{self.server.port}/", f":{self.line.port}/"))
        return page

    def picture(self) -> Path:
        """Make a photo of about a megabyte."""
        path = self.folder / "photo.jpg"
        path.write_bytes(camera_photo(1, size=(2400, 1800)))
        return path

    async def knows(self, sentence: str) -> None:
        """Wait until the dispatcher reads a sentence on the photowall and in the team's chat."""
        await expect(self.dispatcher.page.locator("body")).to_contain_text(sentence, timeout=PATIENCE * 1000)

        async def in_chat() -> bool:
            async with httpx.AsyncClient(base_url=self.server.address) as desk:
                chat = (await desk.get("/practice/state")).json()["chat"]
            return any(sentence in (message["text"] or "") for message in chat)

        await until(in_chat)

    async def is_attended(self) -> None:
        """Wait until the page has told that it is in sight: whoever goes before that was never there."""

        async def told() -> bool:
            return (await self.dispatcher.invitation(self.invited["id"]))["page"] is not None

        await until(told)

    async def arrives(self, page: Page | None = None) -> None:
        """Wait until a photo stands on the wall's list, whole; ``page`` is the one that may have to try again."""

        async def there() -> bool:
            # Nobody waits in a test for the next try: the phone has found its network again.
            if page is not None:
                await page.evaluate("() => { dispatchEvent(new Event('online')); }")
            found = await self.dispatcher.page.evaluate(
                "async (name) => (await fetch(`/api/photos?invitation=${name}`)).json()", self.invited["id"]
            )
            return any(photo["reached"] == "original" for photo in found["photos"])

        await until(there)


@asynccontextmanager
async def scene_in(folder: Path, players: Players) -> AsyncIterator[Scene]:
    async with cut_line() as line, served(folder / "data", also_hosts=[f"localhost:{line.port}"]) as server:
        line.target = server.port
        yield Scene(server, line, players, await players.dispatcher(server.address), folder)


@pytest.fixture
async def scene(tmp_path: Path, players: Players) -> AsyncIterator[Scene]:
    async with scene_in(tmp_path, players) as made:
        yield made


async def reads(page: Page, sentence: str) -> None:
    """Wait until the citizen reads a sentence."""
    await expect(page.locator("main:visible")).to_contain_text(sentence, timeout=PATIENCE * 1000)


async def tap_and_choose(page: Page, file: Path) -> None:
    """Tap, as a person does, and choose a photo."""
    await page.locator("html.js").wait_for()
    async with page.expect_file_chooser() as chooser:
        await page.locator("label[for=choose]").click()
    await (await chooser.value).set_files(file)


@pytest.mark.journeys_full
async def test_a_network_that_goes_in_the_middle(scene: Scene) -> None:
    page = await scene.phone("photo")
    scene.line.arm(lambda: None)

    def goes_down() -> None:
        scene.line.is_down = True

    scene.line.next_cut, scene.line.left = goes_down, 300_000
    await tap_and_choose(page, scene.picture())
    await reads(page, CITIZEN["photo"]["retrying"])
    await scene.knows(HINTS["page_silent"])
    scene.line.is_down = False
    await scene.arrives(page)
    await reads(page, CITIZEN["photo"]["shown"])


async def test_a_photo_that_cannot_be_used(scene: Scene) -> None:
    page = await scene.phone("photo")
    note = scene.folder / "note.jpg"
    note.write_text("This is no photo.")
    await tap_and_choose(page, note)
    await expect(page.locator("#rows .bad")).not_to_be_empty(timeout=PATIENCE * 1000)
    await scene.knows(HINTS["photo_refused"])
    await page.set_input_files("#choose", scene.picture())
    await scene.arrives(page)


async def test_an_iphone_that_puts_the_page_into_the_background(scene: Scene) -> None:
    page = await scene.phone("live", script=BACKGROUND)
    await page.locator("#show").click()
    await page.locator(".sign").wait_for(state="visible")
    await page.evaluate("() => { taken = document.querySelector('#preview').srcObject.getTracks()[0]; taken.stop(); }")
    await page.evaluate("() => window.setAway(true)")
    await reads(page, CITIZEN["live"]["paused"])
    await scene.knows(WORDS["en"]["ladder"]["page"]["hidden"])
    await page.evaluate("() => window.setAway(false)")
    await expect(page.locator("#says")).not_to_have_text(CITIZEN["live"]["paused"], timeout=PATIENCE * 1000)
    await expect(scene.dispatcher.page.locator("body")).not_to_contain_text(
        WORDS["en"]["ladder"]["page"]["hidden"], timeout=PATIENCE * 1000
    )


@pytest.mark.journeys_full
async def test_a_camera_that_was_refused(scene: Scene) -> None:
    page = await scene.phone("live", script=NO_CAMERA)
    await page.locator("#show").click()
    await page.locator("#where").wait_for(state="visible")
    await reads(page, CITIZEN["live"]["refused"]["other"])
    await scene.knows(HINTS["camera_refused"])
    await tap_and_choose(page, scene.picture())
    await scene.arrives(page)


async def test_a_browser_inside_another_app(scene: Scene) -> None:
    page = await scene.phone("live", user_agent=INSTAGRAM)
    await reads(page, CITIZEN["live"]["in_app"])
    await page.locator("#copy").click()
    await scene.knows(HINTS["camera_in_app"])
    await tap_and_choose(page, scene.picture())
    await scene.arrives(page)


@pytest.mark.journeys_full
@pytest.mark.parametrize("script", [FULL, NO_DATABASE], ids=["a phone that is full", "a private window"])
async def test_a_phone_that_keeps_nothing(scene: Scene, script: str) -> None:
    page = await scene.phone("photo", script=script)
    await page.route("**/uploads*", lambda route: route.abort())
    await page.route("**/photos*", lambda route: route.abort())
    await tap_and_choose(page, scene.picture())
    await reads(page, CITIZEN["photo"]["not_kept"])
    await scene.knows(HINTS["photo_under_way"])
    await page.unroute_all()
    await scene.arrives(page)


async def test_a_browser_too_old_for_any_script(scene: Scene) -> None:
    page = await scene.phone("photo", java_script_enabled=False)
    await page.set_input_files("#choose", scene.picture())
    await page.locator(".choose button").click()
    await expect(page.locator("h1")).to_have_text(CITIZEN["sent"]["heading"])
    await scene.arrives()


@pytest.mark.journeys_full
async def test_a_battery_that_is_nearly_empty(scene: Scene) -> None:
    page = await scene.phone("live", script=LOW)
    await page.locator("#show").click()
    await reads(page, CITIZEN["live"]["battery"].format(percent=8))
    await scene.knows(WORDS["en"]["wall"]["card"]["battery"].format(percent=8))


@pytest.mark.journeys_full
async def test_a_language_that_the_dispatcher_does_not_speak(scene: Scene) -> None:
    page = await scene.phone("photo", language=None, locale="fr-FR")
    await expect(page.locator("html")).to_have_attribute("lang", "fr")
    await page.locator("summary").click()
    await page.locator("nav a[lang=ar]").click()
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await page.locator("#write").click()
    await scene.dispatcher.page.evaluate(
        """(name) => fetch(`/api/invitations/${name}/messages`, {
             method: "POST", headers: { "Content-Type": "application/json" },
             body: JSON.stringify({ ready: "breathing" }),
           })""",
        scene.invited["id"],
    )
    await reads(page, WORDS["ar"]["talk"]["questions"]["breathing"])
    await page.locator(".offers button").nth(1).click()
    await scene.knows(WORDS["en"]["talk"]["answers"]["does_not_breathe"])


@pytest.mark.journeys_full
async def test_a_link_that_was_closed(scene: Scene) -> None:
    page = await scene.phone("photo")
    await page.locator("html.js").wait_for()
    await scene.dispatcher.close(scene.invited["id"])
    await page.locator("#ended").wait_for(state="visible")
    await reads(page, CITIZEN["ended"]["call"])

    async def is_closed() -> bool:
        return bool((await scene.dispatcher.invitation(scene.invited["id"]))["state"] == "closed")

    await until(is_closed)


@pytest.mark.journeys_full
@pytest.mark.parametrize(
    ("code", "told", "hint"),
    [
        (1, CITIZEN["location"]["refused"]["other"], "location_refused"),
        (2, CITIZEN["location"]["unavailable"], "location_unavailable"),
        (3, CITIZEN["location"]["too_slow"], "location_too_slow"),
    ],
)
async def test_a_place_that_is_not_found(scene: Scene, code: int, told: str, hint: str) -> None:
    page = await scene.phone("location", script=lost(code))
    await page.locator("#locate").click()
    await reads(page, told)
    await scene.knows(HINTS[hint])


@pytest.mark.journeys_full
async def test_a_page_that_is_closed_too_early(scene: Scene) -> None:
    page = await scene.phone("photo")
    async with page.expect_file_chooser():
        await page.locator("label[for=take]").click()
    await scene.is_attended()
    await page.goto("about:blank")
    await scene.knows(HINTS["page_left"])


@pytest.mark.journeys_full
async def test_a_citizen_who_stops_and_leaves(scene: Scene) -> None:
    page = await scene.phone("live")
    await page.locator("#show").click()
    await page.locator("#stop").click()
    await page.locator("#leave").click()
    await reads(page, CITIZEN["left"]["sentence"])
    await scene.knows(WORDS["en"]["ladder"]["page"]["left"])
