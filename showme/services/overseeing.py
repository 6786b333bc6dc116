"""Overseeing: who is signed in where, for the person and for supervisors, and ending what should not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showme.domain.events import Kind
from showme.domain.words import TEAM_LANGUAGES
from showme.errors import NotFound, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showme.domain.people import Dispatcher
    from showme.domain.sessions import Session
    from showme.ports import Clock
    from showme.records import Records, Work


class Overseeing:
    """Lists sessions and ends them; what is ended answers nobody from the same moment on."""

    def __init__(self, *, records: Records, clock: Clock) -> None:
        """Work on these records, by this clock."""
        self._records = records
        self._clock = clock

    async def of_person(self, owner: Dispatcher) -> Sequence[Session]:
        """Return somebody's open sessions, the one used last first."""
        return [session for session in await self._open_of(owner.organisation) if session.dispatcher == owner]

    async def of_organisation(self, by: Dispatcher) -> Sequence[Session]:
        """Return everybody's open sessions, the one used last first; raise NotAllowed."""
        by.refuse_unless_supervisor()
        return await self._open_of(by.organisation)

    async def end(self, owner: Dispatcher, session: str) -> Session:
        """End one of one's own sessions; raise NotFound."""
        found = _one(await self.of_person(owner), session)
        await self._end([found], by=owner)
        return found

    async def end_others(self, session: Session) -> Sequence[Session]:
        """End all of one's own sessions but this one; return them."""
        others = [other for other in await self.of_person(session.dispatcher) if other.id != session.id]
        await self._end(others, by=session.dispatcher)
        return others

    async def end_anybodys(self, by: Dispatcher, session: str) -> Session:
        """End somebody's session, as a supervisor; raise NotAllowed, NotFound."""
        found = _one(await self.of_organisation(by), session)
        await self._end([found], by=by)
        return found

    async def end_everybodys(self, by: Dispatcher, *, name: str | None, but: str | None) -> Sequence[Session]:
        """End all sessions of a name, or of everybody, except ``but`` one; return them. Raise NotAllowed."""
        meant = [
            session
            for session in await self.of_organisation(by)
            if session.id != but and (name is None or session.dispatcher.name == name)
        ]
        await self._end(meant, by=by)
        return meant

    async def choose_language(self, session: Session, language: str | None) -> None:
        """Read in one of the team's languages from now on, None as the browser wishes; raise NotUnderstood."""
        if language is not None and language not in TEAM_LANGUAGES:
            raise NotUnderstood("language_not_offered", offered=", ".join(TEAM_LANGUAGES))

        async def choosing(work: Work) -> None:
            await work.sign_ins.choose_language(session.id, language)

        await self._records.write(choosing)

    async def _open_of(self, organisation: int) -> Sequence[Session]:
        now = self._clock.now()

        async def looking(work: Work) -> Sequence[Session]:
            return await work.sign_ins.sessions(organisation)

        return [session for session in await self._records.read(looking) if session.is_open(now)]

    async def _end(self, sessions: Sequence[Session], *, by: Dispatcher) -> None:
        now = self._clock.now()

        async def ending(work: Work) -> None:
            for session in sessions:
                if await work.sign_ins.end_session(by.organisation, session.id, by=by.name, at=now):
                    await work.journal.append(
                        Kind.SESSION_REVOKED,
                        organisation=by.organisation,
                        at=now,
                        actor=by.name,
                        detail={"name": session.dispatcher.name, "role": session.dispatcher.role},
                    )

        if sessions:
            await self._records.write(ending)


def _one(sessions: Sequence[Session], wanted: str) -> Session:
    found = next((session for session in sessions if session.id == wanted), None)
    if found is None:
        raise NotFound
    return found
