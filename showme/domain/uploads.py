"""A photo that arrives in pieces, from its announcement to its last byte."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from showme.domain.photos import PhotoSize

LIFE: Final = timedelta(hours=1)
"""How long an upload waits for its next byte; the invitation's end ends it sooner."""

MOST_UPLOADS: Final = 20
MOST_BYTES_TOGETHER: Final = 200 * 1024 * 1024
"""What one invitation may have begun and not finished, announced bytes counted."""

ChecksumAlgorithm = Literal["sha1", "sha256"]


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An upload; ``id`` is our own random name, and its file's; ``photo`` is the id that its photo will have."""

    id: str
    organisation: int
    invitation: str
    photo: str
    length: int
    metadata: str = field(repr=False)
    """What the client told of it, handed back as it came."""
    made_at: datetime
    expires_at: datetime
    size: PhotoSize = "original"
    """As which its photo arrives."""


@dataclass(frozen=True, kw_only=True)
class Checksum:
    """What a piece's bytes must come to."""

    algorithm: ChecksumAlgorithm
    digest: bytes
