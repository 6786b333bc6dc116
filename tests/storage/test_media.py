import asyncio
import hashlib
import os
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from showme.domain.pictures import MediaKind
from showme.errors import Contradiction, NotFound, StorageFull, TooLarge, Unavailable
from storage.media import KINDS, FolderMedia

PHOTO = bytes(range(256)) * 4000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "media"


@pytest.fixture
async def media(folder: Path) -> FolderMedia:
    return await FolderMedia.open(folder)


async def receive(media: FolderMedia, name: str, content: bytes = PHOTO) -> None:
    async with media.incoming(most_bytes=len(content)) as arriving:
        await arriving.write(content)
        await arriving.keep(name)


async def derive(media: FolderMedia, name: str) -> None:
    async with media.deriving(name) as (_, wall, thumbnail):
        wall.write_bytes(b"wall")
        thumbnail.write_bytes(b"thumbnail")


async def content(media: FolderMedia, kind: MediaKind, name: str) -> bytes:
    return b"".join([chunk async for chunk in media.read(kind, name)])


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def modes(folder: Path) -> set[tuple[bool, int]]:
    """Return what others may do, as pairs of "is a folder" and mode."""
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_photo_arrives_in_pieces_and_is_kept_whole(media: FolderMedia, folder: Path) -> None:
    async with media.incoming(most_bytes=len(PHOTO)) as arriving:
        for at in range(0, len(PHOTO), 50_000):
            await arriving.write(PHOTO[at : at + 50_000])
            assert arriving.size == min(len(PHOTO), at + 50_000)
            assert arriving.path.read_bytes() == PHOTO[: arriving.size]
            assert arriving.sha256 == hashlib.sha256(PHOTO[: arriving.size]).hexdigest()
        await arriving.write(b"")
        await arriving.keep("Photo1")
    assert files(folder) == {"original/Photo1"}
    assert await content(media, "original", "Photo1") == PHOTO
    assert await media.size("original", "Photo1") == len(PHOTO)


async def test_a_phone_on_a_slow_line_sends_many_small_pieces(media: FolderMedia) -> None:
    async with media.incoming(most_bytes=10_000) as arriving:
        for at in range(10_000):
            await arriving.write(PHOTO[at : at + 1])
        await arriving.keep("slow")
    assert await content(media, "original", "slow") == PHOTO[:10_000]


async def test_a_photo_that_was_not_kept_leaves_nothing(media: FolderMedia, folder: Path) -> None:
    before = descriptors()
    async with media.incoming(most_bytes=100) as arriving:
        await arriving.write(b"half a pho")
    assert files(folder) == set()

    async def break_off() -> None:
        async with media.incoming(most_bytes=100) as arriving:
            await arriving.write(b"half a pho")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await break_off()
    assert files(folder) == set()
    assert descriptors() == before


async def test_one_byte_too_many_is_refused_before_it_is_written(media: FolderMedia) -> None:
    async with media.incoming(most_bytes=100) as arriving:
        await arriving.write(bytes(100))
        with pytest.raises(TooLarge):
            await arriving.write(b"1")
        assert arriving.size == 100
        assert len(arriving.path.read_bytes()) == 100


async def test_an_upload_cut_at_any_moment_leaves_no_file_and_no_descriptor(media: FolderMedia, folder: Path) -> None:
    before = descriptors()
    chunk = bytes(64 * 1024)

    async def upload() -> None:
        async with media.incoming(most_bytes=10**9) as arriving:
            while True:
                await arriving.write(chunk)

    for turns in range(60):
        uploading = asyncio.create_task(upload())
        for _ in range(turns):
            await asyncio.sleep(0)
        uploading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await uploading
    assert files(folder) == set()
    assert descriptors() == before


async def test_an_upload_cut_while_it_is_being_kept_is_kept_or_not_but_never_half(
    media: FolderMedia, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncing, go_on = threading.Event(), threading.Event()
    really = os.fsync

    def slow_sync(descriptor: int) -> None:
        syncing.set()
        go_on.wait(60)
        really(descriptor)

    monkeypatch.setattr(os, "fsync", slow_sync)
    uploading = asyncio.create_task(receive(media, "cut"))
    await asyncio.to_thread(syncing.wait, 60)
    uploading.cancel()
    await asyncio.sleep(0)
    assert not uploading.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await uploading
    assert files(folder) == set()


async def test_bytes_are_on_the_disk_before_the_name_and_the_name_before_the_answer(
    media: FolderMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    story: list[str] = []
    really_sync, really_rename = os.fsync, os.rename

    def sync(descriptor: int) -> None:
        story.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        really_sync(descriptor)

    def rename(source: Path, target: Path) -> None:
        story.append("rename")
        really_rename(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "rename", rename)
    async with media.incoming(most_bytes=100) as arriving:
        await arriving.write(b"photo")
        assert story == []
        await arriving.keep("ordered")
        assert story == ["file", "rename", "folder"]
    story.clear()
    await derive(media, "ordered")
    assert story == ["file", "file", "rename", "rename", "folder", "folder"]


async def test_a_name_is_never_given_twice(media: FolderMedia) -> None:
    await receive(media, "twice", b"first")
    with pytest.raises(Contradiction):
        await receive(media, "twice", b"second")
    assert await content(media, "original", "twice") == b"first"


async def test_a_full_disk_is_told_and_what_is_kept_stays(media: FolderMedia, folder: Path) -> None:
    await receive(media, "safe")
    async with media.incoming(most_bytes=10**6) as arriving:
        await arriving.write(b"begun")
        full = os.open("/dev/full", os.O_WRONLY)
        assert arriving._descriptor is not None
        os.dup2(full, arriving._descriptor)
        os.close(full)
        for size in (10, 100_000):
            with pytest.raises(StorageFull):
                await arriving.write(bytes(size))
            assert arriving.size == 5
            assert arriving.sha256 == hashlib.sha256(b"begun").hexdigest()
    assert files(folder) == {"original/safe"}


async def test_after_a_failed_piece_the_same_piece_may_come_again(
    media: FolderMedia, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.write
    room = 30_000

    def write(descriptor: int, some: memoryview) -> int:
        nonlocal room
        if room == 0:
            raise OSError(28, "No space left on device")
        written = really(descriptor, some[:room])
        room -= written
        return written

    async with media.incoming(most_bytes=10**6) as arriving:
        monkeypatch.setattr(os, "write", write)
        with pytest.raises(StorageFull):
            await arriving.write(PHOTO[:40_000])
        monkeypatch.undo()
        assert arriving.path.read_bytes() == b""
        await arriving.write(PHOTO[:40_000])
        await arriving.keep("again")
    assert await content(media, "original", "again") == PHOTO[:40_000]


@pytest.mark.parametrize(("number", "told"), [(28, StorageFull), (122, StorageFull), (5, Unavailable)])
async def test_a_disk_that_does_not_sync_is_told(
    media: FolderMedia, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: type[Exception]
) -> None:
    def no_sync(descriptor: int) -> None:
        raise OSError(number, "the disk")

    monkeypatch.setattr(os, "fsync", no_sync)
    with pytest.raises(told):
        await receive(media, "lost")
    assert files(folder) == set()


async def test_both_derivatives_appear_when_they_are_done(media: FolderMedia, folder: Path) -> None:
    await receive(media, "photo")
    async with media.deriving("photo") as (original, wall, thumbnail):
        assert original.read_bytes() == PHOTO
        wall.write_bytes(b"wall")
        thumbnail.write_bytes(b"thumbnail")
        with pytest.raises(NotFound):
            await media.size("wall", "photo")
    assert files(folder) == {"original/photo", "wall/photo", "thumbnail/photo"}
    assert await content(media, "wall", "photo") == b"wall"
    assert await content(media, "thumbnail", "photo") == b"thumbnail"


async def test_a_picture_that_could_not_be_derived_leaves_only_its_original(media: FolderMedia, folder: Path) -> None:
    await receive(media, "photo")

    async def derive_half(trouble: Exception | None) -> None:
        async with media.deriving("photo") as (_, wall, _):
            wall.write_bytes(b"half")
            if trouble:
                raise trouble

    with pytest.raises(ZeroDivisionError):
        await derive_half(ZeroDivisionError())
    with pytest.raises(Unavailable):
        await derive_half(None)
    assert files(folder) == {"original/photo"}


async def test_a_picture_forgotten_while_it_is_derived_stays_forgotten(media: FolderMedia, folder: Path) -> None:
    await receive(media, "photo")

    async def derive_too_late() -> None:
        async with media.deriving("photo") as (_, wall, thumbnail):
            wall.write_bytes(b"wall")
            thumbnail.write_bytes(b"thumbnail")
            await media.forget("photo")

    with pytest.raises(NotFound):
        await derive_too_late()
    assert files(folder) == set()


async def test_what_is_forgotten_is_gone_and_may_be_forgotten_again(media: FolderMedia, folder: Path) -> None:
    await receive(media, "photo")
    await derive(media, "photo")
    await receive(media, "other")
    assert await media.names() == {"photo", "other"}
    for _ in range(2):
        await media.forget("photo")
    assert files(folder) == {"original/other"}
    assert await media.names() == {"other"}
    for kind in KINDS:
        with pytest.raises(NotFound):
            await media.size(kind, "photo")
        with pytest.raises(NotFound):
            await content(media, kind, "photo")


async def test_who_has_begun_to_look_sees_the_whole_picture(media: FolderMedia) -> None:
    await receive(media, "photo")
    reading = media.read("original", "photo")
    seen = await anext(reading)
    assert 0 < len(seen) <= 256 * 1024
    await media.forget("photo")
    async for chunk in reading:
        assert len(chunk) <= 256 * 1024
        seen += chunk
    assert seen == PHOTO


async def test_who_looks_away_leaves_no_descriptor(media: FolderMedia) -> None:
    await receive(media, "photo")
    before = descriptors()
    reading = media.read("original", "photo")
    assert isinstance(reading, AsyncIterator)
    await anext(reading)
    await reading.aclose()  # type: ignore[attr-defined]
    assert descriptors() == before


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../original/photo", "a/b", "a\\b", "photo.jpg", "photo\n", "a\0b", "é", "x" * 65, "٣"]
)
async def test_no_name_leads_out_of_the_folder(media: FolderMedia, folder: Path, name: str) -> None:
    await receive(media, "photo")
    secret = folder / "x"
    secret.write_text("not a picture")
    for kind in KINDS:
        with pytest.raises(NotFound):
            await media.size(kind, name)
        with pytest.raises(NotFound):
            await content(media, kind, name)
    with pytest.raises(NotFound):
        async with media.deriving(name):
            pass
    with pytest.raises(NotFound):
        await receive(media, name)
    await media.forget(name)
    assert files(folder) == {"original/photo", "x"}


async def test_a_link_is_not_a_picture(media: FolderMedia, folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not yours")
    (folder / "wall" / "link").symlink_to(secret)
    with pytest.raises(NotFound):
        await media.size("wall", "link")
    with pytest.raises(NotFound):
        await content(media, "wall", "link")
    (folder / "thumbnail").rmdir()
    (folder / "thumbnail").symlink_to(tmp_path)
    with pytest.raises(Unavailable):
        await FolderMedia.open(folder)


async def test_nobody_else_on_the_machine_can_look(media: FolderMedia, folder: Path) -> None:
    await receive(media, "photo")
    async with media.incoming(most_bytes=10) as arriving:
        assert stat.S_IMODE(arriving.path.stat().st_mode) == 0o600
    await derive(media, "photo")
    assert modes(folder) == {(True, 0o700), (False, 0o600)}


async def test_what_an_earlier_run_left_is_swept_and_what_arrives_now_is_not(media: FolderMedia, folder: Path) -> None:
    await receive(media, "photo")
    for number in range(3):
        (folder / "incoming" / f"left{number}").write_bytes(b"half")
    async with media.incoming(most_bytes=100) as arriving:
        await arriving.write(b"now")
        assert await media.sweep() == 3
        assert await media.sweep() == 0
        await arriving.keep("now")
    assert files(folder) == {"original/photo", "original/now"}


async def test_opening_again_finds_what_was_kept(media: FolderMedia, folder: Path) -> None:
    await receive(media, "photo")
    again = await FolderMedia.open(folder)
    assert await again.names() == {"photo"}
    assert await content(again, "original", "photo") == PHOTO


async def test_the_loop_never_waits_for_the_disk(media: FolderMedia, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_loop: list[str] = []
    loop_thread = threading.get_ident()

    def watched(name: str) -> None:
        really = getattr(os, name)

        def watching(*args: object, **more: object) -> object:
            if threading.get_ident() == loop_thread:
                on_the_loop.append(name)
            return really(*args, **more)

        monkeypatch.setattr(os, name, watching)

    for name in ("open", "fsync", "rename", "unlink", "write", "read", "mkdir", "lstat"):
        watched(name)
    await receive(media, "photo")
    await derive(media, "photo")
    await content(media, "original", "photo")
    await media.size("wall", "photo")
    await media.names()
    await media.sweep()
    await media.forget("photo")
    assert on_the_loop == []
