"""Turns what the journal says into parcels for one chat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bot.failing import FAILURES
from bot.origin import is_of_chat
from bot.supervising import Told
from showme.domain.chats import Chat, Errand, Urgency
from showme.domain.events import Event, Kind
from showme.records import Records, Work

MOST_AT_ONCE: Final = 200

_ON_THE_CARD: Final = frozenset(
    {
        Kind.INVITATION_RESENT, Kind.INVITATION_CLOSED, Kind.INVITATION_EXPIRED, Kind.INVITATION_FORGOTTEN,
        Kind.SMS_ACCEPTED, Kind.SMS_DELIVERED, Kind.SMS_REFUSED, Kind.SMS_UNKNOWN,
        Kind.PAGE_LOADED, Kind.TAPPED, Kind.CAMERA_ALLOWED, Kind.CAMERA_REFUSED, Kind.PHONE_DESCRIBED,
        Kind.LOCATION_REPORTED, Kind.PHOTO_RECEIVED, Kind.PHOTO_SHOWN, Kind.PHOTO_UNREADABLE,
        Kind.PHOTO_FORGOTTEN, Kind.PHOTO_QUARANTINED, Kind.PHOTO_RELEASED,
        Kind.LIVE_BEGAN, Kind.LIVE_ENDED, Kind.STILL_RECEIVED, Kind.PICTURE_SEEN,
        Kind.PAGE_SHOWN, Kind.PAGE_HIDDEN, Kind.PAGE_LEFT, Kind.PAGE_SILENT, Kind.PAGE_TOLD, Kind.HANDED_OVER,
    }
)  # fmt: skip
"""What changes the text of a card that stands."""

_ASKED_FOR: Final = frozenset({Kind.INVITATION_CREATED, Kind.INVITATION_CLOSED})
"""What somebody waits to see on the card: it does not wait behind other edits."""

_BESIDE_THE_CARD: Final[Mapping[Kind, Sequence[tuple[Urgency, Errand]]]] = {
    Kind.PHOTO_SHOWN: ((Urgency.PICTURE, Errand.PHOTO),),
    Kind.PHOTO_COMPLETED: ((Urgency.EDIT, Errand.WHOLE_PHOTO),),
    Kind.CLIP_READY: ((Urgency.PICTURE, Errand.CLIP),),
    Kind.CLIP_UNPLAYABLE: ((Urgency.PICTURE, Errand.CLIP),),
    Kind.LOCATION_REPORTED: ((Urgency.PICTURE, Errand.LOCATION),),
    # One urgency for both, so that no end overtakes its beginning.
    Kind.LIVE_BEGAN: ((Urgency.PICTURE, Errand.LIVE),),
    Kind.LIVE_ENDED: ((Urgency.PICTURE, Errand.LIVE_ENDED), (Urgency.CARD, Errand.FAILURE)),
    # Before the edit of the card that tells it.
    Kind.PICTURE_SEEN: ((Urgency.CARD, Errand.LIVE_SEEN),),
    # Beside photos, in the order in which they came.
    Kind.SENTENCE_HEARD: ((Urgency.PICTURE, Errand.SENTENCE),),
    Kind.SENTENCE_SAID: ((Urgency.CARD, Errand.SENTENCE),),
    Kind.SENTENCE_SHOWN: ((Urgency.CARD, Errand.SHOWN),),
    Kind.PHOTO_FORGOTTEN: ((Urgency.CLEARING, Errand.FORGET_PHOTO),),
    Kind.PHOTO_LEFT_CHATS: ((Urgency.CLEARING, Errand.FORGET_PHOTO),),
    Kind.PHOTO_QUARANTINED: ((Urgency.AT_ONCE, Errand.FORGET_PHOTO),),
    Kind.PHOTO_RELEASED: ((Urgency.PICTURE, Errand.PHOTO), (Urgency.PICTURE, Errand.CLIP)),
    Kind.INVITATION_FORGOTTEN: ((Urgency.CLEARING, Errand.FORGET_INVITATION),),
    **dict.fromkeys(FAILURES - {Kind.LIVE_ENDED}, ((Urgency.CARD, Errand.FAILURE),)),
}

_OF_ONE_PHOTO: Final = frozenset({Errand.PHOTO, Errand.WHOLE_PHOTO, Errand.CLIP, Errand.FORGET_PHOTO})


def errands_for(kind: Kind) -> Sequence[tuple[Urgency, Errand]]:
    """Return what an event asks to be done in a dispatchers' chat, the most urgent first."""
    errands = list(_BESIDE_THE_CARD.get(kind, ()))
    if kind in _ASKED_FOR:
        errands.append((Urgency.CARD, Errand.CARD))
    elif kind in _ON_THE_CARD:
        errands.append((Urgency.EDIT, Errand.CARD))
    return errands


class Notices:
    """Follows the journal for one chat, by the chat's own cursor."""

    def __init__(self, chat: int, *, records: Records) -> None:
        """Pack for a chat."""
        self._chat = chat
        self._records = records
        self._told = Told()

    async def pack(self) -> tuple[int, int, int] | None:
        """Pack what happened since the chat's cursor, and move it, in one transaction.

        Return the organisation, the cursor, and how many events there were; None when the chat is not enrolled.
        """
        told = self._told

        async def packing(work: Work) -> tuple[int, int, int] | None:
            nonlocal told
            chat = await work.chats.get(self._chat)
            if chat is None:
                return None
            events = await work.journal.since(chat.organisation, chat.cursor, most=MOST_AT_ONCE)
            if not events:
                return chat.organisation, chat.cursor, 0
            # Supervisors follow in their own chat, where no photo and no citizen's place belongs.
            if chat.role == "dispatcher":
                for event in _without_older_locations(events):
                    if not is_of_chat(event, chat):
                        await _pack(work, chat.id, event)
            else:
                told = await _pack_notices(work, chat, events, self._told)
            await work.chats.advance(chat.id, events[-1].number)
            return chat.organisation, events[-1].number, len(events)

        packed = await self._records.write(packing)
        self._told = told
        return packed


async def _pack(work: Work, chat: int, event: Event) -> None:
    if event.invitation is None:
        return
    for urgency, errand in errands_for(event.kind):
        photo = event.photo if errand in _OF_ONE_PHOTO else None
        await work.chats.pack(
            chat, urgency=urgency, errand=errand, invitation=event.invitation, photo=photo, event=event.number
        )


async def _pack_notices(work: Work, chat: Chat, events: Sequence[Event], told: Told) -> Told:
    """Pack what supervisors are told of; return what they have been told then."""
    for event in events:
        told, is_news = told.after(event)
        if is_news:
            await work.chats.pack(
                chat.id, urgency=Urgency.CARD, errand=Errand.NOTICE, invitation=None, photo=None, event=event.number
            )
    return told


def _without_older_locations(events: Sequence[Event]) -> Iterable[Event]:
    """Leave out where a phone was, where the same batch says where it is."""
    newest = {event.invitation: event.number for event in events if event.kind is Kind.LOCATION_REPORTED}
    return (
        event
        for event in events
        if event.kind is not Kind.LOCATION_REPORTED or newest[event.invitation] == event.number
    )
