"""A team chat with people in it, a stand-in for Telegram, and the real services on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from PIL import Image
from telegram.error import NetworkError
from telegram.request import BaseRequest

from bot.application import TeamChat
from gateways.drawing import ReportPainter
from gateways.sms.outbox import EmbeddedOutbox
from practice.telegram.bot_api import BotApi
from practice.telegram.chats import Chats
from practice.telegram.people import People
from practice.telegram.records import Membership, Message, Person
from practice.telegram.request import InMemoryRequest
from showme.domain.invitations import Invitation
from showme.domain.organisations import Organisation
from showme.domain.people import Dispatcher, Role
from showme.domain.photos import Photo
from showme.domain.pictures import Derived, PictureHeader
from showme.domain.sms import SmsRules
from showme.domain.words import Catalogue
from showme.errors import NotReadable
from showme.ports import SmsGateway
from showme.records import Records, Work
from showme.services.administering import Administering
from showme.services.calling import Calling
from showme.services.clipping import Clipping
from showme.services.closing import Closing
from showme.services.commanding import Commanding
from showme.services.conversing import Conversing
from showme.services.enrolling import Enrolling
from showme.services.forgetting import Forgetting
from showme.services.inviting import Invited, Inviting
from showme.services.keeping import Keeping
from showme.services.limiting import Limiting
from showme.services.opening import Opened, Opening
from showme.services.passing import Passing
from showme.services.receiving import Receiving
from showme.services.reporting import Reporting
from showme.services.self_testing import OUTBOX_NUMBER, SelfTesting
from showme.services.sending import Sending
from showme.services.showing import Showing
from showme.services.signing_in import SigningIn
from showme.services.speaking import Speaking
from showme.services.taking_back import TakingBack
from showme.services.topping_up import ToppingUp
from showme.services.viewing import Viewing
from storage.database import open_database
from storage.media import FolderMedia
from storage.partials import FolderPartials
from tests.fakes.clips import MP4, QuickClips
from tests.fakes.phone import ServicePhone
from tests.pictures import card, jpeg
from tests.storage.conftest import chosen_database_url, migrated, postgresql_server
from words import read_words

__all__ = ["chosen_database_url", "migrated", "postgresql_server"]

TOKEN = "42:practice"
PUBLIC_URL = "https://showme.example"
CODE_ADDRESS = "showme.example/c"
RULES = SmsRules(countries=frozenset({"BE", "FR", "NL", "DE"}), to_number=1000, by_dispatcher=1000)
NUMBER = "0470 12 34 56"
PATIENCE = 60
HOPS = 20
"""Turns of the event loop in which nothing is under way: more than lie between any two steps of one piece of work."""

T = TypeVar("T")


@dataclass
class Hands:
    """Counts what is under way: transactions, calls to Telegram, and work in threads.

    A message stands in the chat before the bot has noted that it stands there. Whoever looks at the chat and then moves
    the clock, or looks at the records, has to wait for that as well.
    """

    full: int = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self.full += 1
        try:
            yield
        finally:
            self.full -= 1

    async def rest(self) -> None:
        """Wait until nothing is under way, and nothing comes of what was; the clock stands still meanwhile."""
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        quiet = 0
        while quiet < HOPS:
            if loop.time() > until:
                pytest.fail(f"{self.full} pieces of work never come to an end")
            await asyncio.sleep(0.001 if self.full else 0)
            quiet = 0 if self.full else quiet + 1


@dataclass(frozen=True)
class CountedRecords:
    """The records, at which is seen whether somebody reads or writes."""

    records: Records
    hands: Hands

    async def write(self, step: Callable[[Work], Awaitable[T]]) -> T:
        with self.hands.at_work():
            return await self.records.write(step)

    async def read(self, step: Callable[[Work], Awaitable[T]]) -> T:
        with self.hands.at_work():
            return await self.records.read(step)

    async def wait_beyond(self, organisation: int | None, number: int) -> None:
        await self.records.wait_beyond(organisation, number)


class CountedThreads(ThreadPoolExecutor):
    """The threads of the event loop, at which is seen whether one works."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._hands = hands
        self._loop = asyncio.get_running_loop()

    def submit(self, work: Callable[..., T], /, *arguments: Any, **more: Any) -> Future[T]:
        self._hands.full += 1
        future = super().submit(work, *arguments, **more)
        future.add_done_callback(lambda _: self._loop.call_soon_threadsafe(self._done))
        return future

    def _done(self) -> None:
        self._hands.full -= 1


class MovableClock:
    """Stands still until somebody moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


class PlainImaging:
    """Decodes in the same process: these tests trust their own pictures. A tiny one counts as damaged."""

    async def inspect(self, file: Path) -> PictureHeader:
        with Image.open(file) as picture:
            return PictureHeader(format="jpeg", width=picture.width, height=picture.height)

    async def derive(self, original: Path, *, wall: Path, thumbnail: Path) -> Derived:
        with Image.open(original) as picture:
            if picture.width < 32:
                raise NotReadable
            picture.save(wall, "JPEG")
            picture.save(thumbnail, "JPEG")
            width, height = picture.size
        return Derived(width=width, height=height, wall_bytes=1, thumbnail_bytes=1)


class Wire(InMemoryRequest):
    """A wire that can be cut, so that nothing even leaves."""

    is_cut = False

    def __init__(self, api: BotApi, hands: Hands) -> None:
        super().__init__(api)
        self._hands = hands

    async def do_request(self, url: str, *arguments: Any, **more: Any) -> tuple[int, bytes]:
        if url.lower().endswith("/getupdates"):
            # It waits for somebody to speak, and that is no work.
            return await self._do_request(url, *arguments, **more)
        with self._hands.at_work():
            return await self._do_request(url, *arguments, **more)

    async def _do_request(self, *arguments: Any, **more: Any) -> tuple[int, bytes]:
        if self.is_cut:
            # As HTTPXRequest tells of a refused connection.
            refused = httpx.ConnectError("All connection attempts failed")
            raise NetworkError(f"httpx.ConnectError: {refused}") from refused
        return await super().do_request(*arguments, **more)


@dataclass
class Desk:
    """The services, as the roof puts them together."""

    hands: Hands
    records: Records
    clock: MovableClock
    catalogue: Catalogue
    media: FolderMedia
    inviting: Inviting
    closing: Closing
    viewing: Viewing
    enrolling: Enrolling
    signing_in: SigningIn
    speaking: Speaking
    topping_up: ToppingUp
    reporting: Reporting
    self_testing: SelfTesting
    phone: ServicePhone
    opening: Opening
    receiving: Receiving
    showing: Showing
    clips: QuickClips
    clipping: Clipping
    forgetting: Forgetting
    administering: Administering
    calling: Calling
    commanding: Commanding
    conversing: Conversing
    passing: Passing
    keeping: Keeping
    gateways: list[SmsGateway]
    organisation: Organisation
    reports: list[tuple[str, BaseException]]


@dataclass
class Station:
    """A team chat, who sits in it, and the citizens who call."""

    desk: Desk
    chats: Chats
    api: BotApi
    people: People
    anna: Person
    group: int
    team_chat: TeamChat
    wire: Wire
    _photos: int = field(default=0)

    # --- what people do ---

    def say(self, text: str, *, by: Person | None = None, reply_to: int | None = None) -> Message:
        return self.people.say(self.group, by or self.anna, text, reply_to)

    def press(self, message: Message, deed: str, *, by: Person | None = None) -> str:
        value = next(button.value for row in message.buttons for button in row if button.value.startswith(f"{deed}:"))
        return self.people.press(self.group, message.id, value, by or self.anna).id

    async def enrol(self, chat: int | None = None, *, role: Role = "dispatcher", by: Person | None = None) -> None:
        code, _ = await self.desk.enrolling.make_code(self.desk.organisation.id, role=role)
        where = chat or self.group
        said = self.people.say(where, by or self.anna, f"/enrol {code}")
        await self.until(lambda: any(answer.reply_to == said.id for answer in self.chats.messages(where)))
        await self.until(lambda: self._is_followed(where))

    def _is_followed(self, telegram_id: int) -> bool:
        return any(following.telegram_id == telegram_id for following in self.team_chat._followers._followed.values())

    async def invite_from_wall(self, *, purpose: str = "photo", to: str | None = NUMBER) -> Invited:
        colleague = Dispatcher(organisation=self.desk.organisation.id, name="Bart")
        return await self.desk.inviting.invite(colleague, to=to, purpose=purpose)

    async def opened(self, invited: Invited) -> Opened:
        return await self.desk.opening.open(invited.key)

    async def send_photo(self, invited: Invited, *, size: tuple[int, int] = (320, 240)) -> Photo:
        self._photos += 1
        opened = await self.opened(invited)
        picture = card(size)
        picture.putpixel((0, 0), (self._photos % 256, self._photos // 256, 0))
        async with self.desk.receiving.arriving(opened, announced_bytes=None) as arrival:
            await arrival.write(jpeg(picture))
            return await arrival.finish(f"photo-of-citizen-{self._photos:04}")

    async def send_clip(self, invited: Invited) -> Photo:
        opened = await self.opened(invited)
        async with self.desk.receiving.arriving(opened, announced_bytes=None) as arrival:
            await arrival.write(MP4)
            return await arrival.finish("clip-of-citizen")

    async def keep_still(self, invited: Invited, *, by: str) -> Photo:
        colleague = Dispatcher(organisation=self.desk.organisation.id, name=by)

        async def chunks() -> AsyncIterator[bytes]:
            yield jpeg(card((320, 240)))

        return await self.desk.keeping.keep(colleague, invited.invitation.id, chunks())

    async def newest(self) -> Invitation:
        async def looking(work: Work) -> Invitation:
            return (await work.invitations.newest(self.desk.organisation.id))[0]

        return await self.desk.records.read(looking)

    # --- what they see ---

    def of_bot(self, chat: int | None = None) -> list[Message]:
        return [
            message
            for message in self.chats.messages(chat or self.group)
            if message.sender.is_bot and message.kind != "service" and not message.is_deleted
        ]

    def cards(self, chat: int | None = None) -> list[Message]:
        return [message for message in self.of_bot(chat) if message.kind == "text" and message.text.startswith("No. ")]

    def photos(self, chat: int | None = None) -> list[Message]:
        return [message for message in self.of_bot(chat) if message.kind == "photo"]

    def answers_to(self, said: Message) -> list[Message]:
        return [message for message in self.of_bot(said.chat_id) if message.reply_to == said.id]

    async def until(self, is_so: Callable[[], bool], *, passing: float = 0.0) -> None:
        """Wait until something is so and the bot has noted it; ``passing`` seconds go by between two looks.

        The clock moves only while nothing is under way: however slow the machine, what takes no time takes none.
        """
        until = asyncio.get_running_loop().time() + PATIENCE
        while not is_so():
            if asyncio.get_running_loop().time() > until:
                reported = [(event, error, vars(error)) for event, error in self.desk.reports]
                pytest.fail(f"it never came to be; reported: {reported}; said: {self.said()}")
            await self.desk.hands.rest()
            self.desk.clock.forward(seconds=passing)
            await asyncio.sleep(0.005)
        await self.desk.hands.rest()

    def said(self) -> list[str]:
        """Return what the bot says in the group, for the failing test's reader."""
        return [message.text or message.kind for message in self.of_bot()]

    async def settle(self, *, passing: float = 0.5, looks: int = 60) -> None:
        """Let time pass, so that whatever still wanted to be said is said."""
        for _ in range(looks):
            await self.desk.hands.rest()
            self.desk.clock.forward(seconds=passing)
            await asyncio.sleep(0.005)
        await self.desk.hands.rest()

    async def card(self) -> Message:
        await self.until(lambda: bool(self.cards()), passing=0.1)
        return self.cards()[-1]

    async def card_of_new(self) -> Message:
        """Invite, and return the card that comes of it."""
        known = {card.id for card in self.cards()}
        await self.invite_from_wall(to=None)
        await self.until(lambda: any(card.id not in known for card in self.cards()), passing=0.1)
        return next(card for card in self.cards() if card.id not in known)

    async def answer_to(self, said: Message) -> Message:
        # A second is what Telegram wants between two messages of a bot in one chat, and less than people take.
        await self.until(lambda: bool(self.answers_to(said)), passing=1.0)
        return self.answers_to(said)[0]


@pytest.fixture(autouse=True)
def _spans_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # python-telegram-bot 22 warns at every RetryAfter until one chooses timedelta for its ``retry_after``.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue(read_words())


@asynccontextmanager
async def open_desk(
    folder: Path, clock: MovableClock, catalogue: Catalogue, *, url: str | None = None
) -> AsyncIterator[Desk]:
    """Lend the services on records in a folder, which may be there from an earlier time, or at ``url``."""
    reports: list[tuple[str, BaseException]] = []

    def report(event: str, error: BaseException) -> None:
        reports.append((event, error))

    hands = Hands()
    asyncio.get_running_loop().set_default_executor(CountedThreads(hands))
    async with open_database(url or f"sqlite+aiosqlite:///{folder / 'showme.db'}") as database:
        records = CountedRecords(database, hands)
        media = await FolderMedia.open(folder / "media")
        partials = await FolderPartials.open(folder / "media")
        gateways: list[SmsGateway] = [EmbeddedOutbox(records=records, clock=clock)]
        sending = Sending(
            records=records, clock=clock, gateways_of=lambda _: gateways, words=catalogue, public_url=PUBLIC_URL
        )
        imaging = PlainImaging()
        clips = QuickClips()
        clipping = Clipping(records=records, clock=clock, media=media, imaging=imaging, clips=clips, report=report)
        showing = Showing(
            records=records, clock=clock, media=media, imaging=imaging, at_once=1, report=report, clipping=clipping
        )
        administering = Administering(records=records, clock=clock)
        receiving = Receiving(
            records=records,
            clock=clock,
            media=media,
            imaging=imaging,
            showing=showing,
            most_bytes_in_flight=1 << 30,
            clips=clips,
        )
        phone = ServicePhone(opening=Opening(records=records, clock=clock), receiving=receiving)
        self_testing = SelfTesting(
            records=records, clock=clock,
            inviting=Inviting(records=records, clock=clock, sending=sending, rules=RULES, public_url=PUBLIC_URL),
            closing=Closing(records=records, clock=clock),
            taking_back=TakingBack(records=records, clock=clock, media=media), phone=phone, number=OUTBOX_NUMBER,
            is_kept=True, every=None, report=report,
        )  # fmt: skip
        desk = Desk(
            hands=hands,
            reporting=Reporting(records=records, clock=clock, words=catalogue, drawing=ReportPainter(), report=report),
            self_testing=self_testing,
            phone=phone,
            records=records,
            clock=clock,
            catalogue=catalogue,
            media=media,
            inviting=Inviting(records=records, clock=clock, sending=sending, rules=RULES, public_url=PUBLIC_URL),
            closing=Closing(records=records, clock=clock),
            viewing=Viewing(records=records, clock=clock, media=media),
            enrolling=Enrolling(records=records, clock=clock),
            signing_in=SigningIn(records=records, clock=clock, public_url=PUBLIC_URL),
            speaking=Speaking(records=records, clock=clock),
            topping_up=ToppingUp(records=records, clock=clock),
            opening=Opening(records=records, clock=clock),
            receiving=receiving,
            showing=showing,
            clips=clips,
            clipping=clipping,
            forgetting=Forgetting(records=records, clock=clock, media=media, partials=partials, report=report),
            administering=administering,
            calling=Calling(records=records, clock=clock, report=report),
            commanding=Commanding(records=records, clock=clock),
            conversing=Conversing(records=records, clock=clock),
            passing=Passing(records=records, clock=clock, public_url=PUBLIC_URL),
            keeping=Keeping(records=records, clock=clock, receiving=receiving),
            gateways=gateways,
            organisation=next(
                iter(await administering.organisations()),
                None,
            )
            or await administering.add_organisation(name="Brussels 112", region="BE", language="nl"),
            reports=reports,
        )
        await showing.start()
        await clipping.start()
        yield desk
        await showing.stop()
        await clipping.stop()
        await sending.stop()


@pytest.fixture
async def desk(
    tmp_path: Path, clock: MovableClock, catalogue: Catalogue, chosen_database_url: str
) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, clock, catalogue, url=chosen_database_url) as desk:
        yield desk


def team_chat_of(desk: Desk, wire: BaseRequest) -> TeamChat:
    """Put a bot together as the roof does, on the stand-in's wire."""
    return TeamChat(
        token=TOKEN,
        services=desk,
        records=desk.records,
        clock=desk.clock,
        catalogue=desk.catalogue,
        media=desk.media,
        code_address=CODE_ADDRESS,
        report=lambda event, error: desk.reports.append((event, error)),
        request=wire,
        look_every=0.01,
        limiting=Limiting(
            records=desk.records,
            clock=desk.clock,
            report=lambda event, error: desk.reports.append((event, error)),
        ),
    )


@pytest.fixture
async def quiet_station(desk: Desk) -> AsyncIterator[Station]:
    """Lend a station whose bot has not been started, and whose chat is not enrolled."""
    bot = Person(id=42, first_name="showme", username="showme_bot", is_bot=True)
    chats = Chats(clock=desk.clock.now, bot=bot)
    anna = chats.new_person("Anna", last_name="Peeters")
    group = chats.open_group("Team chat", anna, bot=Membership(bot))
    api = BotApi(chats, token=TOKEN, enforce_rates=True)
    wire = Wire(api, desk.hands)
    station = Station(
        desk=desk,
        wire=wire,
        chats=chats,
        api=api,
        people=People(chats),
        anna=anna,
        group=group.id,
        team_chat=team_chat_of(desk, wire),
    )
    yield station
    await station.team_chat.stop()


@pytest.fixture
async def station(quiet_station: Station) -> Station:
    """Lend a station at work: the bot is up, the chat enrolled, and a minute has passed."""
    await quiet_station.team_chat.start()
    await quiet_station.until(lambda: quiet_station.team_chat.health.state == "up")
    await quiet_station.enrol()
    quiet_station.desk.clock.forward(minutes=2)
    return quiet_station
