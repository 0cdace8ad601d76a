"""A real MariaDB server for the tests that ask for one, with a fresh database for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests.support.programs import (
    accepts,
    free_port,
    require,
    run,
    running,
    scratch_folder,
    unprivileged,
)

ROLE = "app"
PASSWORD = "app-password"

_SETTINGS = [
    "--bind-address=127.0.0.1",
    "--innodb-buffer-pool-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
    "--max-connections=40",
    "--performance-schema=OFF",
    "--skip-name-resolve",
]
_names = count(1)


@dataclass(frozen=True, kw_only=True)
class MariaDBServer:
    """Where the server listens, and who may connect."""

    port: int
    socket: Path
    pid: int
    host: str = "127.0.0.1"

    def url(self, database: str = "", *, role: str = ROLE, driver: str = "mysql+asyncmy") -> str:
        """Return the SQLAlchemy URL."""
        return f"{driver}://{role}:{PASSWORD}@{self.host}:{self.port}/{database}"

    def as_root(self, statements: str) -> str:
        """Run statements with all rights, over the unix socket; return the rows as text."""
        login = ["--no-defaults", "--user=root", f"--socket={self.socket}", "--batch"]
        return run([require("mariadb"), *login, "--skip-column-names", "--execute", statements])

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Name an empty database of the ordinary role that is gone afterwards."""
        name = f"test_{next(_names)}"
        self.as_root(f"CREATE DATABASE {name}; GRANT ALL ON {name}.* TO '{ROLE}'@'127.0.0.1'")
        try:
            yield name
        finally:
            self.as_root(f"DROP DATABASE {name}")


@contextmanager
def mariadb_server(*options: str) -> Iterator[MariaDBServer]:
    """Run a server of its own inside the block, with further *options*."""
    user = unprivileged("mysql")
    install, server = require("mariadb-install-db"), require("mariadbd")
    with scratch_folder(user) as folder:
        data = f"--datadir={folder / 'data'}"
        plain = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        run([install, "--no-defaults", data, *plain], user, cwd=folder)
        port, socket = free_port(), folder / "socket"
        own = [f"--port={port}", f"--socket={socket}", f"--pid-file={folder / 'pid'}"]
        with running(
            [server, "--no-defaults", data, *own, *_SETTINGS, *options],
            log=folder / "log",
            ready=lambda: accepts(port),
            user=user,
        ) as process:
            yield _with_role(MariaDBServer(port=port, socket=socket, pid=process.pid))


def _with_role(server: MariaDBServer) -> MariaDBServer:
    server.as_root(f"CREATE USER '{ROLE}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
    return server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDBServer]:
    """One server for the whole session; a test that harms it runs `mariadb_server` itself."""
    with mariadb_server() as server:
        yield server


@pytest.fixture
def mariadb_url(mariadb: MariaDBServer) -> Iterator[str]:
    """URL of a fresh database that the ordinary role may use."""
    with mariadb.fresh_database() as name:
        yield mariadb.url(name)
