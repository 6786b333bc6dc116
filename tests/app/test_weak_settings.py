"""A configuration that would let somebody in is refused by name, and one that cannot be read says where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.cli import main

GOOD = "kR7pWq2ZxV9mT4bN8cJ5hL3s"
GUESSES = {
    "kR7pWq2Z": "too short",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": "can be guessed",
    "changeme-changeme-changeme-please": "can be guessed",
    "My-Very-Long-Password-Of-The-Year": "can be guessed",
}


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("SHOWME_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SHOWME_CONFIG", str(tmp_path / "showme.toml"))
    monkeypatch.setenv("SHOWME_BASE_URL", "https://show.example.org")
    monkeypatch.setenv("SHOWME_DATA", str(tmp_path / "data"))
    return tmp_path


def refused(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["serve"]) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("value", ["{", "[]", '"key"', '{"one": "key"}', "{'1': 'key'}"])
def test_keys_of_organisations_that_are_no_json_are_told_by_name(
    configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("SHOWME_CLICKATELL_API_KEYS", value)
    told = refused(capsys)
    assert told.startswith("showme: clickatell_api_keys: ")
    assert "Traceback" not in told
    assert "JSON" in told or "numbers" in told


def test_keys_of_organisations_are_read_from_a_variable(
    configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOWME_CLICKATELL_API_KEYS", '{"1": "a key", "2": "another"}')
    told = refused(capsys)
    assert "clickatell_api_keys" not in told
    assert "a key" not in told


def test_a_file_that_is_no_toml_is_told_with_the_place(configured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (configured / "showme.toml").write_text("bind = [\n")
    told = refused(capsys)
    assert "showme.toml is no TOML" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", ["telegram_webhook_secret", "clickatell_receipt_secret", "turn_secret"])
@pytest.mark.parametrize("guess", GUESSES)
def test_a_secret_that_can_be_guessed_is_refused_by_name(
    configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, guess: str
) -> None:
    value, why = guess, GUESSES[guess]
    monkeypatch.setenv(f"SHOWME_{name.upper()}", value)
    told = refused(capsys)
    assert f"{name} " in told
    assert why in told
    assert value not in told
    monkeypatch.setenv(f"SHOWME_{name.upper()}", GOOD)
    assert why not in refused(capsys)


def test_plain_http_in_public_is_refused(
    configured: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHOWME_BASE_URL", "http://show.example.org")
    assert "base_url must begin with https://" in refused(capsys)


def test_a_file_of_secrets_that_others_can_read_is_refused(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = configured / "showme.toml"
    file.write_text(f'turn_secret = "{GOOD}"\nsms_providers = ["outbox"]\n')
    file.chmod(0o644)
    told = refused(capsys)
    assert f"holds turn_secret and can be read by others: chmod 600 {file}" in told
    assert GOOD not in told
    file.chmod(0o600)
    assert "can be read by others" not in refused(capsys)
    file.write_text('sms_providers = ["outbox"]\n')
    file.chmod(0o644)  # nothing secret in it
    assert "can be read by others" not in refused(capsys)


def test_a_data_folder_that_others_can_read_is_closed_at_the_start(configured: Path) -> None:
    data = configured / "data"
    data.mkdir(mode=0o755)
    data.chmod(0o755)
    assert main(["organisation", "add", "112 Brussels", "--region", "BE"]) == 0
    assert data.stat().st_mode & 0o077 == 0
