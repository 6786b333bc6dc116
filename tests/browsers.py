"""Which browsers the tests drive, and how."""

from __future__ import annotations

import shutil
from typing import Final

CHROMIUM_OPTIONS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]

FAST_LINE: Final = "{ const now = performance.now.bind(performance); performance.now = () => now() / 20; }"
"""Lets the citizen's page measure a fast line, however busy the machine is; else it might send less than the whole."""


def chromium_path() -> str:
    """Return where Chromium is; ``make test`` has seen to it that there is one."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "Chromium is missing: run `make test`, which installs it or says how"
    return found


FIREFOX_PREFERENCES: Final[dict[str, str | int | bool]] = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
}
"""A camera that is not there, no questions, and calls within one machine."""


def firefox_path() -> str:
    """Return where Firefox is; ``make test`` has seen to it that there is one."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    assert found, "Firefox is missing: run `make test`, which installs it or says how"
    return found
