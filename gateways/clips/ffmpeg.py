"""Looks into clips and makes them playable by ffmpeg, confined; implements the port ``Clips``."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Final

from gateways.clips.running import Failed, Limits, run
from gateways.clips.sniffing import sniff_file
from gateways.clips.telling import ASKED, Told, read_told
from showme.domain.clips import MOST_PIXELS, MOST_SECONDS, Film
from showme.errors import NotAPicture, NotReadable, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from showme.domain.clips import ClipFormat

_MEBIBYTE: Final = 1024 * 1024
_TO_LOOK: Final = Limits(memory=1024 * _MEBIBYTE, processor=10, clock=20.0, written=0)
_TO_DRAW: Final = Limits(memory=2048 * _MEBIBYTE, processor=20, clock=40.0, written=16 * _MEBIBYTE)
_TO_COPY: Final = Limits(memory=1024 * _MEBIBYTE, processor=60, clock=120.0, written=256 * _MEBIBYTE)
_TO_ENCODE: Final = Limits(memory=2048 * _MEBIBYTE, processor=1200, clock=1200.0, written=256 * _MEBIBYTE)
"""Measured in docs/decisions/0010."""

_LOOKED_AT: Final = 8 * MOST_PIXELS
"""Of what has more pixels than we take we still want to know how many, to say so."""

_LOOKING_AT_ONCE: Final = 4
_MAKING_AT_ONCE: Final = 2

_DEMUXERS: Final[dict[ClipFormat, str]] = {"mp4": "mov", "mov": "mov", "webm": "matroska"}
"""ffmpeg never guesses what a file is: a playlist named as a film would make it open other files and addresses."""

_DECODERS: Final = (
    "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4,h263,mjpeg,png,mov_text,webvtt,"
    "aac,aac_latm,mp3,mp3float,opus,libopus,vorbis,libvorbis,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,alac,"
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_f32le,pcm_u8,pcm_alaw,pcm_mulaw"
)
"""What phones, cameras and messengers write; ffmpeg has hundreds more, and their mistakes are nobody's need.

Covers and subtitles are among them, because ffprobe gives up on a clip when it may not open every track.
"""

_ANY_H264_SEI: Final = "filter_units=remove_types=6"
"""Beside the pictures H.264 carries messages (SEI), where cameras of cars and drones write their place."""

_POSTER_EDGE: Final = 1920
_EDGE: Final = 1280
"""720p lying, or standing."""
_MOMENT_SHOWN: Final = 0.5


class FfmpegClips:
    """Looks into clips and makes films of them with the programs ``ffprobe`` and ``ffmpeg`` of the system."""

    def __init__(self, *, ffprobe: str | None, ffmpeg: str | None) -> None:
        """Take the programs' paths, None where one is not installed."""
        self._ffprobe = ffprobe
        self._ffmpeg = ffmpeg
        self._looking = asyncio.Semaphore(_LOOKING_AT_ONCE)
        self._making = asyncio.Semaphore(_MAKING_AT_ONCE)

    @classmethod
    def installed(cls) -> FfmpegClips:
        """Find the programs on this machine, or none."""
        return cls(ffprobe=shutil.which("ffprobe"), ffmpeg=shutil.which("ffmpeg"))

    @property
    def is_installed(self) -> bool:
        """Whether both programs are there."""
        return self._ffprobe is not None and self._ffmpeg is not None

    async def can_encode(self) -> bool:
        """Whether what no browser plays can be encoded anew; for ``doctor``."""
        if self._ffmpeg is None:
            return False
        try:
            said = await run(self._ffmpeg, ("-v", "error", "-encoders"), limits=_TO_LOOK)
        except (Failed, Unavailable):
            return False
        return b" libx264 " in said

    async def recognise(self, file: Path) -> ClipFormat | None:
        """Tell a clip from its first bytes, None for anything else; raise NotAPicture (``clips_not_installed``)."""
        kind = await asyncio.to_thread(sniff_file, file)
        if kind is not None and not self.is_installed:
            raise NotAPicture("clips_not_installed")
        return kind

    async def look(self, file: Path) -> Film:
        """Read what a clip says of itself, without decoding; raise NotAPicture, NotReadable (``clip_damaged``)."""
        kind, told = await self._told(file)
        width, height = told.upright_size()
        return Film(
            format=kind,
            width=width,
            height=height,
            seconds=told.seconds,
            is_playable=told.is_playable(kind),
            taking=told.taking(),
        )

    async def draw_poster(self, file: Path, film: Film, *, into: Path) -> None:
        """Decode one picture of the beginning, upright, into a JPEG; raise NotReadable (``clip_damaged``)."""
        edge = f"scale=w='min({_POSTER_EDGE},iw)':h='min({_POSTER_EDGE},ih)':force_original_aspect_ratio=decrease"
        told = (await self._told(file))[1]
        last = 0.0 if film.seconds is None else film.seconds / 2
        for moment in dict.fromkeys((min(_MOMENT_SHOWN, last), 0.0)):
            said = (
                *("-ss", f"{moment:.3f}", *_input(film.format, file), *_pictures(told), "-an", "-frames:v", "1"),
                *("-vf", f"{edge},format=yuvj420p", "-c:v", "mjpeg", "-q:v", "2", "-f", "image2", "-update", "1"),
            )
            try:
                await self._make(said, into=into, limits=_TO_DRAW)
            except NotReadable:
                continue
            if await asyncio.to_thread(_has_bytes, into):
                return
        raise NotReadable("clip_damaged")

    async def copy(self, file: Path, film: Film, *, into: Path) -> Film:
        """Write the same pictures, and the sound, as an MP4 that tells nothing else; raise NotReadable, StorageFull."""
        told = (await self._told(file))[1]
        said = (
            *(*_input(film.format, file), *_pictures(told), *_sound(told)),
            *("-xerror", "-c:v", "copy", "-bsf:v", _ANY_H264_SEI, *_MP4),
        )
        return await self._made(said, into=into, limits=_TO_COPY)

    async def encode(self, file: Path, film: Film, *, into: Path) -> Film:
        """Write the pictures anew, as H.264 of at most 720p that every browser plays; raise as ``copy`` does."""
        edge = (
            f"scale=w='min({_EDGE},iw)':h='min({_EDGE},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2"
        )
        told = (await self._told(file))[1]
        said = (
            *(*_input(film.format, file), *_pictures(told), *_sound(told)),
            *("-vf", f"{edge},format=yuv420p", "-fpsmax", "30", "-metadata:s:v", "encoder= "),
            *("-c:v", "libx264", "-threads", "2", "-profile:v", "baseline", "-preset", "veryfast"),
            *("-crf", "25", "-maxrate", "2500k", "-bufsize", "5000k"),
            *("-bsf:v", _ANY_H264_SEI, *_MP4),
        )
        return await self._made(said, into=into, limits=_TO_ENCODE)

    async def _told(self, file: Path) -> tuple[ClipFormat, Told]:
        kind = await self.recognise(file)
        if kind is None or self._ffprobe is None:
            raise NotReadable("clip_damaged")
        said = ("-v", "error", *_input(kind, file, most_pixels=_LOOKED_AT), "-show_entries", ASKED, "-of", "json")
        async with self._looking:
            try:
                told = read_told(await run(self._ffprobe, said, limits=_TO_LOOK))
            except (Failed, ValueError) as fault:
                raise NotReadable("clip_damaged") from fault
        if told.pictures is None:
            raise NotReadable("clip_damaged")
        return kind, told

    async def _made(self, said: Sequence[str], *, into: Path, limits: Limits) -> Film:
        """Make a film and look into it: what cannot be played must not be called playable."""
        await self._make(said, into=into, limits=limits)
        try:
            return await self.look(into)
        except BaseException:
            _remove(into)
            raise

    async def _make(self, said: Sequence[str], *, into: Path, limits: Limits) -> None:
        if self._ffmpeg is None:
            raise Unavailable
        async with self._making:
            try:
                await run(self._ffmpeg, ("-v", "error", "-nostdin", "-y", *said, f"file:{into}"), limits=limits)
            except BaseException as fault:
                _remove(into)
                if isinstance(fault, Failed):
                    raise NotReadable("clip_damaged") from fault
                raise


_MP4: Final = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-write_tmcd", "0", "-fflags", "+bitexact", "-flags", "+bitexact"),
    *("-t", str(MOST_SECONDS + 1), "-max_muxing_queue_size", "1024", "-movflags", "+faststart", "-f", "mp4"),
)
"""Nothing is told that is not seen or heard, and the table of contents comes first, so that playing begins at once."""


def _input(kind: ClipFormat, file: Path, *, most_pixels: int = MOST_PIXELS) -> tuple[str, ...]:
    """Name the file in a way that cannot be taken for anything else, and read nothing but it."""
    return (
        *("-protocol_whitelist", "file", "-format_whitelist", _DEMUXERS[kind], "-codec_whitelist", _DECODERS),
        *("-max_pixels", str(most_pixels), "-threads", "2", "-f", _DEMUXERS[kind], "-i", f"file:{file}"),
    )


def _pictures(told: Told) -> tuple[str, ...]:
    return ("-map", f"0:{told.pictures.index}") if told.pictures else ()


def _sound(told: Told) -> tuple[str, ...]:
    if told.sound is None:
        return ("-an",)
    how = ("-c:a", "copy") if told.has_playable_sound() else ("-c:a", "aac", "-b:a", "96k", "-ac", "2")
    return ("-map", f"0:{told.sound.index}", *how)


def _remove(file: Path) -> None:
    file.unlink(missing_ok=True)


def _has_bytes(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0
