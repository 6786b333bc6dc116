"""What the tests of the live video say again and again."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.citizen_page.conftest import PATIENCE, OpenPage
from tests.citizen_page.door import CitizensDoor

CAMERA = {"permissions": ["camera"]}
CAMERA_AND_MICROPHONE = {"permissions": ["camera", "microphone"]}


def show(page: Page) -> None:
    """Tap the one large button."""
    page.get_by_role("button", name="Show what I see").click()


def on_air(door: CitizensDoor, open_page: OpenPage, **options: object) -> Page:
    """Open the link, tap, and allow the camera."""
    door.invitation.purpose = "live"
    page = open_page(**{**CAMERA, **options})
    show(page)
    is_on(page)
    return page


def is_on(page: Page) -> None:
    """Wait for the red sign."""
    expect(page.get_by_text("LIVE", exact=True)).to_be_visible(timeout=PATIENCE)


def is_off(page: Page) -> None:
    """Wait until nothing of the camera is left."""
    expect(page.get_by_text("LIVE", exact=True)).to_be_hidden(timeout=PATIENCE)
    assert set(states(page)) <= {"ended"}


def states(page: Page) -> list[str]:
    """Return the state of every track that the page was given, oldest first."""
    found: list[str] = page.evaluate("() => window.taken.map((track) => track.readyState)")
    return found


def says(page: Page, sentence: str | re.Pattern[str]) -> None:
    """Wait for the sentence of the live video."""
    expect(page.locator("#says")).to_have_text(sentence, timeout=PATIENCE)


def moves(viewer: Page) -> None:
    """Wait until pictures run at a viewer."""
    shown = viewer.evaluate("() => window.shown()")
    viewer.wait_for_function("(shown) => window.shown() > shown + 5", arg=shown)


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds that only the door can tell, or fail."""
    for _ in range(PATIENCE // 50):
        if holds():
            return
        page.wait_for_timeout(50)
    assert holds(), "it never came to be"


def until(door: CitizensDoor, page: Page, steps: list[str]) -> None:
    """Wait until the page has told these steps, in this order and no others."""
    eventually(page, lambda: len(_once(door.invitation.steps)) >= len(steps))
    assert _once(door.invitation.steps) == steps, f"the page has told {door.invitation.progress}"


def _once(steps: list[str]) -> list[str]:
    """Leave out that a live page says again that it is live, as it does each time that its line is opened again."""
    kept: list[str] = []
    is_live = False
    for step in steps:
        if step != "live" or not is_live:
            kept.append(step)
        is_live = step == "live" or (is_live and step != "live_ended")
    return kept
