"""The samples in `deploy/` are tried: nginx before a real server, coturn by its script, the rest read closely."""

from __future__ import annotations

import asyncio
import io
import json
import random
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import yaml  # type: ignore[import-untyped]
from aiohttp.abc import AbstractResolver, ResolveResult
from PIL import Image
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings import Settings, problems_of_serving
from tests.app.site import NAME, Site, site, variables_in
from tests.coturn import free_port
from tests.house_rules.house import ROOT

DEPLOY = ROOT / "deploy"
OUR_OWN = {"SHOWME_CONFIG", "SHOWME_SECRETS"}
"""What tells where the settings are, and is none itself."""
SPOOFED = "203.0.113.77"
PATIENCE = aiohttp.ClientTimeout(total=90)


class Here(AbstractResolver):
    """Finds every name on this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        return None


@pytest.fixture(scope="module")
def behind_nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(tmp_path_factory.mktemp("site")) as served:
        yield served


@asynccontextmanager
async def person(served: Site, **headers: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Be somebody who comes by HTTPS, over nginx; at the end every one of their connections is closed."""
    opened: list[socket.socket] = []

    def connection(address: tuple[Any, ...]) -> socket.socket:
        opened.append(socket.socket(address[0], address[1], address[2]))
        return opened[-1]

    connector = aiohttp.TCPConnector(
        ssl=ssl.create_default_context(cafile=str(served.authority)),
        resolver=Here(),
        use_dns_cache=False,
        socket_factory=connection,
    )
    address = f"https://{NAME}:{served.secure_port}"
    async with aiohttp.ClientSession(address, connector=connector, headers=headers, timeout=PATIENCE) as session:
        yield session
    async with asyncio.timeout(60):
        while any(each.fileno() >= 0 for each in opened):  # noqa: ASYNC110 - sockets tell nobody of their end
            await asyncio.sleep(0.02)


def program(served: Site, **headers: str) -> AbstractAsyncContextManager[aiohttp.ClientSession]:
    """Be a program with a token."""
    return person(served, Authorization=f"Bearer {served.token}", **headers)


async def invite(served: Site, **headers: str) -> dict[str, Any]:
    async with (
        program(served, **headers) as desk,
        desk.post("/api/invitations", json={"to": "0470 12 34 56", "purpose": "live"}) as answer,
    ):
        assert answer.status == 201, await answer.text()
        invited: dict[str, Any] = await answer.json()
        return invited


async def unsecured(port: int, path: str, **headers: str) -> httpx.Response:
    """Ask a port of this machine in the clear, and follow nothing."""
    async with httpx.AsyncClient(timeout=90) as client:
        return await client.get(f"http://127.0.0.1:{port}{path}", headers=headers)


def big_photo() -> bytes:
    """Return a JPEG of more than 5 MB: noise does not compress."""
    width, height = 3000, 2000
    noise = random.Random(112).randbytes(width * height * 3)
    written = io.BytesIO()
    Image.frombytes("RGB", (width, height), noise).save(written, "JPEG", quality=92)
    assert len(written.getvalue()) > 5_000_000
    return written.getvalue()


async def test_the_citizens_page_comes_by_https_and_only_so(behind_nginx: Site) -> None:
    key = (await invite(behind_nginx))["key"]
    async with person(behind_nginx) as citizen, citizen.get(f"/s/{key}", headers={"Accept": "text/html"}) as page:
        assert page.status == 200
        assert page.content_type == "text/html"
        assert "112 Test" in await page.text()
        assert "Server" not in page.headers or "/" not in page.headers["Server"]
    plain = await unsecured(behind_nginx.plain_port, f"/s/{key}", Host=NAME)
    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://{NAME}/s/{key}")


async def test_a_feeds_first_event_does_not_wait_for_more(behind_nginx: Site) -> None:
    async with program(behind_nginx) as desk, desk.get("/api/events?after=0") as feed:
        assert feed.content_type == "text/event-stream"
        assert await feed.content.readline() == b": showme\n"
        # The feed stays open: a proxy that collects would hold back these few bytes for ever.
        invited = await invite(behind_nginx)
        heard = b""
        while invited["id"].encode() not in heard:
            heard = await feed.content.readline()
            assert heard, "the feed ended"


async def test_the_line_for_live_video_opens(behind_nginx: Site) -> None:
    invited = await invite(behind_nginx)
    async with person(behind_nginx) as citizen:
        async with citizen.post(f"/s/{invited['key']}/tapped", json={}) as tapped:
            assert tapped.status == 200, await tapped.text()
            peer = (await tapped.json())["peer"]
        async with citizen.ws_connect(f"/peerjs?key=peerjs&id={peer}&token={invited['key']}&version=1.5.5") as line:
            assert json.loads((await line.receive()).data)["type"] == "OPEN"


async def test_a_photo_of_five_megabytes_passes(behind_nginx: Site) -> None:
    key = (await invite(behind_nginx))["key"]
    form = aiohttp.FormData()
    form.add_field("photo", io.BytesIO(big_photo()), filename="photo.jpg", content_type="image/jpeg")
    async with (
        person(behind_nginx, Accept="application/json") as citizen,
        citizen.post(f"/s/{key}/photos", data=form) as answer,
    ):
        assert answer.status == 201, await answer.text()


async def test_the_address_of_a_deed_is_nginxs_word_not_the_clients(behind_nginx: Site) -> None:
    headers = {"X-Forwarded-For": SPOOFED, "Forwarded": f"for={SPOOFED}", "X-Real-IP": SPOOFED}
    invited = await invite(behind_nginx, **headers)
    written = behind_nginx.showme("audit", "export", "--organisation", "1")
    line = next(line for line in written.splitlines() if invited["id"] in line)
    assert "127.0.0.1" in line
    assert SPOOFED not in written


async def test_nobody_reads_the_figures_through_the_proxy(behind_nginx: Site) -> None:
    async with person(behind_nginx) as stranger, stranger.get("/metrics") as answer:
        assert answer.status == 404
    here = await unsecured(behind_nginx.port, "/metrics")
    assert here.status_code == 200
    assert "showme_open_feeds" in here.text


async def test_no_key_is_in_any_log_even_when_the_server_is_away(tmp_path: Path) -> None:
    with site(tmp_path) as served:
        invited = await invite(served)
        paths = [f"/s/{invited['key']}", f"/s/{invited['key']}/photos", f"/s/{'a' * 40}"]
        async with person(served) as citizen:
            for path in paths:
                async with citizen.get(path) as answer:
                    assert answer.status in {200, 404, 405}
            served.serving.terminate()
            served.serving.wait(60)
            for path in paths:
                async with citizen.get(path) as answer:
                    assert answer.status == 502
        await unsecured(served.plain_port, f"/s/{invited['key']}", Host=NAME)
        logs = served.logs
    assert "serving" in logs, "the logs were not looked at"
    assert invited["key"] not in logs
    assert "a" * 40 not in logs


def test_every_setting_that_the_samples_name_exists() -> None:
    known = {f"SHOWME_{name.upper()}" for name in Settings.model_fields} | OUR_OWN
    for path in sorted(DEPLOY.iterdir()):
        if path.is_file():
            assert variables_in(path.read_text("utf-8")) <= known, path.name


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def test_the_containers_may_write_nowhere_and_gain_nothing() -> None:
    services = compose()["services"]
    assert set(services) == {"showme", "caddy", "coturn"}
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert set(service.get("cap_add", ())) <= {"NET_BIND_SERVICE"}, name
    assert "cap_add" not in services["showme"]
    image = (DEPLOY / "Containerfile").read_text("utf-8")
    last = image[image.rindex("FROM ") :]
    assert "\nUSER showme\n" in last
    uid = services["coturn"]["user"].partition(":")[0]
    assert f"--uid {uid} " in last, "coturn reads the secret that belongs to showme's user"


def test_what_compose_mounts_is_there() -> None:
    for service in compose()["services"].values():
        for mount in service["volumes"]:
            source = mount.partition(":")[0]
            if source.startswith(".") and "secrets" not in source:
                assert (DEPLOY / source).resolve().is_file(), source


def test_compose_with_the_example_is_a_configuration_that_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = dict(
        line.split("=", 1)
        for line in (DEPLOY / "example.env").read_text("utf-8").splitlines()
        if "=" in line and not line.startswith("#")
    )
    service = compose()["services"]["showme"]
    assert service["env_file"] == ".env"
    for name, value in service["environment"].items():
        for host in ("WEB_HOST", "TURN_HOST"):
            value = value.replace(f"${{{host}}}", told[host])  # noqa: PLW2901 - filled in step by step
            if f"${{{host}:?" in value:
                before, _, rest = value.partition(f"${{{host}:?")
                value = before + told[host] + rest.partition("}")[2]  # noqa: PLW2901 - likewise
        told[name] = value
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "showme_telegram_token").write_text("1:x\n")
    (tmp_path / "secrets" / "showme_turn_secret").write_text("0f6c1f2e9a7b4d5c8e3a1b2c4d5e6f70\n")

    class Configured(Settings, BaseSettings):
        model_config = SettingsConfigDict(env_prefix="SHOWME_", secrets_dir=tmp_path / "secrets")

    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SHOWME_DATA", str(tmp_path))
    settings = Configured()  # type: ignore[call-arg]
    assert problems_of_serving(settings) == []
    assert settings.base_url == "https://show.example.org"
    caddy = compose()["services"]["caddy"]
    assert settings.proxies == [caddy["networks"]["inside"]["ipv4_address"]]
    assert settings.turn_urls == ["turn:turn.example.org:3478", "turn:turn.example.org:3478?transport=tcp"]
    assert set(caddy["environment"]) == {"WEB_HOST", "UPSTREAM"}
    assert all(f"{{${name}:" in (DEPLOY / "Caddyfile").read_text("utf-8") for name in caddy["environment"])


def test_the_relays_script_keeps_every_refusal_of_the_sample(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("0f6c1f2e9a7b4d5c8e3a1b2c4d5e6f70\n")
    made, log = tmp_path / "made.conf", tmp_path / "log"
    sample = (ROOT / "docs" / "turnserver.conf").read_text("utf-8")
    port = free_port()
    # One port of the sample is another one here, as tests run beside each other; and it says when it listens.
    (tmp_path / "sample.conf").write_text(sample.replace("listening-port=3478", f"listening-port={port}") + "verbose\n")
    surroundings = {
        "PATH": "/usr/bin:/bin:/usr/sbin",
        "TURN_HOST": "turn.test",
        "TURN_ADDRESS": "127.0.0.1",
        "SAMPLE": str(tmp_path / "sample.conf"),
        "SECRET_FILE": str(tmp_path / "secret"),
        "MADE": str(made),
    }
    with log.open("wb") as said:
        relay = subprocess.Popen(["/bin/sh", str(DEPLOY / "coturn.sh")], env=surroundings, stdout=said, stderr=said)
    try:
        until = time.monotonic() + 60
        while f"UDP listener opened on: 127.0.0.1:{port}" not in log.read_text("utf-8", "replace"):
            assert relay.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < until, log.read_text("utf-8", "replace")
            time.sleep(0.05)
    finally:
        relay.terminate()
        relay.wait(60)
    written = made.read_text("utf-8").splitlines()
    refused = [
        line for line in sample.splitlines() if line.startswith(("denied-peer-ip=", "no-", "user-quota", "max-"))
    ]
    assert len(refused) > 30
    assert [line for line in refused if line not in written] == []
    settings = [line for line in written if line and not line.startswith("#")]
    assert not any(word in line for line in settings for word in ("ADDRESS", "SECRET", "PUBLIC", "example.org"))
    assert made.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="this machine has no systemd to ask")
def test_the_unit_is_hardened(tmp_path: Path) -> None:
    unit = tmp_path / "showme.service"
    there = (DEPLOY / "showme.service").read_text("utf-8").replace("/opt/showme/.venv/bin/showme", "/bin/true")
    unit.write_text(there)
    verified = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    complaints = [line for line in verified.stderr.splitlines() if "showme.service" in line and "man:" not in line]
    assert complaints == []
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout[-500:]
