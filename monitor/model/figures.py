"""Figures beyond their limits: those that will do harm one day, and those that may do it now."""

from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.signals import SignalKind as S

# Beyond these limits nothing is worse than usual, as long as the check is merely degraded.
FORECASTS = frozenset(
    {
        S.CERTIFICATE_DAYS_LEFT,
        S.SEQUENCE_USED_RATIO,
        S.SEQUENCE_DAYS_LEFT,
        S.TRANSACTION_IDS_USED_RATIO,
        S.TRANSACTION_IDS_DAYS_LEFT,
        S.SLOT_RETAINED_BYTES,
        S.DISK_FREE_RATIO,
        S.DISK_DAYS_LEFT,
        S.INODES_FREE_RATIO,
        S.INODES_DAYS_LEFT,
        S.CHECKSUM_FAILURES,
        S.HOST_CLOCK_OFFSET_SECONDS,
        S.REPLICAS,
    }
)
# Beyond these limits a target has more to do than is good for it. Whether that hurts anybody is
# seen at what needs it.
STRAINS = frozenset(
    {
        S.CPU_PRESSURE_RATIO,
        S.MEMORY_PRESSURE_RATIO,
        S.IO_PRESSURE_RATIO,
        S.CPU_USED_RATIO,
        S.CPU_STEAL_RATIO,
        S.THROTTLED_RATIO,
        S.MEMORY_AVAILABLE_RATIO,
        S.MEMORY_USED_RATIO,
        S.OOM_KILLS,
        S.FD_USED_RATIO,
        S.CONNTRACK_USED_RATIO,
        S.LISTEN_OVERFLOW_RATE,
        S.LISTEN_DROP_RATE,
        S.SYNCOOKIES_SENT_RATE,
        S.SYNCOOKIES_RECV_RATIO,
        S.ESTABLISHED_CONNECTIONS,
        S.PASSIVE_OPENS_RATE,
        S.RETRANSMIT_RATIO,
        S.RECEIVED_PACKET_RATE,
        S.RECEIVED_PACKET_BYTES,
        S.CONNECTIONS_USED_RATIO,
        S.ACTIVE_SESSIONS,
        S.IDLE_IN_TRANSACTION,
        S.IDLE_IN_TRANSACTION_SECONDS,
        S.LONGEST_TRANSACTION_SECONDS,
        S.LOCK_WAITERS,
        S.LOCK_WAIT_SECONDS,
        S.BLOCKING_SESSIONS,
        S.DEADLOCKS,
    }
)
_BY_NAME = {each.value: each for each in S}


def limits_exceeded(observation: Observation) -> frozenset[S]:
    """Return the kinds of figures that an observation found beyond a limit of its check."""
    names = {each.value for each in observation.signals if each.kind is S.LIMIT_EXCEEDED}
    return frozenset(_BY_NAME[str(name)] for name in names if name in _BY_NAME)


def is_forecast(observation: Observation) -> bool:
    """Whether the target did its work, and all that is wrong is a limit that comes near."""
    if observation.outcome is not Outcome.DEGRADED:
        return False
    exceeded = limits_exceeded(observation)
    return bool(exceeded) and exceeded <= FORECASTS


def is_strain(observation: Observation) -> bool:
    """Whether the target did its work, and has more to do than is good for it.

    A run that failed did so by strain alone: which of several figures it was is not told.
    """
    failure = observation.failure
    if failure is not None and failure.kind is not FailureKind.THRESHOLD_EXCEEDED:
        return False
    exceeded = limits_exceeded(observation)
    harmless = STRAINS if observation.outcome is Outcome.FAILED else STRAINS | FORECASTS
    return bool(exceeded & STRAINS) and exceeded <= harmless
