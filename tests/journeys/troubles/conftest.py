"""Players for journeys with trouble on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import async_playwright

from tests.journeys.live.players import Players


@pytest.fixture
async def players() -> AsyncIterator[Players]:
    async with async_playwright() as playwright:
        made = Players(playwright)
        yield made
        await made.stop()
