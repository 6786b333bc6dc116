from collections.abc import AsyncIterator, Callable
from pathlib import Path

import piexif  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from PIL import Image, ImageCms, ImageStat

from gateways.imaging.workers import ImagingWorkers
from showme.domain.pictures import THUMBNAIL_EDGE, WALL_EDGE
from showme.errors import NotReadable, ShowmeError
from tests import pictures
from tests.gateways.imaging.conftest import Derive

Colour = tuple[int, ...]
Save = Callable[..., bytes]


# One worker for all of them: what one picture left behind in it would show in the next.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[ImagingWorkers]:
    async with ImagingWorkers(workers=1, seconds=60) as started:
        yield started


def bytes_of(file: Path) -> int:
    return file.stat().st_size


def quarters(file: Path) -> list[Colour]:
    """Return the colour in the middle of each quarter of a derived card."""
    with Image.open(file) as opened:
        width, height = opened.size
        places = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
        found = [opened.getpixel(place) for place in places]
    return [colour for colour in found if isinstance(colour, tuple)]


def is_near(one: Colour, other: Colour, *, by: int = 12) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def is_the_card(file: Path, *, by: int = 12) -> bool:
    return all(is_near(found, colour, by=by) for found, colour in zip(quarters(file), pictures.CARD, strict=True))


def says_nothing(file: Path) -> bool:
    """Tell whether a derived JPEG holds only what every JPEG must: no EXIF, XMP, profile, comment or thumbnail."""
    content = file.read_bytes()
    markers = set()
    at = 2
    while content[at + 1] != 0xDA:
        markers.add(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    # JFIF header, quantisation, frame, Huffman tables; and nothing behind the end of the picture.
    is_bare = markers == {0xE0, 0xDB, 0xC0, 0xC4} and content.index(b"\xff\xd9") == len(content) - 2
    return is_bare and not any(secret in content for secret in pictures.SECRETS)


async def test_a_phone_photo_becomes_a_wall_picture_and_a_thumbnail(
    derive: Derive, wall: Path, thumbnail: Path
) -> None:
    derived = await derive(pictures.camera_photo())
    assert (derived.width, derived.height) == (3024, 4032)
    with Image.open(wall) as opened:
        assert (opened.format, opened.mode, opened.size) == ("JPEG", "RGB", (WALL_EDGE * 3 // 4, WALL_EDGE))
    with Image.open(thumbnail) as opened:
        assert (opened.format, opened.mode, opened.size) == ("JPEG", "RGB", (THUMBNAIL_EDGE * 3 // 4, THUMBNAIL_EDGE))
    assert (derived.wall_bytes, derived.thumbnail_bytes) == (bytes_of(wall), bytes_of(thumbnail))
    assert says_nothing(wall)
    assert says_nothing(thumbnail)


async def test_the_wall_shows_what_the_camera_saw(derive: Derive, wall: Path) -> None:
    await derive(pictures.camera_photo(orientation=1))
    seen = pictures.scene().resize((WALL_EDGE, WALL_EDGE * 3 // 4), Image.Resampling.BOX)
    with Image.open(wall) as shown:
        pairs = zip(ImageStat.Stat(shown).mean, ImageStat.Stat(seen).mean, strict=True)
        assert all(abs(one - other) < 2 for one, other in pairs)
        spots = [(x, y) for x in range(50, 1600, 150) for y in range(50, 1200, 150)]
        alike = [is_near(_soft(shown, spot), _soft(seen, spot), by=15) for spot in spots]
    assert sum(alike) > 0.95 * len(alike)


def _soft(picture: Image.Image, spot: tuple[int, int]) -> Colour:
    x, y = spot
    return tuple(round(mean) for mean in ImageStat.Stat(picture.crop((x - 3, y - 3, x + 4, y + 4))).mean)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", [pictures.jpeg, pictures.png, pictures.webp])
async def test_every_picture_is_shown_upright(
    derive: Derive, wall: Path, thumbnail: Path, kind: Save, orientation: int
) -> None:
    lying = pictures.card(orientation=orientation)
    derived = await derive(kind(lying, exif=pictures.exif(orientation), talkative=True))
    assert (derived.width, derived.height) == (640, 480)
    assert is_the_card(wall)
    assert is_the_card(thumbnail)
    assert says_nothing(wall)
    assert says_nothing(thumbnail)


@pytest.mark.parametrize(
    "exif",
    [
        pictures.exif(0),
        pictures.exif(9),
        pictures.exif(65535),
        pictures.exif(6)[:20],
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff",
        b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x02\x00\x01\x00\x00\x00\x06\x00\x00\x00",
        b"Exif\x00\x00garbage",
    ],
)
async def test_an_orientation_that_makes_no_sense_leaves_the_picture_as_it_is(
    derive: Derive, wall: Path, exif: bytes
) -> None:
    await derive(pictures.jpeg(pictures.card(), exif=exif))
    assert is_the_card(wall)


async def test_no_picture_is_enlarged(derive: Derive, wall: Path, thumbnail: Path) -> None:
    derived = await derive(pictures.png(pictures.card((60, 40))))
    assert (derived.width, derived.height) == (60, 40)
    for file in (wall, thumbnail):
        with Image.open(file) as opened:
            assert opened.size == (60, 40)


@pytest.mark.parametrize("size", [(5000, 1), (1, 5000), (1, 1), (1601, 1600), (401, 400), (3200, 3199)])
async def test_odd_shapes_keep_their_shape(derive: Derive, wall: Path, size: tuple[int, int]) -> None:
    derived = await derive(pictures.jpeg(pictures.card(size)))
    assert (derived.width, derived.height) == size
    with Image.open(wall) as opened:
        assert max(opened.size) == min(WALL_EDGE, max(size))
        assert abs(min(opened.size) - max(1, min(size) * min(1, WALL_EDGE / max(size)))) <= 1


@pytest.mark.parametrize(
    "received",
    [
        pictures.jpeg(pictures.card(mode="CMYK")),
        pictures.jpeg(pictures.card(), progressive=True),
        pictures.mpo(pictures.card(), pictures.card((320, 240)), exif=pictures.exif(1)),
        pictures.png(pictures.card(mode="P")),
        pictures.png(pictures.card(mode="RGBA")),
        pictures.webp(pictures.card(mode="RGBA"), lossless=True),
        pictures.jpeg(pictures.card((5000, 3750))),
        pictures.png(pictures.card((3000, 2250), mode="P")),
        pictures.animation("PNG", [pictures.card(), Image.new("RGB", (640, 480))]),
        pictures.animation("WEBP", [pictures.card(), Image.new("RGB", (640, 480))]),
    ],
    ids=["cmyk", "progressive", "mpo", "palette", "alpha", "webp-alpha", "large", "large-palette", "apng", "awebp"],
)
async def test_every_kind_of_picture_keeps_its_colours(
    derive: Derive, wall: Path, thumbnail: Path, received: bytes
) -> None:
    await derive(received)
    assert is_the_card(wall, by=30)
    assert says_nothing(wall)
    assert says_nothing(thumbnail)


@pytest.mark.parametrize("mode", ["L", "LA", "1"])
async def test_grey_pictures_stay_grey(derive: Derive, wall: Path, mode: str) -> None:
    grey = Image.linear_gradient("L").resize((2000, 1000)).convert(mode)
    await derive(pictures.png(grey))
    with Image.open(wall) as opened:
        assert opened.mode == "RGB"
        top, bottom = ImageStat.Stat(opened.crop((0, 0, 1600, 80))), ImageStat.Stat(opened.crop((0, 720, 1600, 800)))
    assert max(top.mean) < 40
    assert min(bottom.mean) > 215


@pytest.mark.parametrize("size", [(640, 480), (4000, 20)])
async def test_a_scan_of_sixteen_bits_is_not_all_white(derive: Derive, wall: Path, size: tuple[int, int]) -> None:
    await derive(pictures.deep_grey_png(size))
    with Image.open(wall) as opened:
        across = [opened.getpixel((round(part * (opened.width - 1)), opened.height // 2)) for part in (0, 0.25, 0.5, 1)]
    for found, expected in zip(across, (0, 64, 128, 255), strict=True):
        assert isinstance(found, tuple)
        assert is_near(found, (expected,) * 3, by=6)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
async def test_what_is_transparent_is_shown_on_white(derive: Derive, wall: Path, mode: str) -> None:
    drawing = Image.new(mode, (200, 100), (0,) * len(mode))
    drawing.paste((0,) * (len(mode) - 1) + (255,), (0, 0, 100, 100))
    await derive(pictures.png(drawing))
    with Image.open(wall) as opened:
        assert [opened.getpixel((50, 50)), opened.getpixel((150, 50))] == [(0, 0, 0), (255, 255, 255)]


async def test_a_colour_that_counts_as_transparent_is_shown_on_white(derive: Derive, wall: Path) -> None:
    await derive(pictures.png(Image.new("RGB", (100, 100), (1, 2, 3)), transparency=(1, 2, 3)))
    with Image.open(wall) as opened:
        assert opened.getpixel((50, 50)) == (255, 255, 255)


async def test_a_colour_profile_is_followed(derive: Derive, wall: Path) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    swapped = _profile_with_red_and_green_swapped()
    await derive(pictures.jpeg(Image.new("RGB", (100, 100), (200, 30, 30)), icc_profile=swapped, quality=95))
    with Image.open(wall) as opened:
        red, green, _ = opened.getpixel((50, 50)) or (0, 0, 0)  # type: ignore[misc]
    assert green > red + 80
    await derive(pictures.jpeg(pictures.card(), icc_profile=lab))
    assert is_the_card(wall)
    await derive(pictures.jpeg(pictures.card(), icc_profile=b"garbage" * 40))
    assert is_the_card(wall)


def _profile_with_red_and_green_swapped() -> bytes:
    """Swap the entries of two colours in the profile's table of tags: what was red is said to be green."""
    return (
        pictures.srgb_profile().replace(b"rXYZ", b"....", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"....", b"gXYZ", 1)
    )


async def test_two_hundred_talkative_photos_say_nothing_more(derive: Derive, wall: Path, thumbnail: Path) -> None:
    small = pictures.jpeg(pictures.card((160, 120)))
    for number in range(200):
        orientation = number % 8 + 1
        exif = pictures.exif(orientation, thumbnail=small if number % 3 == 0 else None)
        size = (64 + number, 48)
        card = pictures.card(size, orientation=orientation)
        story = {"comment": b"SHOWME-CANARY comment", "xmp": pictures.XMP} if number % 2 else {"talkative": True}
        received = pictures.jpeg(card, exif=exif, **story)
        assert any(secret in received for secret in pictures.SECRETS)
        await derive(received)
        for file in (wall, thumbnail):
            assert says_nothing(file)
            assert not any(piexif.load(file.read_bytes())[part] for part in ("0th", "Exif", "GPS", "1st", "Interop"))


async def test_a_photo_that_was_cut_off_is_refused(derive: Derive) -> None:
    photo = pictures.jpeg(pictures.scene(size=(800, 600)))
    with pytest.raises(NotReadable) as refusal:
        await derive(photo[: len(photo) * 2 // 3])
    assert refusal.value.cause == "picture_damaged"
    for kind in (pictures.png, pictures.webp):
        whole = kind(pictures.scene(size=(800, 600)))
        with pytest.raises(NotReadable):
            await derive(whole[: len(whole) * 2 // 3])


async def test_a_photo_without_its_end_mark_counts_as_cut_off(derive: Derive) -> None:
    photo = pictures.jpeg(pictures.card())
    assert photo.endswith(b"\xff\xd9")
    with pytest.raises(NotReadable):
        await derive(photo[:-2])


async def test_what_hides_behind_the_end_mark_is_left_behind(derive: Derive, wall: Path) -> None:
    await derive(pictures.jpeg(pictures.card()) + b"<script>SHOWME-CANARY</script>" + bytes(5000))
    assert is_the_card(wall)
    assert says_nothing(wall)


@pytest.mark.parametrize("seed", [20261120])
async def test_damaged_pictures_are_shown_or_refused_and_never_anything_else(
    derive: Derive, wall: Path, thumbnail: Path, seed: int
) -> None:
    scene = pictures.scene(size=(320, 240))
    shown = 0
    for kind in (pictures.jpeg, pictures.png, pictures.webp):
        original = kind(scene, exif=pictures.exif(6), talkative=True)
        for mutant in pictures.mutants(original, 120, seed=seed):
            try:
                await derive(mutant)
            except ShowmeError as refusal:
                assert isinstance(refusal, NotReadable)  # noqa: PT017 - the other way out is a picture
                continue
            shown += 1
            assert says_nothing(wall)
            assert says_nothing(thumbnail)
    assert shown > 30
    derived = await derive(pictures.camera_photo())
    assert derived.width == 3024


async def test_thumbnail_and_wall_show_the_same(derive: Derive, wall: Path, thumbnail: Path) -> None:
    await derive(pictures.camera_photo())
    with Image.open(wall) as large, Image.open(thumbnail) as small:
        pairs = zip(ImageStat.Stat(large).mean, ImageStat.Stat(small).mean, strict=True)
        assert all(abs(one - other) < 2 for one, other in pairs)
