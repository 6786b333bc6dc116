"""Tells how the service stands, and takes top-ups."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bot.answering import Answering
from bot.asked import Asked
from bot.health import Pulse
from bot.services import Services
from bot.voice import Voice
from showme.domain.credits import LOW, MOST_TOP_UP
from showme.domain.figures import SmsFigures
from showme.errors import NotUnderstood
from showme.ports import Clock
from showme.records import Records, Work

_LATELY: Final = timedelta(hours=1)
_STATES: Final = ("waiting", "accepted", "delivered", "failed", "unknown")


class Standing:
    """``/status``, ``/credits`` and ``/topup``."""

    def __init__(
        self, *, services: Services, records: Records, clock: Clock, answering: Answering, pulse: Pulse
    ) -> None:
        """Ask ``pulse`` how Telegram stands."""
        self._services = services
        self._records = records
        self._clock = clock
        self._answering = answering
        self._pulse = pulse

    async def status(self, asked: Asked) -> None:
        """Tell how Telegram, the SMS of the last hour, the invitations and the credits stand. Raise ShowmeError."""
        now = self._clock.now()
        organisation = asked.chat.organisation

        async def looking(work: Work) -> SmsFigures:
            # Until a moment that no SMS has reached: one ordered at this very moment counts.
            return await work.figures.sms(organisation, since=now - _LATELY, until=now + _LATELY)

        sms = await self._records.read(looking)
        newest, _ = await self._services.viewing.invitations(asked.dispatcher)
        opened = sum(invitation.state(now) == "open" for invitation in newest)
        left = await self._services.topping_up.credits(asked.dispatcher)
        voice, health = asked.voice, self._pulse.health
        lines = [
            voice.html(f"status.telegram.{health.state}", time=voice.seconds((now - health.since).total_seconds())),
            voice.html("status.sms", states=_said(sms, voice)),
            voice.html("status.open", count=opened),
            voice.html("credits.left", credits=left),
        ]
        await self._answering.reply(asked.message, "\n".join(lines), chat=asked.chat.id)

    async def credits(self, asked: Asked) -> None:
        """Tell how many credits are left, and what to do when they are few. Raise ShowmeError."""
        left = await self._services.topping_up.credits(asked.dispatcher)
        said = asked.voice.html("credits.left", credits=left)
        if left <= LOW:
            said += f". {asked.voice.html(f'credits.low_{asked.chat.role}')}"
        await self._answering.reply(asked.message, said, chat=asked.chat.id)

    async def top_up(self, asked: Asked) -> None:
        """Add credits; the notice that every supervisors' chat gets is the answer. Raise NotAllowed, NotUnderstood."""
        asked.dispatcher.refuse_unless_supervisor()
        if not asked.arguments:
            await self._answering.reply(asked.message, asked.voice.html("credits.how"), chat=asked.chat.id)
            return
        if not (asked.arguments.isascii() and asked.arguments.isdecimal()):
            raise NotUnderstood("top_up_not_understood", most=MOST_TOP_UP)
        # No longer than a number that is refused anyway, so that no endless one is read.
        await self._services.topping_up.top_up(asked.dispatcher, int(asked.arguments[: len(str(MOST_TOP_UP)) + 1]))
        if asked.chat.role != "supervisor":
            # A person who is a supervisor in a chat that gets no such notice.
            await self.credits(asked)


def _said(sms: SmsFigures, voice: Voice) -> str:
    counts = {state: getattr(sms, state) for state in _STATES}
    said = [voice.say(f"status.states.{state}", count=count) for state, count in counts.items() if count]
    return " · ".join(said) or voice.say("status.states.none")
