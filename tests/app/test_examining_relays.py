"""Whoever asks the doctor hears whether phones will have a relay, and whether the relay is a way into the house."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from app.examining_relays import look_at_relays
from app.findings import Finding
from app.settings import Settings
from tests.coturn import SECRET, coturn_running, free_port, has_ipv6

RELAYS = ("127.0.0.1", "::1") if has_ipv6() else ("127.0.0.1",)


async def found(tmp_path: Path, *, trust: ssl.SSLContext | None = None, **chosen: object) -> list[Finding]:
    settings = Settings.model_validate({"base_url": "https://show.example.org", "data": tmp_path, **chosen})
    return await look_at_relays(settings, trust=trust)


async def found_of(
    tmp_path: Path, *urls: str, secret: str = SECRET, trust: ssl.SSLContext | None = None
) -> list[Finding]:
    return await found(tmp_path, ice_providers=["coturn"], turn_urls=[*urls], turn_secret=secret, trust=trust)


async def test_without_a_relay_it_says_what_that_costs(tmp_path: Path) -> None:
    [finding] = await found(tmp_path)
    assert finding.state == "warning"
    assert "only stills" in finding.sentence
    assert "docs/coturn.md" in finding.sentence


async def test_the_sample_configuration_is_well_over_udp_tcp_and_tls(tmp_path: Path) -> None:
    authority, trust, pem = trustme.CA(), ssl.create_default_context(), tmp_path / "certificate.pem"
    authority.configure_trust(trust)
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    with coturn_running(sample=True, relays=RELAYS, certificate=pem) as relay:
        urls = relay.url("udp"), relay.url("tcp"), relay.url(encrypted=True)
        findings = await found_of(tmp_path, *urls, trust=trust)
        untrusted = await found_of(tmp_path, relay.url(encrypted=True))
    *tried, behind = findings
    # A relay on the loopback works, and is none that a phone could reach: it hears that.
    assert [finding.state for finding in tried] == ["warning"] * 3
    assert all("relays from 127.0.0.1, where no phone can reach it" in finding.sentence for finding in tried)
    assert [how in finding.sentence for how, finding in zip(("UDP", "TCP", "TLS"), tried, strict=True)] == [True] * 3
    assert (behind.state, behind.sentence) == ("well", "the relay refuses private addresses")
    assert [finding.state for finding in untrusted] == ["wrong"]
    assert "SSLCertVerificationError" in untrusted[0].sentence


async def test_a_relay_at_a_public_address_is_well(tmp_path: Path) -> None:
    with coturn_running(sample=True, more=["external-ip=91.183.0.1/127.0.0.1"]) as relay:
        tried, _ = await found_of(tmp_path, relay.url("tcp"))
    assert (tried.state, tried.sentence.partition(": ")[2]) == ("well", "it relays")


async def test_a_relay_that_is_a_way_in_is_told(tmp_path: Path) -> None:
    with coturn_running(relays=RELAYS) as relay:
        *_, behind = await found_of(tmp_path, relay.url("tcp"))
    assert behind.state == "wrong"
    assert "169.254.169.254" in behind.sentence
    assert "denied-peer-ip" in behind.sentence
    assert ("::ffff:127.0.0.1" in behind.sentence) is has_ipv6()


async def test_another_secret_is_told_and_the_secret_is_not(tmp_path: Path) -> None:
    with coturn_running() as relay:
        findings = await found_of(tmp_path, relay.url("tcp"), secret="another-secret-of-ours-altogether")
    [finding] = findings
    assert finding.state == "wrong"
    assert "turn_secret must be its static-auth-secret" in finding.sentence
    assert "another-secret" not in finding.sentence


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_relay_that_does_not_run_is_told(tmp_path: Path, transport: str) -> None:
    findings = await found_of(tmp_path, f"turn:127.0.0.1:{free_port()}?transport={transport}")
    assert findings[0].state == "wrong"
    assert "no answer (ConnectionRefusedError)" in findings[0].sentence


async def test_a_relay_over_udp_alone_is_a_warning(tmp_path: Path) -> None:
    with coturn_running(sample=True) as relay:
        findings = await found_of(tmp_path, relay.url("udp"))
    assert any(finding.state == "warning" and "over UDP only" in finding.sentence for finding in findings)


async def test_a_fixed_list_is_tried_too_but_not_what_is_behind_it(tmp_path: Path) -> None:
    with coturn_running(more=["lt-cred-mech", "user=u:good"]) as relay:
        server = {"urls": relay.url("tcp"), "username": "u", "credential": "wrong"}
        [refused] = await found(tmp_path, ice_providers=["fixed"], ice_servers=[server])
    assert (refused.state, "see the username and the credential" in refused.sentence) == ("wrong", True)
    stun = await found(tmp_path, ice_providers=["fixed"], ice_servers=[{"urls": "stun:stun.example.org"}])
    assert [(finding.state, "relay nothing" in finding.sentence) for finding in stun] == [("warning", True)]


async def test_an_external_peer_server_is_a_warning_that_says_what_is_lost(tmp_path: Path) -> None:
    *_, finding = await found(tmp_path, peerjs_url="wss://peer.example.org/peerjs?key=secretkey")
    assert finding.state == "warning"
    for lost in ("peer.example.org", "verifies nobody", "any peer reaches any other", "The key is not told to it"):
        assert lost in finding.sentence
    assert "secretkey" not in finding.sentence
