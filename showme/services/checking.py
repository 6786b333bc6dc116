"""Checking: records and files are compared, and what does not fit is put right or put aside, never just removed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from showme.domain.events import Kind
from showme.domain.organisations import SELF_TEST
from showme.domain.upkeep import Oddity
from showme.errors import NotFound
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from showme.domain.photos import Photo
    from showme.domain.upkeep import Balance, Subject
    from showme.ports import Attic, Clock, MediaStore, Stray
    from showme.records import Records, Work

_NAMED: Final = 5


class Checking:
    """Looks at records and files together."""

    def __init__(self, *, records: Records, clock: Clock, media: MediaStore, attic: Attic) -> None:
        """Compare these records with these media; put aside into ``attic``."""
        self._records = records
        self._clock = clock
        self._media = media
        self._attic = attic

    async def check(self, *, repair: bool, deep: bool = True) -> Sequence[Oddity]:
        """Return what does not fit; ``deep`` reads every original to its end.

        ``repair`` is for nobody else at work: no server may run.
        """
        photos = await self._photos()
        kept = {*await self._attic.kept()}
        lost, differing = await self._compare(photos, kept, deep=deep)
        known = {name for photo in photos for name in photo.media_names}
        strays = sorted(stray for stray in kept if stray[1] not in known)
        missing = [photo for photo in photos if photo not in lost and _lacks_pictures(photo, kept)]
        unfinished = sorted(await self._attic.unfinished())
        found = [
            await self._of_lost([photo for photo in lost if photo.state == "received"], repair=repair),
            _oddity("originals_lost", [photo.id for photo in lost if photo.state == "shown"]),
            await self._of_strays("files_without_row", "files without a row", strays, repair=repair),
            await self._of_differing(differing, repair=repair),
            await self._of_missing(missing, repair=repair),
            await self._of_strays("files_unfinished", "unfinished files", unfinished, repair=repair),
            *await self._of_records(repair=repair),
        ]
        return [oddity for oddity in found if oddity.count]

    async def recover(self) -> Sequence[Oddity]:
        """Put right, at a start, whatever a look at names alone tells: pictures that are missing are made again.

        What was received and not shown, sent by half, or charged and not sent, is taken up by whoever does it.
        """
        photos = await self._photos()
        kept = {*await self._attic.kept()}
        missing = [photo for photo in photos if ("original", photo.stored_as) in kept and _lacks_pictures(photo, kept)]
        found = await self._of_missing(missing, repair=True)
        return [found] if found.count else []

    async def _photos(self) -> Sequence[Photo]:
        async def finding(work: Work) -> list[Photo]:
            known = [organisation.id for organisation in await work.organisations.all()]
            found: list[Photo] = []
            for organisation in (SELF_TEST, *known):
                found += await work.photos.newest(organisation, most=None)
            return found

        return await self._records.read(finding)

    async def _compare(
        self, photos: Sequence[Photo], kept: Collection[Stray], *, deep: bool
    ) -> tuple[list[Photo], list[Photo]]:
        """Return the photos whose original is not there, and those whose original is another one."""
        lost, differing = [], []
        for photo in photos:
            if ("original", photo.arrived_as) not in kept:
                lost.append(photo)
            elif not await self._is_as_received(photo, deep=deep):
                differing.append(photo)
        return lost, differing

    async def _is_as_received(self, photo: Photo, *, deep: bool) -> bool:
        try:
            if await self._media.size("original", photo.arrived_as) != photo.bytes:
                return False
            if deep:
                digest = hashlib.sha256()
                async for chunk in self._media.read("original", photo.arrived_as):
                    digest.update(chunk)
                return digest.hexdigest() == photo.sha256
        except NotFound:
            pass  # forgotten while we looked: the next check says so if it was not
        return True

    async def _of_lost(self, photos: Sequence[Photo], *, repair: bool) -> Oddity:
        if repair:
            for photo in photos:
                await self._give_up(photo)
        done = "dispatchers are told that it cannot be shown" if repair else None
        return _oddity("rows_without_file", [photo.id for photo in photos], repaired=done)

    async def _of_strays(self, subject: Subject, why: str, strays: Sequence[Stray], *, repair: bool) -> Oddity:
        done = None
        if repair and strays:
            done = f"moved to put-aside/{await self._attic.put_aside(strays, why=why, at=self._clock.now())}"
        return _oddity(subject, [f"{kind}/{name}" for kind, name in strays], repaired=done)

    async def _of_differing(self, photos: Sequence[Photo], *, repair: bool) -> Oddity:
        done = None
        if repair and photos:
            strays: list[Stray] = [("original", photo.arrived_as) for photo in photos]
            pile = await self._attic.put_aside(strays, why="files that differ", at=self._clock.now())
            for photo in photos:
                await self._give_up(photo)
            done = f"moved to put-aside/{pile}"
        return _oddity("files_that_differ", [photo.id for photo in photos], repaired=done)

    async def _of_missing(self, photos: Sequence[Photo], *, repair: bool) -> Oddity:
        async def deriving(work: Work) -> None:
            for photo in photos:
                await work.upkeep.derive_again(photo)

        if repair and photos:
            await self._records.write(deriving)
        done = "made again at the next start" if repair else None
        return _oddity("pictures_missing", [photo.id for photo in photos], repaired=done)

    async def _of_records(self, *, repair: bool) -> Sequence[Oddity]:
        async def looking(work: Work) -> tuple[list[Photo], tuple[int, int], list[str], list[Balance]]:
            queued, taken = await work.sms.unfinished()
            return (
                [*await work.photos.not_yet_shown(), *await work.photos.clips_being_made()],
                await work.upkeep.notices(),
                [*queued, *(sms.id for sms in taken)],
                [balance for balance in await work.upkeep.balances() if balance.credits != balance.ledger],
            )

        waiting, (notices, half_sent), sms, differing = await self._records.read(looking)

        async def settling(work: Work) -> None:
            for balance in differing:
                await work.upkeep.settle(balance)

        if repair and differing:
            await self._records.write(settling)
        balances = [f"organisation {each.of}: {each.credits} instead of {each.ledger}" for each in differing]
        return [
            _oddity("photos_not_shown", [photo.id for photo in waiting]),
            Oddity(subject="notices_waiting", count=notices),
            Oddity(subject="notices_half_sent", count=half_sent),
            _oddity("sms_unfinished", sms),
            _oddity("credits_that_differ", balances, repaired="the ledger's sum holds" if repair else None),
        ]

    async def _give_up(self, photo: Photo) -> None:
        now = self._clock.now()

        async def noting(work: Work) -> None:
            await work.photos.unreadable(photo)
            await work.journal.append(
                Kind.PHOTO_UNREADABLE,
                organisation=photo.organisation,
                at=now,
                actor=SHOWME,
                invitation=photo.invitation,
                photo=photo.id,
                detail={"cause": "photo_gone"},
            )

        await self._records.write(noting)


def _lacks_pictures(photo: Photo, kept: Collection[Stray]) -> bool:
    """Whether a photo is said to be seen, and is not all there."""
    if photo.state != "shown":
        return False
    needed = ["wall", "thumbnail", *(["clip"] if photo.clip == "playable" else [])]
    return any((kind, photo.stored_as) not in kept for kind in needed)


def _oddity(subject: Subject, names: Sequence[str], *, repaired: str | None = None) -> Oddity:
    return Oddity(subject=subject, count=len(names), names=tuple(names[:_NAMED]), repaired=repaired if names else None)
