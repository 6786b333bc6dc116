"""Nobody comes in with a key of their own making, and nobody who only looks changes anything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import async_playwright

from showme.domain.base62 import write_base62
from showme.domain.keys import read_key, write_key
from showme.errors import LinkEnded, WrongKey
from tests.browsers import CHROMIUM_OPTIONS, chromium_path
from tests.fakes.clock import MovableClock
from tests.journeys.served import served
from tests.torture.measuring import seeded, sizes
from tests.torture.wires import Desk
from tests.web.conftest import House, house_of

OVER_HTTP: Final = 500
"""How many of the forged keys also knock at the door itself; its limits slow a guesser down long before."""
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
AGENTS: Final = (
    "WhatsApp/2.23.20.0", "TelegramBot (like TwitterBot)", "facebookexternalhit/1.1", "Facebot", "Twitterbot/1.0",
    "LinkedInBot/1.0", "Slackbot-LinkExpanding 1.0", "Slack-ImgProxy", "Discordbot/2.0", "SkypeUriPreview Preview/0.5",
    "Google-Safety", "Googlebot/2.1", "bingbot/2.0", "Applebot/0.1", "DuckDuckBot/1.1", "Viber/21.0", "Signal/6.0",
    "Microsoft Office/16.0 (Outlook; SafeLinks)", "Barracuda Sentinel", "Proofpoint URL Defense", "Mimecast",
    "Snapchat/12.0 (link preview)", "Iframely/1.3.1", "curl/8.5.0", "",
)  # fmt: skip
"""Who looks at a link before, or in the place of, its reader."""


async def _journal(house: House) -> list[str]:
    """Return everything that the records hold of invitations, as told to dispatchers."""
    answer = await house.api("GET", "/api/invitations")
    return [str(one) for one in (await answer.get_json())["invitations"]]


@sizes(2_000, 100_000)
async def test_no_forged_key_opens_anything(count: int, house: House, measured: Callable[..., None]) -> None:
    seed, chance = seeded()
    invited = await house.invite(to=None)
    whole, claim = invited["key"], read_key(invited["key"])
    accepted = errors = knocked = 0
    opening = house.installation.app.extensions["showme"].opening
    before = await _journal(house)
    for number in range(count):
        match number % 5:
            case 0:
                key = "1" + "".join(chance.choices(ALPHABET, k=39))
            case 1:
                at = chance.randrange(40)
                key = whole[:at] + chance.choice(ALPHABET.replace(whole[at], "")) + whole[at + 1 :]
            case 2:  # a true beginning with a guessed end
                key = "1" + write_base62(claim.signed + chance.randbytes(15), digits=39)
            case 3:  # signed with a guessed secret, for another moment or organisation
                key = write_key(
                    organisation=chance.choice((claim.organisation, 2, 65_535)),
                    made_at=datetime.fromtimestamp(chance.randrange(2**31), UTC),
                    nonce=chance.randbytes(8),
                    secret=hashlib.sha256(chance.randbytes(4)).digest(),
                )
            case _:
                key = chance.choice(
                    (whole.swapcase(), whole[::-1], whole[:-1], whole + "0", f"2{whole[1:]}", " " + whole)
                )
        try:
            await opening.open(key)
            accepted += key != whole
        except (WrongKey, LinkEnded):
            pass
        except Exception:  # noqa: BLE001 - any other one would be a server error
            errors += 1
        if number % max(1, count // OVER_HTTP) == 0 and "/" not in key and key.strip() == key:
            house.clock.move(seconds=1)
            answer = await house.knock().get(f"/s/{key}", headers={"Host": "localhost"})
            accepted += answer.status_code < 400
            errors += answer.status_code >= 500
            knocked += 1
    assert await _journal(house) == before
    measured(
        "forged keys",
        goal="100 000: 0 accepted, no 5xx",
        measured=f"{count} ({knocked} of them at the door): {accepted} accepted, {errors} answers of 5xx",
        seed=seed,
    )
    assert (accepted, errors) == (0, 0)


@pytest.mark.parametrize(
    "made_at",
    [
        datetime(2026, 11, 20, 10, 11, 12, tzinfo=UTC),
        datetime(2026, 3, 28, 23, 30, tzinfo=UTC),  # the clocks of Europe go forward at 1:00 UTC
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC),  # and back
    ],
    ids=["a day", "the short night", "the long night"],
)
async def test_a_key_lives_six_hours_on_any_night(made_at: datetime, tmp_path: Path) -> None:
    clock = MovableClock(made_at)
    async with house_of(tmp_path / "data", clock) as house:
        key = (await house.invite(to=None))["key"]
        statuses = []
        for hours, minutes, seconds in ((5, 59, 59), (6, 0, 1)):
            clock.moment = made_at
            clock.move(hours=hours, minutes=minutes, seconds=seconds)
            statuses.append((await house.client.get(f"/s/{key}")).status_code)
        assert statuses == [200, 410]
        # One that says it was made later than now comes from a clock that lies, or from somebody who waits.
        clock.moment = made_at
        clock.move(minutes=-3)
        assert (await house.client.get(f"/s/{key}")).status_code == 404


@sizes(25, 25)
async def test_a_preview_changes_nothing(count: int, house: House, measured: Callable[..., None]) -> None:
    invited = await house.invite(to=None)
    before = await _journal(house)
    path, told = f"/s/{invited['key']}", b""
    assert len(AGENTS) == count
    for number, agent in enumerate(AGENTS):
        if number % 10 == 0:
            house.clock.move(seconds=1)
        for method in ("GET", "HEAD", "OPTIONS"):
            asked: dict[str, Any] = {"method": method, "headers": {"User-Agent": agent}}
            answer = await house.knock().open(path, **asked)
            assert answer.status_code < 500
            told += await answer.get_data(as_text=False)
    changes = sum(one not in before for one in await _journal(house))
    secretive = [word for word in ("credential", f"{invited['id']}-1", "turn:") if word.encode() in told]
    measured(
        "link previews",
        goal="25 agents, GET/HEAD/OPTIONS: 0 changes of the invitation, 0 peer ids, 0 TURN credentials",
        measured=f"{count} agents, three ways: {changes} changes, {len(secretive)} of peer ids and credentials",
    )
    assert changes == 0
    assert secretive == []


@sizes(2, 100)
async def test_a_scanner_that_runs_scripts_and_never_taps_reaches_nothing(
    count: int, tmp_path: Path, measured: Callable[..., None]
) -> None:
    asked: list[str] = []
    async with served(tmp_path / "data") as server, async_playwright() as playwright:
        desk = Desk(server)
        invited = await desk.invite()
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        for _ in range(count):
            context = await browser.new_context()
            page = await context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("websocket", lambda socket: asked.append(socket.url))
            await page.goto(invited["link"])
            await page.locator("html.js").wait_for()
            await context.close()
        seen: dict[str, Any] = (await desk.ask("GET", f"/api/invitations/{invited['id']}")).json()
        await browser.close()
    told = [url for url in asked if "/tapped" in url or "/peerjs" in url]
    measured(
        "scanners that run scripts",
        goal='100 visits without a tap: 0 changes but "page loaded", 0 peer ids, 0 TURN credentials',
        measured=f"{count} visits: rung {seen['rung']}, state {seen['state']}, {len(told)} taps and peers",
    )
    assert seen["rung"] in {"created", "page_loaded"}
    assert seen["state"] == "open"
    assert told == []
