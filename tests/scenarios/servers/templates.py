"""Databases made once per run and copied for each stand: making one takes seconds."""

import shutil
import signal
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.support.programs import require, run, running, unprivileged

ROLE = "credit"
PROBE = "probe"
PASSWORD = "bench-password"
DATABASE = "credit"
ACCOUNTS = 200

# The monitor's role is an ordinary one that may look at statistics.
POSTGRES_STATEMENTS = (
    f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'",
    f"CREATE ROLE {PROBE} LOGIN PASSWORD '{PASSWORD}' IN ROLE pg_monitor",
    f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
)
TABLE_STATEMENTS = (
    "CREATE TABLE accounts (id int PRIMARY KEY, credit_line numeric, used numeric)",
    f"INSERT INTO accounts SELECT n, 5000, n FROM generate_series(1, {ACCOUNTS}) n",
    "CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL)",
    "INSERT INTO products VALUES (1, 'credit pay'), (2, 'cash loan')",
    """CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      account_id int NOT NULL, amount numeric NOT NULL, trade_no text,
      created_at timestamptz NOT NULL DEFAULT now(), paid_at timestamptz,
      basket text NOT NULL DEFAULT repeat('goods ', 250))""",
    f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {PROBE}",
    f"GRANT CREATE ON SCHEMA public TO {PROBE}",
)
MARIADB_STATEMENTS = f"""
CREATE DATABASE ledger;
CREATE TABLE ledger.entries (id BIGINT AUTO_INCREMENT PRIMARY KEY, order_id BIGINT NOT NULL,
  amount DECIMAL(12,2) NOT NULL, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB;
CREATE USER '{ROLE}'@'%' IDENTIFIED BY '{PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger.* TO '{ROLE}'@'%';
CREATE USER '{PROBE}'@'%' IDENTIFIED BY '{PASSWORD}';
GRANT ALL ON ledger.* TO '{PROBE}'@'%';
GRANT PROCESS, REPLICATION CLIENT ON *.* TO '{PROBE}'@'%';
"""


class Templates:
    """The folder of the prepared databases of one run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Make both databases."""
        self._make_postgres(self._folder / "postgres")
        self._make_mariadb(self._folder / "mariadb")

    def copy_postgres(self, data: Path) -> None:
        """Copy the PostgreSQL cluster to *data*."""
        _copy(self._folder / "postgres" / "data", data, unprivileged("postgres"))

    def copy_mariadb(self, data: Path) -> None:
        """Copy the MariaDB data folder to *data*."""
        _copy(self._folder / "mariadb" / "data", data, unprivileged("mysql"))

    def _make_postgres(self, folder: Path) -> None:
        user = unprivileged("postgres")
        _own_folder(folder, user)
        data = folder / "data"
        access = ["--auth-local=trust", "--auth-host=scram-sha-256", "--username=postgres"]
        kind = ["--no-sync", "--encoding=UTF8", "--locale=C"]
        run([require("initdb"), "-D", data, *access, *kind], user, cwd=folder)
        _let_everybody_ask(data / "pg_hba.conf")
        server = [require("postgres"), "-D", data, "-k", folder, "-c", "listen_addresses="]
        with running(
            server,
            log=folder / "log",
            ready=lambda: _connects(folder),
            user=user,
            stop=signal.SIGINT,
        ):
            for database, statements in (
                ("postgres", POSTGRES_STATEMENTS),
                (DATABASE, TABLE_STATEMENTS),
            ):
                with psycopg.connect(
                    host=str(folder), user="postgres", dbname=database, autocommit=True
                ) as connection:
                    for each in statements:
                        # Tables belong to the application.
                        if database == DATABASE:
                            connection.execute(f"SET ROLE {ROLE}".encode())
                        connection.execute(each.encode())

    def _make_mariadb(self, folder: Path) -> None:
        user = unprivileged("mysql")
        _own_folder(folder, user)
        data = f"--datadir={folder / 'data'}"
        plain = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        run([require("mariadb-install-db"), "--no-defaults", data, *plain], user, cwd=folder)
        socket = folder / "socket"
        own = [f"--socket={socket}", f"--pid-file={folder / 'pid'}", "--skip-networking"]
        with running(
            [require("mariadbd"), "--no-defaults", data, *own],
            log=folder / "log",
            ready=socket.exists,
            user=user,
        ):
            login = ["--no-defaults", "--user=root", f"--socket={socket}"]
            run([require("mariadb"), *login, "--execute", MARIADB_STATEMENTS])


def _own_folder(folder: Path, user: str | None) -> None:
    folder.mkdir(parents=True)
    if user:
        shutil.chown(folder, user, user)


def _let_everybody_ask(access: Path) -> None:
    """Let the stand's own addresses log in, with a password."""
    with access.open("a") as file:
        file.write("host all all 10.77.0.0/16 scram-sha-256\n")
        file.write("host all all 127.0.0.0/8 scram-sha-256\n")


def _connects(folder: Path) -> bool:
    with suppress(psycopg.OperationalError):
        psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        return True
    return False


def _copy(template: Path, data: Path, user: str | None) -> None:
    run(["cp", "--archive", "--reflink=auto", template, data], user)
