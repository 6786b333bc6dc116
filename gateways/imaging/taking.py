"""Reads from EXIF when, where and with what a photo was taken."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from gateways.imaging.exif import Directory, Exif
from showme.domain.takings import Place, Taking

MOST_CAMERA: Final = 60
"""Characters of a camera's name. The longest of a phone that we know of has 27."""

_MAKE: Final = 0x010F
_MODEL: Final = 0x0110
_ORIGINAL: Final = 0x9003
_ORIGINAL_OFFSET: Final = 0x9011

_LATITUDE_REF: Final = 1
_LATITUDE: Final = 2
_LONGITUDE_REF: Final = 3
_LONGITUDE: Final = 4
_TIME: Final = 7
_STATUS: Final = 9
_DATE: Final = 29

_MOMENT: Final = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", re.ASCII)
_DAY: Final = re.compile(r"(\d{4}):(\d\d):(\d\d)", re.ASCII)
_OFFSET: Final = re.compile(r"([+-])(\d\d):([0-5]\d)", re.ASCII)
_FARTHEST_OFFSET: Final = timedelta(hours=14)

_NORTHMOST: Final = 90
_EASTMOST: Final = 180
_DECIMALS: Final = 6
"""Of a degree: a tenth of a metre."""


def read_taking(exif: Exif) -> Taking:
    """Read what the camera wrote, leaving out whatever makes no sense.

    The time is that of the shutter on the camera's own clock, with its zone where it says one (phones did not before
    2016, some still do not); else the moment of the satellites, in UTC.
    Source: EXIF 2.32, sections 4.6.5 and 4.6.6.
    """
    return Taking(
        at=_shutter(exif.detail) or _satellites(exif.place), place=_place(exif.place), camera=_camera(exif.picture)
    )


def _shutter(detail: Directory) -> datetime | None:
    said = _MOMENT.fullmatch(_text(detail, _ORIGINAL))
    return _moment(said.groups(), _zone(_text(detail, _ORIGINAL_OFFSET))) if said else None


def _zone(text: str) -> timezone | None:
    said = _OFFSET.fullmatch(text.strip())
    if said is None:
        return None
    offset = timedelta(hours=int(said[2]), minutes=int(said[3])) * (-1 if said[1] == "-" else 1)
    return timezone(offset) if abs(offset) <= _FARTHEST_OFFSET else None


def _satellites(place: Directory) -> datetime | None:
    day = _DAY.fullmatch(_text(place, _DATE))
    time = _ratios(place, _TIME)
    if day is None or len(time) != 3 or not all(map(math.isfinite, time)):  # noqa: PLR2004 - hours, minutes, seconds
        return None
    return _moment((*day.groups(), *time), UTC)


def _moment(parts: tuple[str | float, ...], zone: timezone | None) -> datetime | None:
    year, month, day, hour, minute, second = map(int, parts)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def _place(place: Directory) -> Place | None:
    if _text(place, _STATUS) == "V":  # void: the receiver had lost the satellites
        return None
    latitude = _degrees(place, _LATITUDE, _LATITUDE_REF, signs={"N": 1, "S": -1}, most=_NORTHMOST)
    longitude = _degrees(place, _LONGITUDE, _LONGITUDE_REF, signs={"E": 1, "W": -1}, most=_EASTMOST)
    # Nobody calls from the sea where both are nothing; phones without satellites do write it.
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None
    return Place(latitude=latitude, longitude=longitude)


def _degrees(place: Directory, tag: int, ref: int, *, signs: dict[str, int], most: int) -> float | None:
    sign = signs.get(_text(place, ref).strip().upper())
    parts = _ratios(place, tag)
    if sign is None or len(parts) != 3:  # noqa: PLR2004 - degrees, minutes, seconds
        return None
    degrees, minutes, seconds = parts
    # Also false for what is not a number.
    if not (minutes <= 60 and seconds <= 60):  # noqa: PLR2004 - some round the last one up
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return round(sign * value, _DECIMALS) if value <= most else None


def _camera(picture: Directory) -> str | None:
    make, model = (_plain(_text(picture, tag)) for tag in (_MAKE, _MODEL))
    name = model if model.casefold().startswith(make.casefold()) else f"{make} {model}"
    return name[:MOST_CAMERA].strip() or None


def _plain(text: str) -> str:
    """Keep what is seen: no line ends, nothing that turns the direction of writing round."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _text(directory: Directory, tag: int) -> str:
    return directory[tag].text() if tag in directory else ""


def _ratios(directory: Directory, tag: int) -> tuple[float, ...]:
    return directory[tag].ratios() if tag in directory else ()
