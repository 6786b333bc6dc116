"""With a PeerServer elsewhere nobody tells us who is on the line: who watches says so, again and again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from showme.switchboard import MOST_DIRECT
from tests.fakes.clock import MovableClock
from tests.web.conftest import HOST, House, house_of
from tests.web.live import invitation_of, listening, needs_of, until, watch_path

ELSEWHERE = "wss://peer.example.net/peerjs?key=theirs"


@pytest.fixture
async def house(tmp_path: Path, clock: MovableClock) -> AsyncIterator[House]:
    async with house_of(tmp_path / "data", clock, peerjs_url=ELSEWHERE) as house:
        yield house


async def attends(house: House, invitation: str, **said: Any) -> Any:
    """Ask for a place, or for the same one again, and return the answer."""
    return await house.api("POST", f"/api/invitations/{invitation}/viewers", json=said)


async def place_of(house: House, invitation: str, **said: Any) -> dict[str, Any]:
    """Return the place that one gets."""
    answer = await attends(house, invitation, **said)
    assert answer.status_code == 201
    place: dict[str, Any] = await answer.get_json()
    assert place["signalling"] == ELSEWHERE
    return place


async def viewers_now(house: House, invitation: str) -> int:
    """Count who watches, as the wall shows it."""
    return int((await invitation_of(house, invitation))["live_viewers"])


async def test_the_phone_hears_who_waits_for_as_long_as_they_say_so(house: House) -> None:
    invited = await house.invite(purpose="live")
    names = [f"{invited['id']}{end}" for end in ("-0", "-0-2", "-0-3", "-0-4")]
    async with listening(house, f"/s/{invited['key']}/events") as phone:
        assert (await phone.hear())["viewers"] == []
        for number, name in enumerate(names):
            place = await place_of(house, invited["id"])
            assert (place["peer"], place["direct"]) == (name, number < MOST_DIRECT)
            listed = (await phone.hear(lambda told: told["kind"] == "Viewers"))["viewers"]
            assert listed == [{"peer": one, "direct": names.index(one) < MOST_DIRECT} for one in names[: number + 1]]
        # All but the second say so again, for longer than any place is kept without a word.
        for _ in range(6):
            house.clock.move(seconds=20)
            for name in (names[0], names[2], names[3]):
                assert (await place_of(house, invited["id"], peer=name))["peer"] == name
        listed = (await phone.hear(lambda told: told["kind"] == "Viewers"))["viewers"]
        assert listed == [{"peer": one, "direct": True} for one in (names[0], *names[2:])]
        # The one that the phone did not serve learns that it does now.
        assert (await place_of(house, invited["id"], peer=names[3]))["direct"]


async def test_who_leaves_is_called_no_longer_and_the_journal_knows(house: House) -> None:
    invited = await house.invite(purpose="live")
    here = await watch_path(house, invited["id"])
    place = await place_of(house, invited["id"])
    guest = await house.knock().post(
        f"{here}/viewers", json={}, headers={"Host": HOST, "Sec-Fetch-Site": "same-origin"}
    )
    assert (await guest.get_json())["peer"] == f"{invited['id']}-0-2"
    assert await viewers_now(house, invited["id"]) == 2
    assert (await attends(house, invited["id"], peer=place["peer"], leaves=True)).status_code == 204
    assert await viewers_now(house, invited["id"]) == 1
    house.clock.move(seconds=91)
    await until(lambda: not needs_of(house).switchboard.peers)
    await needs_of(house).lines.finish()
    happened = [item.event for item in await needs_of(house).viewing.happenings(1, 0) if "Viewer" in item.event.kind]
    assert [(str(event.kind), event.actor, event.detail["peer"]) for event in happened] == [
        ("ViewerJoined", happened[0].actor, place["peer"]),
        ("ViewerJoined", "team chat", f"{invited['id']}-0-2"),
        ("ViewerLeft", happened[0].actor, place["peer"]),
        ("ViewerLeft", "team chat", f"{invited['id']}-0-2"),
    ]


async def test_a_viewer_keeps_its_place_though_the_server_was_started_again(
    tmp_path: Path, clock: MovableClock
) -> None:
    async with house_of(tmp_path / "data", clock, peerjs_url=ELSEWHERE) as house:
        invited = await house.invite(purpose="live")
        await place_of(house, invited["id"])
        second = await place_of(house, invited["id"])
    async with house_of(tmp_path / "data", clock, peerjs_url=ELSEWHERE) as house:
        assert (await place_of(house, invited["id"], peer=second["peer"]))["peer"] == second["peer"]
        assert await viewers_now(house, invited["id"]) == 1


@pytest.mark.parametrize(("peer", "status"), [("other1-0", 404), ("{id}-1", 404), ("{id}-0-1000", 422), ("x", 422)])
async def test_nobody_keeps_a_place_that_is_no_viewers_of_this_invitation(house: House, peer: str, status: int) -> None:
    invited = await house.invite(purpose="live")
    for more in ({}, {"leaves": True}):
        answer = await attends(house, invited["id"], peer=peer.format(id=invited["id"]), **more)
        assert answer.status_code == status
    assert needs_of(house).switchboard.peers == 0


async def test_nobody_waits_for_what_has_ended_and_one_may_still_leave(house: House) -> None:
    invited = await house.invite(purpose="live")
    place = await place_of(house, invited["id"])
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    assert (await attends(house, invited["id"], peer=place["peer"])).status_code == 410
    assert (await attends(house, invited["id"], peer=place["peer"], leaves=True)).status_code == 204
    assert needs_of(house).switchboard.peers == 0
