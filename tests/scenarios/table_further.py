"""Further faults, played only where they are asked for by name.

The rules must not be made for a list: these show whether they hold for what is not on it.
"""

from monitor.model.cause import Cause
from monitor.model.signals import SignalKind as S
from tests.scenarios.faults import elsewhere, further
from tests.scenarios.further import further_scenario
from tests.scenarios.scenario import Need, Scenario, cite
from tests.scenarios.servers.edge import Edge
from tests.scenarios.stand import Stand
from tests.scenarios.table_elsewhere import ELSEWHERE

_NETWORK = frozenset({Need.NAMESPACES})


def _restart_edge(stand: Stand) -> None:
    edge: Edge = stand.edge
    edge.start()


FURTHER: dict[str, Scenario] = {
    each.id: each
    for each in (
        further_scenario(
            1,
            "PostgreSQL frozen",
            further.frozen("postgres"),
            Cause.DATABASE_ANOMALY,
            "postgres",
        ),
        further_scenario(
            2,
            "MariaDB killed",
            further.killed("mariadb", lambda stand: stand.mariadb.start()),
            Cause.DATABASE_ANOMALY,
            "mariadb",
        ),
        further_scenario(
            3,
            "Redis follows a master that is gone",
            further.redis_replica,
            Cause.DATABASE_ANOMALY,
            "redis",
            must_cite=(cite("READONLY", S.DRIVER_CODE, S.READ_ONLY, S.REPLICATION_UP),),
        ),
        further_scenario(
            4,
            "the ledger's table locked",
            further.ledger_locked,
            Cause.DATABASE_ANOMALY,
            "mariadb",
        ),
        further_scenario(
            5,
            "the application killed",
            further.killed("credit-0", lambda stand: stand.start_credit(0)),
            Cause.APPLICATION_FAULT,
            "credit",
        ),
        further_scenario(
            6,
            "a release that answers errors",
            further.bad_deploy,
            Cause.APPLICATION_FAULT,
            "credit",
            must_cite=(cite("the deploy", S.CHANGE),),
        ),
        further_scenario(
            7,
            "the edge killed",
            further.killed("edge", _restart_edge),
            Cause.APPLICATION_FAULT,
            "edge",
        ),
        further_scenario(
            8,
            "the database's passwords changed",
            further.password_changed,
            Cause.APPLICATION_FAULT,
            "postgres",
            must_cite=(cite("28P01", S.SQLSTATE, S.FAILURE_KIND),),
        ),
        further_scenario(
            9,
            "channel A resets every connection",
            further.ordered("relay", **{"channel-a": {"reset": True}}),
            Cause.THIRD_PARTY_INTERFACE,
            "channel-a",
        ),
        further_scenario(
            10,
            "channel A stalls in the middle of its answers",
            further.ordered("relay", **{"channel-a": {"stall_after": 1500}}),
            Cause.THIRD_PARTY_INTERFACE,
            "channel-a",
        ),
        further_scenario(
            11,
            "channel A limits our rate",
            further.ordered(
                "channel-a", down=429, body={"code": "RATELIMIT_EXCEEDED"}, retry_after=5
            ),
            Cause.THIRD_PARTY_INTERFACE,
            "channel-a",
        ),
        further_scenario(
            12,
            "channel A says maintenance, unannounced",
            further.ordered(
                "channel-a",
                down=503,
                retry_after=600,
                body={"code": "SYSTEM_MAINTENANCE", "message": "系统维护"},
            ),
            Cause.MAINTENANCE,
            "channel-a",
            must_cite=(cite("its word", S.RETRY_AFTER_SECONDS, S.PROVIDER_CODE),),
        ),
        further_scenario(
            13,
            "work on the edge that nobody announced",
            further.maintenance_unannounced,
            Cause.MAINTENANCE,
            "edge",
            must_cite=(cite("its word", S.RETRY_AFTER_SECONDS, S.MAINTENANCE_MARKER),),
        ),
        further_scenario(
            14,
            "a firewall's rule in front of both databases",
            elsewhere.databases_cut_off,
            Cause.NETWORK_FAULT,
            "postgres",
            "mariadb",
            needs=_NETWORK,
        ),
        further_scenario(
            15,
            "a release that is slow",
            further.slow_deploy,
            Cause.APPLICATION_FAULT,
            "credit",
            must_cite=(cite("the deploy", S.CHANGE),),
        ),
        further_scenario(
            16,
            "channel A refuses a token it has just issued",
            further.ordered("channel-a", rejects_tokens=True),
            Cause.THIRD_PARTY_INTERFACE,
            "channel-a",
        ),
        *ELSEWHERE,
    )
}
