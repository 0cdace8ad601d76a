"""The sql probe on a real PostgreSQL: what is wrong with it, in its own codes, and in time."""

from contextlib import ExitStack, suppress

import psycopg
import pytest

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import LONG_SECONDS, Probe, kind_of
from tests.support.polling import eventually
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.external_service

# Long enough for a starved machine to answer within.
TIMEOUT = 2.0


async def test_a_query_and_a_heartbeat_are_ok_with_every_phase(
    probe: Probe, postgres_url: str
) -> None:
    observation = await probe("sql", url=postgres_url, heartbeat={"table": "heartbeat"})

    assert observation.outcome is Outcome.OK
    assert observation.stage is Stage.BUSINESS
    assert set(observation.phases) == {Phase.CONNECT, Phase.LOGIN, Phase.QUERY, Phase.WRITE}
    assert sum(observation.phases.values()) < observation.duration_seconds
    assert observation.signal(SignalKind.READ_OK) is True
    assert observation.signal(SignalKind.WRITE_OK) is True
    assert observation.signal(SignalKind.READ_ONLY) is False
    assert observation.signal(SignalKind.LOCK_WAITERS) == 0
    used = observation.signal(SignalKind.CONNECTIONS_USED_RATIO)
    assert isinstance(used, float)
    assert 0 < used < 1


async def test_the_heartbeat_is_one_row_that_goes_forward(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name:
        for _ in range(3):
            await probe("sql", url=postgres.url(name), heartbeat={"table": "heartbeat"})
        with postgres.as_superuser(name) as connection:
            rows = connection.execute("SELECT id, beats FROM heartbeat").fetchall()

    assert rows == [(1, 3)]


async def test_the_probe_leaves_no_limit_and_no_connection_behind(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name:
        shown = "SELECT current_setting('application_name')"
        observation = await probe(
            "sql", url=postgres.url(name), query=shown, expect="availability-monitor"
        )

        def connections() -> int:
            with postgres.as_superuser() as connection:
                row = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]
                ).fetchone()
            return row[0] if row else 0

        eventually(lambda: connections() == 0)
    assert observation.outcome is Outcome.OK


VALUES: dict[str, tuple[str, object, FailureKind | None]] = {
    "number": ("SELECT 3::numeric", {"at_least": 3}, None),
    "text": ("SELECT 'ready'", "ready", None),
    "boolean": ("SELECT true", True, None),
    "null": ("SELECT null", None, None),
    "another number": ("SELECT count(*) FROM pg_class", 0, FailureKind.VALUE_UNEXPECTED),
    "no row": ("SELECT 1 WHERE false", {"above": 0}, FailureKind.VALUE_UNEXPECTED),
    "no such table": ("SELECT * FROM absent", 1, FailureKind.QUERY_FAILED),
    "no sql": ("SELEC 1", 1, FailureKind.QUERY_FAILED),
}


@pytest.mark.parametrize("case", VALUES)
async def test_the_first_value_is_compared(
    probe: Probe, postgres: PostgresServer, case: str
) -> None:
    query, expected, kind = VALUES[case]
    observation = await probe(
        "sql",
        url=postgres.url(),
        query=query,
        expect={"equals": expected} if not isinstance(expected, dict) else expected,
    )

    assert kind_of(observation) == kind
    assert observation.stage is Stage.SEMANTIC


LOGINS: dict[str, tuple[str, str, str]] = {
    "wrong password": ("app-password", "wrong", "28P01"),
    "unknown role": ("//app:", "//nobody:", "28P01"),
    "unknown database": ("/postgres", "/absent", "3D000"),
}


@pytest.mark.parametrize("case", LOGINS)
async def test_a_refused_login_carries_its_sqlstate(
    probe: Probe, postgres: PostgresServer, case: str
) -> None:
    part, wrong, sqlstate = LOGINS[case]
    observation = await probe("sql", url=postgres.url().replace(part, wrong))

    assert kind_of(observation) is FailureKind.LOGIN_REJECTED
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.SQLSTATE) == sqlstate
    assert set(observation.phases) == {Phase.CONNECT, Phase.LOGIN}


async def test_too_many_connections_are_a_refusal_of_the_server(
    probe: Probe, postgres: PostgresServer
) -> None:
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            for _ in range(60):
                connection = psycopg.connect(postgres.url(driver="postgresql"))
                stack.callback(connection.close)
        observation = await probe("sql", url=postgres.url())

    assert kind_of(observation) is FailureKind.SERVER_REJECTED
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.SQLSTATE) == "53300"


async def test_a_locked_table_is_a_write_timeout_and_the_waiters_are_counted(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name:
        url, beat = postgres.url(name), {"table": "heartbeat"}
        await probe("sql", url=url, heartbeat=beat)
        with postgres.as_superuser(name) as holder, holder.transaction():
            holder.execute("LOCK TABLE heartbeat IN ACCESS EXCLUSIVE MODE")
            observation = await probe("sql", timeout=TIMEOUT, url=url, heartbeat=beat)

    assert kind_of(observation) is FailureKind.WRITE_TIMEOUT
    assert observation.stage is Stage.BUSINESS
    assert observation.signal(SignalKind.SQLSTATE) == "57014"
    assert observation.signal(SignalKind.READ_OK) is True
    assert observation.signal(SignalKind.WRITE_OK) is False
    assert observation.signal(SignalKind.LOCK_WAITERS) == 1
    assert {Phase.CONNECT, Phase.LOGIN, Phase.QUERY, Phase.WRITE} == set(observation.phases)
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_slow_query_is_cut_by_the_server_itself(
    probe: Probe, postgres: PostgresServer
) -> None:
    observation = await probe(
        "sql", timeout=TIMEOUT, url=postgres.url(), query="SELECT pg_sleep(30)"
    )

    assert kind_of(observation) is FailureKind.QUERY_TIMEOUT
    assert observation.signal(SignalKind.SQLSTATE) == "57014"
    assert observation.signal(SignalKind.READ_OK) is False
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_database_that_only_reads_fails_the_write_alone(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name:
        with postgres.as_superuser() as connection:
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        url = postgres.url(name)
        reading = await probe("sql", url=url)
        writing = await probe("sql", url=url, heartbeat={"table": "heartbeat"})

    assert reading.outcome is Outcome.OK
    assert reading.signal(SignalKind.READ_ONLY) is True
    assert kind_of(writing) is FailureKind.WRITE_FAILED
    assert writing.signal(SignalKind.SQLSTATE) == "25006"
    assert writing.signal(SignalKind.READ_OK) is True
    assert writing.signal(SignalKind.WRITE_OK) is False
    assert writing.signal(SignalKind.READ_ONLY) is True


async def test_a_role_that_may_not_create_the_heartbeat_fails_the_write(
    probe: Probe, postgres: PostgresServer
) -> None:
    # The ordinary role owns nothing in the server's own database.
    observation = await probe("sql", url=postgres.url(), heartbeat={"table": "pg_catalog.beat"})

    assert kind_of(observation) is FailureKind.WRITE_FAILED
    assert observation.signal(SignalKind.SQLSTATE) == "42501"
