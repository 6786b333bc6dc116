"""Takes the pictures of the real screens that the pages of `docs/` show, from the practice mode: needs Chromium.

`python -m tools.take_pictures` starts a practice of its own, plays a short call, and writes `docs/pictures/*.png`.
"""

import asyncio
import io
import shutil
import socket
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, async_playwright

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WALL = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 640}
_PATIENCE = 90_000
_MOST_COLOURS = 96
"""A screen has few colours: a palette makes its PNG a third as large."""


def a_photo() -> bytes:
    """Return a drawn scene, as no photo of a real place belongs into documentation."""
    scene = Image.new("RGB", (1600, 1200), (148, 178, 204))
    pen = ImageDraw.Draw(scene)
    pen.rectangle((0, 760, 1600, 1200), fill=(92, 96, 98))
    pen.polygon(((520, 1200), (1080, 1200), (840, 760), (780, 760)), fill=(120, 124, 126))
    pen.rectangle((1080, 380, 1500, 800), fill=(176, 120, 96))
    pen.polygon(((1040, 390), (1540, 390), (1290, 220)), fill=(112, 60, 52))
    pen.rounded_rectangle((300, 820, 760, 980), 40, fill=(184, 42, 40))
    pen.polygon(((390, 830), (450, 740), (620, 740), (690, 830)), fill=(150, 34, 34))
    for middle in (390, 670):
        pen.ellipse((middle - 48, 940, middle + 48, 1036), fill=(28, 28, 30))
    written = io.BytesIO()
    scene.save(written, "JPEG", quality=88)
    return written.getvalue()


async def keep(page: Page, name: str) -> None:
    """Write what a page shows as a small PNG."""
    picture = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    picture.quantize(_MOST_COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png: {(PICTURES / f'{name}.png').stat().st_size // 1024} kB")


async def play(browser: Browser, address: str, folder: Path) -> None:
    """Play a call, and take a picture where a dispatcher would look."""
    photo = folder / "photo.jpg"
    photo.write_bytes(a_photo())
    desk = await browser.new_context(viewport=WALL, color_scheme="dark")  # type: ignore[arg-type]
    mobile = await browser.new_context(viewport=PHONE, device_scale_factor=1, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    desk.set_default_timeout(_PATIENCE)
    mobile.set_default_timeout(_PATIENCE)
    state: dict[str, Any] = await (await desk.request.get(f"{address}/practice/state")).json()
    wall = await desk.new_page()
    await wall.goto(state["sign_in_link"])
    await wall.get_by_role("textbox").fill("Anna")
    await wall.get_by_role("button").first.click()
    await wall.wait_for_url("**/wall")
    chat = await desk.new_page()
    await chat.goto(f"{address}/practice/chat")
    await chat.get_by_role("combobox").fill("/invite 0470 12 34 56 #2026-77")
    await chat.keyboard.press("Enter")
    await chat.get_by_text("+32 4•• •• •• 56").first.wait_for()
    headers = {"Authorization": f"Bearer {state['api_token']}"}
    listed = await (await desk.request.get(f"{address}/api/invitations", headers=headers)).json()
    invitation = listed["invitations"][0]["id"]
    link = (await (await desk.request.get(f"{address}/practice/state")).json())["sms"][0]["link"]
    phone = await mobile.new_page()
    await phone.goto(link)
    await phone.locator("label[for=take]").wait_for()
    await keep(phone, "citizen")
    await phone.locator("input[type=file]").first.set_input_files(photo)
    await phone.locator("label[for=take]").tap()
    await phone.get_by_text("✓").first.wait_for()
    await wall.locator("img[src*='/api/photos/']").first.wait_for()
    await wall.wait_for_timeout(2_000)  # what moves comes to rest
    await keep(wall, "photowall")
    await chat.set_viewport_size({"width": 480, "height": 760})
    await chat.locator("img").first.wait_for()
    await chat.wait_for_timeout(1_000)
    await keep(chat, "chat")
    await desk.request.post(f"{address}/api/invitations/{invitation}/close", headers=headers)


async def main() -> None:
    """Start a practice, take the pictures, end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    address = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "app.cli", "practice", "--port", str(port), "--data", str(folder / "data")]
        server = await asyncio.create_subprocess_exec(*command)
        try:
            await asyncio.to_thread(_until_it_answers, f"{address}/healthz")
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
                )
                await play(browser, address, folder)
                await browser.close()
        finally:
            server.terminate()
            await server.wait()


def _until_it_answers(address: str) -> None:
    until = time.monotonic() + _PATIENCE / 1000
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own, by http
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    asyncio.run(main())
