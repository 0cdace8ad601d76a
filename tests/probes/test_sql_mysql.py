"""The sql probe on a real MariaDB: what is wrong with it, in its own codes, and in time."""

import asyncio
import os
import signal

import pytest

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import LONG_SECONDS, Probe, descriptors, kind_of, make_check
from tests.probes.servers import serving, silent
from tests.support.mariadb import MariaDBServer, mariadb_server
from tests.support.polling import eventually_async

pytestmark = pytest.mark.external_service

# Long enough for a starved machine to answer within.
TIMEOUT = 2.0


async def test_a_query_and_a_heartbeat_are_ok_with_every_phase(
    probe: Probe, mariadb: MariaDBServer
) -> None:
    with mariadb.fresh_database() as name:
        for _ in range(3):
            observation = await probe(
                "sql",
                url=mariadb.url(name, driver="mariadb"),
                query="SELECT 12.5",
                expect={"above": 12},
                heartbeat={"table": "heartbeat"},
            )
        rows = mariadb.as_root(f"SELECT id, beats FROM {name}.heartbeat")

    assert observation.outcome is Outcome.OK
    assert observation.stage is Stage.BUSINESS
    assert set(observation.phases) == {Phase.CONNECT, Phase.LOGIN, Phase.QUERY, Phase.WRITE}
    assert observation.signal(SignalKind.WRITE_OK) is True
    assert observation.signal(SignalKind.READ_ONLY) is False
    assert rows.split() == ["1", "3"]


async def test_a_wrong_value_is_unexpected(probe: Probe, mariadb_url: str) -> None:
    observation = await probe("sql", url=mariadb_url, query="SELECT 2", expect=1)

    assert kind_of(observation) is FailureKind.VALUE_UNEXPECTED


async def test_a_wrong_password_is_a_rejected_login(probe: Probe, mariadb_url: str) -> None:
    observation = await probe("sql", url=mariadb_url.replace("app-password", "wrong"))

    assert kind_of(observation) is FailureKind.LOGIN_REJECTED
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.DRIVER_CODE) == 1045
    assert observation.signal(SignalKind.SQLSTATE) == "28000"


async def test_too_many_connections_are_a_refusal_of_the_server(
    probe: Probe, mariadb: MariaDBServer
) -> None:
    # One connection stays for the root of the server, so the ordinary role needs none.
    mariadb.as_root("SET GLOBAL max_connections = 10")
    held = [await asyncio.open_connection("127.0.0.1", mariadb.port) for _ in range(11)]
    try:
        for reader, _ in held:
            await reader.read(1)
        observation = await probe("sql", url=mariadb.url())
    finally:
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        await eventually_async(lambda: _root_may(mariadb, "SET GLOBAL max_connections = 40"))

    assert kind_of(observation) is FailureKind.SERVER_REJECTED
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.DRIVER_CODE) == 1040


def _root_may(mariadb: MariaDBServer, statement: str) -> bool:
    mariadb.as_root(statement)
    return True


async def test_a_locked_row_is_a_write_timeout(probe: Probe, mariadb: MariaDBServer) -> None:
    with mariadb.fresh_database() as name:
        url, beat = mariadb.url(name), {"table": "heartbeat"}
        await probe("sql", url=url, heartbeat=beat)
        lock = f"BEGIN; SELECT * FROM {name}.heartbeat FOR UPDATE; DO SLEEP(30)"
        holding = asyncio.ensure_future(asyncio.to_thread(mariadb.as_root, lock))
        await eventually_async(lambda: _sessions(mariadb, "DO SLEEP(30)"))
        observation = await probe("sql", timeout=TIMEOUT, url=url, heartbeat=beat)
        _kill(mariadb, "DO SLEEP(30)")
        await asyncio.wait({holding})
        assert holding.exception() is not None

    assert kind_of(observation) is FailureKind.WRITE_TIMEOUT
    assert observation.stage is Stage.BUSINESS
    assert observation.signal(SignalKind.READ_OK) is True
    assert observation.signal(SignalKind.WRITE_OK) is False
    assert observation.signal(SignalKind.DRIVER_CODE) in {1205, 1969}
    assert observation.duration_seconds < LONG_SECONDS


def _sessions(mariadb: MariaDBServer, statement: str) -> list[str]:
    """Return the ids of those who run *statement* right now."""
    query = f"SELECT id FROM information_schema.processlist WHERE info = '{statement}'"
    return mariadb.as_root(query).split()


def _kill(mariadb: MariaDBServer, statement: str) -> bool:
    ids = _sessions(mariadb, statement)
    for each in ids:
        mariadb.as_root(f"KILL {each}")
    return bool(ids)


async def test_a_slow_query_is_cut_by_the_server_itself(probe: Probe, mariadb_url: str) -> None:
    observation = await probe("sql", timeout=TIMEOUT, url=mariadb_url, query="SELECT SLEEP(30)")

    assert kind_of(observation) is FailureKind.QUERY_TIMEOUT
    assert observation.signal(SignalKind.DRIVER_CODE) == 1969
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_server_that_only_reads_fails_the_write_alone(
    probe: Probe, mariadb: MariaDBServer
) -> None:
    with mariadb.fresh_database() as name:
        url = mariadb.url(name)
        mariadb.as_root("SET GLOBAL read_only = 1")
        try:
            reading = await probe("sql", url=url)
            writing = await probe("sql", url=url, heartbeat={"table": "heartbeat"})
        finally:
            mariadb.as_root("SET GLOBAL read_only = 0")

    assert reading.outcome is Outcome.OK
    assert reading.signal(SignalKind.READ_ONLY) is True
    assert kind_of(writing) is FailureKind.WRITE_FAILED
    assert writing.signal(SignalKind.DRIVER_CODE) == 1290
    assert writing.signal(SignalKind.READ_ONLY) is True


async def test_a_stopped_server_refuses_and_a_frozen_one_never_answers(prober: Prober) -> None:
    with mariadb_server() as server:
        check = make_check("sql", timeout=TIMEOUT, url=server.url())
        await prober.probe(check)
        os.kill(server.pid, signal.SIGSTOP)
        try:
            before = len(descriptors())
            frozen = await prober.probe(check)
            await eventually_async(lambda: len(descriptors()) <= before)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        well = await prober.probe(check)
    refused = await prober.probe(check)

    assert kind_of(frozen) is FailureKind.RESPONSE_TIMEOUT
    assert frozen.stage is Stage.PROTOCOL
    assert frozen.duration_seconds < LONG_SECONDS
    assert well.outcome is Outcome.OK
    assert kind_of(refused) is FailureKind.CONNECT_REFUSED
    assert refused.signal(SignalKind.ERRNO) == "ECONNREFUSED"


async def test_a_killed_connection_is_told_apart(prober: Prober, mariadb: MariaDBServer) -> None:
    check = make_check("sql", timeout=5, url=mariadb.url(), query="SELECT SLEEP(3.3)")
    running = asyncio.ensure_future(prober.probe(check))

    await eventually_async(lambda: _kill(mariadb, "SELECT SLEEP(3.3)"))
    observation = await running

    assert kind_of(observation) in {FailureKind.SERVER_REJECTED, FailureKind.RESPONSE_CLOSED}
    assert observation.stage is Stage.SEMANTIC
    assert observation.signal(SignalKind.READ_OK) is False


async def test_a_port_that_is_no_database_is_a_timeout_of_the_login(probe: Probe) -> None:
    async with serving(silent) as port:
        url = f"mysql://probe@127.0.0.1:{port}/ledger"
        observation = await probe("sql", timeout=0.3, url=url)

    assert kind_of(observation) is FailureKind.RESPONSE_TIMEOUT
    assert observation.stage is Stage.PROTOCOL
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_server_that_closes_during_the_login_is_told_apart(probe: Probe) -> None:
    async def closing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        return

    async with serving(closing) as port:
        observation = await probe("sql", url=f"mysql://probe@127.0.0.1:{port}/ledger")

    assert kind_of(observation) is FailureKind.RESPONSE_CLOSED
    assert observation.stage is Stage.PROTOCOL
