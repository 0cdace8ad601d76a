"""The gateway's worker capacity: a few slots, a bounded queue and a CPU quota.

The quota works as a container's CPU limit does: what was used beyond the share is
waited for. So an overload saturates the gateway for certain, and never the machine.
"""

import asyncio
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

HASH_ROUNDS = 200
WINDOW_SECONDS = 1.0
BURST_SECONDS = 0.2
SATURATED_ABOVE = 0.8


class OverloadedError(Exception):
    """The queue is full, or a request waited in it for too long."""


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """How much the workers can do."""

    slots: int = 4
    queue_limit: int = 150
    queue_seconds: float = 1.0
    cpu_share: float = 0.12


@dataclass(kw_only=True)
class LoadWindow:
    """What happened in one short stretch of time; ratios come from the last whole one."""

    started: float = field(default_factory=time.monotonic)
    requests: int = 0
    shed: int = 0
    quota_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Load:
    """The load over the last whole window."""

    request_rate: float = 0.0
    shed_ratio: float = 0.0
    quota_used: float = 0.0


class Meter:
    """Counts requests, what was shed and how much of the quota was used."""

    def __init__(self) -> None:
        self.requests = 0
        self.shed = 0
        self._window = LoadWindow()
        self._load = Load()

    def load(self) -> Load:
        """Return the load over the last whole window."""
        self._turn()
        return self._load

    def count_request(self) -> None:
        self._turn()
        self.requests += 1
        self._window.requests += 1

    def count_shed(self) -> None:
        self.shed += 1
        self._window.shed += 1

    def count_quota(self, seconds: float) -> None:
        self._window.quota_seconds += seconds

    def _turn(self) -> None:
        window = self._window
        elapsed = time.monotonic() - window.started
        if elapsed >= WINDOW_SECONDS:
            self._load = Load(
                request_rate=window.requests / elapsed,
                shed_ratio=min(1.0, window.shed / max(1, window.requests)),
                quota_used=min(1.0, window.quota_seconds / elapsed),
            )
            self._window = LoadWindow()


class CpuQuota:
    """A share of one CPU: what is used is paid off in time before more may be used.

    What was left unused a moment ago may be used at once, as within a container's period.
    """

    def __init__(self, share: float, meter: Meter) -> None:
        self._share = share
        self._meter = meter
        self._free_at = time.monotonic()
        self.used_seconds = 0.0

    async def wait(self) -> None:
        """Wait until what was used before is paid off."""
        await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))

    def charge(self, cpu_seconds: float) -> None:
        """Account for CPU time that was used."""
        self.used_seconds += cpu_seconds
        seconds = cpu_seconds / self._share
        self._free_at = max(time.monotonic() - BURST_SECONDS, self._free_at) + seconds
        self._meter.count_quota(seconds)


class Workers:
    """Runs CPU work in a few slots; sheds what waits too long."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity
        self._slots = asyncio.Semaphore(capacity.slots)
        self._meter = Meter()
        self._quota = CpuQuota(capacity.cpu_share, self._meter)
        self._threads = ThreadPoolExecutor(capacity.slots, thread_name_prefix="worker")
        self._waiting = 0
        self._busy = 0

    async def run(self, cpu_seconds: float) -> None:
        """Do this much CPU work, or raise OverloadedError."""
        self._meter.count_request()
        await self._enter()
        try:
            self._busy += 1
            await self._quota.wait()
            loop = asyncio.get_running_loop()
            self._quota.charge(await loop.run_in_executor(self._threads, burn_cpu, cpu_seconds))
        finally:
            self._busy -= 1
            self._slots.release()

    async def _enter(self) -> None:
        """Take a slot, waiting for it no longer than allowed."""
        if self._waiting >= self._capacity.queue_limit:
            self._meter.count_shed()
            raise OverloadedError
        self._waiting += 1
        try:
            async with asyncio.timeout(self._capacity.queue_seconds):
                await self._slots.acquire()
        except TimeoutError:
            self._meter.count_shed()
            raise OverloadedError from None
        finally:
            self._waiting -= 1

    def stats(self) -> dict[str, float | int | bool]:
        """Return the signals of saturation, as /internal/stats shows them."""
        load = self._meter.load()
        return {
            "workers": self._capacity.slots,
            "workers_busy": self._busy,
            "queue_depth": self._waiting,
            "queue_limit": self._capacity.queue_limit,
            "requests_total": self._meter.requests,
            "shed_total": self._meter.shed,
            "request_rate": round(load.request_rate, 1),
            "shed_ratio": round(load.shed_ratio, 3),
            "saturation_ratio": round(load.quota_used, 3),
            "cpu_saturated": load.quota_used >= SATURATED_ABOVE,
            "cpu_share": self._capacity.cpu_share,
            "cpu_seconds_total": round(self._quota.used_seconds, 3),
        }

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def burn_cpu(cpu_seconds: float) -> float:
    """Hash until this thread has used that much CPU time; return what it used."""
    start = time.thread_time()
    while (used := time.thread_time() - start) < cpu_seconds:
        hashlib.pbkdf2_hmac("sha256", b"quote", b"demo", HASH_ROUNDS)
    return used
