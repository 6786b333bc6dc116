"""Every address has a guard and a limit; an unknown one fails here first."""

from __future__ import annotations

from quart_rate_limiter import QUART_RATE_LIMITER_EXEMPT_ATTRIBUTE, QUART_RATE_LIMITER_LIMITS_ATTRIBUTE

from tests.web.conftest import House, chosen_database_url, clock, house, migrated, postgresql_server
from web.guard import NEED, ROLES
from web.limits import CLOSES

__all__ = ["chosen_database_url", "clock", "house", "migrated", "postgresql_server"]


async def test_every_route_declares_what_it_needs(house: House) -> None:
    app = house.installation.app
    silent = [
        rule.rule for rule in app.url_map.iter_rules() if getattr(app.view_functions[rule.endpoint], NEED, None) is None
    ]
    assert not silent, f"declare beside each, by a name of web/guard.py, who may come in: {silent}"


async def test_every_route_has_a_limit(house: House) -> None:
    app = house.installation.app
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints
    views = app.view_functions
    unlimited = [name for name in endpoints if not getattr(views[name], QUART_RATE_LIMITER_LIMITS_ATTRIBUTE, [])]
    exempt = [name for name in endpoints if hasattr(app.view_functions[name], QUART_RATE_LIMITER_EXEMPT_ATTRIBUTE)]
    assert not unlimited
    assert not exempt


async def test_what_costs_money_or_tries_secrets_closes_when_nobody_can_count(house: House) -> None:
    app = house.installation.app
    closing = {
        rule.rule for rule in app.url_map.iter_rules() if getattr(app.view_functions[rule.endpoint], CLOSES, False)
    }
    assert closing >= {
        "/sign-in",
        "/sign-in/<secret>",
        "/sign-in/passkey",
        "/sign-in/passkey/options",
        "/c",
        "/api/invitations",
        "/api/invitations/<invitation>/resend",
    }
    assert not {rule for rule in closing if rule.startswith("/s/")}


async def test_the_citizens_door_takes_keys_and_the_dispatchers_takes_none(house: House) -> None:
    app = house.installation.app
    for rule in app.url_map.iter_rules():
        need = getattr(app.view_functions[rule.endpoint], NEED)
        assert (need == "key") is rule.rule.startswith("/s/"), rule.rule
        assert (need == "pass") is rule.rule.startswith("/watch/"), rule.rule
        assert (need == "peer") is rule.websocket, rule.rule
        if rule.rule.startswith("/api/"):
            assert need in ROLES, rule.rule
