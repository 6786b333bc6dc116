"""An installation moves to PostgreSQL and an object store, and home again, with everything that it has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from app.assembly import open_installation
from app.media import open_media
from app.moving import moved
from app.settings import Problems, Settings
from showme.domain.people import Dispatcher
from showme.records import Work
from showme.services.opening import Opening
from storage.database import UnitOfWork, open_database
from storage.tables import metadata
from tests.fakes.clock import RunningClock
from tests.journeys.conftest import eventually
from tests.pictures import camera_photo
from tests.storage import s3_server
from tests.storage.conftest import migrated, postgresql_server
from tests.storage.postgresql import Server
from web.needs import EXTENSION

__all__ = ["migrated", "postgresql_server"]

PHOTO = camera_photo(size=(640, 480))


@pytest.fixture(scope="module")
def simulation() -> Iterator[s3_server.Simulation]:
    with s3_server.running() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, postgresql_server: Server, simulation: s3_server.Simulation) -> Settings:
    bucket = simulation.fresh()
    return Settings(
        base_url="http://localhost:8000",
        data=tmp_path / "data",
        database_url=postgresql_server.fresh(empty=True),
        media_bucket=bucket.name,
        media_endpoint=bucket.endpoint,
        media_access_key=bucket.access_key,
        media_secret_key=SecretStr(bucket.secret_key or ""),
        without_telegram=True,
        image_workers=1,
    )


def embedded(settings: Settings) -> Settings:
    return settings.model_copy(update={"database_url": None, "media_bucket": None})


async def everything(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of an installation, in an order that both databases agree on."""

    async def looking(work: Work) -> dict[str, list[tuple[object, ...]]]:
        assert isinstance(work, UnitOfWork)
        tables = [table for table in metadata.sorted_tables if not table.info.get("passing")]
        return {
            table.name: sorted((tuple(row) for row in await work.connection.execute(select(table))), key=repr)
            for table in tables
        }

    async with open_database(settings.database) as records:
        return await records.read(looking)


async def photos(settings: Settings) -> dict[str, bytes]:
    """Return every original."""
    async with open_database(settings.database) as records, open_media(settings, records) as media:
        names = await records.read(lambda work: work.photos.stored_names())
        return {name: b"".join([chunk async for chunk in media.store.read("original", name)]) for name in sorted(names)}


@pytest.fixture
async def lived(settings: Settings) -> str:
    """Let the embedded installation live a little; return an invitation's id."""
    async with open_installation(embedded(settings), practice=True, clock=RunningClock()) as installation:
        needs = installation.app.extensions[EXTENSION]
        [organisation] = await needs.viewing._records.read(lambda work: work.organisations.all())
        anna = Dispatcher(organisation=organisation.id, name="Anna")
        invited = await needs.inviting.invite(anna, to=None, purpose="photo")
        opening: Opening = needs.opening
        opened = await opening.open(invited.key)
        async with needs.receiving.arriving(opened, announced_bytes=len(PHOTO)) as arrival:
            await arrival.write(PHOTO)
            photo = await arrival.finish("photo-number-1")
        begun = await needs.resuming.begin(opened, length=1000, metadata="", photo_id="photo-number-2")
        await needs.resuming.append(opened, begun.upload.id, offset=0, body=_some(b"x" * 400), announced_bytes=400)

        async def shown() -> bool:
            return bool((await needs.viewing.photo(anna, photo.id)).state == "shown")

        await eventually(shown)
    return str(begun.upload.id)


async def _some(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def test_everything_moves_out_and_comes_home(settings: Settings, lived: str, tmp_path: Path) -> None:
    before, seen = await everything(embedded(settings)), await photos(embedded(settings))
    assert list(seen.values()) == [PHOTO]
    assert "all there, and the same" in await moved(settings, home=False)
    assert await everything(settings) == before
    assert await photos(settings) == seen

    # Whoever uploads goes on where the upload was.
    async with open_database(settings.database) as records, open_media(settings, records) as media:
        assert await media.partials.size(lived) == 400

    # Numbers go on where they were: somebody new gets one that nobody has.
    async def next_number(work: Work) -> int:
        assert isinstance(work, UnitOfWork)
        return int(await work.connection.scalar(text("SELECT nextval('organisations_id_seq')")) or 0)

    async with open_database(settings.database) as records:
        assert await records.write(next_number) == len(before["organisations"]) + 1
        added = await records.write(
            lambda work: work.organisations.add(
                name="New", region="BE", language="en", at=RunningClock().now(), secret=b"s" * 32
            )
        )
        assert len(await records.read(lambda work: work.organisations.all())) == 2
        assert added.id == len(before["organisations"]) + 2

    elsewhere = settings.model_copy(update={"data": tmp_path / "home"})
    away = await everything(settings)
    await moved(elsewhere, home=True)
    assert await everything(embedded(elsewhere)) == away
    assert await photos(embedded(elsewhere)) == seen


async def test_nothing_is_overwritten(settings: Settings, lived: str) -> None:
    await moved(settings, home=False)
    for home in (False, True):
        with pytest.raises(Problems, match="not empty"):
            await moved(settings, home=home)


async def test_nobody_moves_what_is_in_use(settings: Settings, lived: str) -> None:
    elsewhere = settings.model_copy(update={"data": settings.data.parent / "node"})
    async with open_installation(elsewhere):
        with pytest.raises(Problems, match="stop all of them"):
            await moved(settings, home=False)
    async with open_installation(embedded(settings), practice=True):
        with pytest.raises(Problems, match="Another showme"):
            await moved(settings, home=False)
