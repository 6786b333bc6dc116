"""Puts the team chat's door together, opens it in the background, and closes it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from telegram import LinkPreviewOptions
from telegram.error import BadRequest, TelegramError
from telegram.ext import Defaults, ExtBot
from telegram.request import BaseRequest

from bot.alarming import Alarms
from bot.answering import Answering
from bot.comings import Comings
from bot.commands import Commands
from bot.followers import Followers
from bot.health import Health, Pulse
from bot.homes import Homes
from bot.invitations_here import InvitationsHere
from bot.listening import WANTED, Listening
from bot.menus import offer_everywhere
from bot.presses import Presses
from bot.reporting import Reports
from bot.saying import SayingHere
from bot.self_testing import SelfTests
from bot.services import Report, Services, discreet
from bot.spoken import SpokenHere
from bot.standing import Standing
from bot.supervisors_here import SupervisorsHere
from bot.this_chat import ThisChat
from bot.waiting import Backing, Waiting
from bot.wall_links import WallLinks
from bot.wire import Wire
from showme.domain.words import Catalogue
from showme.errors import Unavailable
from showme.ports import Clock, MediaStore
from showme.records import Records
from showme.services.appointing import Appointing
from showme.services.awaiting import Awaiting
from showme.services.guarding import Guarding
from showme.services.limiting import Limiting

TELEGRAM_API: Final = "https://api.telegram.org"
WEBHOOK_PATH: Final = "/callbacks/telegram"
_CLOSING: Final = 3.0
"""Seconds for what is at hand when we stop."""
_PULSE_EVERY: Final = 60.0
"""Seconds between two questions whether Telegram is there, when it calls us and not we it."""
_QUIET: Final = ("httpx", "httpcore", "telegram")
"""Loggers that write addresses with the token in them, or what we say with a citizen's key in it."""


class TeamChat:
    """The team chat's door; Telegram slow, down or absent never holds anything else up."""

    def __init__(
        self,
        *,
        token: str,
        services: Services,
        records: Records,
        clock: Clock,
        catalogue: Catalogue,
        media: MediaStore,
        code_address: str,
        report: Report,
        request: BaseRequest | None = None,
        webhook: tuple[str, str] | None = None,
        look_every: float = 0.5,
        repeats_matter: bool = True,
        api: str = TELEGRAM_API,
        may_speak: Callable[[], bool] = lambda: True,
        limiting: Limiting | None = None,
    ) -> None:
        """Put it together; nothing is opened.

        ``code_address`` is where a citizen types a spoken code, as a dispatcher says it: without ``https://``.
        ``webhook`` is our public address (no slash at its end) and the secret that Telegram has to show; without it we
        ask for updates. ``request`` is the wire to Telegram, ``look_every`` the seconds between two looks at the clock.
        ``api`` is a Bot API server in the place of Telegram's. ``may_speak`` is asked before we say anything.
        ``repeats_matter`` says to ask before a number is invited twice within minutes; who practises does so all day.
        ``limiting`` hears of it when Telegram takes no more.
        """
        report = discreet(report, token=token)
        self._bot = ExtBot(
            token,
            request=request or Wire(connections=32, may_speak=may_speak),
            get_updates_request=request or Wire(connections=1, may_speak=may_speak),
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            defaults=Defaults(
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                allow_sending_without_reply=True,
            ),
        )
        self._catalogue = catalogue
        self._report = report
        self._webhook = webhook
        self._waiting = Waiting(clock, look_every=look_every)
        self._pulse = Pulse(clock)
        appointing, guarding = Appointing(records=records, clock=clock), Guarding(records=records, clock=clock)
        self._followers = Followers(
            bot=self._bot, records=records, clock=clock, catalogue=catalogue, media=media, services=services,
            guarding=guarding, waiting=self._waiting, pulse=self._pulse, limiting=limiting, report=report,
        )  # fmt: skip
        answering = Answering(
            bot=self._bot, followers=self._followers, clock=clock, waiting=self._waiting, report=report
        )
        invitations = InvitationsHere(
            services=services, records=records, clock=clock, catalogue=catalogue, answering=answering,
            followers=self._followers, repeats_matter=repeats_matter,
        )  # fmt: skip
        homes = Homes(bot=self._bot, records=records, report=report)
        walls = WallLinks(
            bot=self._bot, services=services, appointing=appointing, answering=answering, homes=homes,
        )  # fmt: skip
        saying = SayingHere(
            services=services, records=records, clock=clock, invitations=invitations, answering=answering,
            followers=self._followers, report=report,
        )  # fmt: skip
        supervisors = SupervisorsHere(bot=self._bot, appointing=appointing, answering=answering, report=report)
        spoken = SpokenHere(
            services=services, records=records, clock=clock, invitations=invitations, answering=answering,
            address=code_address,
        )  # fmt: skip
        standing = Standing(
            services=services, records=records, clock=clock, answering=answering, pulse=self._pulse,
        )  # fmt: skip
        reports = Reports(
            bot=self._bot, services=services, answering=answering, followers=self._followers, clock=clock, report=report
        )
        self._self_tests = SelfTests(services=services, answering=answering, report=report)
        this_chat = ThisChat(
            services=services, records=records, catalogue=catalogue, answering=answering, followers=self._followers,
            awaiting=Awaiting(records=records, clock=clock, report=report),
        )  # fmt: skip
        commands = Commands(
            bot=self._bot, records=records, clock=clock, catalogue=catalogue, services=services,
            invitations=invitations, walls=walls, spoken=spoken, standing=standing, reports=reports,
            self_tests=self._self_tests, this_chat=this_chat, saying=saying, supervisors=supervisors,
            appointing=appointing, answering=answering, followers=self._followers, report=report,
        )  # fmt: skip
        presses = Presses(
            bot=self._bot, records=records, clock=clock, catalogue=catalogue, services=services,
            invitations=invitations, spoken=spoken, saying=saying, appointing=appointing, answering=answering,
            followers=self._followers, report=report,
        )  # fmt: skip
        comings = Comings(services=services, guarding=guarding, followers=self._followers, homes=homes, clock=clock)
        self._alarms = Alarms(bot=self._bot, followers=self._followers, clock=clock, catalogue=catalogue, report=report)
        self._listening = Listening(
            bot=self._bot, records=records, commands=commands, presses=presses, comings=comings,
            waiting=self._waiting, pulse=self._pulse, report=report,
        )  # fmt: skip
        self._task: asyncio.Task[None] | None = None
        self._is_open = False

    @property
    def health(self) -> Health:
        """How the door stands (``starting``, ``up`` or ``down``), and since when."""
        return self._pulse.health

    @property
    def times_slowed(self) -> int:
        """How often Telegram took nothing more in a chat for a while, since we began."""
        return self._pulse.times_slowed

    async def alarm(self, part: str, since: datetime) -> None:
        """Tell supervisors of a part's trouble without the journal; nothing is raised."""
        await self._alarms.tell(part, since)

    async def start(self) -> None:
        """Begin in the background, and return at once; Telegram is tried until it answers."""
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop within a few seconds; what is unsaid waits in the records for the next start."""
        was_open, self._is_open = self._is_open, False
        await self._self_tests.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if was_open and self._webhook is None:
            await self._listening.finish(within=_CLOSING)
        await self._bot.shutdown()

    async def handle_update(self, update: Mapping[str, Any]) -> None:
        """Handle what Telegram posts to the webhook; raise Unavailable while we do not know Telegram yet."""
        if not self._is_open:
            raise Unavailable("unavailable", retry_after=5)
        await self._listening.handle(update)

    async def _run(self) -> None:
        await self._reach_telegram()
        self._pulse.beat()
        self._is_open = True
        following = asyncio.create_task(self._followers.follow())
        try:
            await self._listen()
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _listen(self) -> None:
        """Listen for ever; what nobody foresaw is reported, and listening goes on."""
        while True:
            try:
                await (self._feel_the_pulse() if self._webhook else self._listening.poll())
            except Exception as error:  # noqa: BLE001 - the door stays open
                self._report("telegram_listening_failed", error)
                await self._waiting.pause(5)

    async def _feel_the_pulse(self) -> None:
        while True:
            await self._waiting.pause(_PULSE_EVERY)
            try:
                await self._bot.get_me()
            except TelegramError as error:
                if self._pulse.miss():
                    self._report("telegram_unreachable", error)
            else:
                self._pulse.beat()

    async def _reach_telegram(self) -> None:
        backing = Backing()
        while True:
            try:
                await self._bot.initialize()
                await self._offer_commands()
                await self._choose_how_to_listen()
            except Exception as error:  # noqa: BLE001 - whatever it is, the web goes on, and so do we
                if self._pulse.miss():
                    self._report("telegram_unreachable", error)
                await self._waiting.pause(backing.failed())
            else:
                return

    async def _offer_commands(self) -> None:
        try:
            await offer_everywhere(self._bot, self._catalogue)
        except BadRequest as error:
            self._report("telegram_commands_not_offered", error)

    async def _choose_how_to_listen(self) -> None:
        if self._webhook is None:
            await self._bot.delete_webhook()
            return
        public_url, secret = self._webhook
        await self._bot.set_webhook(f"{public_url}{WEBHOOK_PATH}", secret_token=secret, allowed_updates=WANTED)
