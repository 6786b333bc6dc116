import asyncio

import pytest

from showme.domain.ladder import Rung
from showme.errors import LinkEnded, NotFound, NotUnderstood
from showme.services.calling import HOWS, Calling, How
from showme.services.opening import Opened
from tests.showme.services.conftest import House


async def details(house: House, kind: str) -> list[object]:
    """Return what the events of a kind tell, oldest first."""
    return [dict(event.detail) for event in await house.events() if event.kind == kind]


@pytest.fixture
async def citizen(house: House) -> Opened:
    return await house.at_the_door()


async def test_a_camera_that_runs_is_live_until_it_is_stopped(house: House, citizen: Opened) -> None:
    await house.calling.begin(citizen)
    began = house.clock.now()
    seen = await house.see(citizen.invitation)
    assert seen.is_live
    assert seen.live_began_at == began
    assert [seen.reached[rung] for rung in (Rung.TAPPED, Rung.CAMERA_ALLOWED, Rung.CONNECTING)] == [began] * 3
    house.clock.move(minutes=3, seconds=12)
    house.calling.hear(seen)
    await house.calling.end(await house.again(citizen))
    seen = await house.see(citizen.invitation)
    assert not seen.is_live
    assert (seen.live_began_at, seen.live_ended_at) == (began, house.clock.now())
    assert seen.troubles.live_lost_at is None
    assert (await house.kinds())[1:] == ["Tapped", "LiveBegan", "LiveEnded"]
    assert await details(house, "LiveEnded") == [{"cause": "stopped", "seconds": 192}]


async def test_two_phones_on_one_link_are_one_live_video(paying_house: House) -> None:
    house = paying_house
    citizen = await house.at_the_door()
    other = await house.again(citizen)
    await asyncio.gather(*(house.calling.begin(opened) for opened in (citizen, other, citizen, other)))
    assert (await house.kinds()).count("LiveBegan") == 1
    await asyncio.gather(house.calling.end(citizen), house.calling.end(other))
    assert (await house.kinds()).count("LiveEnded") == 1
    await house.calling.end(citizen)
    assert (await house.kinds()).count("LiveEnded") == 1


async def test_beginning_and_ending_at_the_same_moment_leaves_one_or_the_other(paying_house: House) -> None:
    house = paying_house
    citizen = await house.at_the_door()
    await asyncio.gather(*(deed(citizen) for _ in range(5) for deed in (house.calling.begin, house.calling.end)))
    kinds = [kind for kind in await house.kinds() if kind.startswith("Live")]
    assert kinds == ["LiveBegan", "LiveEnded"] * (len(kinds) // 2) + ["LiveBegan"] * (len(kinds) % 2)
    assert (await house.see(citizen.invitation)).is_live == (len(kinds) % 2 == 1)


async def test_a_page_that_is_loaded_again_goes_on_with_the_same_live_video(house: House, citizen: Opened) -> None:
    await house.calling.begin(citizen)
    began = house.clock.now()
    house.clock.move(seconds=29)
    await house.calling.begin(await house.again(citizen))
    assert (await house.see(citizen.invitation)).live_began_at == began
    assert (await house.kinds()).count("LiveBegan") == 1
    await house.calling.look()
    assert (await house.see(citizen.invitation)).is_live


async def test_a_phone_that_was_silent_for_half_a_minute_begins_another_one(house: House, citizen: Opened) -> None:
    await house.calling.begin(citizen)
    house.clock.move(seconds=10)
    house.calling.hear(citizen.invitation)
    house.clock.move(seconds=31)
    await house.calling.begin(await house.again(citizen))
    seen = await house.see(citizen.invitation)
    assert seen.live_began_at == house.clock.now()
    assert seen.is_live
    assert seen.troubles.live_lost_at is None
    assert [kind for kind in await house.kinds() if kind.startswith("Live")] == ["LiveBegan", "LiveEnded", "LiveBegan"]
    assert await details(house, "LiveEnded") == [{"cause": "lost", "seconds": 10}]
    await house.calling.look()
    assert (await house.see(citizen.invitation)).is_live


async def test_a_phone_that_falls_silent_is_lost_and_the_dispatcher_knows_what_to_say(
    house: House, citizen: Opened
) -> None:
    over: list[str] = []
    house.calling.when_over(over.append)
    await house.calling.begin(citizen)
    for _ in range(6):
        house.clock.move(seconds=5)
        house.calling.hear(citizen.invitation)
        await house.calling.look()
    heard = house.clock.now()
    house.clock.move(seconds=29)
    await house.calling.look()
    assert (await house.see(citizen.invitation)).is_live
    assert over == []
    house.clock.move(seconds=2)
    await house.calling.look()
    seen = await house.see(citizen.invitation)
    assert not seen.is_live
    assert seen.live_ended_at == heard
    assert await details(house, "LiveEnded") == [{"cause": "lost", "seconds": 30}]
    told = seen.hint(house.clock.now())
    assert told is not None
    assert (told.cause, told.due_at) == ("live_lost", house.clock.now())
    assert over == [citizen.invitation.id]
    await house.calling.begin(await house.again(citizen))
    told = (await house.see(citizen.invitation)).hint(house.clock.now())
    assert told is not None
    assert told.cause == "not_connecting"


async def test_a_sign_just_before_the_look_keeps_it_live(house: House, citizen: Opened) -> None:
    await house.calling.begin(citizen)
    await house.calling.look()
    house.clock.move(seconds=9)
    house.calling.hear(citizen.invitation)
    house.clock.move(seconds=22)  # 31 s after the sign that is noted, 22 s after the last one
    await house.calling.look()
    assert (await house.see(citizen.invitation)).is_live


async def test_what_an_earlier_run_left_live_has_a_minute_and_then_ends_when_it_was_last_heard(
    house: House, citizen: Opened
) -> None:
    await house.calling.begin(citizen)
    house.clock.move(seconds=15)
    house.calling.hear(citizen.invitation)
    await house.calling.look()
    heard = house.clock.now()
    house.clock.move(hours=1)
    house.put_together()  # killed, and started an hour later
    await house.calling.start()
    await house.calling.look()
    house.clock.move(seconds=59)
    await house.calling.look()
    assert (await house.see(citizen.invitation)).is_live
    house.clock.move(seconds=1)
    await house.calling.look()
    seen = await house.see(citizen.invitation)
    assert not seen.is_live
    assert seen.live_ended_at == heard
    assert await details(house, "LiveEnded") == [{"cause": "lost", "seconds": 15}]


async def test_a_call_that_went_on_without_the_server_goes_on_with_it(house: House, citizen: Opened) -> None:
    await house.calling.begin(citizen)
    began = house.clock.now()
    house.clock.move(minutes=2)
    house.put_together()
    await house.calling.start()
    house.calling.hear(await house.see(citizen.invitation))
    await house.calling.begin(await house.again(citizen))
    house.clock.move(seconds=25)
    house.calling.hear(citizen.invitation)
    house.clock.move(seconds=40)
    house.calling.hear(citizen.invitation)
    await house.calling.look()
    assert (await house.see(citizen.invitation)).live_began_at == began
    assert (await house.see(citizen.invitation)).is_live
    await house.calling.end(await house.again(citizen))
    assert await details(house, "LiveEnded") == [{"cause": "stopped", "seconds": 185}]


async def test_closing_the_invitation_ends_its_live_video(house: House, citizen: Opened) -> None:
    over: list[str] = []
    house.calling.when_over(over.append)
    await house.calling.begin(citizen)
    house.clock.move(seconds=20)
    closed = await house.closing.close(house.anna, citizen.invitation.id)
    assert not closed.is_live
    assert (await house.kinds())[-2:] == ["LiveEnded", "InvitationClosed"]
    assert await details(house, "LiveEnded") == [{"cause": "ended", "seconds": 20}]
    assert (await house.events())[-2].actor == "Anna"
    with pytest.raises(LinkEnded, match="link_closed"):
        await house.calling.begin(citizen)
    await house.calling.end(citizen)
    assert (await house.kinds())[-1] == "InvitationClosed"
    await house.calling.look()
    assert over == [citizen.invitation.id]


async def test_an_invitation_that_expires_takes_its_live_video_along(house: House, citizen: Opened) -> None:
    house.clock.move(hours=5, minutes=59)
    await house.calling.begin(await house.again(citizen))
    house.clock.move(minutes=1, seconds=1)
    await house.forgetting.forget_what_is_due()
    seen = await house.see(citizen.invitation)
    assert not seen.is_live
    assert seen.live_ended_at is not None
    kinds = await house.kinds()
    assert kinds[kinds.index("LiveEnded") :] == ["LiveEnded", "InvitationExpired", "InvitationForgotten"]
    assert await details(house, "LiveEnded") == [{}]
    with pytest.raises(LinkEnded):
        await house.calling.begin(citizen)


async def test_a_photo_invitation_becomes_live_when_the_dispatcher_asks(house: House) -> None:
    citizen = await house.at_the_door(purpose="photo")
    await house.calling.begin(citizen)
    seen = await house.see(citizen.invitation)
    assert [step.rung for step in seen.ladder.steps][-2:] == [Rung.TAPPED, Rung.FIRST_PICTURE]
    told = seen.hint(house.clock.now())
    assert told is not None
    assert told.cause == "not_connecting"
    await house.calling.seen(house.anna, citizen.invitation.id, how="direct")
    seen = await house.see(citizen.invitation)
    assert seen.ladder.is_climbed
    assert seen.hint(house.clock.now()) is None


async def test_who_watches_is_written_down(house: House, citizen: Opened) -> None:
    peer = f"{citizen.invitation.id}-0"
    await house.calling.join(house.anna, citizen.invitation.id, peer)
    house.clock.move(seconds=75)
    await house.calling.leave(house.anna, citizen.invitation.id, peer)
    await house.calling.leave(house.anna, citizen.invitation.id, peer)
    assert (await house.kinds())[1:] == ["ViewerJoined", "ViewerLeft"]
    assert {event.actor for event in await house.events()} == {"Anna"}
    assert await details(house, "ViewerJoined") == [{"peer": peer}]
    assert await details(house, "ViewerLeft") == [{"peer": peer, "seconds": 75}]


async def test_nobody_watches_what_is_another_organisations_or_over(house: House, citizen: Opened) -> None:
    await house.calling.begin(citizen)
    before = await house.events()
    peer = f"{citizen.invitation.id}-0"
    for invitation in (citizen.invitation.id, "nothing"):
        with pytest.raises(NotFound):
            await house.calling.join(house.bert, invitation, peer)
        with pytest.raises(NotFound):
            await house.calling.seen(house.bert, invitation, how="direct")
    await house.calling.leave(house.bert, citizen.invitation.id, peer)
    assert await house.events() == before
    assert await house.kinds(house.bert) == []
    await house.closing.close(house.anna, citizen.invitation.id)
    with pytest.raises(LinkEnded):
        await house.calling.join(house.anna, citizen.invitation.id, peer)


async def test_a_viewer_leaves_also_what_has_ended(house: House, citizen: Opened) -> None:
    await house.calling.join(house.anna, citizen.invitation.id, "x-0")
    await house.closing.close(house.anna, citizen.invitation.id)
    await house.calling.leave(house.anna, citizen.invitation.id, "x-0")
    assert (await house.kinds())[-1] == "ViewerLeft"


async def test_closing_while_the_camera_begins_leaves_nothing_live(paying_house: House) -> None:
    house = paying_house
    for _ in range(5):
        citizen = await house.at_the_door()
        closing = house.closing.close(house.anna, citizen.invitation.id)
        began, closed = await asyncio.gather(house.calling.begin(citizen), closing, return_exceptions=True)
        assert began is None or isinstance(began, LinkEnded)
        assert not isinstance(closed, BaseException)
        assert not (await house.see(citizen.invitation)).is_live
    kinds = await house.kinds()
    assert kinds.count("LiveBegan") == kinds.count("LiveEnded")


async def test_the_first_picture_counts_once_for_each_viewer_and_way(paying_house: House) -> None:
    house = paying_house
    citizen = await house.at_the_door()
    await house.calling.begin(citizen)
    ways: tuple[How, ...] = ("stills", "direct", "stills", "direct", "relay")
    for how in ways:
        await house.calling.seen(house.anna, citizen.invitation.id, how=how)
    await asyncio.gather(*(house.calling.seen(house.anna, citizen.invitation.id, how=how) for how in HOWS))
    assert await details(house, "PictureSeen") == [{"how": "stills"}, {"how": "direct"}, {"how": "relay"}]
    assert Rung.FIRST_PICTURE in (await house.see(citizen.invitation)).reached
    await house.calling.end(citizen)
    await house.calling.seen(house.anna, citizen.invitation.id, how="direct")
    assert len(await details(house, "PictureSeen")) == 3
    await house.calling.begin(await house.again(citizen))
    await house.calling.seen(house.anna, citizen.invitation.id, how="direct")
    assert len(await details(house, "PictureSeen")) == 4


async def test_a_colleague_cannot_learn_of_a_foreign_picture_by_what_was_seen(house: House, citizen: Opened) -> None:
    await house.calling.begin(citizen)
    await house.calling.seen(house.anna, citizen.invitation.id, how="direct")
    anna_there = house.bert.__class__(organisation=house.bert.organisation, name="Anna")
    with pytest.raises(NotFound):
        await house.calling.seen(anna_there, citizen.invitation.id, how="direct")


async def test_a_way_that_does_not_exist_is_not_understood(house: House, citizen: Opened) -> None:
    await house.calling.begin(citizen)
    with pytest.raises(NotUnderstood):
        await house.calling.seen(house.anna, citizen.invitation.id, how="carrier pigeon")  # type: ignore[arg-type]


async def test_a_sign_of_a_phone_that_is_not_live_means_nothing(house: House, citizen: Opened) -> None:
    house.calling.hear(citizen.invitation)
    await house.calling.look()
    assert not (await house.see(citizen.invitation)).is_live
    assert house.calling._lives == {}


async def test_a_sign_counts_however_old_the_picture_that_the_line_has_of_the_invitation(
    house: House, citizen: Opened
) -> None:
    await house.calling.begin(citizen)
    house.put_together()  # another process, which only has the line
    for _ in range(8):
        house.clock.move(seconds=5)
        house.calling.hear(citizen.invitation)
        await house.calling.look()
    assert not citizen.invitation.is_live
    assert (await house.see(citizen.invitation)).is_live


async def test_the_one_who_listens_does_not_fall_asleep(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("showme.services.calling._LOOK_EVERY", 0.01)
    looks = asyncio.Queue[int]()

    class Failing(Calling):
        async def look(self) -> None:
            looks.put_nowait(1)
            raise OSError

    calling = Failing(records=house.records, clock=house.clock, report=house.report)
    await calling.start()
    async with asyncio.timeout(60):
        for _ in range(2):
            await looks.get()
    await calling.stop()
    assert {name for name, _ in house.reports} == {"calling_look_failed"}


async def test_after_the_machine_slept_nobody_is_lost_at_once(
    house: House, citizen: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("showme.services.calling._LOOK_EVERY", 0.01)
    await house.calling.begin(citizen)
    looked = asyncio.Queue[int]()
    look = house.calling.look

    async def looking() -> None:
        await look()
        looked.put_nowait(1)

    monkeypatch.setattr(house.calling, "look", looking)
    await house.calling.start()
    async with asyncio.timeout(60):
        await looked.get()
        house.clock.move(hours=1)
        for _ in range(3):
            await looked.get()
        assert (await house.see(citizen.invitation)).is_live
        house.calling.hear(citizen.invitation)
        for _ in range(10):
            house.clock.move(seconds=19)
            house.calling.hear(citizen.invitation)
            await looked.get()
    assert (await house.see(citizen.invitation)).is_live
