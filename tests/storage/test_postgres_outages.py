"""PostgreSQL ends sessions, stops, hangs and comes back; the writer waits and goes on."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.storage.errors import StoreUnavailableError, Trouble
from monitor.storage.store import open_store
from tests.storage import samples
from tests.storage.samples import Clock
from tests.support.polling import eventually, eventually_async
from tests.support.postgres import SUPERUSER, PostgresServer, postgres_server
from tests.support.programs import accepts, require, running, unprivileged

pytestmark = pytest.mark.external_service


@contextmanager
def restarted(server: PostgresServer) -> Iterator[None]:
    """Run the stopped server again, on its port and with its data."""
    folder = server.socket_folder
    command = [require("postgres"), "-D", folder / "data", "-p", str(server.port), "-k", folder]
    with running(
        command,
        log=folder / "log",
        ready=lambda: accepts(server.port),
        user=unprivileged("postgres"),
        stop=signal.SIGINT,
    ):
        yield


async def test_a_server_that_stops_and_starts_again(tmp_path: Path, clock: Clock) -> None:
    with postgres_server() as server:
        store = open_store(server.url(role=SUPERUSER), tmp_path, clock)
        store.writer.start()
        store.writer.submit(samples.event_batch(1))
        await store.writer.flush()

        os.kill(server.pid, signal.SIGINT)
        eventually(lambda: not accepts(server.port))
        store.writer.submit(samples.event_batch(2))
        await eventually_async(lambda: store.writer.last_error is Trouble.UNREACHABLE)
        with pytest.raises(StoreUnavailableError) as caught:
            await store.new_events(1)
        assert caught.value.trouble is Trouble.UNREACHABLE
        with restarted(server):
            await store.writer.flush()

            assert [each for _, each in await store.new_events(9)] == [
                samples.event(1),
                samples.event(2),
            ]
            assert store.writer.is_writable
            await store.close()


async def test_a_session_ended_by_the_server(
    postgres: PostgresServer, postgres_url: str, tmp_path: Path, clock: Clock
) -> None:
    store = open_store(postgres_url, tmp_path, clock)
    store.writer.start()
    await store.writer.flush()
    await store.new_events(1)
    name = postgres_url.rsplit("/", 1)[1]
    with postgres.as_superuser() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
    store.writer.submit(samples.event_batch(1))
    await store.writer.flush()

    assert [each for _, each in await store.new_events(9)] == [samples.event(1)]
    await store.close()


async def test_a_table_locked_by_another_session(
    postgres: PostgresServer, postgres_url: str, tmp_path: Path, clock: Clock
) -> None:
    store = open_store(postgres_url, tmp_path, clock)
    store.writer.start()
    await store.writer.flush()
    with postgres.as_superuser(postgres_url.rsplit("/", 1)[1]) as admin:
        with admin.transaction():
            admin.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
            store.writer.submit(samples.event_batch(1))
            await eventually_async(lambda: store.writer.last_error is Trouble.LOCKED)
        await store.writer.flush()

    assert [each for _, each in await store.new_events(9)] == [samples.event(1)]
    await store.close()


def test_a_server_that_is_not_there_is_a_typed_error(tmp_path: Path, clock: Clock) -> None:
    url = "postgresql://app:s3cret@127.0.0.1:1/none"

    with pytest.raises(StoreUnavailableError) as caught:
        open_store(url, tmp_path, clock)
    assert caught.value.trouble is Trouble.UNREACHABLE
    assert "s3cret" not in str(caught.value)


async def test_a_database_that_is_read_only(
    postgres: PostgresServer, postgres_url: str, tmp_path: Path, clock: Clock
) -> None:
    """As after a failover to a standby: reads work, writes wait."""
    name = postgres_url.rsplit("/", 1)[1]
    store = open_store(postgres_url, tmp_path, clock)
    store.writer.start()
    await store.writer.flush()
    with postgres.as_superuser() as admin:
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        store.writer.submit(samples.event_batch(1))
        await eventually_async(lambda: store.writer.last_error is Trouble.READ_ONLY)
        admin.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await store.writer.flush()

    assert [each for _, each in await store.new_events(9)] == [samples.event(1)]
    await store.close()


async def test_a_session_that_hangs_holds_neither_the_loop_nor_the_end(
    postgres: PostgresServer, postgres_url: str, tmp_path: Path, clock: Clock
) -> None:
    store = open_store(postgres_url, tmp_path, clock)
    store.writer.start()
    await store.writer.flush()
    with postgres.as_superuser() as admin:
        (pid,) = admin.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = %s)",
            [postgres_url.rsplit("/", 1)[1]],
        ).fetchone() or (0,)
    os.kill(pid, signal.SIGSTOP)
    try:
        store.writer.submit(samples.event_batch(1))
        clock.advance(6)

        assert store.writer.last_error is None, "nothing has failed"
        assert not store.writer.is_writable, "and yet nothing is written"
        await store.close(timeout=0.2)
    finally:
        os.kill(pid, signal.SIGCONT)
