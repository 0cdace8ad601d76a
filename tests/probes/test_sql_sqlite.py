"""The sql probe on SQLite files: present, missing, locked, read-only and broken."""

import asyncio
import gc
import os
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.model.observation import FailureKind, Outcome, Phase, Stage
from monitor.model.signals import SignalKind
from tests.probes.conftest import LONG_SECONDS, Probe, descriptors, kind_of
from tests.support.polling import eventually_async

# Long enough for a starved machine to answer within.
TIMEOUT = 2.0
BEAT = {"table": "heartbeat"}


@pytest.fixture(autouse=True)
async def _threads_end() -> AsyncIterator[None]:
    """Outlive the threads of SQLite: on a starved machine they end after their probe."""
    yield
    await eventually_async(
        lambda: all("_connection_worker_thread" not in each.name for each in threading.enumerate())
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a ledger?.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE accounts (id INTEGER)")
    connection.close()
    return path


def _url(path: Path) -> str:
    return f"sqlite:///{str(path).replace('?', '%3F')}"


async def test_a_query_and_a_heartbeat_are_ok_with_every_phase(probe: Probe, path: Path) -> None:
    query = "SELECT count(*) FROM accounts"
    for _ in range(3):
        observation = await probe("sql", url=_url(path), query=query, expect=0, heartbeat=BEAT)

    assert observation.outcome is Outcome.OK
    assert set(observation.phases) == {Phase.CONNECT, Phase.QUERY, Phase.WRITE}
    assert observation.signal(SignalKind.WRITE_OK) is True
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT id, beats FROM heartbeat").fetchall() == [(1, 3)]
    connection.close()


async def test_a_missing_file_fails_and_is_never_created(probe: Probe, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    observation = await probe("sql", url=f"sqlite:///{missing}", heartbeat=BEAT)

    assert kind_of(observation) is FailureKind.CONNECT_REFUSED
    assert observation.stage is Stage.CONNECT
    assert observation.signal(SignalKind.DRIVER_CODE) == "SQLITE_CANTOPEN"
    assert not missing.exists()


async def test_a_locked_file_is_a_write_timeout(probe: Probe, path: Path) -> None:
    await probe("sql", url=_url(path), heartbeat=BEAT)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    observation = await probe("sql", timeout=TIMEOUT, url=_url(path), heartbeat=BEAT)
    holder.close()

    assert kind_of(observation) is FailureKind.WRITE_TIMEOUT
    assert observation.stage is Stage.BUSINESS
    assert observation.signal(SignalKind.DRIVER_CODE) == "SQLITE_BUSY"
    assert observation.signal(SignalKind.READ_OK) is True
    assert observation.signal(SignalKind.WRITE_OK) is False
    assert observation.duration_seconds < LONG_SECONDS


async def test_a_database_that_only_reads_fails_the_write_alone(probe: Probe, path: Path) -> None:
    query = "PRAGMA query_only = on"
    observation = await probe("sql", url=_url(path), query=query, heartbeat=BEAT)

    assert kind_of(observation) is FailureKind.WRITE_FAILED
    assert observation.signal(SignalKind.DRIVER_CODE) == "SQLITE_READONLY"
    assert observation.signal(SignalKind.READ_ONLY) is True


async def test_a_file_that_is_no_database_fails_the_query(probe: Probe, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(os.urandom(4096))
    observation = await probe("sql", url=f"sqlite:///{broken}", query="SELECT * FROM accounts")

    assert kind_of(observation) is FailureKind.QUERY_FAILED
    assert observation.signal(SignalKind.DRIVER_CODE) == "SQLITE_NOTADB"


async def test_an_endless_query_is_cut_and_its_thread_ends(probe: Probe, path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n"
    before = threading.active_count()
    observation = await probe("sql", timeout=TIMEOUT, url=_url(path), query=endless)

    assert kind_of(observation) is FailureKind.QUERY_TIMEOUT
    assert observation.stage is Stage.SEMANTIC
    assert observation.signal(SignalKind.READ_OK) is False
    assert observation.duration_seconds < LONG_SECONDS
    await eventually_async(lambda: threading.active_count() <= before)


async def test_a_file_that_opens_too_late_is_closed(probe: Probe, path: Path) -> None:
    """A garbage collector would close it in the end, and must not be needed."""
    gc.disable()
    try:
        asyncio.get_running_loop().call_soon(time.sleep, 0.75)
        observation = await probe("sql", timeout=0.5, url=_url(path))

        assert kind_of(observation) is FailureKind.CONNECT_TIMEOUT
        await eventually_async(lambda: path not in _open_files())
    finally:
        gc.enable()


def _open_files() -> set[Path]:
    return {Path(f"/proc/self/fd/{each}").resolve() for each in descriptors()}
