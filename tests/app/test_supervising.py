"""An operator asks how the service does: figures, and a test of a server that really runs."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from PIL import Image

from app.cli import main
from tests.app.test_command_line import PATIENCE, SHOWME, _wait_for

FIGURES = "Credits left: 10"


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """Configure a server with one organisation, and return its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    for name, value in {
        "CONFIG": str(tmp_path / "showme.toml"),
        "BASE_URL": address,
        "BIND": f"127.0.0.1:{port}",
        "DATA": str(tmp_path / "data"),
        "WITHOUT_TELEGRAM": "true",
        "SMS_PROVIDERS": "outbox",
        "IMAGE_WORKERS": "1",
    }.items():
        monkeypatch.setenv(f"SHOWME_{name}", value)
    assert main(["organisation", "add", "112 Brussels", "--region", "BE"]) == 0
    capsys.readouterr()
    return address


@contextmanager
def serving(address: str, **more: str) -> Iterator[None]:
    with subprocess.Popen([*SHOWME, "serve"], env={**os.environ, **more}) as process:
        try:
            _wait_for(address, process)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def test_a_server_that_works_climbs_every_rung_and_keeps_nothing(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(address):
        assert main(["selftest"]) == 0
        told = capsys.readouterr()
        assert [line.rpartition(" ")[0].rpartition(" ")[0] for line in told.out.splitlines()[:-1]] == [
            "✓ invitation made", "✓ SMS sent", "✓ page opened", "✓ button tapped", "✓ signalling", "✓ photo sent",
            "✓ photo on the wall", "✓ link closed",
        ]  # fmt: skip
        assert told.out.splitlines()[-1] == "Not tested: TURN relay."
        assert httpx.get(f"{address}/readyz").json()["parts"]["selftest"] == "up"
        assert main(["organisation", "list"]) == 0
        assert capsys.readouterr().out == "1  112 Brussels  BE  en\n"
        assert main(["report", "1"]) == 0
        assert "No invitations in this time." in capsys.readouterr().out
    media = tmp_path / "data" / "media"
    assert [path for path in media.rglob("*") if path.is_file()] == []
    with closing(sqlite3.connect(tmp_path / "data" / "showme.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM kept_sms").fetchone() == (0,)
        assert database.execute("SELECT count(*) FROM invitation_numbers").fetchone() == (0,)
        assert database.execute("SELECT DISTINCT organisation FROM invitations").fetchall() == [(0,)]


def test_a_relay_that_does_not_answer_is_named(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    server = {"urls": ["turn:127.0.0.1:9?transport=tcp"], "username": "u", "credential": "c"}
    with serving(address, SHOWME_ICE_PROVIDERS="fixed", SHOWME_ICE_SERVERS=json.dumps([server])):
        assert main(["selftest"]) == 2
        told = capsys.readouterr()
        assert "TURN relay (turn:127.0.0.1 by tcp: no answer)" in told.err
        assert "✓ signalling" in told.out
        assert "photo" not in told.out


def test_a_server_that_is_away_breaks_the_first_rung_that_needs_it(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["selftest"]) == 2
    told = capsys.readouterr()
    assert f"The self-test broke at {address}: page opened (ClientConnectorError)." in told.err
    assert "✓ SMS sent" in told.out


def test_a_report_is_printed_and_drawn(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "report.png"
    assert main(["report", "1", "--days", "7", "--picture", str(picture)]) == 0
    told = capsys.readouterr().out
    assert "7 days" in told
    assert told.rstrip().endswith(FIGURES)
    with Image.open(picture) as drawn:
        assert drawn.format == "PNG"
    assert main(["report", "1", "--language", "de"]) == 0
    assert capsys.readouterr().out.startswith("Bericht ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["7"], "no organisation 7"),
        (["0"], "no organisation 0"),
        (["1", "--days", "32"], "from 1 to 31 days"),
        (["1", "--picture", "/nowhere/at/all.png"], "cannot be written"),
    ],
)
def test_a_report_that_cannot_be_made_is_told(
    address: str, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["report", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_the_command_line_starts_without_drawing_anything() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, app.cli; print('PIL' in sys.modules)"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert loaded.stdout.strip() == "False"
