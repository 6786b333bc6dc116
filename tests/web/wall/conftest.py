"""A browser, the wall as it is built, and the desk behind it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.web.wall.desk import Desk, Stand
from tools import build_browser

DESK = {"width": 1280, "height": 800}
PATIENCE = 30_000

OpenWall = Callable[..., Page]


@pytest.fixture(scope="package")
def stand(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    built = tmp_path_factory.mktemp("wall") / "vendor"
    build_browser.build(checkout, into=built)
    stand = Stand(checkout, built)
    stand.start()
    yield stand
    stand.stop()


@pytest.fixture
def desk(stand: Stand) -> Desk:
    """Give each test a desk of its own."""
    stand.desk = Desk()
    return stand.desk


# Not for the whole session: an open Playwright would stand in the way of every asyncio test that follows.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
                *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, stand: Stand, desk: Desk) -> Iterator[OpenWall]:
    """Open a page of the desk; options are those of a browser context. Complaints of the browser fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # A refused or cut request is reported here too, and is what many tests are about.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_page(path: str = "/wall", **options: object) -> Page:
        context = browser.new_context(**{"viewport": DESK, "base_url": stand.address, **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_wall(open_page: OpenWall) -> OpenWall:
    """Open the wall and wait until it is connected."""

    def open_wall(**options: object) -> Page:
        page = open_page("/wall", **options)
        page.locator("#connection[data-line=open]").wait_for()
        return page

    return open_wall
