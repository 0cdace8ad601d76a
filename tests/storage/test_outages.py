"""While the store cannot be written, the loop goes on and everything arrives later, in order."""

import asyncio
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.model.batch import Batch
from monitor.storage.errors import StoreUnavailableError, Trouble
from monitor.storage.store import Store
from tests.storage import samples
from tests.storage.conftest import Place
from tests.storage.processes import writing
from tests.storage.samples import Clock, at
from tests.support.polling import eventually_async


def database(place: Place) -> Path:
    return place.data_dir / "monitor.sqlite3"


async def _outage(
    store: Store, clock: Clock, begin: Callable[[], object], end: Callable[[], object]
) -> Trouble:
    """Submit before, during and after an outage; return what the writer called it."""
    told: list[Batch] = []
    store.writer.start(told.append)
    store.writer.submit(samples.event_batch(1))
    await store.writer.flush()
    begin()
    during = [samples.event_batch(2), samples.event_batch(3)]
    for each in during:
        store.writer.submit(each)
    clock.advance(6)
    await eventually_async(lambda: store.writer.last_error)
    trouble = store.writer.last_error
    assert trouble
    assert not store.writer.is_writable
    assert store.writer.uncommitted() == tuple(during)
    assert store.writer.oldest_uncommitted_seconds() == 6
    assert len(told) == 1
    end()
    await eventually_async(lambda: store.writer.is_writable)
    store.writer.submit(samples.event_batch(4))
    await store.writer.flush()
    expected = [samples.event(number) for number in range(1, 5)]
    assert [each.events[0] for each in told] == expected
    assert [each for _, each in await store.new_events(9)] == expected
    return trouble


async def test_a_database_locked_by_another_process(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    other = sqlite3.connect(database(sqlite_place), isolation_level=None)

    trouble = await _outage(
        store,
        sqlite_place.clock,
        lambda: other.execute("BEGIN IMMEDIATE"),
        lambda: other.execute("COMMIT"),
    )

    assert trouble is Trouble.LOCKED
    other.close()
    await store.close()


async def test_a_database_moved_away_and_back(sqlite_place: Place) -> None:
    """Its open file would still take every write, and nobody would ever see them."""
    store = sqlite_place.open()
    file, aside = database(sqlite_place), sqlite_place.data_dir / "aside"

    trouble = await _outage(
        store, sqlite_place.clock, lambda: file.rename(aside), lambda: aside.rename(file)
    )

    assert trouble is Trouble.GONE
    await store.close()
    again = sqlite_place.open()
    assert len(await again.new_events(9)) == 4
    await again.close()


async def test_a_database_that_is_gone_cannot_be_read(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    await store.new_events(1)
    database(sqlite_place).rename(sqlite_place.data_dir / "aside")

    with pytest.raises(StoreUnavailableError) as caught:
        await store.new_events(1)
    assert caught.value.trouble is Trouble.GONE
    await store.close()


async def test_a_restored_backup_is_written_and_read_from_then_on(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.writer.start()
    store.writer.submit(samples.event_batch(1))
    await store.writer.flush()
    file, backup = database(sqlite_place), sqlite_place.data_dir / "backup"
    with sqlite3.connect(file) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    source.close()
    target.close()
    store.writer.submit(samples.event_batch(2))
    await store.writer.flush()
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink()
    backup.rename(file)
    store.writer.submit(samples.event_batch(3))
    await store.writer.flush()

    assert [each for _, each in await store.new_events(9)] == [samples.event(1), samples.event(3)]
    await store.close()


def test_a_disk_that_takes_no_more(sqlite_place: Place) -> None:
    """The kernel refuses to let any file grow; a full disk looks the same from here."""
    with writing(sqlite_place) as child:
        child.listen(lambda said: said.get("committed") == "inc_5")
        _, hard = resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, (4096, hard))
        child.listen(lambda said: bool(said.get("trouble")))
        committed = len(child.words("committed"))
        child.listen(lambda said: said.get("submitted") == f"inc_{committed + 100}")
        resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        child.listen(lambda said: said.get("committed") == f"inc_{committed + 100}")

    assert child.words("trouble")[-2:] == ["input_output", None]
    told = child.words("committed")
    assert told == [f"inc_{number}" for number in range(len(told))]


async def test_an_awaited_write_survives_the_outage(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.writer.start()
    store.writer.submit(samples.event_batch(1))
    await store.writer.flush()
    ((seq, event),) = await store.new_events(1)
    other = sqlite3.connect(database(sqlite_place), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    dispatching = asyncio.create_task(store.dispatch(seq, [samples.delivery(event)]))
    await eventually_async(lambda: store.writer.last_error)
    assert not dispatching.done()
    other.execute("COMMIT")
    other.close()
    await dispatching

    assert len(await store.open_deliveries()) == 1
    await store.close()


async def test_closing_waits_for_a_locked_store_no_longer_than_it_may(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.writer.start()
    await store.writer.flush()
    other = sqlite3.connect(database(sqlite_place), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.writer.submit(samples.event_batch(1))
    flushing = asyncio.create_task(store.writer.flush())
    await eventually_async(lambda: store.writer.last_error)

    await asyncio.wait_for(store.close(timeout=0.3), 5)

    with pytest.raises(StoreUnavailableError, match="locked"):
        await flushing
    other.execute("COMMIT")
    other.close()


async def test_figures_of_an_outage_are_not_lost(sqlite_place: Place) -> None:
    store = sqlite_place.open()
    store.writer.start()
    await store.writer.flush()
    other = sqlite3.connect(database(sqlite_place), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for seconds in range(20):
        sqlite_place.clock.advance(1)
        store.writer._beat()
        each = samples.observation(seconds=seconds)
        store.writer.submit(Batch(at=each.started_at, observation=each))
    await eventually_async(lambda: store.writer.last_error)
    other.execute("COMMIT")
    other.close()
    await store.writer.flush()

    (minute,) = await store.rollups("ledger-sql", 60, at(-60), at(60))
    (run,) = await store.monitor_runs(at(-1))
    assert sum(minute.counts.values()) == 20
    assert run.alive_until == at(20), "the monitor was alive, only its store was not"
    await store.close()
