"""Which figures a query or a log may report: measurements, never the codes that probes see."""

from typing import Annotated

from pydantic import AfterValidator

from monitor.model.signals import SignalKind

MEASURED = frozenset(
    {
        SignalKind.REQUEST_RATE,
        SignalKind.ERROR_RATIO,
        SignalKind.AUTH_FAILURE_RATE,
        SignalKind.WAF_BLOCK_RATE,
        SignalKind.ORDER_RATE,
        SignalKind.PAID_ORDER_RATE,
        SignalKind.PAID_ORDER_RATIO,
        SignalKind.DISTINCT_SOURCES,
        SignalKind.MEASURED_VALUE,
        SignalKind.IN_FLIGHT,
        SignalKind.QUEUE_DEPTH,
        SignalKind.SATURATION_RATIO,
        SignalKind.SHED_RATIO,
        SignalKind.CONNECTIONS_USED_RATIO,
        SignalKind.LOCK_WAITERS,
        SignalKind.CPU_PRESSURE_RATIO,
        SignalKind.MEMORY_PRESSURE_RATIO,
        SignalKind.IO_PRESSURE_RATIO,
        SignalKind.CPU_USED_RATIO,
        SignalKind.CPU_STEAL_RATIO,
        SignalKind.THROTTLED_RATIO,
        SignalKind.MEMORY_AVAILABLE_RATIO,
        SignalKind.OOM_KILLS,
        SignalKind.DISK_FREE_RATIO,
        SignalKind.INODES_FREE_RATIO,
        SignalKind.FD_USED_RATIO,
        SignalKind.CONNTRACK_USED_RATIO,
        SignalKind.LISTEN_OVERFLOW_RATE,
        SignalKind.LISTEN_DROP_RATE,
        SignalKind.SYNCOOKIES_SENT_RATE,
        SignalKind.SYNCOOKIES_RECV_RATE,
        SignalKind.SYNCOOKIES_RECV_RATIO,
        SignalKind.ESTABLISHED_CONNECTIONS,
        SignalKind.PASSIVE_OPENS_RATE,
        SignalKind.RETRANSMIT_RATIO,
        SignalKind.RECEIVED_PACKET_RATE,
        SignalKind.RECEIVED_PACKET_BYTES,
        SignalKind.HALF_SENT_REQUESTS,
        SignalKind.NXDOMAIN_RATE,
    }
)


def _measurable(kind: SignalKind) -> SignalKind:
    if kind not in MEASURED:
        raise ValueError(f"expected one of {', '.join(sorted(MEASURED))}; not {kind.value}")
    return kind


Measured = Annotated[SignalKind, AfterValidator(_measurable)]
"""The kind of signal under which a measured value is reported."""
