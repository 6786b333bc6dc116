"""Storms at the other doors: signalling, receipts, money."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from practice.sms.twilio import TwilioAccount
from tests.gateways.sms.conftest import ACCOUNT
from tests.torture.measuring import seeded, sizes
from tests.web.providers import in_earnest
from tests.web.signalling.exchange import Exchange, code_of_end, hears, listening

CALLBACK = "https://show.example.org/callbacks/twilio/receipts"
A_LINE = 40
"""Frames over one socket, before the next one is opened."""
STRANGE: tuple[Any, ...] = (
    None, True, 7, "", [], {}, [[]], {"type": None}, {"type": "OFFER"}, {"type": "OFFER", "dst": None},
    {"type": "OFFER", "dst": 1, "payload": {}}, {"type": "LEAVE", "src": "somebody"}, {"type": "HEARTBEAT", "dst": "x"},
    {"type": "CANDIDATE", "dst": "x" * 5000}, {"type": "EXPIRE"}, {"type": "OPEN"}, {"type": "ID-TAKEN"}, {"dst": "x"},
    {"type": "ANSWER", "dst": "\\u202e", "payload": None}, {"type": "x" * 900}, {"__proto__": {"type": "OFFER"}},
)  # fmt: skip


def _frame(chance: random.Random) -> str | bytes:
    match chance.randrange(4):
        case 0:
            return json.dumps(chance.choice(STRANGE))
        case 1:
            return chance.randbytes(chance.randrange(200))
        case 2:
            whole = json.dumps({"type": "OFFER", "dst": "x", "payload": {"sdp": "v=0"}})
            return whole[: chance.randrange(len(whole))]
        case _:
            return "".join(chance.choices('{}[]",:0truenul\\u0000', k=chance.randrange(1, 80)))


async def _gibberish(exchange: Exchange, count: int, chance: random.Random) -> int:
    """Send frames that make no sense, over as many sockets as that takes; return how many left."""
    sent = lines = 0
    invited = await exchange.invite()
    while sent < count:
        lines += 1
        if lines % 5 == 0:  # who claims a place too often has to wait
            invited = await exchange.invite()
        async with exchange.dialled(f"{invited['id']}-1", invited["key"]) as line:
            for _ in range(min(A_LINE, count - sent)):
                if line.closed:
                    break
                frame = _frame(chance)
                try:
                    await (line.send_str(frame) if isinstance(frame, str) else line.send_bytes(frame))
                except (aiohttp.ClientError, ConnectionError):
                    break
                sent += 1
    return sent


@sizes(300, 10_000)
async def test_no_frame_takes_the_switchboard_down(count: int, tmp_path: Path, measured: Callable[..., None]) -> None:
    seed, chance = seeded()
    async with listening(tmp_path / "data") as exchange:
        sent = await _gibberish(exchange, count, chance)
        mine, other = await exchange.invite(), await exchange.invite()
        taken = delivered = 0
        async with exchange.on_the_line(f"{mine['id']}-1", mine["key"]) as phone:
            for number in range(count // 50):  # at another's id, with another's key
                try:
                    async with exchange.dialled(f"{mine['id']}-1", other["key"]) as thief:
                        heard = await thief.receive(timeout=30)
                        taken += heard.type is aiohttp.WSMsgType.TEXT and json.loads(heard.data).get("type") == "OPEN"
                        if number == 0:
                            await code_of_end(thief)
                except aiohttp.WSServerHandshakeError as refused:
                    if refused.status != 429:  # who tries too often waits
                        raise
            offered = 0
            while offered < count // 10:  # offers that nobody asked for; a flood ends its own line
                async with exchange.on_the_line(f"{other['id']}-1", other["key"]) as stranger:
                    for number in range(min(A_LINE, count // 10 - offered)):
                        offer = {"type": "OFFER", "dst": f"{mine['id']}-1", "payload": {"connectionId": str(number)}}
                        with suppress(ConnectionError):
                            await stranger.send_str(json.dumps(offer))
                        offered += 1
            await phone.send_str(json.dumps({"type": "HEARTBEAT"}))
            try:
                async with asyncio.timeout(2):
                    while (await hears(phone))["type"] != "OFFER":
                        pass
                delivered += 1
            except TimeoutError:
                pass
        async with exchange.on_the_line(f"{mine['id']}-1", mine["key"]):  # it still does what it is for
            pass
    measured(
        "signalling",
        goal="10 000 malformed frames, 200 attempts at another's id, 1 000 unasked offers: 0 crashes, 0 taken, "
        "0 delivered",
        measured=f"{sent} frames, {count // 50} attempts, {count // 10} offers: 0 crashes, {taken} taken, "
        f"{delivered} delivered",
        seed=seed,
    )
    assert sent == count
    assert (taken, delivered) == (0, 0)


@sizes(40, 1000)
async def test_receipts_count_when_they_are_signed_in_whatever_order(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: Callable[..., None]
) -> None:
    seed, chance = seeded()
    async with in_earnest(tmp_path / "data", monkeypatch) as house:
        invited = await house.invite()
        await house.settled(invited["id"])
        while not house.account.taken:  # on a machine so busy that the other provider took over
            invited = await house.invite()
            await house.settled(invited["id"])
        taken = house.account.taken[-1]
        before = await house.seen(invited["id"])
        accepted = 0
        for number in range(count):
            receipt = house.account.receipt(taken, chance.choice(("delivered", "undelivered", "failed")))
            guessed = TwilioAccount(sid=ACCOUNT, token=chance.randbytes(16).hex())
            signature = guessed.signature(CALLBACK, receipt) if number % 2 else chance.randbytes(20).hex()
            accepted += await house.twilio_posts(receipt, signature) != 403
        assert await house.seen(invited["id"]) == before
        states = []
        for order in itertools.permutations(("sent", "delivered", "sent")):
            for state in (*order, *order):  # each of them twice
                receipt = house.account.receipt(taken, state)
                assert await house.twilio_posts(receipt, house.account.signature(CALLBACK, receipt)) < 300
            states.append((await house.seen(invited["id"]))["sms"]["state"])
    measured(
        "callbacks",
        goal="1 000 forged signatures: 0 accepted; shuffled and repeated receipts end in the right state",
        measured=f"{count} forged: {accepted} accepted; {len(states)} orders end as {sorted(set(states))}",
        seed=seed,
    )
    assert accepted == 0
    assert set(states) == {"delivered"}


@sizes(50, 50)
async def test_fifty_at_once_never_overspend(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: Callable[..., None]
) -> None:
    async with in_earnest(tmp_path / "data", monkeypatch) as house:
        there = await house.credits()

        async def invite(place: int) -> int:
            answer = await house.api("POST", "/api/invitations", json={"to": f"+3247012{place:04}"})
            return int(answer.status_code)

        answers = await asyncio.gather(*(invite(place) for place in range(count)))
        abroad = [
            (await house.api("POST", "/api/invitations", json={"to": to})).status_code
            for to in ("+12025550123", "+882161234567", "+79161234567", "+8613912345678", "+2348031234567")
        ]
        async with asyncio.timeout(60):
            while len(house.account.taken) + len(house.integration.taken) < there:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        sent = len(house.account.taken) + len(house.integration.taken)
        left = await house.credits()
    measured(
        "money",
        goal="50 requests at once for the last credits: never overspent; numbers outside the allowed countries: 0 SMS",
        measured=f"{count} at once for {there} credits: {answers.count(201)} invited, {sent} SMS, {left} left; "
        f"{len(abroad)} numbers abroad: {abroad.count(201)} SMS",
    )
    assert answers.count(201) == sent == there
    assert left == 0
    assert set(abroad) == {422}
