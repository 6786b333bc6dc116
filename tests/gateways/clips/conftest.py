"""The gateway to the real programs, and a place for the clips of the tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateways.clips.ffmpeg import FfmpegClips


@pytest.fixture
def clips() -> FfmpegClips:
    return FfmpegClips.installed()


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[bytes], Path]:
    """Return what writes bytes into a file whose name says nothing of what it is."""

    def keeping(received: bytes) -> Path:
        file = tmp_path / "received"
        file.write_bytes(received)
        return file

    return keeping


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "made"
