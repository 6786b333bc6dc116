"""Both browsers before the citizen's page as it is built."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browsers import CHROMIUM_OPTIONS, FIREFOX_PREFERENCES, chromium_path, firefox_path
from tests.citizen_page.conftest import bundle, door, node_modules, open_door, open_page

__all__ = ["bundle", "door", "node_modules", "open_door", "open_page"]


@pytest.fixture(scope="package", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = (
            playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
            if request.param == "chromium"
            else playwright.firefox.launch(
                channel="moz-firefox", executable_path=firefox_path(), firefox_user_prefs=dict(FIREFOX_PREFERENCES)
            )
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder for pictures of every state: ``SHOWME_GALLERY``, or one that is thrown away."""
    folder = Path(os.environ.get("SHOWME_GALLERY") or tmp_path_factory.mktemp("gallery"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
