"""A dispatcher who never leaves the team chat does the whole job there, and never touches the mouse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.journeys.conftest import DESK, PATIENCE, PHONE, Practice, eventually
from tests.pictures import camera_photo

_MOST_TABS = 200
PATIENT = PATIENCE * 1000


async def test_the_whole_job_is_done_in_the_chat_by_keyboard(practice: Practice, tmp_path: Path) -> None:
    photo = tmp_path / "camera.jpg"
    photo.write_bytes(camera_photo(orientation=1))
    chat = await practice.open("/practice/chat", viewport=DESK)

    # One line invites; the card climbs while the citizen opens the page.
    await write(chat, "/invite 0470 12 34 56 live #2026-77")
    card = says(chat, r"No\. 1 · live video")
    await expect(card).to_contain_text("+32 4•• •• •• 56", timeout=PATIENT)
    await expect(card).to_contain_text(re.compile("✓ SMS delivered"), timeout=PATIENT)
    link = await eventually(lambda: _newest_link(practice))
    phone = await practice.open(
        link, viewport=PHONE, has_touch=True, is_mobile=True, permissions=["camera", "microphone"]
    )
    await expect(card).to_contain_text(re.compile("✓ page loaded"), timeout=PATIENT)

    # The video goes live: the chat says so with the way to watch it, and the card offers to command the camera.
    await phone.locator("#show").first.tap()
    await expect(card).to_contain_text("🔴 live", timeout=PATIENT)
    told = says(chat, r"🔴 live · No\. 1")
    watch = told.get_by_role("link", name=re.compile("Watch live"))
    await expect(watch).to_be_visible(timeout=PATIENT)
    async with chat.context.expect_page() as opening:
        await press(chat, watch)
    watching = await opening.value
    await press(watching, watching.get_by_role("button", name="Watch"))
    await expect(watching.locator("video").first).to_be_visible(timeout=PATIENT)
    await watching.close()

    # A photo comes hidden, and is shown by a key.
    await press(chat, card.get_by_role("button", name="Take a photo"))
    shown = chat.locator(".spoiler")
    await expect(shown).to_have_count(1, timeout=PATIENT)
    await press(chat, shown)
    await expect(shown).to_have_class(re.compile("revealed"), timeout=PATIENT)

    # What is written as a reply to the card stands on the phone, and the chat knows that it does.
    await press(chat, card.locator(".reply"))
    await chat.keyboard.type("We see you. Stay there.")
    await chat.keyboard.press("Enter")
    await expect(phone.get_by_text("We see you. Stay there.").first).to_be_visible(timeout=PATIENT)
    await expect(chat.get_by_text("✓ The phone of No. 1 shows it.").first).to_be_visible(timeout=PATIENT)

    # A question is chosen, and answered with one touch.
    await press(chat, card.get_by_role("button", name="Ask a question"))
    panel = says(chat, r"What do you want to ask No\. 1")
    await press(chat, panel.get_by_role("button", name="Safety"))
    await press(chat, panel.get_by_role("button", name="Are you safe where you are?"))
    await phone.get_by_role("button", name="Yes", exact=True).tap()
    await expect(says(chat, r"💬 No\. 1")).to_contain_text("Yes", timeout=PATIENT)

    # It ends where it began.
    await press(chat, card.get_by_role("button", name="Close"))
    await press(chat, card.get_by_role("button", name="Yes, close it"))
    await expect(card).to_contain_text("Closed. The link works no more.", timeout=PATIENT)
    await expect(card.get_by_role("button", name="Close")).to_have_count(0, timeout=PATIENT)
    await expect(phone.get_by_text(re.compile("112")).first).to_be_visible(timeout=PATIENT)


def says(chat: Page, beginning: str) -> Locator:
    """Return the message that begins so; what quotes it does not count."""
    return chat.locator(".message").filter(has=chat.locator(".text", has_text=re.compile(f"^{beginning}")))


async def write(chat: Page, text: str) -> None:
    """Type a line where the page has put the cursor, or where Tab leads."""
    await reach(chat, chat.get_by_role("combobox"))
    await chat.keyboard.type(text)
    await chat.keyboard.press("Enter")


async def press(chat: Page, wanted: Locator) -> None:
    """Go to something with the Tab key and press Enter on it."""
    await expect(wanted).to_be_visible(timeout=PATIENT)
    await reach(chat, wanted)
    await chat.keyboard.press("Enter")


async def reach(chat: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus."""
    await expect(wanted).to_be_attached(timeout=PATIENT)
    for _ in range(_MOST_TABS):
        if await wanted.evaluate("(element) => element === document.activeElement"):
            return
        await chat.keyboard.press("Shift+Tab")
    raise AssertionError("no key leads there")


async def _newest_link(practice: Practice) -> Any:
    sms = (await practice.state())["sms"]
    return sms[-1]["link"] if sms else None
