"""A preview is in the chat first, and its photo takes its place without a sound."""

from practice.telegram.faults import Refuse
from showme.domain.photos import Photo, PhotoSize
from showme.services.inviting import Invited
from showme.services.taking_back import TakingBack
from tests.bot.conftest import Station
from tests.pictures import card, jpeg

EDGES: dict[PhotoSize, tuple[int, int]] = {"preview": (160, 120), "shrunk": (320, 240), "original": (640, 480)}


async def send(station: Station, invited: Invited, size: PhotoSize) -> Photo:
    opened = await station.opened(invited)
    async with station.desk.receiving.arriving(opened, announced_bytes=None) as arrival:
        await arrival.write(jpeg(card(EDGES[size])))
        return await arrival.finish("photo-of-citizen", size=size)


def calls(station: Station, method: str) -> int:
    return sum(call.method == method for call in station.api.calls)


async def previewed(station: Station) -> Invited:
    """Let a preview arrive, and wait until it is in the chat."""
    invited = await station.invite_from_wall()
    await station.card()
    await send(station, invited, "preview")
    await station.until(lambda: len(station.photos()) == 1, passing=0.5)
    return invited


async def test_a_preview_is_a_spoilered_reply_and_its_photo_takes_its_place(station: Station) -> None:
    invited = await previewed(station)
    preview = station.photos()[0]
    assert preview.has_spoiler
    assert preview.reply_to == station.cards()[0].id
    await send(station, invited, "shrunk")
    await station.until(lambda: calls(station, "editMessageMedia") == 1, passing=0.5)
    await send(station, invited, "original")
    await station.until(lambda: calls(station, "editMessageMedia") == 2, passing=0.5)
    (photo,) = station.photos()
    assert (photo.id, photo.text, photo.reply_to) == (preview.id, preview.text, preview.reply_to)
    assert photo.has_spoiler
    assert calls(station, "sendPhoto") == 1
    await station.settle()
    assert calls(station, "editMessageMedia") == 2


async def test_a_photo_that_is_whole_before_it_can_be_sent_is_sent_once(station: Station) -> None:
    invited = await station.invite_from_wall()
    await station.card()
    station.wire.is_cut = True
    await send(station, invited, "preview")
    await station.settle(passing=0.1)
    await send(station, invited, "original")
    await station.settle(passing=0.1)
    station.wire.is_cut = False
    await station.until(lambda: len(station.photos()) == 1, passing=0.5)
    await station.settle()
    assert calls(station, "editMessageMedia") == 0


async def test_a_preview_that_somebody_deleted_stays_away(station: Station) -> None:
    invited = await previewed(station)
    station.api.faults.next("editMessageMedia", Refuse("message to edit not found"))
    await send(station, invited, "original")
    await station.until(lambda: calls(station, "editMessageMedia") == 1, passing=0.5)
    await station.settle()
    assert calls(station, "editMessageMedia") == calls(station, "sendPhoto") == 1


async def test_a_preview_that_is_taken_back_is_deleted(station: Station) -> None:
    invited = await previewed(station)
    taking_back = TakingBack(records=station.desk.records, clock=station.desk.clock, media=station.desk.media)
    await taking_back.take_back(await station.opened(invited), "photo-of-citizen")
    await station.until(lambda: not station.photos(), passing=0.5)
