"""Pictures in an object store: what is acknowledged is there for every node, and what is forgotten is nowhere."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from showme.domain.pictures import MediaKind
from showme.errors import Contradiction, NotFound, TooLarge, Unavailable
from storage import s3_attic, s3_media, s3_partials
from storage.database import Database
from storage.s3 import Bucket, ObjectStore
from storage.s3_attic import ObjectAttic
from storage.s3_media import ObjectMedia
from storage.s3_partials import ObjectPartials
from tests.storage import s3_server
from tests.storage.conftest import NOW

PHOTO = bytes(range(256)) * 4000


@pytest.fixture(scope="module")
def simulation() -> Iterator[s3_server.Simulation]:
    with s3_server.running() as running:
        yield running


@pytest.fixture
def bucket(simulation: s3_server.Simulation) -> Bucket:
    return simulation.fresh()


@pytest.fixture
async def store(bucket: Bucket) -> AsyncIterator[ObjectStore]:
    opened = await ObjectStore.open(bucket)
    yield opened
    opened.close()


@pytest.fixture
async def media(store: ObjectStore, tmp_path: Path) -> ObjectMedia:
    return await ObjectMedia.open(store, tmp_path / "here")


@pytest.fixture
async def elsewhere(store: ObjectStore, tmp_path: Path) -> ObjectMedia:
    """Another node's view."""
    return await ObjectMedia.open(store, tmp_path / "elsewhere")


@pytest.fixture
def partials(store: ObjectStore, media: ObjectMedia, database: Database) -> ObjectPartials:
    return ObjectPartials(store, media, database)


async def receive(media: ObjectMedia, name: str, content: bytes = PHOTO) -> None:
    async with media.incoming(most_bytes=len(content)) as arriving:
        for at in range(0, len(content), 100_000):
            await arriving.write(content[at : at + 100_000])
        await arriving.keep(name)


async def derive(media: ObjectMedia, name: str) -> None:
    async with media.deriving(name) as (original, wall, thumbnail):
        assert original.read_bytes() == PHOTO
        wall.write_bytes(b"wall")
        thumbnail.write_bytes(b"thumbnail")


async def content(media: ObjectMedia, kind: MediaKind, name: str) -> bytes:
    return b"".join([chunk async for chunk in media.read(kind, name)])


async def names(store: ObjectStore) -> set[str]:
    return {kept.name for kept in await store.listed("")}


def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything count as old."""
    for module in (s3_media, s3_partials, s3_attic):
        monkeypatch.setattr(module, "SETTLED", timedelta(hours=-1))


async def test_a_photo_kept_at_one_node_is_seen_at_another(media: ObjectMedia, elsewhere: ObjectMedia) -> None:
    await receive(media, "Photo1")
    await derive(elsewhere, "Photo1")
    assert await content(elsewhere, "original", "Photo1") == PHOTO
    assert await elsewhere.size("original", "Photo1") == len(PHOTO)
    assert await content(media, "wall", "Photo1") == b"wall"
    assert b"".join([chunk async for chunk in media.read("original", "Photo1", first=10, count=20)]) == PHOTO[10:30]
    assert b"".join([chunk async for chunk in media.read("original", "Photo1", first=1_000_000)]) == PHOTO[1_000_000:]


async def test_nothing_of_the_work_stays_on_the_node(media: ObjectMedia, tmp_path: Path) -> None:
    await receive(media, "Photo1")
    await derive(media, "Photo1")
    with pytest.raises(TooLarge):
        async with media.incoming(most_bytes=2) as arriving:
            await arriving.write(b"three")
    with pytest.raises(ZeroDivisionError):
        async with media.deriving("Photo1"):
            raise ZeroDivisionError
    assert list((tmp_path / "here").iterdir()) == []


async def test_a_photo_that_was_not_kept_leaves_nothing(media: ObjectMedia, store: ObjectStore) -> None:
    async with media.incoming(most_bytes=10) as arriving:
        await arriving.write(b"some")
    assert await names(store) == set()


async def test_an_upload_cut_while_it_is_being_kept_leaves_nothing(media: ObjectMedia, store: ObjectStore) -> None:
    for moment in range(6):
        keeping = asyncio.create_task(receive(media, f"Photo{moment}"))
        await asyncio.sleep(0.003 * moment)
        was_cut = keeping.cancel()
        try:
            await keeping
        except asyncio.CancelledError:
            assert was_cut
            assert await names(store) == set()
        else:
            await media.forget(f"Photo{moment}")


async def test_a_name_is_never_given_twice(media: ObjectMedia) -> None:
    await receive(media, "Photo1")
    with pytest.raises(Contradiction):
        await receive(media, "Photo1", b"another")
    assert await content(media, "original", "Photo1") == PHOTO


async def test_a_clip_has_a_poster_for_the_work_and_a_film_that_is_kept(media: ObjectMedia, store: ObjectStore) -> None:
    await receive(media, "Clip1")
    async with media.deriving_clip("Clip1") as lent:
        for path in (lent.poster, lent.wall, lent.thumbnail, lent.clip):
            path.write_bytes(b"film")
    assert await names(store) == {"original/Clip1", "wall/Clip1", "thumbnail/Clip1", "clip/Clip1"}


async def test_a_picture_forgotten_while_it_is_derived_stays_forgotten(
    media: ObjectMedia, elsewhere: ObjectMedia, store: ObjectStore
) -> None:
    async def deriving_too_late() -> None:
        async with media.deriving("Photo1") as (_, wall, thumbnail):
            wall.write_bytes(b"wall")
            thumbnail.write_bytes(b"thumbnail")
            await elsewhere.forget("Photo1")

    await receive(media, "Photo1")
    with pytest.raises(NotFound):
        await deriving_too_late()
    assert await names(store) == set()


async def test_what_is_forgotten_is_gone_and_may_be_forgotten_again(media: ObjectMedia, store: ObjectStore) -> None:
    await receive(media, "Photo1")
    await derive(media, "Photo1")
    for _ in range(2):
        await media.forget("Photo1")
    assert await names(store) == set()
    for kind in ("original", "wall"):
        with pytest.raises(NotFound):
            await content(media, kind, "Photo1")
    with pytest.raises(NotFound):
        await media.size("wall", "Photo1")
    with pytest.raises(NotFound):
        async with media.deriving("Photo1"):
            pass


@pytest.mark.parametrize("name", ["", ".", "..", "../original/Photo1", "a/b", "ä", "x" * 65])
async def test_no_name_leads_out_of_the_bucket(media: ObjectMedia, name: str) -> None:
    with pytest.raises(NotFound):
        await content(media, "original", name)


async def test_a_photo_that_may_yet_get_its_row_is_no_stray(
    media: ObjectMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    await receive(media, "Photo1")
    assert await media.names() == frozenset()
    old(monkeypatch)
    assert await media.names() == {"Photo1"}


async def test_a_store_that_is_away_is_told_as_such(bucket: Bucket) -> None:
    with pytest.raises(Unavailable):
        await ObjectStore.open(replace(bucket, name="somebody-elses"))
    with pytest.raises(Unavailable):
        await ObjectStore.open(replace(bucket, endpoint="http://127.0.0.1:9"))


# --- uploads under way ---


async def test_an_upload_goes_on_at_another_node(
    partials: ObjectPartials, store: ObjectStore, elsewhere: ObjectMedia, database: Database
) -> None:
    async with partials.growing("photo") as growing:
        await growing.write(PHOTO[:10])
        await growing.write(PHOTO[10:50_000])
    there = ObjectPartials(store, elsewhere, database)
    assert await there.size("photo") == 50_000
    async with there.growing("photo") as growing:
        assert growing.size == 50_000
        await growing.write(PHOTO[50_000:])
        assert growing.size == len(PHOTO)
    whole = await partials.whole("photo")
    assert (whole.size, whole.sha256) == (len(PHOTO), hashlib.sha256(PHOTO).hexdigest())
    assert whole.path.read_bytes() == PHOTO
    await whole.keep("Original1")
    assert await content(elsewhere, "original", "Original1") == PHOTO
    assert await there.names() == {"photo"}, "until its row is there, the upload stays"
    for _ in range(2):
        await there.forget("photo")
    assert await partials.names() == frozenset()
    assert await names(store) == {"original/Original1"}
    path = whole.path
    del whole
    assert not path.exists()


async def test_what_arrived_before_a_cut_stays(partials: ObjectPartials) -> None:
    async def receiving() -> None:
        async with partials.growing("photo") as growing:
            await growing.write(PHOTO[:1000])
            await asyncio.sleep(60)

    task = asyncio.create_task(receiving())
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await partials.size("photo") == 1000


async def test_of_two_lines_that_write_at_the_same_place_one_is_refused(
    partials: ObjectPartials, store: ObjectStore, elsewhere: ObjectMedia, database: Database
) -> None:
    there = ObjectPartials(store, elsewhere, database)

    async def sending(to: ObjectPartials, piece: bytes) -> None:
        async with to.growing("photo") as growing:
            await growing.write(piece)
            await asyncio.sleep(0.2)

    outcomes = await asyncio.gather(sending(partials, b"a" * 10), sending(there, b"b" * 20), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(Contradiction) == 1
    size = await partials.size("photo")
    whole = await partials.whole("photo")
    assert whole.path.read_bytes() in {b"a" * 10, b"b" * 20}
    assert whole.size == size
    assert len(await names(store)) == 1


async def test_what_is_taken_back_is_gone(partials: ObjectPartials) -> None:
    async with partials.growing("photo") as growing:
        await growing.write(PHOTO[:100])
    async with partials.growing("photo") as growing:
        await growing.write(PHOTO[100:300])
        await growing.cut(150)
        assert growing.size == 150
        await growing.put_by()
        await growing.write(PHOTO[150:200])
        await growing.put_by()
        await growing.cut(50)
        assert growing.size == 50
        await growing.write(PHOTO[50:60])
    assert (await partials.whole("photo")).path.read_bytes() == PHOTO[:60]


async def test_a_phone_that_sends_all_in_one_go_is_kept_in_pieces(
    partials: ObjectPartials, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_partials, "_AT_ONCE", 100_000)
    (tmp_path / "sent").write_bytes(PHOTO)
    async with partials.growing("photo") as growing:
        await growing.write_file(tmp_path / "sent")
        assert await partials.size("photo") == len(PHOTO)
    assert (await partials.whole("photo")).path.read_bytes() == PHOTO


async def test_an_upload_that_ended_is_not_found(partials: ObjectPartials) -> None:
    with pytest.raises(NotFound):
        await partials.whole("photo")


async def test_pieces_without_a_row_are_swept_once_they_are_old(
    partials: ObjectPartials, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with partials.growing("photo") as growing:
        await growing.write(b"some")
    known = await names(store)
    await store.put("partial/left", b"some")
    assert await partials.sweep() == 0
    old(monkeypatch)
    assert await partials.sweep() == 1
    assert await names(store) == known


# --- put aside ---


async def test_what_nobody_can_explain_is_put_aside_once_it_is_old(
    media: ObjectMedia, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    await receive(media, "Photo1")
    attic = ObjectAttic(store)
    assert await attic.kept() == [("original", "Photo1")]
    await attic.put_aside([("original", "Photo1")], why="files without a row", at=NOW)
    assert await names(store) == {"original/Photo1"}, "its row may be about to be written"
    old(monkeypatch)
    pile = await attic.put_aside([("original", "Photo1")], why="files without a row", at=NOW)
    assert await names(store) == {f"put-aside/{pile}/original-Photo1"}
    assert await attic.sizes() == {"put-aside": (1, len(PHOTO))}
    assert await attic.forget(NOW - timedelta(seconds=1)) == 0
    assert await attic.forget(NOW) == 1
    assert await names(store) == set()
