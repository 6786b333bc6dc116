"""Enrolled chats, the parcels that wait for them, and our messages that stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, insert, select, update

from showme.domain.chats import Chat, Errand, Parcel, Posted, QuietHours, Sound, Topic, Urgency
from showme.domain.people import Role
from storage.tables import chats, enrolment_codes, organisations, parcels, posted, strangers, supervisors, topics

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

_MERGED: Final = frozenset({Errand.CARD, Errand.FAILURE, Errand.LIVE_SEEN, Errand.SHOWN})
_QUIET_NEVER: Final[dict[str, None]] = dict.fromkeys(("quiet_start", "quiet_end", "quiet_zone"))


class ChatRecords:
    """Chats through one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Read and write through a connection."""
        self._connection = connection

    async def add_code(self, digest: str, *, organisation: int, role: Role, expires_at: datetime) -> None:
        """Add a code that enrols one chat."""
        await self._connection.execute(
            insert(enrolment_codes).values(digest=digest, organisation=organisation, role=role, expires_at=expires_at)
        )

    async def spend_code(self, digest: str, now: datetime) -> tuple[int, Role] | None:
        """Use a code up."""
        spent = await self._connection.execute(
            update(enrolment_codes)
            .where(
                enrolment_codes.c.digest == digest,
                enrolment_codes.c.used_at.is_(None),
                enrolment_codes.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(enrolment_codes.c.organisation, enrolment_codes.c.role)
        )
        row = spent.one_or_none()
        return (row.organisation, row.role) if row else None

    async def enrol(
        self, *, organisation: int, telegram_id: int, title: str, role: Role, language: str, at: datetime
    ) -> Chat:
        """Enrol a chat from the journal's present head on."""
        head = await self._connection.scalar(
            select(organisations.c.last_event).where(organisations.c.id == organisation)
        )
        values = {
            "organisation": organisation, "title": title, "role": role, "language": language,
            "enrolled_at": at, "left_at": None, "cursor": head or 0, "sound": str(Sound.SOME), **_QUIET_NEVER,
        }  # fmt: skip
        known = await self._connection.scalar(select(chats.c.id).where(chats.c.telegram_id == telegram_id))
        if known is None:
            await self._connection.execute(insert(chats).values(telegram_id=telegram_id, **values))
        else:
            await self._connection.execute(delete(parcels).where(parcels.c.chat == known))
            await self._connection.execute(update(chats).where(chats.c.id == known).values(**values))
        rows = await self._connection.execute(select(chats).where(chats.c.telegram_id == telegram_id))
        return _chat(rows.one())

    async def enrolled(self, telegram_id: int) -> Chat | None:
        """Return the chat if it is enrolled."""
        return await self._one(chats.c.telegram_id == telegram_id)

    async def get(self, chat: int) -> Chat | None:
        """Return the chat while it is enrolled."""
        return await self._one(chats.c.id == chat)

    async def all(self, organisation: int | None = None) -> Sequence[Chat]:
        """Return the enrolled chats."""
        query = select(chats).where(chats.c.left_at.is_(None)).order_by(chats.c.id)
        if organisation is not None:
            query = query.where(chats.c.organisation == organisation)
        return [_chat(row) for row in await self._connection.execute(query)]

    async def leave(self, chat: int, at: datetime) -> None:
        """End the enrolment and drop what waits."""
        await self._connection.execute(update(chats).where(chats.c.id == chat).values(left_at=at))
        await self._connection.execute(delete(parcels).where(parcels.c.chat == chat))

    async def moved(self, telegram_id: int, new_telegram_id: int) -> None:
        """Follow a group to its new number; our messages stay behind, and their numbers begin anew over there."""
        gone = select(chats.c.id).where(chats.c.telegram_id == telegram_id).scalar_subquery()
        await self._connection.execute(delete(posted).where(posted.c.chat == gone))
        await self._connection.execute(delete(topics).where(topics.c.chat == gone))
        await self._connection.execute(
            update(chats).where(chats.c.telegram_id == telegram_id).values(telegram_id=new_telegram_id)
        )

    async def tell_stranger(self, telegram_id: int, day: str) -> bool:
        """Return True once a day for a chat."""
        told = await self._connection.scalar(select(strangers.c.told_on).where(strangers.c.telegram_id == telegram_id))
        if told is None:
            await self._connection.execute(insert(strangers).values(telegram_id=telegram_id, told_on=day))
        elif told != day:
            await self._connection.execute(
                update(strangers).where(strangers.c.telegram_id == telegram_id).values(told_on=day)
            )
        return told != day

    async def set_language(self, chat: int, language: str) -> None:
        """Let us speak another language."""
        await self._connection.execute(update(chats).where(chats.c.id == chat).values(language=language))

    async def set_sound(self, chat: int, sound: Sound) -> None:
        """Let other things make a sound."""
        await self._connection.execute(update(chats).where(chats.c.id == chat).values(sound=str(sound)))

    async def set_quiet(self, chat: int, quiet: QuietHours | None) -> None:
        """Let a chat be quiet at other hours."""
        values = _QUIET_NEVER if quiet is None else {
            "quiet_start": quiet.start, "quiet_end": quiet.end, "quiet_zone": quiet.zone,
        }  # fmt: skip
        await self._connection.execute(update(chats).where(chats.c.id == chat).values(**values))

    async def advance(self, chat: int, cursor: int) -> None:
        """Move the chat's cursor in the journal."""
        await self._connection.execute(update(chats).where(chats.c.id == chat).values(cursor=cursor))

    async def pack(
        self, chat: int, *, urgency: Urgency, errand: Errand, invitation: str | None, photo: str | None, event: int
    ) -> None:
        """Add a parcel, merging those of one invitation that are written as things stand when they leave."""
        if errand in _MERGED:
            waiting = await self._connection.execute(
                select(parcels.c.id, parcels.c.urgency).where(
                    parcels.c.chat == chat, parcels.c.errand == errand, parcels.c.invitation == invitation
                )
            )
            row = waiting.first()
            if row is not None:
                await self._connection.execute(
                    update(parcels).where(parcels.c.id == row.id).values(event=event, urgency=min(urgency, row.urgency))
                )
                return
        await self._connection.execute(
            insert(parcels).values(
                chat=chat, urgency=int(urgency), errand=str(errand), invitation=invitation, photo=photo, event=event,
                attempts=0, perhaps_sent=False,
            )
        )  # fmt: skip

    async def next_parcel(self, chat: int, now: datetime) -> Parcel | None:
        """Return the parcel that leaves next."""
        first = await self.next_parcels(chat, now, most=1)
        return first[0] if first else None

    async def next_parcels(self, chat: int, now: datetime, *, most: int) -> Sequence[Parcel]:
        """Return the parcels that leave next."""
        rows = await self._connection.execute(
            select(parcels)
            .where(parcels.c.chat == chat, parcels.c.not_before.is_(None) | (parcels.c.not_before <= now))
            .order_by(parcels.c.urgency, parcels.c.id)
            .limit(most)
        )
        return [
            Parcel(**{**row._asdict(), "urgency": Urgency(row.urgency), "errand": Errand(row.errand)}) for row in rows
        ]

    async def mark(self, parcel: Parcel, *, perhaps_sent: bool) -> None:
        """Note whether a parcel may have arrived."""
        await self._connection.execute(
            update(parcels).where(parcels.c.id == parcel.id).values(perhaps_sent=perhaps_sent)
        )

    async def spoken_since(self, chat: int, moment: datetime) -> tuple[Sequence[datetime], int]:
        """Return when our messages were sent, and how many parcels may have been."""
        sent = await self._connection.execute(
            select(posted.c.sent_at).where(posted.c.chat == chat, posted.c.sent_at > moment).order_by(posted.c.sent_at)
        )
        perhaps = await self._connection.scalar(
            select(func.count()).where(parcels.c.chat == chat, parcels.c.perhaps_sent.is_(True))
        )
        return list(sent.scalars()), perhaps or 0

    async def next_moment(self, chat: int) -> datetime | None:
        """Return until when the first waiting parcel waits."""
        moment: datetime | None = await self._connection.scalar(
            select(func.min(parcels.c.not_before)).where(parcels.c.chat == chat)
        )
        return moment

    async def delivered(self, parcel: Parcel, message: Posted | None) -> None:
        """Remove a parcel unless a newer event was merged into it meanwhile, and note our message."""
        await self._connection.execute(
            delete(parcels).where(parcels.c.id == parcel.id, parcels.c.event == parcel.event)
        )
        # What was merged into it meanwhile has not left yet.
        await self.mark(parcel, perhaps_sent=False)
        if message is not None:
            await self.note_posted(message)

    async def note_posted(self, message: Posted) -> None:
        """Note a message of ours."""
        await self._connection.execute(
            insert(posted).values(
                chat=message.chat,
                message_id=message.message_id,
                errand=str(message.errand),
                invitation=message.invitation,
                photo=message.photo,
                sent_at=message.sent_at,
                note=message.note,
            )
        )

    async def postpone(self, parcel: Parcel, *, until: datetime, perhaps_sent: bool) -> None:
        """Keep a parcel for another attempt."""
        await self._connection.execute(
            update(parcels)
            .where(parcels.c.id == parcel.id)
            .values(attempts=parcel.attempts + 1, not_before=until, perhaps_sent=perhaps_sent or parcel.perhaps_sent)
        )

    async def posted(self, chat: int, *, invitation: str, errand: Errand, photo: str | None = None) -> Sequence[Posted]:
        """Return our messages about an invitation or a photo."""
        query = select(posted).where(
            posted.c.chat == chat, posted.c.invitation == invitation, posted.c.errand == str(errand)
        )
        if photo is not None:
            query = query.where(posted.c.photo == photo)
        return [_posted(row) for row in await self._connection.execute(query.order_by(posted.c.message_id))]

    async def newest_message(self, chat: int) -> int | None:
        """Return the number of our newest message."""
        number: int | None = await self._connection.scalar(
            select(func.max(posted.c.message_id)).where(posted.c.chat == chat)
        )
        return number

    async def annotate(self, message: Posted, note: str) -> None:
        """Note what a message tells beside its errand."""
        await self._connection.execute(
            update(posted)
            .where(posted.c.chat == message.chat, posted.c.message_id == message.message_id)
            .values(note=note)
        )

    async def about(self, chat: int, message_id: int) -> Posted | None:
        """Return what a message of ours is about."""
        rows = await self._connection.execute(
            select(posted).where(posted.c.chat == chat, posted.c.message_id == message_id)
        )
        row = rows.one_or_none()
        return _posted(row) if row else None

    async def removed(self, message: Posted) -> None:
        """Note that a message no longer stands."""
        await self._connection.execute(
            delete(posted).where(posted.c.chat == message.chat, posted.c.message_id == message.message_id)
        )

    async def topic(self, chat: int, subject: str) -> Topic | None:
        """Return the topic of a subject."""
        rows = await self._connection.execute(select(topics).where(topics.c.chat == chat, topics.c.subject == subject))
        row = rows.one_or_none()
        return Topic(**row._asdict()) if row else None

    async def keep_topic(self, topic: Topic) -> None:
        """Note a topic."""
        await self._connection.execute(
            delete(topics).where(topics.c.chat == topic.chat, topics.c.subject == topic.subject)
        )
        await self._connection.execute(insert(topics).values(**vars(topic)))

    async def appoint(self, *, organisation: int, telegram_id: int, name: str, by: str, at: datetime) -> bool:
        """Make a person a supervisor."""
        if await self.is_supervisor(organisation, telegram_id):
            return False
        await self._connection.execute(
            insert(supervisors).values(organisation=organisation, telegram_id=telegram_id, name=name, by=by, at=at)
        )
        return True

    async def dismiss(self, organisation: int, telegram_id: int) -> str | None:
        """End that, and return the name."""
        gone = await self._connection.execute(
            delete(supervisors)
            .where(supervisors.c.organisation == organisation, supervisors.c.telegram_id == telegram_id)
            .returning(supervisors.c.name)
        )
        name: str | None = gone.scalar_one_or_none()
        return name

    async def is_supervisor(self, organisation: int, telegram_id: int) -> bool:
        """Whether a person was made a supervisor."""
        found = await self._connection.scalar(
            select(supervisors.c.name).where(
                supervisors.c.organisation == organisation, supervisors.c.telegram_id == telegram_id
            )
        )
        return found is not None

    async def supervisors(self, organisation: int) -> Sequence[tuple[int, str]]:
        """Return their numbers and names."""
        rows = await self._connection.execute(
            select(supervisors.c.telegram_id, supervisors.c.name)
            .where(supervisors.c.organisation == organisation)
            .order_by(supervisors.c.at)
        )
        return [(row.telegram_id, row.name) for row in rows]

    async def _one(self, which: ColumnElement[bool]) -> Chat | None:
        rows = await self._connection.execute(select(chats).where(which, chats.c.left_at.is_(None)))
        row = rows.one_or_none()
        return _chat(row) if row else None


def _chat(row: Row[tuple[object, ...]]) -> Chat:
    return Chat(
        id=row.id,
        organisation=row.organisation,
        telegram_id=row.telegram_id,
        title=row.title,
        role=row.role,
        language=row.language,
        enrolled_at=row.enrolled_at,
        cursor=row.cursor,
        sound=Sound(row.sound),
        quiet=QuietHours(start=row.quiet_start, end=row.quiet_end, zone=row.quiet_zone) if row.quiet_zone else None,
    )


def _posted(row: Row[tuple[object, ...]]) -> Posted:
    return Posted(**{**row._asdict(), "errand": Errand(row.errand)})
