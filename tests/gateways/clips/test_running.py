"""What may a confined program use? Stand-ins ask for too much of each, and are ended."""

import asyncio
import os
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from gateways.clips import running
from gateways.clips.running import Failed, Limits, run
from showme.errors import StorageFull, Unavailable

MEBIBYTE = 1024 * 1024
LIMITS = Limits(memory=512 * MEBIBYTE, processor=10, clock=60.0, written=MEBIBYTE)


async def python(program: str, limits: Limits = LIMITS) -> bytes:
    return await run(sys.executable, ("-I", "-S", "-c", textwrap.dedent(program)), limits=limits)


async def test_what_it_says_is_returned() -> None:
    assert await python("print('hello')") == b"hello\n"


async def test_it_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOWME_TELEGRAM_TOKEN", "canary")
    said = await python("import os; print(sorted(os.environ))")
    assert b"SHOWME" not in said
    assert b"LC_ALL" in said


async def test_it_has_none_of_our_descriptors() -> None:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)  # noqa: FBT003 - its only way
    try:
        said = await python("import os; print(len(os.listdir('/proc/self/fd')))")
    finally:
        os.close(reading)
        os.close(writing)
    assert int(said) <= 4, "its three, and the one that it looks with"


async def test_it_is_less_urgent_than_the_server_and_leaves_no_core() -> None:
    said = await python("import os, resource as r; print(os.nice(0), r.getrlimit(r.RLIMIT_CORE))")
    niceness, core = said.decode().split(" ", 1)
    assert int(niceness) >= min(19, os.nice(0) + 10)
    assert core.strip() == "(0, 0)"


async def test_one_that_eats_memory_is_ended() -> None:
    with pytest.raises(Failed, match="MemoryError"):
        await python(f"b'x' * {600 * MEBIBYTE}")


async def test_one_that_uses_up_the_processor_is_ended() -> None:
    with pytest.raises(Failed, match="status -"):
        await python("while True: pass", replace(LIMITS, processor=1))


async def test_one_that_fills_the_disk_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with pytest.raises(Failed):
        await python(f"open({str(file)!r}, 'wb').write(b'x' * {3 * MEBIBYTE})")
    assert file.stat().st_size <= MEBIBYTE


async def test_a_full_disk_is_told_as_a_full_disk() -> None:
    with pytest.raises(StorageFull):
        await python("with open('/dev/full', 'wb') as file: file.write(b'x')")


async def test_one_that_talks_without_end_is_ended() -> None:
    with pytest.raises(Failed, match="TooMuchSaid"):
        await python("while True: print('x' * 10000)")


async def test_one_that_talks_without_end_is_ended_by_a_busy_server_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read_late(stream: asyncio.StreamReader | None, *, most: int) -> bytes:
        await asyncio.sleep(0.5)  # so much has come meanwhile that asyncio reads no further
        return await read(stream, most=min(most, 1))

    read = running._read
    monkeypatch.setattr(running, "_read", read_late)
    async with asyncio.timeout(60):
        with pytest.raises(Failed, match="TooMuchSaid"):
            await python("while True: print('x' * 10000)")


async def test_one_that_complains_without_end_is_heard_to_its_end() -> None:
    with pytest.raises(Failed, match="at last"):
        await python("import sys; print('x' * 3_000_000, file=sys.stderr); sys.exit('at last')")


async def test_one_that_never_ends_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    program = f"""
        import os, time
        child = os.fork()
        if child:
            open({str(ids)!r}, 'w').write(f'{{os.getpid()}} {{child}}')
        time.sleep(600)
    """
    with pytest.raises(Failed, match="TimeoutError"):
        await python(program, replace(LIMITS, clock=3.0))
    await until_gone(ids)


async def test_who_gives_up_waiting_leaves_nothing_running(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    program = f"import os, time; open({str(ids)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    asked = asyncio.create_task(python(program))
    async with asyncio.timeout(60):
        while not (ids.exists() and ids.read_text()):  # noqa: ASYNC110 - a process has no event
            await asyncio.sleep(0.01)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await until_gone(ids)


async def test_a_program_that_is_not_there_is_our_trouble() -> None:
    with pytest.raises((Failed, Unavailable)):
        await run("/nothing/there", (), limits=LIMITS)


async def until_gone(ids: Path) -> None:
    processes = await asyncio.to_thread(ids.read_text)
    async with asyncio.timeout(60):
        while any(_runs(process) for process in processes.split()):  # noqa: ASYNC110 - a process has no event
            await asyncio.sleep(0.01)


def _runs(process: str) -> bool:
    state = Path(f"/proc/{process}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
