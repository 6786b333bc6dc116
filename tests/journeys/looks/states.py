"""Every state of the citizen's page, reached by what stands on it in any language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import Answer, CitizensDoor
from tests.citizen_page.test_ending import listen
from tests.citizen_page.test_photos import photo

State = Callable[[CitizensDoor, Callable[..., Page]], Page]

REFUSING: Final = """
if (navigator.mediaDevices) {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}
navigator.geolocation.getCurrentPosition = (_, no) =>
  no({ code: 1, PERMISSION_DENIED: 1, POSITION_UNAVAILABLE: 2, TIMEOUT: 3 });
"""
PLACED: Final = """
const place = { coords: { latitude: 50.8467, longitude: 4.3525, accuracy: 12 } };
navigator.geolocation.getCurrentPosition = (yes) => yes(place);
navigator.geolocation.watchPosition = (yes) => { setTimeout(yes, 100, place); return 1; };
"""


def opened_for_a_photo(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    return open_page()


def opened_for_live(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.purpose = "live"
    return open_page()


def opened_for_the_place(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.purpose = "location"
    return open_page()


def all_languages(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page()
    page.locator("summary").click()
    return page


def sending(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.gate.clear()
    page = open_page()
    page.set_input_files("#choose", [photo(1), photo(2)])
    # The newest stands on top, and waits for its turn.
    expect(page.locator("#rows progress").last).to_be_visible()
    return page


def sent(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page()
    page.set_input_files("#choose", [photo(1)])
    expect(page.locator("#rows .good")).to_be_visible()
    return page


def photo_refused(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.answers.append(Answer(status=415, sentence=""))
    page = open_page()
    page.set_input_files("#choose", [photo(1)])
    expect(page.locator("#rows .bad")).to_be_visible()
    return page


def waiting_for_the_network(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page(before="IDBObjectStore.prototype.put = () => { throw new Error('full'); };")
    page.locator("html.js").wait_for()
    page.context.set_offline(True)
    page.set_input_files("#choose", [photo(1), photo(2)])
    expect(page.locator("#rows .button:visible").first).to_be_visible()
    expect(page.locator("#tally")).to_be_visible()
    return page


def place_sent(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.purpose = "location"
    page = open_page(before=PLACED)
    page.locator("#locate").click()
    expect(page.locator("#rows .button:visible")).to_be_visible()
    return page


def place_followed(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = place_sent(door, open_page)
    sent = page.locator("#rows .good").inner_text()
    page.locator("#rows .button:visible").click()
    expect(page.locator("#rows .good")).not_to_have_text(sent)
    return page


def place_refused(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page(before=REFUSING)
    page.locator("#locate").click()
    expect(page.locator("#rows .bad")).to_be_visible()
    return page


def camera_refused(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.purpose = "live"
    page = open_page(before=REFUSING)
    page.locator("#show").click()
    expect(page.locator("#where")).to_be_visible()
    return page


def in_another_app(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.purpose = "live"
    page = open_page(
        user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram"
    )
    expect(page.locator("#copy")).to_be_visible()
    return page


def live(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.purpose = "live"
    page = open_page(camera=True)
    page.locator("#show").click()
    expect(page.locator("#says.good")).to_be_visible()
    return page


def asked_for_sound(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = live(door, open_page)
    listen(door, page)
    door.command("ask_sound")
    door.command("move_closer")
    expect(page.locator("#sound")).to_be_visible()
    return page


def stopped(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = live(door, open_page)
    page.locator("#stop").click()
    expect(page.locator("#show")).to_be_visible()
    return page


def asked_a_question(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page()
    listen(door, page)
    door.ask(5, "where_hurts", page.locator("html").get_attribute("lang") or "en")
    expect(page.locator(".offers button").first).to_be_visible()
    return page


def writing(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page()
    page.locator("#write").click()
    page.locator(".talk input").fill("112")
    page.locator(".talk form button").click()
    expect(page.locator(".you .good")).to_be_visible()
    return page


def dark(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page()
    page.locator("#quiet").click()
    expect(page.locator("#dark")).to_be_visible()
    return page


def left(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page()
    page.locator("#leave").click()
    expect(page.locator("#again")).to_be_visible()
    return page


def over(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    page = open_page()
    listen(door, page)
    door.say("InvitationClosed")
    expect(page.locator("#ended")).to_be_visible()
    return page


def wrong_link(door: CitizensDoor, open_page: Callable[..., Page]) -> Page:
    door.invitation.page_refusal = Answer(status=404, sentence="")
    return open_page()


STATES: Final[list[State]] = [
    *(opened_for_a_photo, opened_for_live, opened_for_the_place, all_languages, sending, sent, photo_refused),
    *(waiting_for_the_network, place_sent, place_followed, place_refused, camera_refused, in_another_app),
    *(live, asked_for_sound, stopped, asked_a_question, writing, dark, left, over, wrong_link),
]


def opener(open_page: OpenPage, *, language: str, is_firefox: bool) -> Callable[..., Page]:
    """Open the page in a language; what grants the camera is another thing in each browser."""

    def open_it(*, camera: bool = False, **options: Any) -> Page:
        if camera and not is_firefox:
            options["permissions"] = ["camera", "microphone"]
        return open_page(language=language, **options)

    return open_it
