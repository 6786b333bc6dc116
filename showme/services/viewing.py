"""Viewing: dispatchers look at what is their organisation's, and at nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from showme.domain.events import Event, Kind
from showme.domain.invitations import Invitation
from showme.domain.organisations import Organisation
from showme.domain.photos import Photo
from showme.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from showme.domain.people import Dispatcher
    from showme.domain.pictures import MediaKind
    from showme.ports import Clock, MediaStore
    from showme.records import Records, Work


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An event with what it is about, as that stands now."""

    event: Event
    invitation: Invitation | None
    photo: Photo | None


class Viewing:
    """Answers what an organisation's people ask to see."""

    def __init__(self, *, records: Records, clock: Clock, media: MediaStore) -> None:
        """Look into these records and media."""
        self._records = records
        self._clock = clock
        self._media = media

    async def organisation(self, organisation: int) -> Organisation:
        """Return an organisation; raise NotFound."""

        async def looking(work: Work) -> Organisation | None:
            return await work.organisations.get(organisation)

        found = await self._records.read(looking)
        if found is None:
            raise NotFound
        return found

    async def invitations(self, dispatcher: Dispatcher) -> tuple[Sequence[Invitation], int]:
        """Return the newest invitations, newest first, and the journal's number that they stand at."""

        async def looking(work: Work) -> tuple[Sequence[Invitation], int]:
            head = await work.journal.head(dispatcher.organisation)
            return await work.invitations.newest(dispatcher.organisation), head

        return await self._records.read(looking)

    async def invitation(self, dispatcher: Dispatcher, invitation: str) -> Invitation:
        """Return an invitation; raise NotFound."""

        async def looking(work: Work) -> Invitation | None:
            return await work.invitations.get(dispatcher.organisation, invitation)

        found = await self._records.read(looking)
        if found is None:
            raise NotFound
        return found

    async def photos(self, dispatcher: Dispatcher, *, invitation: str | None) -> tuple[Sequence[Photo], int]:
        """Return the newest photos, or all of one invitation, newest first, and the journal's number they stand at."""

        async def looking(work: Work) -> tuple[Sequence[Photo], int]:
            head = await work.journal.head(dispatcher.organisation)
            most = None if invitation else 500
            found = await work.photos.newest(dispatcher.organisation, invitation=invitation, most=most)
            return [photo for photo in found if photo.expires_at > self._clock.now()], head

        return await self._records.read(looking)

    async def photos_of(self, invitation: Invitation) -> Sequence[Photo]:
        """Return the photos that a citizen has sent, newest first."""

        async def looking(work: Work) -> Sequence[Photo]:
            found = await work.photos.newest(invitation.organisation, invitation=invitation.id)
            return [photo for photo in found if photo.is_of_citizen]

        return await self._records.read(looking)

    async def can_read(self) -> None:
        """Raise Unavailable when the records cannot be read."""

        async def looking(work: Work) -> None:
            await work.organisations.get(1)

        await self._records.read(looking)

    async def photo(self, dispatcher: Dispatcher, photo: str) -> Photo:
        """Return a photo; raise NotFound, also once its time has come and the files are about to go."""

        async def looking(work: Work) -> Photo | None:
            return await work.photos.get(dispatcher.organisation, photo)

        found = await self._records.read(looking)
        if found is None or found.expires_at <= self._clock.now():
            raise NotFound
        return found

    async def picture(
        self, dispatcher: Dispatcher, photo: str, kind: MediaKind
    ) -> tuple[Photo, int, AsyncIterator[bytes]]:
        """Return a photo, the bytes' number, and the bytes of one of its kinds; raise NotFound until it is derived."""
        found = await self.photo(dispatcher, photo)
        if kind != "original" and found.state != "shown":
            raise NotFound
        name = found.arrived_as if kind == "original" else found.stored_as
        size = await self._media.size(kind, name)
        return found, size, self._media.read(kind, name)

    async def clip(self, dispatcher: Dispatcher, photo: str) -> tuple[Photo, int]:
        """Return a clip and the number of its film's bytes; raise NotFound until there is something to play."""
        found = await self.photo(dispatcher, photo)
        if found.clip != "playable":
            raise NotFound
        return found, await self._media.size("clip", found.stored_as)

    def read_clip(self, clip: Photo, *, first: int, count: int) -> AsyncIterator[bytes]:
        """Yield so many bytes of a clip's film, from ``first`` on; raise NotFound before the first."""
        return self._media.read("clip", clip.stored_as, first=first, count=count)

    async def note_download(self, dispatcher: Dispatcher, photo: Photo) -> None:
        """Note in the journal who takes the received bytes, with all they tell."""

        async def noting(work: Work) -> None:
            await work.journal.append(
                Kind.ORIGINAL_DOWNLOADED,
                organisation=dispatcher.organisation,
                at=self._clock.now(),
                actor=dispatcher.name,
                invitation=photo.invitation,
                photo=photo.id,
            )

        await self._records.write(noting)

    async def happenings(self, organisation: int, after: int, *, most: int = 200) -> Sequence[Happening]:
        """Return what happened after a number, oldest first, each with what it is about as that stands now."""

        async def looking(work: Work) -> Sequence[Happening]:
            events = await work.journal.since(organisation, after, most=most)
            invitations = {
                name: await work.invitations.get(organisation, name)
                for name in {event.invitation for event in events if event.invitation}
            }
            photos = {
                name: await work.photos.get(organisation, name)
                for name in {event.photo for event in events if event.photo}
            }
            return [
                Happening(
                    event=event,
                    invitation=invitations.get(event.invitation) if event.invitation else None,
                    photo=photos.get(event.photo) if event.photo else None,
                )
                for event in events
            ]

        return await self._records.read(looking)

    async def head(self, organisation: int) -> int:
        """Return the journal's highest number."""

        async def looking(work: Work) -> int:
            return await work.journal.head(organisation)

        return await self._records.read(looking)

    async def wait_beyond(self, organisation: int, number: int) -> None:
        """Return once something has happened after a number."""
        await self._records.wait_beyond(organisation, number)
