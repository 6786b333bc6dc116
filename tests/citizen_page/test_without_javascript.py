from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import pictures
from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import Answer, CitizensDoor


@pytest.fixture
def camera_file(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_1.jpg"
    path.write_bytes(pictures.camera_photo(size=(1200, 900)))
    return path


@pytest.mark.parametrize("button", ["take", "choose"])
def test_a_plain_form_brings_a_photo(door: CitizensDoor, open_page: OpenPage, camera_file: Path, button: str) -> None:
    page = open_page(java_script_enabled=False)
    page.locator(f"#{button}").set_input_files(camera_file)
    page.locator(f"form.{button}").get_by_role("button", name="Send this photo").click()
    expect(page.get_by_role("heading")).to_have_text("Sent ✓")
    assert list(door.invitation.photos.values()) == [camera_file.read_bytes()]
    page.get_by_role("link", name="Send another photo").click()
    expect(page.get_by_role("heading")).to_have_text("112 Brussels asks you for a photo")


def test_a_plain_form_that_is_refused_shows_the_way_back(
    door: CitizensDoor, open_page: OpenPage, camera_file: Path
) -> None:
    door.invitation.answers.append(Answer(status=415, sentence="This is not a photo that we can open."))
    page = open_page(java_script_enabled=False, language="fr")
    page.locator("#take").set_input_files(camera_file)
    page.get_by_role("button", name="Envoyer cette photo").first.click()
    expect(page.get_by_text("This is not a photo that we can open.")).to_be_visible()
    page.get_by_role("link", name="Revenir et réessayer").click()
    expect(page.get_by_role("heading")).to_have_text("112 Brussels vous demande une photo")


def test_location_is_not_offered_where_it_cannot_work(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.purpose = "location"
    page = open_page(java_script_enabled=False)
    expect(page.locator("#locate")).to_be_hidden()
    expect(page.get_by_text("This browser cannot send your location.")).to_be_visible()
    expect(page.get_by_text("Take a photo")).to_be_visible()


def test_with_a_script_there_is_nothing_left_of_the_plain_form(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    expect(page.get_by_role("button", name="Send this photo")).to_have_count(0)
