"""Check that uploaded bytes are a photo that Telegram takes."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from practice.telegram import limits
from practice.telegram.rejected import bad_request

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def check_photo(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels; decodes the whole picture, so call it off the loop.

    Raise Rejected (400): too big, not decodable, or of dimensions outside the limits of ``sendPhoto``.
    """
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > limits.PHOTO_BYTES:
        size, most = len(content), limits.PHOTO_BYTES
        raise bad_request(f"file of size {size} bytes is too big for a photo; the maximum size is {most} bytes")
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            width, height = picture.size
            if width + height > limits.PHOTO_WIDTH_AND_HEIGHT or max(width, height) > limits.PHOTO_RATIO * min(
                width, height
            ):
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
            # Every byte is read, a JPEG's pixels only at an eighth of the size.
            picture.draft("RGB", (1, 1))
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise bad_request("PHOTO_INVALID_DIMENSIONS") from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    return width, height
