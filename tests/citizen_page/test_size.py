"""The page is there at once: little on the wire, and nothing more before its button works."""

import asyncio
import gzip

import pytest
from playwright.sync_api import Page, expect

from showme.domain.words import LANGUAGES
from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import CitizensDoor
from tests.citizen_page.test_photos import photo, says, take
from tests.citizen_page.watching import CAMERA, eventually, is_on, show
from tests.citizen_page.watching import says as live_says
from web.compressing import compressed

FIRST_FLIGHT = 14_000
"""What a server sends before it has to wait for the phone: ten segments (RFC 6928), less the headers."""

OURS = 12_400
"""What we allow ourselves, in every language and for every purpose, for browsers that take brotli: all that we name."""
ENGLISH = 12_000
"""The bar for the page with live video."""

PURPOSES = ["photo", "live", "location"]
BRUSSELS = {"latitude": 50.8466, "longitude": 4.3528, "accuracy": 12}
FIRST_BUTTON = {"photo": "label[for=take]", "live": "#show", "location": "#locate"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_page_comes_in_the_first_flight(door: CitizensDoor, language: str, purpose: str) -> None:
    door.invitation.purpose = purpose
    door.invitation.organisation = "Hulpcentrum 112 Vlaams-Brabant"
    page = door.page(language)
    assert 'id="locate"' in page
    assert "{number}" in page
    sent = asyncio.run(compressed(page.encode(), "br", is_kept=False, is_first=True))
    assert len(sent) <= (ENGLISH if language == "en" else OURS)
    assert len(gzip.compress(page.encode(), 6)) <= FIRST_FLIGHT
    seen = page[: page.rindex("<script>")]
    assert len(gzip.compress(seen.encode(), 6)) <= FIRST_FLIGHT / 2


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_the_first_button_works_when_nothing_but_the_page_has_come(
    door: CitizensDoor, open_page: OpenPage, language: str, purpose: str
) -> None:
    door.invitation.purpose = purpose
    door.invitation.parts_gate.clear()
    page = open_page(language=language, permissions=["camera", "geolocation"], geolocation=BRUSSELS)
    wire = _wire(page)
    if purpose == "photo":
        with page.expect_file_chooser() as chooser:
            page.locator(FIRST_BUTTON[purpose]).click()
        chooser.value.set_files([photo()])
        eventually(page, lambda: len(door.invitation.photos) == 1)
    else:
        page.locator(FIRST_BUTTON[purpose]).click()
    if purpose == "location":
        eventually(page, lambda: len(door.invitation.locations) == 1)
    if purpose == "live":
        expect(page.locator("#says")).not_to_be_empty()
        eventually(page, lambda: door.invitation.taps == 1)
    here = f"/s/{door.invitation.key}"
    assert [name for name, _ in wire if here in name] == [here]
    assert {name.split("/")[1] for name, _ in wire} == {"s"}
    assert all(size <= FIRST_FLIGHT for _, size in wire)


@pytest.mark.parametrize(("purpose", "at_once"), [("photo", ["later"]), ("live", ["later", "live"])])
def test_only_what_is_wanted_comes_with_the_page_and_once(
    door: CitizensDoor, open_page: OpenPage, purpose: str, at_once: list[str]
) -> None:
    door.invitation.purpose = purpose
    page = open_page()
    eventually(page, lambda: len(_parts(door)) >= len(at_once))
    page.wait_for_timeout(1000)
    assert sorted(_parts(door)) == at_once


def test_a_tap_before_the_live_video_has_come_is_not_lost(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    door.invitation.parts_gate.clear()
    page = open_page(**CAMERA)
    show(page)
    live_says(page, "Connecting…")
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.asked") == []
    door.invitation.parts_gate.set()
    is_on(page)
    assert page.evaluate("() => window.asked.length") == 1
    assert door.invitation.taps == 1


def test_a_live_video_that_does_not_come_says_so_and_is_fetched_again(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "live"
    door.invitation.is_without_parts = True
    page = open_page(**CAMERA)
    show(page)
    expect(page.locator("#says")).to_contain_text("you can send a photo")
    expect(page.get_by_role("status")).to_contain_text("you can send a photo")
    take(page, photo())
    says(page, 1, "Sent ✓")
    door.invitation.is_without_parts = False
    is_on(page)


def test_a_script_that_we_did_not_name_is_not_run(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("() => { window.blocked = []; addEventListener('securitypolicyviolation', (e) => blocked.push(e)); }")
    refused = page.evaluate(
        "(address) => import(address).then(() => false, () => true)", f"{door.origin}/peerjs.min.js"
    )
    assert refused
    page.wait_for_function("() => blocked.length === 1")


def test_nothing_is_fetched_from_anywhere(door: CitizensDoor) -> None:
    # The empty icon is there so that the browser asks for none.
    page = door.page().replace('<link rel="icon" href="data:,">', "", 1)
    for way_out in ("http:", "https:", " src=", "url(", "@import", "<link", 'style="', 'onclick="'):
        assert way_out not in page


def _parts(door: CitizensDoor) -> list[str]:
    asked = [request.split("/")[-1] for request in door.invitation.requests if "/static/" in request]
    return [name.partition(".")[0] for name in asked]


def _wire(page: Page) -> list[tuple[str, int]]:
    """Return what has come so far of what the page needs: the path and its bytes."""
    found: list[list[str | int]] = page.evaluate(
        """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
            .filter(({ initiatorType }) => ["navigation", "script", "link", "css", "img"].includes(initiatorType))
            .filter(({ responseEnd }) => responseEnd)
            .map((come) => [new URL(come.name).pathname, come.encodedBodySize])"""
    )
    return [(str(path), int(size)) for path, size in found]
