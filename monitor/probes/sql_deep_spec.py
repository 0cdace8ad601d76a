"""What a deep look at a database covers, and from which figures on the database is not well."""

from enum import StrEnum

from monitor.model.signals import SignalKind
from monitor.probes.fields import Spec
from monitor.probes.limits import Limit

# Small values of these are bad; of all others the large ones are.
SCARCE = frozenset(
    {
        SignalKind.REPLICATION_UP,
        SignalKind.REPLICAS,
        SignalKind.CLUSTER_READY,
        SignalKind.CLUSTER_SIZE,
        SignalKind.SEQUENCE_DAYS_LEFT,
        SignalKind.TRANSACTION_IDS_DAYS_LEFT,
    }
)


class Topic(StrEnum):
    """One group of figures that a deep look asks for with as few statements as it takes."""

    SESSIONS = "sessions"
    TRANSACTIONS = "transactions"
    LOCKS = "locks"
    REPLICATION = "replication"
    ERRORS = "errors"
    FORECASTS = "forecasts"
    SLOTS = "slots"
    CLUSTER = "cluster"


TOPICS = {
    "postgresql": tuple(each for each in Topic if each is not Topic.CLUSTER),
    "mysql": tuple(each for each in Topic if each is not Topic.SLOTS),
    "sqlite": (),
}


class SqlLimits(Spec):
    """The limits of a database's own figures, by the name of their signal; `{}` takes one away."""

    connections_used_ratio: Limit = Limit(degraded=0.9)
    active_sessions: Limit = Limit()
    idle_in_transaction: Limit = Limit()
    idle_in_transaction_seconds: Limit = Limit(degraded=300)
    longest_transaction_seconds: Limit = Limit(degraded=3600)
    lock_waiters: Limit = Limit()
    lock_wait_seconds: Limit = Limit(degraded=10)
    blocking_sessions: Limit = Limit()
    refused_connections: Limit = Limit(degraded=0)
    replication_up: Limit = Limit(degraded=1)
    replication_lag_seconds: Limit = Limit(degraded=30, failed=300)
    replication_lag_bytes: Limit = Limit()
    replication_error: Limit = Limit(degraded=0)
    replicas: Limit = Limit()
    slot_retained_bytes: Limit = Limit(degraded=10 * 2**30)
    cluster_ready: Limit = Limit(failed=1)
    cluster_size: Limit = Limit()
    deadlocks: Limit = Limit(degraded=5)
    checksum_failures: Limit = Limit(degraded=0)
    sequence_used_ratio: Limit = Limit(degraded=0.8)
    sequence_days_left: Limit = Limit(degraded=30)
    transaction_ids_used_ratio: Limit = Limit(degraded=0.4)
    transaction_ids_days_left: Limit = Limit(degraded=7)

    def of(self, kind: SignalKind) -> Limit:
        """Return the limit of a signal; one that is not judged has none."""
        limit: Limit = getattr(self, kind.value, _NONE)
        return limit


_NONE = Limit()
