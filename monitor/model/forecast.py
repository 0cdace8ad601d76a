"""Limits that come near: figures that will do harm one day, and do none yet."""

from monitor.model.observation import Observation, Outcome
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
