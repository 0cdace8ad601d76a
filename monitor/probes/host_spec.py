"""The spec of a host check: where the figures come from, and from which values on they are bad."""

import re
from pathlib import Path

from pydantic import DirectoryPath, field_validator, model_validator

from monitor.model.signals import SignalKind
from monitor.probes.endpoint import Endpoint
from monitor.probes.fields import Seconds, Spec
from monitor.probes.limits import Limit

# Small values of these are bad; of all others the large ones are.
SCARCE = frozenset(
    {
        SignalKind.MEMORY_AVAILABLE_RATIO,
        SignalKind.DISK_FREE_RATIO,
        SignalKind.INODES_FREE_RATIO,
        SignalKind.DISK_DAYS_LEFT,
        SignalKind.INODES_DAYS_LEFT,
        SignalKind.SYNCOOKIES_RECV_RATIO,
        SignalKind.RECEIVED_PACKET_BYTES,
    }
)


class HostLimits(Spec):
    """The limits of a host's figures, by the name of their signal; `{}` takes one away."""

    cpu_pressure_ratio: Limit = Limit(degraded=0.25, failed=0.6)
    memory_pressure_ratio: Limit = Limit(degraded=0.05)
    io_pressure_ratio: Limit = Limit(degraded=0.2)
    cpu_used_ratio: Limit = Limit()
    cpu_steal_ratio: Limit = Limit(degraded=0.1)
    throttled_ratio: Limit = Limit()
    memory_available_ratio: Limit = Limit(degraded=0.05)
    oom_kills: Limit = Limit(degraded=0)
    disk_free_ratio: Limit = Limit(degraded=0.05, failed=0.01)
    inodes_free_ratio: Limit = Limit(degraded=0.05, failed=0.01)
    disk_days_left: Limit = Limit(degraded=1)
    inodes_days_left: Limit = Limit(degraded=1)
    disk_read_only: Limit = Limit(failed=0)
    disk_missing: Limit = Limit(failed=0)
    fd_used_ratio: Limit = Limit(degraded=0.9, failed=0.98)
    conntrack_used_ratio: Limit = Limit(degraded=0.9, failed=0.98)
    listen_overflow_rate: Limit = Limit(degraded=0)
    listen_drop_rate: Limit = Limit(degraded=0)
    syncookies_sent_rate: Limit = Limit()
    syncookies_recv_ratio: Limit = Limit(degraded=0.3)
    established_connections: Limit = Limit()
    passive_opens_rate: Limit = Limit()
    retransmit_ratio: Limit = Limit(degraded=0.02)
    received_packet_rate: Limit = Limit()
    received_packet_bytes: Limit = Limit()
    host_clock_offset_seconds: Limit = Limit(degraded=0.5)

    def of(self, kind: SignalKind) -> Limit:
        """Return the limit of a signal; one that is not judged has none."""
        limit: Limit = getattr(self, kind.value, _NONE)
        return limit


_NONE = Limit()


class HostSpec(Endpoint):
    """A node_exporter's address or, without `url`, the machine that the monitor runs on."""

    url: str = ""
    proc: DirectoryPath = Path("/proc")
    cgroup: DirectoryPath | None = None
    mounts: tuple[str, ...] = ()
    interfaces: re.Pattern[str] = re.compile(r"^(?!lo$)")
    rate_over: Seconds = 10.0
    events_over: Seconds = 300.0
    forecast_over: Seconds = 21_600.0
    judged: bool = True
    limits: HostLimits = HostLimits()

    @field_validator("mounts")
    @classmethod
    def _absolute(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not each.startswith("/") for each in value):
            raise ValueError("expected mount points such as /var/lib/postgresql")
        return value

    @model_validator(mode="after")
    def _one_source(self) -> "HostSpec":
        local = {"proc", "cgroup"} & self.model_fields_set
        if self.url and local:
            raise ValueError(f"expected url or {min(local)}, not both")
        return self
