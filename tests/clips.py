"""Real clips, made by ffmpeg as phones, browsers and mischief-makers make them; each is made once in a run."""

from __future__ import annotations

import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

PLACE: Final = "+51.2194+004.4025/"
SECRETS: Final = (b"51.21", b"004.40", b"Kaatje", b"iPhone", b"Mustermann", b"Lavf", b"Lavc", b"x264", b"chapter one")
"""What the talkative clips tell, and no copy may."""

_PICTURES: Final = ("-f", "lavfi", "-i", "testsrc=s=320x240:r=10:d=2")
_SOUND: Final = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
_H264: Final = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10")
_TALK: Final = (
    *("-metadata", f"location={PLACE}", "-metadata", f"com.apple.quicktime.location.ISO6709={PLACE}"),
    *("-metadata", "com.apple.quicktime.make=Apple", "-metadata", "com.apple.quicktime.model=iPhone 15"),
    *("-metadata", "com.apple.quicktime.creationdate=2026-05-01T12:00:00+0200"),
    *("-metadata", "title=Kaatje", "-metadata", "artist=Mustermann", "-metadata:s", "handler_name=Mustermann"),
    *("-metadata", "creation_time=2026-05-01T10:00:00Z", "-movflags", "use_metadata_tags"),
)


@cache
def made(*arguments: str, kind: str) -> bytes:
    """Make a file by ffmpeg and return its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"clip.{kind}"
        subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments, str(file)], check=True, timeout=120)
        return file.read_bytes()


def phone_mp4() -> bytes:
    """Make what an Android phone sends: H.264 and AAC, its table of contents at the end."""
    return made(*_PICTURES, *_SOUND, *_H264, "-c:a", "aac", "-metadata", f"location={PLACE}", kind="mp4")


def silent_mp4() -> bytes:
    """Make a clip without any sound."""
    return made(*_PICTURES, *_H264, "-movflags", "+faststart", kind="mp4")


def talkative(kind: str) -> bytes:
    """Make a clip that tells all that one can: tags, names of tracks, chapters, subtitles, messages beside pictures."""
    with tempfile.TemporaryDirectory() as folder:
        chapters, subtitles = Path(folder) / "chapters", Path(folder) / "subtitles.srt"
        chapters.write_text(
            ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=chapter one\n", encoding="utf-8"
        )
        subtitles.write_text("1\n00:00:00,000 --> 00:00:01,000\nKaatje, Mustermann\n", encoding="utf-8")
        return made(
            *(*_PICTURES, *_SOUND, "-i", str(subtitles), "-i", str(chapters), "-map_metadata", "3"),
            *("-map", "0", "-map", "1", "-map", "2", *_H264, "-c:a", "aac", "-c:s", "mov_text"),
            *("-timecode", "01:02:03:04"),
            *_TALK,
            # Without what ffmpeg's own encoder of sound writes into the sound itself; phones' encoders do not.
            *("-flags:a", "+bitexact"),
            kind=kind,
        )


def iphone_mov() -> bytes:
    """Make what an iPhone sends: HEVC, turned on its side, with its place."""
    upright = made(
        *_PICTURES, *_SOUND, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none",
        *("-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-c:a", "aac", *_TALK),
        kind="mov",
    )  # fmt: skip
    return turned(upright)


def turned(clip: bytes) -> bytes:
    """Return the same pictures as a phone held upright writes them: lying, with a note that they are to be turned."""
    matrix = b"\x00\x01\x00\x00" + b"\0" * 12 + b"\x00\x01\x00\x00" + b"\0" * 12 + b"\x40\x00\x00\x00"
    quarter = (
        b"\0" * 4 + b"\x00\x01\x00\x00" + b"\0" * 4 + b"\xff\xff\x00\x00" + b"\0" * 8
        + b"\0" * 8 + b"\x40\x00\x00\x00"
    )  # fmt: skip
    at = clip.index(b"tkhd")
    start = clip.index(matrix, at)
    return clip[:start] + quarter + clip[start + 36 :]


def browser_webm(codec: str) -> bytes:
    """Make what a browser records: VP8 or VP9 with Opus."""
    return made(*_PICTURES, *_SOUND, "-c:v", codec, "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus",
                kind="webm")  # fmt: skip


def long_mp4(seconds: int) -> bytes:
    """Make a clip of one picture a second."""
    return made("-f", "lavfi", "-i", f"color=s=64x64:r=1:d={seconds}", *_H264, kind="mp4")


def huge_mp4(width: int, height: int) -> bytes:
    """Make one picture of so many pixels."""
    return made("-f", "lavfi", "-i", f"color=s={width}x{height}:r=1:d=1", *_H264, "-frames:v", "1", kind="mp4")


def box(kind: bytes, content: bytes) -> bytes:
    """Write a box of an ISO base media file."""
    return (8 + len(content)).to_bytes(4, "big") + kind + content


FTYP: Final = box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")


def claiming(clip: bytes, *, seconds: int) -> bytes:
    """Return a clip whose every head claims another length."""
    lying = bytearray(clip)
    for kind, rate_at, length_at in ((b"mvhd", 16, 20), (b"mdhd", 16, 20)):
        at = -1
        while (at := lying.find(kind, at + 1)) >= 0:
            rate = int.from_bytes(lying[at + rate_at : at + rate_at + 4], "big")
            lying[at + length_at : at + length_at + 4] = min(rate * seconds, 2**32 - 1).to_bytes(4, "big")
    return bytes(lying)


def probed(file: Path) -> dict[str, Any]:
    """Return all that ffprobe can tell of a file."""
    asked = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", "-show_chapters", str(file)]
    told: dict[str, Any] = json.loads(subprocess.run(asked, check=True, capture_output=True, timeout=60).stdout)
    return told
