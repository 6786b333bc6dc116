"""Confines a worker process, then lets it decode pictures one at a time."""

from __future__ import annotations

import errno
import math
import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from showme.domain.pictures import Derived

if TYPE_CHECKING:
    from typing import BinaryIO

MOST_WRITTEN: Final = 64 * 1024 * 1024
"""Bytes of one file. A wall picture of noise has less than three million."""

LOWER_PRIORITY: Final = 10

OUT_OF_TIME: Final = -signal.SIGXCPU

Trouble = Literal["damaged", "storage_full", "unavailable"]
Answer = Derived | Trouble


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a worker may use: memory for one picture beyond what it has when idle, and seconds of processor for one."""

    memory: int
    seconds: float


def confine(limits: Limits) -> None:
    """Warm this process up, then give away its right to grow, to dump core, and to be more urgent than the server."""
    # The default action ends a worker at once, also in the middle of a decoder that Python cannot interrupt.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.umask(0o077)
    os.nice(LOWER_PRIORITY)
    # Imported here, because this module is also known to the server, which must never load a decoder.
    from gateways.imaging import decoding  # noqa: PLC0415

    decoding.refuse_half_pictures()
    decoding.warm_up()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    if sys.platform == "linux":
        most = _address_space() + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def derive(original: str, wall: str, thumbnail: str, seconds: float) -> Answer:
    """Decode one picture and write its two derivatives; tell trouble as one word, never as an exception."""
    from gateways.imaging import decoding  # noqa: PLC0415 - as above

    _allow_processor_time(seconds)
    try:
        # Opened before the long work: if the asker goes away and removes them, nothing comes to life again.
        with _opened(wall) as wall_file, _opened(thumbnail) as thumbnail_file:
            received = Path(original).read_bytes()
            derived, wall_jpeg, thumbnail_jpeg = decoding.make_derivatives(received)
            wall_file.write(wall_jpeg)
            thumbnail_file.write(thumbnail_jpeg)
    except (decoding.Damaged, MemoryError):
        return "damaged"
    except OSError as fault:
        return "storage_full" if fault.errno in {errno.ENOSPC, errno.EDQUOT} else "unavailable"
    return derived


def nothing() -> None:
    """Do nothing: a worker that answers this is warm."""


def _opened(path: str) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb")


def _allow_processor_time(seconds: float) -> None:
    """Count from what this process has used so far: the limit is of a process, and a worker lives long."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()
