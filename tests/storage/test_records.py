import asyncio
import itertools
from datetime import datetime

import pytest

from showme.domain.events import Kind, chain_of, digest_of
from showme.domain.invitations import Invitation, Location, Phone
from showme.domain.ladder import Rung
from showme.domain.organisations import Organisation
from showme.domain.people import SESSION_IDLE, SESSION_LIFE, Dispatcher
from showme.domain.photos import Photo
from showme.records import Work
from storage.database import Database
from tests.storage.conftest import NOW, later
from tests.storage.making import a_photo, invite, journal, receive

ANNA_NAME = "Anna"


# --- journal ----------------------------------------------------------------------------------------------------------


async def test_the_chain_can_be_checked_from_what_is_kept_also_after_forgetting(
    database: Database, ours: Organisation
) -> None:
    async def telling(work: Work) -> None:
        for place in range(5):
            await work.journal.append(
                Kind.PHONE_DESCRIBED, organisation=ours.id, at=later(seconds=place), actor="citizen",
                invitation=f"invitation {place % 2}", photo="p" if place else None, detail={"kind": f"iPhone {place}"},
            )  # fmt: skip
        await work.journal.forget_details(ours.id, "invitation 1")

    await database.write(telling)
    events = await journal(database, ours)
    assert [event.detail.get("kind") for event in events] == ["iPhone 0", None, "iPhone 2", None, "iPhone 4"]
    for before, event in itertools.pairwise([None, *events]):
        assert event is not None
        assert event.chain == chain_of(
            before.chain if before else "", organisation=event.organisation, number=event.number, at=event.at,
            kind=event.kind, actor=event.actor, invitation=event.invitation, photo=event.photo, digest=event.digest,
        )  # fmt: skip
    assert len({event.digest for event in events}) == 5
    assert digest_of({"kind": "iPhone 0"}, b"") != events[0].digest


async def test_a_feed_takes_the_journal_page_by_page(database: Database, ours: Organisation) -> None:
    async def telling(work: Work) -> None:
        for _ in range(7):
            await work.journal.append(Kind.TAPPED, organisation=ours.id, at=NOW, actor="citizen")

    await database.write(telling)

    async def page(after: int) -> list[int]:
        return [event.number for event in await database.read(lambda work: work.journal.since(ours.id, after, most=3))]

    assert [await page(after) for after in (0, 3, 6, 7)] == [[1, 2, 3], [4, 5, 6], [7], []]


# --- invitations ------------------------------------------------------------------------------------------------------


async def test_invitations_are_numbered_for_people_without_gaps(database: Database, ours: Organisation) -> None:
    made = await asyncio.gather(*(invite(database, ours) for _ in range(20)))
    assert sorted(invitation.number for invitation in made) == list(range(1, 21))
    newest = await database.read(lambda work: work.invitations.newest(ours.id, most=3))
    assert [invitation.number for invitation in newest] == [20, 19, 18]


async def test_the_first_time_of_a_rung_stays(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)

    async def reach(at: datetime) -> bool:
        return await database.write(lambda work: work.invitations.reach(invitation.id, Rung.TAPPED, at))

    firsts = await asyncio.gather(*(reach(later(seconds=place)) for place in range(10)))
    assert sorted(firsts) == [False] * 9 + [True]
    found = await database.read(lambda work: work.invitations.get(ours.id, invitation.id))
    assert found is not None
    assert found.reached[Rung.TAPPED] == later(seconds=firsts.index(True))
    assert set(found.reached) == {Rung.CREATED, Rung.TAPPED}


async def test_an_invitation_ends_once(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)

    async def end(*, closed: bool) -> bool:
        return await database.write(lambda work: work.invitations.end(invitation, at=NOW, closed=closed))

    ends = await asyncio.gather(end(closed=True), end(closed=False), end(closed=True))
    assert sorted(ends) == [False, False, True]
    found = await database.read(lambda work: work.invitations.get(ours.id, invitation.id))
    assert found is not None
    assert (found.closed, found.ended_at) == (ends.index(True) != 1, NOW)


async def test_what_is_known_of_a_citizen_is_kept_and_then_forgotten(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)
    phone = Phone(kind="iPhone", browser="Safari", battery=0.42, network="4g")
    location = Location(latitude=50.8466, longitude=4.3517, accuracy=12.5, at=later(minutes=1))

    async def knowing(work: Work) -> None:
        await work.invitations.describe_phone(invitation.id, phone)
        await work.invitations.locate(invitation.id, location)
        await work.invitations.note_sms(invitation.id, "refused", provider="outbox", cause="sms_refused", failed_at=NOW)
        await work.invitations.note_camera_refused(invitation.id, later(seconds=1))
        await work.invitations.note_photo_unreadable(invitation.id, later(seconds=2))

    await database.write(knowing)
    assert await database.read(lambda work: work.invitations.number_of(invitation.id)) == "+32470123456"
    known = await database.read(lambda work: work.invitations.get(ours.id, invitation.id))
    assert known is not None
    assert (known.phone, known.location) == (phone, location)
    assert (known.sms_state, known.sms_provider, known.sms_cause) == ("refused", "outbox", "sms_refused")
    assert vars(known.troubles) == {
        "sms_failed_at": NOW, "camera_refused_at": later(seconds=1), "photo_unreadable_at": later(seconds=2),
    }  # fmt: skip

    await database.write(lambda work: work.invitations.forget(invitation.id, later(hours=6)))
    forgotten = await database.read(lambda work: work.invitations.get(ours.id, invitation.id))
    assert forgotten is not None
    assert (forgotten.phone, forgotten.location) == (Phone(), None)
    assert await database.read(lambda work: work.invitations.number_of(invitation.id)) is None


async def test_the_oldest_is_forgotten_first_and_once(database: Database, ours: Organisation) -> None:
    second = await invite(database, ours, at=later(minutes=2))
    first = await invite(database, ours, at=later(minutes=1))
    assert await database.read(lambda work: work.invitations.oldest_remembered()) == later(minutes=1)
    due = await database.read(lambda work: work.invitations.due_to_forget(later(minutes=2)))
    assert [invitation.id for invitation in due] == [first.id, second.id]
    assert not await database.read(lambda work: work.invitations.due_to_forget(later(seconds=59)))
    await database.write(lambda work: work.invitations.forget(first.id, NOW))
    due = await database.read(lambda work: work.invitations.due_to_forget(later(hours=9)))
    assert [invitation.id for invitation in due] == [second.id]
    assert await database.read(lambda work: work.invitations.oldest_remembered()) == later(minutes=2)


# --- photos -----------------------------------------------------------------------------------------------------------


async def test_photos_that_arrive_together_get_each_their_number(database: Database, ours: Organisation) -> None:
    one, other = await invite(database, ours), await invite(database, ours)
    added = await asyncio.gather(*(receive(database, a_photo(other if place % 4 == 0 else one)) for place in range(40)))

    async def get(name: str) -> Invitation | None:
        return await database.read(lambda work: work.invitations.get(ours.id, name))

    for invitation, count in ((one, 30), (other, 10)):
        assert sorted(p.number for p in added if p.invitation == invitation.id) == list(range(1, count + 1))
        found = await get(invitation.id)
        assert found is not None
        assert found.photos == count


async def test_a_photo_comes_back_as_it_was_kept(database: Database, ours: Organisation) -> None:
    photo = await receive(database, a_photo(await invite(database, ours)))
    assert photo.number == 1
    assert await database.read(lambda work: work.photos.get(ours.id, photo.id)) == photo
    assert await database.read(lambda work: work.photos.not_yet_shown()) == [photo]
    assert await database.read(lambda work: work.photos.stored_names()) == frozenset({photo.stored_as})
    await database.write(lambda work: work.photos.shown(photo, at=later(seconds=1), width=3024, height=4032))
    shown = await database.read(lambda work: work.photos.get(ours.id, photo.id))
    assert shown is not None
    assert (shown.state, shown.shown_at, shown.width, shown.height) == ("shown", later(seconds=1), 3024, 4032)
    assert await database.read(lambda work: work.photos.not_yet_shown()) == []


async def test_photos_expire_in_their_order_and_are_listed_newest_first(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)
    photos: list[Photo] = [
        await receive(database, a_photo(invitation, at=later(minutes=minute))) for minute in (0, 2, 1, 1)
    ]
    a, b, c, d = photos
    assert await database.read(lambda work: work.photos.next_expiry()) == a.expires_at
    assert await database.read(lambda work: work.photos.expired(a.expires_at)) == [a]
    late = await database.read(lambda work: work.photos.expired(later(hours=7)))
    assert [photo.expires_at for photo in late] == sorted(photo.expires_at for photo in photos)
    assert await database.read(lambda work: work.photos.newest(ours.id)) == [b, d, c, a]
    assert await database.read(lambda work: work.photos.newest(ours.id, most=2)) == [b, d]


# --- SMS --------------------------------------------------------------------------------------------------------------


async def test_an_sms_is_taken_by_one_only(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)
    sms = await database.write(lambda work: work.sms.queue(organisation=ours.id, invitation=invitation.id, at=NOW))
    waiting = await database.write(lambda work: work.sms.queue(organisation=ours.id, invitation=invitation.id, at=NOW))
    taken = await asyncio.gather(*(database.write(lambda work: work.sms.take(sms)) for _ in range(10)))
    got = [each for each in taken if each is not None]
    assert len(got) == 1
    assert await database.read(lambda work: work.sms.unfinished()) == ([waiting], got)
    await database.write(lambda work: work.sms.finish(sms, state="accepted", provider="outbox", provider_id="1"))
    assert await database.read(lambda work: work.sms.unfinished()) == ([waiting], [])
    assert await database.write(lambda work: work.sms.take(sms)) is None


async def test_the_outbox_is_read_in_order_and_emptied_from_its_old_end(database: Database) -> None:
    async def keep(minute: int) -> None:
        await database.write(lambda work: work.sms.keep(to="+32470123456", text=f"{minute}", at=later(minutes=minute)))

    for minute in (1, 0, 2):
        await keep(minute)
    kept = await database.read(lambda work: work.sms.kept())
    assert [sms.text for sms in kept] == ["0", "1", "2"]
    assert [sms.text for sms in await database.read(lambda work: work.sms.kept(most=2))] == ["1", "2"]
    assert await database.read(lambda work: work.sms.oldest_kept()) == NOW
    await database.write(lambda work: work.sms.forget_kept(later(minutes=1)))
    assert [sms.text for sms in await database.read(lambda work: work.sms.kept())] == ["2"]


# --- sign-ins ---------------------------------------------------------------------------------------------------------


async def _add_link(database: Database, ours: Organisation, *, single: bool) -> None:
    await database.write(
        lambda work: work.sign_ins.add_link(
            "link", organisation=ours.id, role="supervisor", at=NOW, name=ANNA_NAME if single else None,
            expires_at=later(minutes=10) if single else None,
        )
    )  # fmt: skip


async def test_a_single_use_link_lets_one_of_many_in(database: Database, ours: Organisation) -> None:
    await _add_link(database, ours, single=True)
    anna = Dispatcher(organisation=ours.id, name="Anna", role="supervisor")
    assert await database.read(lambda work: work.sign_ins.link("link", NOW)) == anna
    used = await asyncio.gather(*(database.write(lambda work: work.sign_ins.spend_link("link", NOW)) for _ in range(8)))
    assert sorted(used) == [False] * 7 + [True]
    assert await database.read(lambda work: work.sign_ins.link("link", NOW)) is None


async def test_a_single_use_link_is_too_old_after_its_time(database: Database, ours: Organisation) -> None:
    await _add_link(database, ours, single=True)
    assert await database.read(lambda work: work.sign_ins.link("link", later(minutes=9, seconds=59))) is not None
    assert await database.read(lambda work: work.sign_ins.link("link", later(minutes=10))) is None
    assert not await database.write(lambda work: work.sign_ins.spend_link("link", later(minutes=10)))


async def test_the_organisations_link_is_used_again_and_again_until_it_is_revoked(
    database: Database, ours: Organisation
) -> None:
    await _add_link(database, ours, single=False)
    for _ in range(3):
        assert await database.write(lambda work: work.sign_ins.spend_link("link", later(hours=999)))
    await database.write(lambda work: work.sign_ins.revoke_organisation_links(ours.id, NOW))
    assert not await database.write(lambda work: work.sign_ins.spend_link("link", NOW))


async def test_a_session_ends_when_idle_when_old_and_when_revoked(database: Database, ours: Organisation) -> None:
    anna = Dispatcher(organisation=ours.id, name="Anna")

    async def who(at: datetime) -> Dispatcher | None:
        return await database.read(lambda work: work.sign_ins.session("session", at))

    await database.write(lambda work: work.sign_ins.add_session("session", dispatcher=anna, at=NOW))

    async def touch(at: datetime) -> None:
        await database.write(lambda work: work.sign_ins.touch_session("session", at))

    second = later(seconds=1) - NOW
    assert await who(NOW + SESSION_IDLE - second) == anna
    assert await who(NOW + SESSION_IDLE) is None
    seen = NOW
    while seen + SESSION_IDLE / 2 < NOW + SESSION_LIFE:
        seen += SESSION_IDLE / 2
        await touch(seen)
    assert await who(NOW + SESSION_LIFE - second) == anna
    assert await who(NOW + SESSION_LIFE) is None
    assert await database.read(lambda work: work.sign_ins.session("another", NOW)) is None
    await database.write(lambda work: work.sign_ins.end_session("session", NOW))
    assert await who(NOW + second) is None


async def test_a_program_is_known_by_its_token(database: Database, ours: Organisation) -> None:
    anna = Dispatcher(organisation=ours.id, name="Anna", role="supervisor")
    await database.write(lambda work: work.sign_ins.add_token("token", dispatcher=anna, at=NOW))
    assert await database.read(lambda work: work.sign_ins.token("token")) == anna
    assert await database.read(lambda work: work.sign_ins.token("Token")) is None


@pytest.mark.parametrize("hours", [0.5, 3])
async def test_an_enrolment_code_enrols_one_chat_in_time(database: Database, ours: Organisation, hours: float) -> None:
    await database.write(
        lambda work: work.chats.add_code("code", organisation=ours.id, role="dispatcher", expires_at=later(hours=hours))
    )
    assert await database.write(lambda work: work.chats.spend_code("code", later(hours=hours))) is None
    spent = await asyncio.gather(
        *(database.write(lambda work: work.chats.spend_code("code", later(hours=hours - 0.1))) for _ in range(6))
    )
    assert [each for each in spent if each is not None] == [(ours.id, "dispatcher")]
