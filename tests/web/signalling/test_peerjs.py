"""The unmodified PeerJS at both ends, in a real browser, over our signalling."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, WebSocket, async_playwright

from tests.browsers import CHROMIUM_OPTIONS, chromium_path
from tests.web.signalling.callers import RANDOM
from tests.web.signalling.exchange import Exchange, listening

PATIENCE = 60_000

DIAL = """([id, token]) => new Promise((resolve, reject) => {
  const at = { host: location.hostname, port: Number(location.port), path: "/", key: "peerjs", secure: false };
  window.errors = [];
  window.peer = new Peer(id, { ...at, token, config: { iceServers: [] } });
  window.peer.on("error", (error) => { window.errors.push(error.type); reject(new Error(error.type)); });
  window.peer.on("open", resolve);
  setTimeout(() => reject(new Error("nothing happened")), 30000);
  window.peer.on("call", (call) => {
    call.on("stream", (stream) => {
      const video = document.body.appendChild(document.createElement("video"));
      video.muted = true;
      video.srcObject = stream;
      void video.play();
    });
    call.on("close", () => { document.title = "the call has ended"; });
    call.answer();
  });
})"""
CALL = """async (to) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  window.call = window.peer.call(to, stream);
}"""
FRAMES = "() => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0"
MOVES = "(seen) => (document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0) > seen + 15"
COLOURS = """() => {
  const video = document.querySelector("video");
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0, 64, 48);
  return new Set(new Uint32Array(context.getImageData(0, 0, 64, 48).data.buffer)).size;
}"""


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    async with listening(tmp_path / "data") as exchange:
        yield exchange


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        options = [*CHROMIUM_OPTIONS, "--disable-features=WebRtcHideLocalIpsWithMdns"]
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=options)
        yield browser
        await browser.close()


async def page_with_peerjs(browser: Browser, exchange: Exchange, checkout: Path, heard: list[str]) -> Page:
    """Open a page of our own origin, with PeerJS as npm has it; note all that its sockets receive."""
    page = await (await browser.new_context(permissions=["camera"], bypass_csp=True)).new_page()
    page.set_default_timeout(PATIENCE)

    def note(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: heard.append(str(frame)))

    page.on("websocket", note)
    await page.goto(f"http://localhost:{exchange.port}/healthz")
    await page.evaluate((checkout / "node_modules" / "peerjs" / "dist" / "peerjs.min.js").read_text())
    return page


async def sign_in(page: Page, exchange: Exchange) -> None:
    """Sign the page's browser in as a dispatcher."""
    assert exchange.installation.stage is not None
    token = await exchange.installation.stage.sign_in()
    await page.context.add_cookies(
        [{"name": "showme-session", "value": token, "url": f"http://localhost:{exchange.port}"}]
    )


async def picture_moves(page: Page) -> None:
    """Wait until decoded frames go on coming, with something to see on them."""
    seen = await page.evaluate(FRAMES)
    await page.wait_for_function(MOVES, arg=seen)
    assert await page.evaluate(COLOURS) > 10


async def test_a_media_call_brings_moving_pictures_and_no_key(
    exchange: Exchange, browser: Browser, checkout: Path
) -> None:
    invited = await exchange.invite()
    citizen_id, viewer_id, to_viewer, to_phone = f"{invited['id']}-1", f"{invited['id']}-0", list[str](), list[str]()
    viewer = await page_with_peerjs(browser, exchange, checkout, to_viewer)
    await sign_in(viewer, exchange)
    assert await viewer.evaluate(DIAL, [viewer_id, RANDOM]) == viewer_id
    phone = await page_with_peerjs(browser, exchange, checkout, to_phone)
    assert await phone.evaluate(DIAL, [citizen_id, invited["key"]]) == citizen_id
    await phone.evaluate(CALL, viewer_id)
    await picture_moves(viewer)

    kinds = {json.loads(frame)["type"] for frame in to_viewer}
    assert {"OPEN", "OFFER", "CANDIDATE"} <= kinds
    assert "ANSWER" in {json.loads(frame)["type"] for frame in to_phone}
    assert all(invited["key"] not in frame for frame in to_viewer)
    assert all(RANDOM not in frame for frame in to_phone)
    assert {json.loads(frame).get("src") for frame in to_viewer} == {None, citizen_id}

    # PeerJS comes back on a new socket with the same id and token, while the picture goes on, and calls anew.
    await phone.evaluate(
        "() => { peer.disconnect(); return new Promise((open) => { peer.once('open', open); peer.reconnect(); }); }"
    )
    await picture_moves(viewer)
    before = len(to_viewer)
    await phone.evaluate(CALL, viewer_id)
    await viewer.wait_for_function("() => document.querySelectorAll('video').length === 2")
    assert any(json.loads(frame)["type"] == "OFFER" for frame in to_viewer[before:])
    assert await viewer.evaluate("() => errors") == []

    # A phone that says LEAVE ends the call at the other end.
    await phone.evaluate("() => peer.socket.send({ type: 'LEAVE' })")
    await viewer.wait_for_function("() => document.title === 'the call has ended'")


@pytest.mark.parametrize(
    ("who", "told"),
    [("taken", "unavailable-id"), ("absent", "peer-unavailable"), ("forged", "server-error"), ("key", "invalid-key")],
)
async def test_peerjs_understands_what_it_is_refused(
    exchange: Exchange, browser: Browser, checkout: Path, who: str, told: str
) -> None:
    invited = await exchange.invite()
    page = await page_with_peerjs(browser, exchange, checkout, [])
    asked: dict[str, Any] = {"dial": DIAL, "id": f"{invited['id']}-1", "token": invited["key"]}
    if who == "taken":
        async with exchange.on_the_line(f"{invited['id']}-0", "somebody-elses-token", headers=exchange.bearer):
            await sign_in(page, exchange)
            asked.update(id=f"{invited['id']}-0", token=RANDOM)
            assert await _error(page, asked) == told
        return
    if who == "forged":
        asked["token"] = "1" + "x" * 39
    if who == "key":
        asked["dial"] = DIAL.replace('key: "peerjs"', 'key: "another"')
    if who == "absent":
        await page.evaluate(DIAL, [asked["id"], asked["token"]])
        await page.evaluate(CALL, f"{invited['id']}-0")
        await page.wait_for_function("() => errors.length > 0")
        assert await page.evaluate("() => errors") == [told]
        assert not await page.evaluate("() => peer.destroyed || peer.disconnected")
        return
    assert await _error(page, asked) == told


async def _error(page: Page, asked: dict[str, Any]) -> str:
    told = await page.evaluate(
        f"(asked) => ({asked['dial']})(asked).then(() => 'open', (error) => error.message)",
        [asked["id"], asked["token"]],
    )
    return str(told)
