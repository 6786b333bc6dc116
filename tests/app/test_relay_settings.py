"""What live video's relays are configured with is read strictly, and what is wrong is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.providers import ice_providers
from app.settings import Problems, Settings, problems_of_serving, read_settings
from tests.app.test_settings import COMPLETE

SECRET = "b8Yw2nQx5LrT9mVd3KsF7hJp4ZgC6tNe"
RELAY = {"urls": ["turn:turn.example.org"], "username": "u", "credential": "never-in-a-log"}
COTURN = {"ice_providers": ["coturn"], "turn_urls": ["turn:turn.example.org"], "turn_secret": SECRET}
TWILIO = {"twilio_account_sid": None, "twilio_auth_token": None, "sms_providers": ["outbox"], "twilio_sender": None}


def settings_with(tmp_path: Path, **chosen: object) -> Settings:
    return Settings.model_validate({**COMPLETE, **chosen, "data": tmp_path})


def read_from_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    monkeypatch.setenv("SHOWME_CONFIG", str(tmp_path / "none.toml"))
    for name, value in {"base_url": "https://show.example.org", "data": str(tmp_path), **variables}.items():
        monkeypatch.setenv(f"SHOWME_{name.upper()}", value)
    return read_settings()


def test_unless_something_is_chosen_there_is_no_relay_and_nothing_is_asked(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)
    assert problems_of_serving(settings) == []
    assert [*ice_providers(settings)] == []
    assert (settings.ice_policy, settings.peerjs_url) == ("all", None)


def test_variables_name_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_from_variables(
        tmp_path,
        monkeypatch,
        ice_providers="coturn, fixed",
        turn_urls="turn:turn.example.org, turns:turn.example.org:443",
        turn_secret=SECRET,
        turn_life_hours="6",
        ice_servers=json.dumps([RELAY, {"urls": "stun:stun.example.org"}]),
        ice_policy="relay",
        peerjs_url="wss://peer.example.org/peerjs",
    )
    assert settings.turn_urls == ["turn:turn.example.org", "turns:turn.example.org:443"]
    assert [server.as_server().urls for server in settings.ice_servers] == [
        ("turn:turn.example.org",),
        ("stun:stun.example.org",),
    ]
    assert settings.peerjs_url == "wss://peer.example.org/peerjs?key=peerjs"
    assert SECRET not in repr(settings)
    assert "never-in-a-log" not in repr(settings)


def test_the_toml_file_names_servers_as_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "showme.toml").write_text(
        f'base_url = "https://show.example.org"\ndata = "{tmp_path}"\nice_providers = ["fixed"]\n'
        '[[ice_servers]]\nurls = "turn:turn.example.org"\nusername = "u"\ncredential = "c"\n'
    )
    monkeypatch.setenv("SHOWME_CONFIG", str(tmp_path / "showme.toml"))
    settings = read_settings()
    assert [server.as_server().credential for server in settings.ice_servers] == ["c"]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("turn_urls", "turn:good.example, turn://bad.example", '"turn://bad.example" is not understood'),
        ("turn_urls", "https://turn.example.org", '"https://turn.example.org" is not understood'),
        ("turn_urls", "turn:turn.example.org?transport=sctp", "transport"),
        ("turn_urls", "turn:turn.example.org:99999", "port"),
        ("turn_urls", "stun:turn.example.org?transport=udp", "only turn: and turns:"),
        ("turn_life_hours", "0", "turn_life_hours"),
        ("turn_life_hours", "25", "turn_life_hours"),
        ("ice_servers", "[{", "ice_servers: Value error, a list in JSON"),
        ("ice_servers", "{}", "ice_servers"),
        ("ice_servers", '[{"urls": "turn:turn.example.org"}]', "username"),
        ("ice_servers", '[{"urls": []}]', "address"),
        ("ice_servers", '[{"url": "stun:turn.example.org"}]', "ice_servers.0.urls is missing."),
        ("ice_policy", "none", "ice_policy"),
        ("peerjs_url", "https://peer.example.org/peerjs", "wss://"),
        ("peerjs_url", "ws://peer.example.org/peerjs", "wss://"),
        ("peerjs_url", "wss://peer.example.org:port/peerjs", "wss://"),
        ("peerjs_url", "wss://peer.example.org/", "/peerjs"),
        ("peerjs_url", "wss://peer.example.org/peerjs?key=a&id=b", "nothing else"),
    ],
)
def test_what_is_malformed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    with pytest.raises(Problems) as told:
        read_from_variables(tmp_path, monkeypatch, **{name: value})
    assert all(name in sentence for sentence in told.value.sentences)
    assert any(problem in sentence for sentence in told.value.sentences)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"ice_providers": ["pigeon"]}, 'ice_providers: "pigeon" is not known'),
        ({**COTURN, "turn_secret": None}, "turn_secret is missing"),
        ({**COTURN, "turn_urls": []}, "turn_urls is missing"),
        ({"turn_urls": ["turn:turn.example.org"]}, "turn_secret is missing"),
        ({"turn_secret": SECRET}, "turn_urls is missing"),
        ({**COTURN, "ice_providers": []}, 'add "coturn" to ice_providers'),
        ({**COTURN, "turn_secret": "short"}, "turn_secret is too short"),
        ({**COTURN, "turn_urls": ["stun:turn.example.org"]}, "stun: alone relays nothing"),
        ({"ice_providers": ["twilio"], **TWILIO, "twilio_auth_token": "t"}, "twilio_account_sid is missing"),
        ({"ice_providers": ["twilio"], **TWILIO, "twilio_account_sid": "AC"}, "twilio_auth_token is missing"),
        ({"ice_providers": ["fixed"]}, "ice_servers is missing"),
        ({"ice_servers": [RELAY]}, 'add "fixed" to ice_providers'),
        ({"ice_policy": "relay"}, "no call could ever connect"),
        (
            {"ice_policy": "relay", "ice_providers": ["fixed"], "ice_servers": [{"urls": "stun:a.example"}]},
            "no call could ever connect",
        ),
    ],
)
def test_what_keeps_relays_from_being_used_is_named(tmp_path: Path, wrong: dict[str, object], problem: str) -> None:
    problems = problems_of_serving(settings_with(tmp_path, **wrong))
    assert any(problem in sentence for sentence in problems), problems
    assert not any(SECRET in sentence for sentence in problems)


@pytest.mark.parametrize(
    "right",
    [
        COTURN,
        {**COTURN, "ice_policy": "relay"},
        {"ice_providers": ["twilio"]},
        {"ice_providers": ["fixed"], "ice_servers": [RELAY], "ice_policy": "relay"},
        {**COTURN, "ice_providers": ["coturn", "twilio", "fixed"], "ice_servers": [RELAY]},
    ],
)
def test_what_is_complete_has_no_problem(tmp_path: Path, right: dict[str, object]) -> None:
    assert problems_of_serving(settings_with(tmp_path, **right)) == []


async def test_providers_are_asked_in_the_order_of_the_settings_each_once(tmp_path: Path) -> None:
    chosen = ["fixed", "coturn", "twilio", "coturn"]
    settings = settings_with(tmp_path, **{**COTURN, "ice_providers": chosen}, ice_servers=[RELAY], turn_life_hours=2)
    providers = ice_providers(settings)
    assert [provider.name for provider in providers] == ["fixed list", "coturn", "Twilio"]
    now = datetime.now(UTC)
    [fixed] = (await providers[0].lease(now=now)).servers(invitation="abc", now=now)
    assert fixed.for_browsers() == RELAY
    [relay] = (await providers[1].lease(now=now)).servers(invitation="abc", now=now)
    until = int((relay.username or "").partition(":")[0])
    assert 0 <= until - now.timestamp() - 2 * 3600 <= 1
