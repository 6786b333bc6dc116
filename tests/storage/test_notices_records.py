"""What notices and figures need of the records, on each kind of database."""

from __future__ import annotations

from datetime import datetime, timedelta

from showme.domain.chats import Chat, Errand, Posted, Urgency
from showme.domain.events import Kind
from showme.domain.figures import InvitationFigures, SmsFigures
from showme.domain.invitations import Invitation, SmsState
from showme.domain.ladder import Rung
from showme.domain.organisations import Organisation
from showme.domain.sms import Attempt, AttemptState
from showme.records import Work
from storage.database import Database
from tests.storage.conftest import NOW, later
from tests.storage.making import a_photo, invite, note, receive


async def enrol(database: Database, organisation: Organisation, telegram_id: int = -1001) -> Chat:
    async def enrolling(work: Work) -> Chat:
        return await work.chats.enrol(
            organisation=organisation.id, telegram_id=telegram_id, title="Supervisors", role="supervisor",
            language="en", at=NOW,
        )  # fmt: skip

    return await database.write(enrolling)


async def order(
    database: Database,
    invitation: Invitation,
    *states: AttemptState,
    at: datetime = NOW,
    ended_as: SmsState | None = None,
) -> None:
    """Order an SMS that one provider after another answers so."""

    async def ordering(work: Work) -> None:
        sms = await work.sms.queue(
            organisation=invitation.organisation, invitation=invitation.id, by="Anna", number_digest="0" * 64, at=at
        )
        for place, state in enumerate(states):
            await work.sms.begin_attempt(sms, f"provider {place}", at)
            await work.sms.finish_attempt(Attempt(sms=sms, provider=f"provider {place}", state=state))
        if ended_as is not None:
            await work.sms.finish(sms, ended_as)

    await database.write(ordering)


async def test_one_event_is_found_by_its_number_and_only_at_home(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    first, second = await note(database, ours, "Anna"), await note(database, ours, "Anne")
    foreign = await note(database, theirs, "Bert")

    async def looking(work: Work) -> None:
        assert await work.journal.get(ours.id, first.number) == first
        assert await work.journal.get(ours.id, second.number) == second
        assert await work.journal.get(theirs.id, first.number) == foreign
        assert await work.journal.get(theirs.id, second.number) is None
        assert await work.journal.get(ours.id, 99) is None

    await database.read(looking)


async def test_the_last_event_of_a_kind_is_found_and_only_at_home(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    async def happening(work: Work) -> None:
        for organisation, kind, day in (
            (ours, Kind.DAY_SUMMARISED, 1), (ours, Kind.DAY_SUMMARISED, 2), (ours, Kind.TAPPED, 3),
            (theirs, Kind.DAY_SUMMARISED, 4),
        ):  # fmt: skip
            await work.journal.append(kind, organisation=organisation.id, at=NOW, actor="showme", detail={"day": day})

    await database.write(happening)

    async def looking(work: Work) -> None:
        found = await work.journal.last(ours.id, Kind.DAY_SUMMARISED)
        assert found is not None
        assert (found.number, found.detail) == (2, {"day": 2})
        foreign = await work.journal.last(theirs.id, Kind.DAY_SUMMARISED)
        assert foreign is not None
        assert foreign.detail == {"day": 4}
        assert await work.journal.last(theirs.id, Kind.TAPPED) is None

    await database.read(looking)


async def test_a_chat_keeps_the_language_it_chose(database: Database, ours: Organisation) -> None:
    chosen, other = await enrol(database, ours), await enrol(database, ours, -1002)
    await database.write(lambda work: work.chats.set_language(chosen.id, "nl"))
    kept = await database.read(lambda work: work.chats.all(ours.id))
    assert {chat.id: chat.language for chat in kept} == {chosen.id: "nl", other.id: "en"}


async def test_notices_wait_in_order_and_none_swallows_another(database: Database, ours: Organisation) -> None:
    chat = await enrol(database, ours)

    async def packing(work: Work) -> None:
        for event in (7, 8):
            await work.chats.pack(
                chat.id, urgency=Urgency.CARD, errand=Errand.NOTICE, invitation=None, photo=None, event=event
            )

    await database.write(packing)
    told = []
    while (parcel := await database.read(lambda work: work.chats.next_parcel(chat.id, NOW))) is not None:
        assert (parcel.errand, parcel.invitation) == (Errand.NOTICE, None)
        told.append(parcel.event)
        delivered = parcel
        await database.write(lambda work: work.chats.delivered(delivered, None))  # noqa: B023 - run at once
    assert told == [7, 8]


async def test_a_message_that_no_parcel_asked_for_is_known_too(database: Database, ours: Organisation) -> None:
    chat, invitation = await enrol(database, ours), await invite(database, ours)
    said = Posted(
        chat=chat.id, message_id=5, errand=Errand.LINK, invitation=invitation.id, photo=None, sent_at=NOW
    )  # fmt: skip
    await database.write(lambda work: work.chats.note_posted(said))

    async def looking(work: Work) -> None:
        assert await work.chats.about(chat.id, 5) == said
        assert await work.chats.posted(chat.id, invitation=invitation.id, errand=Errand.LINK) == [said]

    await database.read(looking)


async def test_sms_are_counted_by_how_they_stand_and_only_at_home(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    mine, foreign = await invite(database, ours), await invite(database, theirs)
    await order(database, mine)
    await order(database, mine, "sending")
    await order(database, mine, ended_as="refused")
    await order(database, mine, "accepted", ended_as="accepted")
    await order(database, mine, "refused", "delivered", ended_as="accepted")
    await order(database, mine, "delivered", ended_as="accepted")
    await order(database, mine, "refused", "unreachable", ended_as="refused")
    await order(database, mine, "failed", ended_as="accepted")
    await order(database, mine, "unknown", ended_as="unknown")
    await order(database, mine, "delivered", at=later(hours=-1))
    await order(database, mine, "delivered", at=later(hours=1))
    await order(database, foreign, "unknown")

    async def counted(organisation: Organisation) -> SmsFigures:
        return await database.read(lambda work: work.figures.sms(organisation.id, since=NOW, until=later(hours=1)))

    assert await counted(ours) == SmsFigures(waiting=2, accepted=1, delivered=2, failed=3, unknown=1)
    assert (await counted(ours)).sent == 3
    assert await counted(theirs) == SmsFigures(unknown=1)


async def test_invitations_are_counted_by_how_far_they_came_and_only_at_home(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    await invite(database, ours)
    for seconds in (10.0, 40.0, 70.5):
        climbed = await invite(database, ours)
        await climb(database, climbed, seconds)
        photo = await receive(database, a_photo(climbed))
        await receive(database, a_photo(climbed))
        await database.write(lambda work: work.photos.forget(photo))  # noqa: B023 - run at once
    loaded = await invite(database, ours, at=later(minutes=59))
    await database.write(lambda work: work.invitations.reach(loaded.id, Rung.PAGE_LOADED, later(hours=3)))
    for outside in (later(hours=-1), later(hours=1)):
        await climb(database, await invite(database, ours, at=outside), 1)
    await climb(database, await invite(database, theirs), 5)

    async def counted(organisation: Organisation) -> InvitationFigures:
        return await database.read(
            lambda work: work.figures.invitations(organisation.id, since=NOW, until=later(hours=1))
        )

    assert await counted(ours) == InvitationFigures(made=5, pages_loaded=4, photos=6, median_seconds=40.0)
    assert await counted(theirs) == InvitationFigures(made=1, pages_loaded=1, median_seconds=5.0)


async def climb(database: Database, invitation: Invitation, seconds: float) -> None:
    async def climbing(work: Work) -> None:
        for rung in (Rung.PAGE_LOADED, Rung.FIRST_PICTURE):
            await work.invitations.reach(invitation.id, rung, invitation.created_at + timedelta(seconds=seconds))

    await database.write(climbing)


async def test_nothing_counts_as_nothing(database: Database, ours: Organisation) -> None:
    async def looking(work: Work) -> None:
        assert await work.figures.sms(ours.id, since=NOW, until=later(hours=1)) == SmsFigures()
        assert await work.figures.invitations(ours.id, since=NOW, until=later(hours=1)) == InvitationFigures()

    await database.read(looking)
