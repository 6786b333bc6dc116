import asyncio
import hashlib
import itertools
import random

import pytest

from showme.domain.photos import SIZES, Photo, PhotoSize, is_fuller, read_size
from showme.errors import Contradiction, LinkEnded, NotFound, NotReadable, NotUnderstood
from showme.records import Work
from showme.services.resuming import Resuming
from tests.pictures import card, jpeg
from tests.showme.services.conftest import House

ORIGINAL = jpeg(card((1200, 900)), quality=90)
CONTENT: dict[PhotoSize, bytes] = {
    "preview": jpeg(card((240, 180)), quality=40),
    "shrunk": jpeg(card((600, 450)), quality=60),
    "original": ORIGINAL,
}
ID = "made-by-the-phone"


async def receive(house: House, key: str, size: PhotoSize, content: bytes | None = None, photo_id: str = ID) -> Photo:
    sent = CONTENT[size] if content is None else content
    opened = await house.opening.open(key)
    async with house.receiving.arriving(opened, announced_bytes=len(sent)) as arrival:
        await arrival.write(sent)
        return await arrival.finish(photo_id, size=size)


async def known(house: House, photo_id: str = ID) -> Photo:
    return await house.viewing.photo(house.anna, photo_id)


async def kept(house: House) -> list[bytes]:
    """Return the originals that are kept."""
    folder = house.folder._folder / "original"
    return [path.read_bytes() for path in folder.iterdir()]


async def holds(house: House, expected: list[bytes]) -> None:
    """Wait until just these originals are kept, each with its two pictures."""
    for _ in range(3000):
        if await kept(house) == expected and len(house.files()) == 3 * len(expected):
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"{len(await kept(house))} originals are kept")


async def downloaded(house: House) -> bytes:
    _, _, body = await house.viewing.picture(house.anna, ID, "original")
    return b"".join([chunk async for chunk in body])


async def test_a_preview_is_seen_first_and_the_photo_takes_its_place(house: House) -> None:
    await house.showing.start()
    key = (await house.invite()).key
    preview = await receive(house, key, "preview")
    await house.wait_for("PhotoShown")
    seen = await known(house)
    assert (seen.state, seen.size, seen.reached, seen.number) == ("shown", "preview", "preview", 1)
    photo = await receive(house, key, "original")
    assert (photo.id, photo.number, photo.reached) == (preview.id, 1, "original")
    await house.wait_for("PhotoCompleted")
    whole = await known(house)
    assert (whole.state, whole.size, whole.fuller) == ("shown", "original", None)
    assert (whole.width, whole.height, whole.bytes) == (1200, 900, len(ORIGINAL))
    assert whole.sha256 == hashlib.sha256(ORIGINAL).hexdigest()
    assert (whole.received_at, whole.shown_at) == (seen.received_at, seen.shown_at)
    assert await downloaded(house) == ORIGINAL
    kinds = await house.kinds()
    assert [kinds.count(kind) for kind in ("PhotoReceived", "PhotoShown", "PhotoCompleted")] == [1, 1, 1]
    assert (await house.see((await house.invite()).invitation)).photos == 0


async def test_each_size_is_durable_before_it_is_acknowledged(house: House) -> None:
    key = (await house.invite()).key
    for size in SIZES:
        house.order.clear()
        await receive(house, key, size)
        assert house.order == ["file durable", "rows durable"]


async def test_the_preview_stays_to_be_seen_until_the_photo_can_be(house: House) -> None:
    key = (await house.invite()).key
    await receive(house, key, "preview")
    await house.showing.start()
    await house.wait_for("PhotoShown")
    await house.showing.stop()
    await receive(house, key, "original")
    seen = await known(house)
    assert (seen.size, seen.reached, seen.sha256) == ("preview", "original", hashlib.sha256(ORIGINAL).hexdigest())
    _, size, _ = await house.viewing.picture(house.anna, ID, "wall")
    assert size == len(b"wall")
    assert await downloaded(house) == ORIGINAL


async def test_what_was_overtaken_leaves_no_file(house: House) -> None:
    await house.showing.start()
    key = (await house.invite()).key
    for size in SIZES:
        await receive(house, key, size)
        await house.wait_for("PhotoShown")
    await house.wait_for("PhotoCompleted")
    await holds(house, [ORIGINAL])


@pytest.mark.parametrize("order", list(itertools.permutations(SIZES)))
async def test_sizes_in_any_order_each_twice_make_one_whole_photo(house: House, order: tuple[PhotoSize, ...]) -> None:
    key = (await house.invite()).key
    await house.showing.start()
    best: PhotoSize = order[0]
    for size in (*order, *order):
        best = size if is_fuller(size, best) else best
        assert (await receive(house, key, size)).reached == best
    await holds(house, [ORIGINAL])
    assert (await known(house)).size == "original"
    assert (await house.kinds()).count("PhotoReceived") == 1
    assert (await house.kinds()).count("PhotoShown") == 1


async def test_all_sizes_at_the_same_moment_make_one_whole_photo(house: House) -> None:
    await house.showing.start()
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chosen = random.Random(seed)
    key = (await house.invite()).key
    for round_ in range(10):
        photo_id = f"photo-number-{round_}"
        sizes: list[PhotoSize] = chosen.sample(list(SIZES) * 2, 6)
        await asyncio.gather(*(receive(house, key, size, photo_id=photo_id) for size in sizes))
    await holds(house, [ORIGINAL] * 10)
    for round_ in range(10):
        assert (await known(house, f"photo-number-{round_}")).size == "original"
    assert (await house.kinds()).count("PhotoReceived") == 10
    assert house.reports == []


async def test_a_preview_that_was_drawn_anew_is_ignored(house: House) -> None:
    key = (await house.invite()).key
    first = await receive(house, key, "preview")
    again = await receive(house, key, "preview", jpeg(card((200, 150))))
    assert (again.sha256, again.stored_as) == (first.sha256, first.stored_as)
    assert await kept(house) == [CONTENT["preview"]]


async def test_another_photo_under_the_same_id_is_a_contradiction(house: House) -> None:
    key, other = (await house.invite()).key, (await house.invite()).key
    await receive(house, key, "preview")
    with pytest.raises(Contradiction):
        await receive(house, other, "original")
    with pytest.raises(Contradiction):
        await receive(house, other, "preview")
    await receive(house, key, "original")
    with pytest.raises(Contradiction):
        await receive(house, key, "original", jpeg(card((640, 480))))
    assert sorted(map(len, await kept(house))) == sorted([len(CONTENT["preview"]), len(ORIGINAL)])


async def test_a_photo_that_came_before_a_crash_takes_its_previews_place_after_the_start(house: House) -> None:
    await house.showing.start()
    key = (await house.invite()).key
    await receive(house, key, "preview")
    await house.wait_for("PhotoShown")
    await house.showing.stop()
    await receive(house, key, "original")
    house.put_together()
    await house.forgetting.start()
    await house.showing.start()
    await house.wait_for("PhotoCompleted")
    assert (await known(house)).size == "original"
    assert await kept(house) == [ORIGINAL]


async def test_a_crash_before_the_preview_was_forgotten_leaves_nothing_for_long(house: House) -> None:
    await house.showing.start()
    key = (await house.invite()).key
    preview = await receive(house, key, "preview")
    await house.wait_for("PhotoShown")
    house.media.will_not_forget.add(preview.stored_as)
    await receive(house, key, "original")
    await house.wait_for("PhotoCompleted")
    await house.showing.stop()
    house.media.will_not_forget.clear()
    await house.forgetting.start()
    assert await kept(house) == [ORIGINAL]


async def test_a_damaged_photo_leaves_its_preview_on_the_wall(house: House) -> None:
    await house.showing.start()
    invited = await house.invite()
    await receive(house, invited.key, "preview")
    await house.wait_for("PhotoShown")
    house.imaging.failures.append(NotReadable())
    await receive(house, invited.key, "original")
    await house.wait_for("PhotoUnreadable")
    photo = await known(house)
    assert (photo.state, photo.size, photo.to_be_made) == ("shown", "preview", None)
    assert await downloaded(house) == ORIGINAL
    hint = (await house.see(invited.invitation)).hint(house.clock.now())
    assert hint is not None
    assert hint.cause == "photo_unreadable"
    await house.showing.stop()
    house.put_together()
    assert list(await house.records.read(lambda work: work.photos.not_yet_shown())) == []


async def test_a_photo_makes_up_for_a_preview_that_was_unreadable(house: House) -> None:
    house.imaging.failures.append(NotReadable())
    await house.showing.start()
    key = (await house.invite()).key
    await receive(house, key, "preview")
    await house.wait_for("PhotoUnreadable")
    await receive(house, key, "original")
    await house.wait_for("PhotoShown")
    assert (await known(house)).size == "original"


async def test_a_photo_taken_back_does_not_return_with_its_full_size(house: House) -> None:
    key = (await house.invite()).key
    opened = await house.opening.open(key)
    resuming = Resuming(
        records=house.records, clock=house.clock, media=house.media, partials=house.partials, receiving=house.receiving
    )
    upload = (await resuming.begin(opened, length=len(ORIGINAL), metadata="", photo_id=ID)).upload
    await receive(house, key, "preview")
    await house.taking_back.take_back(opened, ID)
    with pytest.raises(NotFound):
        await resuming.look(opened, upload.id)
    with pytest.raises(Contradiction, match="photo_gone"):
        await receive(house, key, "original")
    assert await kept(house) == []
    assert (await house.kinds()).count("PhotoReceived") == 1


async def test_taking_back_removes_every_size(house: House) -> None:
    await house.showing.start()
    key = (await house.invite()).key
    await receive(house, key, "preview")
    await house.wait_for("PhotoShown")
    await house.showing.stop()
    await receive(house, key, "original")
    await house.taking_back.take_back(await house.opening.open(key), ID)
    assert house.files() == set()


async def test_every_size_is_forgotten_on_time(house: House) -> None:
    await house.showing.start()
    key = (await house.invite()).key
    await receive(house, key, "preview")
    await house.wait_for("PhotoShown")
    await house.showing.stop()
    house.clock.move(minutes=30)
    await receive(house, key, "original")
    house.clock.move(hours=house.ours.retention_hours, minutes=-30)
    await house.forgetting.forget_what_is_due()
    assert house.files() == set()
    with pytest.raises(NotFound):
        await known(house)


async def test_a_photo_forgotten_while_its_full_size_was_decoded_stays_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = (await house.invite()).key
    await receive(house, key, "preview")
    await receive(house, key, "original")
    derive = house.imaging.derive

    async def slow(*args: object, **kwargs: object) -> object:
        derived = await derive(*args, **kwargs)  # type: ignore[arg-type]
        await house.taking_back.take_back(await house.opening.open(key), ID)
        return derived

    monkeypatch.setattr(house.imaging, "derive", slow)
    await house.showing.start()
    await house.wait_for("PhotoForgotten")
    await holds(house, [])


async def test_a_full_size_that_comes_after_the_end_is_refused_and_the_preview_stays(house: House) -> None:
    invited = await house.invite()
    opened = await house.opening.open(invited.key)
    await receive(house, invited.key, "preview")
    await house.closing.close(house.anna, invited.invitation.id)
    async with house.receiving.arriving(opened, announced_bytes=len(ORIGINAL)) as arrival:
        await arrival.write(ORIGINAL)
        with pytest.raises(LinkEnded):
            await arrival.finish(ID)
    assert (await known(house)).reached == "preview"
    assert await kept(house) == [CONTENT["preview"]]


async def test_an_original_can_be_asked_for_and_comes(house: House) -> None:
    key = (await house.invite()).key
    await receive(house, key, "shrunk")
    await house.asking.ask(house.anna, ID)
    assert (await known(house)).original == "asked"
    asked = (await house.events())[-1]
    assert (asked.kind, asked.photo, asked.actor) == ("OriginalAsked", ID, "Anna")
    assert (await receive(house, key, "original")).original is None
    assert (await known(house)).original is None
    count = len(await house.events())
    await house.asking.ask(house.anna, ID)
    assert len(await house.events()) == count


async def test_a_phone_that_has_the_original_no_more_says_so(house: House) -> None:
    key = (await house.invite()).key
    await receive(house, key, "shrunk")
    await house.asking.ask(house.anna, ID)
    opened = await house.opening.open(key)
    await house.asking.note_gone(opened, ID)
    await house.asking.note_gone(opened, ID)
    assert (await known(house)).original == "gone"
    assert (await house.kinds()).count("OriginalGone") == 1


async def test_only_ones_own_originals_can_be_asked_for_and_given_up(house: House) -> None:
    invited = await house.invite()
    await receive(house, invited.key, "shrunk")
    stranger = await house.opening.open((await house.invite()).key)
    with pytest.raises(NotFound):
        await house.asking.ask(house.bert, ID)
    with pytest.raises(NotFound):
        await house.asking.note_gone(stranger, ID)
    await house.closing.close(house.anna, invited.invitation.id)
    with pytest.raises(LinkEnded):
        await house.asking.ask(house.anna, ID)
    assert (await known(house)).original is None


async def test_each_size_is_an_upload_of_its_own(house: House) -> None:
    key = (await house.invite()).key
    opened = await house.opening.open(key)
    resuming = Resuming(
        records=house.records, clock=house.clock, media=house.media, partials=house.partials, receiving=house.receiving
    )

    async def begin(size: PhotoSize) -> int:
        length = len(CONTENT[size])
        return (await resuming.begin(opened, length=length, metadata="", photo_id=ID, size=size)).offset

    assert [await begin(size) for size in SIZES] == [0, 0, 0]
    await receive(house, key, "shrunk")
    # What is no fuller than what is here need not be sent at all.
    assert [await begin(size) for size in SIZES] == [len(CONTENT["preview"]), len(CONTENT["shrunk"]), 0]

    async def unfinished(work: Work) -> tuple[int, int]:
        return await work.uploads.unfinished(opened.invitation.id)

    assert await house.records.read(unfinished) == (1, len(ORIGINAL))
    await receive(house, key, "original")
    assert await begin("original") == len(ORIGINAL)
    assert await house.records.read(unfinished) == (0, 0)


async def test_what_is_drawn_anew_and_comes_out_longer_begins_anew(house: House) -> None:
    key = (await house.invite()).key
    opened = await house.opening.open(key)
    resuming = Resuming(
        records=house.records, clock=house.clock, media=house.media, partials=house.partials, receiving=house.receiving
    )
    first = (await resuming.begin(opened, length=1000, metadata="", photo_id=ID, size="shrunk")).upload
    again = (await resuming.begin(opened, length=1001, metadata="", photo_id=ID, size="shrunk")).upload
    assert first.id != again.id
    with pytest.raises(NotFound):
        await resuming.look(opened, first.id)
    await resuming.begin(opened, length=1000, metadata="", photo_id=ID)
    with pytest.raises(Contradiction):
        await resuming.begin(opened, length=1001, metadata="", photo_id=ID)


def test_a_size_that_nobody_knows_is_not_understood() -> None:
    assert [read_size(text) for text in ("", *SIZES)] == ["original", *SIZES]
    with pytest.raises(NotUnderstood):
        read_size("huge")
