"""Texts are small on the wire, for every reader in a coding that it takes."""

import gzip

import brotli  # type: ignore[import-untyped]  # no stubs exist
import pytest

from web.compressing import coding_for, compressed

TEXT = ("Stay on the phone with 112. " * 200).encode()


@pytest.mark.parametrize(
    ("brotli_quality", "gzip_quality", "coding"),
    [(1, 1, "br"), (0.5, 1, "gzip"), (1, 0, "br"), (0, 1, "gzip"), (0, 0, None)],
)
def test_each_reader_gets_what_it_takes(brotli_quality: float, gzip_quality: float, coding: str | None) -> None:
    assert coding_for(brotli_quality=brotli_quality, gzip_quality=gzip_quality) == coding


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("is_first", [True, False])
async def test_what_was_compressed_reads_as_before(*, is_kept: bool, is_first: bool) -> None:
    assert brotli.decompress(await compressed(TEXT, "br", is_kept=is_kept, is_first=is_first)) == TEXT
    assert gzip.decompress(await compressed(TEXT, "gzip", is_kept=is_kept, is_first=is_first)) == TEXT
