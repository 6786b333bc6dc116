"""A photo or clip that a citizen sent, or a still that a dispatcher kept, from its acknowledgement to its end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from showme.domain import clips, pictures
from showme.domain.clips import ClipFormat, ClipState
from showme.domain.keeping_longer import Kept
from showme.domain.marks import Mark
from showme.domain.pictures import PictureFormat
from showme.domain.takings import Taking
from showme.errors import NotUnderstood

PhotoState = Literal["received", "shown", "unreadable"]
PhotoSize = Literal["preview", "shrunk", "original"]
"""A preview was made by the phone so that something is seen at once; what is shrunk, to spare a slow line."""
SIZES: Final[tuple[PhotoSize, ...]] = get_args(PhotoSize)
"""The smallest first: each takes the place of those before it."""
OriginalState = Literal["asked", "gone"]
PhotoKind = Literal["photo", "still", "clip"]

_MEDIA_TYPES: Final[dict[str, str]] = {**pictures.MEDIA_TYPES, **clips.MEDIA_TYPES}
_EXTENSIONS: Final[dict[str, str]] = {**pictures.EXTENSIONS, **clips.EXTENSIONS}
_CLIENT_ID: Final = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z_-]{6,62})[0-9A-Za-z]", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Fuller:
    """A fuller size of a photo that can be seen already; no picture for a wall is made of it yet."""

    stored_as: str = field(repr=False)
    size: PhotoSize
    is_unreadable: bool = False
    """Whether none can be made of it, so that what was there before stays to be seen."""


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo; ``id`` was made by the phone where it made one, ``stored_as`` is our own random name for its files.

    ``format``, ``bytes`` and ``sha256`` are those of the fullest size that has arrived.
    """

    id: str
    organisation: int
    invitation: str
    number: int
    state: PhotoState
    format: PictureFormat | ClipFormat
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
    size: PhotoSize = "original"
    """The size of which wall and chat have their pictures, or will have, as soon as they are made."""
    fuller: Fuller | None = None
    original: OriginalState | None = None
    """Whether a dispatcher has asked the phone for what it has not sent, or the phone has it no more."""
    kind: PhotoKind = "photo"
    """A still is a frame of the live video that a dispatcher kept; of a clip the wall picture is its poster."""
    clip: ClipState | None = None
    """Of a clip, once its poster is shown: whether there is something to play."""
    seconds: float | None = None
    """How long a clip plays, where it is known."""
    kept: Kept | None = None
    """That it is kept longer than others, until ``expires_at``."""
    marks: tuple[Mark, ...] = ()
    """What dispatchers have marked, the oldest first."""

    @property
    def due_in_chats_at(self) -> datetime:
        """When it goes from the chats: whoever has a reason to keep it longer keeps it here alone."""
        return min(self.kept.due_at, self.expires_at) if self.kept else self.expires_at

    @property
    def is_of_citizen(self) -> bool:
        """Whether the citizen sent it, and not a dispatcher kept it."""
        return self.kind != "still"

    @property
    def media_type(self) -> str:
        """What the fullest size that has arrived is, as HTTP spells it."""
        return _MEDIA_TYPES[self.format]

    @property
    def extension(self) -> str:
        """What a file of the fullest size that has arrived is called at its end."""
        return _EXTENSIONS[self.format]

    @property
    def reached(self) -> PhotoSize:
        """The fullest size that has arrived."""
        return self.fuller.size if self.fuller else self.size

    @property
    def arrived_as(self) -> str:
        """The media name of the fullest size that has arrived."""
        return self.fuller.stored_as if self.fuller else self.stored_as

    @property
    def to_be_made(self) -> str | None:
        """The media name of what has no pictures for wall and chat yet, and shall have some."""
        if self.fuller is not None and not self.fuller.is_unreadable:
            return self.fuller.stored_as
        return self.stored_as if self.state == "received" else None

    @property
    def media_names(self) -> tuple[str, ...]:
        """The media names of everything that is kept of it."""
        return (self.stored_as, self.fuller.stored_as) if self.fuller else (self.stored_as,)

    @property
    def told(self) -> dict[str, object]:
        """What the journal keeps of what has arrived."""
        return {
            "bytes": self.bytes,
            "sha256": self.sha256,
            "format": self.format,
            "kind": self.kind,
            "size": self.reached,
        }


def file_name(photo: Photo, *, incident: str | None, number: int) -> str:
    """Return the name of a photo's file: incident (or the invitation's number), time of arrival in UTC, and the id.

    Only letters that every file system takes; the incident's other signs become dashes.
    """
    about = re.sub(r"[^0-9A-Za-z]+", "-", incident or "").strip("-") or f"no{number}"
    at = photo.received_at.astimezone(UTC)
    return f"{about}_{at:%Y-%m-%d_%H-%M-%SZ}_{photo.id}.{photo.extension}"


def is_fuller(size: PhotoSize, than: PhotoSize) -> bool:
    """Whether a size takes the place of another one."""
    return SIZES.index(size) > SIZES.index(than)


def read_size(text: str) -> PhotoSize:
    """Read the size that a phone tells of what it sends; nothing is the original. Raise NotUnderstood."""
    for size in SIZES:
        if text == size:
            return size
    if text:
        raise NotUnderstood("photo_size_not_understood")
    return "original"


def read_photo_id(text: str) -> str:
    """Read an id made by the phone: 8 to 64 letters, digits, ``-`` or ``_``; raise NotUnderstood."""
    if not _CLIENT_ID.fullmatch(text):
        raise NotUnderstood("photo_id_not_understood")
    return text
