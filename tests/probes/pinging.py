"""Pings in a network namespace of its own, where packets can be lost and rights taken away.

Run as a program by `test_icmp.py`; prints one JSON object of what every scenario showed.
"""

import asyncio
import ctypes
import fcntl
import json
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvloop

from monitor.clock import SystemClock
from monitor.model.codec import to_json
from monitor.model.observation import Observation
from monitor.probes.prober import Prober
from tests.probes.conftest import make_check

_IGNORE = Path("/proc/sys/net/ipv4/icmp_echo_ignore_all")
_COUNTS = Path("/proc/net/snmp")
_LOOK_SECONDS = 0.005
_GROUPS = Path("/proc/sys/net/ipv4/ping_group_range")
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 0x1
_CAPABILITIES_V3 = 0x20080522


async def _ping(**fields: Any) -> Observation:
    prober = Prober(SystemClock())
    try:
        timeout = fields.pop("timeout", 2.0)
        return await prober.probe(make_check("icmp", timeout=timeout, **fields))
    finally:
        await prober.close()


def _raise_loopback() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _IFF_UP))


@asynccontextmanager
async def _deaf(after: int) -> AsyncIterator[None]:
    """Have the kernel answer nobody after so many requests."""
    last = _requests_seen() + after

    async def turn() -> None:
        while _requests_seen() < last:
            await asyncio.sleep(_LOOK_SECONDS)
        _IGNORE.write_text("1")

    turning = asyncio.create_task(turn())
    # Without a request to wait for, nobody is answered from the start.
    await asyncio.sleep(0)
    try:
        yield
    finally:
        turning.cancel()
        _IGNORE.write_text("0")


def _requests_seen() -> int:
    """Return how many echo requests this namespace has received."""
    names, values = (
        line.split() for line in _COUNTS.read_text().splitlines() if line.startswith("Icmp:")
    )
    return int(dict(zip(names, values, strict=True))["InEchos"])


@asynccontextmanager
async def _held_up(turn_seconds: float) -> AsyncIterator[None]:
    """Have every turn of the loop take so long, as on a machine that is overloaded."""
    loop = asyncio.get_running_loop()
    is_over = False

    def turn() -> None:
        if not is_over:
            time.sleep(turn_seconds)
            loop.call_soon(turn)

    loop.call_soon(turn)
    try:
        yield
    finally:
        is_over = True


def _drop_capabilities() -> None:
    header = struct.pack("=Ii", _CAPABILITIES_V3, 0)
    done = ctypes.CDLL(None, use_errno=True).capset(header, bytes(24))
    assert done == 0, ctypes.get_errno()


async def _scenarios() -> dict[str, Observation]:
    seen = {"no way": await _ping(host="127.0.0.1")}
    _raise_loopback()
    seen["answered"] = await _ping(host="127.0.0.1", count=5, every=0.02)
    seen["answered over IPv6"] = await _ping(host="localhost", ip_version=6, count=3, every=0.02)
    seen["large"] = await _ping(host="127.0.0.1", count=1, size=8000)
    async with _held_up(0.05):
        seen["late"] = await _ping(host="127.0.0.1", timeout=0.4, count=3, every=0.02)
    async with _deaf(after=0):
        seen["silent"] = await _ping(host="127.0.0.1", timeout=0.4, count=3, every=0.02)
        seen["cut"] = await _ping(host="127.0.0.1", timeout=0.2, count=100, every=0.05)
    async with _deaf(after=2):
        seen["lossy"] = await _ping(host="127.0.0.1", timeout=1, count=5, every=0.1)
    async with _deaf(after=2):
        seen["too lossy"] = await _ping(
            host="127.0.0.1", timeout=1, count=5, every=0.1, failed_loss=0.2
        )
    _drop_capabilities()
    seen["forbidden"] = await _ping(host="127.0.0.1")
    _GROUPS.write_text("0 0")
    seen["unprivileged"] = await _ping(host="127.0.0.1", count=3, every=0.02)
    seen["unprivileged over IPv6"] = await _ping(host="::1", count=3, every=0.02)
    async with _deaf(after=0):
        seen["unprivileged, silent"] = await _ping(host="127.0.0.1", timeout=0.3, count=1)
    return seen


if __name__ == "__main__":
    found = uvloop.run(_scenarios())
    json.dump({name: to_json(each) for name, each in found.items()}, sys.stdout)
