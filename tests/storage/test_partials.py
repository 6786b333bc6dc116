import asyncio
import hashlib
import os
import stat
from pathlib import Path

import pytest

from showme.errors import NotFound, StorageFull, Unavailable
from storage.media import FolderMedia
from storage.partials import FolderPartials

PHOTO = bytes(range(256)) * 400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
async def partials(folder: Path) -> FolderPartials:
    await FolderMedia.open(folder)
    return await FolderPartials.open(folder)


async def grow(partials: FolderPartials, name: str, *pieces: bytes) -> None:
    async with partials.growing(name) as growing:
        for piece in pieces:
            await growing.write(piece)


def full(*_: object, **__: object) -> int:
    raise OSError(28, "No space left on device")


async def test_a_photo_grows_over_many_lines_and_becomes_an_original(partials: FolderPartials, folder: Path) -> None:
    assert await partials.size("photo") == 0
    await grow(partials, "photo", PHOTO[:10], PHOTO[10:50_000])
    assert await partials.size("photo") == 50_000
    partials = await FolderPartials.open(folder)  # as after a restart
    async with partials.growing("photo") as growing:
        assert growing.size == 50_000
        await growing.write(PHOTO[50_000:])
        assert growing.size == len(PHOTO)
    whole = await partials.whole("photo")
    assert (whole.size, whole.sha256) == (len(PHOTO), hashlib.sha256(PHOTO).hexdigest())
    assert whole.path.read_bytes() == PHOTO
    await whole.keep("Original1")
    assert (folder / "original" / "Original1").read_bytes() == PHOTO
    assert await partials.names() == {"photo"}, "until its row is there, the upload stays"
    await partials.forget("photo")
    await partials.forget("photo")
    assert await partials.names() == frozenset()
    assert (folder / "original" / "Original1").read_bytes() == PHOTO


async def test_only_our_own_account_reads_what_is_on_its_way(partials: FolderPartials, folder: Path) -> None:
    await grow(partials, "photo", b"some")
    assert stat.S_IMODE((folder / "partial").stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "partial" / "photo").stat().st_mode) == 0o600


@pytest.mark.parametrize("size", [100, 50_000])
async def test_a_full_disk_leaves_whole_pieces_only(
    partials: FolderPartials, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    write, written = os.write, 0

    def half(descriptor: int, chunk: bytes) -> int:
        nonlocal written
        if written:
            full()
        written = write(descriptor, chunk[: len(chunk) // 2])
        return written

    async with partials.growing("photo") as growing:
        await growing.write(b"before")
        with monkeypatch.context() as planted:
            planted.setattr("storage.files.os.write", half)
            with pytest.raises(StorageFull):
                await growing.write(PHOTO[:size])
        assert growing.size == await partials.size("photo") == 6
        await growing.write(b"after")
    assert (await partials.whole("photo")).path.read_bytes() == b"beforeafter"


async def test_what_is_taken_back_is_gone(partials: FolderPartials) -> None:
    async with partials.growing("photo") as growing:
        await growing.write(PHOTO)
        await growing.cut(6)
        await growing.write(b"after")
    assert (await partials.whole("photo")).path.read_bytes() == PHOTO[:6] + b"after"


async def test_a_piece_that_was_checked_is_added_from_its_file(partials: FolderPartials, tmp_path: Path) -> None:
    piece = tmp_path / "piece"
    piece.write_bytes(PHOTO * 5)
    async with partials.growing("photo") as growing:
        await growing.write(b"before")
        await growing.write_file(piece)
        assert growing.size == 6 + 5 * len(PHOTO)
    assert (await partials.whole("photo")).path.read_bytes() == b"before" + PHOTO * 5


async def test_the_disk_has_the_bytes_before_the_original_has_its_name(
    partials: FolderPartials, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grow(partials, "photo", PHOTO)
    seen: list[tuple[str, bool]] = []
    fsync = os.fsync

    def noticed(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        seen.append((path.name, (folder / "original" / "Original1").exists()))
        fsync(descriptor)

    whole = await partials.whole("photo")
    monkeypatch.setattr(os, "fsync", noticed)
    await whole.keep("Original1")
    assert seen == [("photo", False), ("original", True)]


async def test_a_full_disk_at_the_end_keeps_the_upload(
    partials: FolderPartials, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grow(partials, "photo", PHOTO)
    whole = await partials.whole("photo")
    with monkeypatch.context() as planted:
        planted.setattr(Path, "hardlink_to", full)
        with pytest.raises(StorageFull):
            await whole.keep("Original1")
    assert await partials.size("photo") == len(PHOTO)
    await whole.keep("Original1")
    with pytest.raises(Unavailable):
        await (await partials.whole("photo")).keep("Original1")
    assert (folder / "original" / "Original1").read_bytes() == PHOTO


async def test_a_cancelled_end_leaves_no_original(partials: FolderPartials, folder: Path) -> None:
    await grow(partials, "photo", PHOTO)
    whole = await partials.whole("photo")
    for turns in range(20):
        keeping = asyncio.create_task(whole.keep(f"Original{turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        keeping.cancel()
        outcome = (await asyncio.gather(keeping, return_exceptions=True))[0]
        assert (folder / "original" / f"Original{turns}").exists() is (outcome is None)


async def test_an_upload_that_ended_meanwhile_is_not_found(partials: FolderPartials) -> None:
    with pytest.raises(NotFound):
        await partials.whole("photo")
    await grow(partials, "photo", PHOTO)
    whole = await partials.whole("photo")
    await partials.forget("photo")
    with pytest.raises(NotFound):
        await whole.keep("Original1")


@pytest.mark.parametrize("name", ["", "..", "../original/Photo1", "a/b", "a.b", "x" * 65, "é"])
async def test_odd_names_lead_nowhere(partials: FolderPartials, name: str) -> None:
    with pytest.raises(NotFound):
        await grow(partials, name, b"some")
    for asking in (partials.whole(name), partials.forget(name)):
        with pytest.raises(NotFound):
            await asking
    assert await partials.size(name) == 0
    await grow(partials, "photo", PHOTO)
    with pytest.raises(NotFound):
        await (await partials.whole("photo")).keep(name)


async def test_somebody_elses_link_is_not_followed(partials: FolderPartials, folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"theirs")
    (folder / "partial" / "photo").symlink_to(elsewhere)
    with pytest.raises(Unavailable):
        await grow(partials, "photo", b"ours")
    assert elsewhere.read_bytes() == b"theirs"
    (folder / "partial").rename(folder / "away")
    (folder / "partial").symlink_to(tmp_path)
    with pytest.raises(Unavailable):
        await FolderPartials.open(folder)


async def test_a_closed_upload_is_not_written_to(partials: FolderPartials) -> None:
    async with partials.growing("photo") as growing:
        pass
    with pytest.raises(ValueError, match="not open"):
        await growing.write(b"late")
