"""Puts an installation together: opens every part, wires it, closes all in reverse; alone it knows all of them."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr
from quart import Quart

import web
from app.audit_key import audit_key
from app.clock import SystemClock
from app.live import Live, open_live
from app.logs import report, tell
from app.measures import Parts
from app.nodes import Part, open_nodes
from app.pictures import open_pictures
from app.providers import only, sms_providers, twilio_callback
from app.self_tests import self_testing, with_self_test_apart
from app.settings import EUROPE, Problems, Settings
from bot.application import TELEGRAM_API, TeamChat
from gateways.drawing import ReportPainter
from gateways.passkeys import WebauthnPasskeys
from gateways.sms.outbox import EmbeddedOutbox
from gateways.usage_webhook import UsageWebhook
from practice.credentials import practice_credentials
from practice.sms.phone import PracticePhone
from practice.stage import TOKEN, PracticeStage
from practice.telegram.request import InMemoryRequest
from showme.domain.sms import SmsRules
from showme.domain.words import Catalogue
from showme.errors import Unavailable
from showme.services.administering import Administering
from showme.services.announcing import Announcing
from showme.services.appointing import Appointing
from showme.services.asking import Asking
from showme.services.attending import Attending
from showme.services.auditing import Auditing
from showme.services.awaiting import Awaiting
from showme.services.checking import Checking
from showme.services.closing import Closing
from showme.services.commanding import Commanding
from showme.services.comparing import Comparing
from showme.services.conversing import Conversing
from showme.services.enrolling import Enrolling
from showme.services.handing_over import HandingOver
from showme.services.holding import Holding
from showme.services.inviting import Inviting
from showme.services.keeping import Keeping
from showme.services.limiting import Limiting
from showme.services.looking_on import LookingOn
from showme.services.marking import Marking
from showme.services.measuring import Measuring
from showme.services.opening import Opening
from showme.services.overseeing import Overseeing
from showme.services.passing import Passing
from showme.services.receipting import Receipting
from showme.services.recognising import Recognising
from showme.services.replying import Replying
from showme.services.reporting import Reporting
from showme.services.resuming import Resuming
from showme.services.revealing import Revealing
from showme.services.self_testing import SelfTesting
from showme.services.sending import Sending
from showme.services.sharing import Sharing
from showme.services.signing_in import SigningIn
from showme.services.speaking import Speaking
from showme.services.summarising import Summarising
from showme.services.taking_back import TakingBack
from showme.services.taking_out import TakingOut
from showme.services.taking_over import TakingOver
from showme.services.topping_up import ToppingUp
from showme.services.tracing import Tracing
from showme.services.viewing import Viewing
from showme.services.watching import Watching
from storage.database import open_database
from web.app import create_app
from web.feed import Tails
from web.needs import Needs
from web.tiles import MapSource
from words import read_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from showme.domain.organisations import Organisation
    from showme.ports import Clock, MediaStore
    from showme.records import Records
    from showme.services.forgetting import Forgetting

_LOCK: Final = "in-use"
ELSEWHERE: Final = "elsewhere"
"""How a part stands that works at another node."""
PRACTICE_ORGANISATION: Final = "112 Practice"
PRACTICE_CREDITS: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Office:
    """What the command line needs: records and the few services that work without doors."""

    records: Records
    appointing: Appointing
    awaiting: Awaiting
    administering: Administering
    signing_in: SigningIn
    enrolling: Enrolling
    topping_up: ToppingUp


@dataclass(frozen=True, kw_only=True)
class Services:
    """What dispatchers do, for both of their doors."""

    inviting: Inviting
    closing: Closing
    viewing: Viewing
    signing_in: SigningIn
    enrolling: Enrolling
    speaking: Speaking
    topping_up: ToppingUp
    commanding: Commanding
    conversing: Conversing
    passing: Passing
    reporting: Reporting
    self_testing: SelfTesting


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A whole installation, ready to be served."""

    app: Quart
    tails: Tails
    live: Live
    forgetting: Forgetting
    team_chat: TeamChat | None
    stage: PracticeStage | None

    def stop_feeds(self) -> None:
        """End every feed, every line of the switchboard and every wait for a still, so that the server can stop."""
        self.tails.stop()
        self.live.stop()


@asynccontextmanager
async def open_office(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Office]:
    """Open the records for the command line; a running server may use them at the same time."""
    clock = clock or SystemClock()
    make_private(settings.data)
    async with open_database(settings.database) as records:
        yield Office(
            records=records,
            appointing=Appointing(records=records, clock=clock),
            awaiting=Awaiting(records=records, clock=clock, report=report),
            administering=Administering(records=records, clock=clock, initial_top_up=settings.initial_top_up),
            signing_in=SigningIn(records=records, clock=clock, public_url=settings.base_url),
            enrolling=Enrolling(records=records, clock=clock),
            topping_up=ToppingUp(records=records, clock=clock),
        )


@asynccontextmanager
async def open_installation(
    settings: Settings, *, practice: bool = False, clock: Clock | None = None, delivers_after: float = 1.5
) -> AsyncIterator[Installation]:
    """Open everything, with what fell due while we were down already forgotten; close it in reverse.

    In practice an SMS is on the phone ``delivers_after`` so many seconds.

    Raise Problems (another showme uses the folder), Unavailable (the database cannot be reached).
    """
    clock = clock or SystemClock()
    make_private(settings.data)
    words = Catalogue(read_words())
    async with AsyncExitStack() as stack:
        stack.enter_context(only_user_of(settings.data))
        records = await stack.enter_async_context(open_database(settings.database))
        nodes = await stack.enter_async_context(open_nodes(settings, records))
        pictures = await stack.enter_async_context(
            open_pictures(settings, records=records, clock=clock, turns=nodes.turns)
        )
        media, receiving, showing = pictures.media.store, pictures.receiving, pictures.showing
        receipting = Receipting(records=records, clock=clock)
        if practice:
            phone = PracticePhone(records=records, clock=clock, note=receipting.note, after=delivers_after)
            stack.push_async_callback(phone.stop)
            providers = only(phone)
        else:
            providers = sms_providers(settings, records=records, clock=clock)
        sending = Sending(
            records=records,
            clock=clock,
            gateways_of=with_self_test_apart(
                providers.of, settings=settings, outbox=EmbeddedOutbox(records=records, clock=clock)
            ),
            words=words,
            public_url=settings.base_url,
            turns=nodes.turns,
        )
        limiting = Limiting(records=records, clock=clock, report=report)
        services = Services(
            inviting=Inviting(
                records=records,
                clock=clock,
                sending=sending,
                rules=_sms_rules(settings, practice=practice),
                public_url=settings.base_url,
                limiting=limiting,
            ),
            closing=Closing(records=records, clock=clock),
            viewing=Viewing(records=records, clock=clock, media=media),
            signing_in=SigningIn(records=records, clock=clock, public_url=settings.base_url),
            enrolling=Enrolling(records=records, clock=clock),
            speaking=Speaking(records=records, clock=clock),
            topping_up=ToppingUp(records=records, clock=clock),
            commanding=Commanding(records=records, clock=clock),
            conversing=Conversing(records=records, clock=clock),
            passing=Passing(records=records, clock=clock, public_url=settings.base_url),
            reporting=Reporting(records=records, clock=clock, words=words, drawing=ReportPainter(), report=report),
            self_testing=self_testing(
                settings, records=records, clock=clock, media=media, sending=sending, practice=practice
            ),
        )
        code_address = f"{settings.base_url}/c".partition("://")[2]
        stage = await _set_the_stage(settings, records=records, clock=clock, services=services) if practice else None
        live = await stack.enter_async_context(open_live(settings, records=records, clock=clock))
        await nodes.join(live.bridging, stack, alone=settings.media_bucket is None)
        if nodes.is_on_shift:
            await _recover(Checking(records=records, clock=clock, media=media, attic=pictures.media.attic))
        await nodes.run(pictures.forgetting, stack)
        for part in (showing, pictures.clipping):
            await part.start()
            stack.push_async_callback(part.stop)
        stack.push_async_callback(sending.stop)
        await sending.resume()
        team_chat = _team_chat(
            settings,
            stage=stage,
            records=records,
            clock=clock,
            words=words,
            media=media,
            services=services,
            code_address=code_address,
            limiting=limiting,
            may_speak=lambda: nodes.is_on_shift,
        )
        if team_chat is not None:
            await nodes.run(team_chat, stack)
        if settings.usage_webhook is not None and not practice:
            announcing = Announcing(records=records, listener=UsageWebhook(settings.usage_webhook), report=report)
            await nodes.run(announcing, stack)

        def parts() -> dict[str, str]:
            here = nodes.is_on_shift
            return {
                "telegram": (team_chat.health.state if here else ELSEWHERE) if team_chat else "off",
                "turn": live.relaying.state(),
                "retention": pictures.forgetting.state() if here else ELSEWHERE,
                "selftest": services.self_testing.state(),
            }

        watching = Watching(
            records=records,
            clock=clock,
            parts=parts,
            disk_free=lambda: shutil.disk_usage(settings.data).free,
            report=report,
            alarm=team_chat.alarm if team_chat is not None else None,
        )
        attending = Attending(records=records, clock=clock, report=report)
        once: list[Part] = [
            Auditing(records=records, clock=clock, key=audit_key(settings.data), report=report),
            watching,
            Summarising(records=records, clock=clock, report=report),
            Comparing(records=records, clock=clock, report=report),
            Awaiting(records=records, clock=clock, report=report),
            pictures.quarantining,
            services.self_testing,
            *(
                [TakingOver((showing.take_up, pictures.clipping.take_up, sending.resume), report=report)]
                if nodes.turns
                else []
            ),
        ]
        for looking in once:
            await nodes.run(looking, stack)
        for looking_here in (limiting, attending):
            await looking_here.start()
            stack.push_async_callback(looking_here.stop)
        tails = Tails(services.viewing)
        stack.callback(tails.stop)
        measured = Parts(
            data=settings.data,
            receiving=receiving,
            showing=showing,
            forgetting=pictures.forgetting,
            calling=live.calling,
            team_chat=team_chat,
            open_feeds=lambda: tails.readers,
            states=parts,
        )
        app = create_app(
            Needs(
                opening=Opening(records=records, clock=clock),
                receiving=receiving,
                resuming=Resuming(
                    records=records, clock=clock, media=media, partials=pictures.media.partials, receiving=receiving
                ),
                inviting=services.inviting,
                closing=services.closing,
                viewing=services.viewing,
                signing_in=services.signing_in,
                recognising=Recognising(
                    records=records, clock=clock, passkeys=WebauthnPasskeys(), signing_in=services.signing_in
                ),
                overseeing=Overseeing(records=records, clock=clock),
                enrolling=services.enrolling,
                speaking=services.speaking,
                topping_up=services.topping_up,
                receipting=receipting,
                replying=Replying(records=records, clock=clock, words=words),
                taking_back=TakingBack(records=records, clock=clock, media=media),
                asking=Asking(records=records, clock=clock),
                revealing=Revealing(records=records, clock=clock),
                marking=Marking(records=records, clock=clock),
                taking_out=TakingOut(records=records, clock=clock),
                holding=Holding(records=records, clock=clock),
                quarantining=pictures.quarantining,
                attending=attending,
                calling=live.calling,
                stills=live.stills,
                commanding=services.commanding,
                conversing=services.conversing,
                keeping=Keeping(records=records, clock=clock, receiving=receiving),
                passing=services.passing,
                sharing=Sharing(records=records, clock=clock, public_url=settings.base_url),
                handing_over=HandingOver(records=records, clock=clock),
                looking_on=LookingOn(records=records, viewers=live.switchboard.viewers_of),
                tracing=Tracing(records=records),
                map=MapSource(
                    tiles=settings.map_tiles,
                    folder=settings.map_folder,
                    attribution=settings.map_attribution,
                    deepest=settings.map_deepest_zoom,
                ),
                relaying=live.relaying,
                switchboard=live.switchboard,
                lines=live.lines,
                read_twilio_receipt=providers.twilio.read_receipt if providers.twilio else None,
                read_twilio_reply=providers.twilio.read_reply if providers.twilio else None,
                read_clickatell_receipts=providers.clickatell.read_receipts if providers.clickatell else None,
                twilio_callback=twilio_callback(settings),
                tails=tails,
                words=words,
                clock=clock,
                code_address=code_address,
                built=Path(web.__file__).parents[1] / "vendor",
                base_url=settings.base_url,
                hosts=settings.hosts,
                secure=settings.is_secure,
                proxies=frozenset(settings.proxies),
                external_signalling=settings.peerjs_url,
                ice_policy=settings.ice_policy,
                stage=stage,
                telegram_secret=_revealed(settings.telegram_webhook_secret),
                telegram_update=team_chat.handle_update if team_chat else None,
                health=parts,
                measures=Measuring(records=records, clock=clock, here=measured).measures,
                report=report,
            )
        )
        yield Installation(
            app=app, tails=tails, live=live, forgetting=pictures.forgetting, team_chat=team_chat, stage=stage
        )


async def _recover(checking: Checking) -> None:
    """Put right what a crash left, and say so; where even that cannot be written down, go on without."""
    try:
        for oddity in await checking.recover():
            tell("recovered", what=oddity.subject, count=oddity.count)
    except Unavailable as error:
        report("not_recovered", error)


def _team_chat(
    settings: Settings,
    *,
    stage: PracticeStage | None,
    records: Records,
    clock: Clock,
    words: Catalogue,
    media: MediaStore,
    services: Services,
    code_address: str,
    limiting: Limiting,
    may_speak: Callable[[], bool],
) -> TeamChat | None:
    """Put the team chat's door together: on the stage in practice, with the bot's token in earnest, or not at all."""
    token = TOKEN if stage else _revealed(settings.telegram_token)
    if token is None:
        return None
    secret = _revealed(settings.telegram_webhook_secret)
    return TeamChat(
        token=token,
        services=services,
        records=records,
        clock=clock,
        catalogue=words,
        media=media,
        code_address=code_address,
        report=report,
        request=InMemoryRequest(stage.bot_api) if stage else None,
        repeats_matter=stage is None,
        limiting=limiting,
        webhook=(settings.base_url, secret) if secret and not stage else None,
        api=settings.telegram_api or TELEGRAM_API,
        may_speak=may_speak,
    )


async def _set_the_stage(settings: Settings, *, records: Records, clock: Clock, services: Services) -> PracticeStage:
    """Seed the practice organisation and enrol its chat."""
    organisation = await _practice_organisation(
        Administering(records=records, clock=clock, initial_top_up=PRACTICE_CREDITS)
    )
    credentials = await practice_credentials(
        settings.data, signing_in=services.signing_in, organisation=organisation, public_url=settings.base_url
    )
    stage = PracticeStage(
        organisation=organisation,
        credentials=credentials,
        records=records,
        signing_in=services.signing_in,
        clock=clock,
    )
    code, _ = await services.enrolling.make_code(organisation.id)
    await services.enrolling.enrol(
        code, telegram_id=stage.chat_id, title=stage.chat_title, by="practice", language=organisation.language
    )
    return stage


def _sms_rules(settings: Settings, *, practice: bool) -> SmsRules:
    if practice:
        return SmsRules(countries=EUROPE, to_number=10_000, by_dispatcher=10_000, by_organisation=100_000)
    return SmsRules(
        countries=settings.sms_countries,
        to_number=settings.sms_to_number_per_hour,
        by_dispatcher=settings.sms_by_dispatcher_per_hour,
        by_organisation=settings.sms_by_organisation_per_hour,
    )


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


async def _practice_organisation(administering: Administering) -> Organisation:
    known = await administering.organisations()
    if known:
        return known[0]
    return await administering.add_organisation(name=PRACTICE_ORGANISATION, region="BE", language="en")


@contextmanager
def only_user_of(folder: Path) -> Iterator[None]:
    """Hold the data folder for ourselves: two servers on one SQLite would not hear of each other's events."""
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problems(
                [f"Another showme uses the folder {folder}: stop it, or choose another with --data."]
            ) from None
        yield


def make_private(folder: Path) -> None:
    """Make the data folder, readable by our own user only."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        if not os.access(folder, os.W_OK):
            raise PermissionError
    except OSError as error:
        raise Problems([f"The data folder {folder} cannot be written ({error.strerror or 'no permission'})."]) from None
