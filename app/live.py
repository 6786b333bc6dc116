"""Opens what live video needs: who is live, the stills, the switchboard with its lines, and the relays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.logs import report
from app.providers import ice_providers
from showme.services.bridging import Bridging
from showme.services.calling import Calling
from showme.services.relaying import Relaying
from showme.services.stills import Stills
from showme.switchboard import Switchboard
from web.lines import Lines

if TYPE_CHECKING:
    from app.settings import Settings
    from showme.ports import Clock
    from showme.records import Records


@dataclass(frozen=True, kw_only=True)
class Live:
    """The parts of live video, at work."""

    calling: Calling
    stills: Stills
    relaying: Relaying
    switchboard: Switchboard
    lines: Lines
    bridging: Bridging

    def stop(self) -> None:
        """Let go of everybody who is on the line or waits for a still, so that the server can stop."""
        self.lines.stop()
        self.stills.stop()


@asynccontextmanager
async def open_live(settings: Settings, *, records: Records, clock: Clock) -> AsyncIterator[Live]:
    """Start the parts, and stop them in reverse: at the end it is still written down who has left the line."""
    calling = Calling(records=records, clock=clock, report=report)
    switchboard = Switchboard()
    stills = Stills(calling=calling, records=records, clock=clock)
    live = Live(
        calling=calling,
        stills=stills,
        relaying=Relaying(providers=ice_providers(settings), clock=clock, report=report),
        switchboard=switchboard,
        lines=Lines(switchboard=switchboard, calling=calling, clock=clock, report=report),
        bridging=Bridging(switchboard=switchboard, stills=stills, clock=clock, report=report),
    )
    async with AsyncExitStack() as stack:
        for part in (live.relaying, live.calling):
            await part.start()
            stack.push_async_callback(part.stop)
        stack.push_async_callback(live.lines.finish)
        stack.callback(live.stop)
        yield live
