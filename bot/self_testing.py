"""Answers ``/selftest``: the test runs beside everything else, and its result comes as a reply."""

from __future__ import annotations

import asyncio

from bot.answering import Answering
from bot.asked import Asked
from bot.refusals import unforeseen
from bot.services import Report, Services
from bot.voice import Voice
from showme.domain.trials import Tested


class SelfTests:
    """``/selftest``."""

    def __init__(self, *, services: Services, answering: Answering, report: Report) -> None:
        """Test by the services."""
        self._services = services
        self._answering = answering
        self._report = report
        self._under_way: set[asyncio.Task[None]] = set()

    async def test(self, asked: Asked) -> None:
        """Begin a test and say so at once; other commands do not wait for it. Raise NotAllowed."""
        asked.dispatcher.refuse_unless_supervisor()
        how = "busy" if self._services.self_testing.is_at_it else "begins"
        await self._answering.reply(
            asked.message, asked.voice.from_section(f"report.selftest.{how}") or how, chat=asked.chat.id
        )
        task = asyncio.create_task(self._test(asked))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def stop(self) -> None:
        """Break off what is under way."""
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _test(self, asked: Asked) -> None:
        try:
            said = tested_in_words(await self._services.self_testing.test(), asked.voice)
        except Exception as error:  # noqa: BLE001 - who asked is never left in silence
            self._report("self_test_failed", error)
            said = unforeseen(asked.voice)
        await self._answering.reply(asked.message, said, chat=asked.chat.id)


def tested_in_words(tested: Tested, voice: Voice) -> str:
    """Say how a test went, in HTML: the outcome first, then every rung."""

    def say(path: str, **facts: object) -> str:
        return voice.from_section(f"report.selftest.{path}", **facts) or path

    lines = [f"✓ {say(f'rungs.{trial}')} {seconds:.1f} s" for trial, seconds in tested.climbed]
    if tested.broken is None:
        head = say("passed", time=f"{tested.seconds:.1f} s")
    else:
        rung = voice.catalogue.say(voice.language, f"report.selftest.rungs.{tested.broken}")
        head = say("broke", rung=rung, reason=tested.reason)
        lines.append(f"✗ {say(f'rungs.{tested.broken}')}")
    if tested.left_out:
        names = [voice.catalogue.say(voice.language, f"report.selftest.rungs.{trial}") for trial in tested.left_out]
        lines.append(say("left_out", rungs=", ".join(names)))
    return "\n".join([head, *lines])
