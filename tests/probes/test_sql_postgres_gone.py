"""The sql probe when a PostgreSQL server stops, freezes, ends a session or is none at all."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.model.observation import FailureKind, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import LONG_SECONDS, Probe, descriptors, kind_of, make_check
from tests.probes.servers import serving, silent
from tests.support.polling import eventually_async
from tests.support.postgres import PostgresServer, postgres_server

pytestmark = pytest.mark.external_service

# Long enough for a starved machine to answer within.
TIMEOUT = 2.0


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_stopped_server_refuses_and_a_frozen_one_never_answers(prober: Prober) -> None:
    with postgres_server() as server:
        check = make_check("sql", timeout=TIMEOUT, url=server.url())
        with _stopped(server.pid):
            before = len(descriptors())
            frozen = [await prober.probe(check) for _ in range(2)]
            await eventually_async(lambda: len(descriptors()) <= before)
        well = await prober.probe(check)
    refused = await prober.probe(check)

    assert {kind_of(each) for each in frozen} == {FailureKind.RESPONSE_TIMEOUT}
    assert {each.stage for each in frozen} == {Stage.PROTOCOL}
    assert max(each.duration_seconds for each in frozen) < LONG_SECONDS
    assert well.outcome is Outcome.OK
    assert kind_of(refused) is FailureKind.CONNECT_REFUSED
    assert refused.signal(SignalKind.ERRNO) == "ECONNREFUSED"


async def test_a_backend_that_freezes_within_a_query_is_cut_by_the_deadline(
    prober: Prober, postgres: PostgresServer
) -> None:
    check = make_check("sql", timeout=TIMEOUT, url=postgres.url(), query="SELECT pg_sleep(1)")
    running = asyncio.ensure_future(prober.probe(check))

    def backend() -> int:
        with postgres.as_superuser() as connection:
            row = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(1)%'"
            ).fetchone()
        return row[0] if row else 0

    pid = await eventually_async(backend)
    with _stopped(pid):
        observation = await running

    assert kind_of(observation) is FailureKind.QUERY_TIMEOUT
    assert observation.signal(SignalKind.SQLSTATE) is None
    assert observation.signal(SignalKind.READ_OK) is False
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_backend_that_is_ended_within_a_query_is_a_refusal(
    prober: Prober, postgres: PostgresServer
) -> None:
    check = make_check("sql", timeout=5, url=postgres.url(), query="SELECT pg_sleep(3.1)")
    running = asyncio.ensure_future(prober.probe(check))

    def ended() -> bool:
        with postgres.as_superuser() as connection:
            return bool(
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE query LIKE 'SELECT pg_sleep(3.1)%'"
                ).fetchall()
            )

    await eventually_async(ended)
    observation = await running

    assert kind_of(observation) is FailureKind.SERVER_REJECTED
    assert observation.signal(SignalKind.SQLSTATE) == "57P01"


async def test_a_port_that_is_no_database_is_a_timeout_of_the_login(probe: Probe) -> None:
    async with serving(silent) as port:
        observation = await probe(
            "sql", timeout=0.3, url=f"postgresql://probe@127.0.0.1:{port}/ledger"
        )

    assert kind_of(observation) is FailureKind.RESPONSE_TIMEOUT
    assert observation.stage is Stage.PROTOCOL


async def test_a_server_that_closes_during_the_login_is_told_apart(probe: Probe) -> None:
    async def closing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(8)

    async with serving(closing) as port:
        url = f"postgresql://probe@127.0.0.1:{port}/ledger"
        observation = await probe("sql", timeout=2, url=url)

    assert kind_of(observation) is FailureKind.RESPONSE_CLOSED
    assert observation.stage is Stage.PROTOCOL
