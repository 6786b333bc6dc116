"""A practice showme that listens, and real browsers that use it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from hypercorn.asyncio import serve
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from app.assembly import Installation, open_installation
from app.serving import server_config
from app.settings import Settings
from tests.browsers import CHROMIUM_OPTIONS, chromium_path
from tests.fakes.clock import RunningClock

PHONE: Final = {"width": 360, "height": 640}
DESK: Final = {"width": 1280, "height": 800}
PATIENCE: Final = 60.0
"""Seconds; a journey waits generously, and figures are asserted elsewhere."""


@dataclass
class Practice:
    """A showme that is being practised with."""

    installation: Installation
    clock: RunningClock
    address: str
    data: Path
    browser: Browser
    contexts: list[BrowserContext]

    async def state(self) -> dict[str, Any]:
        """Return what /practice/state tells."""
        async with httpx.AsyncClient(base_url=self.address) as client:
            told: dict[str, Any] = (await client.get("/practice/state")).json()
            return told

    async def say(self, text: str) -> None:
        """Say something in the team chat, as another program would."""
        async with httpx.AsyncClient(base_url=self.address) as client:
            (await client.post("/practice/chat", json={"text": text})).raise_for_status()

    async def get(self, path: str) -> httpx.Response:
        """Ask the API as a program with the practice token."""
        token = (await self.state())["api_token"]
        async with httpx.AsyncClient(base_url=self.address) as client:
            return await client.get(path, headers={"Authorization": f"Bearer {token}"})

    async def open(self, path: str, **options: Any) -> Page:
        """Open a page in a browser of its own."""
        context = await self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        self.contexts.append(context)
        page = await context.new_page()
        await page.goto(path if path.startswith("http") else self.address + path)
        return page


@pytest.fixture
async def practice(tmp_path: Path) -> AsyncIterator[Practice]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    clock = RunningClock()
    settings = Settings(base_url=address, data=tmp_path / "data", bind=[f"127.0.0.1:{port}"], image_workers=1)
    stop = asyncio.Event()
    opening = open_installation(settings, practice=True, clock=clock)
    async with opening as installation, async_playwright() as playwright:

        async def until_told() -> None:
            await stop.wait()
            installation.stop_feeds()

        serving = asyncio.create_task(serve(installation.app, server_config(settings), shutdown_trigger=until_told))
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        playing = Practice(installation, clock, address, settings.data, browser, [])
        await eventually(playing.state)
        yield playing
        for context in playing.contexts:
            await context.close()
        await browser.close()
        stop.set()
        await serving


async def eventually(look: Any) -> Any:
    """Return what ``look`` gives as soon as it is true and raises nothing; fail after a generous while."""
    failure: Exception | None = None
    for _ in range(int(PATIENCE / 0.1)):
        try:
            if found := await look():
                return found
        except (httpx.HTTPError, AssertionError, LookupError) as error:
            failure = error
        await asyncio.sleep(0.1)
    pytest.fail(f"this never came true: {look.__name__} ({failure})")
