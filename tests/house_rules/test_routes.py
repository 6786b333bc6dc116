"""Every address has a guard and a limit; an unknown one fails here first."""

from __future__ import annotations

from quart_rate_limiter import QUART_RATE_LIMITER_EXEMPT_ATTRIBUTE, QUART_RATE_LIMITER_LIMITS_ATTRIBUTE

from tests.web.conftest import House, clock, house
from web.guard import GUARD

__all__ = ["clock", "house"]

GUARDS = {"everyone", "key", "pass", "peer", "dispatcher", "loopback", "machine", "callback"}


async def test_every_route_has_a_guard(house: House) -> None:
    app = house.installation.app
    unguarded = [
        f"{rule.rule} ({endpoint})"
        for rule in app.url_map.iter_rules()
        for endpoint in [rule.endpoint]
        if getattr(app.view_functions[endpoint], GUARD, None) not in GUARDS
    ]
    assert not unguarded


async def test_every_route_has_a_limit(house: House) -> None:
    app = house.installation.app
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints
    views = app.view_functions
    unlimited = [name for name in endpoints if not getattr(views[name], QUART_RATE_LIMITER_LIMITS_ATTRIBUTE, [])]
    exempt = [name for name in endpoints if hasattr(app.view_functions[name], QUART_RATE_LIMITER_EXEMPT_ATTRIBUTE)]
    assert not unlimited
    assert not exempt


async def test_the_guard_follows_from_the_address(house: House) -> None:
    app = house.installation.app
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], GUARD)
        expected = (
            "key"
            if rule.rule.startswith("/s/")
            else "pass"
            if rule.rule.startswith("/watch/")
            else "peer"
            if rule.websocket
            else "dispatcher"
            if rule.rule.startswith("/api/")
            else "loopback"
            if rule.rule.startswith("/practice/")
            else "machine"
            if rule.rule == "/metrics"
            else "callback"
            if rule.rule.startswith("/callbacks/")
            else "everyone"
        )
        assert guard == expected, rule.rule
