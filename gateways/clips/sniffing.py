"""Tells a clip from its first bytes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from showme.domain.clips import ClipFormat

_HEAD: Final = 256

_QUICKTIME: Final = b"qt  "
_FILM_BRANDS: Final = frozenset(
    {b"isom", b"mp41", b"mp42", b"mp71", b"avc1", b"dash", b"MSNV", b"M4V ", b"M4VH", b"M4VP", b"F4V ", b"XAVC"}
)
"""Of ISO base media files with moving pictures (ISO 14496-12; https://mp4ra.org/registered-types/brands)."""

_FILM_FAMILIES: Final = (b"iso", b"3gp", b"3g2", b"mp4")
_STILL_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"avif", b"avis", b"crx "}
)
"""Of pictures in the same kind of file: whatever claims to be one is never taken for a film."""

_EBML: Final = b"\x1a\x45\xdf\xa3"
_WEBM: Final = b"\x42\x82\x84webm"
"""The element DocType, four bytes long (https://www.matroska.org/technical/elements.html)."""


def sniff(head: bytes) -> ClipFormat | None:
    """Tell the format, or None. What the bytes at the very beginning say counts, and no name or declared type."""
    if head.startswith(_EBML):
        return "webm" if _WEBM in head[4:64] else None
    if head[4:8] != b"ftyp":
        return None
    kinds = head[: min(int.from_bytes(head[:4], "big"), _HEAD)]
    major = kinds[8:12]
    brands = {major, *(kinds[at : at + 4] for at in range(16, len(kinds), 4))}
    if not brands.isdisjoint(_STILL_BRANDS):
        return None
    if major == _QUICKTIME:
        return "mov"
    return "mp4" if any(brand in _FILM_BRANDS or brand.startswith(_FILM_FAMILIES) for brand in brands) else None


def sniff_file(file: Path) -> ClipFormat | None:
    """Tell the format of a file."""
    with file.open("rb") as opened:
        return sniff(opened.read(_HEAD))
