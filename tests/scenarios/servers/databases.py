"""The stand's databases: real servers, with what an administrator may do to them."""

import shutil
import signal
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.scenarios.crew import Crew
from tests.scenarios.network import Side
from tests.scenarios.servers import places
from tests.scenarios.servers.templates import DATABASE, PASSWORD, Templates
from tests.scenarios.watchdog import Watchdog
from tests.support.programs import require, run, unprivileged

SMALL_DISK_MEGABYTES = 20
POSTGRES_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "synchronous_commit": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    # With the SQLSTATE of each line, as the logs check wants it.
    "log_line_prefix": "%m [%p] %e ",
    "autovacuum_naptime": "60s",
}
MARIADB_SETTINGS = (
    "--innodb-buffer-pool-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
    "--max-connections=40",
    "--performance-schema=OFF",
    "--skip-name-resolve",
)


class Postgres:
    """Accounts and orders."""

    def __init__(self, crew: Crew, host: str, templates: Templates) -> None:
        self._crew = crew
        self._host = host
        self._user = unprivileged("postgres")
        self.folder = _folder(crew, "postgres", self._user)
        self.data = self.folder / "data"
        self.log = crew.log_of("postgres")
        self.small_disk = crew.folder / "small-disk"
        templates.copy_postgres(self.data)

    def start(self) -> None:
        """Start the server and return once it takes queries."""
        options = [part for item in POSTGRES_SETTINGS.items() for part in ("-c", "=".join(item))]
        listen = ["-h", self._host, "-p", str(places.POSTGRES), "-k", self.folder]
        self._crew.start(
            "postgres",
            [require("postgres"), "-D", self.data, *listen, *options],
            Side.INSIDE,
            ready=self._answers,
            user=self._user,
        )

    def move_to_small_disk(self, watchdog: Watchdog) -> None:
        """Mount a small file system and put what is written often on it."""
        self.small_disk.mkdir()
        options = f"size={SMALL_DISK_MEGABYTES}m,mode=0755"
        watchdog.note("mount", self.small_disk)
        run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.small_disk])
        place = self.small_disk / "data"
        place.mkdir()
        if self._user:
            shutil.chown(place, self._user, self._user)
        with self.connect() as connection:
            for each in (
                f"CREATE TABLESPACE small LOCATION '{place}'",
                "GRANT CREATE ON TABLESPACE small TO PUBLIC",
                f"ALTER DATABASE {DATABASE} SET default_tablespace = small",
                "ALTER TABLE orders SET TABLESPACE small",
                "ALTER INDEX orders_pkey SET TABLESPACE small",
            ):
                connection.execute(each.encode())

    def stop(self) -> None:
        """Stop the server as `pg_ctl stop -m fast` does."""
        self._crew.end("postgres", signal.SIGINT)

    def connect(self, role: str = "postgres", application: str = "bench") -> psycopg.Connection:
        """Connect over the unix socket, which no namespace is in the way of."""
        return psycopg.connect(
            host=str(self.folder),
            port=places.POSTGRES,
            dbname=DATABASE,
            user=role,
            application_name=application,
            autocommit=True,
        )

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            self.connect().close()
            return True
        return False


class MariaDB:
    """The ledger."""

    def __init__(self, crew: Crew, host: str, templates: Templates) -> None:
        self._crew = crew
        self._host = host
        self._user = unprivileged("mysql")
        self.folder = _folder(crew, "mariadb", self._user)
        self._socket = self.folder / "socket"
        templates.copy_mariadb(self.folder / "data")

    def start(self) -> None:
        """Start the server and return once it listens."""
        self._socket.unlink(missing_ok=True)
        place = [f"--bind-address={self._host}", f"--port={places.MARIADB}"]
        own = [f"--socket={self._socket}", f"--pid-file={self.folder / 'pid'}"]
        data = f"--datadir={self.folder / 'data'}"
        self._crew.start(
            "mariadb",
            [require("mariadbd"), "--no-defaults", data, *place, *own, *MARIADB_SETTINGS],
            Side.INSIDE,
            ready=self._socket.exists,
            user=self._user,
        )

    def as_root(self, statements: str) -> str:
        """Run statements with all rights; return the rows as text."""
        return run([*self._client(), "--execute", statements])

    def start_client(self, name: str, statements: str, user: str = "root") -> None:
        """Run statements that take their time beside everything else."""
        self._crew.start(name, [*self._client(user), "--execute", statements], Side.INSIDE)

    def end_clients(self, running: str) -> None:
        """End the sessions whose statement begins with *running*; a client may be gone before."""
        like = f"SELECT id FROM information_schema.processlist WHERE info LIKE '{running}%'"
        for each in self.as_root(like).split():
            self.as_root(f"KILL {each}")

    def _client(self, user: str = "root") -> list[str]:
        login = ["--no-defaults", f"--user={user}", f"--socket={self._socket}", "--batch"]
        if user != "root":
            login.append(f"--password={PASSWORD}")
        return [require("mariadb"), *login, "--skip-column-names"]


class Redis:
    """The queue of messages to the settlement."""

    def __init__(self, crew: Crew, host: str) -> None:
        self._crew = crew
        self._host = host
        self._socket = crew.place("redis") / "socket"

    def start(self) -> None:
        """Start the server and return once it listens."""
        place = ["--bind", self._host, "--port", places.REDIS, "--unixsocket", self._socket]
        keep = ["--save", "", "--appendonly", "no", "--protected-mode", "no"]
        server = [require("redis-server"), *place, *keep]
        self._crew.start("redis", server, Side.INSIDE, ready=self._socket.exists)

    def command(self, *words: object) -> str:
        """Run one command as an administrator."""
        return run([require("redis-cli"), "-s", self._socket, *words])


def _folder(crew: Crew, name: str, user: str | None) -> Path:
    folder = crew.place(name)
    if user:
        shutil.chown(folder, user, user)
    return folder
