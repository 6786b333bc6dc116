"""Live video over lines as phones have them: from "Allow" to the first picture, and when no video passes at all.

What it is compared with is PeerJS 1.5.5 as its documentation shows it: camera first, then the call. Both phones speak
to the same server, are watched by the same photowall, and have the same line: ``tests/slow_line.py`` carries every
packet.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright

from benchmarks.rows import Row, row
from tests.browsers import chromium_path
from tests.journeys.live.players import Dispatcher, Players, until
from tests.journeys.served import Served, served
from tests.networks import DESK, Cable, Line, cable

LINES: Final = {
    "60 ms / 9 Mbit/s": Line(kbit=9_000, round_trip=0.06),
    "400 ms / 400 kbit/s": Line(kbit=400, round_trip=0.4),
}
ROUNDS: Final = 5
PROMPT: Final = 3_000
"""Milliseconds until the person allows the camera."""
NO_NETWORK: Final = 10
"""Seconds for which the phone has no network at all."""
STILLS_FOR: Final = 20
"""Seconds over which stills are counted."""

_PEERJS: Final = Path(__file__).resolve().parent.parent / "node_modules/peerjs/dist/peerjs.min.js"

_PERSON: Final = """
  const capture = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wished) => {
    await new Promise((resolve) => setTimeout(resolve, PROMPT));
    window.allowedAt ??= Date.now();
    return capture(wished);
  };
"""

_WATCHER: Final = """
  window.frames = [];
  const seen = new WeakSet();
  setInterval(() => {
    for (const video of document.querySelectorAll("video")) {
      if (seen.has(video)) continue;
      seen.add(video);
      const note = () => { window.frames.push(Date.now()); video.requestVideoFrameCallback(note); };
      video.requestVideoFrameCallback(note);
    }
  }, 10);
"""

_PLAIN: Final = """<!doctype html><title>plain</title><button id="show">Show</button><script>PEERJS</script><script>
const { hostname: host, port } = location;
const secure = location.protocol === "https:";
const peer = new Peer("NAME-1", { host, port, secure, path: "/", token: "KEY" });
document.querySelector("button").onclick = async () => {
  fetch("/s/KEY/tapped", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  while (!peer.open) await new Promise((resolve) => setTimeout(resolve, 5));
  peer.call("NAME-0", stream);
};
</script>"""


async def measure() -> list[Row]:
    """Measure every line, and return the rows of the table."""
    rows = []
    for name, line in LINES.items():
        async with _together(line) as (server, joined, players, folder):
            dispatcher = await _dispatcher(server, joined, players, folder)
            phone = await _phone(joined, players, folder)
            ours: list[float] = []
            plain: list[float] = []
            for _ in range(ROUNDS):
                for figures, is_plain in ((ours, False), (plain, True)):
                    _, allowed, first = await _show_once(dispatcher, phone, plain=is_plain, reading=2)
                    figures.append(first - allowed)
            rows.append(row(f"“Allow” → first picture, {name}", "ms", ours, against=("PeerJS used plainly", plain)))
    rows += await _on_one_machine()
    rows += await _when_nothing_passes_but_https()
    rows += await _when_the_network_comes_back()
    return rows


async def _show_once(dispatcher: Dispatcher, phone: Page, *, plain: bool, reading: float) -> tuple[float, float, float]:
    """Show once; return when the link was opened, "Allow" pressed, and the first picture decoded, in milliseconds."""
    invited = await dispatcher.invite()
    await dispatcher.page.evaluate("window.frames.length = 0")
    if plain:
        page = _PLAIN.replace("NAME", invited["id"]).replace("KEY", invited["key"])
        page = page.replace("PEERJS", _PEERJS.read_text("utf-8").replace("</script", "<\\/script"))
        await phone.route("**/s/*", lambda route: route.fulfill(body=page, content_type="text/html"))
    opened = time.time() * 1000
    await phone.goto(invited["link"], wait_until="commit")
    await asyncio.sleep(reading)
    await phone.locator("#show").click()
    first: float = await until(lambda: dispatcher.page.evaluate("window.frames[0]"))
    allowed: float = await phone.evaluate("window.allowedAt")
    await phone.unroute_all()
    await dispatcher.close(invited["id"])
    return opened, allowed, first


async def _on_one_machine() -> list[Row]:
    """Open the link and press at once, on the desk's own machine, where the camera is allowed already."""
    ours: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder) / "data") as server, async_playwright() as playwright:
            players = Players(playwright)
            dispatcher = await players.dispatcher(server.address, script=_WATCHER)
            phone = await players.phone(script=_PERSON.replace("PROMPT", "0"))
            for _ in range(ROUNDS):
                for figures, is_plain in ((ours, False), (plain, True)):
                    opened, _, first = await _show_once(dispatcher, phone, plain=is_plain, reading=0)
                    figures.append(first - opened)
            await players.stop()
    return [row("link opened → first picture, one machine", "ms", ours, against=("PeerJS used plainly", plain))]


async def _when_nothing_passes_but_https() -> list[Row]:
    """Block everything but HTTPS: from the tap to the first still, and how many follow each second."""
    first, pace = [], []
    for _ in range(3):
        async with _together(None) as (server, joined, players, folder):
            joined.only_tcp_to(server.port)
            dispatcher = await _dispatcher(server, joined, players, folder)
            phone = await _phone(joined, players, folder)
            invited = await dispatcher.invite()
            await phone.goto(invited["link"])
            await dispatcher.page.evaluate(_COUNT_STILLS)
            tapped = await phone.evaluate("Date.now()")
            await phone.locator("#show").click()
            await until(partial(_takes, dispatcher, "stills"))
            shown: list[float] = await dispatcher.page.evaluate("window.stills")
            first.append(shown[0] - tapped - PROMPT)
            began = await dispatcher.page.evaluate("Date.now()")
            await asyncio.sleep(STILLS_FOR)
            shown = await dispatcher.page.evaluate("window.stills")
            pace.append(len([at for at in shown if at >= began]) / STILLS_FOR)
    return [
        row("nothing passes but HTTPS: “Allow” → first still on the wall", "ms", first),
        row("nothing passes but HTTPS: stills on the wall", "per s", pace),
    ]


async def _when_the_network_comes_back() -> list[Row]:
    """Take the phone's network away, and measure how long after its return the picture moves again."""
    waits = []
    for _ in range(3):
        async with _together(None) as (server, joined, players, folder):
            dispatcher = await _dispatcher(server, joined, players, folder)
            phone = await _phone(joined, players, folder)
            invited = await dispatcher.invite()
            await phone.goto(invited["link"])
            await phone.locator("#show").click()
            await dispatcher.sees_moving_video()
            joined.cut()
            await asyncio.sleep(NO_NETWORK)
            joined.mend()
            back = await dispatcher.page.evaluate("Date.now()")
            moved: float = await until(
                partial(dispatcher.page.evaluate, "back => window.frames.find((at) => at > back)", back)
            )
            waits.append(moved - back)
    return [row(f"phone's network back after {NO_NETWORK} s → moving picture", "ms", waits)]


_COUNT_STILLS: Final = """
  window.stills = [];
  new MutationObserver((changes) => {
    if (changes.some((change) => change.target.matches?.(".live-still"))) window.stills.push(Date.now());
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["src"] });
"""


async def _takes(dispatcher: Dispatcher, path: str) -> bool:
    return await dispatcher.page.locator(f".live-path[data-path={path}]").count() > 0


@asynccontextmanager
async def _together(line: Line | None) -> AsyncIterator[tuple[Served, Cable, Players, Path]]:
    with cable(line) as joined, tempfile.TemporaryDirectory() as folder:
        async with (
            served(Path(folder) / "data", lan=DESK, prefix=joined.inside("desk")) as server,
            async_playwright() as playwright,
        ):
            players = Players(playwright)
            yield server, joined, players, Path(folder)
            await players.stop()


async def _dispatcher(server: Served, joined: Cable, players: Players, folder: Path) -> Dispatcher:
    program = str(joined.program("desk", chromium_path(), folder))
    return await players.dispatcher(server.address, program=program, script=_WATCHER)


async def _phone(joined: Cable, players: Players, folder: Path) -> Page:
    program = str(joined.program("phone", chromium_path(), folder))
    return await players.phone(program=program, script=_PERSON.replace("PROMPT", json.dumps(PROMPT)))
