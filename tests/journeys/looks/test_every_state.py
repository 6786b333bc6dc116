"""Nobody is shut out, in any state, in five languages, in both browsers; a picture of each is there to be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import CitizensDoor
from tests.citizen_page.test_looks import RULES
from tests.journeys.looks.states import STATES, State, opened_for_a_photo, opened_for_live, opener

LANGUAGES = ["en", "fr", "nl", "ar", "ti"]
SCREENS = {"phone": (360, 640), "small": (320, 568), "sideways": (640, 320)}


def violations(page: Page, node_modules: Path) -> list[tuple[str, list[str]]]:
    """Return what axe finds wrong."""
    # Through the debugger, which the page's own policy does not bind.
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("(tags) => axe.run({ runOnly: { type: 'tag', values: tags } })", RULES)
    assert found["passes"], "axe has looked at nothing"
    return [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found["violations"]]


def is_firefox(browser: Browser) -> bool:
    """Whether it is Firefox."""
    return browser.browser_type.name == "firefox"


@pytest.mark.parametrize(("state", "language"), [(opened_for_live, "en"), (opened_for_a_photo, "ar")])
def test_one_of_each_browser_shuts_nobody_out(  # noqa: PLR0917 - fixtures
    browser: Browser, door: CitizensDoor, open_page: OpenPage, node_modules: Path, state: State, language: str
) -> None:
    page = state(door, opener(open_page, language=language, is_firefox=is_firefox(browser)))
    assert violations(page, node_modules) == []


@pytest.mark.journeys_full
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nobody_is_shut_out_and_nothing_is_cut_off(  # noqa: PLR0917 - fixtures
    browser: Browser,
    door: CitizensDoor,
    open_page: OpenPage,
    node_modules: Path,
    gallery: Path,
    state: State,
    language: str,
) -> None:
    page = state(door, opener(open_page, language=language, is_firefox=is_firefox(browser)))
    assert violations(page, node_modules) == []
    for name, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        if name == "phone" or language in {"en", "ar"}:
            picture = gallery / f"{state.__name__}-{language}-{browser.browser_type.name}-{name}.png"
            page.screenshot(path=picture)
