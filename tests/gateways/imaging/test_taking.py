import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import piexif  # type: ignore[import-untyped]
import pytest

from gateways.imaging.exif import Exif, read_exif
from gateways.imaging.orientation import orientation
from gateways.imaging.taking import MOST_CAMERA, read_taking
from showme.domain.takings import Place, Taking
from tests import pictures
from tests.gateways.imaging.conftest import Derive
from tests.gateways.imaging.test_deriving import is_the_card, says_nothing

GRAND_PLACE = Place(latitude=50.846681, longitude=4.352339)
TIME = piexif.GPSIFD.GPSTimeStamp


def told(picture: dict[int, object] | None = None, **directories: dict[int, object]) -> Taking:
    content = {"0th": picture or {}, "Exif": {}, "GPS": {}} | directories
    return read_taking(read_exif(bytes(piexif.dump(content))))


def place(
    latitude: object, longitude: object, refs: tuple[bytes, bytes] = (b"N", b"E"), **more: object
) -> Place | None:
    gps = piexif.GPSIFD
    where = {
        gps.GPSLatitudeRef: refs[0],
        gps.GPSLatitude: latitude,
        gps.GPSLongitudeRef: refs[1],
        gps.GPSLongitude: longitude,
    }
    return told(
        GPS={tag: value for tag, value in where.items() if value is not None} | {9: more.get("status", b"A")}
    ).place


@pytest.mark.parametrize("kind", [pictures.jpeg, pictures.png, pictures.webp])
async def test_a_photo_tells_us_its_time_place_and_camera_and_nobody_else(
    derive: Derive, wall: Path, thumbnail: Path, kind: Callable[..., bytes]
) -> None:
    derived = await derive(kind(pictures.card(), exif=pictures.exif(1), talkative=True))
    at = datetime.fromisoformat("2026-11-20T10:11:12+01:00")
    assert derived.taking == Taking(at=at, place=GRAND_PLACE, camera="SHOWME-CANARY Works Pocketphone 12")
    assert says_nothing(wall)
    assert says_nothing(thumbnail)


async def test_a_phones_double_picture_is_its_first_with_its_story(derive: Derive, wall: Path, thumbnail: Path) -> None:
    behind = pictures.card((320, 240), orientation=3)
    received = pictures.mpo(pictures.card(orientation=6), behind, exif=pictures.exif(6))
    assert received.count(b"\xff\xd8\xff") > 1
    derived = await derive(received)
    assert (derived.width, derived.height) == (640, 480)
    assert derived.taking.place == GRAND_PLACE
    for one in (wall, thumbnail):
        assert is_the_card(one)
        assert says_nothing(one)


async def test_a_photo_that_says_nothing_tells_nothing(derive: Derive) -> None:
    assert (await derive(pictures.jpeg(pictures.card()))).taking == Taking()


@pytest.mark.parametrize(
    ("shutter", "offset", "expected"),
    [
        (b"2026:11:20 10:11:12", b"+01:00", "2026-11-20T10:11:12+01:00"),
        (b"2026:11:20 10:11:12", b"-03:30", "2026-11-20T10:11:12-03:30"),
        (b"2026:11:20 10:11:12", b"+05:45", "2026-11-20T10:11:12+05:45"),
        (b"2026:11:20 10:11:12", None, "2026-11-20T10:11:12"),
        (b"2026:11:20 10:11:12", b"+99:00", "2026-11-20T10:11:12"),
        (b"2026:11:20 10:11:12", b"   :  ", "2026-11-20T10:11:12"),
        (b"2026:11:20 10:11:12", b"\xff\xfe", "2026-11-20T10:11:12"),
    ],
)
def test_the_shutters_time_has_a_zone_only_where_the_camera_says_one(
    shutter: bytes, offset: bytes | None, expected: str
) -> None:
    detail: dict[int, object] = {piexif.ExifIFD.DateTimeOriginal: shutter}
    if offset is not None:
        detail[piexif.ExifIFD.OffsetTimeOriginal] = offset
    at = told(Exif=detail).at
    assert at is not None
    assert at.isoformat() == expected


@pytest.mark.parametrize(
    "shutter",
    [b"0000:00:00 00:00:00", b"    :  :     :  :  ", b"2026:13:01 00:00:00", b"2026:02:30 00:00:00", b"yesterday", b""],
)
def test_a_time_that_is_none_is_left_out(shutter: bytes) -> None:
    assert told(Exif={piexif.ExifIFD.DateTimeOriginal: shutter}).at is None


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (((9, 1), (11, 1), (1250, 100)), "2026-11-20T09:11:12+00:00"),
        (((24, 1), (0, 1), (0, 1)), None),
        (((9, 0), (11, 1), (12, 1)), None),
        (((4294967295, 1), (11, 1), (12, 1)), None),
        (((9, 1), (11, 1)), None),
    ],
)
def test_the_satellites_time_serves_where_the_shutters_is_missing(time: object, expected: str | None) -> None:
    at = told(GPS={piexif.GPSIFD.GPSDateStamp: b"2026:11:20", TIME: time}).at
    assert (at and at.isoformat()) == expected


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        ((b"N", b"E"), (50.846681, 4.352339)),
        ((b"S", b"W"), (-50.846681, -4.352339)),
        ((b"n", b"w"), (50.846681, -4.352339)),
        ((b"X", b"E"), None),
        ((b"", b"E"), None),
    ],
)
def test_a_place_lies_on_its_side_of_the_earth(refs: tuple[bytes, bytes], expected: tuple[float, float] | None) -> None:
    found = place(((50, 1), (50, 1), (4805, 100)), ((4, 1), (21, 1), (842, 100)), refs)
    assert (found and (found.latitude, found.longitude)) == expected


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (((0, 1), (0, 1), (0, 1)), ((0, 1), (0, 1), (0, 1))),
        (((91, 1), (0, 1), (0, 1)), ((4, 1), (0, 1), (0, 1))),
        (((90, 1), (0, 1), (1, 1)), ((4, 1), (0, 1), (0, 1))),
        (((50, 1), (0, 1), (0, 1)), ((181, 1), (0, 1), (0, 1))),
        (((50, 0), (0, 1), (0, 1)), ((4, 1), (0, 1), (0, 1))),
        (((50, 1), (0, 0), (0, 1)), ((4, 1), (0, 1), (0, 1))),
        (((50, 1), (61, 1), (0, 1)), ((4, 1), (0, 1), (0, 1))),
        (((50, 1), (0, 1)), ((4, 1), (0, 1), (0, 1))),
        (((50, 1), (0, 1), (0, 1)), None),
    ],
)
def test_a_place_that_is_none_is_left_out(latitude: object, longitude: object) -> None:
    assert place(latitude, longitude) is None


def test_a_receiver_that_had_lost_the_satellites_tells_no_place() -> None:
    here = ((50, 1), (0, 1), (0, 1))
    assert place(here, here, status=b"A") == Place(latitude=50, longitude=50)
    assert place(here, here, status=b"V") is None


@pytest.mark.parametrize(
    ("make", "model", "expected"),
    [
        (b"Apple", b"iPhone 15 Pro", "Apple iPhone 15 Pro"),
        (b"samsung", b"SM-S918B", "samsung SM-S918B"),
        (b"Canon", b"Canon EOS R5", "Canon EOS R5"),
        (b"", b"Pixel 8", "Pixel 8"),
        (b"Fairphone", b"", "Fairphone"),
        (b"", b"", None),
        (b"  a\r\nb ", b"\x1b[31mred", "a b [31mred"),
        ("\u202e".encode() + b"Apple", "\u200bX".encode(), "Apple X"),
        (b"x" * 200, b"y" * 200, "x" * MOST_CAMERA),
        (b"x" * 300, b"y", "y"),
    ],
)
def test_a_camera_is_named_in_a_few_plain_words(make: bytes, model: bytes, expected: str | None) -> None:
    assert told({piexif.ImageIFD.Make: make, piexif.ImageIFD.Model: model}).camera == expected


@pytest.mark.parametrize("seed", [20261121])
def test_damaged_exif_is_read_as_far_as_it_makes_sense(seed: int) -> None:
    chance = random.Random(seed)
    whole = pictures.exif(6)
    asked = 0
    for _ in range(5000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(6, len(damaged))
            damaged[at : at + chance.choice((1, 2, 4))] = chance.choice(
                (b"\xff\xff\xff\xff", b"\0", chance.randbytes(2))
            )
        exif = read_exif(bytes(damaged[: chance.randrange(len(damaged))] if chance.random() < 0.2 else damaged))
        assert 1 <= orientation(exif) <= 8
        taking = read_taking(exif)
        asked += taking.at is not None
        if taking.place is not None:
            assert abs(taking.place.latitude) <= 90
            assert abs(taking.place.longitude) <= 180
        assert taking.camera is None or (taking.camera.isprintable() and len(taking.camera) <= MOST_CAMERA)
    assert asked > 1000


@pytest.mark.parametrize("content", [b"", b"Exif\0\0", b"II*\0", b"MM\0*\0\0\0\0", b"garbage" * 100])
def test_what_is_no_exif_tells_nothing(content: bytes) -> None:
    assert read_taking(read_exif(content)) == Taking()
    assert orientation(read_exif(content)) == orientation(Exif()) == 1
