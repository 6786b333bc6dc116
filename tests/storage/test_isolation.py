"""Whatever is asked in the name of one organisation, nothing of another one comes back."""

import inspect
from dataclasses import replace

import pytest

from showme import records
from showme.domain.chats import Chat
from showme.domain.credits import Entry
from showme.domain.events import Kind
from showme.domain.organisations import Organisation
from showme.domain.passkeys import Passkey
from showme.domain.people import Dispatcher
from showme.domain.pictures import Derived
from showme.domain.sessions import Device, Session
from showme.domain.shares import Share
from showme.domain.sms import Recently
from showme.domain.uploads import Upload
from showme.records import Work
from storage.database import Database
from tests.storage.conftest import NOW, later
from tests.storage.making import a_photo, invite, journal, note, receive

TESTED = {
    "SignIns.sessions", "SignIns.end_session", "SignIns.passkeys", "SignIns.name_passkey", "SignIns.remove_passkey",
    "Journal.append", "Journal.since", "Journal.head", "Journal.forget_details",
    "Journal.cursor", "Journal.move_cursor",
    "Journal.of_invitation",
    "Audit.lines", "Audit.end", "Audit.checkpoints", "Audit.last_before",  # in test_audit
    "Journal.newest", "Invitations.unanswered", "Organisations.set_unanswered",
    "Journal.get", "Journal.last", "Figures.sms", "Figures.invitations",  # in test_notices_records
    "Figures.courses", "Figures.providers",  # in test_report_records
    "Organisations.get", "Organisations.secrets", "Organisations.rotate", "Organisations.set_sound",
    "Invitations.get", "Invitations.hold", "Invitations.by_nonce", "Invitations.newest",
    "Photos.get", "Photos.newest", "Photos.bytes_of",
    "Journal.forget_details_of_photo", "Quarantine.get", "Quarantine.all",  # in test_photo_records
    "Seeing.blurring", "Seeing.choose_blurring",  # in test_photo_records
    "Seeing.shift", "Seeing.count", "Seeing.hours",  # in test_photo_records
    "Organisations.set_blurring",  # in test_photo_records
    "Invitations.of_incident", "Shares.newest",
    "Uploads.for_photo", "Uploads.forget_of_photo",
    "SmsMessages.queue", "SmsMessages.recently",
    "Ledger.balance", "Ledger.write", "Ledger.newest",
    "SpokenCodes.add",
    "SignIns.add_link", "SignIns.revoke_organisation_links",
    "Chats.add_code", "Chats.enrol", "Chats.all",
    "Chats.appoint", "Chats.dismiss", "Chats.is_supervisor", "Chats.supervisors",  # in test_supervisor_records
}  # fmt: skip


def test_every_question_that_names_an_organisation_is_tested_here() -> None:
    families = [kind for _, kind in inspect.getmembers(records, inspect.isclass) if kind.__module__ == "showme.records"]
    asking = {
        f"{family.__name__}.{name}"
        for family in families
        for name, method in inspect.getmembers(family, inspect.isfunction)
        if "organisation" in inspect.signature(method).parameters and family.__name__ != "Records"
    }
    assert asking == TESTED


async def test_invitations_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    mine, foreign = await invite(database, ours), await invite(database, theirs)
    assert (mine.number, foreign.number) == (1, 1)

    async def looking(work: Work) -> None:
        assert await work.invitations.get(ours.id, mine.id) == mine
        assert await work.invitations.get(ours.id, foreign.id) is None
        assert await work.invitations.hold(ours.id, mine.id) == mine
        assert await work.invitations.hold(ours.id, foreign.id) is None
        assert await work.invitations.by_nonce(ours.id, mine.nonce) == mine
        assert await work.invitations.by_nonce(ours.id, foreign.nonce) is None
        assert await work.invitations.newest(ours.id) == [mine]
        assert await work.invitations.newest(theirs.id) == [foreign]
        assert await work.invitations.of_incident(ours.id, "2026-1") == [mine]
        assert await work.invitations.of_incident(theirs.id, "2026-1") == [foreign]

    await database.write(looking)


async def test_shares_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    def share(organisation: Organisation) -> Share:
        return Share(
            id=f"{organisation.id:016x}", organisation=organisation.id, recipient="Fire crew", invitation=None,
            incident="2026-1", secret=1, made_by="Anna", made_at=NOW, expires_at=later(hours=2),
        )  # fmt: skip

    async def looking(work: Work) -> None:
        for organisation in (ours, theirs):
            await work.shares.add(share(organisation))
        for organisation in (ours, theirs):
            found = await work.shares.newest(organisation.id, ends_after=NOW, heard_since=NOW)
            assert [one.id for one in found] == [share(organisation).id]

    await database.write(looking)


async def test_photos_stay_at_home_even_under_the_same_name(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    mine = await receive(database, a_photo(await invite(database, ours), name="photo-0001"))
    foreign = await receive(database, a_photo(await invite(database, theirs), name="photo-0001"))
    hidden = await receive(database, a_photo(await invite(database, theirs), name="photo-0002"))

    async def looking(work: Work) -> None:
        assert await work.photos.get(ours.id, "photo-0001") == mine
        assert await work.photos.get(theirs.id, "photo-0001") == foreign
        assert await work.photos.get(ours.id, hidden.id) is None
        assert await work.photos.newest(ours.id) == [mine]
        assert await work.photos.newest(ours.id, invitation=foreign.invitation) == []
        assert await work.photos.newest(ours.id, invitation=foreign.invitation, most=None) == []
        assert await work.photos.bytes_of(ours.id, mine.invitation) == mine.bytes
        assert await work.photos.bytes_of(ours.id, foreign.invitation) == 0

    async def changing(work: Work) -> None:
        await work.photos.shown(mine, at=NOW, derived=Derived(width=3, height=4, wall_bytes=2, thumbnail_bytes=1))
        assert await work.photos.get(theirs.id, "photo-0001") == foreign
        await work.photos.unreadable(mine)
        assert await work.photos.get(theirs.id, "photo-0001") == foreign
        assert await work.photos.forget(mine)
        assert not await work.photos.forget(mine)
        assert await work.photos.get(theirs.id, "photo-0001") == foreign

    await database.read(looking)
    await database.write(changing)


async def test_readers_of_the_journal_have_a_place_in_each_organisation(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    async def moving(work: Work) -> None:
        await work.journal.move_cursor("usage", ours.id, 3)
        await work.journal.move_cursor("usage", ours.id, 7)
        assert await work.journal.cursor("usage", ours.id) == 7
        assert await work.journal.cursor("usage", theirs.id) == 0
        assert await work.journal.cursor("other", ours.id) == 0

    await database.write(moving)


async def test_uploads_under_way_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    async def begin(organisation: Organisation, name: str) -> Upload:
        invitation = await invite(database, organisation)
        upload = Upload(
            id=name, organisation=organisation.id, invitation=invitation.id, photo="photo-0001", length=5_000_000_000,
            metadata="filename aS5qcGc=", made_at=NOW, expires_at=later(hours=1),
        )  # fmt: skip
        await database.write(lambda work: work.uploads.add(upload))
        return upload

    mine, foreign = await begin(ours, "mine"), await begin(theirs, "foreign")

    async def looking(work: Work) -> None:
        assert await work.uploads.for_photo(ours.id, "photo-0001") == mine
        assert await work.uploads.for_photo(theirs.id, "photo-0001") == foreign
        assert await work.uploads.get(mine.invitation, mine.id) == mine
        assert await work.uploads.get(mine.invitation, foreign.id) is None
        assert await work.uploads.unfinished(mine.invitation) == (1, 5_000_000_000)

    async def forgetting(work: Work) -> None:
        await work.uploads.forget_of_photo(ours.id, "photo-0001")
        assert await work.uploads.get(mine.invitation, mine.id) is None
        assert await work.uploads.get(foreign.invitation, foreign.id) == foreign

    await database.read(looking)
    await database.write(forgetting)


async def test_journals_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    for actor in ("Anna", "Anne"):
        await note(database, ours, actor)
    await note(database, theirs, "Bert")
    assert [(event.number, event.actor) for event in await journal(database, ours)] == [(1, "Anna"), (2, "Anne")]
    assert [(event.number, event.actor) for event in await journal(database, theirs)] == [(1, "Bert")]

    async def heads(work: Work) -> tuple[int, int]:
        return await work.journal.head(ours.id), await work.journal.head(theirs.id)

    assert await database.read(heads) == (2, 1)


async def test_what_is_told_of_an_invitation_stays_at_home(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    kinds = [Kind.SENTENCE_SAID, Kind.SENTENCE_HEARD, Kind.SENTENCE_SAID, Kind.TAPPED]

    async def telling(work: Work) -> None:
        for organisation in (ours, theirs):
            for invitation in ("same", "other"):
                for kind in kinds:
                    await work.journal.append(
                        kind, organisation=organisation.id, at=NOW, actor=organisation.name, invitation=invitation,
                        detail={"text": f"{organisation.name} {invitation}"},
                    )  # fmt: skip

    await database.write(telling)
    asked = {Kind.SENTENCE_SAID, Kind.SENTENCE_HEARD}
    found = await database.read(lambda work: work.journal.of_invitation(ours.id, "same", asked))
    assert [(event.number, event.kind, event.detail["text"]) for event in found] == [
        (number, kind, "Antwerp same") for number, kind in enumerate(kinds[:3], 1)
    ]
    assert await database.read(lambda work: work.journal.of_invitation(ours.id, "same", [])) == []
    assert await database.read(lambda work: work.journal.of_invitation(ours.id, "nothing", asked)) == []
    await database.write(lambda work: work.journal.forget_details(ours.id, "same"))
    found = await database.read(lambda work: work.journal.of_invitation(ours.id, "same", asked))
    assert [dict(event.detail) for event in found] == [{}, {}, {}]


async def test_forgetting_here_erases_nothing_there(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    async def telling(work: Work) -> None:
        for organisation in (ours, theirs):
            await work.journal.append(
                Kind.PHONE_DESCRIBED, organisation=organisation.id, at=NOW, actor="citizen", invitation="same",
                detail={"kind": "iPhone"},
            )  # fmt: skip

    await database.write(telling)
    await database.write(lambda work: work.journal.forget_details(ours.id, "same"))
    assert [event.detail for event in await journal(database, ours)] == [{}]
    assert [event.detail for event in await journal(database, theirs)] == [{"kind": "iPhone"}]


async def test_secrets_and_their_rotation_stay_at_home(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    before = await database.read(lambda work: work.organisations.secrets(theirs.id))
    await database.write(lambda work: work.organisations.rotate(ours.id, secret=b"new", at=NOW))
    mine = await database.read(lambda work: work.organisations.secrets(ours.id))
    assert [(secret.value, secret.retired_at) for secret in mine] == [(b"new", None), (b"Antwerp" * 4, NOW)]
    assert await database.read(lambda work: work.organisations.secrets(theirs.id)) == before
    assert await database.read(lambda work: work.organisations.get(ours.id)) == ours
    assert await database.read(lambda work: work.organisations.get(theirs.id)) == theirs


async def test_a_wish_for_sound_stays_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    await database.write(lambda work: work.organisations.set_sound(ours.id, sound=True))
    assert await database.read(lambda work: work.organisations.get(ours.id)) == replace(ours, sound=True)
    assert await database.read(lambda work: work.organisations.get(theirs.id)) == theirs
    await database.write(lambda work: work.organisations.set_sound(ours.id, sound=False))
    assert await database.read(lambda work: work.organisations.get(ours.id)) == ours


async def test_patience_and_silence_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    await database.write(lambda work: work.organisations.set_unanswered(ours.id, minutes=9))
    changed = await database.read(lambda work: work.organisations.get(ours.id))
    assert changed == replace(ours, unanswered_minutes=9)
    assert await database.read(lambda work: work.organisations.get(theirs.id)) == theirs
    mine, foreign = await invite(database, ours), await invite(database, theirs)

    async def looking(work: Work) -> None:
        assert await work.invitations.unanswered(ours.id, since=NOW, until=later(minutes=1)) == [mine]
        assert await work.invitations.unanswered(theirs.id, since=NOW, until=later(minutes=1)) == [foreign]
        assert await work.invitations.unanswered(ours.id, since=later(minutes=1), until=later(minutes=2)) == []

    await database.read(looking)


async def test_what_happened_last_stays_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    async def happening(work: Work) -> None:
        for organisation, kind in (
            (ours, Kind.TAPPED),
            (ours, Kind.PAGE_LOADED),
            (ours, Kind.TAPPED),
            (theirs, Kind.TAPPED),
        ):
            await work.journal.append(kind, organisation=organisation.id, at=NOW, actor="showme")
        mine = await work.journal.newest(ours.id, {Kind.TAPPED})
        assert [event.number for event in mine] == [3, 1]
        assert [event.number for event in await work.journal.newest(ours.id, {Kind.TAPPED}, most=1)] == [3]
        assert [event.number for event in await work.journal.newest(theirs.id, {Kind.TAPPED})] == [1]

    await database.write(happening)


async def test_sessions_and_passkeys_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    async def adding(work: Work) -> None:
        for organisation, place in ((ours, "1"), (theirs, "2")):
            owner = Dispatcher(organisation=organisation.id, name="Anna")
            session = Session(id=place * 16, dispatcher=owner, way="link", device=Device(), made_at=NOW, seen_at=NOW)
            await work.sign_ins.add_session(f"session {place}", session)
            passkey = Passkey(
                id=place * 16, owner=owner, handle=b"h", credential=place.encode(), public_key=b"k", counter=0,
                label="Phone", made_at=NOW,
            )  # fmt: skip
            assert await work.sign_ins.add_passkey(passkey)

    await database.write(adding)

    async def reaching_over(work: Work) -> None:
        assert [each.id for each in await work.sign_ins.sessions(ours.id)] == ["1" * 16]
        assert [each.id for each in await work.sign_ins.passkeys(ours.id)] == ["1" * 16]
        assert not await work.sign_ins.end_session(ours.id, "2" * 16, by="Eve", at=NOW)
        await work.sign_ins.name_passkey(ours.id, "2" * 16, "Eve's")
        assert not await work.sign_ins.remove_passkey(ours.id, "2" * 16)

    await database.write(reaching_over)
    [foreign] = await database.read(lambda work: work.sign_ins.passkeys(theirs.id))
    assert foreign.label == "Phone"
    [session] = await database.read(lambda work: work.sign_ins.sessions(theirs.id))
    assert session.ended_at is None


async def test_sign_in_links_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    async def adding(work: Work) -> None:
        for digest, organisation in (("mine", ours), ("foreign", theirs)):
            await work.sign_ins.add_link(
                digest, organisation=organisation.id, role="dispatcher", at=NOW, name=None, expires_at=None
            )
        await work.sign_ins.revoke_organisation_links(ours.id, NOW)

    await database.write(adding)
    assert await database.read(lambda work: work.sign_ins.link("mine", NOW)) is None
    found = await database.read(lambda work: work.sign_ins.link("foreign", NOW))
    assert found == Dispatcher(organisation=theirs.id, name="", role="dispatcher")


async def test_chats_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    await note(database, theirs)

    async def enrolling(work: Work) -> tuple[Chat, Chat]:
        await work.chats.add_code("mine", organisation=ours.id, role="supervisor", expires_at=later(minutes=1))
        assert await work.chats.spend_code("mine", NOW) == (ours.id, "supervisor")
        mine, foreign = [
            await work.chats.enrol(
                organisation=organisation.id, telegram_id=-place, title="Chat", role="dispatcher", language="en", at=NOW
            )
            for place, organisation in enumerate((ours, theirs), 1)
        ]
        return mine, foreign

    mine, foreign = await database.write(enrolling)
    assert (mine.cursor, foreign.cursor) == (0, 1)

    async def looking(work: Work) -> None:
        assert await work.chats.all(ours.id) == [mine]
        assert await work.chats.all(theirs.id) == [foreign]
        assert await work.chats.all() == [mine, foreign]

    await database.read(looking)


async def test_an_sms_carries_its_organisation(database: Database, ours: Organisation, theirs: Organisation) -> None:
    for organisation in (ours, theirs):
        invitation = await invite(database, organisation)

        async def queueing(work: Work, organisation: Organisation = organisation, name: str = invitation.id) -> None:
            sms = await work.sms.queue(
                organisation=organisation.id, invitation=name, by="Anna", number_digest="digest", at=NOW
            )
            taken = await work.sms.take(sms)
            assert taken is not None
            assert (taken.organisation, taken.invitation) == (organisation.id, name)

        await database.write(queueing)


async def test_what_one_organisation_sends_uses_up_nobody_elses_limits(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    async def looking(work: Work) -> tuple[Recently, Recently]:
        mine, foreign = [
            await work.sms.recently(organisation.id, by="Anna", number_digest="digest", since=NOW)
            for organisation in (ours, theirs)
        ]
        return mine, foreign

    for organisation in (ours, ours, theirs):
        invitation = await invite(database, organisation)

        async def queueing(work: Work, organisation: Organisation = organisation, name: str = invitation.id) -> None:
            await work.sms.queue(
                organisation=organisation.id, invitation=name, by="Anna", number_digest="digest", at=later(seconds=1)
            )

        await database.write(queueing)
    mine, foreign = await database.read(looking)
    assert mine == Recently(to_number=2, by_dispatcher=2, by_organisation=2)
    assert foreign == Recently(to_number=1, by_dispatcher=1, by_organisation=1)


async def test_credits_stay_at_home(database: Database, ours: Organisation, theirs: Organisation) -> None:
    async def moving(work: Work) -> None:
        assert await work.ledger.write(Entry.TOP_UP, 3, organisation=ours.id, actor="Sofie", at=NOW) == 3
        assert await work.ledger.write(Entry.TOP_UP, 5, organisation=theirs.id, actor="Bert", at=NOW) == 5
        assert await work.ledger.write(Entry.CHARGE, -1, organisation=ours.id, actor="Anna", at=NOW) == 2

    async def looking(work: Work) -> None:
        assert (await work.ledger.balance(ours.id), await work.ledger.balance(theirs.id)) == (2, 5)
        assert [(line.number, line.amount, line.balance, line.actor) for line in await work.ledger.newest(ours.id)] == [
            (2, -1, 2, "Anna"), (1, 3, 3, "Sofie"),
        ]  # fmt: skip
        assert [line.actor for line in await work.ledger.newest(theirs.id)] == ["Bert"]

    await database.write(moving)
    await database.read(looking)


async def test_a_spoken_code_opens_its_own_organisations_invitation(
    database: Database, ours: Organisation, theirs: Organisation
) -> None:
    mine, foreign = await invite(database, ours), await invite(database, theirs)

    async def adding(work: Work, organisation: Organisation, name: str, code: str) -> bool:
        return await work.spoken_codes.add(
            code, organisation=organisation.id, invitation=name, expires_at=later(minutes=10)
        )

    assert await database.write(lambda work: adding(work, ours, mine.id, "111111"))
    assert not await database.write(lambda work: adding(work, theirs, foreign.id, "111111"))
    assert await database.write(lambda work: adding(work, theirs, foreign.id, "222222"))
    assert await database.write(lambda work: work.spoken_codes.spend("111111", NOW)) == (ours.id, mine.id)
    assert await database.write(lambda work: work.spoken_codes.spend("222222", NOW)) == (theirs.id, foreign.id)


async def test_nobody_can_invite_for_an_organisation_that_is_not_there(database: Database, ours: Organisation) -> None:
    invitation = await invite(database, ours)
    with pytest.raises(Exception, match=r"(?i)null|foreign"):
        await database.write(
            lambda work: work.invitations.add(
                replace(invitation, organisation=99, id="other", nonce=b"other..."), e164=None
            )
        )
