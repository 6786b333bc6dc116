"""The page tells truthfully whether it is there: after a tap, and as it goes."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import Answer, CitizensDoor
from tests.citizen_page.test_photos import photo, says, take
from tests.citizen_page.watching import eventually

HIDE = """
() => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => window.isAway });
  window.isAway = true;
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
COME_BACK = "() => { window.isAway = false; document.dispatchEvent(new Event('visibilitychange')); }"
NO_DATABASE = (
    'Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("denied", "SecurityError"); } });'
)
FULL = """
IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


def told(door: CitizensDoor) -> list[str]:
    return [page["state"] for page in door.invitation.pages]


def tap(page: Page) -> None:
    with page.expect_file_chooser():
        page.get_by_text("Take a photo").click()


def test_a_look_without_a_tap_tells_nothing_of_the_page(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate(HIDE)
    page.evaluate(COME_BACK)
    page.reload()
    page.goto("about:blank")
    eventually(page, lambda: len(door.invitation.progress) == 2)
    assert door.invitation.pages == []


def test_a_page_in_the_background_says_so_and_that_it_is_back(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    tap(page)
    eventually(page, lambda: told(door) == ["shown"])
    page.evaluate(HIDE)
    eventually(page, lambda: told(door) == ["shown", "hidden"])
    page.evaluate(COME_BACK)
    eventually(page, lambda: told(door) == ["shown", "hidden", "shown"])


def test_a_page_that_is_left_says_goodbye_and_one_that_is_loaded_anew_is_there(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page()
    tap(page)
    eventually(page, lambda: told(door) == ["shown"])
    page.reload()
    eventually(page, lambda: told(door)[-2:] == ["left", "shown"])
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    eventually(page, lambda: told(door)[-2:] == ["left", "shown"] and told(door).count("left") == 2)
    page.goto("about:blank")
    eventually(page, lambda: told(door)[-1] == "left")


def test_what_waits_and_what_went_wrong_is_told(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.gate.clear()
    page = open_page()
    tap(page)
    take(page, photo(1), photo(2))
    eventually(page, lambda: _last(door).get("unsent") == 2)
    door.invitation.answers.append(Answer(status=415, sentence="This is not a photo."))
    door.invitation.gate.set()
    eventually(page, lambda: _last(door).get("unsent") == 0)
    page.context.grant_permissions([])
    page.get_by_role("button", name="Send my location").click()
    eventually(page, lambda: _last(door).get("trouble") == "location_refused")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 50.8, "longitude": 4.3, "accuracy": 9})
    page.get_by_role("button", name="Try again").click()
    eventually(page, lambda: _last(door).get("trouble") is None)


def test_a_photo_that_cannot_be_used_is_told(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.answers.append(Answer(status=415, sentence="This is not a photo."))
    page = open_page()
    tap(page)
    take(page, photo())
    says(page, 1, "This is not a photo.")
    eventually(page, lambda: _last(door).get("trouble") == "photo_refused")
    take(page, photo(2))
    eventually(page, lambda: _last(door).get("trouble") is None)


def test_what_could_not_be_told_without_a_network_is_told_when_it_is_back(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page()
    tap(page)
    eventually(page, lambda: told(door) == ["shown"])
    page.context.set_offline(True)
    take(page, photo())
    says(page, 1, "Waiting for network.")
    page.context.set_offline(False)
    says(page, 1, "Sent ✓")
    eventually(page, lambda: _last(door).get("unsent") == 0 and len(door.invitation.pages) > 1)


def test_who_has_a_phone_that_keeps_nothing_is_asked_to_leave_the_page_open(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    for script in (NO_DATABASE, FULL):
        door.invitation.gate.clear()
        page = open_page(before=script)
        take(page, photo())
        expect(page.locator("#tally")).to_have_text(
            "Leave this page open until everything is sent: your phone cannot keep it for later."
        )
        door.invitation.gate.set()
        says(page, 1, "Sent ✓")
        expect(page.locator("#tally")).to_be_hidden()


def _last(door: CitizensDoor) -> dict[str, Any]:
    return door.invitation.pages[-1] if door.invitation.pages else {}
