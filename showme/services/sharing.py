"""Sharing: a crew or another centre sees an invitation or incident by a link, for a while; who did is written down."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from showme.domain.base62 import DIGITS
from showme.domain.events import Kind
from showme.domain.invitations import read_incident
from showme.domain.passes import check_pass, make_share_pass, read_pass
from showme.domain.people import Dispatcher
from showme.domain.shares import (
    HEARD_WITHIN,
    MOST_OPEN,
    MOST_WATCHING,
    VISIT_DIGITS,
    Share,
    Visit,
    is_visit,
    read_lasting,
    read_recipient,
)
from showme.errors import NotFound, NotUnderstood, TooMany, WrongKey
from showme.services.passing import Watched
from showme.services.signing_in import digest_of_secret

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showme.domain.invitations import Invitation
    from showme.domain.photos import Photo
    from showme.domain.sessions import Device
    from showme.ports import Clock
    from showme.records import Records, Work

_ID_DIGITS: Final = 14
_NOTE_AFTER: Final = HEARD_WITHIN / 4
"""That somebody still looks is written down no more often than this."""
_WAIT: Final = 60


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A share as a dispatcher has it: with its link while it works."""

    share: Share
    link: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Visiting:
    """A browser in which a share was opened, and which may look on."""

    share: Share
    visit: Visit
    digest: str = field(repr=False)


class Sharing:
    """Makes, lists and ends shares, and shows what they share; a share that was opened is followed by a visit."""

    def __init__(self, *, records: Records, clock: Clock, public_url: str) -> None:
        """Write links below ``public_url`` (no slash at its end)."""
        self._records = records
        self._clock = clock
        self._public_url = public_url

    # --- the dispatcher's side ---

    async def share(
        self,
        dispatcher: Dispatcher,
        *,
        recipient: str | None,
        invitation: str | None = None,
        incident: str | None = None,
        minutes: float | None = None,
    ) -> Shared:
        """Make a link to one invitation or one incident, for somebody, that works for so many minutes.

        Raise NotUnderstood, NotFound (the invitation, or an incident that nobody was invited for), TooMany.
        """
        now, asked = self._clock.now(), read_incident(incident)
        if (invitation is None) == (asked is None):
            raise NotUnderstood("share_of_what")
        made = Share(
            id=_random(_ID_DIGITS),
            organisation=dispatcher.organisation,
            recipient=read_recipient(recipient),
            invitation=invitation,
            incident=asked,
            secret=0,
            made_by=dispatcher.name,
            made_at=now,
            expires_at=now + read_lasting(minutes),
        )

        async def sharing(work: Work) -> Shared:
            if not await _shown(work, made):
                raise NotFound
            there = await work.shares.newest(dispatcher.organisation, ends_after=now, heard_since=now)
            if sum(other.state(now) == "open" for other in there) >= MOST_OPEN:
                raise TooMany("too_many_shares", retry_after=_WAIT, most=MOST_OPEN)
            secret = (await work.organisations.secrets(dispatcher.organisation))[0]
            share = replace(made, secret=secret.id)
            await work.shares.add(share)
            await work.journal.append(
                Kind.INVITATION_SHARED,
                organisation=share.organisation,
                at=now,
                actor=dispatcher.name,
                invitation=share.invitation,
                detail={
                    "share": share.id,
                    "recipient": share.recipient,
                    "incident": share.incident,
                    "expires_at": share.expires_at.isoformat(),
                },
            )
            return Shared(share=share, link=self._link(share, secret.value))

        return await self._records.write(sharing)

    async def shares(self, dispatcher: Dispatcher) -> Sequence[Shared]:
        """Return the shares that work, with their links, and those that would, had nobody ended them; newest first."""
        now = self._clock.now()

        async def listing(work: Work) -> Sequence[Shared]:
            known = {secret.id: secret.value for secret in await work.organisations.secrets(dispatcher.organisation)}
            found = await work.shares.newest(dispatcher.organisation, ends_after=now, heard_since=now - HEARD_WITHIN)
            return [
                Shared(
                    share=share,
                    link=self._link(share, known[share.secret]) if share.state(now) == "open" else None,
                )
                for share in found
            ]

        return await self._records.read(listing)

    async def visits(self, dispatcher: Dispatcher, share_id: str) -> tuple[Share, Sequence[Visit]]:
        """Return a share, and where it was opened, newest first; raise NotFound."""

        async def looking(work: Work) -> tuple[Share, Sequence[Visit]]:
            share = await self._ours(work, dispatcher, share_id)
            return share, await work.shares.visits(share)

        return await self._records.read(looking)

    async def end(self, dispatcher: Dispatcher, share_id: str) -> Share:
        """End a share: its link, and whatever is looked at by it, stops at once; raise NotFound."""
        now = self._clock.now()

        async def ending(work: Work) -> Share:
            share = await self._ours(work, dispatcher, share_id)
            if share.state(now) == "open" and await work.shares.end(share, by=dispatcher.name, at=now):
                await work.journal.append(
                    Kind.SHARE_ENDED,
                    organisation=share.organisation,
                    at=now,
                    actor=dispatcher.name,
                    invitation=share.invitation,
                    detail={
                        "share": share.id,
                        "recipient": share.recipient,
                        "incident": share.incident,
                        "opened": share.opened,
                    },
                )
            return await self._ours(work, dispatcher, share_id)

        return await self._records.write(ending)

    # --- the side of those who follow the link ---

    async def look(self, share_id: str, text: str) -> Share:
        """Return what a link shows, changing nothing; raise WrongKey, LinkEnded."""
        claim, now = read_pass(text), self._clock.now()

        async def looking(work: Work) -> Share:
            kept = await work.organisations.secrets(claim.organisation)
            check_pass(claim, share_id, [secret.value for secret in kept if secret.checks(now)], kind="share")
            share = await work.shares.get(share_id, heard_since=now - HEARD_WITHIN)
            if share is None or share.organisation != claim.organisation:
                raise WrongKey
            share.refuse_unless_open(now)
            return share

        return await self._records.read(looking)

    async def open(self, share: Share, *, device: Device) -> str:
        """Note that a link was opened, and return what that browser proves itself with from now on.

        Raise LinkEnded, TooMany (that many look by this link now).
        """
        now, token = self._clock.now(), _random(VISIT_DIGITS)
        visit = Visit(address=device.address, browser=device.browser, opened_at=now, seen_at=now)

        async def opening(work: Work) -> str:
            found = await work.shares.get(share.id, heard_since=now - HEARD_WITHIN)
            if found is None:
                raise WrongKey
            found.refuse_unless_open(now)
            if found.watching >= MOST_WATCHING:
                raise TooMany(retry_after=_WAIT)
            await work.shares.add_visit(found, digest_of_secret(token), visit)
            await work.journal.append(
                Kind.SHARE_OPENED,
                organisation=found.organisation,
                at=now,
                actor=found.watcher,
                invitation=found.invitation,
                detail={
                    "share": found.id,
                    "recipient": found.recipient,
                    "incident": found.incident,
                    "browser": visit.browser,
                    "opened": found.opened + 1,
                },
            )
            return token

        return await self._records.write(opening)

    async def visit(self, token: str) -> Visiting:
        """Return what a browser has opened, as long as that may be looked at; raise WrongKey, LinkEnded."""
        if not is_visit(token):
            raise WrongKey
        now, digest = self._clock.now(), digest_of_secret(token)

        async def looking(work: Work) -> Visiting:
            found = await work.shares.visited(digest, heard_since=now - HEARD_WITHIN)
            if found is None:
                raise WrongKey
            share, visit = found
            share.refuse_unless_open(now)
            return Visiting(share=share, visit=visit, digest=digest)

        return await self._records.read(looking)

    async def hear(self, visiting: Visiting, *, leaves: bool = False) -> None:
        """Note that a browser still looks, or looks no longer."""
        now, digest = self._clock.now(), visiting.digest
        if leaves:
            await self._records.write(lambda work: work.shares.leave(digest, now))
        elif now - visiting.visit.seen_at >= _NOTE_AFTER:
            await self._records.write(lambda work: work.shares.hear(digest, now))

    async def shown(self, share: Share) -> tuple[Sequence[Invitation], Sequence[Photo]]:
        """Return what a share shows now: its invitations, newest first, and their photos that can be seen."""
        now = self._clock.now()

        async def looking(work: Work) -> tuple[Sequence[Invitation], Sequence[Photo]]:
            invitations = await _shown(work, share)
            photos: list[Photo] = []
            for invitation in invitations:
                of_it = await work.photos.newest(share.organisation, invitation=invitation.id, most=None)
                photos += [photo for photo in of_it if photo.state == "shown" and photo.expires_at > now]
            return invitations, sorted(photos, key=lambda photo: (photo.received_at, photo.id), reverse=True)

        return await self._records.read(looking)

    async def watched(self, share: Share, invitation_id: str) -> Watched:
        """Return an invitation that a share shows, and under whose name; raise NotFound."""

        async def looking(work: Work) -> Invitation | None:
            invitation = await work.invitations.get(share.organisation, invitation_id)
            return invitation if invitation is not None and _shows(share, invitation) else None

        found = await self._records.read(looking)
        if found is None:
            raise NotFound
        return Watched(dispatcher=guest_of(share), invitation=found)

    async def on_the_line(self, token: str, invitation_id: str) -> Watched:
        """Return the open invitation that a browser may watch; raise WrongKey, LinkEnded, NotFound."""
        watched = await self.watched((await self.visit(token)).share, invitation_id)
        watched.invitation.refuse_unless_open(self._clock.now())
        return watched

    async def refuse_foreign_photo(self, share: Share, photo_id: str) -> None:
        """Raise NotFound unless the share shows this photo."""

        async def looking(work: Work) -> bool:
            photo = await work.photos.get(share.organisation, photo_id)
            if photo is None:
                return False
            invitation = await work.invitations.get(share.organisation, photo.invitation)
            return invitation is not None and _shows(share, invitation)

        if not await self._records.read(looking):
            raise NotFound

    # --- within ---

    def _link(self, share: Share, secret: bytes) -> str:
        return f"{self._public_url}/share/{share.id}/{make_share_pass(share, secret)}"

    async def _ours(self, work: Work, dispatcher: Dispatcher, share_id: str) -> Share:
        share = await work.shares.get(share_id, heard_since=self._clock.now() - HEARD_WITHIN)
        if share is None or share.organisation != dispatcher.organisation:
            raise NotFound
        return share


def guest_of(share: Share) -> Dispatcher:
    """Return under whose name stands what is done by a share's link."""
    return Dispatcher(organisation=share.organisation, name=share.watcher, is_guest=True)


def _shows(share: Share, invitation: Invitation) -> bool:
    if share.invitation is not None:
        return share.invitation == invitation.id
    return share.incident == invitation.incident


async def _shown(work: Work, share: Share) -> Sequence[Invitation]:
    if share.invitation is None:
        return await work.invitations.of_incident(share.organisation, share.incident or "")
    found = await work.invitations.get(share.organisation, share.invitation)
    return [found] if found is not None else []


def _random(digits: int) -> str:
    return "".join(secrets.choice(DIGITS) for _ in range(digits))
