"""Whoever asks the doctor hears whether clips are taken, and what to install."""

import pytest

from app.examining import _clips
from gateways.clips.ffmpeg import FfmpegClips


async def test_clips_are_well_where_ffmpeg_can_encode() -> None:
    assert (await _clips()).state == "well"


async def test_a_missing_ffmpeg_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FfmpegClips, "installed", lambda: FfmpegClips(ffprobe=None, ffmpeg=None))
    finding = await _clips()
    assert finding.state == "warning"
    assert "apt install ffmpeg" in finding.sentence


async def test_an_ffmpeg_that_cannot_encode_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FfmpegClips, "installed", lambda: FfmpegClips(ffprobe="/bin/true", ffmpeg="/bin/true"))
    finding = await _clips()
    assert finding.state == "warning"
    assert "libx264" in finding.sentence
