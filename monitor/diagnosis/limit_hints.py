"""What a figure beyond a limit of its check says by itself, by what the component is."""

from collections.abc import Mapping

from monitor.diagnosis.tables import Hint
from monitor.model.cause import Cause
from monitor.model.figures import FORECASTS
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind as S

_DB, _SERVER = ComponentKind.DATABASE, ComponentKind.SERVER
_THIRD, _NET = ComponentKind.THIRD_PARTY, ComponentKind.NETWORK


def _hint(cause: Cause, weight: float, subcause: str) -> Hint:
    return Hint(cause, weight, subcause)


def _database(weight: float, subcause: str) -> Mapping[ComponentKind, Hint]:
    return {_DB: _hint(Cause.DATABASE_ANOMALY, weight, subcause)}


def _server(cause: Cause, weight: float, subcause: str) -> Mapping[ComponentKind, Hint]:
    return {_SERVER: _hint(cause, weight, subcause)}


_CERTIFICATE = _hint(Cause.APPLICATION_FAULT, 0.85, "certificate")
_FILLING = {
    **_database(0.8, "disk"),
    **_server(Cause.APPLICATION_FAULT, 0.7, "disk"),
}
_WAY = _hint(Cause.NETWORK_FAULT, 0.7, "loss")

# Figures of load, of disks and of attacks need their circumstances; rules of their own weigh them.
LIMIT_HINTS: Mapping[S, Mapping[ComponentKind, Hint]] = {
    S.ACTIVE_SESSIONS: _database(0.4, "connections"),
    S.REFUSED_CONNECTIONS: _database(0.75, "connections"),
    S.IDLE_IN_TRANSACTION: _database(0.6, "transaction"),
    S.IDLE_IN_TRANSACTION_SECONDS: _database(0.7, "transaction"),
    S.LONGEST_TRANSACTION_SECONDS: _database(0.6, "transaction"),
    S.LOCK_WAIT_SECONDS: _database(0.7, "lock"),
    S.BLOCKING_SESSIONS: _database(0.6, "lock"),
    S.DEADLOCKS: _database(0.7, "lock"),
    S.REPLICATION_UP: _database(0.85, "replication"),
    S.REPLICATION_LAG_SECONDS: _database(0.8, "replication"),
    S.REPLICATION_LAG_BYTES: _database(0.75, "replication"),
    S.REPLICATION_ERROR: _database(0.85, "replication"),
    S.REPLICAS: _database(0.75, "replication"),
    S.SLOT_RETAINED_BYTES: _database(0.75, "replication"),
    S.CLUSTER_READY: _database(0.85, "cluster"),
    S.CLUSTER_SIZE: _database(0.75, "cluster"),
    S.CHECKSUM_FAILURES: _database(0.9, "corruption"),
    S.SEQUENCE_USED_RATIO: _database(0.85, "limit"),
    S.SEQUENCE_DAYS_LEFT: _database(0.85, "limit"),
    S.TRANSACTION_IDS_USED_RATIO: _database(0.85, "limit"),
    S.TRANSACTION_IDS_DAYS_LEFT: _database(0.85, "limit"),
    S.DISK_DAYS_LEFT: _FILLING,
    S.INODES_DAYS_LEFT: _FILLING,
    S.MEMORY_USED_RATIO: _database(0.75, "cache"),
    S.QUEUE_DEPTH: {**_database(0.6, "queue"), **_server(Cause.SERVER_OVERLOAD, 0.55, "")},
    S.IN_FLIGHT: _server(Cause.SERVER_OVERLOAD, 0.45, ""),
    S.SATURATION_RATIO: _server(Cause.SERVER_OVERLOAD, 0.6, "cpu"),
    S.CPU_STEAL_RATIO: _server(Cause.SERVER_OVERLOAD, 0.55, "steal"),
    S.ERROR_RATIO: {
        **_server(Cause.APPLICATION_FAULT, 0.45, ""),
        _THIRD: _hint(Cause.THIRD_PARTY_INTERFACE, 0.5, "down"),
    },
    S.HOST_CLOCK_OFFSET_SECONDS: {
        _SERVER: _hint(Cause.APPLICATION_FAULT, 0.6, "clock"),
        _DB: _hint(Cause.APPLICATION_FAULT, 0.6, "clock"),
    },
    S.CERTIFICATE_DAYS_LEFT: {
        _SERVER: _CERTIFICATE,
        _DB: _CERTIFICATE,
        _NET: _CERTIFICATE,
        _THIRD: _hint(Cause.THIRD_PARTY_INTERFACE, 0.8, "certificate"),
    },
    S.ROUND_TRIP_SECONDS: {_NET: _WAY},
}

# What makes others late, and nothing else.
SLOWING = FORECASTS | {
    S.CPU_PRESSURE_RATIO,
    S.CPU_USED_RATIO,
    S.CPU_STEAL_RATIO,
    S.THROTTLED_RATIO,
    S.MEMORY_PRESSURE_RATIO,
    S.MEMORY_AVAILABLE_RATIO,
    S.IO_PRESSURE_RATIO,
    S.LISTEN_DROP_RATE,
    S.RETRANSMIT_RATIO,
    S.ACTIVE_SESSIONS,
    S.IDLE_IN_TRANSACTION,
    S.IDLE_IN_TRANSACTION_SECONDS,
    S.LONGEST_TRANSACTION_SECONDS,
    S.LOCK_WAIT_SECONDS,
    S.BLOCKING_SESSIONS,
    S.DEADLOCKS,
    S.QUEUE_DEPTH,
    S.IN_FLIGHT,
    S.SATURATION_RATIO,
}
