"""What an operator types, and what showme answers."""

from __future__ import annotations

import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.assembly import open_installation
from app.cli import main
from app.settings import Settings

SHOWME = [sys.executable, "-m", "app.cli"]
PATIENCE = 60


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOWME_CONFIG", str(tmp_path / "showme.toml"))
    monkeypatch.setenv("SHOWME_BASE_URL", "https://show.example.org")
    monkeypatch.setenv("SHOWME_DATA", str(tmp_path / "data"))
    return tmp_path


def test_a_half_configured_server_says_everything_that_is_missing_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOWME_CONFIG", str(tmp_path / "showme.toml"))
    assert main(["serve"]) == 2
    told = capsys.readouterr().err
    assert "base_url is missing" in told
    assert "data is missing" in told

    monkeypatch.setenv("SHOWME_BASE_URL", "http://show.example.org")
    monkeypatch.setenv("SHOWME_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SHOWME_TELEGRAM_WEBHOOK_SECRET", "short")
    assert main(["serve"]) == 2
    told = capsys.readouterr().err
    for problem in ("https://", "telegram_token is missing", "sms_providers is missing", "webhook_secret is too short"):
        assert problem in told


def test_a_misspelled_setting_is_told(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (configured / "showme.toml").write_text('sms_providrs = "outbox"\n')
    assert main(["serve"]) == 2
    assert "sms_providrs is no setting" in capsys.readouterr().err


def test_serving_needs_an_organisation(
    configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOWME_WITHOUT_TELEGRAM", "true")
    monkeypatch.setenv("SHOWME_SMS_PROVIDERS", "outbox")
    assert main(["serve"]) == 2
    assert "showme organisation add" in capsys.readouterr().err


def test_an_organisation_is_added_with_its_link_and_codes(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["organisation", "add", "112 Brussels", "--region", "be", "--language", "nl"]) == 0
    added = capsys.readouterr().out
    assert "1  112 Brussels" in added
    assert re.search(r"https://show\.example\.org/sign-in/\S{30,}", added)
    assert main(["organisation", "list"]) == 0
    assert "112 Brussels  BE  nl" in capsys.readouterr().out
    assert main(["organisation", "code", "1"]) == 0
    assert re.search(r"/enrol [0-9A-Z]{5}-[0-9A-Z]{5}", capsys.readouterr().out)
    assert main(["secret", "1"]) == 0
    assert "work until they expire" in capsys.readouterr().out
    assert main(["secret", "7"]) == 2
    assert "no organisation 7" in capsys.readouterr().err


def test_an_organisation_may_ask_for_sound_from_the_start(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["organisation", "add", "112 Brussels", "--region", "BE"])
    capsys.readouterr()
    assert main(["organisation", "sound", "1", "on"]) == 0
    assert "from its start" in capsys.readouterr().out
    assert main(["organisation", "sound", "1", "off"]) == 0
    assert "only when a dispatcher asks" in capsys.readouterr().out
    assert main(["organisation", "sound", "7", "on"]) == 2
    assert "no organisation 7" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["organisation", "sound", "1", "loud"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["An organisation with far too long a name", "--region", "BE"], "1 to 20"),
        (["Sécours", "--region", "BE"], "plain letters"),
        (["112 Brussels", "--region", "XX"], "two letters"),
        (["112 Brussels", "--region", "BE", "--language", "tlh"], "en, fr, nl, de"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused_with_a_sentence(
    configured: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["organisation", "add", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_practice_keeps_away_from_real_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOWME_TELEGRAM_TOKEN", "123:real")
    assert main(["practice", "--data", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "unset SHOWME_TELEGRAM_TOKEN" in told
    assert "123:real" not in told


def test_a_taken_port_is_told_with_the_way_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["practice", "--port", str(port), "--data", str(tmp_path)]) == 2
    assert f"PORT={8081}" in capsys.readouterr().err


async def test_two_servers_never_share_a_folder(tmp_path: Path) -> None:
    settings = Settings(base_url="https://show.example.org", data=tmp_path, image_workers=1)
    async with open_installation(settings, practice=True):
        with pytest.raises(Exception, match="Another showme uses"):
            async with open_installation(settings, practice=True):
                pass


def test_nobody_else_on_the_machine_can_read_the_data(configured: Path) -> None:
    assert main(["organisation", "list"]) == 0
    assert ((configured / "data").stat().st_mode & 0o777) == 0o700


def test_practice_starts_answers_and_stops_with_a_feed_open(tmp_path: Path) -> None:
    with _practice(tmp_path) as (process, address):
        state = httpx.get(f"{address}/practice/state").json()
        assert state["organisation"] == {"id": 1, "name": "112 Practice", "region": "BE"}
        headers = {"Authorization": f"Bearer {state['api_token']}"}
        with httpx.stream("GET", f"{address}/api/events", headers=headers) as feed:
            assert next(feed.iter_bytes())
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0


def test_a_restarted_practice_knows_what_it_knew(tmp_path: Path) -> None:
    with _practice(tmp_path) as (_, address):
        before = httpx.get(f"{address}/practice/state").json()
        headers = {"Authorization": f"Bearer {before['api_token']}"}
        invited = httpx.post(f"{address}/api/invitations", headers=headers, json={"to": "0470123456"}).json()
    with _practice(tmp_path) as (_, address):
        after = httpx.get(f"{address}/practice/state").json()
        assert after["api_token"] == before["api_token"]
        assert [sms["text"].split("/s/")[1] for sms in after["sms"]] == [invited["key"]]
        found = httpx.get(f"{address}/api/invitations/{invited['id']}", headers=headers).json()
        assert found["number"] == invited["number"]


def test_a_phone_of_the_same_network_can_be_the_citizen_by_https(tmp_path: Path) -> None:
    with _practice(tmp_path, "--lan", "127.0.0.1") as (_, address):
        state = httpx.get(f"{address}/practice/state").json()
        headers = {"Authorization": f"Bearer {state['api_token']}"}
        link = httpx.post(f"{address}/api/invitations", headers=headers, json={}).json()["link"]
        assert link.startswith("https://127.0.0.1:")
        trusting = ssl.create_default_context(cafile=tmp_path / "lan.crt")
        trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        page = httpx.get(link, verify=trusting, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert page.headers["Strict-Transport-Security"]


@contextmanager
def _practice(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1] % 60_000 + 2_000
    command = [*SHOWME, "practice", "--port", str(port), "--data", str(folder), *more]
    address = f"http://localhost:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(address, process)
            yield process, address
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 10):
        assert process.poll() is None, "showme ended by itself"
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("showme never answered")


def test_the_parser_refuses_a_port_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["practice", "--port", "99999"])
    assert "is no port" in capsys.readouterr().err


def test_a_person_is_made_a_supervisor_listed_and_dismissed(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["organisation", "add", "112 Brussels", "--region", "BE"])
    capsys.readouterr()
    assert main(["supervisor", "add", "1", "987654321", "Anna P."]) == 0
    assert capsys.readouterr().out == "Anna P. is a supervisor of 112 Brussels.\n"
    assert main(["supervisor", "add", "1", "987654321", "Anna P."]) == 0
    assert "already" in capsys.readouterr().out
    assert main(["supervisor", "list", "1"]) == 0
    assert capsys.readouterr().out == "987654321  Anna P.\n"
    assert main(["supervisor", "remove", "1", "987654321"]) == 0
    assert capsys.readouterr().out == "Anna P. is a supervisor of 112 Brussels no longer.\n"
    assert main(["supervisor", "remove", "1", "987654321"]) == 2
    assert "no supervisor of 112 Brussels" in capsys.readouterr().err
    assert main(["supervisor", "add", "7", "5", "Anna"]) == 2
    assert "no organisation 7" in capsys.readouterr().err
    assert main(["supervisor", "add", "1", "5", " "]) == 2


def test_an_organisation_chooses_how_long_silence_is_borne(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["organisation", "add", "112 Brussels", "--region", "BE"])
    capsys.readouterr()
    assert main(["organisation", "unanswered", "1", "3"]) == 0
    assert "after 3 minutes" in capsys.readouterr().out
    assert main(["organisation", "unanswered", "1", "0"]) == 0
    assert "never" in capsys.readouterr().out
    assert main(["organisation", "unanswered", "1", "500"]) == 2
    assert "0 (never) to 120" in capsys.readouterr().err
