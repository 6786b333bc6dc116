"""Self-testing: showme invites itself, and climbs the ladder as a citizen's phone would."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from showme.domain.credits import Entry
from showme.domain.keys import SECRET_BYTES
from showme.domain.organisations import SELF_TEST
from showme.domain.people import Dispatcher
from showme.domain.trials import Tapped, Tested, Trial
from showme.errors import ShowmeError, Unavailable
from showme.services.opening import Opened
from showme.services.sending import SHOWME

if TYPE_CHECKING:
    from showme.domain.organisations import Organisation
    from showme.ports import Clock, TrialPhone
    from showme.records import Records, Work
    from showme.services.closing import Closing
    from showme.services.inviting import Invited, Inviting
    from showme.services.taking_back import TakingBack

NAME: Final = "showme self-test"
OUTBOX_NUMBER: Final = "+32460000112"
"""Where the self-test's SMS goes when it stays in the embedded outbox: nowhere."""
OUTBOX_COUNTRY: Final = "BE"
_PATIENCE: Final = 30.0
"""Seconds that a rung may take."""
_LOOK_EVERY: Final = 0.2
_ONCE_MORE_AFTER: Final = 20.0
"""Seconds: a scheduled test that breaks is repeated, and only what breaks twice is told."""
_AGAIN_AFTER: Final = timedelta(minutes=5)
"""While a rung is broken, so that its repair is told soon."""
_MINUTE: Final = timedelta(minutes=23)
"""Past the full hour, when everybody else's timers go off."""
_FEW: Final = 5
_TOPPED_UP: Final = 1000


@dataclass(kw_only=True)
class _Climb:
    """One test on its way up."""

    invited: Invited | None = None
    tapped: Tapped | None = None
    photo: str | None = None
    climbed: list[tuple[Trial, float]] = field(default_factory=list)
    left_out: list[Trial] = field(default_factory=list)

    @property
    def link(self) -> str:
        if self.invited is None:
            raise Unavailable(reason="no invitation")
        return self.invited.link


class SelfTesting:
    """Tests at set times and on request; its invitations are those of an organisation of its own, listed nowhere.

    So no chat, no wall and no report of anybody has them, and nothing has to leave them out.
    """

    def __init__(
        self,
        *,
        records: Records,
        clock: Clock,
        inviting: Inviting,
        closing: Closing,
        taking_back: TakingBack,
        phone: TrialPhone,
        number: str | None,
        is_kept: bool,
        every: timedelta | None,
        report: Callable[[str, BaseException], None],
    ) -> None:
        """Invite ``number`` (None: by a link without SMS), whose SMS ``is_kept`` in the embedded outbox or really sent.

        Test ``every`` so often, None only on request.
        """
        self._records = records
        self._clock = clock
        self._inviting = inviting
        self._closing = closing
        self._taking_back = taking_back
        self._phone = phone
        self._number = number
        self._is_kept = is_kept
        self._every = every
        self._report = report
        self._broken: Trial | None = None
        self._broke = asyncio.Event()
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_at_it(self) -> bool:
        """Whether a test runs at this moment."""
        return self._turn.locked()

    def state(self) -> str:
        """Say how the service stands by the last test: ``up``, or ``broken`` and the rung, for whoever watches."""
        return "up" if self._broken is None else f"broken {self._broken}"

    async def start(self) -> None:
        """Test at the set times, if there are any."""
        if self._every is not None:
            self._task = asyncio.create_task(self._go_on(self._every))

    async def stop(self) -> None:
        """Stop testing; a test under way is broken off, and what it made is forgotten in time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def test(self) -> Tested:
        """Climb the whole ladder, clean up, and return how it went; a second asker waits for the first test's end."""
        async with self._turn:
            tested = await self._climb()
        self._broken = tested.broken
        if tested.broken is not None:
            self._broke.set()
        return tested

    async def _climb(self) -> Tested:
        climb = _Climb()
        steps: Mapping[Trial, Callable[[_Climb], Awaitable[bool]]] = {
            Trial.INVITED: self._invite,
            Trial.SMS: self._receive_sms,
            Trial.PAGE: self._load,
            Trial.TAPPED: self._tap,
            Trial.SIGNALLING: self._call,
            Trial.RELAY: self._relay,
            Trial.PHOTO: self._send_photo,
            Trial.SHOWN: self._see_photo,
            Trial.ENDED: self._end,
        }
        loop = asyncio.get_running_loop()
        broken = reason = None
        try:
            for trial, step in steps.items():
                began = loop.time()
                is_there, reason = await self._tried(step, climb)
                if reason is not None:
                    broken = trial
                    break
                if is_there:
                    climb.climbed.append((trial, loop.time() - began))
                else:
                    climb.left_out.append(trial)
        finally:
            await self._clean_up(climb)
        return Tested(climbed=tuple(climb.climbed), left_out=tuple(climb.left_out), broken=broken, reason=reason)

    async def _tried(self, step: Callable[[_Climb], Awaitable[bool]], climb: _Climb) -> tuple[bool, str | None]:
        """Take a step; return whether the rung is there to be climbed, and why it broke if it did."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await step(climb), None
        except ShowmeError as error:
            return True, str(error.facts.get("reason", error.cause))
        except TimeoutError:
            return True, f"{_PATIENCE:.0f} s"
        except Exception as error:  # noqa: BLE001 - whatever it is, the rung is broken, and that is what is asked
            self._report("self_test_failed", error)
            return True, type(error).__name__

    # --- the rungs ---

    async def _invite(self, climb: _Climb) -> bool:
        await self._records.write(self._make_ready)
        climb.invited = await self._inviting.invite(_TESTER, to=self._number, purpose="photo", language="en")
        return True

    async def _make_ready(self, work: Work) -> None:
        """Make the self-test's organisation, the first time, and keep it in credits."""
        now = self._clock.now()
        if await work.organisations.get(SELF_TEST) is None:
            await work.organisations.add(
                name=NAME, region=OUTBOX_COUNTRY, language="en", at=now, secret=secrets.token_bytes(SECRET_BYTES),
                number=SELF_TEST,
            )  # fmt: skip
        if await work.ledger.balance(SELF_TEST) < _FEW:
            await work.ledger.write(Entry.TOP_UP, _TOPPED_UP, organisation=SELF_TEST, actor=SHOWME, at=now)

    async def _receive_sms(self, climb: _Climb) -> bool:
        """Wait until the SMS has left: into the outbox, whose text must carry our link, or to a provider."""
        if self._number is None or climb.invited is None:
            return False
        invitation, link = climb.invited.invitation.id, climb.invited.link

        async def looking(work: Work) -> str:
            found = await work.invitations.get(SELF_TEST, invitation)
            return found.sms_state if found else "refused"

        state = await self._beyond({"queued", "sending"}, looking)
        if state not in {"accepted", "delivered"}:
            raise Unavailable(reason=f"SMS {state}")
        if self._is_kept and not await self._records.read(lambda work: _is_kept(work, link)):
            raise Unavailable(reason="no link in the SMS")
        return True

    async def _load(self, climb: _Climb) -> bool:
        await self._phone.load(climb.link)
        return True

    async def _tap(self, climb: _Climb) -> bool:
        climb.tapped = await self._phone.tap(climb.link)
        return True

    async def _call(self, climb: _Climb) -> bool:
        if climb.tapped is None:
            return False
        await self._phone.call(climb.link, climb.tapped)
        return True

    async def _relay(self, climb: _Climb) -> bool:
        if climb.tapped is None or not climb.tapped.relays:
            return False
        await self._phone.relay(climb.tapped)
        return True

    async def _send_photo(self, climb: _Climb) -> bool:
        climb.photo = await self._phone.send_photo(climb.link)
        return True

    async def _see_photo(self, climb: _Climb) -> bool:
        """Wait until the photo is one that walls show."""
        photo = climb.photo or ""

        async def looking(work: Work) -> str:
            found = await work.photos.get(SELF_TEST, photo)
            return found.state if found else "lost"

        state = await self._beyond({"received"}, looking)
        if state != "shown":
            raise Unavailable(reason=f"photo {state}")
        return True

    async def _beyond(self, states: Container[str], looking: Callable[[Work], Awaitable[str]]) -> str:
        """Look until something stands otherwise; the records tell it also where another process serves."""
        while True:
            state = await self._records.read(looking)
            if state not in states:
                return state
            await asyncio.sleep(_LOOK_EVERY)

    async def _end(self, climb: _Climb) -> bool:
        await self._forget(climb)
        await self._phone.find_closed(climb.link)
        return True

    # --- around them ---

    async def _clean_up(self, climb: _Climb) -> None:
        """Forget what the test made, also when it broke; what fails now goes with the retention."""
        try:
            await self._forget(climb)
        except Exception as error:  # noqa: BLE001 - the test's outcome matters more
            self._report("self_test_not_forgotten", error)

    async def _forget(self, climb: _Climb) -> None:
        """Close the link, remove the photos at once, and erase what is known of the phone and the number."""
        if climb.invited is None:
            return
        invitation = climb.invited.invitation
        await self._closing.close(_TESTER, invitation.id, wrong_number=True)

        async def finding(work: Work) -> tuple[Organisation | None, list[str]]:
            photos = await work.photos.newest(SELF_TEST, invitation=invitation.id, most=None)
            return await work.organisations.get(SELF_TEST), [photo.id for photo in photos]

        organisation, photos = await self._records.read(finding)
        if organisation is not None:
            for photo in photos:
                await self._taking_back.take_back(Opened(invitation=invitation, organisation=organisation), photo)

        async def forgetting(work: Work) -> None:
            await work.invitations.forget(invitation.id, self._clock.now())
            await work.journal.forget_details(SELF_TEST, invitation.id)

        await self._records.write(forgetting)

    async def _go_on(self, every: timedelta) -> None:
        while True:
            now = self._clock.now()
            due = next_test(now, every) if self._broken is None else now + _AGAIN_AFTER
            self._broke.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._broke.wait(), (due - now).total_seconds())
                continue  # somebody's own test broke: how long to wait is another question now
            try:
                await self.test_twice()
            except Exception as error:  # noqa: BLE001 - tried again at the next time
                self._report("self_test_failed", error)

    async def test_twice(self, *, pause: float = _ONCE_MORE_AFTER) -> Tested:
        """Test, and once more ``pause`` seconds after a test that broke: a hiccup alarms nobody."""
        known = self._broken
        tested = await self.test()
        if tested.broken is None or known is not None:
            return tested
        self._broken = None
        await asyncio.sleep(pause)
        return await self.test()


def next_test(now: datetime, every: timedelta) -> datetime:
    """Return when the next test is due: 23 past, so many hours apart, counted from midnight (UTC)."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    past = now - midnight - _MINUTE
    return midnight + _MINUTE + (past // every + 1) * every


async def _is_kept(work: Work, link: str) -> bool:
    return any(sms.to == OUTBOX_NUMBER and sms.link == link for sms in await work.sms.kept(most=1000))


_TESTER: Final = Dispatcher(organisation=SELF_TEST, name=SHOWME)
