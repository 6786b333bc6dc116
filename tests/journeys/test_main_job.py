"""The main job in a real browser: invite, open, photo, on the wall and in the chat, and gone on time."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.journeys.conftest import DESK, PHONE, Practice, eventually
from tests.pictures import CAMERA, SECRETS, camera_photo


async def test_the_citizen_shows_what_the_dispatcher_has_to_see(practice: Practice, tmp_path: Path) -> None:
    photo = tmp_path / "camera.jpg"
    photo.write_bytes(camera_photo(orientation=6))

    # The dispatcher has the photowall open, and types one line in the team chat.
    wall = await practice.open((await practice.state())["sign_in_link"], viewport=DESK)
    await wall.get_by_role("textbox").fill("Anna")
    await wall.keyboard.press("Enter")
    await wall.wait_for_url("**/wall")
    chat = await practice.open("/practice/chat", viewport=DESK)
    await chat.get_by_role("combobox").fill("/invite 0470 12 34 56 #2026-77")
    await chat.keyboard.press("Enter")
    await expect(chat.get_by_text("+32 4•• •• •• 56").first).to_be_visible()
    await expect(wall.get_by_text("+32 4•• •• •• 56").first).to_be_visible()

    # The SMS arrives on the phone; the link in it opens the page.
    link = await eventually(lambda: _newest_link(practice))
    phone = await practice.open(link, viewport=PHONE, has_touch=True, is_mobile=True)
    async with phone.expect_file_chooser() as choosing:
        await phone.locator("label[for=take]").tap()
    await (await choosing.value).set_files(photo)
    await expect(phone.get_by_text("✓").first).to_be_visible()

    # On the wall: blurred first, upright, without metadata.
    shown = await eventually(lambda: _shown(practice))
    # A busy machine looks like a slow line, over which the phone sends less than the whole.
    assert shown["width"] / shown["height"] == pytest.approx(CAMERA[1] / CAMERA[0], rel=0.01)
    picture = wall.locator(f"img[src*='{shown['id']}']").first
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalHeight > image.naturalWidth)")
    assert "blur" in await picture.evaluate("image => getComputedStyle(image).filter")
    for kind in ("wall", "thumbnail"):
        derived = (await practice.get(f"/api/photos/{shown['id']}/{kind}")).content
        assert_is_upright(derived)
        assert_tells_nothing(derived)

    # In the chat: a spoilered reply to the card, which shows the rungs with their times.
    posted = await eventually(lambda: _photo_in_chat(practice))
    assert posted["spoiler"]
    card = await eventually(lambda: _climbed_card(practice, posted["reply_to"]))
    assert re.search(r"✓ .*tapped.* \d+ s", card["text"])
    assert_tells_nothing(await _chat_photo(practice, posted["photo"]))

    # Six hours later nothing of it is left: on the disk, in the database, on the wall, in the chat.
    practice.clock.move(hours=6, seconds=1)
    await practice.installation.forgetting.forget_what_is_due()
    assert (await practice.get("/api/photos")).json()["photos"] == []
    assert (await practice.get(f"/api/photos/{shown['id']}/wall")).status_code == 404
    assert not [file for file in (practice.data / "media").rglob("*") if file.is_file()]
    await expect(picture).to_have_count(0)
    await eventually(lambda: _is_deleted(practice, posted["id"]))
    late = await practice.open(link, viewport=PHONE)
    await expect(late.get_by_role("link", name=re.compile("112"))).to_be_visible()


async def test_a_browser_without_javascript_shows_it_too(practice: Practice, tmp_path: Path) -> None:
    photo = tmp_path / "camera.jpg"
    photo.write_bytes(camera_photo(orientation=6))
    await practice.say("/invite 0470 12 34 56")
    link = await eventually(lambda: _newest_link(practice))
    phone = await practice.open(link, viewport=PHONE, java_script_enabled=False)
    await phone.locator("input[type=file]").first.set_input_files(photo)
    await phone.locator("form button").first.click()
    await expect(phone.get_by_role("heading")).to_contain_text("✓")

    wall = await practice.open((await practice.state())["sign_in_link"], viewport=DESK)
    await wall.get_by_role("textbox").fill("Anna")
    await wall.keyboard.press("Enter")
    shown = await eventually(lambda: _shown(practice))
    await expect(wall.locator(f"img[src*='{shown['id']}']").first).to_be_visible()


def assert_is_upright(jpeg: bytes) -> None:
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.height > picture.width


def assert_tells_nothing(jpeg: bytes) -> None:
    """Nothing that the camera wrote beside the picture is left."""
    assert not [secret for secret in SECRETS if secret in jpeg]
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert not picture.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(picture.info)


async def _newest_link(practice: Practice) -> str | None:
    sms = (await practice.state())["sms"]
    assert all(message["to"] == "+32470123456" for message in sms)
    return str(sms[-1]["link"]) if sms else None


async def _shown(practice: Practice) -> dict[str, Any] | None:
    photos = (await practice.get("/api/photos")).json()["photos"]
    # The phone sends a small one ahead, which is shown as well.
    return next((photo for photo in photos if photo["state"] == "shown" and photo["size"] != "preview"), None)


async def _photo_in_chat(practice: Practice) -> dict[str, Any] | None:
    chat = (await practice.state())["chat"]
    return next((message for message in chat if message["kind"] == "photo"), None)


async def _climbed_card(practice: Practice, card_id: int) -> dict[str, Any] | None:
    card: dict[str, Any] = next(message for message in (await practice.state())["chat"] if message["id"] == card_id)
    return card if "✓ first picture" in card["text"] else None


async def _is_deleted(practice: Practice, message_id: int) -> bool:
    chat = (await practice.state())["chat"]
    return any(message["id"] == message_id and message["deleted"] for message in chat)


async def _chat_photo(practice: Practice, name: str) -> bytes:
    return (await practice.get(f"/practice/photos/{name}")).content
