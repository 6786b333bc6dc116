"""People at their browsers: signs them in, and asks as their pages would."""

from __future__ import annotations

from typing import Any

from quart.typing import TestClientProtocol as Client

from showme.domain.people import Dispatcher, Role
from showme.services.signing_in import SigningIn
from tests.web.conftest import HOST, House
from web.needs import EXTENSION, Needs

PAGE = {"Host": HOST, "Sec-Fetch-Site": "same-origin", "Origin": f"https://{HOST}"}


def needs_of(house: House) -> Needs:
    """Return what the app was given."""
    needs: Needs = house.installation.app.extensions[EXTENSION]
    return needs


def signing_in_of(house: House) -> SigningIn:
    """Return the service that makes links."""
    return needs_of(house).signing_in


class Browser:
    """Somebody's browser, with the cookie that it was given."""

    def __init__(self, house: House, *, agent: str = "Mozilla/5.0 (X11; Linux) Firefox/128.0") -> None:
        """Open a browser without a cookie."""
        self.client: Client = house.knock()
        self.headers = {**PAGE, "User-Agent": agent}

    async def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Ask as a page of ours does."""
        sent: dict[str, Any] = {} if body is None else {"json": body}
        return await self.client.open(path, method=method, headers={**self.headers, **headers}, **sent)

    async def get(self, path: str) -> Any:
        """Return the JSON at an address; the answer must be good."""
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, (path, answer.status_code, await answer.get_data(as_text=True))
        return await answer.get_json()

    @property
    def cookie(self) -> str:
        """The cookie as it would be sent."""
        jar = self.client.cookie_jar
        assert jar is not None
        found = next(iter(jar))
        return f"{found.name}={found.value}"


async def at_desk(house: House, name: str = "Anna", role: Role = "dispatcher", **more: Any) -> Browser:
    """Sign somebody in by a link made for them."""
    organisation = (await (await house.api("GET", "/api/me")).get_json())["organisation"]["id"]
    who = Dispatcher(organisation=organisation, name=name, role=role)
    link = await signing_in_of(house).single_use_link(who)
    browser = Browser(house, **more)
    answer = await browser.client.post(
        "/sign-in",
        form={"secret": link.rpartition("/")[2], "name": ""},
        headers=browser.headers,
        scope_base={"client": ("192.0.2.77", 5000)},
    )
    assert answer.status_code == 303
    return browser
