"""A MariaDB and a PostgreSQL that speak TLS, and who vouches for them and for their clients."""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import trustme

from tests.probes.certificates import authority_file
from tests.support.mariadb import MariaDBServer, mariadb_server
from tests.support.polling import eventually
from tests.support.postgres import PostgresServer, postgres_server
from tests.support.programs import scratch_folder, unprivileged

_RULE = "hostssl all app all scram-sha-256 clientcert=verify-ca"


class Encrypted(Protocol):
    """A server that speaks TLS, whichever it is."""

    clients: trustme.CA

    @property
    def port(self) -> int: ...

    def url(self, **options: object) -> str:
        """Return the URL with *options* of TLS; the authority of the server is trusted."""
        ...

    def showing(self, name: str = "localhost", **dates: Any) -> AbstractContextManager[None]:
        """Let the server show another certificate inside the block."""
        ...

    def wanting_certificates(self) -> AbstractContextManager[None]:
        """Let in nobody inside the block who shows no certificate."""
        ...


def _with_options(url: str, root: Path, options: dict[str, object]) -> str:
    trust = {"sslmode": "verify-full", "sslrootcert": root}
    given = "&".join(f"{name}={value}" for name, value in {**trust, **options}.items() if value)
    return f"{url.replace('127.0.0.1', 'localhost')}?{given}"


@dataclass(kw_only=True)
class EncryptedMariaDB:
    """A server whose ordinary role may log in over TLS alone."""

    server: MariaDBServer
    folder: Path
    authority: trustme.CA
    clients: trustme.CA

    @property
    def port(self) -> int:
        return self.server.port

    def url(self, **options: object) -> str:
        return _with_options(self.server.url(), self.folder / "ca.pem", options)

    @contextmanager
    def showing(self, name: str = "localhost", **dates: Any) -> Iterator[None]:
        _issue(self.folder, self.authority.issue_cert(name, **dates))
        self.server.as_root("FLUSH SSL")
        try:
            yield
        finally:
            _issue(self.folder, self.authority.issue_cert("localhost"))
            self.server.as_root("FLUSH SSL")

    @contextmanager
    def wanting_certificates(self) -> Iterator[None]:
        self.server.as_root("ALTER USER 'app'@'127.0.0.1' REQUIRE X509")
        try:
            yield
        finally:
            self.server.as_root("ALTER USER 'app'@'127.0.0.1' REQUIRE SSL")


def _issue(folder: Path, issued: trustme.LeafCert) -> None:
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    user = unprivileged("mysql")
    if user:
        for each in folder.iterdir():
            shutil.chown(each, user, user)


@contextmanager
def encrypted_mariadb_server() -> Iterator[EncryptedMariaDB]:
    """Run one inside the block."""
    authority, clients = trustme.CA(), trustme.CA()
    with scratch_folder(unprivileged("mysql")) as folder:
        authority_file(authority, folder)
        _issue(folder, authority.issue_cert("localhost"))
        files = ("cert", folder / "cert.pem"), ("key", folder / "key.pem")
        ca = authority_file(clients, folder, "clients.pem")
        options = [*(f"--ssl-{name}={path}" for name, path in files), f"--ssl-ca={ca}"]
        with mariadb_server(*options) as server:
            server.as_root("ALTER USER 'app'@'127.0.0.1' REQUIRE SSL")
            yield EncryptedMariaDB(
                server=server, folder=folder, authority=authority, clients=clients
            )


@dataclass(kw_only=True)
class EncryptedPostgres:
    """A server that speaks TLS, and who vouches for it and for its clients."""

    server: PostgresServer
    authority: trustme.CA
    clients: trustme.CA

    @property
    def port(self) -> int:
        return self.server.port

    def url(self, **options: object) -> str:
        return _with_options(self.server.url(), self.server.socket_folder / "ca.pem", options)

    @contextmanager
    def showing(self, name: str = "localhost", **dates: Any) -> Iterator[None]:
        self._show(self.authority.issue_cert(name, **dates))
        try:
            yield
        finally:
            self.show()

    def show(self) -> None:
        """Let the server show the certificate that its clients believe."""
        self._show(self.authority.issue_cert("localhost"))

    @contextmanager
    def wanting_certificates(self) -> Iterator[None]:
        path = Path(self._value("SHOW hba_file"))
        before = path.read_text()
        path.write_text(f"{_RULE}\n{before}")
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


@contextmanager
def encrypted_postgres_server() -> Iterator[EncryptedPostgres]:
    """Run one inside the block."""
    with postgres_server() as server:
        folder = server.socket_folder
        found = EncryptedPostgres(server=server, authority=trustme.CA(), clients=trustme.CA())
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
