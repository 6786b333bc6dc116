import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import imagesize  # type: ignore[import-untyped]
import pytest
from PIL import Image

from gateways.imaging.header import MOST_READS, _Budgeted, read_header
from showme.domain.pictures import PictureFormat, PictureHeader
from showme.errors import NotAPicture, NotReadable
from tests import pictures


def png_that_claims(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(bytes(100))
    chunks = (
        struct.pack(">L", len(chunk) - 4) + chunk + struct.pack(">L", zlib.crc32(chunk)) for chunk in (header, body)
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "received"


@pytest.mark.parametrize(
    ("received", "kind", "size"),
    [
        (pictures.camera_photo(), "jpeg", (4032, 3024)),
        (pictures.jpeg(pictures.card((641, 483)), talkative=True, progressive=True), "jpeg", (641, 483)),
        (pictures.mpo(pictures.card((640, 480)), pictures.card((320, 240))), "jpeg", (640, 480)),
        (pictures.jpeg(pictures.card(mode="CMYK")), "jpeg", (640, 480)),
        (pictures.png(pictures.card((33, 7)), talkative=True), "png", (33, 7)),
        (pictures.webp(pictures.card((641, 483))), "webp", (641, 483)),
        (pictures.webp(pictures.card((641, 483)), lossless=True), "webp", (641, 483)),
        (pictures.webp(pictures.card((641, 483)), talkative=True), "webp", (641, 483)),
    ],
    ids=["camera", "progressive", "mpo", "cmyk", "png", "webp", "lossless", "extended"],
)
def test_a_header_tells_format_and_size(
    file: Path, received: bytes, kind: PictureFormat, size: tuple[int, int]
) -> None:
    file.write_bytes(received)
    assert read_header(file) == PictureHeader(format=kind, width=size[0], height=size[1])


@pytest.mark.parametrize(
    "received",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"RIFF\x10\x00\x00\x00WEBP",
        b"RIFF\x10\x00\x00\x00WAVEfmt ",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"PK\x03\x04" + bytes(64),
        b"P6 10 10 255 " + bytes(300),
        b"\x00\x00\x00\x18ftypavif" + bytes(64),
        b" " + pictures.png(pictures.card((4, 4))),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(file: Path, received: bytes) -> None:
    file.write_bytes(received)
    with pytest.raises(NotAPicture):
        read_header(file)


def test_neither_name_nor_ending_makes_a_picture(tmp_path: Path) -> None:
    page = tmp_path / "photo.jpg"
    page.write_bytes(b"<html>")
    with pytest.raises(NotAPicture):
        read_header(page)
    photo = tmp_path / "page.html"
    photo.write_bytes(pictures.png(pictures.card((4, 4))))
    assert read_header(photo).format == "png"


def test_a_file_of_two_kinds_is_what_its_first_bytes_say(file: Path) -> None:
    file.write_bytes(pictures.png(pictures.card((40, 30))) + pictures.jpeg(pictures.card()) + b"<script>")
    assert read_header(file) == PictureHeader(format="png", width=40, height=30)


@pytest.mark.parametrize(("width", "height", "megapixels"), [(20_000, 20_000, 400), (8001, 8000, 65)])
def test_a_picture_of_too_many_pixels_is_told_how_many(file: Path, width: int, height: int, megapixels: int) -> None:
    file.write_bytes(png_that_claims(width, height))
    with pytest.raises(NotReadable) as refusal:
        read_header(file)
    assert refusal.value.cause == "too_many_pixels"
    assert refusal.value.facts == {"megapixels": megapixels, "most": 64}


def test_the_largest_picture_we_take_is_taken(file: Path) -> None:
    file.write_bytes(png_that_claims(8000, 8000))
    assert read_header(file).width == 8000


def test_a_jpeg_is_judged_by_its_frame_not_by_the_thumbnail_in_its_exif(file: Path) -> None:
    bomb = pictures.jpeg(pictures.card((64, 64)))
    at = bomb.index(b"\xff\xc0") + 5
    huge = bomb[:at] + struct.pack(">HH", 65_000, 65_000) + bomb[at + 4 :]
    file.write_bytes(pictures.jpeg(pictures.card(), exif=pictures.exif(1, thumbnail=huge)))
    assert read_header(file).width == 640
    file.write_bytes(huge)
    with pytest.raises(NotReadable) as refusal:
        read_header(file)
    assert refusal.value.cause == "too_many_pixels"


@pytest.mark.parametrize(
    "received",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x10" + bytes(50_000_000),
        b"\xff\xd8" + b"\xff" * 50_000_000,
        b"\xff\xd8" + b"\xff\xe0\x00\x02" * 10_000_000,
        b"\xff\xd8\xff\xe0\x00\x00",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + bytes(60),
        png_that_claims(0, 10),
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        b"RIFF\x10\x00\x00\x00WEBPVP8X" + bytes(3),
        b"RIFF\x10\x00\x00\x00WEBPVP8?" + bytes(100),
    ],
    ids=lambda received: f"{received[:12]!r}+{len(received)}",
)
def test_a_header_that_leads_nowhere_is_damaged(file: Path, received: bytes) -> None:
    file.write_bytes(received)
    with pytest.raises(NotReadable) as refusal:
        read_header(file)
    assert refusal.value.cause == "picture_damaged"


def test_a_long_way_to_nowhere_is_given_up_early() -> None:
    class Counting(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            self.reads += 1
            return super().read(size)

    nowhere = Counting(b"\xff\xd8\xff\xe0\x00\x10" + bytes(100_000))
    assert imagesize.get(_Budgeted(nowhere)) == (-1, -1)
    assert nowhere.reads == MOST_READS


@pytest.mark.parametrize("seed", [20261120])
def test_damaged_headers_are_read_or_refused_and_never_anything_else(file: Path, seed: int) -> None:
    card = pictures.card((320, 240))
    originals = [
        pictures.jpeg(card, exif=pictures.exif(6), talkative=True),
        pictures.png(card, exif=pictures.exif(6), talkative=True),
        pictures.webp(card, exif=pictures.exif(6), talkative=True),
    ]
    read = 0
    for original in originals:
        for mutant in pictures.mutants(original, 400, seed=seed):
            file.write_bytes(mutant)
            try:
                header = read_header(file)
            except (NotAPicture, NotReadable):
                continue
            read += 1
            assert 0 < header.width * header.height <= 64_000_000
    assert read > 200


def test_header_and_decoder_agree_on_what_they_both_read(file: Path) -> None:
    compared = 0
    for kind in (pictures.jpeg, pictures.png, pictures.webp):
        for mutant in pictures.mutants(kind(pictures.card((64, 48)), talkative=True), 100, seed=7):
            file.write_bytes(mutant)
            try:
                header = read_header(file)
                with Image.open(io.BytesIO(mutant), formats=("JPEG", "PNG", "WEBP")) as opened:
                    opened.load()
            except (
                NotAPicture,
                NotReadable,
                OSError,
                SyntaxError,
                ValueError,
                EOFError,
                Image.DecompressionBombWarning,
            ):
                continue
            compared += 1
            assert (header.width, header.height) == opened.size
    assert compared > 50


def test_the_server_never_loads_a_decoder() -> None:
    script = "import sys, gateways.imaging.workers; print(sorted(m for m in sys.modules if m.split('.')[0] == 'PIL'))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
