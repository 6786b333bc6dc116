import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from showme.domain.credits import Entry
from showme.domain.events import Kind, chain_of, digest_of
from showme.domain.invitations import Invitation, Location, Phone
from showme.domain.ladder import Rung
from showme.domain.organisations import Organisation
from showme.domain.passkeys import Passkey
from showme.domain.people import Dispatcher, Role
from showme.domain.photos import Photo
from showme.domain.pictures import Derived
from showme.domain.sessions import Device, Session
from showme.domain.sms import Attempt, QueuedSms, Receipt
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
        "sms_failed_at": NOW, "camera_refused_at": later(seconds=1), "camera_reason": "refused",
        "photo_unreadable_at": later(seconds=2), "live_lost_at": None,
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
    derived = Derived(width=3024, height=4032, wall_bytes=300_000, thumbnail_bytes=20_000)
    await database.write(lambda work: work.photos.shown(photo, at=later(seconds=1), derived=derived))
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
    sms, waiting = await _queue(database, invitation), await _queue(database, invitation)
    taken = await asyncio.gather(*(database.write(lambda work: work.sms.take(sms)) for _ in range(10)))
    got = [each for each in taken if each is not None]
    assert len(got) == 1
    assert await database.read(lambda work: work.sms.unfinished()) == ([waiting], got)
    assert await database.write(lambda work: work.sms.hold(sms))
    assert not await database.write(lambda work: work.sms.hold(waiting))
    await database.write(lambda work: work.sms.finish(sms, "accepted"))
    assert await database.read(lambda work: work.sms.unfinished()) == ([waiting], [])
    assert await database.write(lambda work: work.sms.take(sms)) is None
    assert not await database.write(lambda work: work.sms.hold(sms))


async def test_the_sum_of_an_sms_is_drawn_by_one_of_many(database: Database, ours: Organisation) -> None:
    sms = await _queue(database, await invite(database, ours))
    await database.write(lambda work: work.sms.take(sms))

    async def concluding(work: Work) -> bool:
        if not await work.sms.hold(sms):
            return False
        await asyncio.sleep(0.05)  # whoever does not wait for us is in our way by now
        await work.sms.finish(sms, "accepted")
        return True

    drawn = await asyncio.gather(*(database.write(concluding) for _ in range(4)))
    assert sorted(drawn) == [False, False, False, True]


async def test_limits_look_back_over_the_hour_and_forget_the_numbers_after_it(
    database: Database, ours: Organisation
) -> None:
    invitation = await invite(database, ours)
    for minute, by, digest in ((0, "Anna", "one"), (30, "Anna", "two"), (40, "Bert", "one"), (60, "Bert", "two")):
        await _queue(database, invitation, by=by, digest=digest, at=later(minutes=minute))

    async def since(minutes: int) -> tuple[int, int, int]:
        found = await database.read(
            lambda work: work.sms.recently(ours.id, by="Anna", number_digest="one", since=later(minutes=minutes))
        )
        return found.to_number, found.by_dispatcher, found.by_organisation

    assert await since(-1) == (2, 2, 4)
    assert await since(0) == (1, 1, 3)
    assert await since(35) == (1, 0, 2)
    await database.write(lambda work: work.sms.forget_traces(later(minutes=40)))
    assert await since(-1) == (0, 2, 4)


async def test_the_newest_sms_of_an_invitation_is_known(database: Database, ours: Organisation) -> None:
    invitation, other = await invite(database, ours), await invite(database, ours)
    first = await _queue(database, invitation)
    second = await _queue(database, invitation, at=later(seconds=1))
    third = await _queue(database, other, at=later(seconds=2))

    async def is_newest(sms: str, name: str) -> bool:
        queued = QueuedSms(id=sms, organisation=ours.id, invitation=name)
        return await database.read(lambda work: work.sms.is_newest(queued))

    assert [await is_newest(first, invitation.id), await is_newest(second, invitation.id)] == [False, True]
    assert await is_newest(third, other.id)


@pytest.mark.parametrize("rounds", [20])
async def test_a_receipt_and_the_answer_that_tells_its_id_miss_each_other_never(
    database: Database, ours: Organisation, rounds: int
) -> None:
    invitation = await invite(database, ours)
    for number in range(rounds):
        sms = await _queue(database, invitation)
        await database.write(partial(_begin, sms=sms))
        accepted = Attempt(sms=sms, provider="Twilio", state="accepted", provider_id=f"SM{number}")
        receipt = Receipt(provider="Twilio", provider_id=f"SM{number}", state="delivered")

        async def answered(work: Work, accepted: Attempt = accepted) -> None:
            await work.sms.finish_attempt(accepted)

        async def told(work: Work, receipt: Receipt = receipt) -> None:
            await work.sms.note_receipt(receipt, NOW)

        steps: list[Callable[[Work], Awaitable[None]]] = [told, answered] if number % 2 else [answered, told]
        await asyncio.gather(database.write(steps[0]), database.write(steps[1]))
        (attempt,) = await database.read(partial(_attempts, sms=sms))
        assert attempt.state == "delivered", number


async def test_credits_never_fall_below_zero(database: Database, ours: Organisation) -> None:
    await database.write(lambda work: work.ledger.write(Entry.TOP_UP, 3, organisation=ours.id, actor="Sofie", at=NOW))

    async def spending(work: Work) -> int | None:
        return await work.ledger.write(Entry.CHARGE, -1, organisation=ours.id, actor="Anna", at=NOW)

    left = await asyncio.gather(*(database.write(spending) for _ in range(12)))
    assert sorted(each for each in left if each is not None) == [0, 1, 2]
    lines = await database.read(lambda work: work.ledger.newest(ours.id))
    assert [(line.number, line.balance) for line in lines] == [(4, 0), (3, 1), (2, 2), (1, 3)]


async def test_a_spoken_code_is_used_up_by_one_of_many(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)
    await database.write(
        lambda work: work.spoken_codes.add(
            "123456", organisation=ours.id, invitation=invitation.id, expires_at=later(minutes=10)
        )
    )
    spent = await asyncio.gather(*(database.write(lambda work: work.spoken_codes.spend("123456", NOW)) for _ in "1234"))
    assert [each for each in spent if each is not None] == [(ours.id, invitation.id)]


async def test_codes_and_wrong_tries_are_forgotten_when_their_time_is_over(
    database: Database, ours: Organisation
) -> None:
    invitation, other = await invite(database, ours), await invite(database, ours)

    async def adding(work: Work) -> None:
        for code, whose, minutes in (("111111", invitation, 1), ("222222", other, 9)):
            end = later(minutes=minutes)
            assert await work.spoken_codes.add(code, organisation=ours.id, invitation=whose.id, expires_at=end)
            await work.spoken_codes.note_wrong("a", end)

    await database.write(adding)
    await database.write(lambda work: work.spoken_codes.forget(later(minutes=1)))
    assert await database.read(lambda work: work.spoken_codes.wrong_since(NOW)) == 1
    assert await database.read(lambda work: work.spoken_codes.wrong_since(NOW, address="b")) == 0
    assert await database.write(lambda work: work.spoken_codes.spend("111111", NOW)) is None
    assert await database.write(lambda work: work.spoken_codes.spend("222222", NOW)) == (ours.id, other.id)


async def _begin(work: Work, *, sms: str) -> None:
    await work.sms.begin_attempt(sms, "Twilio", NOW)


async def _attempts(work: Work, *, sms: str) -> Sequence[Attempt]:
    return await work.sms.attempts(sms)


async def _queue(
    database: Database, invitation: Invitation, *, by: str = "Anna", digest: str = "digest", at: datetime = NOW
) -> str:
    return await database.write(
        lambda work: work.sms.queue(
            organisation=invitation.organisation, invitation=invitation.id, by=by, number_digest=digest, at=at
        )
    )


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


def _session(owner: Dispatcher, session: str, *, at: datetime = NOW, **more: Any) -> Session:
    return Session(
        id=session, dispatcher=owner, way="link", device=Device(browser="Firefox, Linux", address="192.0.2.*"),
        made_at=at, seen_at=at, **more,
    )  # fmt: skip


async def test_a_session_is_known_until_somebody_ends_it_and_how_it_ended_after_that(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    anna = Dispatcher(organisation=ours.id, name="Anna")
    session = _session(anna, "a" * 16, passkey="b" * 16)
    await database.write(lambda work: work.sign_ins.add_session("session", session))
    assert await database.read(lambda work: work.sign_ins.session("session")) == session
    assert await database.read(lambda work: work.sign_ins.session("another")) is None
    await database.write(lambda work: work.sign_ins.touch_session("session", later(minutes=6)))
    assert [each.seen_at for each in await database.read(lambda work: work.sign_ins.sessions(ours.id))] == [
        later(minutes=6)
    ]
    ending = partial(_end, session="a" * 16, by="Chris")
    assert not await database.write(partial(ending, organisation=theirs.id))
    assert await database.write(partial(ending, organisation=ours.id))
    assert not await database.write(partial(ending, organisation=ours.id))
    ended = await database.read(lambda work: work.sign_ins.session("session"))
    assert ended is not None
    assert (ended.ended_at, ended.ended_by) == (NOW, "Chris")
    assert await database.read(lambda work: work.sign_ins.sessions(ours.id)) == []


async def _end(work: Work, *, organisation: int, session: str, by: str) -> bool:
    return await work.sign_ins.end_session(organisation, session, by=by, at=NOW)


async def test_a_language_is_kept_from_one_session_to_the_next_of_the_same_person(
    database: Database, ours: Organisation
) -> None:
    anna, chief = (
        Dispatcher(organisation=ours.id, name="Anna"),
        Dispatcher(organisation=ours.id, name="Anna", role="supervisor"),
    )
    await database.write(lambda work: work.sign_ins.add_session("first", _session(anna, "1" * 16)))
    await database.write(lambda work: work.sign_ins.choose_language("1" * 16, "nl"))
    await database.write(lambda work: work.sign_ins.add_session("second", _session(anna, "2" * 16)))
    await database.write(lambda work: work.sign_ins.add_session("chief", _session(chief, "3" * 16)))
    found = {each.id[0]: each.language for each in await database.read(lambda work: work.sign_ins.sessions(ours.id))}
    assert found == {"1": "nl", "2": "nl", "3": None}


async def test_what_is_left_of_old_sessions_is_forgotten_by_role(database: Database, ours: Organisation) -> None:
    anna, screen = (
        Dispatcher(organisation=ours.id, name="Anna"),
        Dispatcher(organisation=ours.id, name="Wall", role="wall_screen"),
    )
    await database.write(lambda work: work.sign_ins.add_session("anna", _session(anna, "1" * 16)))
    await database.write(lambda work: work.sign_ins.add_session("screen", _session(screen, "2" * 16)))
    for before in (NOW, later(seconds=1)):
        await database.write(partial(_forget, made_before=before, role="dispatcher"))
        known = await database.read(lambda work: work.sign_ins.session("anna"))
        assert (known is None) is (before > NOW)
    assert await database.read(lambda work: work.sign_ins.session("screen")) is not None


async def _forget(work: Work, *, made_before: datetime, role: Role) -> None:
    await work.sign_ins.forget_sessions(made_before=made_before, role=role)


async def test_a_passkey_is_found_by_its_credential_and_removed_by_its_organisation_only(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    passkey = Passkey(
        id="a" * 16, owner=Dispatcher(organisation=ours.id, name="Anna"), handle=b"h" * 32, credential=b"credential",
        public_key=b"key", counter=3, label="Phone", transports=("internal",), made_at=NOW,
    )  # fmt: skip
    assert await database.write(lambda work: work.sign_ins.add_passkey(passkey))
    assert not await database.write(lambda work: work.sign_ins.add_passkey(replace(passkey, id="b" * 16)))
    assert await database.read(lambda work: work.sign_ins.passkey_of(b"credential")) == passkey
    assert await database.read(lambda work: work.sign_ins.passkey_of(b"Credential")) is None
    await database.write(lambda work: work.sign_ins.use_passkey("a" * 16, counter=4, at=later(hours=1)))
    await database.write(lambda work: work.sign_ins.name_passkey(theirs.id, "a" * 16, "Theirs"))
    await database.write(lambda work: work.sign_ins.name_passkey(ours.id, "a" * 16, "Old phone"))
    used = replace(passkey, counter=4, used_at=later(hours=1), label="Old phone")
    assert await database.read(lambda work: work.sign_ins.passkeys(ours.id)) == [used]
    assert await database.read(lambda work: work.sign_ins.passkeys(theirs.id)) == []
    assert not await database.write(lambda work: work.sign_ins.remove_passkey(theirs.id, "a" * 16))
    assert await database.write(lambda work: work.sign_ins.remove_passkey(ours.id, "a" * 16))
    assert await database.read(lambda work: work.sign_ins.passkey_of(b"credential")) is None


async def test_a_challenge_counts_once_in_time_and_for_whom_it_was_made(database: Database) -> None:
    async def add(work: Work, digest: str, session: str | None) -> None:
        await work.sign_ins.add_challenge(digest, session=session, handle=b"h", now=NOW, expires_at=later(minutes=5))

    async def spend(digest: str, *, session: str | None, at: datetime = NOW) -> bytes | None:
        return await database.write(lambda work: work.sign_ins.spend_challenge(digest, session=session, now=at))

    for digest, session in (("anybody", None), ("anna", "a" * 16), ("late", None)):
        await database.write(partial(add, digest=digest, session=session))
    assert await spend("anybody", session="a" * 16) is None
    assert await spend("anna", session=None) is None
    assert await spend("anna", session="b" * 16) is None
    assert await spend("late", session=None, at=later(minutes=5)) is None
    spent = await asyncio.gather(*(spend("anybody", session=None) for _ in range(6)))
    assert sorted(spent, key=str) == [*[None] * 5, b"h"]
    assert await spend("anna", session="a" * 16) == b"h"


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
