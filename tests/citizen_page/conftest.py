"""A browser, the page as it is built, and the door that it knocks at."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.citizen_page.door import Bundle, CitizensDoor, Invitation
from tools import build_browser

PHONE = {"width": 360, "height": 640}
PATIENCE = 30_000

OpenPage = Callable[..., Page]
OpenViewer = Callable[[str], Page]

WATCHED = """
    window.taken = [];
    window.asked = [];
    const devices = navigator.mediaDevices;
    const take = devices?.getUserMedia.bind(devices);
    if (take) {
        devices.getUserMedia = async (wanted) => {
            window.asked.push(wanted);
            await window.gate;
            const stream = await take(wanted);
            window.taken.push(...stream.getTracks());
            return stream;
        };
    }
"""
"""Notes what the page asks of the camera, and is given; the browser's question stays open while ``gate`` waits."""


@pytest.fixture(scope="session")
def node_modules(checkout: Path) -> Path:
    """Return the folder of the browser tools: the project's, or one that a developer has put on the PATH."""
    on_path = [
        Path(folder).parent for folder in os.environ.get("PATH", "").split(os.pathsep) if folder.endswith(".bin")
    ]
    for folder in (checkout / "node_modules", *on_path):
        if (folder / "axe-core").is_dir() and (folder / "@esbuild").is_dir():
            return folder
    pytest.fail("esbuild and axe-core are missing: run `make test`, or `npm ci --ignore-scripts`.")


@pytest.fixture(scope="session")
def bundle(checkout: Path, node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Build the page as the real build does."""
    assert node_modules.is_dir()
    built = tmp_path_factory.mktemp("citizen") / "vendor"
    names = build_browser.build(checkout, into=built).manifest
    return Bundle(
        script=(built / "citizen" / "page.js").read_text("utf-8"),
        style=(built / "citizen" / "page.css").read_text("utf-8"),
        parts={
            part: (
                f"/static/{names[f'citizen/{part}.js']}",
                (built / "static" / names[f"citizen/{part}.js"]).read_text(),
            )
            for part in ("later", "live", "talk", "following")
        },
    )


@pytest.fixture(scope="session")
def open_door(checkout: Path, bundle: Bundle) -> Iterator[CitizensDoor]:
    door = CitizensDoor(checkout, bundle)
    door.start()
    yield door
    door.stop()


@pytest.fixture
def door(open_door: CitizensDoor) -> Iterator[CitizensDoor]:
    """Give each test an invitation of its own."""
    invitation = open_door.invitation = Invitation()
    yield open_door
    invitation.gate.set()
    invitation.parts_gate.set()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
                *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
                *("--use-fake-device-for-media-stream", "--disable-features=WebRtcHideLocalIpsWithMdns"),
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, door: CitizensDoor) -> Iterator[OpenPage]:
    """Open the link on a phone; options are those of a browser context. Complaints of the browser fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # A refused or cut request is reported here too, and is what many tests are about.
        is_told_elsewhere = "Failed to load resource" in message.text or "ws://" in message.text
        # A test tries to run it, to see that the page's policy lets nobody.
        is_told_elsewhere |= "Content Security Policy" in message.text and "/peerjs.min.js" in message.text
        if message.type in {"error", "warning"} and not is_told_elsewhere:
            complaints.append(message.text)

    def fail(error: object) -> None:
        # So Firefox tells of a socket that was cut, and of the style that Playwright adds for a screenshot.
        if not any(told in str(error) for told in ("ws://", "blocked an inline style")):
            complaints.append(str(error))

    def open_link(*, language: str | None = None, before: str = "", **options: object) -> Page:
        context = browser.new_context(**{"viewport": PHONE, "has_touch": True, **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(WATCHED)
        page.add_init_script(before)
        page.on("console", complain)
        page.on("pageerror", fail)
        page.goto(door.address + (f"?lang={language}" if language else ""))
        return page

    yield open_link
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_viewer(browser: Browser, door: CitizensDoor) -> Iterator[OpenViewer]:
    """Sit down at an unmodified PeerJS, which answers whoever calls."""
    contexts: list[BrowserContext] = []

    def open_wall(peer: str) -> Page:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{door.origin}/viewer")
        page.evaluate("(peer) => window.watch(peer)", peer)
        return page

    yield open_wall
    for context in contexts:
        context.close()
