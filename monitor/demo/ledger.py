"""The ledger: a real PostgreSQL server with one ordinary role, on loopback only."""

import shutil
import signal
from pathlib import Path

import psutil

from monitor.demo.files import ensure_secret
from monitor.demo.identity import ProcessRecord
from monitor.demo.layout import Layout
from monitor.demo.ledger_schema import TABLE_STATEMENTS, grant_statement, role_statements
from monitor.demo.pool import DATABASE, ROLE
from monitor.demo.ports import HOST
from monitor.demo.postgres import PostgresError, Programs
from monitor.demo.waiting import wait_until

ADMINISTRATOR = "ledger_admin"
START_ATTEMPTS = 10
STOP_SECONDS = 10.0

# Small, quiet and durable. Failing statements are the gateway's to report, not the log's.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 40
shared_buffers = 16MB
log_min_messages = log
log_checkpoints = off
autovacuum_naptime = 60s
"""

# Nobody else can log in, the administrator included: the tables are made before the start.
ACCESS = f"host {DATABASE} {ROLE} 127.0.0.1/32 scram-sha-256\n"


class Ledger:
    """Prepares, starts, finds and stops the database server of one data directory."""

    def __init__(self, layout: Layout, programs: Programs) -> None:
        self._layout = layout
        self._programs = programs
        self._folder = layout.ledger
        self._data = layout.ledger / "data"
        self._log = layout.logs / "ledger-programs.log"

    def prepare(self) -> None:
        """Make the database, unless it exists; a half-made one is thrown away."""
        password = ensure_secret(self._layout.ledger_password)
        if self._data.exists():
            return
        self._make_folder()
        self._programs.let_in(self._folder)
        draft = self._folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        options = ("-U", ADMINISTRATOR, "--auth=reject", "--encoding=UTF8", "--no-locale")
        self._programs.run("initdb", "-D", str(draft), *options, log=self._log)
        self._configure(draft)
        self._execute(draft, "postgres", role_statements(ROLE, password, DATABASE))
        self._execute(draft, DATABASE, (*TABLE_STATEMENTS, grant_statement(ROLE)))
        draft.rename(self._data)

    def start(self, port: int) -> ProcessRecord:
        """Start the server, and return once it answers; one that runs already is adopted.

        After a SIGKILL of the postmaster its children need a moment to notice, and until
        they have gone it does not start.
        """
        for attempt in range(1, START_ATTEMPTS + 1):
            if running := self.running():
                return running
            self._forget_stale_pid()
            try:
                self._start_once(port)
            except PostgresError:
                if attempt == START_ATTEMPTS:
                    raise
                wait_until(lambda: False, 0.5)
        raise PostgresError("the ledger started and was gone again")

    def stop(self) -> None:
        """End the server: sessions are aborted, the data is left clean."""
        server = self.running()
        if server is None:
            return
        for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            server.send(order)
            if wait_until(lambda: not server.is_running(), STOP_SECONDS):
                return

    def running(self) -> ProcessRecord | None:
        """Return the postmaster of our data directory, if it runs."""
        pid = self._recorded_pid()
        return ProcessRecord.of(pid) if pid is not None and self._is_ours(pid) else None

    def _start_once(self, port: int) -> None:
        self._programs.let_in(self._folder)
        server_log = self._folder / "ledger.log"
        arguments = ("-D", str(self._data), "-l", str(server_log), "-w", "-t", "20")
        self._programs.run(
            "pg_ctl", *arguments, "-o", f"-h {HOST} -p {port}", "start", log=self._log
        )

    def _make_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._programs.give(self._folder)

    def _configure(self, data: Path) -> None:
        with (data / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.write(SETTINGS)
        (data / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")

    def _execute(self, data: Path, database: str, statements: tuple[str, ...]) -> None:
        """Run statements in single-user mode: no network, no administrator's password.

        With -j a statement ends at a semicolon and two newlines. This mode exits with 0
        after a failed statement too, so the first connection is what proves the result.
        """
        script = "".join(f"{statement};\n\n" for statement in statements)
        mode = ("--single", "-j", "-c", "exit_on_error=on", "-D", str(data), database)
        self._programs.run("postgres", *mode, log=self._log, stdin=script)

    def _recorded_pid(self) -> int | None:
        try:
            first = (self._data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0]
            return int(first)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None

    def _is_ours(self, pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            return process.name() == "postgres" and str(self._data) in process.cmdline()
        except psutil.Error:
            return False

    def _forget_stale_pid(self) -> None:
        """Remove a pid file whose pid belongs to somebody else: the server would not start."""
        pid = self._recorded_pid()
        if pid is not None and psutil.pid_exists(pid) and not self._is_ours(pid):
            (self._data / "postmaster.pid").unlink(missing_ok=True)
