"""A photo that a citizen sent, from its acknowledgement to its end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from showme.domain.pictures import PictureFormat
from showme.domain.takings import Taking
from showme.errors import NotUnderstood

PhotoState = Literal["received", "shown", "unreadable"]

_CLIENT_ID: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z_-]{6,62})[0-9A-Za-z]", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo; ``id`` was made by the phone where it made one, ``stored_as`` is our own random name for its files."""

    id: str
    organisation: int
    invitation: str
    number: int
    state: PhotoState
    format: PictureFormat
    bytes: int
    sha256: str
    stored_as: str = field(repr=False)
    received_at: datetime
    expires_at: datetime
    shown_at: datetime | None = None
    width: int | None = None
    height: int | None = None
    clock: int | None = None
    """Minutes by which the phone's clock was ahead of UTC, if it told."""
    taking: Taking = field(default_factory=Taking)
    """What the file told of its taking, before the copies were stripped of it."""


def read_photo_id(text: str) -> str:
    """Read an id made by the phone: 8 to 64 letters, digits, ``-`` or ``_``; raise NotUnderstood."""
    if not _CLIENT_ID.fullmatch(text):
        raise NotUnderstood("photo_id_not_understood")
    return text
