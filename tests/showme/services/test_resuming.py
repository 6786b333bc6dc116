import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from showme.domain.pictures import MOST_BYTES
from showme.domain.uploads import MOST_UPLOADS, Checksum, Upload
from showme.errors import (
    Busy,
    Contradiction,
    LinkEnded,
    NotAPicture,
    NotAsSent,
    NotFound,
    NotUnderstood,
    TooLarge,
    TooMany,
    Unavailable,
)
from showme.records import Work
from showme.services.opening import Opened
from showme.services.resuming import Resuming, Standing
from tests.pictures import card, jpeg
from tests.showme.services.conftest import MOST_IN_FLIGHT, House

PHOTO = jpeg(card(), quality=80)


class Citizen:
    """One phone with its link, sending in pieces."""

    def __init__(self, house: House, resuming: Resuming, key: str, opened: Opened) -> None:
        self.house, self.resuming, self.key, self.opened = house, resuming, key, opened

    async def begin(self, length: int = len(PHOTO), photo_id: str | None = None) -> Upload:
        return (await self.standing(length, photo_id)).upload

    async def standing(self, length: int = len(PHOTO), photo_id: str | None = None) -> Standing:
        return await self.resuming.begin(self.opened, length=length, metadata="", photo_id=photo_id)

    async def send(self, upload: Upload, offset: int, *pieces: bytes, checksum: Checksum | None = None) -> Standing:
        return await self.pour(upload, offset, _told(*pieces), announced=sum(map(len, pieces)), checksum=checksum)

    async def pour(
        self,
        upload: Upload,
        offset: int,
        body: AsyncIterator[bytes],
        *,
        announced: int | None = None,
        checksum: Checksum | None = None,
    ) -> Standing:
        return await self.resuming.append(
            self.opened, upload.id, offset=offset, body=body, announced_bytes=announced, checksum=checksum
        )

    async def look(self, upload: Upload) -> Standing:
        return await self.resuming.look(self.opened, upload.id)


async def _told(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _dead(*pieces: bytes) -> AsyncIterator[bytes]:
    """Bring some pieces, and then nothing any more."""
    for piece in pieces:
        yield piece
    await asyncio.Event().wait()


def resuming_of(house: House) -> Resuming:
    return Resuming(
        records=house.records,
        clock=house.clock,
        media=house.media,
        partials=house.partials,
        receiving=house.receiving,
    )


@pytest.fixture
async def citizen(house: House) -> Citizen:
    invited = await house.invite()
    return Citizen(house, resuming_of(house), invited.key, await house.opening.open(invited.key))


async def arrived(citizen: Citizen, upload: Upload, size: int) -> None:
    for _ in range(6000):
        if await citizen.house.partials.size(upload.id) >= size:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the bytes never arrived")


async def test_the_photo_is_there_with_the_last_byte_and_not_before(citizen: Citizen) -> None:
    upload = await citizen.begin(photo_id="made-by-the-phone")
    standing = await citizen.send(upload, 0, PHOTO[:1000])
    assert (standing.offset, standing.photo) == (1000, None)
    assert "PhotoReceived" not in await citizen.house.kinds()
    standing = await citizen.send(upload, 1000, PHOTO[1000:3000], PHOTO[3000:])
    assert standing.offset == len(PHOTO)
    assert standing.photo is not None
    assert (standing.photo.id, standing.photo.sha256) == ("made-by-the-phone", hashlib.sha256(PHOTO).hexdigest())
    assert (await citizen.house.kinds()).count("PhotoReceived") == 1
    assert (await citizen.look(upload)).photo == standing.photo
    assert (await citizen.send(upload, len(PHOTO))).photo == standing.photo


async def test_a_phone_that_makes_no_id_gets_one_that_stays(citizen: Citizen) -> None:
    upload = await citizen.begin()
    standing = await citizen.send(upload, 0, PHOTO)
    assert standing.photo is not None
    assert standing.photo.id == upload.photo
    assert (await citizen.begin()).id != upload.id


async def test_an_upload_is_nobody_elses(citizen: Citizen) -> None:
    house = citizen.house
    upload = await citizen.begin()
    await citizen.send(upload, 0, PHOTO[:10])
    for dispatcher in (house.anna, house.bert):
        invited = await house.inviting.invite(dispatcher, to=None)
        stranger = Citizen(house, citizen.resuming, invited.key, await house.opening.open(invited.key))
        with pytest.raises(NotFound):
            await stranger.look(upload)
        with pytest.raises(NotFound):
            await stranger.send(upload, 10, b"x")
        with pytest.raises(NotFound):
            await stranger.resuming.end(stranger.opened, upload.id)
    assert (await citizen.look(upload)).offset == 10


async def test_two_organisations_may_use_the_same_id(citizen: Citizen) -> None:
    house = citizen.house
    await citizen.begin(photo_id="the-same-id")
    invited = await house.inviting.invite(house.bert, to=None)
    stranger = Citizen(house, citizen.resuming, invited.key, await house.opening.open(invited.key))
    standing = await stranger.standing(photo_id="the-same-id")
    await stranger.send(standing.upload, 0, PHOTO)
    assert (await citizen.standing(photo_id="the-same-id")).offset == 0


async def test_a_dead_line_gives_way_and_what_it_brought_stays(citizen: Citizen) -> None:
    upload = await citizen.begin()
    dead = asyncio.create_task(citizen.pour(upload, 0, _dead(PHOTO[:1000])))
    await arrived(citizen, upload, 1000)
    assert (await citizen.send(upload, 1000, PHOTO[1000:])).photo is not None
    with pytest.raises(Contradiction) as refusal:
        await dead
    assert refusal.value.cause == "upload_taken_over"


async def test_three_who_come_back_at_once_do_not_wait_for_each_other(citizen: Citizen) -> None:
    upload = await citizen.begin()
    pouring = [asyncio.create_task(citizen.pour(upload, 0, _dead(PHOTO[:100]))) for _ in range(3)]
    await arrived(citizen, upload, 100)
    async with asyncio.timeout(60):
        assert (await citizen.send(upload, 100, PHOTO[100:])).photo is not None
    outcomes = await asyncio.gather(*pouring, return_exceptions=True)
    assert all(isinstance(outcome, Contradiction) for outcome in outcomes)


async def test_a_line_that_brings_bytes_may_go_on_while_another_asks(citizen: Citizen) -> None:
    upload = await citizen.begin()

    async def slowly() -> AsyncIterator[bytes]:
        for at in range(0, len(PHOTO), 600):
            yield PHOTO[at : at + 600]
            await asyncio.sleep(0.1)

    sending = asyncio.create_task(citizen.pour(upload, 0, slowly()))
    await arrived(citizen, upload, 600)
    assert (await citizen.look(upload)).photo is not None
    assert (await sending).photo is not None


async def test_two_who_both_go_on_take_turns(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("showme.services.resuming._WHILE", 0.2)
    upload = await citizen.begin()

    async def endlessly() -> AsyncIterator[bytes]:
        yield PHOTO[:10]
        while True:
            yield b""
            await asyncio.sleep(0.01)

    sending = asyncio.create_task(citizen.pour(upload, 0, endlessly()))
    await arrived(citizen, upload, 10)
    assert (await citizen.look(upload)).offset == 10
    with pytest.raises(Contradiction):
        await sending


async def test_a_request_that_is_cancelled_keeps_what_came(citizen: Citizen) -> None:
    upload = await citizen.begin()
    sending = asyncio.create_task(citizen.pour(upload, 0, _dead(PHOTO[:1000])))
    await arrived(citizen, upload, 1000)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert sending.cancelled()
    assert (await citizen.look(upload)).offset == 1000
    assert citizen.house.receiving._in_flight == 0


async def test_a_trouble_of_ours_at_the_end_costs_the_citizen_nothing(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database fails when the photo is to be recorded: asking again finishes it, without sending it again."""
    house = citizen.house
    upload = await citizen.begin()
    write = house.records.write

    async def failing(step: Callable[[Work], Awaitable[Any]]) -> Any:
        if step.__name__ == "adding":
            raise Unavailable
        return await write(step)

    with monkeypatch.context() as planted:
        planted.setattr(house.records, "write", failing)
        with pytest.raises(Unavailable):
            await citizen.send(upload, 0, PHOTO)
        with pytest.raises(Unavailable):
            await citizen.look(upload)
    assert await house.media.names() == frozenset()
    assert (await citizen.look(upload)).photo is not None
    assert len(await house.media.names()) == 1
    assert await house.partials.names() == frozenset()


async def test_a_refused_photo_ends_its_upload(citizen: Citizen) -> None:
    upload = await citizen.begin(1000)
    with pytest.raises(NotAPicture):
        await citizen.send(upload, 0, b"x" * 1000)
    with pytest.raises(NotFound):
        await citizen.look(upload)
    assert await citizen.house.partials.names() == frozenset()


async def test_another_photo_under_the_same_id_is_not_lost_silently(citizen: Citizen) -> None:
    upload = await citizen.begin(photo_id="made-by-the-phone")
    other = jpeg(card((300, 200)))
    await citizen.house.receive(citizen.key, other, "made-by-the-phone")
    with pytest.raises(Contradiction):
        await citizen.send(upload, 0, PHOTO)
    assert await citizen.house.partials.names() == frozenset()


@pytest.mark.parametrize(("length", "refusal"), [(0, NotUnderstood), (MOST_BYTES + 1, TooLarge)])
async def test_a_length_that_cannot_be_is_refused(citizen: Citizen, length: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await citizen.begin(length)


async def test_a_closed_invitation_begins_nothing(citizen: Citizen) -> None:
    house = citizen.house
    await house.closing.close(house.anna, citizen.opened.invitation.id)
    with pytest.raises(LinkEnded):
        await citizen.begin()


async def test_an_invitation_has_only_so_much_under_way(citizen: Citizen) -> None:
    for _ in range(4):
        await citizen.begin(MOST_BYTES)
    with pytest.raises(TooMany):
        await citizen.begin(1)


async def test_an_invitation_has_only_so_many_under_way(citizen: Citizen) -> None:
    uploads = [await citizen.begin() for _ in range(MOST_UPLOADS)]
    with pytest.raises(TooMany):
        await citizen.begin()
    await citizen.send(uploads[0], 0, PHOTO)
    await citizen.begin()


async def test_a_wrong_checksum_takes_the_whole_piece_back(citizen: Citizen) -> None:
    upload = await citizen.begin()
    await citizen.send(upload, 0, PHOTO[:100])
    right = Checksum(algorithm="sha256", digest=hashlib.sha256(PHOTO[100:200]).digest())
    with pytest.raises(NotAsSent):
        await citizen.send(upload, 100, PHOTO[100:150], PHOTO[100:150], checksum=right)
    assert (await citizen.look(upload)).offset == 100
    assert (await citizen.send(upload, 100, PHOTO[100:150], PHOTO[150:200], checksum=right)).offset == 200


async def test_more_than_announced_takes_the_whole_piece_back(citizen: Citizen) -> None:
    upload = await citizen.begin()
    await citizen.send(upload, 0, PHOTO[:100])
    with pytest.raises(TooLarge):
        await citizen.pour(upload, 100, _told(PHOTO[100:], b"x"))
    assert (await citizen.look(upload)).offset == 100


async def test_pieces_count_as_bytes_in_flight_like_any_upload(citizen: Citizen) -> None:
    house = citizen.house
    upload = await citizen.begin()
    with house.receiving.room(MOST_IN_FLIGHT), pytest.raises(Busy):
        await citizen.send(upload, 0, PHOTO)
    assert (await citizen.send(upload, 0, PHOTO)).photo is not None


async def test_an_upload_that_goes_on_for_hours_does_not_expire_under_way(citizen: Citizen) -> None:
    house = citizen.house
    upload = await citizen.begin()

    async def slowly() -> AsyncIterator[bytes]:
        for at in range(0, len(PHOTO), 1000):
            yield PHOTO[at : at + 1000]
            house.clock.move(minutes=50)
            await house.forgetting.forget_what_is_due()

    standing = await citizen.pour(upload, 0, slowly())
    assert standing.photo is not None


async def test_what_nobody_goes_on_with_is_forgotten(citizen: Citizen) -> None:
    house = citizen.house
    upload = await citizen.begin()
    await citizen.send(upload, 0, PHOTO[:100])
    house.clock.move(minutes=59)
    await house.forgetting.forget_what_is_due()
    assert await house.partials.names() == {upload.id}
    house.clock.move(minutes=2)
    await house.forgetting.forget_what_is_due()
    assert await house.partials.names() == frozenset()
    with pytest.raises(NotFound):
        await citizen.look(upload)
