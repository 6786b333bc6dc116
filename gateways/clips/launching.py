"""Gives away a fresh process's rights, then becomes the program that is named: run as a script, never imported.

The server cannot do this between fork and exec: it has threads, and a thread's lock that was held at the fork is held
for ever in the child.
"""

from __future__ import annotations

import os
import resource
import sys

_LOWER_PRIORITY = 10
_MOST_FILES = 64


def become(memory: int, seconds: int, written: int, program: list[str]) -> None:
    """Limit address space (bytes), processor time (seconds) and the size of each file (bytes), then run the program."""
    os.umask(0o077)
    os.nice(_LOWER_PRIORITY)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.execv(program[0], program)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
