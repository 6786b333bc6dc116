"""The page on which a caller types what the dispatcher reads aloud, and the wall's doors around it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import HOST, House

PAGE = {"Accept": "text/html", "Host": HOST}
OURS = {**PAGE, "Sec-Fetch-Site": "same-origin"}


async def shown(house: House, invitation: str) -> str:
    answer = await house.api("POST", f"/api/invitations/{invitation}/code")
    assert answer.status_code == 200
    code: str = (await answer.get_json())["code"]
    return code


async def type_in(house: House, code: str, *, lang: str = "en", address: str = "198.51.100.7", **headers: str) -> Any:
    return await house.client.post(
        f"/c?lang={lang}", form={"code": code}, headers={**OURS, **headers}, scope_base={"client": (address, 5000)}
    )


async def test_a_dispatcher_reads_a_code_and_where_to_type_it(house: House) -> None:
    invited = await house.invite(to=None)
    told = await (await house.api("POST", f"/api/invitations/{invited['id']}/code")).get_json()
    assert (len(told["code"]), told["address"]) == (6, f"{HOST}/c")
    assert told["expires_at"] == "2026-11-20T10:21:12.345Z"
    assert (await house.api("GET", f"/api/invitations/{invited['id']}/code")).status_code == 405
    assert (await house.api("POST", "/api/invitations/nothing/code")).status_code == 404


@pytest.mark.parametrize(("lang", "words"), [("en", "Type the code"), ("nl", "code"), ("fr", "code"), ("de", "Code")])
async def test_the_page_asks_for_the_code_without_any_script(house: House, lang: str, words: str) -> None:
    answer = await house.client.get(f"/c?lang={lang}", headers=PAGE)
    page = await answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in page
    assert words in page
    assert '<form class="code" method="post"' in page
    assert "alert(1)" not in page
    assert 'role="alert"' not in page
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


async def test_looking_at_the_page_uses_nothing_up(house: House) -> None:
    invited = await house.invite(to=None)
    code = await shown(house, invited["id"])
    for method in ("GET", "HEAD", "OPTIONS"):
        assert (await house.client.open(f"/c?code={code}", method=method, headers=PAGE, json=None)).status_code == 200
    assert (await type_in(house, code)).status_code == 303


async def test_the_right_code_leads_to_the_invitation_once(house: House) -> None:
    invited = await house.invite(to=None)
    code = await shown(house, invited["id"])
    answer = await type_in(house, f"{code[:3]} {code[3:]}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{invited['key']}")
    assert (await house.client.get(answer.headers["Location"], headers=PAGE)).status_code == 200
    again = await type_in(house, code)
    assert again.status_code == 404


@pytest.mark.parametrize("typed", ["000000", "", "abc", "1" * 41, "<script>alert(1)</script>"])
async def test_a_wrong_code_is_asked_for_again_with_what_to_do(house: House, typed: str) -> None:
    answer = await type_in(house, typed)
    page = await answer.get_data(as_text=True)
    assert answer.status_code in {404, 422}
    assert "Ask for the code again and type it slowly" in page
    assert 'role="alert"' in page
    assert '<form class="code" method="post"' in page
    assert 'aria-invalid="true"' in page
    assert "alert(1)" not in page


async def test_whoever_guesses_waits_and_the_caller_beside_does_not(house: House) -> None:
    invited = await house.invite(to=None)
    code = await shown(house, invited["id"])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert {(await type_in(house, wrong, address="203.0.113.9")).status_code for _ in range(5)} == {404}
    late = await type_in(house, code, address="203.0.113.9")
    assert (late.status_code, late.headers["Retry-After"]) == (429, "4")
    assert "Wait a moment, then type the code again" in await late.get_data(as_text=True)
    assert (await type_in(house, code)).status_code == 303


async def test_the_code_of_a_closed_invitation_says_so(house: House) -> None:
    invited = await house.invite(to=None)
    code = await shown(house, invited["id"])
    assert (await house.api("POST", f"/api/invitations/{invited['id']}/close")).status_code == 200
    answer = await type_in(house, code, lang="fr")
    assert answer.status_code == 410
    page = await answer.get_data(as_text=True)
    assert "112" in page
    assert '<html lang="fr"' in page
    refused = await house.api("POST", f"/api/invitations/{invited['id']}/code")
    assert (refused.status_code, (await refused.get_json())["cause"]) == (410, "link_closed")


async def test_a_program_is_answered_in_json(house: House) -> None:
    answer = await house.client.post("/c", form={"code": "000000"}, headers={"Host": HOST})
    assert (answer.status_code, (await answer.get_json())["cause"]) == (404, "code_not_known")


async def test_a_foreign_page_types_no_codes(house: House) -> None:
    invited = await house.invite(to=None)
    code = await shown(house, invited["id"])
    answer = await house.client.post("/c", form={"code": code}, headers={**PAGE, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert (await type_in(house, code)).status_code == 303


async def test_a_wrong_number_is_closed_and_forgotten_by_one_action(house: House) -> None:
    invited = await house.invite()
    assert house.installation.stage is not None
    answer = await house.api("POST", f"/api/invitations/{invited['id']}/wrong-number")
    told = await answer.get_json()
    assert (answer.status_code, told["state"], told["to"]) == (200, "closed", "•••")
    assert (await house.client.get(f"/s/{invited['key']}", headers=PAGE)).status_code == 410
    assert (await house.installation.stage.state())["sms"] == []
    resent = await house.api("POST", f"/api/invitations/{invited['id']}/resend")
    assert resent.status_code == 410
    assert (await house.api("POST", "/api/invitations/nothing/wrong-number")).status_code == 404


async def test_without_providers_their_callbacks_do_not_exist(house: House) -> None:
    for path in ("/callbacks/twilio/receipts", "/callbacks/clickatell/x"):
        assert (await house.client.post(path, data=b"{}", headers={"Host": HOST})).status_code == 404
