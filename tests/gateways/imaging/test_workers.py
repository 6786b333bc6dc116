import asyncio
import os
import signal
import struct
import threading
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from gateways.imaging import confinement
from gateways.imaging.workers import ImagingWorkers
from showme.errors import NotReadable, StorageFull, Unavailable
from tests import pictures
from tests.gateways.imaging.conftest import Derive, until

GENEROUS = 60


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo"
    file.write_bytes(pictures.camera_photo())
    return file


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """Make a picture that keeps its worker busy until somebody writes it."""
    file = tmp_path / "endless"
    os.mkfifo(file)
    return file


def worker_ids(workers: ImagingWorkers) -> list[int]:
    assert workers._pool is not None
    return list(workers._pool._pool_manager.worker_manager.workers)


async def until_a_worker_is_busy(workers: ImagingWorkers) -> None:
    await until(lambda: any(job.running() for job in workers._running))


async def kill_the_busy_worker(workers: ImagingWorkers) -> None:
    await until_a_worker_is_busy(workers)
    [job] = workers._running
    os.kill(worker_ids(workers)[0], signal.SIGKILL)
    await until(lambda: job not in workers._running)


def limits_of(worker: int) -> dict[str, str]:
    lines = Path(f"/proc/{worker}/limits").read_text().splitlines()
    return {line[:25].strip(): line[25:].split()[0] for line in lines}


def is_running(worker: int) -> bool:
    return Path(f"/proc/{worker}").exists()


async def test_a_picture_is_inspected_without_any_worker(photo: Path) -> None:
    header = await ImagingWorkers().inspect(photo)
    assert (header.format, header.width, header.height) == ("jpeg", 4032, 3024)


async def test_many_pictures_at_once_are_all_derived(tmp_path: Path, photo: Path) -> None:
    async with ImagingWorkers(workers=2) as workers:
        derived = await asyncio.gather(
            *(workers.derive(photo, wall=tmp_path / f"wall{n}", thumbnail=tmp_path / f"thumb{n}") for n in range(8))
        )
    assert {one.width for one in derived} == {3024}
    assert len({(tmp_path / f"wall{n}").read_bytes() for n in range(8)}) == 1


async def test_a_worker_has_little_to_give_away(workers: ImagingWorkers) -> None:
    await workers.warmed()
    [worker] = worker_ids(workers)
    limits = limits_of(worker)
    assert limits["Max core file size"] == "0"
    assert int(limits["Max file size"]) == confinement.MOST_WRITTEN
    assert int(limits["Max address space"]) < 1024**3
    assert os.getpriority(os.PRIO_PROCESS, worker) > os.getpriority(os.PRIO_PROCESS, 0)


async def test_a_picture_that_takes_too_long_is_refused_and_the_next_one_is_not(
    tmp_path: Path, photo: Path, endless: Path
) -> None:
    wall, thumbnail = tmp_path / "wall", tmp_path / "thumbnail"
    async with ImagingWorkers(workers=1, seconds=2) as workers:
        await workers.warmed()
        before = worker_ids(workers)
        with pytest.raises(NotReadable) as refusal:
            await workers.derive(endless, wall=wall, thumbnail=thumbnail)
        assert refusal.value.cause == "picture_damaged"
        workers._limits = confinement.Limits(memory=workers._limits.memory, seconds=GENEROUS)
        assert (await workers.derive(photo, wall=wall, thumbnail=thumbnail)).width == 3024
        assert worker_ids(workers) != before


async def test_a_picture_that_uses_up_the_processor_is_refused_without_a_second_try(
    tmp_path: Path, workers: ImagingWorkers, endless: Path
) -> None:
    deriving = asyncio.create_task(workers.derive(endless, wall=tmp_path / "wall", thumbnail=tmp_path / "thumb"))
    await until_a_worker_is_busy(workers)
    os.kill(worker_ids(workers)[0], signal.SIGXCPU)  # as the system does at the limit
    with pytest.raises(NotReadable):
        await deriving


async def test_a_worker_counts_the_processor_time_of_each_picture_anew(
    tmp_path: Path, workers: ImagingWorkers, photo: Path
) -> None:
    for _ in range(3):
        await workers.derive(photo, wall=tmp_path / "wall", thumbnail=tmp_path / "thumb")
    allowed = int(limits_of(worker_ids(workers)[0])["Max cpu time"])
    assert 10 <= allowed <= 10 + GENEROUS


async def test_a_picture_that_eats_too_much_memory_is_refused_and_the_next_one_is_not(
    tmp_path: Path, photo: Path
) -> None:
    big = tmp_path / "big"
    big.write_bytes(pictures.png(Image.new("RGB", (6000, 5000))))
    wall, thumbnail = tmp_path / "wall", tmp_path / "thumbnail"
    async with ImagingWorkers(workers=1, memory=80 * 1024 * 1024) as workers:
        with pytest.raises(NotReadable):
            await workers.derive(big, wall=wall, thumbnail=thumbnail)
        assert (await workers.derive(photo, wall=wall, thumbnail=thumbnail)).width == 3024


async def test_a_worker_killed_by_somebody_costs_no_picture(
    tmp_path: Path, workers: ImagingWorkers, endless: Path
) -> None:
    deriving = asyncio.create_task(workers.derive(endless, wall=tmp_path / "wall", thumbnail=tmp_path / "thumb"))
    await kill_the_busy_worker(workers)
    await until_a_worker_is_busy(workers)
    await asyncio.to_thread(endless.write_bytes, pictures.camera_photo())
    assert (await deriving).width == 3024


async def test_a_picture_that_kills_every_worker_is_refused(
    tmp_path: Path, workers: ImagingWorkers, endless: Path, photo: Path
) -> None:
    wall, thumbnail = tmp_path / "wall", tmp_path / "thumb"
    deriving = asyncio.create_task(workers.derive(endless, wall=wall, thumbnail=thumbnail))
    for _ in range(2):
        await kill_the_busy_worker(workers)
    with pytest.raises(NotReadable) as refusal:
        await deriving
    assert refusal.value.cause == "picture_damaged"
    assert (await workers.derive(photo, wall=wall, thumbnail=thumbnail)).width == 3024


async def test_workers_killed_while_idle_are_replaced(tmp_path: Path, workers: ImagingWorkers, photo: Path) -> None:
    await workers.warmed()
    pool = workers._pool
    assert pool is not None
    for worker in worker_ids(workers):
        os.kill(worker, signal.SIGKILL)
    await until(lambda: not pool.active)
    assert (await workers.derive(photo, wall=tmp_path / "wall", thumbnail=tmp_path / "thumb")).width == 3024


async def test_who_gives_up_waiting_leaves_no_file_and_no_busy_worker(
    tmp_path: Path, workers: ImagingWorkers, endless: Path, photo: Path
) -> None:
    wall, thumbnail = tmp_path / "wall", tmp_path / "thumb"
    deriving = asyncio.create_task(workers.derive(endless, wall=wall, thumbnail=thumbnail))
    await until_a_worker_is_busy(workers)
    await until(thumbnail.exists)
    deriving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deriving
    wall.unlink()
    thumbnail.unlink()
    await workers.derive(photo, wall=tmp_path / "wall2", thumbnail=tmp_path / "thumb2")
    assert not wall.exists()
    assert not thumbnail.exists()


async def test_stopping_ends_the_workers_and_tells_who_waits(tmp_path: Path, endless: Path) -> None:
    before = set(threading.enumerate())
    workers = ImagingWorkers(workers=1)
    await workers.start()
    await workers.warmed()
    ids = worker_ids(workers)
    waiting = [
        asyncio.create_task(workers.derive(endless, wall=tmp_path / f"w{n}", thumbnail=tmp_path / f"t{n}"))
        for n in range(3)
    ]
    await until_a_worker_is_busy(workers)
    await workers.stop()
    assert {type(told) for told in await asyncio.gather(*waiting, return_exceptions=True)} == {Unavailable}
    assert not any(is_running(worker) for worker in ids)
    # What stays are the idle threads of asyncio.to_thread, which belong to the loop.
    assert [thread.name for thread in set(threading.enumerate()) - before if "asyncio" not in thread.name] == []
    with pytest.raises(Unavailable):
        await workers.derive(endless, wall=tmp_path / "w", thumbnail=tmp_path / "t")


async def test_a_full_disk_is_told_as_a_full_disk(workers: ImagingWorkers, photo: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageFull):
        await workers.derive(photo, wall=Path("/dev/full"), thumbnail=tmp_path / "thumb")


async def test_an_original_that_is_gone_is_our_trouble_not_the_pictures(
    workers: ImagingWorkers, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable):
        await workers.derive(tmp_path / "nothing", wall=tmp_path / "wall", thumbnail=tmp_path / "thumb")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IEND", b"")


def many_scans(scans: int) -> bytes:
    """Make a progressive JPEG that walks through four megapixels once more for each of its last scans."""
    photo = pictures.jpeg(Image.new("RGB", (2048, 2048)), progressive=True)
    last = photo.rindex(b"\xff\xc4")
    return photo[:-2] + photo[last:-2] * scans + photo[-2:]


def vast_and_empty() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * 1_000_000, zip=True)
    return pictures.png(Image.new("1", (8000, 8000)), pnginfo=text)


@pytest.mark.parametrize(
    "bomb",
    [
        png_of(20_000, 20_000, chunk(b"IDAT", zlib.compress(bytes(60_000)))),
        png_of(8000, 8000, chunk(b"IDAT", zlib.compress(bytes(1000)))),
        png_of(8, 8, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))),
        png_of(8, 8, *[chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1_000_000), 9))] * 100),
        png_of(8, 8, chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(100_000_000), 9))),
        png_of(8, 8, chunk(b"iCCP", b"profile\0\0" + zlib.compress(bytes(100_000_000), 9))),
        png_of(8, 8, struct.pack(">L", 0x7FFFFFFF) + b"IDAT" + bytes(1000)),
        png_of(1, 64_000_000, chunk(b"IDAT", zlib.compress(bytes(1000)))),
        many_scans(2000),
    ],
    ids=["400MP", "no-pixels", "zTXt", "zTXts", "iTXt", "iCCP", "long-chunk", "thin", "scans"],
)
async def test_a_bomb_does_not_go_off(
    workers: ImagingWorkers, derive: Derive, bomb: bytes, tmp_path: Path, photo: Path
) -> None:
    with pytest.raises(NotReadable):
        await derive(bomb)
    assert (await workers.derive(photo, wall=tmp_path / "wall", thumbnail=tmp_path / "thumb")).width == 3024


async def test_a_small_file_of_64_megapixels_is_a_picture_like_any_other(derive: Derive) -> None:
    derived = await derive(vast_and_empty())
    assert (derived.width, derived.height) == (8000, 8000)


@pytest.mark.parametrize(
    ("kind", "card", "more"),
    [
        ("JPEG", ("RGB", 9216, 6912), {"quality": 50}),
        ("JPEG", ("RGB", 9216, 6912), {"quality": 50, "progressive": True, "subsampling": "4:4:4"}),
        ("PNG", ("RGBA", 9216, 6912), {"compress_level": 1}),
        ("PNG", ("P", 9216, 6912), {"compress_level": 1}),
        ("WEBP", ("RGB", 8192, 6144), {"method": 0, "quality": 50}),
    ],
)
async def test_the_largest_pictures_of_phones_fit_in_a_worker(
    derive: Derive, tmp_path: Path, kind: str, card: tuple[str, int, int], more: dict[str, object]
) -> None:
    mode, *size = card
    file = tmp_path / "large"
    pictures.card((size[0], size[1]), mode=mode).save(file, kind, **more)
    derived = await derive(file.read_bytes())
    assert [derived.width, derived.height] == size
