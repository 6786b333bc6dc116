"""A citizen chooses a clip: it goes whole, as a photo does, and what refuses it is said."""

from playwright.sync_api import FilePayload, Page, expect

from tests import clips
from tests.citizen_page.conftest import PATIENCE, OpenPage
from tests.citizen_page.door import Answer, CitizensDoor

TOO_LONG = "This video is too long (more than 5 minutes). Please film a shorter one, or take a photo."


def choose(page: Page, clip: bytes) -> None:
    payload: FilePayload = {"name": "IMG_2.MOV", "mimeType": "video/mp4", "buffer": clip}
    page.locator("#choose").set_input_files([payload])


def test_a_clip_goes_whole_and_nothing_is_drawn_of_it(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    choose(page, clips.phone_mp4())
    line = page.get_by_role("listitem")
    expect(line).to_contain_text("Sent ✓", timeout=PATIENCE)
    assert list(door.invitation.photos.values()) == [clips.phone_mp4()]
    expect(line.locator("svg").first).to_be_visible()


def test_a_clip_that_is_refused_is_refused_in_plain_words(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.answers.append(Answer(status=413, sentence=TOO_LONG, cause="clip_too_long"))
    page = open_page()
    choose(page, clips.phone_mp4())
    expect(page.get_by_role("listitem")).to_contain_text(TOO_LONG, timeout=PATIENCE)
    assert not door.invitation.photos
