"""A browser, the panes as they are built, and the play behind them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.practice.panes.theatre import Play, Theatre
from tools import build_browser

DESK = {"width": 1440, "height": 900}
PATIENCE = 30_000

OpenPanes = Callable[..., Page]


@pytest.fixture(scope="package")
def theatre(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    built = tmp_path_factory.mktemp("panes") / "vendor"
    build_browser.build(checkout, into=built)
    theatre = Theatre(checkout, built)
    theatre.start()
    yield theatre
    theatre.stop()


@pytest.fixture
def play(theatre: Theatre) -> Play:
    """Give each test a play of its own."""
    theatre.play = Play(address=theatre.address)
    return theatre.play


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
def open_panes(browser: Browser, theatre: Theatre, play: Play) -> Iterator[OpenPanes]:
    """Open the practice mode; options are those of a browser context. Complaints of the browser fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        # A refused or cut request is reported here too, and is what some tests are about.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_panes(path: str = "/", **options: object) -> Page:
        context = browser.new_context(**{"viewport": DESK, "base_url": theatre.address, **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_panes
    for context in contexts:
        context.close()
    assert complaints == []
