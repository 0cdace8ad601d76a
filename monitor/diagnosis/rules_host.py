"""What the machines below say: pressure, full disks, overflowing queues, lost segments."""

from monitor.diagnosis.facts import facts, latencies
from monitor.diagnosis.figures import (
    MEMORY,
    PROCESSOR,
    bad_figures,
    late_above,
    slower_above,
)
from monitor.diagnosis.finding import Fact, Finding
from monitor.diagnosis.rule import Weigh, doubts, supports
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.figures import FORECASTS
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S

_DISK = (S.DISK_FREE_RATIO, S.INODES_FREE_RATIO)
_LOSS = (S.RETRANSMIT_RATIO, S.PACKET_LOSS_RATIO)
_BROKEN_DISK = (S.DISK_READ_ONLY, S.DISK_MISSING)
# A busy machine is the reason for none of these.
_UNMOVED = FORECASTS | {
    S.AUTH_FAILURE_RATE,
    S.DISTINCT_SOURCES,
    S.HALF_SENT_REQUESTS,
    S.NXDOMAIN_RATE,
    S.SYNCOOKIES_RECV_RATIO,
    S.WAF_BLOCK_RATE,
}


def _figures(weight: float, *kinds: S, at: ComponentKind = ComponentKind.SERVER) -> Weigh:
    """Return what weighs bad figures of *kinds* at a component of the kind *at*."""

    def weigh(suspect: Suspect) -> Finding | None:
        seen = bad_figures(suspect, *kinds) if suspect.kind is at else ()
        return Finding(weight=weight, facts=seen) if seen else None

    return weigh


def _dependants_late(suspect: Suspect) -> Finding | None:
    """Find servers that answer late, or slower, while the machine that they stand on is pressed."""
    if suspect.kind is not ComponentKind.SERVER or not bad_figures(suspect, *PROCESSOR, *MEMORY):
        return None
    late = late_above(suspect)
    seen = latencies(suspect.scene, (*slower_above(suspect), *late))
    return Finding(weight=0.5 if late else 0.3, facts=seen) if seen else None


def _disk_full(suspect: Suspect) -> Finding | None:
    """Find a disk without room; that the database is read all the same belongs to it."""
    seen = _disk_facts(suspect) if suspect.kind is ComponentKind.DATABASE else ()
    if not seen:
        return None
    read = (
        each
        for each in suspect.scene.latest(suspect.component)
        if each.signal(S.READ_OK) is True and suspect.scene.is_fresh(each)
    )
    return Finding(weight=0.85, facts=(*seen, *facts(S.READ_OK, read)))


def _server_disk_full(suspect: Suspect) -> Finding | None:
    seen = _disk_facts(suspect) if suspect.kind is ComponentKind.SERVER else ()
    return Finding(weight=0.7, facts=seen) if seen else None


def _disk_facts(suspect: Suspect) -> tuple[Fact, ...]:
    broken = tuple(
        fact
        for kind in _BROKEN_DISK
        for fact in facts(kind, suspect.with_signal(kind, *suspect.ground))
    )
    return (*bad_figures(suspect, *_DISK), *broken)


def _storage_slow(suspect: Suspect) -> Finding | None:
    """Find slow statements of every kind while the storage stalls; a lock stalls nothing else."""
    if suspect.kind is not ComponentKind.DATABASE or not suspect.symptoms:
        return None
    seen = bad_figures(suspect, S.IO_PRESSURE_RATIO)
    return Finding(weight=0.6, facts=seen) if seen else None


def _rebooted(suspect: Suspect) -> Finding | None:
    seen = facts(S.REBOOTED, suspect.with_signal(S.REBOOTED, *suspect.ground))
    if not seen or suspect.kind is not ComponentKind.SERVER:
        return None
    return Finding(weight=0.5, facts=seen)


def _table_full(suspect: Suspect) -> Finding | None:
    seen = bad_figures(suspect, S.CONNTRACK_USED_RATIO) if suspect.symptoms else ()
    return Finding(weight=0.75, facts=seen) if seen else None


def _segments_lost(suspect: Suspect) -> Finding | None:
    """Find loss, unless a full queue is why connections are asked for again."""
    if not suspect.symptoms or bad_figures(suspect, S.LISTEN_OVERFLOW_RATE):
        return None
    seen = bad_figures(suspect, *_LOSS)
    return Finding(weight=0.5, facts=seen) if seen else None


def _lost_in_steps(suspect: Suspect) -> Finding | None:
    """Doubt that a server is slow whose connections stand late while segments are lost."""
    return _segments_lost(suspect) if suspect.slow_connections else None


def _queue_makes_steps(suspect: Suspect) -> Finding | None:
    """Doubt that the way is bad where a full queue is why connections stand late."""
    if not suspect.slow_connections:
        return None
    seen = bad_figures(suspect, S.LISTEN_OVERFLOW_RATE)
    return Finding(weight=0.7, facts=seen) if seen else None


def _load_moves_no_such_figure(suspect: Suspect) -> Finding | None:
    """Doubt that load is why a figure is beyond its limit that load does not move."""
    scene = suspect.scene
    figures = scene.figures_at_fault(scene.case.component)
    if suspect.kind is not ComponentKind.SERVER or not figures or not figures <= _UNMOVED:
        return None
    seen = facts(S.LIMIT_EXCEEDED, scene.symptoms(scene.case.component))
    return Finding(weight=0.6, facts=seen)


RULES = (
    supports(
        Cause.SERVER_OVERLOAD,
        "processor_pressed",
        0.7,
        _figures(0.7, *PROCESSOR),
        *PROCESSOR,
        subcause="cpu",
    ),
    supports(
        Cause.SERVER_OVERLOAD,
        "memory_pressed",
        0.65,
        _figures(0.65, *MEMORY),
        *MEMORY,
        subcause="memory",
    ),
    supports(
        Cause.SERVER_OVERLOAD,
        "accept_queue_overflows",
        0.65,
        _figures(0.65, S.LISTEN_OVERFLOW_RATE),
        S.LISTEN_OVERFLOW_RATE,
        subcause="accept_queue",
    ),
    supports(
        Cause.SERVER_OVERLOAD,
        "pressed_below_late_servers",
        0.5,
        _dependants_late,
        S.LATENCY_SECONDS,
    ),
    supports(
        Cause.DATABASE_ANOMALY,
        "database_disk_full",
        0.85,
        _disk_full,
        *_DISK,
        *_BROKEN_DISK,
        S.READ_OK,
        subcause="disk",
    ),
    supports(
        Cause.DATABASE_ANOMALY,
        "database_storage_slow",
        0.6,
        _storage_slow,
        S.IO_PRESSURE_RATIO,
        subcause="disk",
    ),
    supports(
        Cause.APPLICATION_FAULT,
        "server_disk_full",
        0.7,
        _server_disk_full,
        *_DISK,
        *_BROKEN_DISK,
        subcause="disk",
    ),
    supports(
        Cause.APPLICATION_FAULT,
        "descriptors_used_up",
        0.7,
        _figures(0.7, S.FD_USED_RATIO),
        S.FD_USED_RATIO,
        subcause="limit",
    ),
    supports(
        Cause.APPLICATION_FAULT, "machine_rebooted", 0.5, _rebooted, S.REBOOTED, subcause="crash"
    ),
    supports(
        Cause.NETWORK_FAULT,
        "connection_table_full",
        0.75,
        _table_full,
        S.CONNTRACK_USED_RATIO,
        subcause="conntrack",
    ),
    supports(Cause.NETWORK_FAULT, "segments_lost", 0.5, _segments_lost, *_LOSS, subcause="loss"),
    doubts(Cause.SERVER_OVERLOAD, "overload_but_segments_lost", 0.5, _lost_in_steps, *_LOSS),
    doubts(
        Cause.SERVER_OVERLOAD,
        "load_moves_no_such_figure",
        0.6,
        _load_moves_no_such_figure,
        S.LIMIT_EXCEEDED,
    ),
    doubts(
        Cause.NETWORK_FAULT,
        "full_queue_makes_steps",
        0.7,
        _queue_makes_steps,
        S.LISTEN_OVERFLOW_RATE,
    ),
)
