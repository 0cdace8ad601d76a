"""The sql probe on a real MariaDB that wants TLS: what it trusts, and why it does not."""

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.certificates import authority_file, client_files
from tests.probes.conftest import LONG_SECONDS, Probe, connections_to, kind_of, make_check
from tests.support.mariadb import MariaDBServer, mariadb_server
from tests.support.polling import eventually_async
from tests.support.programs import scratch_folder, unprivileged

pytestmark = pytest.mark.external_service

_CIPHER = (
    "SELECT variable_value <> '' FROM information_schema.session_status "
    "WHERE variable_name = 'Ssl_cipher'"
)


@dataclass(frozen=True, kw_only=True)
class Encrypted:
    """A server whose ordinary role may log in over TLS alone, and who vouches for it."""

    server: MariaDBServer
    folder: Path
    authority: trustme.CA
    clients: trustme.CA

    def url(self, **options: object) -> str:
        """Return the URL with *options* of TLS; the authority of the server is trusted."""
        trust = {"sslmode": "verify-full", "sslrootcert": self.folder / "ca.pem"}
        given = "&".join(f"{name}={value}" for name, value in {**trust, **options}.items() if value)
        return f"{self.server.url().replace('127.0.0.1', 'localhost')}?{given}"

    @contextmanager
    def showing(self, name: str = "localhost", **dates: Any) -> Iterator[None]:
        """Let the server show another certificate inside the block."""
        _issue(self.folder, self.authority.issue_cert(name, **dates))
        self.server.as_root("FLUSH SSL")
        try:
            yield
        finally:
            _issue(self.folder, self.authority.issue_cert("localhost"))
            self.server.as_root("FLUSH SSL")


def _issue(folder: Path, issued: trustme.LeafCert) -> None:
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    user = unprivileged("mysql")
    if user:
        for each in folder.iterdir():
            shutil.chown(each, user, user)


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Encrypted]:
    authority, clients = trustme.CA(), trustme.CA()
    with scratch_folder(unprivileged("mysql")) as folder:
        authority_file(authority, folder)
        _issue(folder, authority.issue_cert("localhost"))
        files = ("cert", folder / "cert.pem"), ("key", folder / "key.pem")
        ca = authority_file(clients, folder, "clients.pem")
        options = [*(f"--ssl-{name}={path}" for name, path in files), f"--ssl-ca={ca}"]
        with mariadb_server(*options) as server:
            server.as_root("ALTER USER 'app'@'127.0.0.1' REQUIRE SSL")
            yield Encrypted(server=server, folder=folder, authority=authority, clients=clients)


async def test_a_query_and_a_heartbeat_are_ok_with_every_phase(
    probe: Probe, encrypted: Encrypted
) -> None:
    with encrypted.server.fresh_database() as name:
        observation = await probe(
            "sql",
            url=encrypted.url().replace("/?", f"/{name}?"),
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
    probe: Probe, encrypted: Encrypted, case: str
) -> None:
    name, options = ACCEPTED[case]
    with encrypted.showing(name or "localhost"):
        observation = await probe("sql", url=encrypted.url(**options), query=_CIPHER, expect=1)

    assert observation.outcome is Outcome.OK, observation


async def test_without_tls_the_login_is_refused(probe: Probe, encrypted: Encrypted) -> None:
    by_account = await probe("sql", url=encrypted.server.url())
    server = encrypted.server
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
    assert observation.signal(SignalKind.ERRNO) is None
    assert {Phase.CONNECT, Phase.LOGIN, Phase.TLS} <= set(observation.phases)
    assert Phase.QUERY not in observation.phases


async def test_an_authority_that_is_unknown_is_not_trusted(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    other = authority_file(trustme.CA(), tmp_path)
    for options in ({"sslrootcert": other}, {"sslrootcert": "system"}, {"sslrootcert": ""}):
        observation = await probe("sql", url=encrypted.url(**options))

        assert kind_of(observation) is FailureKind.TLS_UNTRUSTED, observation
        assert observation.signal(SignalKind.TLS_VERIFY_CODE) in {18, 19, 20, 21}


async def test_a_refused_login_carries_its_codes_in_tls_too(
    probe: Probe, encrypted: Encrypted
) -> None:
    observation = await probe("sql", url=encrypted.url().replace("app-password", "wrong"))

    assert kind_of(observation) is FailureKind.LOGIN_REJECTED
    assert observation.stage is Stage.PROTOCOL
    assert observation.signal(SignalKind.DRIVER_CODE) == 1045
    assert observation.signal(SignalKind.SQLSTATE) == "28000"


async def test_what_we_show_of_ourselves_is_looked_at(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    bad.mkdir()
    known = dict(zip(("sslcert", "sslkey"), client_files(encrypted.clients, good), strict=True))
    other = dict(zip(("sslcert", "sslkey"), client_files(trustme.CA(), bad), strict=True))
    encrypted.server.as_root("ALTER USER 'app'@'127.0.0.1' REQUIRE X509")
    try:
        shown = await probe("sql", url=encrypted.url(**known))
        missing = await probe("sql", url=encrypted.url())
        strange = await probe("sql", url=encrypted.url(**other))
    finally:
        encrypted.server.as_root("ALTER USER 'app'@'127.0.0.1' REQUIRE SSL")

    assert shown.outcome is Outcome.OK, shown
    assert kind_of(missing) is FailureKind.LOGIN_REJECTED
    assert kind_of(strange) is FailureKind.TLS_CLIENT_CERTIFICATE, strange
    assert strange.stage is Stage.TLS


async def test_a_server_without_tls_is_told_apart(probe: Probe, tmp_path: Path) -> None:
    ca = authority_file(trustme.CA(), tmp_path)
    with mariadb_server("--skip-ssl") as server:
        url = f"{server.url()}?sslmode=verify-ca&sslrootcert={ca}"
        observation = await probe("sql", url=url)
        plain = await probe("sql", url=f"{server.url()}?sslmode=disable")

    assert kind_of(observation) is FailureKind.TLS_PLAINTEXT, observation
    assert observation.stage is Stage.TLS
    assert plain.outcome is Outcome.OK


async def test_a_file_that_cannot_be_used_is_a_fault_of_our_own(
    probe: Probe, encrypted: Encrypted, tmp_path: Path
) -> None:
    broken = tmp_path / "ca.pem"
    broken.write_text("no certificate")
    observation = await probe("sql", url=encrypted.url(sslrootcert=broken))

    assert kind_of(observation) is FailureKind.LOCAL_RESOURCE


async def test_nothing_is_left_open(prober: Prober, encrypted: Encrypted, tmp_path: Path) -> None:
    other = authority_file(trustme.CA(), tmp_path)
    for root in (encrypted.folder / "ca.pem", other):
        check = make_check("sql", url=encrypted.url(sslrootcert=root))
        for _ in range(3):
            await prober.probe(check)
    await eventually_async(lambda: not connections_to(encrypted.server.port))


async def test_a_server_that_freezes_is_left_at_the_deadline(
    prober: Prober, encrypted: Encrypted
) -> None:
    slow = make_check("sql", timeout=2, url=encrypted.url(), query="SELECT SLEEP(30)")
    running = asyncio.ensure_future(prober.probe(slow))
    busy = "SELECT 1 FROM information_schema.processlist WHERE info = 'SELECT SLEEP(30)'"
    await eventually_async(lambda: encrypted.server.as_root(busy))
    os.kill(encrypted.server.pid, signal.SIGSTOP)
    try:
        observation = await running
        # A goodbye that is waited for takes as long as asyncio lets it, which is 30 s.
        await eventually_async(lambda: not connections_to(encrypted.server.port), timeout=15)
    finally:
        os.kill(encrypted.server.pid, signal.SIGCONT)

    assert kind_of(observation) is FailureKind.QUERY_TIMEOUT
    assert observation.duration_seconds < LONG_SECONDS
