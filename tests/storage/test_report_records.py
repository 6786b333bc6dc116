"""What reports count, on each kind of database, and the organisation that nobody lists."""

from __future__ import annotations

from datetime import timedelta

from showme.domain.ladder import Rung
from showme.domain.organisations import SELF_TEST, Organisation
from showme.domain.reports import Course, ProviderFigures
from showme.records import Work
from storage.database import Database
from tests.storage.conftest import NOW, later
from tests.storage.making import a_photo, invite, receive
from tests.storage.test_notices_records import order

DAY = timedelta(days=1)


async def courses(database: Database, organisation: Organisation) -> list[Course]:
    async def looking(work: Work) -> list[Course]:
        return list(await work.figures.courses(organisation.id, since=NOW, until=NOW + DAY))

    return await database.read(looking)


async def test_every_invitation_of_the_span_has_its_course(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    climbed, by_link = await invite(database, ours), await invite(database, ours, e164=None, at=later(minutes=5))
    await invite(database, theirs)
    for outside in (NOW - timedelta(microseconds=1), NOW + DAY):
        await invite(database, ours, at=outside)
    await receive(database, a_photo(climbed))

    async def climbing(work: Work) -> None:
        await work.invitations.reach(climbed.id, Rung.PAGE_LOADED, later(seconds=20))
        await work.invitations.note_photo_unreadable(climbed.id, later(seconds=40))
        await work.invitations.note_sms(
            climbed.id, "refused", provider="twilio", cause="sms_landline", failed_at=later(seconds=5)
        )
        await work.invitations.note_camera_refused(by_link.id, later(minutes=6), reason="in_app")

    await database.write(climbing)
    first, second = await courses(database, ours)
    assert first == Course(
        purpose="photo", by_sms=True, created_at=NOW, photos=1, sms_state="refused", sms_cause="sms_landline",
        photo_unreadable=True, reached={Rung.CREATED: NOW, Rung.PAGE_LOADED: later(seconds=20)},
    )  # fmt: skip
    assert second == Course(
        purpose="photo", by_sms=False, created_at=later(minutes=5), reached={Rung.CREATED: later(minutes=5)},
        camera_trouble="in_app",
    )  # fmt: skip


async def test_forgetting_a_citizen_keeps_the_figures(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)
    before = await courses(database, ours)

    async def forgetting(work: Work) -> None:
        await work.invitations.forget(invitation.id, later(hours=6))

    await database.write(forgetting)
    assert await courses(database, ours) == before


async def test_providers_are_counted_one_by_one(database: Database, ours: Organisation, theirs: Organisation) -> None:
    invitation = await invite(database, ours)
    await order(database, invitation, "unreachable", "delivered")
    await order(database, invitation, "delivered")
    await order(database, invitation, "accepted")
    await order(database, invitation, "refused", "sending")
    await order(database, invitation, "failed", "unknown")
    await order(database, invitation, "delivered", at=NOW - timedelta(microseconds=1))
    await order(database, await invite(database, theirs), "delivered")

    async def looking(work: Work) -> list[ProviderFigures]:
        return list(await work.figures.providers(ours.id, since=NOW, until=NOW + DAY))

    assert await database.read(looking) == [
        ProviderFigures(provider="provider 0", delivered=1, accepted=1, failed=3),
        ProviderFigures(provider="provider 1", delivered=1, unknown=2),
    ]


async def test_the_self_tests_organisation_is_listed_nowhere_and_takes_no_number(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    async def adding(work: Work) -> tuple[Organisation, Organisation]:
        common = {"region": "BE", "language": "en", "at": NOW, "secret": b"s" * 32}
        own = await work.organisations.add(name="self-test", number=SELF_TEST, **common)  # type: ignore[arg-type]
        return own, await work.organisations.add(name="next", **common)  # type: ignore[arg-type]

    own, following = await database.write(adding)
    assert own.id == SELF_TEST
    assert following.id == theirs.id + 1

    async def looking(work: Work) -> tuple[list[int], Organisation | None]:
        return [each.id for each in await work.organisations.all()], await work.organisations.get(SELF_TEST)

    assert await database.read(looking) == ([ours.id, theirs.id, following.id], own)
