"""What the doors need, handed over once when the app is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, cast

from quart import current_app

from showme.domain.measures import Measure
from showme.domain.sms import Receipt
from showme.domain.words import Catalogue
from showme.ports import Clock
from showme.services.asking import Asking
from showme.services.attending import Attending
from showme.services.calling import Calling
from showme.services.closing import Closing
from showme.services.commanding import Commanding
from showme.services.conversing import Conversing
from showme.services.enrolling import Enrolling
from showme.services.handing_over import HandingOver
from showme.services.holding import Holding
from showme.services.inviting import Inviting
from showme.services.keeping import Keeping
from showme.services.looking_on import LookingOn
from showme.services.marking import Marking
from showme.services.opening import Opening
from showme.services.overseeing import Overseeing
from showme.services.passing import Passing
from showme.services.quarantining import Quarantining
from showme.services.receipting import Receipting
from showme.services.receiving import Receiving
from showme.services.recognising import Recognising
from showme.services.relaying import Relaying
from showme.services.replying import Replying
from showme.services.resuming import Resuming
from showme.services.revealing import Revealing
from showme.services.sharing import Sharing
from showme.services.signing_in import SigningIn
from showme.services.speaking import Speaking
from showme.services.stills import Stills
from showme.services.taking_back import TakingBack
from showme.services.taking_out import TakingOut
from showme.services.topping_up import ToppingUp
from showme.services.tracing import Tracing
from showme.services.viewing import Viewing
from showme.switchboard import Switchboard
from web.feed import Tails
from web.lines import Lines
from web.tiles import MapSource

EXTENSION: Final = "showme"


class ReadTwilioReceipt(Protocol):
    """Checks and reads what Twilio posts."""

    def __call__(self, *, url: str, form: Mapping[str, str], signature: str) -> Receipt | None:
        """Return the receipt, None where there is nothing to note; raise NotAllowed."""
        ...


class ReadTwilioReply(Protocol):
    """Checks and reads what Twilio posts when somebody answers an SMS."""

    def __call__(self, *, url: str, form: Mapping[str, str], signature: str) -> str:
        """Return the number that answers, in E.164; raise NotAllowed."""
        ...


class ReadClickatellReceipts(Protocol):
    """Checks and reads what Clickatell posts."""

    def __call__(self, *, secret: str, body: Mapping[str, Any]) -> Sequence[Receipt]:
        """Return the receipts; raise NotAllowed."""
        ...


class Stage(Protocol):
    """The practice mode's embedded team chat and phone."""

    async def state(self) -> Mapping[str, object]:
        """Return everything that a player, or a program that plays, can see; the address table documents the shape."""
        ...

    async def say(self, text: str, *, reply_to: int | None) -> int:
        """Say something in the team chat as the practising dispatcher; return the message's id once it was handled."""
        ...

    async def press(self, message: int, data: str) -> str | None:
        """Press a button below a message; return what the bot answers to it. Raise NotFound."""
        ...

    def photo(self, name: str) -> bytes:
        """Return a picture that was posted in the chat; raise NotFound."""
        ...

    async def sign_in(self) -> str:
        """Open a session for the photowall's pane and return its token."""
        ...


async def nothing_measured() -> Sequence[Measure]:
    """Return that nothing is measured."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The services that the doors open onto, and what they must know of the installation."""

    opening: Opening
    receiving: Receiving
    resuming: Resuming
    inviting: Inviting
    closing: Closing
    viewing: Viewing
    signing_in: SigningIn
    recognising: Recognising
    overseeing: Overseeing
    enrolling: Enrolling
    speaking: Speaking
    topping_up: ToppingUp
    receipting: Receipting
    replying: Replying
    taking_back: TakingBack
    asking: Asking
    revealing: Revealing
    marking: Marking
    taking_out: TakingOut
    holding: Holding
    quarantining: Quarantining
    attending: Attending
    calling: Calling
    stills: Stills
    commanding: Commanding
    conversing: Conversing
    keeping: Keeping
    passing: Passing
    sharing: Sharing
    handing_over: HandingOver
    looking_on: LookingOn
    tracing: Tracing
    relaying: Relaying
    switchboard: Switchboard
    lines: Lines
    tails: Tails
    words: Catalogue
    clock: Clock
    code_address: str
    """Where a spoken code is typed, as it is read aloud: without ``https://``."""
    built: Path
    """The folder of what the browsers load, as the build made it."""
    base_url: str
    """Our address, as the outside knows it; passkeys belong to it."""
    hosts: frozenset[str]
    """What a request may name as Host, ports included."""
    secure: bool
    """Whether the outside reaches us by HTTPS."""
    proxies: frozenset[str] = frozenset()
    """Addresses of our own reverse proxies, whose ``X-Forwarded-For`` is believed."""
    map: MapSource = field(default_factory=MapSource)
    """Where the map's tiles come from; without a source it is drawn without any."""
    external_signalling: str | None = None
    """The address of a PeerServer outside, ``wss://…``, that takes the place of ours."""
    ice_policy: str = "all"
    """``all``, or ``relay`` where peers may meet at a relay only."""
    read_twilio_receipt: ReadTwilioReceipt | None = None
    read_twilio_reply: ReadTwilioReply | None = None
    read_clickatell_receipts: ReadClickatellReceipts | None = None
    twilio_callback: str = ""
    """The address that Twilio was told to call, as the outside sees it; its signature covers it."""
    telegram_secret: str | None = field(default=None, repr=False)
    telegram_update: Callable[[Mapping[str, object]], Awaitable[None]] | None = None
    health: Callable[[], Mapping[str, str]] = dict
    """The parts that can be in trouble without stopping the rest, each with how it is."""
    measures: Callable[[], Awaitable[Sequence[Measure]]] = nothing_measured
    """What Prometheus reads, as it stands at that moment: ``web/metrics.py`` says what each is."""
    refusals: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How often each HTTP status was answered in the place of what was asked for, and at which door."""
    stage: Stage | None = None
    """What practice mode plays on."""
    report: Callable[[str, BaseException], None]

    @property
    def practice(self) -> bool:
        """Whether this is only practice."""
        return self.stage is not None


def needs() -> Needs:
    """Return what the app of the present request was given."""
    return cast("Needs", current_app.extensions[EXTENSION])
