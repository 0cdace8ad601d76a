"""The labelled faults of the platform itself: overload, databases, attacks on the edge."""

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind as S
from tests.scenarios.faults import attacks, databases, overload
from tests.scenarios.scenario import OF_ATTACKS, Need, Scenario, Truth, at, cite
from tests.scenarios.stand import Shape

_NETWORK = frozenset({Need.NAMESPACES})
_HEALTH = "credit-0-health"
_SLOW = (S.LATENCY_SECONDS, S.FAILURE_KIND)
_FUNCTIONS = "quota pay"
_OTHER_TABLE = "postgres-products postgres-sessions"
_HELD = "connections_without_requests"
_ONLY_LATE = cite("late answers", S.LATENCY_SECONDS)

OVERLOAD = (
    Scenario(
        id="O01",
        title="ten times the users within twenty seconds",
        fault=overload.rush,
        is_heavy=True,
        truth=Truth(
            cause=Cause.SERVER_OVERLOAD,
            components=at("credit"),
            must_cite=(
                cite("late answers", *_SLOW, checks=f"{_HEALTH} {_FUNCTIONS}"),
                cite("more requests", S.REQUEST_RATE),
                cite("work piles up", S.IN_FLIGHT, components="credit"),
                cite("no processor left", S.CPU_PRESSURE_RATIO, S.LISTEN_OVERFLOW_RATE),
                cite("the database is well", S.DEPENDENCY_STATUS, components="postgres"),
            ),
        ),
    ),
    Scenario(
        id="O02",
        title="three of four workers frozen",
        fault=overload.workers_frozen,
        truth=Truth(
            cause=Cause.SERVER_OVERLOAD,
            components=at("credit"),
            must_cite=(
                cite("/healthz late as well", *_SLOW, checks=_HEALTH),
                cite("connects at once", S.LATENCY_SECONDS, rules="connects_at_once"),
                cite("the database is well", S.DEPENDENCY_STATUS, components="postgres"),
            ),
        ),
    ),
    Scenario(
        id="O03",
        title="four stressors in the application's group, half a processor for all",
        fault=overload.processor_starved,
        shape=Shape(in_group=True),
        needs=frozenset({Need.NAMESPACES, Need.GROUPS}),
        is_heavy=True,
        truth=Truth(
            cause=Cause.SERVER_OVERLOAD,
            components=at("host"),
            must_cite=(
                cite("pressure", S.CPU_PRESSURE_RATIO, components="host"),
                cite("throttling", S.THROTTLED_RATIO, components="host"),
                cite("/healthz slower", S.LATENCY_SECONDS, checks=_HEALTH),
                cite("functions slower", S.LATENCY_SECONDS, checks=_FUNCTIONS),
            ),
        ),
    ),
)
DATABASES = (
    Scenario(
        id="O04",
        title="PostgreSQL stopped",
        fault=databases.postgres_stopped,
        truth=Truth(
            cause=Cause.DATABASE_ANOMALY,
            components=at("postgres"),
            must_cite=(
                cite(
                    "refused",
                    S.FAILURE_KIND,
                    S.ERRNO,
                    components="postgres",
                    values="connect_refused ECONNREFUSED",
                ),
                cite("/healthz answers", S.STAGE_REACHED, checks=_HEALTH),
                cite("functions do not", S.HTTP_STATUS, checks=_FUNCTIONS, values="500 502 503"),
            ),
            must_not_cite=(OF_ATTACKS, _ONLY_LATE),
        ),
    ),
    Scenario(
        id="O05",
        title="one client holds all connections, idle in transaction",
        fault=databases.connections_leaked,
        truth=Truth(
            cause=Cause.DATABASE_ANOMALY,
            components=at("postgres"),
            must_cite=(
                cite("53300", S.SQLSTATE, values="53300"),
                cite("idle in transaction", S.IDLE_IN_TRANSACTION, components="postgres"),
                cite("requests as usual", S.REQUEST_RATE),
            ),
        ),
    ),
    Scenario(
        id="O06",
        title="a table locked",
        fault=databases.table_locked,
        truth=Truth(
            cause=Cause.DATABASE_ANOMALY,
            components=at("postgres"),
            must_cite=(
                cite(
                    "the statement was given up",
                    S.SQLSTATE,
                    S.FAILURE_KIND,
                    components="postgres",
                    values="55P03 57014 query_timeout",
                ),
                cite("who waits", S.LOCK_WAITERS, components="postgres"),
                cite("who holds it", S.BLOCKING_SESSIONS, components="postgres"),
                cite("other tables are read", S.STAGE_REACHED, checks=_OTHER_TABLE),
            ),
        ),
    ),
    Scenario(
        id="O07",
        title="the tables' disk full",
        fault=databases.disk_filled,
        shape=Shape(small_disk=True),
        needs=frozenset({Need.NAMESPACES, Need.MOUNTS}),
        truth=Truth(
            cause=Cause.DATABASE_ANOMALY,
            components=at("postgres"),
            must_cite=(
                # By the server's log: the heartbeat's own row fits a page that is there already.
                cite("53100", S.SQLSTATE, components="postgres", values="53100"),
                cite("no space", S.DISK_FREE_RATIO, components="postgres", values="0.0"),
                cite("it is read", S.READ_OK, components="postgres", values="True"),
                cite("what writes fails", S.HTTP_STATUS, checks="pay", values="500 502 503"),
            ),
        ),
    ),
    Scenario(
        id="O08",
        title="MariaDB read-only",
        fault=databases.mariadb_read_only,
        truth=Truth(
            cause=Cause.DATABASE_ANOMALY,
            components=at("mariadb"),
            must_cite=(
                cite("1290", S.DRIVER_CODE, components="mariadb", values="1290 1836"),
                cite("the write failed", S.WRITE_OK, S.READ_ONLY, components="mariadb"),
            ),
        ),
    ),
    Scenario(
        id="O09",
        title="Redis full",
        fault=databases.redis_full,
        truth=Truth(
            cause=Cause.DATABASE_ANOMALY,
            components=at("redis"),
            must_cite=(
                cite("OOM", S.DRIVER_CODE, components="redis", values="OOM"),
                cite("it is read", S.READ_OK, components="redis", values="True"),
            ),
        ),
    ),
)
ATTACKS = (
    Scenario(
        id="O10",
        title="a flood of SYN packets from invented senders",
        fault=attacks.syn_flood,
        needs=_NETWORK,
        is_heavy=True,
        truth=Truth(
            cause=Cause.NETWORK_ATTACK,
            components=at("edge"),
            must_cite=(
                cite("cookies that do not come back", S.SYNCOOKIES_RECV_RATIO),
                cite("small packets", S.RECEIVED_PACKET_BYTES),
                cite("many packets", S.RECEIVED_PACKET_RATE),
                cite("few connections", S.PASSIVE_OPENS_RATE),
            ),
            must_not_cite=(),
        ),
    ),
    Scenario(
        id="O11",
        title="four hundred requests that are never finished",
        fault=attacks.slow_headers,
        is_heavy=True,
        truth=Truth(
            cause=Cause.NETWORK_ATTACK,
            components=at("edge"),
            must_cite=(
                cite("half-sent requests", S.HALF_SENT_REQUESTS),
                cite("connections", S.ESTABLISHED_CONNECTIONS),
                cite("without requests", S.REQUEST_RATE),
                cite("without work", S.IN_FLIGHT),
                cite("the processor at rest", S.CPU_PRESSURE_RATIO, rules=_HELD, needs=_NETWORK),
            ),
            must_not_cite=(),
        ),
    ),
)
