"""Who gets on the line, what happens there, and how it ends."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from quart.testing.connections import WebsocketResponseError

from app.assembly import open_office
from app.settings import Settings
from showme.domain.people import Dispatcher
from showme.errors import Unavailable
from tests.web.conftest import HOST, House
from tests.web.signalling.callers import (
    OURS,
    PATIENCE,
    RANDOM,
    bearer,
    dialled,
    needs_of,
    on_the_line,
    until,
    watch_pass,
)
from tests.web.test_guards import signed_in
from web.lines import MOST_COMINGS

NONSENSE: list[Any] = [
    "null", "[]", "0", '"x"', "{", "", b"\x00\xff\xfe", b"null", "[" * 60_000, '{"a":' * 9_000, '{"type":null}',
    "NaN", '{"type":"OFFER"}', '{"type":"NOTHING","dst":"x","payload":{}}', "\ud800", "9" * 5_000, "\x00",
]  # fmt: skip


# --- who gets on ---


async def test_an_id_is_answered_as_peerserver_does_and_opens_nothing(house: House) -> None:
    answers = [await house.client.get("/peerjs/id?ts=17&version=1.5.5") for _ in range(2)]
    first, second = [await answer.get_data(as_text=True) for answer in answers]
    assert first.isalnum()
    assert first != second
    async with dialled(house, first, RANDOM, headers=bearer(house)) as caller:
        _, heard = await caller.is_hung_up_on()
    assert heard[0]["payload"]["cause"] == "peer_not_understood"


async def test_a_citizen_and_every_kind_of_viewer_talk_to_each_other(house: House) -> None:
    invited = await house.invite(purpose="live")
    citizen_id, anna = f"{invited['id']}-1", await signed_in(house)
    proofs: list[tuple[str, str, dict[str, Any]]] = [
        ("-0", RANDOM, {"client": anna}),
        ("-0-2", RANDOM, {"headers": bearer(house)}),
        ("-0-3", f"{await watch_pass(house, invited['id'])}.{RANDOM}", {"headers": OURS}),
    ]
    async with on_the_line(house, citizen_id, invited["key"]) as citizen:
        for ending, token, how in proofs:
            viewer_id = invited["id"] + ending
            async with on_the_line(house, viewer_id, token, **how) as viewer:
                await citizen.offers(viewer_id, src="somebody-0")
                offer = await viewer.hears()
                assert (offer["type"], offer["src"], offer["dst"]) == ("OFFER", citizen_id, viewer_id)
                await viewer.says({"type": "ANSWER", "dst": citizen_id, "payload": offer["payload"]})
                answer = await citizen.hears()
                assert (answer["type"], answer["src"], answer["payload"]) == ("ANSWER", viewer_id, offer["payload"])
                assert invited["key"] not in json.dumps(offer)
                assert token not in json.dumps(answer)


async def test_watching_is_written_down_once_and_so_is_its_end(house: House) -> None:
    invited = await house.invite(purpose="live")
    viewer_id = f"{invited['id']}-0"

    async def writes(*kinds: str) -> None:
        written: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while written != list(kinds):
                happened = await needs_of(house).viewing.happenings(1, 0)
                written = [str(item.event.kind) for item in happened if "Viewer" in item.event.kind]
                await asyncio.sleep(0.01)

    for _ in range(3):
        async with on_the_line(house, viewer_id, RANDOM, headers=bearer(house)):
            await writes("ViewerJoined")
    house.clock.move(seconds=16)
    await writes("ViewerJoined", "ViewerLeft")
    async with on_the_line(house, viewer_id, RANDOM, headers=bearer(house)) as viewer:
        await viewer.says({"type": "LEAVE"})
        assert (await viewer.is_hung_up_on())[0] == 1000
    await needs_of(house).lines.finish()
    await writes("ViewerJoined", "ViewerLeft", "ViewerJoined", "ViewerLeft")


async def test_who_watched_is_noted_from_where_they_watched_and_never_at_the_citizens_address(house: House) -> None:
    invited = await house.invite(purpose="live")
    viewer_id = f"{invited['id']}-0"
    async with on_the_line(house, f"{invited['id']}-1", invited["key"], address="198.51.100.9"):
        async with on_the_line(house, viewer_id, RANDOM, headers=bearer(house), address="192.0.2.7"):
            pass
        house.clock.move(seconds=16)
        noted: list[str | None] = []
        async with asyncio.timeout(PATIENCE):
            while len(noted) < 2:
                happened = await needs_of(house).viewing.happenings(1, 0)
                noted = [item.event.origin for item in happened if "Viewer" in item.event.kind]
                await asyncio.sleep(0.01)
    assert noted == ["192.0.2.7", "192.0.2.7"]


@pytest.mark.parametrize(
    ("missing", "kind"), [("key", "ERROR"), ("id", "ERROR"), ("token", "ERROR"), ("wrong key", "INVALID-KEY")]
)
async def test_what_is_missing_is_told_as_peerserver_tells_it(house: House, missing: str, kind: str) -> None:
    invited = await house.invite()
    async with dialled(
        house,
        None if missing == "id" else f"{invited['id']}-1",
        None if missing == "token" else invited["key"],
        key=None if missing == "key" else "other" if missing == "wrong key" else "peerjs",
    ) as caller:
        _, heard = await caller.is_hung_up_on()
    assert [message["type"] for message in heard] == [kind]
    assert heard[0]["payload"]["msg"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": f"{HOST}:8443", "Origin": f"https://{HOST}"},
        {"Host": HOST, "Origin": "https://evil.example"},
        {"Host": HOST, "Origin": "null"},
        {"Host": HOST, "Origin": "https://["},
        {"Host": HOST, "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_a_foreign_page_or_host_gets_no_socket_even_with_a_key(house: House, headers: dict[str, str]) -> None:
    invited = await house.invite()
    with pytest.raises(WebsocketResponseError) as refused:
        async with dialled(house, f"{invited['id']}-1", invited["key"], headers=headers) as caller:
            await caller.hears()
    assert refused.value.response.status_code == 403
    assert needs_of(house).switchboard.peers == 0


async def test_a_session_counts_for_our_own_pages_only(house: House) -> None:
    invited, anna = await house.invite(), await signed_in(house)
    async with on_the_line(house, f"{invited['id']}-0", RANDOM, client=anna):
        pass
    async with dialled(house, f"{invited['id']}-0-2", RANDOM, client=anna, headers={"Host": HOST}) as caller:
        _, heard = await caller.is_hung_up_on()
    assert heard[0]["payload"]["cause"] == "not_signed_in"


async def test_another_organisation_does_not_watch_ours(house: House, tmp_path: Path) -> None:
    invited = await house.invite()
    settings = Settings(base_url=f"https://{HOST}", data=tmp_path / "data")
    async with open_office(settings, clock=house.clock) as office:
        other = await office.administering.add_organisation(name="Fire brigade", region="FR", language="fr")
        token = await office.signing_in.make_token(Dispatcher(organisation=other.id, name="Other", role="supervisor"))
    headers = {"Host": HOST, "Authorization": f"Bearer {token}"}
    async with dialled(house, f"{invited['id']}-0", RANDOM, headers=headers) as caller:
        _, heard = await caller.is_hung_up_on()
    assert (heard[0]["type"], heard[0]["payload"]["cause"]) == ("ERROR", "not_found")


async def test_an_id_that_is_taken_is_told_to_be_and_its_holder_stays(house: House) -> None:
    invited = await house.invite()
    viewer_id = f"{invited['id']}-0"
    async with (
        on_the_line(house, f"{invited['id']}-1", invited["key"]) as citizen,
        on_the_line(house, viewer_id, RANDOM, headers=bearer(house)) as viewer,
    ):
        async with dialled(house, viewer_id, "another-token-of-another-page", headers=bearer(house)) as second:
            _, heard = await second.is_hung_up_on()
        assert [message["type"] for message in heard] == ["ID-TAKEN"]
        await citizen.offers(viewer_id)
        assert (await viewer.hears())["type"] == "OFFER"


async def test_a_claim_that_is_made_too_often_has_to_wait_and_another_has_not(house: House) -> None:
    mine, other = await house.invite(), await house.invite()

    async def dial_again_and_again() -> None:
        for _ in range(40):
            async with dialled(house, f"{mine['id']}-1", mine["key"]) as caller:
                assert (await caller.hears())["type"] == "OPEN"

    with pytest.raises(WebsocketResponseError) as refused:
        await dial_again_and_again()
    assert refused.value.response.status_code == 429
    assert int(refused.value.response.headers["Retry-After"]) > 0
    async with on_the_line(house, f"{other['id']}-1", other["key"]):
        pass
    house.clock.move(seconds=10)
    async with on_the_line(house, f"{mine['id']}-1", mine["key"]):
        pass


async def test_a_guest_cannot_fill_the_journal_by_coming_and_going_under_ever_new_tokens(house: House) -> None:
    mine, other = await house.invite(purpose="live"), await house.invite(purpose="live")
    proof = await watch_pass(house, mine["id"])

    async def come_and_go(time: int) -> None:
        async with dialled(house, f"{mine['id']}-0", f"{proof}.{RANDOM}{time}", headers=OURS) as guest:
            assert (await guest.hears())["type"] == "OPEN"
            await guest.says({"type": "LEAVE"})
            await guest.is_hung_up_on()

    for time in range(MOST_COMINGS):
        await come_and_go(time)
    with pytest.raises(WebsocketResponseError) as refused:
        await come_and_go(MOST_COMINGS)
    assert refused.value.response.status_code == 429
    async with on_the_line(house, f"{mine['id']}-0", RANDOM, headers=bearer(house)):
        pass
    other_proof = f"{await watch_pass(house, other['id'])}.{RANDOM}"
    async with on_the_line(house, f"{other['id']}-0", other_proof, headers=OURS):
        pass


# --- while it lasts ---


async def test_a_page_that_comes_back_is_the_same_peer_and_its_old_socket_harms_nothing(house: House) -> None:
    invited = await house.invite()
    citizen_id, viewer_id = f"{invited['id']}-1", f"{invited['id']}-0"
    async with on_the_line(house, viewer_id, RANDOM, headers=bearer(house)) as viewer:
        async with (
            on_the_line(house, citizen_id, invited["key"]) as old,
            on_the_line(house, citizen_id, invited["key"]) as new,
        ):
            assert await old.is_hung_up_on() == (1000, [{"type": "ID-TAKEN", "payload": {"msg": "ID is taken"}}])
            await old.says({"type": "LEAVE"})
            await old.connection.disconnect()
            await asyncio.sleep(0.05)
            await viewer.offers(citizen_id)
            assert (await new.hears())["type"] == "OFFER"
        await viewer.offers(citizen_id)
        async with on_the_line(house, citizen_id, invited["key"]) as back:
            assert (await back.hears())["type"] == "OFFER"


async def test_nobody_came_within_five_seconds(house: House) -> None:
    invited = await house.invite()
    async with on_the_line(house, f"{invited['id']}-1", invited["key"]) as citizen:
        await citizen.offers(f"{invited['id']}-0")
        await asyncio.sleep(0.05)
        house.clock.move(seconds=6)
        assert await citizen.hears() == {"type": "EXPIRE", "src": f"{invited['id']}-0", "dst": f"{invited['id']}-1"}


async def test_ninety_silent_seconds_are_the_end(house: House) -> None:
    invited = await house.invite()
    async with on_the_line(house, f"{invited['id']}-1", invited["key"]) as citizen:
        house.clock.move(seconds=89)
        await citizen.says({"type": "HEARTBEAT"})
        await asyncio.sleep(1.2)
        house.clock.move(seconds=89)
        await asyncio.sleep(1.2)
        assert needs_of(house).switchboard.peers == 1
        house.clock.move(seconds=2)
        assert (await citizen.is_hung_up_on())[0] == 1001
    assert needs_of(house).switchboard.peers == 0


async def test_nonsense_ends_nothing(house: House) -> None:
    invited = await house.invite()
    citizen_id, viewer_id = f"{invited['id']}-1", f"{invited['id']}-0"
    async with (
        on_the_line(house, citizen_id, invited["key"]) as citizen,
        on_the_line(house, viewer_id, RANDOM, headers=bearer(house)) as viewer,
    ):
        for frame in NONSENSE:
            await citizen.says(frame)
            await citizen.offers(viewer_id)
            assert (await viewer.hears())["type"] == "OFFER", frame
            house.clock.move(seconds=1)


async def test_who_floods_the_line_is_cut_off(house: House) -> None:
    invited = await house.invite()
    async with on_the_line(house, f"{invited['id']}-1", invited["key"]) as citizen:
        for _ in range(400):
            await citizen.says({"type": "HEARTBEAT"})
        code, heard = await citizen.is_hung_up_on()
    assert (code, heard[-1]["payload"]["cause"]) == (1008, "too_many")


async def test_the_phone_is_heard_while_it_speaks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    invited, heard = await house.invite(), []
    monkeypatch.setattr(needs_of(house).calling, "hear", lambda invitation: heard.append(invitation.id))
    async with (
        on_the_line(house, f"{invited['id']}-1", invited["key"]) as citizen,
        on_the_line(house, f"{invited['id']}-0", RANDOM, headers=bearer(house)) as viewer,
    ):
        await viewer.says({"type": "HEARTBEAT"})
        await asyncio.sleep(0.05)
        assert heard == []
        await citizen.says({"type": "HEARTBEAT"})
        await until(lambda: heard == [invited["id"]])


# --- how it ends ---


async def test_a_session_that_is_revoked_watches_no_longer(house: House) -> None:
    invited, anna = await house.invite(), await signed_in(house)
    viewer_id = f"{invited['id']}-0"
    async with (
        on_the_line(house, f"{invited['id']}-1", invited["key"]) as citizen,
        on_the_line(house, viewer_id, RANDOM, client=anna) as viewer,
    ):
        await anna.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
        house.clock.move(seconds=16)
        code, heard = await viewer.is_hung_up_on()
        assert (code, heard[-1]["payload"]["cause"]) == (1008, "signed_out")
        # The phone is told, so that the picture ends as well.
        assert await citizen.hears() == {"type": "LEAVE", "src": viewer_id, "dst": f"{invited['id']}-1"}
        assert needs_of(house).switchboard.viewers_of(invited["id"]) == []


@pytest.mark.parametrize("how", ["closed", "expired"])
async def test_an_invitation_that_ends_ends_its_lines(house: House, how: str) -> None:
    invited = await house.invite()
    guest = f"{await watch_pass(house, invited['id'])}.{RANDOM}"
    async with (
        on_the_line(house, f"{invited['id']}-1", invited["key"]) as citizen,
        on_the_line(house, f"{invited['id']}-0", guest) as viewer,
        on_the_line(house, f"{invited['id']}-0-2", RANDOM, headers=bearer(house)) as program,
    ):
        if how == "closed":
            await house.api("POST", f"/api/invitations/{invited['id']}/close")
            house.clock.move(seconds=16)
        else:
            house.clock.move(hours=6, seconds=1)
            for caller in (citizen, viewer, program):
                await caller.says({"type": "HEARTBEAT"})
        for caller in (citizen, viewer, program):
            assert (await caller.is_hung_up_on())[0] in {1001, 1008}
    async with dialled(house, f"{invited['id']}-1", invited["key"]) as late:
        _, heard = await late.is_hung_up_on()
    assert heard[0]["type"] == "ERROR"


async def test_a_proof_that_still_holds_ends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    invited, anna = await house.invite(), await signed_in(house)
    async with on_the_line(house, f"{invited['id']}-0", RANDOM, client=anna) as viewer:
        asked: list[str] = []
        who = needs_of(house).signing_in.who

        async def counted(token: str) -> Dispatcher:
            asked.append(token)
            if len(asked) == 1:
                raise Unavailable
            return await who(token)

        monkeypatch.setattr(needs_of(house).signing_in, "who", counted)
        for times in (1, 2):
            house.clock.move(seconds=16)
            await until(lambda times=times: len(asked) == times)
        await viewer.says({"type": "HEARTBEAT"})
        await asyncio.sleep(0.05)
        assert needs_of(house).switchboard.viewers_of(invited["id"]) == [f"{invited['id']}-0"]


async def test_every_line_ends_when_the_server_stops(house: House) -> None:
    invited = await house.invite()
    async with (
        on_the_line(house, f"{invited['id']}-1", invited["key"]) as citizen,
        on_the_line(house, f"{invited['id']}-0", RANDOM, headers=bearer(house)) as viewer,
    ):
        house.installation.stop_feeds()
        assert [await caller.is_hung_up_on() for caller in (citizen, viewer)] == [(1012, []), (1012, [])]
    await until(lambda: needs_of(house).lines.open == 0)
    with pytest.raises(WebsocketResponseError) as refused:
        async with dialled(house, f"{invited['id']}-1", invited["key"]) as late:
            await late.hears()
    assert refused.value.response.status_code == 503


async def test_a_failure_of_ours_ends_one_line_and_is_reported(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = await house.invite(), await house.invite()
    async with (
        on_the_line(house, f"{mine['id']}-1", mine["key"]) as first,
        on_the_line(house, f"{other['id']}-1", other["key"]) as second,
    ):
        needs, reported = needs_of(house), []
        hear = needs.calling.hear

        def fails(invitation: Any) -> None:
            if invitation.id == mine["id"]:
                raise RuntimeError("planted")
            hear(invitation)

        monkeypatch.setattr(needs.calling, "hear", fails)
        monkeypatch.setattr(needs.lines, "_report", lambda *said: reported.append(said))
        await first.says({"type": "HEARTBEAT"})
        assert (await first.is_hung_up_on())[0] == 1011
        assert [name for name, _ in reported] == ["signalling"]
        await second.says({"type": "HEARTBEAT"})
        await second.offers(f"{other['id']}-0")
        await asyncio.sleep(0.1)
        house.clock.move(seconds=6)
        assert (await second.hears())["type"] == "EXPIRE"


async def test_a_reader_that_is_too_slow_is_hung_up_on_before_it_fills_the_memory(house: House) -> None:
    invited = await house.invite()
    citizen_id, viewer_id = f"{invited['id']}-1", f"{invited['id']}-0"
    async with (
        on_the_line(house, citizen_id, invited["key"]) as citizen,
        on_the_line(house, viewer_id, RANDOM, headers=bearer(house)) as viewer,
    ):
        viewer.connection._receive_queue = asyncio.Queue(1)
        large = {"candidate": "x" * 60_000}
        for number in range(100):
            await citizen.says({"type": "CANDIDATE", "dst": viewer_id, "payload": {**large, "number": number}})
            await asyncio.sleep(0)
        boxes = [known.outbox for known in needs_of(house).lines._open.values()]
        await until(lambda: any(box.farewell and box.farewell.code == 1013 for box in boxes))
        assert sum(len(text) for box in boxes for text in box._texts) <= 1024 * 1024
        viewer.connection._receive_queue = asyncio.Queue()
    assert needs_of(house).lines.open == 0
