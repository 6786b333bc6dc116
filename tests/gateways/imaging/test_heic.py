import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageStat

from gateways.imaging.header import read_header
from gateways.imaging.workers import ImagingWorkers
from showme.domain.pictures import PictureHeader
from showme.domain.takings import Place
from showme.errors import NotAPicture, NotReadable, ShowmeError
from tests import pictures
from tests.gateways.imaging.conftest import Derive
from tests.gateways.imaging.test_deriving import is_the_card, says_nothing
from tests.heic import FIXTURES, Story, heic

# One worker for all of them, as for the other kinds.
in_one_loop = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[ImagingWorkers]:
    async with ImagingWorkers(workers=1, seconds=60) as started:
        yield started


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "received"


def fixture(name: str) -> bytes:
    return (FIXTURES / f"{name}.heic").read_bytes()


def grey_at(file: Path, spot: tuple[int, int]) -> float:
    with Image.open(file) as opened:
        return ImageStat.Stat(opened.crop((*spot, spot[0] + 1, spot[1] + 1))).mean[0]


def header_of(file: Path, received: bytes) -> PictureHeader:
    file.write_bytes(received)
    return read_header(file)


@in_one_loop
async def test_an_iphones_photo_becomes_a_wall_picture_and_a_thumbnail(
    derive: Derive, file: Path, wall: Path, thumbnail: Path
) -> None:
    lying = pictures.card((3024, 4032), orientation=6)
    received = heic(lying, Story(exif=pictures.exif(6), orientation=6), with_more=True)
    assert header_of(file, received) == PictureHeader(format="heic", width=4032, height=3024)
    derived = await derive(received)
    assert (derived.width, derived.height) == (3024, 4032)
    with Image.open(wall) as opened:
        assert (opened.format, opened.mode, opened.size) == ("JPEG", "RGB", (1200, 1600))
    for one in (wall, thumbnail):
        assert is_the_card(one)
        assert says_nothing(one)


@in_one_loop
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("exif", ["the same", "nothing", "something else"])
async def test_a_heic_lies_as_its_boxes_say_whatever_its_exif_says_once_more(
    derive: Derive, wall: Path, orientation: int, exif: str
) -> None:
    said = {"the same": pictures.exif(orientation), "nothing": b"", "something else": pictures.exif(8)}[exif]
    received = heic(pictures.card(orientation=orientation), Story(exif=said, orientation=orientation))
    derived = await derive(received)
    assert (derived.width, derived.height) == (640, 480)
    assert is_the_card(wall)


@in_one_loop
async def test_a_heic_by_libheif_itself_keeps_colours_and_tells_its_story_to_us_alone(
    derive: Derive, wall: Path, thumbnail: Path
) -> None:
    received = fixture("camera")
    assert any(secret in received for secret in pictures.SECRETS)
    derived = await derive(received)
    assert derived.taking.place == Place(latitude=50.846681, longitude=4.352339)
    assert derived.taking.camera == "SHOWME-CANARY Works Pocketphone 12"
    assert derived.taking.at is not None
    assert derived.taking.at.isoformat() == "2026-11-20T10:11:12+01:00"
    for one in (wall, thumbnail):
        assert is_the_card(one)
        assert says_nothing(one)


@in_one_loop
@pytest.mark.parametrize("size", [(640, 480), (4000, 3000)])
async def test_ten_bits_are_shown_as_eight(derive: Derive, wall: Path, size: tuple[int, int]) -> None:
    await derive(heic(pictures.card(size), depth=10))
    assert is_the_card(wall)
    await derive(fixture("ten_bits"))
    assert is_the_card(wall)


@in_one_loop
async def test_a_heic_of_deep_grey_is_not_all_white(derive: Derive, wall: Path) -> None:
    await derive(fixture("deep_grey"))
    across = [grey_at(wall, (x, 240)) for x in (0, 320, 639)]
    assert all(abs(one - wanted) < 8 for one, wanted in zip(across, (0, 128, 255), strict=True))


@in_one_loop
async def test_what_is_transparent_in_a_heic_is_shown_on_white(derive: Derive, wall: Path) -> None:
    await derive(fixture("half_transparent"))
    assert grey_at(wall, (40, 50)) < 10
    assert grey_at(wall, (160, 50)) > 245


@in_one_loop
@pytest.mark.parametrize("part", [0.999, 0.67, 0.33, 0.05])
async def test_a_heic_that_was_cut_off_is_refused(derive: Derive, part: float) -> None:
    whole = heic(pictures.scene(size=(1200, 900)))
    with pytest.raises(NotReadable) as refusal:
        await derive(whole[: int(len(whole) * part)])
    assert refusal.value.cause == "picture_damaged"


@in_one_loop
@pytest.mark.parametrize("claims", [(64, 64), (4000, 4000), (1, 1)])
async def test_a_heic_that_lies_about_its_size_is_shown_small_or_refused(
    derive: Derive, wall: Path, claims: tuple[int, int]
) -> None:
    try:
        derived = await derive(heic(pictures.card((1200, 900)), Story(claims=claims)))
    except NotReadable:
        return
    assert (derived.width, derived.height) == claims
    with Image.open(wall) as opened:
        assert max(opened.size) <= 1600


@in_one_loop
@pytest.mark.parametrize(
    ("size", "depth"), [((9216, 6912), 8), ((8800, 6600), 10)], ids=["64 megapixels", "58 megapixels of ten bits"]
)
async def test_the_largest_heics_of_phones_fit_in_a_worker(derive: Derive, size: tuple[int, int], depth: int) -> None:
    derived = await derive(heic(pictures.card(size), depth=depth))
    assert (derived.width, derived.height) == size


@in_one_loop
@pytest.mark.parametrize("seed", [20261121])
async def test_damaged_heics_are_shown_or_refused_and_never_anything_else(
    derive: Derive, file: Path, wall: Path, thumbnail: Path, seed: int
) -> None:
    shown = refused = 0
    scene = pictures.scene(size=(320, 240))
    by_us = heic(scene, Story(exif=pictures.exif(6), orientation=6), with_more=True)
    for original in (by_us, fixture("camera"), fixture("half_transparent")):
        for mutant in pictures.mutants(original, 100, seed=seed):
            try:
                header = header_of(file, mutant)
                assert 0 < header.width * header.height <= 64_000_000
            except (NotAPicture, NotReadable):
                refused += 1
            # A worker is never asked for what the header refused; it has to stand it all the same.
            try:
                await derive(mutant)
            except ShowmeError as refusal:
                assert isinstance(refusal, NotReadable)  # noqa: PT017 - the other way out is a picture
                continue
            shown += 1
            assert says_nothing(wall)
            assert says_nothing(thumbnail)
    assert shown > 5
    assert refused > 20
    assert (await derive(pictures.camera_photo())).width == 3024


@in_one_loop
@pytest.mark.parametrize(
    ("major", "others"),
    [(b"heic", ()), (b"heix", (b"mif1",)), (b"mif1", (b"miaf", b"heic")), (b"msf1", (b"hevc",)), (b"hevc", (b"mif1",))],
)
async def test_every_name_of_a_heic_is_known(
    derive: Derive, file: Path, wall: Path, major: bytes, others: tuple[bytes, ...]
) -> None:
    received = heic(pictures.card(), Story(major=major, others=(*others, b"mif1")))
    assert header_of(file, received) == PictureHeader(format="heic", width=640, height=480)
    await derive(received)
    assert is_the_card(wall)


@pytest.mark.parametrize(
    "story",
    [
        Story(major=b"avif", others=(b"mif1", b"heic")),
        Story(major=b"mif1", others=(b"avif", b"miaf")),
        Story(major=b"mif1", others=()),
        Story(major=b"isom", others=(b"mp42",)),
        Story(major=b"qt  ", others=(b"heic",)),
    ],
    ids=lambda story: repr(story.major),
)
def test_avif_and_films_are_no_heic(file: Path, story: Story) -> None:
    file.write_bytes(heic(pictures.card((64, 48)), story))
    with pytest.raises(NotAPicture) as refusal:
        read_header(file)
    assert refusal.value.cause == "not_a_picture"


def test_a_real_avif_is_refused_before_it_is_kept(file: Path) -> None:
    file.write_bytes((FIXTURES / "card.avif").read_bytes())
    with pytest.raises(NotAPicture):
        read_header(file)


@pytest.mark.parametrize("claims", [(40_000, 40_000), (0, 10), (0xFFFFFFFF, 0xFFFFFFFF)])
def test_a_heic_that_claims_an_impossible_size_is_refused_by_its_header(file: Path, claims: tuple[int, int]) -> None:
    file.write_bytes(heic(pictures.card((64, 48)), Story(claims=claims)))
    with pytest.raises(NotReadable):
        read_header(file)


@pytest.mark.parametrize(
    "received",
    [
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(1_000_000),
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0\0\0\x08free" * 1_000_000,
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\1meta\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xff\xff\xff\xffftypheic",
    ],
    ids=["nothing", "zeros", "many-boxes", "vast-box", "beyond"],
)
def test_a_heic_header_that_leads_nowhere_is_damaged(file: Path, received: bytes) -> None:
    file.write_bytes(received)
    with pytest.raises(NotReadable) as refusal:
        read_header(file)
    assert refusal.value.cause == "picture_damaged"


def test_who_has_not_installed_the_extra_says_so_clearly(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    file.write_bytes(fixture("camera"))
    with pytest.raises(NotAPicture) as refusal:
        read_header(file)
    assert refusal.value.cause == "heic_not_installed"
    file.write_bytes(pictures.jpeg(pictures.card()))
    assert read_header(file).format == "jpeg"


def test_a_worker_without_the_extra_decodes_the_other_kinds() -> None:
    script = (
        "import sys; sys.modules['pi_heif'] = None\n"
        "from gateways.imaging import decoding\n"
        "decoding.warm_up()\n"
        "try: decoding.make_derivatives(open(sys.argv[1], 'rb').read())\n"
        "except decoding.Damaged as damaged: print(damaged)"
    )
    command = [sys.executable, "-c", script, str(FIXTURES / "camera.heic")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "ModuleNotFoundError"


def test_the_server_reads_a_heics_header_without_loading_its_decoder() -> None:
    script = (
        "import sys, pathlib\n"
        "from gateways.imaging.header import read_header\n"
        "print(read_header(pathlib.Path(sys.argv[1])).format, 'PIL' in sys.modules, '_pi_heif' in sys.modules)"
    )
    command = [sys.executable, "-c", script, str(FIXTURES / "camera.heic")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["heic", "False", "False"]


@in_one_loop
@pytest.mark.parametrize("seed", [20261121])
async def test_header_and_decoder_agree_on_the_size_of_a_heic(derive: Derive, file: Path, seed: int) -> None:
    compared = 0
    for mutant in pictures.mutants(heic(pictures.card((640, 300))), 200, seed=seed):
        try:
            header = header_of(file, mutant)
            derived = await derive(mutant)
        except (NotAPicture, NotReadable):
            continue
        compared += 1
        # Its boxes may have been damaged to turn it.
        assert sorted((header.width, header.height)) == sorted((derived.width, derived.height))
    assert compared > 10
