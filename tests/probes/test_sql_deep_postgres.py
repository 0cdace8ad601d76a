"""The deep look at a real PostgreSQL: what it says of sessions, locks, limits and slots."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import psycopg
import pytest

from monitor.model.check import Check
from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import Probe, kind_of, make_check
from tests.support.polling import eventually, eventually_async
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.external_service

DEEP = {
    SignalKind.ACTIVE_SESSIONS,
    SignalKind.IDLE_IN_TRANSACTION,
    SignalKind.REPLICATION_ROLE,
    SignalKind.REPLICAS,
    SignalKind.TRANSACTION_IDS_USED_RATIO,
}


def _exceeded(observation: Observation) -> list[object]:
    return [each.value for each in observation.signals if each.kind is SignalKind.LIMIT_EXCEEDED]


@contextmanager
def _idle_in_transaction(server: PostgresServer, database: str) -> Iterator[psycopg.Connection]:
    """Hold a transaction of the ordinary role open inside the block."""
    with psycopg.connect(server.url(database, driver="postgresql")) as connection:
        connection.execute("SELECT 1")
        yield connection


async def test_an_ordinary_run_looks_no_deeper_than_before(probe: Probe, postgres_url: str) -> None:
    observation = await probe("sql", url=postgres_url)

    assert not DEEP & {each.kind for each in observation.signals}


async def test_a_deep_look_tells_what_the_server_says_of_itself(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name:
        url = postgres.url(name, role="postgres")
        observation = await probe("sql", url=url, deep=True)

    assert observation.outcome is Outcome.OK
    assert {each.kind for each in observation.signals} >= DEEP
    assert observation.signal(SignalKind.FIGURES_MISSING) is None
    assert observation.signal(SignalKind.REPLICATION_ROLE) == "primary"
    assert observation.signal(SignalKind.IDLE_IN_TRANSACTION) == 0
    used = observation.signal(SignalKind.TRANSACTION_IDS_USED_RATIO)
    assert isinstance(used, float)
    assert 0 < used < 0.01


async def test_what_an_ordinary_role_is_not_shown_is_said(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name, postgres.as_superuser(name) as hidden:
        hidden.execute("CREATE SEQUENCE private")
        observation = await probe("sql", url=postgres.url(name), deep=True)

    assert observation.outcome is Outcome.OK
    assert observation.signal(SignalKind.FIGURES_MISSING) == "sessions, transactions, forecasts"
    missing = next(each for each in observation.signals if each.kind is SignalKind.FIGURES_MISSING)
    assert "pg_monitor" in missing.detail
    assert "1 sequences" in missing.detail


async def test_only_the_topics_that_are_wanted_are_asked_for(
    probe: Probe, postgres_url: str
) -> None:
    observation = await probe("sql", url=postgres_url, deep=["forecasts"])

    assert observation.signal(SignalKind.TRANSACTION_IDS_USED_RATIO) is not None
    assert observation.signal(SignalKind.ACTIVE_SESSIONS) is None


async def test_a_forgotten_transaction_degrades_and_names_who_holds_it(
    probe: Probe, postgres: PostgresServer
) -> None:
    limits = {"idle_in_transaction_seconds": {"degraded": 0.001}}
    with postgres.fresh_database() as name, _idle_in_transaction(postgres, name):
        url = postgres.url(name)
        observation = await probe("sql", url=url, deep=["transactions"], limits=limits)

    assert observation.outcome is Outcome.DEGRADED
    assert kind_of(observation) is FailureKind.THRESHOLD_EXCEEDED
    assert _exceeded(observation) == ["idle_in_transaction_seconds"]
    held = next(each for each in observation.signals if each.kind is SignalKind.IDLE_IN_TRANSACTION)
    assert held.value == 1
    assert held.detail.startswith("app ")
    longest = observation.signal(SignalKind.LONGEST_TRANSACTION_SECONDS)
    assert isinstance(longest, float)
    assert longest > 0


async def test_a_blocked_write_is_cut_and_who_blocks_it_is_seen_from_aside(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name:
        url, beat = postgres.url(name), {"table": "heartbeat"}
        await probe("sql", url=url, heartbeat=beat)
        with postgres.as_superuser(name) as holder, holder.transaction():
            holder.execute("LOCK TABLE heartbeat IN ACCESS EXCLUSIVE MODE")
            blocked = await probe("sql", timeout=0.8, url=url, heartbeat=beat, deep=["locks"])
            waiting = next(
                each for each in blocked.signals if each.kind is SignalKind.BLOCKING_SESSIONS
            )
            assert str(holder.info.backend_pid) in waiting.detail

    assert kind_of(blocked) is FailureKind.WRITE_TIMEOUT
    assert waiting.value == 1
    seconds = blocked.signal(SignalKind.LOCK_WAIT_SECONDS)
    assert isinstance(seconds, float)
    assert 0 < seconds < 0.8


async def test_a_deadlock_between_two_looks_is_counted_once(
    prober: Prober, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name:
        check = make_check(
            "sql",
            url=postgres.url(name),
            deep=["errors"],
            deep_every=1,
            limits={"deadlocks": {"degraded": 0}},
        )
        assert (await prober.probe(check)).signal(SignalKind.DEADLOCKS) is None
        await _deadlock(postgres, name)
        seen: list[Observation] = []

        async def counted() -> bool:
            seen.append(await prober.probe(check))
            return seen[-1].signal(SignalKind.DEADLOCKS) == 1

        # A session's counters are added up when it ends, and that is not waited for.
        await eventually_async(counted)
        after = await prober.probe(check)

    assert seen[-1].outcome is Outcome.DEGRADED
    assert _exceeded(seen[-1]) == ["deadlocks"]
    assert after.signal(SignalKind.DEADLOCKS) == 0
    assert after.outcome is Outcome.OK


async def _deadlock(server: PostgresServer, name: str) -> None:
    """Let two transactions wait for each other until the server ends one of them."""
    with server.as_superuser(name) as connection:
        connection.execute("CREATE TABLE account (id int PRIMARY KEY, balance int)")
        connection.execute("INSERT INTO account VALUES (1, 0), (2, 0)")
    url = server.url(name, role="postgres", driver="postgresql")
    async with (
        await psycopg.AsyncConnection.connect(url) as one,
        await psycopg.AsyncConnection.connect(url) as other,
    ):
        for each, account in ((one, 1), (other, 2)):
            await each.execute("SET deadlock_timeout = '20ms'")
            await each.execute("UPDATE account SET balance = 1 WHERE id = %s", [account])
        update = "UPDATE account SET balance = 2 WHERE id = %s"
        ends = await asyncio.gather(
            one.execute(update, [2]), other.execute(update, [1]), return_exceptions=True
        )
        await one.rollback()
        await other.rollback()
    assert any(isinstance(end, psycopg.errors.DeadlockDetected) for end in ends)


async def test_a_sequence_is_as_full_as_the_column_that_it_fills(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name:
        with psycopg.connect(postgres.url(name, driver="postgresql")) as connection:
            connection.execute("CREATE TABLE payment (id int PRIMARY KEY)")
            connection.execute("CREATE SEQUENCE wide OWNED BY payment.id")
            connection.execute("CREATE SEQUENCE roomy")
            connection.execute("SELECT setval('wide', 2000000000), setval('roomy', 2000000000)")
        observation = await probe("sql", url=postgres.url(name), deep=["forecasts"])

    found = {
        each.detail: each.value
        for each in observation.signals
        if each.kind is SignalKind.SEQUENCE_USED_RATIO
    }
    assert found["public.wide"] == pytest.approx(0.9313, abs=0.0001)
    assert float(found["public.roomy"]) < 0.001
    assert observation.outcome is Outcome.DEGRADED
    assert _exceeded(observation) == ["sequence_used_ratio"]


async def test_a_slot_that_nobody_reads_shows_what_it_retains(
    probe: Probe, postgres: PostgresServer
) -> None:
    with postgres.fresh_database() as name, postgres.as_superuser(name) as connection:
        connection.execute("SELECT pg_create_physical_replication_slot('forgotten', true)")
        try:
            connection.execute("CREATE TABLE filler AS SELECT generate_series(1, 5000)")
            observation = await probe(
                "sql",
                url=postgres.url(name),
                deep=["slots"],
                limits={"slot_retained_bytes": {"degraded": 10_000}},
            )
        finally:
            connection.execute("SELECT pg_drop_replication_slot('forgotten')")

    assert _exceeded(observation) == ["slot_retained_bytes"]
    retained = next(
        each for each in observation.signals if each.kind is SignalKind.SLOT_RETAINED_BYTES
    )
    assert retained.detail == "forgotten, which nobody reads"


async def test_a_kept_session_tells_who_holds_the_connections_when_nobody_gets_in(
    prober: Prober, postgres: PostgresServer
) -> None:
    check = make_check(
        "sql",
        url=postgres.url(),
        deep=["transactions", "sessions"],
        keep_session=True,
        limits={"connections_used_ratio": {}},
    )
    before = await prober.probe(check)
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            for _ in range(60):
                held = psycopg.connect(postgres.url(driver="postgresql"))
                stack.callback(held.close)
                held.execute("SELECT 1")
        refused = await prober.probe(check)
        again = await prober.probe(check)
    await eventually_async(lambda: _enters(prober, check))

    assert before.outcome is Outcome.OK
    for each in (refused, again):
        assert kind_of(each) is FailureKind.SERVER_REJECTED
        assert each.signal(SignalKind.SQLSTATE) == "53300"
        idle = each.signal(SignalKind.IDLE_IN_TRANSACTION)
        assert isinstance(idle, int)
        assert idle > 25


async def _enters(prober: Prober, check: Check) -> bool:
    return (await prober.probe(check)).outcome is Outcome.OK


async def test_a_kept_session_that_was_ended_is_replaced(
    prober: Prober, postgres: PostgresServer
) -> None:
    check = make_check(
        "sql", url=postgres.url(), deep=["sessions"], deep_every=1, keep_session=True
    )
    ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {}"
    mine = "application_name = 'availability-monitor'"
    for _ in range(2):
        observation = await prober.probe(check)
        assert observation.outcome is Outcome.OK
        assert observation.signal(SignalKind.ACTIVE_SESSIONS) is not None
        with postgres.as_superuser() as connection:
            row = connection.execute(ended.format(mine)).fetchone()
        assert row == (1,)
    await prober.close()

    def left() -> int:
        with postgres.as_superuser() as connection:
            row = connection.execute(
                f"SELECT count(*) FROM pg_stat_activity WHERE {mine}"
            ).fetchone()
        return row[0] if row else 0

    eventually(lambda: left() == 0)


async def test_deep_looks_are_spaced_out_until_one_finds_something(
    prober: Prober, postgres: PostgresServer
) -> None:
    limits = {"idle_in_transaction_seconds": {"degraded": 0.001}}
    with postgres.fresh_database() as name:
        check = make_check(
            "sql", url=postgres.url(name), deep=["transactions"], deep_every=3, limits=limits
        )

        async def looked() -> bool:
            seen = await prober.probe(check)
            return seen.signal(SignalKind.IDLE_IN_TRANSACTION) is not None

        assert [await looked() for _ in range(4)] == [True, False, False, True]
        with _idle_in_transaction(postgres, name):
            assert [await looked() for _ in range(4)] == [False, False, True, True]
        assert [await looked() for _ in range(3)] == [True, True, False]
