"""A large photo goes small first, in pieces after that, and what has not arrived is kept."""

import hashlib
import re
from io import BytesIO

from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import FilePayload, expect

from tests import pictures
from tests.browsers import FAST_LINE
from tests.citizen_page.conftest import OpenPage
from tests.citizen_page.door import Answer, CitizensDoor
from tests.citizen_page.test_photos import photo, says, take

UPRIGHT = Image.Transpose.ROTATE_270
"""What EXIF's orientation 6 asks for."""


def large(seed: int = 1, *, orientation: int = 1) -> FilePayload:
    picture = pictures.camera_photo(seed, size=(2400, 1800), orientation=orientation)
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture}


def sizes(door: CitizensDoor) -> list[str]:
    return [size for _, size, _ in door.invitation.sizes]


def opened(content: bytes) -> Image.Image:
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def test_a_large_photo_goes_small_first_and_whole_after_it(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(before=FAST_LINE)
    take(page, large())
    says(page, 1, "Sent ✓")
    assert sizes(door) == ["preview", "original"]
    (first, _, preview), (second, _, original) = door.invitation.sizes
    assert first == second
    assert original == large()["buffer"]
    assert 8_000 < len(preview) <= 40_000
    assert opened(preview).size == (960, 720)


def test_a_preview_is_upright_and_tells_nothing_that_the_camera_wrote(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    take(page, large(orientation=6))
    says(page, 1, "Sent ✓")
    preview = opened(door.invitation.sizes[0][2])
    assert preview.height == 960
    assert abs(preview.width - 720) <= 1
    assert not preview.getexif()
    assert b"Exif" not in door.invitation.sizes[0][2]
    upright = opened(large(orientation=6)["buffer"]).transpose(UPRIGHT).resize(preview.size)
    apart = ImageStat.Stat(ImageChops.difference(preview.convert("L"), upright.convert("L"))).mean[0]
    assert apart < 12


def test_the_previews_of_all_photos_go_before_the_first_whole_one(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page(before=FAST_LINE)
    take(page, large(1), large(2), large(3))
    for number in (1, 2, 3):
        says(page, number, "Sent ✓")
    assert sizes(door) == ["preview"] * 3 + ["original"] * 3


def test_a_small_photo_goes_at_once(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    take(page, photo(size=(640, 480)))
    says(page, 1, "Sent ✓")
    assert sizes(door) == ["original"]


def test_a_photo_that_this_browser_cannot_draw_goes_without_a_preview(door: CitizensDoor, open_page: OpenPage) -> None:
    page = open_page()
    content = b"\0\0\0\x18ftypheic" + b"x" * 400_000
    take(page, {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": content})
    says(page, 1, "Sent ✓")
    assert [(size, content) for _, size, content in door.invitation.sizes] == [("original", content)]


def test_the_citizen_is_told_that_the_preview_is_seen_and_the_rest_follows(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page()
    door.invitation.answers.append(Answer(status=503, retry_after=1))
    take(page, large())
    says(page, 1, "We are very busy")
    door.invitation.gate.clear()
    says(page, 1, "Sending…")
    door.invitation.gate.set()
    says(page, 1, "Sent ✓")
    door.say("PhotoShown", door.invitation.sizes[0][0])
    says(page, 1, re.compile("On the control room.s screen ✓"))


def test_a_reloaded_page_sends_what_had_not_arrived(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.gate.clear()
    page = open_page()
    page.on("dialog", lambda dialog: dialog.accept())
    take(page, photo(size=(640, 480)))
    says(page, 1, "Sending…")
    # What is kept is kept before anything is sent; the first try hangs in the line for good.
    page.wait_for_function(
        """() => new Promise((resolve) => {
          const asked = indexedDB.open("showme", 2);
          asked.onsuccess = () => {
            const all = asked.result.transaction("photos").objectStore("photos").count();
            all.onsuccess = () => { asked.result.close(); resolve(all.result === 1); };
          };
        })"""
    )
    page.reload()
    door.invitation.gate.set()
    says(page, 1, "Sent ✓")
    expect(page.get_by_role("listitem")).to_have_count(1)
    assert {hashlib.sha256(content).digest() for content in door.invitation.photos.values()} == {
        hashlib.sha256(photo(size=(640, 480))["buffer"]).digest()
    }
    assert len(door.invitation.photos) == 1


def test_a_slow_line_gets_what_it_can_carry_and_the_original_when_somebody_asks(
    door: CitizensDoor, open_page: OpenPage
) -> None:
    page = open_page(before="const now = performance.now.bind(performance); performance.now = () => now() * 1000;")
    take(page, large())
    says(page, 1, "Sent ✓")
    assert sizes(door) == ["preview", "shrunk"]
    identity, _, shrunk = door.invitation.sizes[1]
    assert opened(shrunk).size == (2048, 1536)
    assert len(shrunk) <= 500_000
    door.say("OriginalAsked", identity)
    expect(page.locator("body")).not_to_have_class("unsent")
    for _ in range(300):
        if len(door.invitation.sizes) == 3:
            break
        page.wait_for_timeout(100)
    assert sizes(door) == ["preview", "shrunk", "original"]
    assert door.invitation.sizes[2][2] == large()["buffer"]


def test_a_phone_without_the_original_says_so(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.known = [{"id": "photo-of-before", "state": "shown", "size": "shrunk", "original": "asked"}]
    page = open_page()
    says(page, 1, re.compile("On the control room.s screen ✓"))
    for _ in range(300):
        if door.invitation.gone:
            break
        page.wait_for_timeout(100)
    assert door.invitation.gone == ["photo-of-before"]


def test_a_preview_of_before_says_that_it_is_all_there_is(door: CitizensDoor, open_page: OpenPage) -> None:
    door.invitation.known = [{"id": "photo-of-before", "state": "shown", "size": "preview"}]
    page = open_page()
    says(page, 1, re.compile("A small version is on the control room.s screen ✓"))
