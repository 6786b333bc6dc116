"""Marks, photos kept longer, quarantine, and who sees what blurred: of one organisation, and as it stood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from showme.domain.events import Kind
from showme.domain.keeping_longer import Kept
from showme.domain.marks import Mark
from showme.domain.organisations import Organisation
from showme.domain.photos import Fuller
from showme.domain.quarantine import Sealed
from showme.domain.shifts import new_shift
from showme.records import Work
from storage.database import Database
from tests.storage.conftest import NOW, later
from tests.storage.making import a_photo, invite, journal, receive

NAME = "photo-0001"


async def test_what_is_sealed_comes_back_as_it_was(database: Database, ours: Organisation) -> None:
    photo = await receive(database, a_photo(await invite(database, ours), name=NAME))
    kept = Kept(at=NOW, by="Sofie", reason="for the court", due_at=photo.expires_at)
    fuller = Fuller(stored_as="ab" * 16, size="original")

    async def preparing(work: Work) -> None:
        await work.photos.keep_longer(photo, kept, until=NOW + timedelta(days=30))
        await work.photos.arrived(replace(photo, fuller=fuller))
        await work.photos.mark(photo, Mark(kind="important", by="Anna", at=NOW))

    await database.write(preparing)
    before = await database.read(lambda work: work.photos.get(ours.id, NAME))
    assert before is not None
    assert (before.kept, before.fuller) == (kept, fuller)
    sealed = Sealed(photo=before, at=NOW, by="Anna", ends_at=NOW + timedelta(days=31))
    assert await database.write(lambda work: work.quarantine.seal(sealed))
    assert not await database.write(lambda work: work.quarantine.seal(sealed))
    assert await database.read(lambda work: work.photos.get(ours.id, NAME)) is None
    assert await database.read(lambda work: work.photos.expired(NOW + timedelta(days=99))) == []
    assert await database.read(lambda work: work.photos.stored_names()) == {photo.stored_as, fuller.stored_as}
    found = await database.read(lambda work: work.quarantine.get(ours.id, NAME))
    assert found == replace(sealed, photo=replace(before, marks=()))
    assert await database.write(lambda work: work.quarantine.release(found, before))
    assert not await database.write(lambda work: work.quarantine.release(found, before))
    assert await database.read(lambda work: work.photos.get(ours.id, NAME)) == before


async def test_quarantine_stays_at_home_even_under_the_same_name(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    photos = [await receive(database, a_photo(await invite(database, one), name=NAME)) for one in (ours, theirs)]
    mine, foreign = (Sealed(photo=photo, at=NOW, by="Anna", ends_at=NOW + timedelta(days=30)) for photo in photos)
    await database.write(lambda work: work.quarantine.seal(mine))
    assert await database.read(lambda work: work.quarantine.get(theirs.id, NAME)) is None
    assert await database.read(lambda work: work.quarantine.all(theirs.id)) == []
    assert await database.read(lambda work: work.photos.get(theirs.id, NAME)) == photos[1]
    await database.write(lambda work: work.quarantine.seal(foreign))
    assert await database.read(lambda work: work.quarantine.all(ours.id)) == [mine]
    assert len(await database.read(lambda work: work.quarantine.everywhere())) == 2
    await database.write(lambda work: work.quarantine.note_reminded(mine, NOW + timedelta(days=1)))
    assert await database.write(lambda work: work.quarantine.forget(mine))
    assert not await database.write(lambda work: work.quarantine.forget(mine))
    assert await database.read(lambda work: work.quarantine.all(theirs.id)) == [foreign]


async def test_marks_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    photos = [await receive(database, a_photo(await invite(database, one), name=NAME)) for one in (ours, theirs)]
    mark = Mark(kind="seen", by="Anna", at=NOW)
    assert await database.write(lambda work: work.photos.mark(photos[0], mark))
    assert not await database.write(lambda work: work.photos.mark(photos[0], replace(mark, at=later(hours=1))))
    marked = await database.read(lambda work: work.photos.get(ours.id, NAME))
    foreign = await database.read(lambda work: work.photos.get(theirs.id, NAME))
    assert (marked and marked.marks, foreign and foreign.marks) == ((mark,), ())
    assert not await database.write(lambda work: work.photos.unmark(photos[1], "seen"))
    assert await database.write(lambda work: work.photos.unmark(photos[0], "seen"))


async def test_what_a_photos_events_tell_is_erased_of_this_photo_alone(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    async def noting(work: Work) -> None:
        for organisation, invitation, photo in (
            (ours.id, "one", NAME), (ours.id, "one", "photo-0002"), (ours.id, "two", NAME), (theirs.id, "one", NAME),
        ):  # fmt: skip
            await work.journal.append(
                Kind.PHOTO_RECEIVED, organisation=organisation, at=NOW, actor="citizen", invitation=invitation,
                photo=photo, detail={"bytes": 1},
            )  # fmt: skip

    await database.write(noting)
    await database.write(lambda work: work.journal.forget_details_of_photo(ours.id, "one", NAME))
    assert [bool(event.detail) for event in await journal(database, ours)] == [False, True, True]
    assert [bool(event.detail) for event in await journal(database, theirs)] == [True]


async def test_how_people_see_and_how_much_stays_at_home(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    hour = NOW.replace(minute=0, second=0, microsecond=0)

    async def choosing(work: Work) -> None:
        await work.seeing.choose_blurring(ours.id, "Anna", "always")
        await work.seeing.keep_shift(new_shift(organisation=ours.id, person="Anna", now=NOW))
        for _ in range(2):
            await work.seeing.count(ours.id, hour)
        await work.organisations.set_blurring(ours.id, "shown")

    async def looking(work: Work) -> None:
        assert await work.seeing.blurring(ours.id, "Anna") == "always"
        assert await work.seeing.blurring(theirs.id, "Anna") is None
        assert await work.seeing.shift(theirs.id, "Anna") is None
        assert await work.seeing.hours(ours.id, hour) == [(hour, 2)]
        assert await work.seeing.hours(ours.id, hour + timedelta(hours=1)) == []
        assert await work.seeing.hours(theirs.id, hour) == []
        blurs = [(await work.organisations.get(one.id) or one).blur for one in (ours, theirs)]
        assert blurs == [False, True]

    await database.write(choosing)
    await database.read(looking)
    shift = await database.read(lambda work: work.seeing.shift(ours.id, "Anna"))
    assert shift is not None
    await database.write(lambda work: work.seeing.keep_shift(shift.with_one_more(later(hours=1))))
    assert (await database.read(lambda work: work.seeing.shift(ours.id, "Anna")) or shift).revealed == 2
    await database.write(lambda work: work.seeing.forget_shifts(later(hours=2)))
    assert await database.read(lambda work: work.seeing.shift(ours.id, "Anna")) is None
    await database.write(lambda work: work.seeing.choose_blurring(ours.id, "Anna", None))
    assert await database.read(lambda work: work.seeing.blurring(ours.id, "Anna")) is None
