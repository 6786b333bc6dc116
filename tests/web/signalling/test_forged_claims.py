"""Whoever claims to be somebody else gets nowhere: thousands of ways to try, each refused."""

from __future__ import annotations

import json
import random
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from showme.errors import Refused
from showme.switchboard import IdTaken
from tests.web.conftest import House
from tests.web.signalling.callers import dialled, needs_of, on_the_line
from tests.web.signalling.forging import Forged, Scene, forged_claims, good_claims, scene_of
from web.admission import admit
from web.lines import Outbox

MANY = 10_000


@pytest.fixture
async def scene(house: House, tmp_path: Path) -> Scene:
    return await scene_of(house, tmp_path / "data")


@pytest.fixture
def chance() -> random.Random:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    return random.Random(seed)


async def test_every_good_claim_is_let_in(house: House, scene: Scene) -> None:
    for good in good_claims(scene):
        admitted = await admit(good.claim, needs_of(house))
        assert str(admitted.peer) == good.peer
        await admitted.still_holds()
        async with on_the_line(house, good.peer, good.token, headers=good.headers):
            pass


async def test_none_of_ten_thousand_forged_claims_is_let_in(house: House, scene: Scene, chance: random.Random) -> None:
    let_in: list[Forged] = []
    refused: Counter[str] = Counter()
    for forged in islice(forged_claims(scene, chance), MANY):
        try:
            await admit(forged.claim, needs_of(house))
        except Refused:
            refused[forged.family] += 1
        else:
            let_in.append(forged)
    assert let_in == []
    assert len(refused) == 10
    assert min(refused.values()) >= MANY // 10


async def test_a_sample_of_them_is_told_so_on_a_socket_and_hears_nothing(
    house: House, scene: Scene, chance: random.Random
) -> None:
    citizen = good_claims(scene)[0]
    async with on_the_line(house, citizen.peer, citizen.token) as phone:
        for forged in islice(forged_claims(scene, chance), 300):
            async with dialled(house, forged.peer, forged.token, headers=forged.headers) as forger:
                await forger.offers(citizen.peer, src=f"{scene.id}-0")
                _, heard = await forger.is_hung_up_on()
                assert [message["type"] for message in heard] == ["ERROR"], forged.family
        assert needs_of(house).switchboard.peers == 1
        await phone.says({"type": "LEAVE"})
        # Had anything reached the phone, it would stand before its end.
        assert await phone.is_hung_up_on() == (1000, [])


async def test_nobody_takes_a_place_that_is_taken_whatever_the_proof(
    house: House, scene: Scene, chance: random.Random
) -> None:
    needs, boxes = needs_of(house), {}
    for good in good_claims(scene):
        boxes[good.peer] = Outbox()
        needs.lines.connect(await admit(good.claim, needs), boxes[good.peer])
    proofs = {"session": scene.session}, {"bearer": house.token}
    passes = ["", f"{scene.watch_pass}."]
    for number in range(300):
        place = chance.choice(["-0-2", "-0-3", "-0-4"])
        token = f"{chance.choice(passes)}{number}-another-page"
        second = Forged(family="taken", peer=scene.id + place, token=token, **chance.choice(proofs))
        with pytest.raises(IdTaken):
            needs.lines.connect(await admit(second.claim, needs), Outbox())
    assert all(box.farewell is None for box in boxes.values())
    assert {peer: [json.loads(text)["type"] for text in box._texts] for peer, box in boxes.items()} == {
        peer: ["OPEN"] for peer in boxes
    }
