"""Nothing is acknowledged before the disk has it: file, name, folder and row, in this order."""

from __future__ import annotations

import os
import random
import re
import secrets
import signal
from collections.abc import Callable
from pathlib import Path

from tests.journeys.live.players import until
from tests.journeys.served import Served, served
from tests.torture.measuring import sizes
from tests.torture.wires import Desk, Sent, a_photo, send

TRACED = "trace=fsync,fdatasync,rename,renameat,renameat2,sendto,sendmsg,write,writev"


def _in_order(lines: list[str], media: str) -> int:
    """Count the acknowledgements that came after file sync, rename, folder sync and database sync, in this order."""
    good = begin = 0
    for place, line in enumerate(lines):
        if "HTTP/1.1 201" not in line or "/api/" in line:
            continue
        before, begin = lines[begin:place], place + 1
        renamed = next(
            (at for at, each in enumerate(before) if "rename" in each and f"{media}/original/" in each), None
        )
        if renamed is None:
            continue
        name = re.search(rf"{re.escape(media)}/incoming/(\w+)", before[renamed])
        file = [each for each in before[:renamed] if name is not None and "sync(" in each and name[1] in each]
        folder = [
            at for at in range(renamed, len(before)) if "fsync(" in before[at] and f"{media}/original>" in before[at]
        ]
        database = [each for each in before[folder[0] :] if _syncs_database(each)] if folder else []
        good += bool(file and folder and database)
    return good


def _syncs_database(line: str) -> bool:
    return "sync(" in line and "showme.sqlite" in line


@sizes(5, 50)
async def test_nothing_is_acknowledged_before_the_disk_has_it(
    count: int, tmp_path: Path, measured: Callable[..., None]
) -> None:
    data, trace = tmp_path / "data", tmp_path / "trace"
    prefix = ["strace", "-f", "-y", "-s", "200", "-e", TRACED, "-e", "signal=none", "-o", str(trace)]
    async with served(data, prefix=prefix) as server:
        desk = Desk(server)
        invited = await desk.invite()
        chance = random.Random(1)
        trace_from = trace.stat().st_size
        for number in range(count):
            sent = Sent(a_photo(chance, most=300_000), secrets.token_hex(8), invited["key"])
            assert await send(sent, server.port) == 201

            async def is_shown(number: int = number) -> bool:
                # What is written for the photo before must not be taken for what is written for the next one.
                found = (await desk.ask("GET", f"/api/photos?invitation={invited['id']}")).json()["photos"]
                return [photo["state"] for photo in found] == ["shown"] * (number + 1)

            await until(is_shown)
        with trace.open("rb") as read:
            read.seek(trace_from)
            lines = read.read().decode("utf-8", "replace").splitlines()
        _stop(server)
    good = _in_order(_joined(lines), str(data / "media"))
    measured(
        "order before the acknowledgement",
        goal="50 of 50 under strace: file sync → rename → folder sync → database sync → 201",
        measured=f"{good} of {count}",
    )
    assert good == count


def _stop(server: Served) -> None:
    """Tell the traced server to stop: strace keeps signals to itself (its manual, -I)."""
    assert server.process is not None
    tracer = server.process.pid
    for child in Path(f"/proc/{tracer}/task/{tracer}/children").read_text().split():
        os.kill(int(child), signal.SIGTERM)


def _joined(lines: list[str]) -> list[str]:
    """Return each call at the moment of its end: of one that another thread interrupted, begin and end as one line."""
    begun: dict[tuple[str, str], str] = {}
    ended = []
    for line in lines:
        process, _, rest = line.partition(" ")
        rest = rest.strip()
        call = re.match(r"(?:<\.\.\. )?(\w+)", rest)
        name = call[1] if call else ""
        if rest.endswith("<unfinished ...>"):
            begun[process, name] = rest
        elif rest.startswith("<... "):
            ended.append(begun.pop((process, name), "") + rest)
        else:
            ended.append(rest)
    return ended
