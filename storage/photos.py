"""The rows of photos; their files are in the media store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, select, update

from showme.domain.keeping_longer import Kept
from showme.domain.marks import Mark
from showme.domain.photos import Fuller, Photo
from showme.domain.takings import Place, Taking
from storage.tables import invitations, photo_marks, photos, sealed_photos

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from showme.domain.clips import ClipState
    from showme.domain.marks import MarkKind
    from showme.domain.photos import OriginalState
    from showme.domain.pictures import Derived


_TAKING: Final = ("taken_at", "latitude", "longitude", "camera")
_FULLER: Final = ("fuller_as", "fuller_size", "fuller_unreadable")
_KEPT: Final = ("kept_at", "kept_by", "kept_reason", "due_at")
_VALUES: Final = {"taking", "fuller", "kept", "marks"}
"""What stands in several columns, and in none when a photo is new."""


class PhotoRecords:
    """Photos through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add(self, photo: Photo) -> Photo:
        """Add a photo under the invitation's next number."""
        number = await self._connection.scalar(
            update(invitations)
            .where(invitations.c.id == photo.invitation)
            .values(photos=invitations.c.photos + 1)
            .returning(invitations.c.photos)
        )
        kept = replace(photo, number=number or 1)
        await self._connection.execute(
            insert(photos).values(**{name: value for name, value in vars(kept).items() if name not in _VALUES})
        )
        return kept

    async def arrived(self, photo: Photo) -> None:
        """Note a fuller size; what was known of the one before that nobody has seen yet is replaced."""
        fuller = photo.fuller
        await self._connection.execute(
            update(photos)
            .where(_is(photo.organisation, photo.id))
            .values(
                format=photo.format,
                bytes=photo.bytes,
                sha256=photo.sha256,
                fuller_as=fuller.stored_as if fuller else None,
                fuller_size=fuller.size if fuller else None,
                fuller_unreadable=False,
            )
        )

    async def get(self, organisation: int, photo: str) -> Photo | None:
        """Return one of this organisation's."""
        found = await self._found(select(photos).where(_is(organisation, photo)))
        return found[0] if found else None

    async def newest(
        self, organisation: int, *, invitation: str | None = None, most: int | None = 500
    ) -> Sequence[Photo]:
        """Return the newest first."""
        query = select(photos).where(photos.c.organisation == organisation)
        if invitation is not None:
            query = query.where(photos.c.invitation == invitation)
        query = query.order_by(photos.c.received_at.desc(), photos.c.invitation, photos.c.number.desc()).limit(most)
        return await self._found(query)

    async def bytes_of(self, organisation: int, invitation: str) -> int:
        """Return how many bytes an invitation's originals take."""
        taken = await self._connection.scalar(
            select(func.sum(photos.c.bytes)).where(
                photos.c.organisation == organisation, photos.c.invitation == invitation
            )
        )
        return int(taken or 0)

    async def not_yet_shown(self) -> Sequence[Photo]:
        """Return what still waits to be derived, oldest first."""
        waits = (photos.c.state == "received") | (photos.c.fuller_as.is_not(None) & ~photos.c.fuller_unreadable)
        return await self._found(select(photos).where(waits).order_by(photos.c.received_at))

    async def shown(self, photo: Photo, *, at: datetime, derived: Derived) -> None:
        """Note that a photo can be seen, and what it told of its taking."""
        taking = derived.taking
        await self._connection.execute(
            update(photos)
            .where(_is(photo.organisation, photo.id))
            .values(
                state="shown",
                shown_at=func.coalesce(photos.c.shown_at, at),
                stored_as=photo.stored_as,
                size=photo.size,
                fuller_as=photo.fuller.stored_as if photo.fuller else None,
                fuller_size=photo.fuller.size if photo.fuller else None,
                fuller_unreadable=photo.fuller.is_unreadable if photo.fuller else False,
                width=derived.width,
                height=derived.height,
                taken_at=taking.at.isoformat() if taking.at else None,
                latitude=taking.place.latitude if taking.place else None,
                longitude=taking.place.longitude if taking.place else None,
                camera=taking.camera,
            )
        )

    async def clips_being_made(self) -> Sequence[Photo]:
        """Return the clips whose poster is shown, and which nobody can play yet, oldest first."""
        return await self._found(select(photos).where(photos.c.clip == "making").order_by(photos.c.received_at))

    async def clip_is(self, photo: Photo, state: ClipState, *, seconds: float | None) -> None:
        """Note whether a clip can be played, and for how long."""
        await self._connection.execute(
            update(photos).where(_is(photo.organisation, photo.id)).values(clip=state, seconds=seconds)
        )

    async def unreadable(self, photo: Photo) -> None:
        """Note that a photo cannot be decoded, or its fuller size cannot."""
        told = {"fuller_unreadable": True} if photo.fuller is not None else {"state": "unreadable"}
        await self._connection.execute(update(photos).where(_is(photo.organisation, photo.id)).values(**told))

    async def note_original(self, photo: Photo, state: OriginalState | None) -> None:
        """Note how it stands about what the phone has not sent."""
        await self._connection.execute(update(photos).where(_is(photo.organisation, photo.id)).values(original=state))

    async def expired(self, moment: datetime, *, most: int = 200) -> Sequence[Photo]:
        """Return those whose time has come, oldest first."""
        query = select(photos).where(photos.c.expires_at <= moment).order_by(photos.c.expires_at).limit(most)
        return await self._found(query)

    async def next_expiry(self) -> datetime | None:
        """Return when the next photo expires."""
        moment: datetime | None = await self._connection.scalar(select(func.min(photos.c.expires_at)))
        return moment

    async def stored_names(self) -> frozenset[str]:
        """Return the media names of all photos, of those in quarantine too: their files are kept."""
        names: set[str] = set()
        for table in (photos, sealed_photos):
            rows = await self._connection.execute(select(table.c.stored_as, table.c.fuller_as))
            names.update(name for row in rows for name in row if name is not None)
        return frozenset(names)

    async def keep_longer(self, photo: Photo, kept: Kept, *, until: datetime) -> None:
        """Note that a photo is kept, and until when."""
        await self._set(
            photo, kept_at=kept.at, kept_by=kept.by, kept_reason=kept.reason, due_at=kept.due_at, expires_at=until
        )

    async def keep_no_longer(self, photo: Photo) -> None:
        """Let a photo go when it would have gone by itself."""
        await self._connection.execute(
            update(photos)
            .where(_is(photo.organisation, photo.id), photos.c.due_at.is_not(None))
            .values(kept_at=None, kept_by=None, kept_reason=None, due_at=None, expires_at=photos.c.due_at)
        )

    async def leaving_chats(self, moment: datetime) -> Sequence[Photo]:
        """Return those kept longer whose time in the chats is over, and that have not left them."""
        return await self._found(select(photos).where(photos.c.due_at <= moment, ~photos.c.left_chats))

    async def note_left_chats(self, photo: Photo) -> None:
        """Note that a photo leaves the chats."""
        await self._set(photo, left_chats=True)

    async def mark(self, photo: Photo, mark: Mark) -> bool:
        """Leave a mark; what is important is so once for all."""
        known = await self._marks_of(photo, mark.kind, by=mark.by if mark.kind == "seen" else None)
        if known:
            return False
        await self._connection.execute(
            insert(photo_marks).values(organisation=photo.organisation, photo=photo.id, **vars(mark))
        )
        return True

    async def unmark(self, photo: Photo, kind: MarkKind) -> bool:
        """Take a kind of mark off."""
        taken = await self._connection.execute(delete(photo_marks).where(_marks(photo), photo_marks.c.kind == kind))
        return taken.rowcount > 0

    async def forget(self, photo: Photo) -> bool:
        """Remove the row and the marks."""
        gone = await self._connection.execute(delete(photos).where(_is(photo.organisation, photo.id)))
        if gone.rowcount != 1:
            return False
        await self._connection.execute(delete(photo_marks).where(_marks(photo)))
        return True

    async def _set(self, photo: Photo, **values: object) -> None:
        await self._connection.execute(update(photos).where(_is(photo.organisation, photo.id)).values(**values))

    async def _marks_of(self, photo: Photo, kind: MarkKind, *, by: str | None) -> bool:
        query = select(func.count()).select_from(photo_marks).where(_marks(photo), photo_marks.c.kind == kind)
        if by is not None:
            query = query.where(photo_marks.c.by == by)
        return bool(await self._connection.scalar(query))

    async def _found(self, query: Select[Any]) -> list[Photo]:
        found = [photo_of(row._asdict()) for row in await self._connection.execute(query)]
        marked = await self._connection.execute(
            select(photo_marks)
            .where(photo_marks.c.organisation.in_({photo.organisation for photo in found}))
            .where(photo_marks.c.photo.in_(query.with_only_columns(photos.c.id)))  # not listed: there may be many
            .order_by(photo_marks.c.at, photo_marks.c.kind, photo_marks.c.by)
        ) if found else ()  # fmt: skip
        marks: dict[tuple[int, str], list[Mark]] = {}
        for row in marked:
            marks.setdefault((row.organisation, row.photo), []).append(Mark(kind=row.kind, by=row.by, at=row.at))
        return [
            replace(photo, marks=tuple(marks.get((photo.organisation, photo.id), ()))) if marks else photo
            for photo in found
        ]


def _is(organisation: int, photo: str) -> ColumnElement[bool]:
    return (photos.c.organisation == organisation) & (photos.c.id == photo)


def _marks(photo: Photo) -> ColumnElement[bool]:
    return (photo_marks.c.organisation == photo.organisation) & (photo_marks.c.photo == photo.id)


def photo_of(row: Mapping[str, Any]) -> Photo:
    """Return the photo of a row, without its marks."""
    columns = {name: value for name, value in row.items() if name != "left_chats"}
    taken_at, latitude, longitude, camera = (columns.pop(name) for name in _TAKING)
    fuller_as, fuller_size, is_unreadable = (columns.pop(name) for name in _FULLER)
    fuller = Fuller(stored_as=fuller_as, size=fuller_size, is_unreadable=is_unreadable) if fuller_as else None
    place = Place(latitude=latitude, longitude=longitude) if latitude is not None else None
    taking = Taking(at=datetime.fromisoformat(taken_at) if taken_at else None, place=place, camera=camera)
    at, by, reason, due_at = (columns.pop(name) for name in _KEPT)
    kept = Kept(at=at, by=by, reason=reason, due_at=due_at) if due_at is not None else None
    return Photo(**columns, taking=taking, fuller=fuller, kept=kept)
