"""The sql probe on a real PostgreSQL that wants TLS: what it trusts, and why it does not."""

import asyncio
import os
import signal
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.libpq_verbosity import taken_apart
from monitor.probes.prober import Prober
from tests.probes.certificates import authority_file
from tests.probes.conftest import LONG_SECONDS, Probe, kind_of, make_check
from tests.probes.servers import serving
from tests.probes.sql_tls_stand import EncryptedPostgres
from tests.support.polling import eventually_async
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.external_service

_ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


ACCEPTED: dict[str, tuple[str, dict[str, object]]] = {
    "for the host": ("", {}),
    "encrypted, whoever it is": ("other.test", {"sslmode": "require", "sslrootcert": ""}),
    "whoever is trusted": ("other.test", {"sslmode": "verify-ca"}),
    "where it can be had": ("other.test", {"sslmode": "prefer"}),
}


@pytest.mark.parametrize("case", ACCEPTED)
async def test_a_query_and_a_heartbeat_are_ok_over_tls(
    probe: Probe, encrypted_postgres: EncryptedPostgres, case: str
) -> None:
    name, options = ACCEPTED[case]
    url = encrypted_postgres.url(**options)
    with (
        encrypted_postgres.showing(name or "localhost"),
        encrypted_postgres.server.fresh_database() as database,
    ):
        observation = await probe(
            "sql",
            url=url.replace("/postgres?", f"/{database}?"),
            query=_ENCRYPTED,
            expect=True,
            heartbeat={"table": "heartbeat"},
        )

    assert observation.outcome is Outcome.OK, observation
    assert set(observation.phases) == {Phase.CONNECT, Phase.LOGIN, Phase.QUERY, Phase.WRITE}


LOGINS = {"app-password": ("wrong", "28P01"), "/postgres": ("/absent", "3D000")}


@pytest.mark.parametrize("part", LOGINS)
async def test_a_refused_login_carries_its_sqlstate_in_tls_too(
    probe: Probe, encrypted_postgres: EncryptedPostgres, part: str
) -> None:
    wrong, sqlstate = LOGINS[part]
    observation = await probe("sql", url=encrypted_postgres.url().replace(part, wrong))

    assert kind_of(observation) is FailureKind.LOGIN_REJECTED, observation
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.SQLSTATE) == sqlstate
    assert observation.failure
    assert sqlstate not in observation.failure.detail
    assert "\n" not in observation.failure.detail


async def test_too_many_connections_are_a_refusal_of_the_server(
    probe: Probe, encrypted_postgres: EncryptedPostgres
) -> None:
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            for _ in range(60):
                connection = psycopg.connect(encrypted_postgres.server.url(driver="postgresql"))
                stack.callback(connection.close)
        observation = await probe("sql", url=encrypted_postgres.url())

    assert kind_of(observation) is FailureKind.SERVER_REJECTED
    assert observation.signal(SignalKind.SQLSTATE) == "53300"


async def test_a_server_without_tls_is_told_apart(
    probe: Probe, postgres: PostgresServer, tmp_path: Path
) -> None:
    ca = authority_file(trustme.CA(), tmp_path)
    observation = await probe("sql", url=f"{postgres.url()}?sslmode=verify-ca&sslrootcert={ca}")
    plain = await probe("sql", url=f"{postgres.url()}?sslmode=prefer")

    assert kind_of(observation) is FailureKind.TLS_PLAINTEXT, observation
    assert observation.stage is Stage.TLS
    assert plain.outcome is Outcome.OK


async def test_an_end_within_the_handshake_is_an_end(probe: Probe) -> None:
    async def leaving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"S")
        await reader.read(512)

    async with serving(leaving) as port:
        url = f"postgresql://app@127.0.0.1:{port}/ledger?sslmode=require"
        observation = await probe("sql", timeout=2, url=url)

    assert kind_of(observation) is FailureKind.RESPONSE_CLOSED, observation


async def test_a_server_that_freezes_is_left_at_the_deadline(
    prober: Prober, encrypted_postgres: EncryptedPostgres
) -> None:
    slow = make_check("sql", timeout=2, url=encrypted_postgres.url(), query="SELECT pg_sleep(30)")
    running = asyncio.ensure_future(prober.probe(slow))

    def found() -> int:
        with encrypted_postgres.server.as_superuser() as connection:
            own = connection.info.backend_pid
            sleeping = "SELECT pid FROM pg_stat_activity WHERE query LIKE %s AND pid <> %s"
            row = connection.execute(sleeping, ["SELECT pg_sleep(30)", own]).fetchone()
        return row[0] if row else 0

    await eventually_async(lambda: found() > 0)
    pid = found()
    os.kill(pid, signal.SIGSTOP)
    try:
        observation = await running
    finally:
        os.kill(pid, signal.SIGCONT)

    assert kind_of(observation) is FailureKind.QUERY_TIMEOUT
    assert observation.duration_seconds < LONG_SECONDS


TEXTS = {
    'connection to server at "::1", port 1 failed: FATAL:  53300: too many\nLOCATION:  a, b.c:1': (
        "53300",
        'connection to server at "::1", port 1 failed: FATAL:  too many',
    ),
    "one: FATAL:  28000: ssl on\nLOCATION:  a\ntwo: FATAL:  28P01: ssl off\nLOCATION:  b": (
        "28P01",
        "one: FATAL:  ssl on\ntwo: FATAL:  ssl off",
    ),
    "server does not support SSL: REQUIRED: no": ("", "server does not support SSL: REQUIRED: no"),
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_sqlstate_of_the_last_try_is_taken_out_of_the_text(text: str) -> None:
    assert taken_apart(text) == TEXTS[text]
