"""Faults of the databases."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from random import Random

import psycopg

from tests.scenarios.servers.templates import ROLE
from tests.scenarios.stand import Stand

LOCKED_TABLES = ("accounts",)
AGAIN_SECONDS = 0.1


@contextmanager
def postgres_stopped(stand: Stand, _: Random) -> Iterator[None]:
    """Stop the server as an administrator does in a hurry."""
    try:
        stand.postgres.stop()
        yield
    finally:
        stand.postgres.start()


@contextmanager
def connections_leaked(stand: Stand, _: Random) -> Iterator[None]:
    """Have one client take every connection it can get, each idle in a transaction."""
    stopped = threading.Event()
    with ExitStack() as held:

        def leak() -> None:
            while not stopped.wait(AGAIN_SECONDS):
                # Refused: nothing is left; what others give back is taken a moment later.
                with suppress(psycopg.OperationalError):
                    while True:
                        connection = stand.postgres.connect(ROLE, "report")
                        held.callback(connection.close)
                        connection.execute("BEGIN; SELECT 1")

        thread = threading.Thread(target=leak)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()


@contextmanager
def table_locked(stand: Stand, _: Random) -> Iterator[None]:
    """Hold an exclusive lock on a table that every request reads."""
    with stand.postgres.connect(ROLE, "migration") as connection:
        try:
            connection.execute("BEGIN")
            for table in LOCKED_TABLES:
                connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
            yield
        finally:
            connection.execute("ROLLBACK")


@contextmanager
def disk_filled(stand: Stand, _: Random) -> Iterator[None]:
    """Fill the small file system that the tables stand on."""
    filler = stand.postgres.small_disk / "filler"
    try:
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        yield
    finally:
        filler.unlink(missing_ok=True)


@contextmanager
def mariadb_read_only(stand: Stand, _: Random) -> Iterator[None]:
    """Make the server refuse writes."""
    try:
        stand.mariadb.as_root("SET GLOBAL read_only = 1")
        yield
    finally:
        stand.mariadb.as_root("SET GLOBAL read_only = 0")


@contextmanager
def redis_full(stand: Stand, _: Random) -> Iterator[None]:
    """Fill the memory that Redis may use, and forbid it to evict."""
    try:
        stand.redis.command("SETRANGE", "filler", 2_000_000, "x")
        stand.redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
        stand.redis.command("CONFIG", "SET", "maxmemory", "1mb")
        yield
    finally:
        stand.redis.command("CONFIG", "SET", "maxmemory", "0")
        stand.redis.command("DEL", "filler")
