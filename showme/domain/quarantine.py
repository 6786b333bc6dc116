"""Quarantine: a picture that may be unlawful is taken out of every view, and waits sealed for a supervisor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from showme.domain.events import Event, Kind
from showme.domain.photos import Photo

LEAVING: Final = frozenset({Kind.PHOTO_FORGOTTEN, Kind.PHOTO_QUARANTINED, Kind.PHOTO_RELEASED})
"""What decides whether a photo is there."""
_AFTER: Final = timedelta(days=1)
_BEFORE: Final = (timedelta(days=7), timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A photo in quarantine; ``photo`` is as it stood, and comes back like that when it is released."""

    photo: Photo
    at: datetime
    by: str
    ends_at: datetime
    """When it is deleted for ever, unless somebody decides before."""
    reminded_at: datetime | None = None

    def is_to_be_told_again(self, now: datetime) -> bool:
        """Whether supervisors are to be reminded: a day after it was sealed, and seven days and one before the end."""
        told_at = self.reminded_at or self.at
        moments = (self.at + _AFTER, *(self.ends_at - before for before in _BEFORE))
        return any(told_at < moment <= now for moment in moments)

    def released(self, now: datetime) -> Photo:
        """Return the photo as it comes back: its time has stood still meanwhile, but for a day that was set."""
        left = self.photo.expires_at - self.at
        is_kept = self.photo.kept is not None
        expires_at = max(self.photo.expires_at, now) if is_kept else now + left
        photo = replace(self.photo, expires_at=expires_at)
        # Whoever made a film of it has found it gone, and stopped: the work begins again.
        return replace(photo, state="received", clip=None) if photo.clip == "making" else photo


def end_of_sealing(photo: Photo, *, at: datetime, days: int) -> datetime:
    """Return when a sealed photo is deleted if nobody decides: never before the day until which it is to be kept."""
    end = at + timedelta(days=days)
    return max(end, photo.expires_at) if photo.kept is not None else end


def gone(events: Iterable[Event]) -> frozenset[str]:
    """Return the ids of the photos that are not there any more, from the events of ``LEAVING``, the oldest first."""
    ids: set[str] = set()
    for event in events:
        if event.photo is None:
            continue
        if event.kind is Kind.PHOTO_RELEASED:
            ids.discard(event.photo)
        else:
            ids.add(event.photo)
    return frozenset(ids)
