"""All scenarios in one literal table: the labelled faults, and the controls."""

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind as S
from tests.scenarios.faults import channels, controls, databases, overload, own
from tests.scenarios.scenario import OF_ATTACKS, Need, Scenario, Truth, cite
from tests.scenarios.stand import Shape

_NETWORK = frozenset({Need.NAMESPACES})
_HEALTH = "credit-0-health"
_SLOW = (S.LATENCY_SECONDS, S.FAILURE_KIND)
_FUNCTIONS = "quota pay"
_ONLY_LATE = cite("late answers", S.LATENCY_SECONDS)


def _at(*components: str) -> frozenset[str]:
    return frozenset(components)


OVERLOAD = (
    Scenario(
        id="O01",
        title="ten times the users within twenty seconds",
        fault=overload.rush,
        is_heavy=True,
        truth=Truth(
            cause=Cause.SERVER_OVERLOAD,
            components=_at("credit"),
            must_cite=(
                cite("late answers", *_SLOW, checks=f"{_HEALTH} {_FUNCTIONS}"),
                cite("load on the application", S.QUEUE_DEPTH, S.IN_FLIGHT, S.SATURATION_RATIO),
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
            components=_at("credit"),
            must_cite=(
                cite("/healthz late as well", *_SLOW, checks=_HEALTH),
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
            components=_at("host"),
            must_cite=(
                cite(
                    "pressure or throttling",
                    S.CPU_PRESSURE_RATIO,
                    S.THROTTLED_RATIO,
                    S.LIMIT_EXCEEDED,
                ),
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
            components=_at("postgres"),
            must_cite=(
                cite(
                    "refused",
                    S.FAILURE_KIND,
                    S.ERRNO,
                    components="postgres",
                    values="connect_refused ECONNREFUSED",
                ),
                cite("/healthz answers, functions do not", S.STAGE_REACHED, S.HTTP_STATUS),
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
            components=_at("postgres"),
            must_cite=(cite("53300", S.SQLSTATE, values="53300"),),
        ),
    ),
    Scenario(
        id="O06",
        title="a table locked",
        fault=databases.table_locked,
        truth=Truth(
            cause=Cause.DATABASE_ANOMALY,
            components=_at("postgres"),
            must_cite=(
                cite(
                    "the statement was given up",
                    S.SQLSTATE,
                    S.FAILURE_KIND,
                    components="postgres",
                    values="55P03 57014 query_timeout",
                ),
                cite("who waits", S.LOCK_WAITERS, components="postgres"),
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
            components=_at("postgres"),
            must_cite=(
                cite("no space", S.SQLSTATE, S.DISK_FREE_RATIO, S.LIMIT_EXCEEDED, S.LOG_MATCHES),
            ),
        ),
    ),
    Scenario(
        id="O08",
        title="MariaDB read-only",
        fault=databases.mariadb_read_only,
        truth=Truth(
            cause=Cause.DATABASE_ANOMALY,
            components=_at("mariadb"),
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
            components=_at("redis"),
            must_cite=(cite("OOM", S.DRIVER_CODE, components="redis", values="OOM"),),
        ),
    ),
)
THIRD_PARTIES = (
    Scenario(
        id="O12",
        title="channel A out of service",
        fault=channels.channel_down,
        truth=Truth(
            cause=Cause.THIRD_PARTY_INTERFACE,
            components=_at("channel-a"),
            must_cite=(
                cite("5xx", S.HTTP_STATUS, components="channel-a", values="502 503"),
                cite("the provider's code", S.PROVIDER_CODE, components="channel-a"),
                cite("channel B is well", S.SIBLING_STATUS, components="channel-b"),
            ),
        ),
    ),
    Scenario(
        id="O13",
        title="channel A three seconds slower",
        fault=channels.channel_slow,
        truth=Truth(
            cause=Cause.THIRD_PARTY_INTERFACE,
            components=_at("channel-a"),
            must_cite=(
                cite("late on the channel", *_SLOW, components="channel-a"),
                cite("channel B is well", S.SIBLING_STATUS, components="channel-b"),
            ),
        ),
    ),
    Scenario(
        id="O14",
        title="channel A renames a field",
        fault=channels.contract_changed,
        truth=Truth(
            cause=Cause.THIRD_PARTY_INTERFACE,
            components=_at("channel-a"),
            must_cite=(
                cite("the contract", S.CONTRACT_VIOLATION, S.FAILURE_KIND, components="channel-a"),
            ),
        ),
    ),
)
OWN = (
    Scenario(
        id="O15",
        title="our secret at channel A is wrong",
        fault=channels.secret_rotated,
        truth=Truth(
            cause=Cause.APPLICATION_FAULT,
            components=_at("channel-a"),
            must_cite=(
                cite("401 on our key", S.HTTP_STATUS, S.PROVIDER_CODE, values="401 invalid_client"),
                cite("the spare key works", S.LATENCY_SECONDS, S.STAGE_REACHED),
            ),
        ),
    ),
    Scenario(
        id="O16",
        title="the edge shows an expired certificate",
        fault=own.certificate_expired,
        truth=Truth(
            cause=Cause.APPLICATION_FAULT,
            components=_at("edge"),
            must_cite=(
                cite(
                    "expired",
                    S.TLS_VERIFY_CODE,
                    S.FAILURE_KIND,
                    components="edge",
                    values="10 tls_expired",
                ),
            ),
        ),
    ),
    Scenario(
        id="O17",
        title="the firewall drops what goes to the channels",
        fault=channels.egress_dropped,
        needs=_NETWORK,
        truth=Truth(
            cause=Cause.NETWORK_FAULT,
            components=_at("channel-a", "channel-b"),
            must_cite=(
                cite("two channels together", S.SIBLING_STATUS, components="channel-a channel-b"),
                cite("no connection", S.FAILURE_KIND, values="connect_timeout"),
            ),
        ),
    ),
    Scenario(
        id="O18",
        title="planned work goes on after its end",
        fault=own.maintenance_overruns,
        truth=Truth(
            cause=Cause.MAINTENANCE,
            components=_at("edge", "quota-function", "pay-function"),
            must_cite=(cite("the calendar's entry", S.WINDOW),),
            due_after=own.WINDOW_SECONDS,
        ),
    ),
    Scenario(
        id="O19",
        title="channel A works on what it announced",
        fault=channels.maintenance_announced,
        truth=Truth(
            cause=Cause.MAINTENANCE,
            components=_at("channel-a"),
            must_cite=(cite("the announcement", S.ANNOUNCEMENT, S.WINDOW),),
        ),
    ),
    Scenario(
        id="O20",
        title="the monitor's resolver is dead",
        fault=own.resolver_dead,
        needs=_NETWORK,
        truth=Truth(
            cause=Cause.MONITOR_FAULT,
            components=_at("monitor"),
            must_cite=(cite("names fail", S.FAILURE_KIND, S.RESOLVE_RCODE),),
        ),
    ),
)
CONTROLS = (
    Scenario(id="N1", title="nightly backup", fault=controls.backup),
    Scenario(id="N2", title="certificate renewed", fault=own.certificate_renewed),
    Scenario(
        id="N3",
        title="rolling restart behind the edge",
        fault=controls.rolling_restart,
        shape=Shape(instances=2),
    ),
    Scenario(id="N4", title="one probe lost", fault=controls.probe_lost),
    Scenario(id="N5", title="twice the users, within capacity", fault=controls.peak, is_heavy=True),
    Scenario(
        id="N6",
        title="work announced on what we do not use",
        fault=channels.maintenance_elsewhere,
    ),
    Scenario(
        id="N7",
        title="a probe that never had the right key",
        fault=controls.nothing,
        shape=Shape(wrong_key=True),
    ),
)
SCENARIOS: dict[str, Scenario] = {
    each.id: each
    for each in sorted(
        (*OVERLOAD, *DATABASES, *THIRD_PARTIES, *OWN, *CONTROLS),
        key=lambda each: (each.truth is None, each.id),
    )
}
