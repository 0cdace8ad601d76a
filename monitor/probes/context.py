"""All that a probe is given: what it runs for, its deadline, and the means to reach a target."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from monitor.clock import Clock
from monitor.model.check import Check
from monitor.model.observation import Phase, Stage, Trigger
from monitor.model.signals import SignalKind
from monitor.probes.curl import CurlEngine
from monitor.probes.fields import IpVersion
from monitor.probes.heartbeats import HeartbeatBook
from monitor.probes.memory import Memory
from monitor.probes.recording import Recording
from monitor.probes.resolver import Resolution, Resolver, known_address


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeContext:
    """One run of one check; *deadline* is in the loop's time."""

    check: Check
    trigger: Trigger
    scheduled_at: datetime
    clock: Clock
    deadline: float
    resolver: Resolver
    http: CurlEngine
    recording: Recording
    memory: Memory
    heartbeats: HeartbeatBook

    @property
    def location(self) -> str:
        """Where the probe runs."""
        return self.check.location

    def remaining_seconds(self) -> float:
        """Return the time until the deadline, never negative."""
        return max(0.0, self.deadline - asyncio.get_running_loop().time())

    async def resolve(self, host: str, ip_version: IpVersion) -> Resolution:
        """Resolve *host* as a stage of its own; an address needs no such stage."""
        known = known_address(host, ip_version)
        if known:
            return Resolution(address=known)
        self.recording.enter(Stage.RESOLVE)
        try:
            with self.recording.timing(Phase.RESOLVE):
                resolution = await self.resolver.resolve(host, ip_version)
        except asyncio.CancelledError:
            self.recording.see(SignalKind.RESOLVE_RCODE, "TIMEOUT")
            raise
        self.recording.see(SignalKind.RESOLVE_RCODE, resolution.rcode, resolution.detail)
        if resolution.address:
            self.recording.see(SignalKind.RESOLVED_ADDRESS, resolution.address)
        return resolution
