"""A real PostgreSQL server for the tests that ask for one, with a fresh database for each."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.support.programs import (
    free_port,
    require,
    run,
    running,
    scratch_folder,
    unprivileged,
)

SUPERUSER = "postgres"
ROLE = "app"
PASSWORD = "app-password"

_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "synchronous_commit": "off",
}
_names = count(1)


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    """Where the server listens, and who may connect."""

    port: int
    socket_folder: Path
    pid: int
    host: str = "127.0.0.1"

    def url(
        self, database: str = "postgres", *, role: str = ROLE, driver: str = "postgresql+psycopg"
    ) -> str:
        """Return the SQLAlchemy URL; the superuser has the same password as the ordinary role."""
        return f"{driver}://{role}:{PASSWORD}@{self.host}:{self.port}/{database}"

    def as_superuser(self, database: str = "postgres") -> psycopg.Connection:
        """Connect with all rights, each statement its own transaction; the caller closes."""
        url = self.url(database, role=SUPERUSER, driver="postgresql")
        return psycopg.connect(url, autocommit=True)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Name an empty database of the ordinary role that is gone afterwards."""
        name = f"test_{next(_names)}"
        create = sql.SQL("CREATE DATABASE {} OWNER {}")
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        with self.as_superuser() as connection:
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(ROLE)))
        try:
            yield name
        finally:
            with self.as_superuser() as connection:
                connection.execute(drop.format(sql.Identifier(name)))


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a cluster of its own inside the block."""
    user = unprivileged("postgres")
    initdb, server = require("initdb"), require("postgres")
    with scratch_folder(user) as folder:
        _create_cluster(initdb, folder, user)
        port = free_port()
        options = [f"--{key}={value}" for key, value in _SETTINGS.items()]
        command = [server, "-D", folder / "data", "-p", str(port), "-k", folder, *options]
        with running(
            command,
            log=folder / "log",
            ready=lambda: answers(folder, port),
            user=user,
            stop=signal.SIGINT,
        ) as process:
            yield _with_role(PostgresServer(port=port, socket_folder=folder, pid=process.pid))


def answers(folder: Path, port: int) -> bool:
    """Say whether the server is up; while it starts, it listens already but refuses everybody."""
    try:
        psycopg.connect(host=str(folder), port=port, user=SUPERUSER, dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _create_cluster(initdb: str, folder: Path, user: str | None) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    access = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"]
    secret.chmod(0o644)
    kind = ["--no-sync", "--encoding=UTF8", "--locale=C", "--username", SUPERUSER]
    run([initdb, "-D", folder / "data", *access, *kind], user, cwd=folder)


def _with_role(server: PostgresServer) -> PostgresServer:
    create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
    with server.as_superuser() as connection:
        connection.execute(create.format(sql.Identifier(ROLE), sql.Literal(PASSWORD)))
    return server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the whole session; a test that harms it runs `postgres_server` itself."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """URL of a fresh database that the ordinary role owns."""
    with postgres.fresh_database() as name:
        yield postgres.url(name)
