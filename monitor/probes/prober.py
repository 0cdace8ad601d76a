"""Runs one probe of one check: bounded by its timeout, and a value whatever happens."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import structlog

from monitor.clock import Clock
from monitor.model.check import Check
from monitor.model.observation import FailureKind, Observation, Trigger
from monitor.probes.context import ProbeContext
from monitor.probes.curl import CurlEngine
from monitor.probes.heartbeats import HeartbeatBook
from monitor.probes.memory import Memory
from monitor.probes.os_errors import LOCAL_ERRNOS
from monitor.probes.promql import PromqlSpec, QueryError
from monitor.probes.promql_range import read_range
from monitor.probes.recording import Recording
from monitor.probes.resolver import Resolver
from monitor.probes.table import SPECS, ProbeType

_log = structlog.get_logger(__name__)

# Long enough for whatever a probe that was cut off has to close.
_INSIST_SECONDS = 2.0


class Prober:
    """Probes targets; it owns the resolver, the HTTP engine and the memory that all probes share.

    *nameservers* replace those of the system, *specs* the table of probe types. The beats of jobs
    come in through *heartbeats*.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        nameservers: Sequence[str] | None = None,
        specs: Mapping[str, ProbeType] = SPECS,
    ) -> None:
        self._clock = clock
        self._specs = specs
        self._resolver = Resolver(nameservers)
        self._http = CurlEngine()
        self._memory = Memory()
        self.heartbeats = HeartbeatBook(clock)

    async def probe(
        self,
        check: Check,
        *,
        trigger: Trigger = Trigger.SCHEDULE,
        scheduled_at: datetime | None = None,
    ) -> Observation:
        """Probe *check* once, now; only cancellation raises."""
        context = self._context(check, trigger, scheduled_at or self._clock.now())
        recording = context.recording
        try:
            async with asyncio.timeout_at(context.deadline) as bound:
                with _insisting(context.deadline):
                    return await self._specs[check.type].run(check.spec, context)
        except Exception as error:  # noqa: BLE001 - the edge where a fault of ours becomes a value
            if bound.expired() and isinstance(error, TimeoutError):
                return recording.timed_out()
            return _fault(check, recording, error)

    async def history(
        self, check: Check, start: datetime, end: datetime, step_seconds: float
    ) -> tuple[float, ...]:
        """Return what the query of a promql *check* gave from *start* to *end*, a step apart.

        Raises QueryError or TimeoutError where that cannot be had.
        """
        context = self._context(check, Trigger.DEMAND, self._clock.now())
        if not isinstance(check.spec, PromqlSpec):
            raise QueryError("", f"{check.name} is no promql check")
        async with asyncio.timeout_at(context.deadline):
            return await read_range(check.spec, context, start, end, step_seconds)

    def _context(self, check: Check, trigger: Trigger, planned: datetime) -> ProbeContext:
        return ProbeContext(
            check=check,
            trigger=trigger,
            scheduled_at=planned,
            clock=self._clock,
            deadline=asyncio.get_running_loop().time() + check.timeout_seconds,
            resolver=self._resolver,
            http=self._http,
            recording=Recording(check, trigger=trigger, scheduled_at=planned, clock=self._clock),
            memory=self._memory,
            heartbeats=self.heartbeats,
        )

    def keep(self, names: Iterable[str]) -> None:
        """Forget all checks but these: one that comes back begins anew, as after a restart."""
        kept = frozenset(names)
        self._memory.keep(kept)
        self.heartbeats.keep(kept)

    async def close(self) -> None:
        """Close all that is held open; runs in flight end as cancelled."""
        self._memory.close()
        await self._http.close()
        await self._resolver.close()


@contextmanager
def _insisting(deadline: float) -> Iterator[None]:
    """Cancel the running task again and again once its deadline has passed.

    A library may swallow a cancellation: `asyncio.wait_for` of Python 3.11 does so when what it
    waits for ends in the same moment. Nothing else would end such a probe.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    again: asyncio.TimerHandle

    def insist() -> None:
        nonlocal again
        if task is not None and task.cancelling():
            # In place of the one that was lost, so that it still counts as the deadline's.
            task.uncancel()
            task.cancel()
        again = loop.call_later(_INSIST_SECONDS, insist)

    again = loop.call_at(deadline + _INSIST_SECONDS, insist)
    try:
        yield
    finally:
        again.cancel()


def _fault(check: Check, recording: Recording, error: Exception) -> Observation:
    """Return what is wrong on our side: a resource that ran out, or a bug."""
    if isinstance(error, OSError) and error.errno in LOCAL_ERRNOS:
        recording.see_errno(error.errno)
        return recording.failed(FailureKind.LOCAL_RESOURCE, str(error))
    _log.error("probe_bug", check=check.name, type=check.type, exc_info=error)
    return recording.failed(FailureKind.PROBE_BUG, f"{type(error).__name__}: {error}")
