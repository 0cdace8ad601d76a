"""The sql probe when a PostgreSQL server stops, freezes, ends a session or is none at all."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Stage
from monitor.model.signals import SignalKind
from monitor.probes.libpq import startup_sqlstate
from monitor.probes.prober import Prober
from tests.probes.conftest import LONG_SECONDS, Probe, descriptors, kind_of, make_check
from tests.probes.servers import serving, silent
from tests.support.polling import eventually, eventually_async
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


async def test_tls_is_spoken_where_the_url_asks_for_it(probe: Probe, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with postgres_server() as server:
        _encrypt(server, authority)
        url = server.url().replace("127.0.0.1", "localhost")
        options = f"?sslmode=verify-full&sslrootcert={tmp_path / 'ca.pem'}"
        query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        good = await probe("sql", url=url + options, query=query, expect=True)
        refused = await probe("sql", url=url.replace("app-password", "wrong") + options)

    assert good.outcome is Outcome.OK
    # Inside TLS the SQLSTATE of a refusal cannot be seen.
    assert kind_of(refused) is FailureKind.SERVER_REJECTED
    assert refused.stage is Stage.PROTOCOL


def _encrypt(server: PostgresServer, authority: trustme.CA) -> None:
    folder = server.socket_folder
    issued = authority.issue_cert("localhost")
    key, chain = folder / "key.pem", folder / "chain.pem"
    issued.private_key_pem.write_to_path(str(key))
    issued.cert_chain_pems[0].write_to_path(str(chain))
    owner = folder.stat()
    for path in (key, chain):
        path.chmod(0o600)
        os.chown(path, owner.st_uid, owner.st_gid)
    with server.as_superuser() as connection:
        for setting in (f"ssl_cert_file = '{chain}'", f"ssl_key_file = '{key}'", "ssl = on"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    eventually(lambda: _speaks_tls(server))


def _speaks_tls(server: PostgresServer) -> bool:
    url = f"{server.url(driver='postgresql')}?sslmode=require"
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.parametrize(
    ("stream", "sqlstate"),
    [
        (b"E\0\0\0\x17SFATAL\0C57P03\0Mgone\0\0", "57P03"),
        (b"R\0\0\0\x08\0\0\0\0E\0\0\0\x0eC28P01\0Mx\0\0", "28P01"),
        (b"R\0\0\0\x08\0\0\0\0", ""),
        (b"E\0\0", ""),
        (b"\x16\x03\x01\0\0\0\0", ""),
        (b"", ""),
    ],
)
def test_the_sqlstate_is_read_from_the_start_of_a_stream(stream: bytes, sqlstate: str) -> None:
    assert startup_sqlstate(stream) == sqlstate
