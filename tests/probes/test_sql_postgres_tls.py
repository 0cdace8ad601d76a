"""The sql probe on a real PostgreSQL that wants TLS: what it trusts, and why it does not."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.libpq_verbosity import taken_apart
from monitor.probes.prober import Prober
from tests.probes.certificates import authority_file, client_files
from tests.probes.conftest import LONG_SECONDS, Probe, connections_to, kind_of, make_check
from tests.support.polling import eventually, eventually_async
from tests.support.postgres import PostgresServer, postgres_server

pytestmark = pytest.mark.external_service

_ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


@dataclass(frozen=True, kw_only=True)
class Encrypted:
    """A server that speaks TLS, and who vouches for it and for its clients."""

    server: PostgresServer
    authority: trustme.CA
    clients: trustme.CA

    def url(self, **options: object) -> str:
        """Return the URL with *options* of TLS; the authority of the server is trusted."""
        root = self.server.socket_folder / "ca.pem"
        trust = {"sslmode": "verify-full", "sslrootcert": root}
        given = "&".join(f"{name}={value}" for name, value in {**trust, **options}.items() if value)
        return f"{self.server.url().replace('127.0.0.1', 'localhost')}?{given}"

    @contextmanager
    def showing(self, name: str = "localhost", **dates: Any) -> Iterator[None]:
        """Let the server show another certificate inside the block."""
        self._show(self.authority.issue_cert(name, **dates))
        try:
            yield
        finally:
            self.show()

    def show(self) -> None:
        """Let the server show the certificate that its clients believe."""
        self._show(self.authority.issue_cert("localhost"))

    @contextmanager
    def letting_in(self, rule: str) -> Iterator[None]:
        """Let *rule* decide inside the block who may connect over TLS."""
        path = Path(self._value("SHOW hba_file"))
        before = path.read_text()
        path.write_text(f"hostssl all app all {rule}\n{before}")
        self._reload()
        try:
            yield
        finally:
            path.write_text(before)
            self._reload()

    def _show(self, issued: trustme.LeafCert) -> None:
        folder = self.server.socket_folder
        owner = folder.stat()
        for name, blob in (
            ("key.pem", issued.private_key_pem),
            ("chain.pem", issued.cert_chain_pems[0]),
        ):
            path = folder / name
            blob.write_to_path(str(path))
            path.chmod(0o600)
            os.chown(path, owner.st_uid, owner.st_gid)
        self._reload()

    def _reload(self) -> None:
        """Return once connections that begin now are made by what is written."""
        before = self._value("SELECT pg_conf_load_time()")
        self._value("SELECT pg_reload_conf()")
        eventually(lambda: self._value("SELECT pg_conf_load_time()") > before)

    def _value(self, query: str) -> Any:
        with self.server.as_superuser() as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Encrypted]:
    with postgres_server() as server:
        folder = server.socket_folder
        found = Encrypted(server=server, authority=trustme.CA(), clients=trustme.CA())
        authority_file(found.authority, folder)
        found.show()
        settings = {
            "ssl_cert_file": folder / "chain.pem",
            "ssl_key_file": folder / "key.pem",
            "ssl_ca_file": authority_file(found.clients, folder, "clients.pem"),
            "ssl": "on",
        }
        with server.as_superuser() as connection:
            for name, value in settings.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        found.show()
        yield found


ACCEPTED: dict[str, tuple[str, dict[str, object]]] = {
    "for the host": ("", {}),
    "encrypted, whoever it is": ("other.test", {"sslmode": "require", "sslrootcert": ""}),
    "whoever is trusted": ("other.test", {"sslmode": "verify-ca"}),
    "where it can be had": ("other.test", {"sslmode": "prefer"}),
}


@pytest.mark.parametrize("case", ACCEPTED)
async def test_a_query_and_a_heartbeat_are_ok_over_tls(
    probe: Probe, encrypted: Encrypted, case: str
) -> None:
    name, options = ACCEPTED[case]
    url = encrypted.url(**options)
    with encrypted.showing(name or "localhost"), encrypted.server.fresh_database() as database:
        observation = await probe(
            "sql",
            url=url.replace("/postgres?", f"/{database}?"),
            query=_ENCRYPTED,
            expect=True,
            heartbeat={"table": "heartbeat"},
        )

    assert observation.outcome is Outcome.OK, observation
    assert set(observation.phases) == {Phase.CONNECT, Phase.LOGIN, Phase.QUERY, Phase.WRITE}


FAULTS: dict[str, tuple[str, int, FailureKind, int]] = {
    "expired": ("localhost", -3, FailureKind.TLS_EXPIRED, 10),
    "of another host": ("other.test", 90, FailureKind.TLS_WRONG_HOST, 62),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_certificate_that_is_not_believed_says_why(
    probe: Probe, encrypted: Encrypted, fault: str
) -> None:
    name, days, kind, code = FAULTS[fault]
    ends = datetime.now(UTC) + timedelta(days=days)
    with encrypted.showing(name, not_after=ends):
        observation = await probe("sql", url=encrypted.url())

    assert (kind_of(observation), observation.stage) == (kind, Stage.TLS), observation
    assert observation.signal(SignalKind.TLS_VERIFY_CODE) == code
    assert observation.signal(SignalKind.TLS_REASON) == "CERTIFICATE_VERIFY_FAILED"
    assert observation.signal(SignalKind.SQLSTATE) is None
    assert set(observation.phases) == {Phase.CONNECT, Phase.LOGIN}


async def test_an_authority_that_is_unknown_is_not_trusted(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    other = authority_file(trustme.CA(), tmp_path)
    for root in (other, "system"):
        observation = await probe("sql", url=encrypted.url(sslrootcert=root))

        assert kind_of(observation) is FailureKind.TLS_UNTRUSTED, observation
        assert observation.signal(SignalKind.TLS_VERIFY_CODE) in {18, 19, 20, 21}


LOGINS = {"app-password": ("wrong", "28P01"), "/postgres": ("/absent", "3D000")}


@pytest.mark.parametrize("part", LOGINS)
async def test_a_refused_login_carries_its_sqlstate_in_tls_too(
    probe: Probe, encrypted: Encrypted, part: str
) -> None:
    wrong, sqlstate = LOGINS[part]
    observation = await probe("sql", url=encrypted.url().replace(part, wrong))

    assert kind_of(observation) is FailureKind.LOGIN_REJECTED, observation
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.SQLSTATE) == sqlstate
    assert observation.failure
    assert sqlstate not in observation.failure.detail
    assert "\n" not in observation.failure.detail


async def test_too_many_connections_are_a_refusal_of_the_server(
    probe: Probe, encrypted: Encrypted
) -> None:
    with ExitStack() as stack:
        with suppress(psycopg.OperationalError):
            for _ in range(60):
                connection = psycopg.connect(encrypted.server.url(driver="postgresql"))
                stack.callback(connection.close)
        observation = await probe("sql", url=encrypted.url())

    assert kind_of(observation) is FailureKind.SERVER_REJECTED
    assert observation.signal(SignalKind.SQLSTATE) == "53300"


async def test_what_we_show_of_ourselves_is_looked_at(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    known = dict(zip(("sslcert", "sslkey"), client_files(encrypted.clients, good), strict=True))
    other = dict(zip(("sslcert", "sslkey"), client_files(trustme.CA(), bad), strict=True))
    for folder in (good, bad):
        (folder / "client.key").chmod(0o600)
    with encrypted.letting_in("scram-sha-256 clientcert=verify-ca"):
        shown = await probe("sql", url=encrypted.url(**known))
        missing = await probe("sql", url=encrypted.url())
        strange = await probe("sql", url=encrypted.url(**other))

    assert shown.outcome is Outcome.OK, shown
    assert kind_of(missing) is FailureKind.LOGIN_REJECTED, missing
    assert missing.signal(SignalKind.SQLSTATE) == "28000"
    assert kind_of(strange) is FailureKind.TLS_CLIENT_CERTIFICATE, strange
    assert strange.stage is Stage.TLS


async def test_a_server_without_tls_is_told_apart(
    probe: Probe, postgres: PostgresServer, tmp_path: Path
) -> None:
    ca = authority_file(trustme.CA(), tmp_path)
    observation = await probe("sql", url=f"{postgres.url()}?sslmode=verify-ca&sslrootcert={ca}")
    plain = await probe("sql", url=f"{postgres.url()}?sslmode=prefer")

    assert kind_of(observation) is FailureKind.TLS_PLAINTEXT, observation
    assert observation.stage is Stage.TLS
    assert plain.outcome is Outcome.OK


async def test_a_file_that_cannot_be_used_is_a_fault_of_our_own(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    observation = await probe("sql", url=encrypted.url(sslrootcert=broken))

    assert kind_of(observation) is FailureKind.LOCAL_RESOURCE, observation


async def test_nothing_is_left_open(prober: Prober, encrypted: Encrypted, tmp_path: Path) -> None:
    other = authority_file(trustme.CA(), tmp_path)
    for root in (encrypted.server.socket_folder / "ca.pem", other):
        check = make_check("sql", url=encrypted.url(sslrootcert=root))
        for _ in range(3):
            await prober.probe(check)
    await eventually_async(lambda: not connections_to(encrypted.server.port))


async def test_a_server_that_freezes_is_left_at_the_deadline(
    prober: Prober, encrypted: Encrypted
) -> None:
    slow = make_check("sql", timeout=2, url=encrypted.url(), query="SELECT pg_sleep(30)")
    running = asyncio.ensure_future(prober.probe(slow))

    def found() -> int:
        with encrypted.server.as_superuser() as connection:
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
