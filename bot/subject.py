"""Gathers what a parcel is about, as it stands at the moment at which the parcel leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.topics import subject_of
from showme.domain.chats import Chat, Errand, Parcel, Posted
from showme.domain.events import Event
from showme.domain.invitations import Invitation
from showme.domain.organisations import Organisation
from showme.domain.photos import Photo
from showme.domain.quarantine import LEAVING, gone
from showme.records import Records, Work

_STANDS_AS: Final = {Errand.CLIP: Errand.PHOTO, Errand.WHOLE_PHOTO: Errand.PHOTO}
"""What a clip stands as in a chat: a photo's message, which its poster may have been before; and a preview's photo."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a parcel is about."""

    chat: Chat
    parcel: Parcel
    invitation: Invitation
    organisation: Organisation
    credits_left: int
    photo: Photo | None
    event: Event | None
    """The newest that the parcel is about."""
    card: Posted | None
    live: Posted | None
    """Our message that says that the video is live, while it is."""
    earlier: tuple[Posted, ...]
    """Our messages of the same errand about the same invitation."""
    removed: int
    """How many of its photos are gone."""
    thread: int | None
    """Telegram's number of the topic in which all of it stands; None where there is none."""


async def gather(records: Records, chat: Chat, parcel: Parcel) -> Subject | None:
    """Return what a parcel is about; None when that is nothing any more."""

    async def looking(work: Work) -> Subject | None:
        about = parcel.invitation
        invitation = await work.invitations.get(chat.organisation, about) if about else None
        organisation = await work.organisations.get(chat.organisation)
        if invitation is None or organisation is None:
            return None
        cards = await work.chats.posted(chat.id, invitation=invitation.id, errand=Errand.CARD)
        lives = await work.chats.posted(chat.id, invitation=invitation.id, errand=Errand.LIVE)
        leaving = await work.journal.of_invitation(chat.organisation, invitation.id, LEAVING)
        stands_as = _STANDS_AS.get(parcel.errand, parcel.errand)
        topic = await work.chats.topic(chat.id, subject_of(invitation))
        return Subject(
            chat=chat,
            parcel=parcel,
            invitation=invitation,
            organisation=organisation,
            credits_left=await work.ledger.balance(organisation.id),
            photo=await work.photos.get(chat.organisation, parcel.photo) if parcel.photo else None,
            event=await work.journal.get(chat.organisation, parcel.event),
            card=cards[-1] if cards else None,
            live=lives[-1] if lives else None,
            earlier=tuple(await work.chats.posted(chat.id, invitation=invitation.id, errand=stands_as)),
            removed=len(gone(leaving)),
            thread=topic.thread if topic is not None else None,
        )

    return await records.read(looking)
