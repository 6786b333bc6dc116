"""A browser, the wall as it is built, and the desk behind it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browsers import CHROMIUM_OPTIONS, chromium_path
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
    with sync_playwright() as playwright:
        # Two pages of one machine find each other by its addresses, which are no secret here.
        options = [*CHROMIUM_OPTIONS, "--disable-features=WebRtcHideLocalIpsWithMdns"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=options)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, stand: Stand, desk: Desk) -> Iterator[OpenWall]:
    """Open a page of the desk; options are those of a browser context. Complaints of the browser fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # A refused or cut request is reported here too, and is what many tests are about.
        is_refusal = "Failed to load resource" in message.text or "WebSocket connection to" in message.text
        if message.type in {"error", "warning"} and not is_refusal:
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
