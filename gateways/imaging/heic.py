"""Decodes a HEIC to a picture a little larger than wanted, in little memory; runs in a worker process only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from PIL import Image

from gateways.imaging.boxes import is_cut_off
from showme.domain.pictures import MOST_PIXELS

_BAND: Final = 64
"""Rows of the small picture that are made at a time."""

_MODES: Final = {
    "L": ("L", "L"),
    "RGB": ("RGB", "RGB"),
    "RGBA": ("RGBA", "RGBA"),
    "RGBa": ("RGBA", "RGBa"),
    "I;16": ("L", "L;16"),
    "RGB;16": ("RGB", "RGB;16L"),
    "RGBA;16": ("RGBA", "RGBA;16L"),
    "RGBa;16": ("RGBA", "RGBa;16L"),
}
"""How Pillow reads what the decoder calls so, as eight bits: the upper half of sixteen."""


@dataclass(frozen=True, kw_only=True)
class Heic:
    """A picture as its boxes turned it, made small by a whole number; width and height are what it was before."""

    picture: Image.Image
    width: int
    height: int
    exif: bytes
    profile: bytes


def is_heic(original: bytes) -> bool:
    """Tell whether this is a HEIC; the server has looked at what kind of HEIF it is."""
    return original[4:8] == b"ftyp"


def decode_heic(original: bytes, edge: int) -> Heic:
    """Decode the main picture, upright, with its longer edge between ``edge`` and four times as long where it can be.

    Not through Pillow's plug-in: that holds the pixels twice, four bytes each the second time. For a picture of 64
    megapixels this way saves 250 MB; and it takes the sixteen bits of a deep one itself, because the decoder's own way
    to eight holds all pixels once more. Raise whatever the decoder raises, and ImportError where the extra is missing.
    """
    import pi_heif  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra

    if is_cut_off(original):
        raise ValueError("not all bytes are there")
    # No threads: each core has its worker, and four take 270 MB more. Nothing of what phones hide beside the picture.
    pi_heif.options.DECODE_THREADS = 0
    pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False
    file = pi_heif.open_heif(original, convert_hdr_to_8bit=False, hdr_to_16bit=True)
    frame = file[file.primary_index]
    width, height = frame.size
    if width * height > MOST_PIXELS:
        raise ValueError("more pixels than the header said")
    pixels = frame.data
    if frame.size != (width, height):
        raise ValueError("another size than the header said")
    factor = max(1, max(width, height) // (2 * edge))
    return Heic(
        picture=_made_small(pixels, frame, factor),
        width=width,
        height=height,
        exif=frame.info.get("exif") or b"",
        profile=frame.info.get("icc_profile") or b"",
    )


def _made_small(pixels: Any, frame: Any, factor: int) -> Image.Image:
    """Bring the pixels over in bands of rows; colours that are partly transparent are mixed by how much they show."""
    (width, height), stride = frame.size, frame.stride
    mode, raw_mode = _MODES[frame.mode]
    mixed = {"RGBA": "RGBa"}.get(mode, mode)
    small = Image.new(mixed, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, _BAND * factor):
        rows = min(_BAND * factor, height - top)
        band = pixels[top * stride : (top + rows) * stride]
        raw = Image.frombytes(mode, (width, rows), band, "raw", raw_mode, stride)
        small.paste(raw.convert(mixed).reduce(factor), (0, top // factor))
    return small.convert(mode)
