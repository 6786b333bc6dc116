"""Makes the pictures that the tests send: real files of every kind we take, the same bytes at each run."""

from __future__ import annotations

import functools
import io
import random
from typing import TYPE_CHECKING, Final

import piexif  # type: ignore[import-untyped]
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter, PngImagePlugin

if TYPE_CHECKING:
    from collections.abc import Iterator

CAMERA: Final = (4032, 3024)
"""Twelve megapixels, as a phone's sensor lies: the phone is held upright, so orientation 6 belongs to it."""

SECRETS: Final = (
    b"SHOWME-CANARY",
    b"Pocketphone",
    b"2026:11:20",
    b"GPSLatitude",
    b"Exif\x00\x00",
    b"http://ns.adobe.com",
)
"""What must not survive in any copy: words that the EXIF, the XMP and the comments of these pictures contain."""

RED: Final = (200, 30, 30)
GREEN: Final = (30, 160, 30)
BLUE: Final = (30, 30, 200)
GREY: Final = (128, 128, 128)
CARD: Final = (RED, GREEN, BLUE, GREY)
"""The test card's quarters: top left, top right, bottom left, bottom right."""

_UNTURNED: Final = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@functools.cache
def camera_photo(seed: int = 1, *, size: tuple[int, int] = CAMERA, orientation: int = 6) -> bytes:
    """Make a phone's JPEG: sensor noise, soft light, things in it; EXIF with place, time, phone and thumbnail.

    About 2.5 million bytes at twelve megapixels. Another seed makes another picture.
    """
    picture = scene(seed, size=size)
    preview = picture.resize((160, 120))
    return jpeg(picture, exif=exif(orientation, thumbnail=jpeg(preview, quality=60)), quality=87)


def scene(seed: int = 1, *, size: tuple[int, int] = CAMERA) -> Image.Image:
    """Make what a camera might have seen."""
    chance = random.Random(seed)
    light = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270))).resize(size, Image.Resampling.BILINEAR)
    lamp = Image.radial_gradient("L").resize(size, Image.Resampling.BILINEAR)
    picture = Image.merge("RGB", (light, lamp, ImageChops.invert(light)))
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        w, h = chance.randrange(20, size[0] // 3), chance.randrange(20, size[1] // 3)
        shape = chance.choice((draw.ellipse, draw.rectangle))
        shape((x, y, x + w, y + h), fill=chance.randrange(0x1000000))
    return ImageChops.add(picture, _sensor_noise(chance, size), offset=-20)


def _sensor_noise(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    tile = Image.frombytes("RGB", (512, 512), chance.randbytes(512 * 512 * 3))
    tile = tile.filter(ImageFilter.GaussianBlur(0.8)).point(lambda value: (value - 108) if 108 <= value < 148 else 20)
    noise = Image.new("RGB", size)
    for x in range(0, size[0], 512):
        for y in range(0, size[1], 512):
            noise.paste(tile, (x, y))
    return noise


def card(size: tuple[int, int] = (640, 480), *, mode: str = "RGB", orientation: int = 1) -> Image.Image:
    """Make a card of four colours as it lies on the sensor, so that ``orientation`` turns it upright.

    ``size`` is that of the upright card.
    """
    upright = Image.new("RGB", size)
    half = (size[0] // 2, size[1] // 2)
    for place, colour in zip(((0, 0), (half[0], 0), (0, half[1]), half), CARD, strict=True):
        upright.paste(colour, (*place, place[0] + half[0], place[1] + half[1]))
    turn = _UNTURNED[orientation]
    lying = upright if turn is None else upright.transpose(turn)
    return lying if mode == "RGB" else lying.convert(mode)


def exif(orientation: int = 1, *, thumbnail: bytes | None = None) -> bytes:
    """Make the EXIF of a talkative phone: who, when, where, a maker's note, a comment, and a thumbnail if given."""
    talk: dict[str, object] = {
        "0th": {
            piexif.ImageIFD.Make: b"SHOWME-CANARY Works",
            piexif.ImageIFD.Model: b"Pocketphone 12",
            piexif.ImageIFD.Orientation: orientation,
            piexif.ImageIFD.Software: b"SHOWME-CANARY 1.0",
            piexif.ImageIFD.DateTime: b"2026:11:20 10:11:12",
            piexif.ImageIFD.Artist: b"SHOWME-CANARY Citizen",
        },
        "Exif": {
            piexif.ExifIFD.DateTimeOriginal: b"2026:11:20 10:11:12",
            piexif.ExifIFD.OffsetTimeOriginal: b"+01:00",
            piexif.ExifIFD.MakerNote: b"SHOWME-CANARY" * 40,
            piexif.ExifIFD.UserComment: b"ASCII\x00\x00\x00SHOWME-CANARY comment",
            piexif.ExifIFD.BodySerialNumber: b"SHOWME-CANARY-0001",
        },
        "GPS": {
            piexif.GPSIFD.GPSLatitudeRef: b"N",
            piexif.GPSIFD.GPSLatitude: ((50, 1), (50, 1), (4805, 100)),
            piexif.GPSIFD.GPSLongitudeRef: b"E",
            piexif.GPSIFD.GPSLongitude: ((4, 1), (21, 1), (842, 100)),
            piexif.GPSIFD.GPSDateStamp: b"2026:11:20",
            piexif.GPSIFD.GPSAreaInformation: b"ASCII\x00\x00\x00SHOWME-CANARY street",
        },
    }
    if thumbnail is not None:
        talk |= {"1st": {piexif.ImageIFD.Compression: 6}, "thumbnail": thumbnail}
    return bytes(piexif.dump(talk))


XMP: Final = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmlns:dc="http://ns.adobe.com/SHOWME-CANARY/"'
    b' dc:creator="SHOWME-CANARY"/></x:xmpmeta>'
)


def jpeg(
    picture: Image.Image, *, exif: bytes = b"", quality: int = 90, talkative: bool = False, **more: object
) -> bytes:
    """Save as JPEG; talkative ones say their story in a comment, in XMP and in a colour profile, too."""
    if talkative:
        more |= {"comment": b"SHOWME-CANARY comment", "xmp": XMP, "icc_profile": srgb_profile()}
    return _saved(picture, "JPEG", exif=exif, quality=quality, **more)


def png(picture: Image.Image, *, exif: bytes = b"", talkative: bool = False, **more: object) -> bytes:
    """Save as PNG; talkative ones carry text chunks of all three kinds and a colour profile, too."""
    if talkative:
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", "SHOWME-CANARY")
        text.add_text("Comment", "SHOWME-CANARY", zip=True)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        more |= {"pnginfo": text, "icc_profile": srgb_profile()}
    return _saved(picture, "PNG", exif=exif, compress_level=1, **more)


def webp(picture: Image.Image, *, exif: bytes = b"", talkative: bool = False, **more: object) -> bytes:
    """Save as WebP; talkative ones carry XMP and a colour profile, too."""
    if talkative:
        more |= {"xmp": XMP, "icc_profile": srgb_profile()}
    return _saved(picture, "WEBP", **({"exif": exif, "method": 0, "quality": 80} | more))


def mpo(picture: Image.Image, second: Image.Image, *, exif: bytes = b"") -> bytes:
    """Save as a phone does with a picture that has a second one behind it: a JPEG with more JPEGs."""
    return _saved(picture, "MPO", exif=exif, save_all=True, append_images=[second], quality=90)


def deep_grey_png(size: tuple[int, int] = (640, 480)) -> bytes:
    """Make a PNG of 16-bit grey, black on the left, white on the right."""
    width, height = size
    row = b"".join((65535 * x // (width - 1)).to_bytes(2, "little") for x in range(width))
    return _saved(Image.frombytes("I;16", size, row * height), "PNG", compress_level=1)


def animation(kind: str, frames: list[Image.Image]) -> bytes:
    """Save an animated PNG or WebP (``kind`` as Pillow spells it)."""
    return _saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, loop=0)


def srgb_profile() -> bytes:
    """Return the bytes of a valid sRGB colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def mutants(original: bytes, count: int, *, seed: int) -> Iterator[bytes]:
    """Yield damaged copies: bytes changed, cut out, doubled, cut off; most of them near the beginning."""
    chance = random.Random(seed)
    for _ in range(count):
        damaged = bytearray(original)
        for _ in range(chance.randint(1, 12)):
            reach = len(damaged) if chance.random() < 0.3 else min(len(damaged), 700)
            at = chance.randrange(12, max(13, reach))
            match chance.randrange(6):
                case 0:
                    damaged[at : at + 1] = chance.randbytes(1)
                case 1:
                    damaged[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"))
                case 2:
                    del damaged[at : at + chance.randint(1, 64)]
                case 3:
                    damaged[at:at] = damaged[at : at + chance.randint(1, 64)]
                case 4:
                    damaged[at : at + 2] = bytes((0xFF, chance.randrange(0xC0, 0x100)))
                case _:
                    damaged[at] ^= 1 << chance.randrange(8)
            if len(damaged) < 64:
                break
        if chance.random() < 0.15:
            del damaged[chance.randrange(len(damaged)) :]
        yield bytes(damaged)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()
