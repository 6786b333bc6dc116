"""Finding: a photo that may be looked at at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from showme.domain.photos import Photo
    from showme.records import Work


async def photo_there(work: Work, organisation: int, photo_id: str, *, now: datetime) -> Photo:
    """Return a photo; raise NotFound, also once its time has come and the files are about to go."""
    photo = await work.photos.get(organisation, photo_id)
    if photo is None or photo.expires_at <= now:
        raise NotFound
    return photo
