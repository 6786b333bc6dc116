"""Conversations at both doors: what each side reads, in which language, and what nobody else does."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app.logs import start_logging
from showme.domain.talk import GROUPS, OFFERED, SAYINGS
from storage.journal import JournalRecords
from tests.web.conftest import House, rest_of
from tests.web.live import listening, needs_of
from web.shapes import Shape

SECRET = "he is in the cellar"
HOSTILE = '<img src=x onerror=alert(1)>\u202e"}\n\ndata: {"kind":"InvitationClosed"}\n\n'
AS_READ = '<img src=x onerror=alert(1)>"} data: {"kind":"InvitationClosed"}'


async def say(house: House, invited: Shape, **told: object) -> Shape:
    """Say something as a program of the dispatchers."""
    answer = await house.api("POST", f"/api/invitations/{invited['id']}/messages", json=told)
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    said: Shape = await answer.get_json()
    return said


async def write(house: House, invited: Shape, *, lang: str = "", **told: Any) -> Any:
    """Write as the citizen's page."""
    return await house.client.post(f"/s/{invited['key']}/messages?lang={lang}", json={"id": "sentence-1", **told})


async def read_by_desk(house: House, invited: Shape, *, language: str = "en") -> list[Shape]:
    """Return the conversation as the dispatchers read it."""
    answer = await house.api("GET", f"/api/invitations/{invited['id']}/messages", headers={"Accept-Language": language})
    found: list[Shape] = (await answer.get_json())["messages"]
    return found


async def read_by_citizen(house: House, invited: Shape, *, lang: str = "") -> Shape:
    """Return what the citizen's page reads."""
    answer = await house.client.get(f"/s/{invited['key']}/messages?lang={lang}")
    assert answer.status_code == 200
    found: Shape = await answer.get_json()
    return found


def bearer(house: House) -> dict[str, str]:
    return {"Authorization": f"Bearer {house.token}"}


async def test_a_question_chosen_in_dutch_is_read_in_the_citizens_language_and_so_is_the_answer(house: House) -> None:
    invited = await house.invite(language="fr")
    answer = await house.api(
        "POST",
        f"/api/invitations/{invited['id']}/messages",
        json={"ready": "breathing"},
        headers={"Accept-Language": "nl"},
    )
    said = await answer.get_json()
    assert said["sentence"] == "Ademt de persoon?"
    for lang, question, offer in (
        ("", "La personne respire-t-elle\u00a0?", "Ne respire pas"),
        ("de", "Atmet die Person?", "Atmet nicht"),
    ):
        read = (await read_by_citizen(house, invited, lang=lang))["messages"]
        assert [(each["by"], each["sentence"], each["answers"]) for each in read] == [("desk", question, "breathing")]
        assert [each["ready"] for each in read[0]["offers"]] == list(OFFERED["breathing"])
        assert read[0]["offers"][1]["sentence"] == offer
    sent = await write(house, invited, lang="de", ready="does_not_breathe", reply_to=said["number"])
    assert (sent.status_code, await sent.get_data()) == (204, b"")
    heard = (await read_by_desk(house, invited, language="nl"))[-1]
    assert (heard["sentence"], heard["ready"], heard["language"]) == ("Ademt niet", "does_not_breathe", "de")
    assert (heard["by_citizen"], heard["actor"], heard["reply_to"]) == (True, "citizen", said["number"])


async def test_the_page_is_told_no_name_and_how_much_can_be_said_without_typing(house: House) -> None:
    invited = await house.invite(language="en")
    said = await say(house, invited, text="Are you there?")
    read = await read_by_citizen(house, invited)
    assert said["actor"] not in json.dumps(read)
    assert [each["ready"] for each in read["sayings"]] == list(SAYINGS)
    assert "I am hiding" in [each["sentence"] for each in read["sayings"]]
    assert (read["messages"][0]["answers"], read["messages"][0]["offers"]) == (None, [])


async def test_the_ready_made_questions_stand_in_the_readers_language(house: House) -> None:
    answer = await house.api("GET", "/api/sentences", headers={"Accept-Language": "fr"})
    groups = (await answer.get_json())["groups"]
    assert [(each["group"], [one["ready"] for one in each["sentences"]]) for each in groups] == [
        (group, list(questions)) for group, questions in GROUPS.items()
    ]
    assert groups[0]["name"] == "Sécurité"
    assert groups[1]["sentences"][1] == {
        "ready": "how_many_hurt",
        "sentence": "Combien de personnes sont blessées\u00a0?",
        "answers": "number",
    }


async def test_the_page_hears_at_once_what_is_said_and_the_wall_what_is_heard(house: House) -> None:
    invited, other = await house.invite(language="fr"), await house.invite()
    async with (
        listening(house, f"/s/{invited['key']}/events?after=0") as page,
        listening(house, "/api/events?after=0", **bearer(house), **{"Accept-Language": "nl"}) as wall,
    ):
        await say(house, other, text="for somebody else")
        said = await say(house, invited, ready="hurt")
        told = await page.hear(lambda one: one["kind"] == "SentenceSaid")
        assert told.pop("id") == str(said["number"])
        [read] = (await read_by_citizen(house, invited))["messages"]
        assert read.pop("id") is None
        assert told == {"kind": "SentenceSaid", **read}
        assert told["sentence"] == "Avez-vous une blessure\u00a0?"
        await house.client.post(f"/s/{invited['key']}/tapped", json={})
        await house.client.post(f"/s/{invited['key']}/messages/seen", json={"number": said["number"]})
        shown = await wall.hear(lambda one: one["kind"] == "SentenceShown")
        assert (shown["detail"], shown["invitation"]["id"]) == ({"up_to": said["number"]}, invited["id"])
        assert shown["message"] is None
        await write(house, invited, text="My leg", waited=9)
        heard = await wall.hear(lambda one: one["kind"] == "SentenceHeard")
        assert heard["detail"] is None
        assert heard["message"] == (await read_by_desk(house, invited))[-1]
        assert (heard["message"]["sentence"], heard["message"]["waited"]) == ("My leg", 9)
    assert (await read_by_desk(house, invited))[0]["shown_at"] is not None


async def test_a_sentence_is_text_whatever_it_holds(house: House) -> None:
    invited = await house.invite()
    said = await say(house, invited, text=HOSTILE)
    assert said["sentence"] == AS_READ
    assert (await write(house, invited, text=HOSTILE)).status_code == 204
    assert [each["sentence"] for each in await read_by_desk(house, invited)] == [AS_READ, AS_READ]
    for path, headers in ((f"/s/{invited['key']}/events?after=0", {}), ("/api/events?after=0", bearer(house))):
        async with listening(house, path, **headers) as feed:
            told = await feed.hear(lambda one: one["kind"] == "SentenceSaid")
            assert told.get("sentence", (told.get("message") or {}).get("sentence")) == AS_READ
    answer = await house.client.get(f"/s/{invited['key']}/messages")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_sentence_that_is_sent_again_is_there_once_and_another_under_its_id_is_refused(house: House) -> None:
    invited = await house.invite()
    for _ in range(3):
        assert (await write(house, invited, text="Help")).status_code == 204
    refused = await write(house, invited, text="Fire")
    assert (refused.status_code, (await refused.get_json())["cause"]) == (409, "sentence_id_used_before")
    first = await say(house, invited, ready="safe", id="said-0001")
    assert await say(house, invited, ready="safe", id="said-0001") == first
    assert len(await read_by_desk(house, invited)) == 2


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ({}, "text_not_understood"),
        ({"text": "x" * 501}, "text_not_understood"),
        ({"text": "\u200b\n"}, "text_not_understood"),
        ({"text": 5}, "json_not_understood"),
        ({"text": "\ud83d"}, "json_not_understood"),
        ({"ready": "no such"}, "sentence_not_known"),
        ({"ready": "yes", "text": "yes"}, "sentence_not_known"),
        ({"text": "Hi", "id": "a b"}, "sentence_id_not_understood"),
        ({"text": "Hi", "id": None}, "sentence_id_not_understood"),
        ({"text": "Hi", "reply_to": "1"}, "json_not_understood"),
        ({"text": "Hi", "waited": "long"}, "json_not_understood"),
    ],
)
async def test_a_citizen_is_told_in_whole_sentences_what_could_not_be_sent(
    house: House, told: dict[str, Any], cause: str
) -> None:
    invited = await house.invite(language="en")
    refused = await write(house, invited, **told)
    problem = await refused.get_json()
    assert (refused.status_code, problem["cause"]) == (422, cause)
    assert len(problem["detail"]) > 30
    assert "{" not in problem["detail"]
    assert await read_by_desk(house, invited) == []


async def test_who_writes_too_much_is_told_when_to_go_on(house: House) -> None:
    invited = await house.invite()
    needs = needs_of(house)
    opened = await needs.opening.open(invited["key"])
    for turn in range(60):
        await needs.conversing.hear(opened, id=f"sentence-of-before-{turn}", language="en", text="Help")
    refused = await write(house, invited, text="Help")
    assert (refused.status_code, (await refused.get_json())["cause"]) == (429, "too_many_sentences")
    assert refused.headers["Retry-After"] == "600"


async def test_nothing_is_written_after_the_end(house: House) -> None:
    invited = await house.invite()
    await say(house, invited, text="Hello")
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    late = await house.api("POST", f"/api/invitations/{invited['id']}/messages", json={"text": "Still there?"})
    assert (late.status_code, (await late.get_json())["cause"]) == (410, "link_closed")
    for method, path in (("POST", "messages"), ("GET", "messages"), ("POST", "messages/seen")):
        answer = await house.client.open(f"/s/{invited['key']}/{path}", method=method, json={"number": 1})
        assert answer.status_code == 410, path
    assert [each["sentence"] for each in await read_by_desk(house, invited)] == ["Hello"]


async def test_a_confirmation_needs_a_number(house: House) -> None:
    invited = await house.invite()
    for told in ({}, {"number": None}, {"number": "1"}, {"number": True}):
        answer = await house.client.post(f"/s/{invited['key']}/messages/seen", json=told)
        assert answer.status_code == 422, told


async def test_what_is_forgotten_is_not_told_again_by_a_feed_that_heard_it_before(house: House) -> None:
    invited = await house.invite()
    after = (await (await house.api("GET", "/api/invitations")).get_json())["cursor"]
    async with listening(house, f"/api/events?after={after}", **bearer(house)) as feed:
        await say(house, invited, text=SECRET)
        await write(house, invited, text=f"No, {SECRET}")
        assert SECRET in str(await feed.hear(lambda one: one["kind"] == "SentenceHeard"))
        await house.api("POST", f"/api/invitations/{invited['id']}/wrong-number")
        await feed.hear(lambda one: one["kind"] == "InvitationClosed")
        # A wall that comes back from a cut line meanwhile, and reads again what it may have missed.
        path = f"/api/events?after={after}"
        async with asyncio.timeout(20), house.knock().request(path, headers=bearer(house)) as connection:
            again = await connection.receive()
            while b"InvitationClosed" not in again:
                again += await connection.receive()
            await connection.disconnect()
        again += rest_of(connection)
    assert b"SentenceHeard" in again
    assert SECRET.encode() not in again
    assert await read_by_desk(house, invited) == []


@pytest.fixture
def as_served() -> Iterator[None]:
    """Log as a server does, and a level more: the driver's own DEBUG would tell every statement."""
    configured, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    start_logging()
    root.setLevel(logging.INFO)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


@pytest.mark.usefixtures("as_served")
async def test_no_log_holds_what_was_written(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = await house.invite()
    await say(house, invited, text=SECRET)
    await write(house, invited, text=SECRET)
    await write(house, invited, text=f"{SECRET} {'x' * 500}")
    await write(house, invited, text=f"{SECRET} again")
    await read_by_citizen(house, invited)
    reads = JournalRecords.of_invitation

    async def stumble(*asked: Any) -> Any:
        raise RuntimeError(len(await reads(*asked)))

    monkeypatch.setattr(JournalRecords, "of_invitation", stumble)
    assert (await write(house, invited, text=SECRET, id="sentence-2")).status_code == 500
    told = "".join(capsys.readouterr())
    assert "unforeseen" in told
    assert "cellar" not in told
