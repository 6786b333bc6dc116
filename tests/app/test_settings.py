"""Every setting is read from where it may stand, and the page about them is never late."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.providers import sms_providers
from app.settings import Problems, Settings, problems_of_serving, read_settings
from tests.fakes.clock import MovableClock
from tools.write_settings import PAGE, page

COMPLETE = {
    "base_url": "https://show.example.org",
    "telegram_token": "1:x",
    "sms_providers": ["twilio", "clickatell"],
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "t" * 32,
    "twilio_sender": "+32460000000",
    "clickatell_api_key": "clickatell-key",
    "clickatell_receipt_secret": "Fh2pQ9xLw7TzB4mKd6RsVn3C",
}


def test_the_page_about_settings_tells_of_every_one() -> None:
    assert PAGE.read_text("utf-8") == page(), "python -m tools.write_settings"
    assert all(f"`{name}`" in page() for name in Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())


def test_secret_files_go_before_variables_and_these_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "showme.toml").write_text(
        f'base_url = "https://file.example"\ndata = "{tmp_path}"\nsms_providers = ["outbox"]\ninitial_top_up = 3\n'
    )
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "showme_telegram_token").write_text("from-the-secret-file\n")
    monkeypatch.setenv("SHOWME_CONFIG", str(tmp_path / "showme.toml"))
    monkeypatch.setenv("SHOWME_SECRETS", str(tmp_path / "secrets"))
    monkeypatch.setenv("SHOWME_BASE_URL", "https://variable.example")
    monkeypatch.setenv("SHOWME_TELEGRAM_TOKEN", "from-the-variable")
    settings = read_settings()
    assert settings.base_url == "https://variable.example"
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == "from-the-secret-file"
    assert settings.sms_providers == ["outbox"]
    assert settings.initial_top_up == 3
    assert "from-the" not in repr(settings)


def test_a_complete_configuration_has_no_problem(tmp_path: Path) -> None:
    assert problems_of_serving(Settings.model_validate({**COMPLETE, "data": tmp_path})) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"base_url": "http://show.example.org"}, "https://"),
        ({"telegram_token": None}, "telegram_token is missing"),
        ({"sms_providers": []}, "sms_providers is missing"),
        ({"sms_providers": ["pigeon"]}, '"pigeon" is not known'),
        ({"twilio_account_sid": None}, "twilio_account_sid is missing"),
        ({"twilio_auth_token": None}, "twilio_auth_token is missing"),
        ({"twilio_sender": None}, "twilio_messaging_service_sid is missing"),
        ({"clickatell_api_key": None}, "clickatell_api_key is missing"),
        ({"clickatell_receipt_secret": "short"}, "clickatell_receipt_secret is too short"),
        ({"telegram_webhook_secret": "short"}, "telegram_webhook_secret is too short"),
    ],
)
def test_what_keeps_it_from_serving_is_named(tmp_path: Path, wrong: dict[str, object], problem: str) -> None:
    problems = problems_of_serving(Settings.model_validate({**COMPLETE, **wrong, "data": tmp_path}))
    assert any(problem in sentence for sentence in problems)


def test_all_problems_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOWME_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("SHOWME_BASE_URL", "ftp://show.example.org/path")
    monkeypatch.setenv("SHOWME_IMAGE_WORKERS", "none")
    with pytest.raises(Problems) as told:
        read_settings()
    text = str(told.value)
    for name in ("base_url", "data", "image_workers"):
        assert name in text


def test_the_second_provider_stands_behind_the_first_and_an_organisation_may_have_its_own_key(tmp_path: Path) -> None:
    settings = Settings.model_validate({**COMPLETE, "data": tmp_path, "clickatell_api_keys": {"7": "its-own-key"}})
    providers = sms_providers(settings, records=None, clock=MovableClock())  # type: ignore[arg-type]
    assert [gateway.name for gateway in providers.of(1)] == ["Twilio", "Clickatell"]
    assert [gateway.name for gateway in providers.of(7)] == ["Twilio", "Clickatell"]
    assert providers.of(7)[0] is providers.of(1)[0]
    assert providers.of(7)[1] is not providers.of(1)[1]


def test_without_any_provider_the_outbox_keeps_what_would_have_left(tmp_path: Path) -> None:
    settings = Settings(base_url="http://localhost:8080", data=tmp_path)
    providers = sms_providers(settings, records=None, clock=MovableClock())  # type: ignore[arg-type]
    assert [gateway.name for gateway in providers.of(1)] == ["outbox"]
