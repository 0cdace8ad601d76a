"""A real PostgreSQL primary with a streaming replica, for tests that may harm both."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.postgres import PASSWORD, SUPERUSER, PostgresServer, answers, postgres_server
from tests.support.programs import free_port, require, run, running, scratch_folder, unprivileged


@contextmanager
def replica_of(primary: PostgresServer) -> Iterator[PostgresServer]:
    """Run a streaming replica of *primary* inside the block."""
    user = unprivileged("postgres")
    login = f"host={primary.host} port={primary.port} user={SUPERUSER} password={PASSWORD}"
    with scratch_folder(user) as folder:
        data, port = folder / "data", free_port()
        copy = ["--checkpoint=fast", "--no-sync", "--write-recovery-conf", "--wal-method=stream"]
        run([require("pg_basebackup"), "-D", data, "-d", login, *copy], user, cwd=folder)
        settings = ["--fsync=off", "--listen_addresses=127.0.0.1", "--shared_buffers=16MB"]
        with running(
            # A replica takes no fewer connections than its primary.
            [require("postgres"), "-D", data, "-p", port, "-k", folder, *settings, "-N", "40"],
            log=folder / "log",
            ready=lambda: answers(folder, port),
            user=user,
            stop=signal.SIGINT,
        ) as process:
            yield PostgresServer(port=port, socket_folder=folder, pid=process.pid)


@contextmanager
def replicated_postgres() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """Run a primary and its replica inside the block."""
    with postgres_server() as primary, replica_of(primary) as replica:
        yield primary, replica
