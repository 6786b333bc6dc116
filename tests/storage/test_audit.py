"""The journal cannot be touched without its audit naming the line."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from showme.domain.audit import Checkpoint, Irregularity
from showme.domain.events import Kind, chain_of
from showme.domain.organisations import Organisation
from showme.domain.origins import acting_from
from showme.domain.people import Dispatcher
from showme.errors import NotAllowed
from showme.records import Work
from showme.services.auditing import Auditing
from storage.database import Database
from tests.fakes.clock import MovableClock
from tests.storage.conftest import NOW, later

KEY = b"k" * 32


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def auditing(database: Database, clock: MovableClock) -> Auditing:
    return Auditing(records=database, clock=clock, key=KEY)


async def write(database: Database, organisation: Organisation, count: int = 9) -> None:
    async def writing(work: Work) -> None:
        for place in range(count):
            await work.journal.append(
                Kind.TAPPED, organisation=organisation.id, at=later(seconds=place), actor=f"person {place}",
                invitation=f"i{place % 2}", detail={"n": place, "text": "Où ça ?", "share": 0.5},
            )  # fmt: skip

    await database.write(writing)


async def tamper(database: Database, *statements: str) -> None:
    """Do what somebody would who may write to the database, and knows to take the triggers away first."""

    def tampering(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            for name in ("events_stay", "events_are_only_condensed", "event_details_stay"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        else:
            for table in ("events", "event_details"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))

    async with database._writer.begin() as connection:
        await connection.run_sync(tampering)


async def irregularities(auditing: Auditing, organisation: Organisation) -> Sequence[tuple[str, int, int | None]]:
    verdict = await auditing.verify(organisation.id)
    return [(each.fault, each.number, each.until) for each in verdict.irregularities]


async def test_an_untouched_journal_holds_also_after_forgetting(
    database: Database, ours: Organisation, theirs: Organisation, auditing: Auditing
) -> None:
    await write(database, ours)
    await write(database, theirs, 3)
    await database.write(lambda work: work.journal.forget_details(ours.id, "i1"))
    verdict = await auditing.verify(ours.id)
    assert (verdict.lines, verdict.first, verdict.last, verdict.irregularities) == (9, 1, 9, [])
    assert (await auditing.verify(theirs.id)).lines == 3
    assert await auditing.organisations() == [ours.id, theirs.id]


SWAP = (
    "UPDATE events SET number = -1 WHERE number = {0}",
    "UPDATE events SET number = {0} WHERE number = {1}",
    "UPDATE events SET number = {1} WHERE number = -1",
    "DELETE FROM event_details",
)
MAKE_ROOM = "UPDATE events SET number = -number WHERE number >= 5"
MOVE_UP = "UPDATE events SET number = 1 - number WHERE number < 0"
COPY = (
    "INSERT INTO events (organisation, number, at, kind, actor, digest, chain)"
    " SELECT organisation, {0}, at, kind, 'a stranger', digest, chain FROM events WHERE number = 2"
)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE events SET actor = 'nobody' WHERE number = 4"], ("changed", 4, None)),
        (["UPDATE events SET kind = 'TorchRefused' WHERE number = 4"], ("changed", 4, None)),
        (["UPDATE events SET at = (SELECT at FROM events WHERE number = 7) WHERE number = 3"], ("changed", 3, None)),
        (["UPDATE events SET origin = '192.0.2.9' WHERE number = 1"], ("changed", 1, None)),
        (["UPDATE event_details SET detail = '{}' WHERE number = 6"], ("detail_changed", 6, None)),
        (["DELETE FROM events WHERE number = 5"], ("removed", 5, None)),
        (["DELETE FROM events WHERE number > 2 AND number < 6"], ("removed", 3, 5)),
        (["DELETE FROM events WHERE number > 7"], ("removed", 8, 9)),
        (["DELETE FROM events WHERE number = 5", "UPDATE events SET number = -number WHERE number > 5",
          "UPDATE events SET number = -number - 1 WHERE number < 0", "DELETE FROM event_details"],
         ("removed", 5, None)),
        ([statement.format(3, 7) for statement in SWAP], ("reordered", 3, 7)),
        ([statement.format(4, 5) for statement in SWAP], ("reordered", 4, 5)),
        ([MAKE_ROOM, MOVE_UP, COPY.format(5), "DELETE FROM event_details"], ("inserted", 5, None)),
        ([COPY.format(10)], ("inserted", 10, None)),
    ],
)  # fmt: skip
async def test_a_touched_line_is_named(
    database: Database,
    ours: Organisation,
    auditing: Auditing,
    statements: list[str],
    found: tuple[str, int, int | None],
) -> None:
    await write(database, ours)
    await tamper(database, *statements)
    assert found in await irregularities(auditing, ours)


async def test_a_journal_rewritten_to_its_end_does_not_meet_its_checkpoint(
    database: Database, ours: Organisation, auditing: Auditing, clock: MovableClock
) -> None:
    await write(database, ours)
    await auditing.seal()
    await auditing.seal()  # at once again: nothing to do
    assert (await auditing.verify(ours.id)).checkpoints == 1
    lines = await auditing.lines(ours.id)
    chain = ""
    statements = []
    for line in lines:
        event = line.event
        actor = "nobody" if event.number == 4 else event.actor
        chain = chain_of(
            chain, organisation=event.organisation, number=event.number, at=event.at, kind=event.kind, actor=actor,
            invitation=event.invitation, photo=event.photo, digest=event.digest, origin=event.origin,
        )  # fmt: skip
        statements.append(f"UPDATE events SET actor = '{actor}', chain = '{chain}' WHERE number = {event.number}")  # noqa: S608 - our own words
    await tamper(database, *statements, f"UPDATE organisations SET last_chain = '{chain}' WHERE id = {ours.id}")  # noqa: S608 - our own words
    assert ("changed", 9, None) in await irregularities(auditing, ours)
    # And who also forges the checkpoint does not have the key.
    await tamper(database, f"UPDATE checkpoints SET chain = '{chain}'")  # noqa: S608 - our own words
    assert await irregularities(auditing, ours) == [("checkpoint_forged", 9, None)]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE events SET actor = 'nobody'", "DELETE FROM events", "UPDATE event_details SET detail = '{}'"],
)
async def test_the_database_itself_keeps_the_journal(
    database: Database, ours: Organisation, auditing: Auditing, statement: str
) -> None:
    await write(database, ours)
    with pytest.raises(Exception, match="append-only"):
        async with database._writer.begin() as connection:
            await connection.execute(text(statement))
    assert await irregularities(auditing, ours) == []


async def test_old_lines_become_one_signed_checkpoint(
    database: Database, ours: Organisation, auditing: Auditing, clock: MovableClock
) -> None:
    await write(database, ours)
    clock.move(days=400)
    assert await auditing.condense(ours.id, before=later(seconds=6), by="operator") == 6
    verdict = await auditing.verify(ours.id)
    assert (verdict.first, verdict.last, verdict.lines, verdict.irregularities) == (7, 10, 4, [])
    kinds = [line.event.kind for line in await auditing.lines(ours.id)]
    assert kinds[-1] is Kind.JOURNAL_CONDENSED
    assert await auditing.condense(ours.id, before=later(seconds=6), by="operator") == 0
    assert await auditing.condense(ours.id, before=clock.now() + timedelta(days=1), by="operator") == 0
    await tamper(database, "UPDATE checkpoints SET gone = gone + 1")
    assert ("checkpoint_forged", 6, None) in await irregularities(auditing, ours)


async def test_a_deed_carries_from_where_it_was_done_and_a_citizens_does_not(
    database: Database, ours: Organisation, auditing: Auditing
) -> None:
    async def writing(work: Work) -> None:
        for actor in ("Anna", "citizen", "showme"):
            await work.journal.append(Kind.TAPPED, organisation=ours.id, at=NOW, actor=actor)

    with acting_from("192.0.2.7"):
        await database.write(writing)
    await database.write(writing)
    origins = [line.event.origin for line in await auditing.lines(ours.id)]
    assert origins == ["192.0.2.7", None, None, None, None, None]
    assert await irregularities(auditing, ours) == []


async def text_of(auditing: Auditing, supervisor: Dispatcher, **wish: Any) -> str:
    return "".join([piece async for piece in auditing.export(supervisor, **wish)])


async def test_an_export_tells_who_did_what_from_where_and_is_itself_a_line(
    database: Database, ours: Organisation, theirs: Organisation, auditing: Auditing
) -> None:
    await write(database, theirs)
    with acting_from("192.0.2.7"):
        await database.write(
            lambda work: work.journal.append(
                Kind.ORIGINAL_DOWNLOADED, organisation=ours.id, at=NOW, actor="=HYPERLINK()", detail={"a": 1}
            )
        )
    await database.write(lambda work: work.journal.append(Kind.TAPPED, organisation=ours.id, at=NOW, actor="citizen"))
    supervisor = Dispatcher(organisation=ours.id, name="Sofie", role="supervisor")
    rows = list(csv.DictReader((await text_of(auditing, supervisor, form="csv")).splitlines()))
    assert [(row["who"], row["deed"], row["from"]) for row in rows] == [
        ("'=HYPERLINK()", "downloaded", "192.0.2.7"),  # no spreadsheet runs it
        ("citizen", "noted", ""),
        ("Sofie", "exported", ""),
    ]
    told = json.loads(await text_of(auditing, supervisor, form="json", until=later(seconds=1)))
    assert [line["number"] for line in told] == [1, 2, 3, 4]
    assert told[0]["who"] == "=HYPERLINK()"
    assert told[0]["detail"] == {"a": 1}
    assert json.loads(await text_of(auditing, supervisor, form="json", until=NOW - timedelta(days=1))) == []
    with pytest.raises(NotAllowed):
        await text_of(auditing, Dispatcher(organisation=ours.id, name="Anna"), form="csv")


async def test_audits_stay_at_home(
    database: Database, ours: Organisation, theirs: Organisation, auditing: Auditing
) -> None:
    await write(database, ours)
    await write(database, theirs, 2)

    async def looking(work: Work) -> None:
        mine = Checkpoint(organisation=ours.id, number=9, at=NOW, chain="c", signature="s")
        await work.audit.keep(mine)
        assert [line.event.organisation for line in await work.audit.lines(theirs.id, 0)] == [theirs.id] * 2
        assert (await work.audit.end(theirs.id))[0] == 2
        assert await work.audit.checkpoints(theirs.id) == []
        assert await work.audit.checkpoints(ours.id) == [mine]
        last = await work.audit.last_before(theirs.id, later(hours=1))
        assert last is not None
        assert last.number == 2

    await database.write(looking)
    irregular = Irregularity(organisation=ours.id, number=9, fault="checkpoint_forged")
    assert irregular in (await auditing.verify(ours.id)).irregularities
    assert not (await auditing.verify(theirs.id)).irregularities
