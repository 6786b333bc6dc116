"""Makes texts small on the wire: brotli (RFC 7932) for whoever takes it, else gzip (RFC 1952)."""

from __future__ import annotations

import asyncio
import gzip
from functools import lru_cache
from typing import Final

import brotli  # type: ignore[import-untyped]  # no stubs exist

WORTH_IT: Final = 800
_GZIP: Final = 6
_QUICK: Final = 5
"""Within 7 % of what brotli can do on our texts, in a millisecond."""
_CLOSE: Final = 10
"""For the citizen's page: 6 % less than the quick one, for some 12 ms off the loop. It makes the first flight."""
_CLOSEST: Final = 11
"""For what is compressed once and kept."""


def coding_for(*, brotli_quality: float, gzip_quality: float) -> str | None:
    """Return the coding to send in, by what the reader accepts (RFC 9110, 12.5.3); None: as it is."""
    if brotli_quality > 0 and brotli_quality >= gzip_quality:
        return "br"
    return "gzip" if gzip_quality > 0 else None


async def compressed(body: bytes, coding: str, *, is_kept: bool, is_first: bool) -> bytes:
    """Compress a text; one that ``is_kept`` for ever as well as can be and once, one that ``is_first`` nearly so."""
    if is_kept:
        return await asyncio.to_thread(_kept, body, coding)
    if coding == "gzip":
        return gzip.compress(body, compresslevel=_GZIP, mtime=0)
    if is_first:
        return await asyncio.to_thread(_brotli, body, _CLOSE)
    return _brotli(body, _QUICK)


@lru_cache(maxsize=256)
def _kept(body: bytes, coding: str) -> bytes:
    return _brotli(body, _CLOSEST) if coding == "br" else gzip.compress(body, compresslevel=9, mtime=0)


def _brotli(body: bytes, quality: int) -> bytes:
    made: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality)
    return made
