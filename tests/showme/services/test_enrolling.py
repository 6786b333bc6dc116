import asyncio

import pytest

from showme.domain.chats import Chat
from showme.errors import NotAllowed
from tests.showme.services.conftest import House


async def enrol(house: House, code: str, telegram_id: int = -1) -> Chat:
    return await house.enrolling.enrol(code, telegram_id=telegram_id, title="Team", by="Chris", language="nl")


async def test_a_code_typed_in_a_chat_enrols_it(house: House) -> None:
    code, expires_at = await house.enrolling.make_code(house.ours.id, role="supervisor")
    assert (expires_at - house.clock.now()).total_seconds() == 15 * 60
    chat = await enrol(house, f" {code.lower().replace('-', ' ')} ")
    assert (chat.organisation, chat.telegram_id, chat.role, chat.language) == (house.ours.id, -1, "supervisor", "nl")
    (enrolled,) = await house.enrolling.chats(house.ours.id)
    assert (enrolled.id, enrolled.title) == (chat.id, "Team")
    assert await house.enrolling.chats(house.bert.organisation) == []
    (event,) = await house.events()
    assert (str(event.kind), event.actor) == ("ChatEnrolled", "Chris")
    assert enrolled.cursor == event.number  # its own arrival is no news to it


async def test_a_code_enrols_one_chat_only(house: House) -> None:
    code, _ = await house.enrolling.make_code(house.ours.id)
    tried = await asyncio.gather(*(enrol(house, code, -place) for place in range(1, 6)), return_exceptions=True)
    assert sum(isinstance(each, Chat) for each in tried) == 1
    assert sum(isinstance(each, NotAllowed) for each in tried) == 4
    assert len(await house.enrolling.chats(house.ours.id)) == 1


@pytest.mark.parametrize(("minutes", "seconds"), [(15, 0), (60, 0)])
async def test_a_code_is_too_old_after_a_quarter_of_an_hour(house: House, minutes: int, seconds: int) -> None:
    code, _ = await house.enrolling.make_code(house.ours.id)
    house.clock.move(minutes=minutes, seconds=seconds)
    with pytest.raises(NotAllowed, match="enrolment_code_not_valid"):
        await enrol(house, code)
    house.clock.move(minutes=-minutes, seconds=-1)
    await enrol(house, code)


@pytest.mark.parametrize("code", ["", "-", "AAAAA-AAAAA", "ééééé", "../.."])
async def test_a_guess_enrols_nothing(house: House, code: str) -> None:
    await house.enrolling.make_code(house.ours.id)
    with pytest.raises(NotAllowed):
        await enrol(house, code)
    assert await house.kinds() == []


async def test_a_chat_that_leaves_is_told_once_in_the_journal(house: House) -> None:
    code, _ = await house.enrolling.make_code(house.ours.id)
    await enrol(house, code)
    for _ in range(2):
        await house.enrolling.leave(-1, by="Chris")
    assert await house.enrolling.chats(house.ours.id) == []
    assert await house.kinds() == ["ChatEnrolled", "ChatLeft"]


async def test_no_code_rests_in_the_database(house: House) -> None:
    code, _ = await house.enrolling.make_code(house.ours.id)
    await house.enrolling.make_code(house.ours.id)
    file = house.records._writer.url.database
    assert file is not None
    await house.records.write(lambda work: work.journal.head(house.ours.id))
    content = b"".join(path.read_bytes() for path in house.folder._folder.parent.glob("showme.db*"))
    assert content
    assert code.encode() not in content
    assert code.replace("-", "").encode() not in content
