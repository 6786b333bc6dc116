"""How the citizen's page stands reaches the dispatcher, and what a scanner's look tells does not."""

import pytest

from tests.web.conftest import House

NOW = 1_795_246_855_437
"""What the clock of a phone shows, in milliseconds."""


@pytest.mark.parametrize("state", ["shown", "hidden", "left"])
async def test_the_dispatcher_sees_where_the_page_is(house: House, state: str) -> None:
    invited = await house.invite()
    path, told = f"/s/{invited['key']}", {"state": state, "unsent": 2, "trouble": None, "told": NOW}
    assert (await house.client.post(f"{path}/progress", json={"page": told})).status_code == 204
    before = await (await house.api("GET", f"/api/invitations/{invited['id']}")).get_json()
    assert before["page"] is None
    await house.client.post(f"{path}/tapped", json={})
    assert (await house.client.post(f"{path}/progress", json={"page": told})).status_code == 204
    seen = await (await house.api("GET", f"/api/invitations/{invited['id']}")).get_json()
    assert {name: seen["page"][name] for name in ("state", "unsent", "trouble")} == {
        "state": state,
        "unsent": 2,
        "trouble": None,
    }


@pytest.mark.parametrize(
    "told", [7, {}, {"state": "silent"}, {"state": "shown", "unsent": -1}, {"state": "shown", "trouble": "x"}]
)
async def test_nonsense_of_the_page_is_refused(house: House, told: object) -> None:
    invited = await house.invite()
    answer = await house.client.post(f"/s/{invited['key']}/progress", json={"page": told})
    assert answer.status_code == 422


async def test_the_page_speaks_the_phones_language_where_nobody_has_chosen_one(house: House) -> None:
    unchosen, chosen = await house.invite(), await house.invite(to="0470 12 34 57", language="de")
    spoken = {"Accept": "text/html", "Accept-Language": "tr,fr;q=0.5"}
    for invited, language in ((unchosen, "tr"), (chosen, "de")):
        page = await (await house.client.get(f"/s/{invited['key']}", headers=spoken)).get_data(as_text=True)
        assert f'<html lang="{language}"' in page
    page = await (
        await house.client.get(f"/s/{unchosen['key']}", headers={**spoken, "Accept-Language": "xx"})
    ).get_data(as_text=True)
    assert f'<html lang="{unchosen["language"]}"' in page


async def test_the_page_comes_in_brotli_to_browsers_that_take_it(house: House) -> None:
    invited = await house.invite()
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br, zstd"}
    answer = await house.client.get(f"/s/{invited['key']}", headers=headers)
    assert answer.headers["Content-Encoding"] == "br"
    assert len(await answer.get_data()) < 12_400
