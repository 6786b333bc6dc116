"""Reads what ffprobe tells of a clip; every word of it comes from whoever made the file."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from showme.domain.takings import Place, Taking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from showme.domain.clips import ClipFormat

ASKED: Final = (
    "stream=index,codec_type,codec_name,width,height,pix_fmt,duration"
    ":stream_disposition=attached_pic:stream_side_data=rotation:stream_tags:format=duration:format_tags"
)
"""What ffprobe is asked for (``-show_entries``), and nothing else."""

_MOST_EDGE: Final = 1 << 16
_MOST_TEXT: Final = 60
_DECIMALS: Final = 6
_SIDEWAYS: Final = 90

_PICTURES: Final = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "h263", "mjpeg"})
_SOUNDS: Final = frozenset(
    {"aac", "aac_latm", "mp3", "opus", "vorbis", "amr_nb", "amr_wb", "alac", "pcm_alaw", "pcm_mulaw", "pcm_u8"}
    | {f"pcm_{depth}{order}" for depth in ("s16", "s24", "f32") for order in ("le", "be")}
)
"""What is taken at all; a phone's further tracks, such as sound all around, are left out."""

_PLAYABLE_PICTURES: Final = ("h264", frozenset({"yuv420p", "yuvj420p"}))
"""What Chrome, Firefox and Safari all play in an MP4, and phones write: H.264 of eight bits, 4:2:0."""
_PLAYABLE_SOUND: Final = "aac"

_PLACE: Final = re.compile(r"([+-]\d{1,3}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)(?:[+-]\d+(?:\.\d+)?)?/?", re.ASCII)
"""ISO 6709 in degrees, with or without a height."""
_AT: Final = ("com.apple.quicktime.creationdate", "creation_time")
_WHERE: Final = ("com.apple.quicktime.location.ISO6709", "location")
_MAKE: Final = ("com.apple.quicktime.make", "make")
_MODEL: Final = ("com.apple.quicktime.model", "model")
_NEVER_SET: Final = 2000
"""Clocks that nobody has set begin in 1904 or 1970."""


def _seconds_or_none(value: object) -> float | None:
    try:
        seconds = float(str(value))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


_Seconds = Annotated[float | None, BeforeValidator(_seconds_or_none)]


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Disposition(_Told):
    attached_pic: int = 0


class _Side(_Told):
    rotation: int | None = None


class Stream(_Told):
    """One track: moving pictures, sound, or something that we leave out."""

    index: int = Field(ge=0, le=1000)
    codec_type: str = ""
    codec_name: str = ""
    width: int = Field(default=0, ge=0, le=_MOST_EDGE)
    height: int = Field(default=0, ge=0, le=_MOST_EDGE)
    pix_fmt: str = ""
    duration: _Seconds = None
    disposition: _Disposition = _Disposition()
    side_data_list: tuple[_Side, ...] = ()
    tags: dict[str, str] = {}


class _Format(_Told):
    duration: _Seconds = None
    tags: dict[str, str] = {}


class Told(_Told):
    """What a clip tells."""

    streams: tuple[Stream, ...] = ()
    format: _Format = _Format()

    @property
    def pictures(self) -> Stream | None:
        """The one track of moving pictures that is taken: the first that is not a cover."""
        return next(
            (
                stream
                for stream in self.streams
                if stream.codec_type == "video"
                and stream.codec_name in _PICTURES
                and not stream.disposition.attached_pic
                and stream.width * stream.height
            ),
            None,
        )

    @property
    def sound(self) -> Stream | None:
        """The one track of sound that is taken."""
        return next((one for one in self.streams if one.codec_type == "audio" and one.codec_name in _SOUNDS), None)

    @property
    def seconds(self) -> float | None:
        """How long it plays: the longest that anything in it claims."""
        claims = [claim for claim in (self.format.duration, *(one.duration for one in self.streams)) if claim]
        return max(claims, default=None)

    def upright_size(self) -> tuple[int, int]:
        """Return width and height as they are seen, once turned; there must be pictures."""
        stream = self.pictures
        if stream is None:
            raise ValueError("a clip without pictures has no size")
        turns = [side.rotation for side in stream.side_data_list if side.rotation is not None]
        is_sideways = bool(turns) and turns[0] % (2 * _SIDEWAYS) == _SIDEWAYS
        return (stream.height, stream.width) if is_sideways else (stream.width, stream.height)

    def is_playable(self, kind: ClipFormat) -> bool:
        """Whether browsers play these pictures from an MP4 as they are."""
        codec, layouts = _PLAYABLE_PICTURES
        stream = self.pictures
        return kind != "webm" and stream is not None and stream.codec_name == codec and stream.pix_fmt in layouts

    def has_playable_sound(self) -> bool:
        """Whether browsers play this sound from an MP4 as it is."""
        return self.sound is not None and self.sound.codec_name == _PLAYABLE_SOUND

    def taking(self) -> Taking:
        """Return when, where and with what it was taken, leaving out whatever makes no sense."""
        tags = {**(self.pictures.tags if self.pictures else {}), **self.format.tags}
        make, model = (_plain(_first(tags, names)) for names in (_MAKE, _MODEL))
        camera = model if model.casefold().startswith(make.casefold()) else f"{make} {model}"
        return Taking(
            at=_moment(_first(tags, _AT)),
            place=_place(_first(tags, _WHERE)),
            camera=camera.strip()[:_MOST_TEXT].strip() or None,
        )


def read_told(said: bytes) -> Told:
    """Read ffprobe's JSON; raise ValueError."""
    try:
        return Told.model_validate_json(said)
    except ValidationError as fault:
        raise ValueError("ffprobe told something odd") from fault


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((tags[name] for name in names if tags.get(name)), "")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        if moment.year < _NEVER_SET or moment.utcoffset() is None:
            return None
    except (ValueError, OverflowError):
        return None
    return moment


def _place(text: str) -> Place | None:
    said = _PLACE.fullmatch(text.strip())
    if said is None:
        return None
    latitude, longitude = (round(float(number), _DECIMALS) for number in said.groups())
    is_on_earth = abs(latitude) <= 90 and abs(longitude) <= 180  # noqa: PLR2004 - degrees
    return Place(latitude=latitude, longitude=longitude) if is_on_earth and (latitude or longitude) else None


def _plain(text: str) -> str:
    """Keep what is seen: no line ends, nothing that turns the direction of writing round."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
