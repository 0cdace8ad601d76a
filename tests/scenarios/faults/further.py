"""Further mechanisms, which the rules were not made for."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from random import Random

from tests.scenarios.servers.templates import PROBE, ROLE
from tests.scenarios.stand import Stand

Injector = Callable[[Stand, Random], AbstractContextManager[None]]


def frozen(program: str) -> Injector:
    """Return what freezes a program."""

    @contextmanager
    def inject(stand: Stand, _: Random) -> Iterator[None]:
        try:
            stand.crew.send(program, signal.SIGSTOP)
            yield
        finally:
            stand.crew.send(program, signal.SIGCONT)

    return inject


def killed(program: str, start: Callable[[Stand], None]) -> Injector:
    """Return what kills a program, and starts it again at the end."""

    @contextmanager
    def inject(stand: Stand, _: Random) -> Iterator[None]:
        try:
            stand.crew.end(program, signal.SIGKILL)
            yield
        finally:
            start(stand)

    return inject


def ordered(program: str, **orders: object) -> Injector:
    """Return what has one of the bench's own programs behave as ordered."""

    @contextmanager
    def inject(stand: Stand, _: Random) -> Iterator[None]:
        try:
            stand.order(program, **orders)
            yield
        finally:
            stand.order(program)

    return inject


@contextmanager
def bad_deploy(stand: Stand, _: Random) -> Iterator[None]:
    """Deploy a release that answers every request with an error, and report the deploy."""
    try:
        now = datetime.now(UTC).isoformat()
        stand.monitor.report_change({"component": "credit", "version": "2.0.0", "at": now})
        stand.order("credit-0", broken=True)
        yield
    finally:
        stand.order("credit-0")


@contextmanager
def slow_deploy(stand: Stand, _: Random) -> Iterator[None]:
    """Deploy a release that takes a second longer for everything, and report the deploy."""
    try:
        now = datetime.now(UTC).isoformat()
        stand.monitor.report_change({"component": "credit", "version": "2.0.1", "at": now})
        stand.order("credit-0", extra_seconds=1.0)
        yield
    finally:
        stand.order("credit-0")


@contextmanager
def ledger_locked(stand: Stand, _: Random) -> Iterator[None]:
    """Hold a lock on the ledger's table, from a client that sleeps."""
    hold = "LOCK TABLES ledger.entries WRITE; SELECT SLEEP(120)"
    try:
        stand.mariadb.start_client("locker", hold)
        yield
    finally:
        stand.crew.end("locker", signal.SIGKILL)
        stand.mariadb.end_clients("SELECT SLEEP")


@contextmanager
def password_changed(stand: Stand, _: Random) -> Iterator[None]:
    """Change the passwords of the database without telling those who use them."""
    with stand.postgres.connect() as connection:
        try:
            for role in (ROLE, PROBE):
                connection.execute(f"ALTER ROLE {role} PASSWORD 'the-new-one'".encode())
            yield
        finally:
            for role in (ROLE, PROBE):
                connection.execute(f"ALTER ROLE {role} PASSWORD 'bench-password'".encode())


@contextmanager
def redis_replica(stand: Stand, _: Random) -> Iterator[None]:
    """Make Redis the replica of a master that is gone, as after a failed failover."""
    try:
        stand.redis.command("REPLICAOF", "127.0.0.1", 1)
        yield
    finally:
        stand.redis.command("REPLICAOF", "NO", "ONE")


@contextmanager
def maintenance_unannounced(stand: Stand, _: Random) -> Iterator[None]:
    """Work on the edge, in good order and without a word to anybody."""
    try:
        stand.edge.show_maintenance(on=True)
        yield
    finally:
        stand.edge.show_maintenance(on=False)
