"""Starts a simulation of S3 (moto's server) in a process of its own, and makes one bucket after another in it.

It checks no signature, and is no proof of what a real store does under load or when it fails.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from storage.s3 import Bucket

_PATIENCE = 60.0


class Simulation:
    """A running server."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._made = 0

    def fresh(self) -> Bucket:
        """Make a bucket."""
        self._made += 1
        name = f"media-{self._made}"
        httpx.put(f"{self.endpoint}/{name}", timeout=_PATIENCE).raise_for_status()
        return Bucket(
            name=name, endpoint=self.endpoint, access_key="showme", secret_key="a long secret", prefix="showme/"
        )


@contextmanager
def running() -> Iterator[Simulation]:
    """Run a server that forgets everything at its end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        endpoint = f"http://127.0.0.1:{port}"
        _wait_for(endpoint, process)
        yield Simulation(endpoint)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _wait_for(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"{endpoint}/moto-api/", timeout=_PATIENCE)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the simulation of S3 did not start: is moto[s3] with flask installed?")
