"""The sql probe on a real MariaDB that wants TLS: what it trusts, and why it does not."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.certificates import authority_file
from tests.probes.conftest import LONG_SECONDS, Probe, connections_to, kind_of, make_check
from tests.probes.sql_tls_stand import EncryptedMariaDB
from tests.support.mariadb import mariadb_server
from tests.support.polling import eventually_async

pytestmark = pytest.mark.external_service

_CIPHER = (
    "SELECT variable_value <> '' FROM information_schema.session_status "
    "WHERE variable_name = 'Ssl_cipher'"
)


async def test_a_query_and_a_heartbeat_are_ok_with_every_phase(
    probe: Probe, encrypted_mariadb: EncryptedMariaDB
) -> None:
    with encrypted_mariadb.server.fresh_database() as name:
        observation = await probe(
            "sql",
            url=encrypted_mariadb.url().replace("/?", f"/{name}?"),
            query=_CIPHER,
            expect=1,
            heartbeat={"table": "heartbeat"},
            deep=["sessions"],
        )

    assert observation.outcome is Outcome.OK, observation
    assert observation.stage is Stage.BUSINESS
    phases = {Phase.CONNECT, Phase.TLS, Phase.LOGIN, Phase.QUERY, Phase.WRITE}
    assert set(observation.phases) == phases
    assert sum(observation.phases.values()) < observation.duration_seconds
    assert isinstance(observation.signal(SignalKind.ACTIVE_SESSIONS), int | float)


ACCEPTED: dict[str, tuple[str, dict[str, object]]] = {
    "encrypted, whoever it is": ("", {"sslmode": "require", "sslrootcert": ""}),
    "whoever is trusted": ("other.test", {"sslmode": "verify-ca"}),
    "as libpq does where it has an authority": ("other.test", {"sslmode": "require"}),
}


@pytest.mark.parametrize("case", ACCEPTED)
async def test_less_may_be_asked_of_a_certificate(
    probe: Probe, encrypted_mariadb: EncryptedMariaDB, case: str
) -> None:
    name, options = ACCEPTED[case]
    with encrypted_mariadb.showing(name or "localhost"):
        observation = await probe(
            "sql", url=encrypted_mariadb.url(**options), query=_CIPHER, expect=1
        )

    assert observation.outcome is Outcome.OK, observation


async def test_without_tls_the_login_is_refused(
    probe: Probe, encrypted_mariadb: EncryptedMariaDB
) -> None:
    by_account = await probe("sql", url=encrypted_mariadb.server.url())
    server = encrypted_mariadb.server
    server.as_root(
        "ALTER USER 'app'@'127.0.0.1' REQUIRE NONE; SET GLOBAL require_secure_transport = 1"
    )
    try:
        by_server = await probe("sql", url=server.url())
    finally:
        server.as_root(
            "ALTER USER 'app'@'127.0.0.1' REQUIRE SSL; SET GLOBAL require_secure_transport = 0"
        )

    assert kind_of(by_account) is FailureKind.LOGIN_REJECTED
    assert by_account.signal(SignalKind.DRIVER_CODE) == 1045
    assert kind_of(by_server) is FailureKind.LOGIN_REJECTED
    # MySQL says 3159.
    assert by_server.signal(SignalKind.DRIVER_CODE) == 1045


async def test_without_an_authority_those_of_the_system_are_asked(
    probe: Probe, encrypted_mariadb: EncryptedMariaDB
) -> None:
    observation = await probe("sql", url=encrypted_mariadb.url(sslrootcert=""))

    assert kind_of(observation) is FailureKind.TLS_UNTRUSTED, observation


async def test_a_refused_login_carries_its_codes_in_tls_too(
    probe: Probe, encrypted_mariadb: EncryptedMariaDB
) -> None:
    observation = await probe("sql", url=encrypted_mariadb.url().replace("app-password", "wrong"))

    assert kind_of(observation) is FailureKind.LOGIN_REJECTED
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.DRIVER_CODE) == 1045
    assert observation.signal(SignalKind.SQLSTATE) == "28000"


async def test_a_server_without_tls_is_told_apart(probe: Probe, tmp_path: Path) -> None:
    ca = authority_file(trustme.CA(), tmp_path)
    with mariadb_server("--skip-ssl") as server:
        url = f"{server.url()}?sslmode=verify-ca&sslrootcert={ca}"
        observation = await probe("sql", url=url)
        plain = await probe("sql", url=f"{server.url()}?sslmode=disable")

    assert kind_of(observation) is FailureKind.TLS_PLAINTEXT, observation
    assert observation.stage is Stage.TLS
    assert plain.outcome is Outcome.OK


async def test_a_server_that_freezes_is_left_at_the_deadline(
    prober: Prober, encrypted_mariadb: EncryptedMariaDB
) -> None:
    slow = make_check("sql", timeout=2, url=encrypted_mariadb.url(), query="SELECT SLEEP(30)")
    running = asyncio.ensure_future(prober.probe(slow))
    busy = "SELECT 1 FROM information_schema.processlist WHERE info = 'SELECT SLEEP(30)'"
    await eventually_async(lambda: encrypted_mariadb.server.as_root(busy))
    os.kill(encrypted_mariadb.server.pid, signal.SIGSTOP)
    try:
        observation = await running
        # A goodbye that is waited for takes as long as asyncio lets it, which is 30 s.
        await eventually_async(
            lambda: not connections_to(encrypted_mariadb.server.port), timeout=15
        )
    finally:
        os.kill(encrypted_mariadb.server.pid, signal.SIGCONT)

    assert kind_of(observation) is FailureKind.QUERY_TIMEOUT
    assert observation.duration_seconds < LONG_SECONDS
