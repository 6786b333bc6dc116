"""A whole service: real records, a real folder, a clock that stands still, and a provider that does as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select

from showme.domain.events import Event
from showme.domain.invitations import Invitation
from showme.domain.organisations import Organisation
from showme.domain.people import Dispatcher
from showme.domain.photos import Photo
from showme.domain.sms import Attempt, SmsRules
from showme.domain.words import Catalogue
from showme.records import Work
from showme.services.administering import Administering
from showme.services.asking import Asking
from showme.services.calling import Calling
from showme.services.clipping import Clipping
from showme.services.closing import Closing
from showme.services.commanding import Commanding
from showme.services.enrolling import Enrolling
from showme.services.forgetting import Forgetting
from showme.services.holding import Holding
from showme.services.inviting import Invited, Inviting
from showme.services.keeping import Keeping
from showme.services.marking import Marking
from showme.services.opening import Opened, Opening
from showme.services.passing import Passing
from showme.services.quarantining import Quarantining
from showme.services.receipting import Receipting
from showme.services.receiving import Receiving
from showme.services.revealing import Revealing
from showme.services.sending import Sending
from showme.services.showing import Showing
from showme.services.signing_in import SigningIn
from showme.services.speaking import Speaking
from showme.services.stills import Stills
from showme.services.taking_back import TakingBack
from showme.services.taking_out import TakingOut
from showme.services.topping_up import ToppingUp
from showme.services.viewing import Viewing
from storage.database import Database, UnitOfWork, open_database
from storage.media import FolderMedia
from storage.partials import FolderPartials
from storage.tables import metadata, sms_attempts
from tests.fakes.clips import QuickClips
from tests.fakes.clock import MovableClock
from tests.fakes.imaging import QuickImaging
from tests.fakes.media import RecordingMedia
from tests.fakes.sms import ScriptedGateway
from tests.storage.conftest import chosen_database_url, database_url, migrated, postgresql_server
from words import read_words

__all__ = ["chosen_database_url", "database_url", "migrated", "postgresql_server"]
"""Fixtures of the records that houses stand on."""

T = TypeVar("T")

URL = "https://112.example"
NUMBER = "0470 12 34 56"
E164 = "+32470123456"
MOST_IN_FLIGHT = 100 * 1024 * 1024


class NotedDatabase(Database):
    """Tells ``note`` of each commit."""

    note: Callable[[str], None] = staticmethod(lambda _: None)

    async def write(self, step: Callable[[Work], Awaitable[T]]) -> T:
        result = await super().write(step)
        self.note("rows durable")
        return result


class House:
    """One running installation of two organisations; ``restart`` is what a crash and a new start leave."""

    def __init__(self, database: Database, folder: FolderMedia, partials: FolderPartials) -> None:
        self.clock = MovableClock()
        self.gateway = ScriptedGateway()
        self.gateways: list[ScriptedGateway] = [self.gateway]
        self.rules = SmsRules(countries=frozenset({"BE", "FR", "NL", "DE"}), to_number=1000, by_dispatcher=1000)
        self.imaging = QuickImaging()
        self.clips = QuickClips()
        self.order: list[str] = []
        self.reports: list[tuple[str, BaseException]] = []
        self.records = NotedDatabase(database._writer, database._readers, one_writer=database._turn is not None)
        self.records.note = self.order.append
        self.folder = folder
        self.partials = partials
        self.media = RecordingMedia(folder, self.order.append)
        self.administering = Administering(records=self.records, clock=self.clock)
        self.put_together()

    def put_together(self) -> None:
        records, clock = self.records, self.clock
        self.sending = Sending(
            records=records,
            clock=clock,
            gateways_of=lambda _: self.gateways,
            words=Catalogue(read_words()),
            public_url=URL,
        )
        self.inviting = Inviting(records=records, clock=clock, sending=self.sending, rules=self.rules, public_url=URL)
        self.receipting = Receipting(records=records, clock=clock)
        self.speaking = Speaking(records=records, clock=clock)
        self.topping_up = ToppingUp(records=records, clock=clock)
        self.opening = Opening(records=records, clock=clock)
        self.clipping = Clipping(
            records=records, clock=clock, media=self.media, imaging=self.imaging, clips=self.clips, report=self.report
        )
        self.showing = Showing(
            records=records, clock=clock, media=self.media, imaging=self.imaging, at_once=2, report=self.report,
            clipping=self.clipping,
        )  # fmt: skip
        self.receiving = Receiving(
            records=records, clock=clock, media=self.media, imaging=self.imaging, showing=self.showing,
            most_bytes_in_flight=MOST_IN_FLIGHT, clips=self.clips,
        )  # fmt: skip
        self.closing = Closing(records=records, clock=clock)
        self.enrolling = Enrolling(records=records, clock=clock)
        self.signing_in = SigningIn(records=records, clock=clock, public_url=URL)
        self.forgetting = Forgetting(
            records=records, clock=clock, media=self.media, partials=self.partials, report=self.report
        )
        self.viewing = Viewing(records=records, clock=clock, media=self.media)
        self.calling = Calling(records=records, clock=clock, report=self.report)
        self.stills = Stills(calling=self.calling, records=records, clock=clock)
        self.commanding = Commanding(records=records, clock=clock)
        self.passing = Passing(records=records, clock=clock, public_url=URL)
        self.asking = Asking(records=records, clock=clock)
        self.taking_back = TakingBack(records=records, clock=clock, media=self.media)
        self.keeping = Keeping(records=records, clock=clock, receiving=self.receiving)
        self.revealing = Revealing(records=records, clock=clock)
        self.marking = Marking(records=records, clock=clock)
        self.taking_out = TakingOut(records=records, clock=clock)
        self.holding = Holding(records=records, clock=clock)
        self.quarantining = Quarantining(
            records=records, clock=clock, media=self.media, showing=self.showing, days=30, report=self.report
        )

    async def open(self) -> None:
        ours = await self.administering.add_organisation(name="Antwerp", region="BE", language="nl")
        theirs = await self.administering.add_organisation(name="Brussels", region="BE", language="fr")
        self.ours: Organisation = ours
        self.anna = Dispatcher(organisation=ours.id, name="Anna")
        self.bert = Dispatcher(organisation=theirs.id, name="Bert")
        await self.records.learn_heads()

    async def stop(self) -> None:
        self.stills.stop()
        await self.calling.stop()
        await self.showing.stop()
        await self.clipping.stop()
        await self.forgetting.stop()
        for task in tuple(self.sending._under_way):
            task.cancel()
        await self.sending.stop()
        await self.records.finish()

    def report(self, name: str, error: BaseException) -> None:
        self.reports.append((name, error))

    def add_provider(self, name: str = "second") -> ScriptedGateway:
        """Install another provider, to be asked after those that are there."""
        gateway = ScriptedGateway(name)
        self.gateways.append(gateway)
        return gateway

    async def top_up(self, amount: int) -> None:
        supervisor = Dispatcher(organisation=self.ours.id, name="Sofie", role="supervisor")
        await self.topping_up.top_up(supervisor, amount)

    async def settled(self) -> None:
        """Wait until no SMS is under way any more."""
        while self.sending._under_way:
            await asyncio.wait(set(self.sending._under_way), timeout=60)

    async def credits(self) -> int:
        """Return what is left, once the ledger has been added up line by line."""
        lines = await self.records.read(lambda work: work.ledger.newest(self.ours.id, most=10_000))
        assert [line.number for line in lines] == list(range(len(lines), 0, -1))
        balance = 0
        for line in reversed(lines):
            balance += line.amount
            assert line.balance == balance >= 0
        assert await self.topping_up.credits(self.anna) == balance
        return balance

    async def entries(self) -> list[str]:
        """Return what the ledger's lines were written for, oldest first."""
        lines = await self.records.read(lambda work: work.ledger.newest(self.ours.id, most=10_000))
        return [str(line.entry) for line in reversed(lines)]

    async def invite_at_once(self, to: str, *, times: int) -> list[Invited | BaseException]:
        """Invite the same number so often at the same moment; return what became of each."""
        answers = await asyncio.gather(*(self.invite(to=to) for _ in range(times)), return_exceptions=True)
        await self.settled()
        return answers

    async def everything(self) -> dict[str, list[Mapping[str, object]]]:
        """Return every row of every table."""

        async def looking(work: Work) -> dict[str, list[Mapping[str, object]]]:
            assert isinstance(work, UnitOfWork)
            return {
                table.name: [dict(row._mapping) for row in await work.sms._connection.execute(select(table))]
                for table in metadata.sorted_tables
            }

        return await self.records.read(looking)

    async def attempts(self) -> list[Attempt]:
        """Return what each provider did, in the order in which they were asked."""

        async def looking(work: Work) -> list[Attempt]:
            assert isinstance(work, UnitOfWork)
            rows = await work.sms._connection.execute(select(sms_attempts).order_by(sms_attempts.c.made_at))
            return [
                Attempt(
                    sms=row.sms, provider=row.provider, state=row.state, provider_id=row.provider_id, cause=row.cause
                )
                for row in rows
            ]

        return await self.records.read(looking)

    async def invite(self, *, to: str | None = None, purpose: str | None = None) -> Invited:
        return await self.inviting.invite(self.anna, to=to, purpose=purpose)

    async def receive(self, key: str, content: bytes, photo_id: str | None = None) -> Photo:
        opened = await self.opening.open(key)
        async with self.receiving.arriving(opened, announced_bytes=len(content)) as arrival:
            for at in range(0, len(content), 64 * 1024):
                await arrival.write(content[at : at + 64 * 1024])
            return await arrival.finish(photo_id)

    async def at_the_door(self, *, purpose: str = "live") -> Opened:
        """Invite a citizen, who opens the link."""
        return await self.opening.open((await self.invite(purpose=purpose)).key)

    async def again(self, opened: Opened) -> Opened:
        """Open the same link as the next request does, with what is known by then."""
        return Opened(invitation=await self.see(opened.invitation), organisation=opened.organisation)

    async def see(self, invitation: Invitation) -> Invitation:
        return await self.viewing.invitation(self.anna, invitation.id)

    async def events(self, dispatcher: Dispatcher | None = None) -> Sequence[Event]:
        organisation = (dispatcher or self.anna).organisation
        return await self.records.read(lambda work: work.journal.since(organisation, 0, most=1000))

    async def kinds(self, dispatcher: Dispatcher | None = None) -> list[str]:
        return [str(event.kind) for event in await self.events(dispatcher)]

    async def number_of(self, invitation: Invitation) -> str | None:
        return await self.records.read(lambda work: work.invitations.number_of(invitation.id))

    async def wait_for(self, kind: str, *, times: int = 1) -> None:
        """Wait until the journal has an event of this kind."""
        async with asyncio.timeout(60):
            while (kinds := await self.kinds()).count(kind) < times:
                await self.records.wait_beyond(self.ours.id, len(kinds))

    def files(self) -> set[str]:
        folder = self.folder._folder
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
async def house(chosen_database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_database(chosen_database_url) as database:
        media = tmp_path / "media"
        house = House(database, await FolderMedia.open(media), await FolderPartials.open(media))
        await house.open()
        yield house
        await house.stop()


@pytest.fixture
async def paying_house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Return a house on each kind of database, for whatever is about money."""
    async with open_database(database_url) as database:
        media = tmp_path / "media"
        house = House(database, await FolderMedia.open(media), await FolderPartials.open(media))
        await house.open()
        yield house
        await house.stop()
