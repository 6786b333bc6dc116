"""What we take for an address, a browser takes too: it would refuse the whole list for the sake of one."""

from __future__ import annotations

import pytest
from playwright.async_api import async_playwright

from showme.domain.ice import IceServer
from tests.browsers import CHROMIUM_OPTIONS, chromium_path
from tests.coturn import Coturn, Transport
from tests.gateways.ice.conftest import made_for

ADDRESSES = [
    "stun:stun.example.org",
    "stun:stun.example.org:3478",
    "stuns:stun.example.org:5349",
    "turn:turn.example.org",
    "turn:192.0.2.7:3478?transport=udp",
    "turn:[2001:db8::1]:3478?transport=tcp",
    "turn:turn_1.intranet?transport=tcp",
    "turns:turn.example.org:443",
    "turns:turn.example.org?transport=tcp",
    "turn:a..b",
    "turn:turn.example.org:65535",
    "turn:turn.example.org:65536",
    "turn:turn.example.org:0",
    "turn:turn.example.org?transport=sctp",
    "turn:turn.example.org?transport=tcp&more=1",
    "turn://turn.example.org",
    "stun:stun.example.org?transport=udp",
    "https://turn.example.org",
]
MAKE = """servers => {
    try { new RTCPeerConnection({iceServers: servers}).close(); return null }
    catch (refusal) { return refusal.name }
}"""


def made(url: str) -> dict[str, object] | None:
    """Return a server as we tell it, None where we tell none."""
    credentials = {"username": "u", "credential": "c"} if url.startswith("turn") else {}
    try:
        return IceServer(urls=(url,), **credentials).for_browsers()
    except ValueError:
        return None


async def test_chromium_takes_every_server_that_we_take_and_none_that_we_refuse() -> None:
    told = {url: server for url in ADDRESSES if (server := made(url)) is not None}
    assert 10 <= len(told) <= len(ADDRESSES) - 6
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_OPTIONS)
        try:
            page = await browser.new_page()
            assert await page.evaluate(MAKE, [*told.values()]) is None
            for url in ADDRESSES:
                server = {"urls": [url], "username": "u", "credential": "c"}
                refusal = await page.evaluate(MAKE, [server])
                assert (refusal is None) == (url in told), f"{url}: {refusal}"
        finally:
            await browser.close()


def test_a_list_is_refused_for_one_address_only_before_it_leaves_us() -> None:
    with pytest.raises(ValueError, match="address"):
        IceServer(urls=("stun:stun.example.org", "turn://turn.example.org"), username="u", credential="c")


MEET = """async servers => {
    const configuration = {iceServers: servers, iceTransportPolicy: "relay"};
    const phone = new RTCPeerConnection(configuration), desk = new RTCPeerConnection(configuration);
    const [one, other] = [[phone, desk], [desk, phone]];
    for (const [from, to] of [one, other])
        from.onicecandidate = event => event.candidate && to.addIceCandidate(event.candidate);
    const line = phone.createDataChannel("line");
    const heard = new Promise(resolve => {
        desk.ondatachannel = event => { event.channel.onmessage = message => resolve(message.data) };
    });
    line.onopen = () => line.send("hello");
    await phone.setLocalDescription();
    await desk.setRemoteDescription(phone.localDescription);
    await desk.setLocalDescription();
    await phone.setRemoteDescription(desk.localDescription);
    const patience = new Promise(resolve => setTimeout(() => resolve("nothing"), 30000));
    const said = await Promise.race([heard, patience]);
    const kinds = [];
    for (const report of (await phone.getStats()).values())
        if (report.type === "local-candidate") kinds.push(`${report.candidateType} ${report.relayProtocol}`);
    phone.close();
    desk.close();
    return [said, [...new Set(kinds)]];
}"""


@pytest.mark.parametrize(("transport", "encrypted"), [("udp", False), ("tcp", False), ("tcp", True)])
async def test_two_browsers_meet_through_the_relay_alone(
    coturn: Coturn, transport: Transport, *, encrypted: bool
) -> None:
    server = made_for(coturn.url(transport, encrypted=encrypted)).for_browsers()
    trusting = ["--ignore-certificate-errors"]  # the relay's certificate is of the test's own authority
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=[*CHROMIUM_OPTIONS, *trusting])
        try:
            said, kinds = await (await browser.new_page()).evaluate(MEET, [server])
        finally:
            await browser.close()
    assert said == "hello"
    assert kinds == [f"relay {'tls' if encrypted else transport}"]
