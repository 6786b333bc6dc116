"""Of each invitation one dispatcher looks after it; it is passed on, and everybody sees to whom."""

from __future__ import annotations

from bot.cards import write_card
from bot.voice import Voice
from tests.web.conftest import House
from tests.web.live import listening, needs_of
from tests.web.test_guards import signed_in

OURS = {"Sec-Fetch-Site": "same-origin"}


async def test_an_invitation_is_handed_to_a_colleague_and_taken_over_again(house: House) -> None:
    anna, bert = await signed_in(house, "Anna"), await signed_in(house, "Bert")
    invited = await (await anna.post("/api/invitations", json={}, headers=OURS)).get_json()
    assert (invited["by"], invited["responsible"], invited["handed"]) == ("Anna", "Anna", None)
    path = f"/api/invitations/{invited['id']}/hand-over"
    async with listening(house, "/api/events", Authorization=f"Bearer {house.token}") as feed:
        handed = await (await anna.post(path, json={"to": "Bert"}, headers=OURS)).get_json()
        told = await feed.hear(lambda told: told["kind"] == "HandedOver")
    assert (handed["by"], handed["responsible"], handed["handed"]["by"]) == ("Anna", "Bert", "Anna")
    assert (told["actor"], told["detail"]) == ("Anna", {"from": "Anna", "to": "Bert"})
    assert told["invitation"]["responsible"] == "Bert"
    card = write_card(
        await needs_of(house).viewing.invitation(
            (await needs_of(house).signing_in.whose_token(house.token)), invited["id"]
        ),
        now=house.clock.now(),
        voice=Voice(needs_of(house).words, "en"),
    )
    assert "Anna → Bert" in card.html
    taken = await (await anna.post(path, json={}, headers=OURS)).get_json()
    assert (taken["responsible"], taken["handed"]["by"]) == ("Anna", "Anna")
    assert (await bert.post(path, json={"to": "Bert"}, headers=OURS)).status_code == 200


async def test_handing_to_who_has_it_already_is_no_news(house: House) -> None:
    invited = await house.invite()
    before = (await (await house.api("GET", "/api/invitations")).get_json())["cursor"]
    same = await house.api("POST", f"/api/invitations/{invited['id']}/hand-over", json={"to": invited["by"]})
    assert (await same.get_json())["handed"] is None
    assert (await (await house.api("GET", "/api/invitations")).get_json())["cursor"] == before


async def test_nothing_that_has_ended_or_is_not_ours_is_handed_over(house: House) -> None:
    invited = await house.invite()
    assert (await house.api("POST", "/api/invitations/nothing/hand-over", json={"to": "Bert"})).status_code == 404
    for wrong in ({"to": "x" * 41}, {"to": "\u202e"}, {"to": 7}):
        answer = await house.api("POST", f"/api/invitations/{invited['id']}/hand-over", json=wrong)
        assert answer.status_code == 422, wrong
    await house.api("POST", f"/api/invitations/{invited['id']}/close")
    closed = await house.api("POST", f"/api/invitations/{invited['id']}/hand-over", json={"to": "Bert"})
    assert closed.status_code == 410


async def test_colleagues_are_who_was_here_within_a_shift(house: House) -> None:
    await signed_in(house, "Old Ones")
    house.clock.move(hours=13)
    anna = await signed_in(house, "Anna")
    invited = await house.invite()
    await house.api("POST", f"/api/invitations/{invited['id']}/hand-over", json={"to": "Zoë"})
    told = (await (await anna.get("/api/colleagues", headers=OURS)).get_json())["colleagues"]
    assert "Old Ones" not in told
    assert {"Anna", "Zoë", invited["by"]} <= set(told)
    assert told == sorted(told, key=str.casefold)
