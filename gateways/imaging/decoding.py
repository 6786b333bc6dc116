"""Makes the two derived pictures from bytes that nobody vouches for; runs in a worker process only."""

from __future__ import annotations

import contextlib
import importlib
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageCms, ImageFile, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from gateways.imaging.exif import Exif, read_exif
from gateways.imaging.heic import decode_heic, is_heic
from gateways.imaging.orientation import UPRIGHT, orientation
from gateways.imaging.taking import read_taking
from showme.domain.pictures import MOST_PIXELS, THUMBNAIL_EDGE, WALL_EDGE, Derived

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile as OpenedImage

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""What Pillow opens at all, by its content. Pillow opens a phone's MPO as the JPEG it begins with."""

# Named so that Pillow's plug-ins for exactly these formats are loaded, and the worker is warm with them.
PLUGINS: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)

WALL_QUALITY: Final = 82
THUMBNAIL_QUALITY: Final = 75

MOST_SCANS: Final = 100
"""A progressive JPEG of a camera or an editor has about ten; each one walks through the whole picture again."""

BACKGROUND: Final = (255, 255, 255)
"""Behind what is transparent: screenshots and drawings are made for white paper."""

TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS: Final = frozenset({5, 6, 7, 8})

_DEEP_GREY: Final = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N", "F"})
_LINEAR: Final = frozenset({"RGB", "RGBA", "L", "LA", "CMYK"})


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A picture of at most the wall's size, and how it must be turned; width and height are what it was, unturned."""

    picture: Image.Image
    width: int
    height: int
    profile: bytes
    exif: Exif
    turned: int


class Damaged(Exception):
    """These bytes do not become a picture."""


def make_derivatives(original: bytes) -> tuple[Derived, bytes, bytes]:
    """Decode the whole picture once; return what is known of it, the wall JPEG and the thumbnail JPEG.

    Neither JPEG carries any metadata. Raise Damaged, whatever it was that the decoders stumbled over.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _make(original)
    except Exception as fault:
        raise Damaged(type(fault).__name__) from fault


def _make(original: bytes) -> tuple[Derived, bytes, bytes]:
    decoded = _decode_heic(original) if is_heic(original) else _decode_others(original)
    wall = _as_srgb(decoded.picture, decoded.profile)
    if decoded.turned in TURNS:
        wall = wall.transpose(TURNS[decoded.turned])
    thumbnail = _fit(wall, THUMBNAIL_EDGE)
    width, height = decoded.width, decoded.height
    if decoded.turned in SIDEWAYS:
        width, height = height, width
    wall_jpeg, thumbnail_jpeg = _jpeg(wall, WALL_QUALITY), _jpeg(thumbnail, THUMBNAIL_QUALITY)
    derived = Derived(
        width=width,
        height=height,
        wall_bytes=len(wall_jpeg),
        thumbnail_bytes=len(thumbnail_jpeg),
        taking=read_taking(decoded.exif),
    )
    return derived, wall_jpeg, thumbnail_jpeg


def _decode_heic(original: bytes) -> Decoded:
    """Decode a HEIC. Its boxes say how it lies, and its decoder has turned it; its EXIF says the same once more."""
    heic = decode_heic(original, WALL_EDGE)
    target = _fitting(heic.width, heic.height, WALL_EDGE)
    picture = heic.picture
    if picture.size != target:
        factor = max(1, round(heic.width / picture.width))
        exact = (0, 0, heic.width / factor, heic.height / factor)
        picture = picture.resize(target, Image.Resampling.BICUBIC, box=exact)
    return Decoded(
        picture=picture,
        width=heic.width,
        height=heic.height,
        profile=heic.profile,
        exif=read_exif(heic.exif),
        turned=UPRIGHT,
    )


def _decode_others(original: bytes) -> Decoded:
    if original.startswith(b"\xff\xd8") and original.count(b"\xff\xda") > MOST_SCANS:
        raise ValueError("more scans than any camera writes")
    with Image.open(io.BytesIO(original), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise ValueError("more pixels than the header said")
        picture = _decode(opened, _fitting(width, height, WALL_EDGE))
        profile = _bytes(opened.info.get("icc_profile"))
        exif = read_exif(_bytes(opened.info.get("exif")))
    return Decoded(picture=picture, width=width, height=height, profile=profile, exif=exif, turned=orientation(exif))


def _decode(opened: OpenedImage, target: tuple[int, int]) -> Image.Image:
    """Decode every byte, at the wall's size or a little more, in a mode that mixes well.

    A JPEG is scaled by its decoder (halves, quarters, eighths) while it is read: a quarter of the memory, half the
    time. Each mode of the others is brought to eight linear bits only after it has been made small.
    """
    if isinstance(opened, WebPImagePlugin.WebPImageFile):
        decoded = _first_frame(opened)
    else:
        opened.draft(None, target)
        opened.load()
        decoded = opened
    if decoded.mode in _DEEP_GREY:
        return _eight_bits(decoded.resize(target, Image.Resampling.BOX, reducing_gap=None))
    if decoded.mode not in _LINEAR:
        decoded = decoded.convert("RGBA" if decoded.has_transparency_data else "RGB")
    elif decoded.mode in {"RGB", "L"} and "transparency" in decoded.info:
        # A single colour that counts as transparent: resizing would mix it with its neighbours.
        decoded = decoded.convert("RGBA")
    return decoded.resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0) if decoded.size != target else decoded


def _first_frame(opened: WebPImagePlugin.WebPImageFile) -> Image.Image:
    """Decode a WebP's first frame in three quarters of the memory that Pillow's own ``load`` takes.

    ``load`` copies the pixels twice while the decoder still holds its two canvases; here the decoder goes first.
    """
    pixels, _ = opened._decoder.get_next()  # noqa: SLF001 - no public way; a test decodes fifty megapixels
    del opened._decoder  # noqa: SLF001 - as above
    return Image.frombytes(opened.mode, opened.size, pixels, "raw", opened.rawmode)


def _eight_bits(deep: Image.Image) -> Image.Image:
    """Bring 16-bit grey to 8 bits; a plain conversion would cut everything above 255 off."""
    return deep.convert("I").point(lambda value: value / 256).convert("L")


def _as_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Put transparent pictures on white and bring colours to sRGB; a profile that is no use is ignored."""
    alpha = picture.getchannel("A") if picture.mode in {"RGBA", "LA"} else None
    if alpha is not None:
        picture = picture.convert(picture.mode.removesuffix("A"))
    converted = _converted(picture, profile) or picture.convert("RGB")
    if alpha is not None:
        background = Image.new("RGB", converted.size, BACKGROUND)
        background.paste(converted, mask=alpha)
        return background
    return converted


def _converted(picture: Image.Image, profile: bytes) -> Image.Image | None:
    if not profile:
        return None
    # A wrong profile costs the colours' last shade, never the picture.
    with contextlib.suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return None


def _fitting(width: int, height: int, edge: int) -> tuple[int, int]:
    """Return the size that fits in a square, at least one pixel and never more than there is."""
    scale = min(1.0, edge / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _fit(picture: Image.Image, edge: int) -> Image.Image:
    target = _fitting(*picture.size, edge)
    return picture.resize(target, Image.Resampling.BICUBIC, reducing_gap=2.0) if target != picture.size else picture


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    # Pillow would carry a comment over by itself: only the pixels go on, never what was known of them.
    bare = picture.copy()
    bare.info.clear()
    bare.save(written, "JPEG", quality=quality, subsampling="4:2:0")
    return written.getvalue()


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def refuse_half_pictures() -> None:
    """Have Pillow raise on a truncated picture, which is its default, and on one with more pixels than we take.

    A JPEG that lacks nothing but its end mark counts as truncated: the decoder cannot tell the two apart.
    """
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def warm_up() -> None:
    """Run each codec once on a picture of our own, so that the first citizen's does not wait for their loading."""
    sample = Image.new("RGB", (2 * THUMBNAIL_EDGE, THUMBNAIL_EDGE), BACKGROUND)
    for name in ("JPEG", "PNG", "WEBP"):
        written = io.BytesIO()
        sample.save(written, name)
        make_derivatives(written.getvalue())
    # Loads its libraries, where the extra is installed; we cannot write a HEIC to try it on.
    with contextlib.suppress(ImportError):
        importlib.import_module("pi_heif")
