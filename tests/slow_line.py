"""A line between two network namespaces that is as slow and as far as a phone's: every packet waits its turn.

``python -m tests.slow_line DESK PHONE KBIT MILLISECONDS`` carries packets between two new TUN devices (Linux,
Documentation/networking/tuntap), each called ``cable``, in the namespaces that two processes hold; for as long as it
runs. KBIT is the rate of each direction in kbit/s, MILLISECONDS the round trip when nothing else is under way.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import os
import struct
import sys
from collections import deque
from contextlib import suppress
from typing import Final

_TUNSETIFF: Final = 0x400454CA
_IFF_TUN: Final = 0x0001
_IFF_NO_PI: Final = 0x1000
_CLONE_NEWNET: Final = 0x40000000
_MOST_PACKET: Final = 65_536
_MOST_WAITING: Final = 64_000
"""Bytes that wait for the line before packets are dropped, as a phone's modem holds them."""
NAME: Final = "cable"


class Direction:
    """One direction: a packet leaves when those before it have, and arrives half a round trip later."""

    def __init__(self, source: int, target: int, *, kbit: float, delay: float) -> None:
        self._source = source
        self._target = target
        self._seconds_per_byte = 8 / (kbit * 1000)
        self._delay = delay
        self._free_at = 0.0
        self._under_way: deque[bytes] = deque()

    def take(self) -> None:
        """Take a packet from the device, and deliver it when its time has come."""
        packet = os.read(self._source, _MOST_PACKET)
        loop = asyncio.get_running_loop()
        now = loop.time()
        if (self._free_at - now) / self._seconds_per_byte > _MOST_WAITING:
            return
        self._free_at = max(self._free_at, now) + len(packet) * self._seconds_per_byte
        self._under_way.append(packet)
        loop.call_at(self._free_at + self._delay, self._deliver)

    def _deliver(self) -> None:
        packet = self._under_way.popleft()
        with suppress(OSError):  # nobody is at the other end of a cut line
            os.write(self._target, packet)


async def carry(desk: int, phone: int, *, kbit: float, round_trip: float) -> None:
    """Carry packets between two devices, for ever; ``kbit`` in kbit/s, ``round_trip`` in seconds."""
    loop = asyncio.get_running_loop()
    for source, target in ((desk, phone), (phone, desk)):
        loop.add_reader(source, Direction(source, target, kbit=kbit, delay=round_trip / 2).take)
    print("ready", flush=True)
    await asyncio.Event().wait()


def device_in(process: int) -> int:
    """Make the device in the namespace that a process holds, and return its descriptor."""
    with open(f"/proc/{process}/ns/net", "rb") as namespace:  # noqa: PTH123 - a descriptor is what is needed
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "the namespace cannot be entered")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", NAME.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


if __name__ == "__main__":
    holders, kbit, milliseconds = [int(told) for told in sys.argv[1:3]], float(sys.argv[3]), float(sys.argv[4])
    asyncio.run(carry(*[device_in(holder) for holder in holders], kbit=kbit, round_trip=milliseconds / 1000))
