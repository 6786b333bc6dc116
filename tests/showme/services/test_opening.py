import asyncio
import random
from typing import Any

import pytest

from showme.domain.invitations import Phone
from showme.domain.keys import NONCE_BYTES, write_key
from showme.domain.ladder import Rung
from showme.errors import LinkEnded, NotUnderstood, WrongKey
from showme.services.opening import Opened, StepName
from tests.showme.services.conftest import House


async def test_looking_changes_nothing_however_often(house: House) -> None:
    invited = await house.invite()
    before = await house.events()
    for _ in range(3):
        opened = await house.opening.open(invited.key)
        assert opened.invitation == invited.invitation
        assert opened.organisation == house.ours
    assert await house.events() == before


async def test_a_late_citizen_is_told_so(house: House) -> None:
    invited = await house.invite()
    house.clock.move(hours=5, minutes=59, seconds=59)
    await house.opening.open(invited.key)
    house.clock.move(seconds=2)
    with pytest.raises(LinkEnded, match="link_expired"):
        await house.opening.open(invited.key)
    house.clock.move(days=3)
    with pytest.raises(LinkEnded, match="link_expired"):
        await house.opening.open(invited.key)


async def test_a_closed_link_says_so(house: House) -> None:
    invited = await house.invite()
    await house.closing.close(house.anna, invited.invitation.id)
    with pytest.raises(LinkEnded, match="link_closed"):
        await house.opening.open(invited.key)


async def test_a_key_of_nobody_opens_nothing(house: House) -> None:
    invited = await house.invite()
    now = house.clock.now()
    secret = (await house.records.read(lambda work: work.organisations.secrets(house.ours.id)))[0].value
    foreign = (await house.records.read(lambda work: work.organisations.secrets(house.bert.organisation)))[0].value
    nonce = invited.invitation.nonce
    forged = [
        write_key(organisation=house.ours.id, made_at=now, nonce=nonce, secret=foreign),
        write_key(organisation=house.bert.organisation, made_at=now, nonce=nonce, secret=secret),
        write_key(organisation=house.bert.organisation, made_at=now, nonce=nonce, secret=foreign),
        write_key(organisation=999, made_at=now, nonce=nonce, secret=secret),
        write_key(organisation=house.ours.id, made_at=now, nonce=bytes(NONCE_BYTES), secret=secret),
        invited.key[:-1] + ("0" if invited.key[-1] != "0" else "1"),
        invited.invitation.id,
        "",
    ]
    for key in forged:
        with pytest.raises(WrongKey):
            await house.opening.open(key)
    assert (await house.opening.open(invited.key)).invitation.id == invited.invitation.id


async def test_two_hundred_guesses_at_the_door_open_nothing(house: House) -> None:
    invited = await house.invite()
    seed = 112
    print(f"seed {seed}")
    chance = random.Random(seed)
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for _ in range(200):
        place = chance.randrange(1, 40)
        guess = invited.key[:place] + chance.choice(letters.replace(invited.key[place], "")) + invited.key[place + 1 :]
        with pytest.raises(WrongKey):
            await house.opening.open(guess)


async def test_a_link_sent_before_a_rotation_works_to_its_end(house: House) -> None:
    invited = await house.invite()
    house.clock.move(minutes=1)
    await house.administering.rotate_secret(house.ours.id)
    house.clock.move(hours=5, minutes=58, seconds=59)
    await house.opening.open(invited.key)
    house.clock.move(seconds=2)
    with pytest.raises(LinkEnded):
        await house.opening.open(invited.key)
    house.clock.move(minutes=2)
    with pytest.raises(WrongKey):
        await house.opening.open(invited.key)


async def test_the_first_tap_counts_once(house: House) -> None:
    invited = await house.invite()
    opened = await house.opening.open(invited.key)
    await asyncio.gather(*(house.opening.tap(opened) for _ in range(5)))
    house.clock.move(seconds=9)
    await house.opening.tap(await house.opening.open(invited.key))
    seen = await house.see(invited.invitation)
    assert seen.reached[Rung.TAPPED] == seen.reached[Rung.PAGE_LOADED] == seen.reached[Rung.CREATED]
    assert not seen.perhaps_a_scanner
    assert await house.kinds() == ["InvitationCreated", "Tapped"]


async def test_a_loaded_page_was_perhaps_loaded_by_a_scanner(house: House) -> None:
    invited = await house.invite()
    opened = await house.opening.open(invited.key)
    await asyncio.gather(*(house.opening.step(opened, "loaded") for _ in range(3)))
    seen = await house.see(invited.invitation)
    assert seen.perhaps_a_scanner
    assert Rung.TAPPED not in seen.reached
    assert await house.kinds() == ["InvitationCreated", "PageLoaded"]


async def test_a_refused_camera_is_a_trouble_until_it_is_allowed(house: House) -> None:
    invited = await house.invite(purpose="live")
    opened = await house.opening.open(invited.key)
    await house.opening.step(opened, "camera_asked")
    await house.opening.step(opened, "camera_refused")
    assert (await house.see(invited.invitation)).troubles.camera_refused_at == house.clock.now()
    await house.opening.step(opened, "camera_allowed")
    await house.opening.step(opened, "left")
    seen = await house.see(invited.invitation)
    assert seen.troubles.camera_refused_at is None
    assert Rung.CAMERA_ALLOWED in seen.reached
    assert (await house.kinds())[1:] == ["CameraAsked", "CameraRefused", "CameraAllowed", "PageLeft"]


async def test_a_camera_refused_after_it_was_allowed_is_a_trouble_again(house: House) -> None:
    opened = await house.at_the_door()
    await house.opening.step(opened, "camera_allowed")
    house.clock.move(seconds=20)
    await house.opening.step(await house.again(opened), "camera_refused", reason="in_use")
    told = (await house.see(opened.invitation)).hint(house.clock.now())
    assert told is not None
    assert (told.cause, told.due_at) == ("camera_in_use", house.clock.now())
    house.clock.move(seconds=20)
    await house.opening.step(await house.again(opened), "camera_allowed")
    await house.opening.step(await house.again(opened), "camera_allowed")
    seen = await house.see(opened.invitation)
    assert seen.troubles.camera_refused_at is None
    told = seen.hint(house.clock.now())
    assert told is not None
    assert told.cause == "live_not_begun"
    assert (await house.kinds())[1:] == ["CameraAllowed", "CameraRefused", "CameraAllowed"]
    assert [event.detail for event in await house.events() if event.kind == "CameraRefused"] == [{"reason": "in_use"}]


async def test_a_reason_that_nobody_knows_is_refused(house: House) -> None:
    opened = await house.at_the_door()
    with pytest.raises(NotUnderstood, match="step_not_understood"):
        await house.opening.step(opened, "camera_refused", reason="<script>")
    assert (await house.see(opened.invitation)).troubles.camera_refused_at is None


async def test_what_the_page_tells_of_sound_and_torch_is_written_down(house: House) -> None:
    opened = await house.at_the_door()
    steps: tuple[StepName, ...] = ("sound_allowed", "sound_refused", "torch_on", "torch_off", "torch_missing")
    for step in steps:
        await house.opening.step(opened, step)
    told = ["SoundAllowed", "SoundRefused", "TorchSwitchedOn", "TorchSwitchedOff", "TorchRefused"]
    assert (await house.kinds())[1:] == told


async def test_a_step_that_does_not_exist_is_refused(house: House) -> None:
    opened = await house.opening.open((await house.invite()).key)
    unknown: Any = "first_picture"
    with pytest.raises(NotUnderstood, match="step_not_understood"):
        await house.opening.step(opened, unknown)


async def test_what_the_phone_leaves_out_stays_known(house: House) -> None:
    invited = await house.invite()
    for phone in (Phone(kind="iPhone", battery=0.5), Phone(battery=0.4), Phone(), Phone(network="4g")):
        await house.opening.describe_phone(await house.opening.open(invited.key), phone)
    seen = await house.see(invited.invitation)
    assert seen.phone == Phone(kind="iPhone", battery=0.4, network="4g")
    assert (await house.kinds()).count("PhoneDescribed") == 3


async def test_what_the_phone_tells_at_the_same_time_stays(house: House) -> None:
    invited = await house.invite()
    opened = await house.opening.open(invited.key)
    for phone in (Phone(battery=0.08), Phone(kind="iPhone")):
        await house.opening.describe_phone(opened, phone)
    assert (await house.see(invited.invitation)).phone == Phone(kind="iPhone", battery=0.08)


async def test_a_citizen_says_where(house: House) -> None:
    invited = await house.invite(purpose="location")
    opened = await house.opening.open(invited.key)
    await house.opening.locate(opened, latitude=50.85, longitude=4.35, accuracy=12.0)
    seen = await house.see(invited.invitation)
    assert seen.location is not None
    assert (seen.location.latitude, seen.location.longitude, seen.location.accuracy) == (50.85, 4.35, 12.0)
    assert seen.ladder.is_climbed
    assert not seen.perhaps_a_scanner
    assert await house.kinds() == ["InvitationCreated", "Tapped", "LocationReported"]


@pytest.mark.parametrize(
    ("latitude", "longitude", "accuracy"),
    [(90.1, 0, 1), (-90.1, 0, 1), (0, 180.1, 1), (0, 0, -1), (0, 0, 1e9), (float("nan"), 0, 1),
     (0, float("inf"), 1), (0, 0, float("nan"))],
)  # fmt: skip
async def test_a_place_that_is_not_on_earth_is_refused(
    house: House, latitude: float, longitude: float, accuracy: float
) -> None:
    opened = await house.opening.open((await house.invite(purpose="location")).key)
    with pytest.raises(NotUnderstood, match="location_not_understood"):
        await house.opening.locate(opened, latitude=latitude, longitude=longitude, accuracy=accuracy)
    assert await house.kinds() == ["InvitationCreated"]


async def test_what_a_page_tells_after_the_end_is_not_kept(house: House) -> None:
    """The request was let in a moment before the invitation ended and was forgotten."""

    async def tell(opened: Opened) -> None:
        await house.opening.locate(opened, latitude=50.85, longitude=4.35, accuracy=12.0)
        await house.opening.describe_phone(opened, Phone(kind="iPhone"))
        await house.opening.tap(opened)
        await house.opening.step(opened, "loaded")
        await house.opening.step(opened, "camera_refused")

    closed, expired = await house.invite(), await house.invite()
    opened = [await house.opening.open(invited.key) for invited in (closed, expired)]
    await house.closing.close(house.anna, closed.invitation.id)
    await tell(opened[0])
    house.clock.move(hours=6)
    await house.forgetting.forget_what_is_due()
    before = await house.kinds()
    await tell(opened[1])
    assert await house.kinds() == before
    for invited in (closed, expired):
        seen = await house.see(invited.invitation)
        assert (seen.location, seen.phone, set(seen.reached)) == (None, Phone(), {Rung.CREATED})
