"""The dispatcher and the citizen of a call, each in a browser of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from playwright.async_api import Browser, BrowserContext, Page, Playwright, WebSocket

from tests.browsers import CHROMIUM_OPTIONS, FIREFOX_PREFERENCES, chromium_path, firefox_path
from tests.journeys.conftest import DESK, PATIENCE, PHONE

Kind = Literal["chromium", "firefox"]

_CALLS_IN_ONE_MACHINE: Final = "--disable-features=WebRtcHideLocalIpsWithMdns,LocalNetworkAccessChecks"

_REMEMBER_CALLS: Final = """
  window.calls = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...told) { super(...told); window.calls.push(this); }
  };
"""
"""Firefox counts the frames of a call nowhere but in its statistics (W3C, webrtc-stats, ``framesDecoded``)."""

_LOOK: Final = """
async () => {
  let frames = 0;
  for (const call of window.calls) {
    for (const told of (await call.getStats()).values()) frames += told.framesDecoded ?? 0;
  }
  const video = document.querySelector(".live-frame video");
  if (!video || !video.videoWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = 64; canvas.height = 48;
  const brush = canvas.getContext("2d");
  brush.drawImage(video, 0, 0, 64, 48);
  const { data } = brush.getImageData(0, 0, 64, 48);
  let sum = 0;
  for (let place = 0; place < data.length; place += 4) sum += data[place] + data[place + 1] + data[place + 2];
  const digest = await crypto.subtle.digest("SHA-256", data);
  return {
    frames,
    light: sum / (64 * 48 * 3),
    picture: Array.from(new Uint8Array(digest)).join(),
    width: video.videoWidth,
  };
}
"""


@dataclass
class Dispatcher:
    """A dispatcher before the photowall."""

    page: Page
    heard: list[str] = field(default_factory=list)
    """Everything that the wall received, over whatever way."""

    async def invite(self, **wishes: Any) -> dict[str, Any]:
        """Make an invitation by a link, without an SMS, and return what the API answers."""
        invited: dict[str, Any] = await self.page.evaluate(
            """async (wishes) => {
              const answer = await fetch("/api/invitations", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify(wishes),
              });
              return answer.json();
            }""",
            {"purpose": "live", **wishes},
        )
        return invited

    async def close(self, name: str) -> None:
        """Close an invitation."""
        await self.page.evaluate("(name) => fetch(`/api/invitations/${name}/close`, { method: 'POST' })", name)

    async def invitation(self, name: str) -> dict[str, Any]:
        """Return an invitation as it stands."""
        told: dict[str, Any] = await self.page.evaluate(
            "async (name) => (await fetch(`/api/invitations/${name}`)).json()", name
        )
        return told

    async def look(self) -> dict[str, Any] | None:
        """Return what the video shows at this moment, None before its first frame."""
        seen: dict[str, Any] | None = await self.page.evaluate(_LOOK)
        return seen

    async def sees_moving_video(self) -> dict[str, Any]:
        """Wait until decoded frames follow each other and show different, lit pictures; return the last look."""

        async def moving() -> dict[str, Any] | None:
            before = await self.look()
            await asyncio.sleep(0.5)
            now = await self.look()
            if before is None or now is None:
                return None
            is_moving = now["frames"] > before["frames"] + 2 and now["picture"] != before["picture"]
            return now if is_moving and now["light"] > 5 else None

        seen: dict[str, Any] = await until(moving)
        return seen

    async def path(self) -> str:
        """Return what the badge says of the way that the picture takes."""
        return await self.page.locator(".live-path").inner_text()


@dataclass
class Citizen:
    """A citizen with a phone in hand."""

    page: Page

    async def begin(self) -> None:
        """Press the one large button."""
        await self.page.locator("#show").click()


@dataclass
class Players:
    """Opens browsers, and closes them."""

    playwright: Playwright
    chromium: str = field(default_factory=chromium_path)
    browsers: list[Browser] = field(default_factory=list)

    async def dispatcher(
        self, address: str, *, name: str = "Anna", kind: Kind = "chromium", program: str | None = None, script: str = ""
    ) -> Dispatcher:
        """Sign in at the photowall; ``script`` runs in each of its pages first."""
        context = await self._context(kind, program, viewport=DESK)
        await context.add_init_script(_REMEMBER_CALLS + script)
        page = await context.new_page()
        player = Dispatcher(page)
        page.on("websocket", lambda line: _note_frames(line, player.heard))
        answer = await page.goto(f"{address}/practice/state")
        assert answer is not None
        await page.goto(f"{address}/sign-in/{(await answer.json())['sign_in_link'].rpartition('/')[2]}")
        await page.get_by_role("textbox").fill(name)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/wall")
        return player

    async def guest(self, link: str, *, kind: Kind = "chromium") -> Dispatcher:
        """Follow the link to a live video, as anybody in the team chat may."""
        context = await self._context(kind, None, viewport=PHONE)
        await context.add_init_script(_REMEMBER_CALLS)
        page = await context.new_page()
        player = Dispatcher(page)
        page.on("websocket", lambda line: _note_frames(line, player.heard))
        await page.goto(link)
        return player

    async def citizen(self, link: str, *, kind: Kind = "chromium", program: str | None = None) -> Citizen:
        """Follow a link."""
        page = await self.phone(kind=kind, program=program)
        await page.goto(link)
        return Citizen(page)

    async def phone(self, *, kind: Kind = "chromium", program: str | None = None, script: str = "") -> Page:
        """Take a phone in hand; ``script`` runs in each of its pages first."""
        touch = {"has_touch": True, "is_mobile": True} if kind == "chromium" else {}
        context = await self._context(kind, program, viewport=PHONE, **touch)
        if script:
            await context.add_init_script(script)
        return await context.new_page()

    async def stop(self) -> None:
        """Close every browser."""
        for browser in self.browsers:
            await browser.close()

    async def _context(self, kind: Kind, program: str | None, **options: Any) -> BrowserContext:
        if kind == "chromium":
            browser = await self.playwright.chromium.launch(
                executable_path=program or self.chromium, args=[*CHROMIUM_OPTIONS, _CALLS_IN_ONE_MACHINE]
            )
        else:
            browser = await self.playwright.firefox.launch(
                channel="moz-firefox", executable_path=firefox_path(), firefox_user_prefs=dict(FIREFOX_PREFERENCES)
            )
        self.browsers.append(browser)
        context = await browser.new_context(ignore_https_errors=True, **options)
        context.set_default_timeout(PATIENCE * 1000)
        return context


async def until(look: Callable[[], Awaitable[Any]], *, patience: float = PATIENCE) -> Any:
    """Return what ``look`` gives as soon as it is true; fail after ``patience`` seconds."""
    async with asyncio.timeout(patience):
        while True:
            if found := await look():
                return found
            await asyncio.sleep(0.1)


def _note_frames(line: WebSocket, heard: list[str]) -> None:
    line.on("framereceived", lambda frame: heard.append(frame if isinstance(frame, str) else frame.decode("latin-1")))
