"""Serves an installation until it is told to stop, and then lets go of everybody quickly."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING

from hypercorn.asyncio import serve

from app.assembly import Installation, make_private, open_installation
from app.logs import report, tell
from app.reserve import hold, is_full, release
from app.settings import Problems
from app.sockets import ThriftyConfig
from showme.domain.words import Catalogue
from showme.errors import Unavailable
from web.meanwhile import create_meanwhile_app
from words import read_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hypercorn.config import Config

    from app.settings import Settings

_MANY = 65_536
"""Files and sockets; a feed, a line and a photo on its way are one each."""
_LOOK_EVERY = 1.0
"""Seconds between two looks whether a full disk has room again."""
_GRACE = 8.0
"""Seconds for which uploads under way may still finish after we were told to stop."""


async def run(
    settings: Settings,
    *,
    practice: bool = False,
    certificate: tuple[Path, Path] | None = None,
    plain_bind: Sequence[str] = (),
    ready: str = "",
) -> None:
    """Open an installation and serve it until SIGTERM or SIGINT.

    With a ``certificate`` (its file, its key's file) the settings' addresses speak HTTPS and ``plain_bind`` HTTP. Raise
    Problems when an address is taken.
    """
    for address in (*settings.bind, *plain_bind):
        _check_free(address)
    _allow_many_sockets()
    told_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)
    config = server_config(settings, certificate=certificate, plain_bind=plain_bind)
    make_private(settings.data)
    while not told_to_stop.is_set():
        async with AsyncExitStack() as stack:
            try:
                installation = await stack.enter_async_context(open_installation(settings, practice=practice))
            except (Unavailable, OSError) as error:
                if not is_full(settings.data):
                    raise
                report("disk_full_at_start", error)
                if not release(settings.data):
                    await _refuse_meanwhile(settings, config, told_to_stop, ready=ready)
                continue
            hold(settings.data)
            await _serve(installation, config, told_to_stop, ready=ready)
            return


async def _serve(installation: Installation, config: Config, told_to_stop: asyncio.Event, *, ready: str) -> None:
    async def until_told() -> None:
        await told_to_stop.wait()
        installation.stop_feeds()

    _say(ready, config)
    await serve(installation.app, config, shutdown_trigger=until_told)


async def _refuse_meanwhile(settings: Settings, config: Config, told_to_stop: asyncio.Event, *, ready: str) -> None:
    """Answer everybody that the disk is full, until there is room or we are told to stop."""

    async def until_room() -> None:
        while is_full(settings.data) and not told_to_stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(told_to_stop.wait(), _LOOK_EVERY)

    _say(ready, config)
    await serve(create_meanwhile_app(Catalogue(read_words())), config, shutdown_trigger=until_room)


def _say(ready: str, config: Config) -> None:
    if ready:
        print(ready, flush=True)
    tell("serving", at=", ".join((*config.bind, *config.insecure_bind)))


def server_config(
    settings: Settings, *, certificate: tuple[Path, Path] | None = None, plain_bind: Sequence[str] = ()
) -> Config:
    """Return how Hypercorn is to serve: what its defaults would tell or take, and we do not want, is set here."""
    config = ThriftyConfig()
    config.bind = list(settings.bind)
    if certificate is not None:
        config.certfile, config.keyfile = (str(path) for path in certificate)
        config.insecure_bind = list(plain_bind)
    config.accesslog = None  # its lines would carry keys: in the path, and in the Referer
    config.errorlog = None
    config.include_server_header = False
    config.websocket_ping_interval = 20.0
    config.websocket_max_message_size = 64 * 1024
    config.graceful_timeout = _GRACE
    config.shutdown_timeout = _GRACE + 2
    config.keep_alive_timeout = 75.0
    return config


def _allow_many_sockets() -> None:
    """Use what the system lets us have, because its first word is often a thousand files and sockets in all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MANY if hard == resource.RLIM_INFINITY else min(_MANY, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _check_free(address: str) -> None:
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            sentence = (
                f"Port {port} at {host} cannot be used ({error.strerror}): choose another, as in "
                "'make run PORT=8081' or 'showme practice --port 8081'."
            )
            raise Problems([sentence]) from None


def has_ipv6_loopback() -> bool:
    """Whether this machine has ``::1``, to which some browsers go first for localhost."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
