"""The writer never holds the loop, keeps the order, and tells of a commit only after it."""

import asyncio
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from monitor.model.batch import Batch
from monitor.model.events import Event
from monitor.storage.errors import StoreClosedError, StoreError
from monitor.storage.store import Store
from monitor.storage.writer import Writer
from tests.storage import samples
from tests.storage.conftest import Place
from tests.storage.samples import Clock, at
from tests.support.polling import eventually_async


async def test_commits_are_told_in_order_and_are_readable_by_then(place: Place) -> None:
    store = place.open()
    told: list[str] = []
    seen: list[list[Event]] = []

    def on_commit(batch: Batch) -> None:
        told.extend(each.id for each in batch.events)
        seen.append(store._reader.run(lambda c: _events(c, told)))

    store.writer.start(on_commit)
    sent = [samples.event(number) for number in range(50)]
    for each in sent:
        store.writer.submit(Batch(at=at(0), events=(each,)))
    await store.writer.flush()
    await store.close()

    assert told == [each.id for each in sent]
    assert [len(each) for each in seen] == list(range(1, 51))


def _events(connection: sa.Connection, ids: list[str]) -> list[Event]:
    return list(
        connection.scalars(
            sa.text("SELECT id FROM events WHERE id IN :ids").bindparams(
                sa.bindparam("ids", ids, expanding=True)
            )
        )
    )


async def test_figures_alone_are_not_told(place: Place) -> None:
    store = place.open()
    told: list[Batch] = []
    store.writer.start(told.append)
    store.writer.submit(Batch(at=at(0), observation=samples.observation()))
    urgent = samples.full_batch()
    store.writer.submit(urgent)
    await store.writer.flush()
    await store.close()

    assert told == [urgent]


async def test_submitting_holds_the_loop_for_no_commit(store: Store) -> None:
    batches = [samples.event_batch(number) for number in range(1_000)]

    began = time.perf_counter()
    for each in batches:
        store.writer.submit(each)
    per_batch = (time.perf_counter() - began) / len(batches)
    waiting = len(store.writer.uncommitted())
    await store.writer.flush()

    assert waiting > 0, "nothing waited, so nothing was measured"
    assert per_batch < 0.001, "a commit takes longer than that"
    assert len(await store.new_events(2_000)) == 1_000


async def test_a_batch_at_fault_takes_no_other_along(store: Store) -> None:
    poisoned = replace(samples.incident("inc_bad"), started_at=at(0).replace(tzinfo=None))
    store.writer.submit(samples.event_batch(1))
    store.writer.submit(Batch(at=at(0), incidents=(poisoned,), events=(samples.event(2),)))
    store.writer.submit(samples.event_batch(3))
    with capture_logs() as logs:
        await store.writer.flush()

    assert [each["event"] for each in logs] == ["store_rejected_write"]
    assert [each for _, each in await store.new_events(9)] == [samples.event(1), samples.event(3)]
    assert store.writer.stats.rejected == 1
    assert store.writer.is_writable


async def test_a_write_at_fault_is_told_to_who_awaits_it(store: Store) -> None:
    unknown = samples.delivery(samples.event())

    with capture_logs(), pytest.raises(StoreError, match="IntegrityError") as caught:
        await store.dispatch(1, [unknown])
    assert "INSERT" not in str(caught.value)


async def test_a_listener_at_fault_keeps_no_other_from_news(place: Place) -> None:
    store = place.open()
    told: list[Batch] = []

    def listen(batch: Batch) -> None:
        told.append(batch)
        raise RuntimeError("a bug of the listener")

    store.writer.start(listen)
    for number in (1, 2):
        store.writer.submit(samples.event_batch(number))
    with capture_logs() as logs:
        await store.writer.flush()
    await store.close()

    assert len(told) == 2
    assert [each["event"] for each in logs] == ["store_listener_failed"] * 2


async def test_closing_writes_what_waits_and_then_refuses(place: Place) -> None:
    store = place.open()
    store.writer.start()
    for number in range(300):
        store.writer.submit(samples.event_batch(number))
    await store.close()

    with pytest.raises(StoreClosedError):
        await store.writer.flush()
    with pytest.raises(StoreClosedError):
        await store.new_events(1)
    again = place.open()
    assert len(await again.new_events(1_000)) == 300
    await again.close()


async def test_a_writer_that_was_not_started_says_so(place: Place) -> None:
    store = place.open()

    with pytest.raises(StoreClosedError, match="not started"):
        await store.mark_delivery(samples.delivery(samples.event()))
    await store.close()


async def test_beats_and_figures_are_written_each_second(store: Store, place: Place) -> None:
    """Without a flush: the loop itself beats."""
    store.writer.submit(Batch(at=at(0), observation=samples.observation()))
    place.clock.advance(1)

    async def minutes() -> int:
        return len(await store.rollups("ledger-sql", 60, at(-60), at(60)))

    assert await eventually_async(minutes) == 1
    (run,) = await store.monitor_runs(at(-1))
    assert run.alive_until == at(1)


async def test_the_queue_is_bounded_and_counts_what_it_drops(
    sqlite_place: Place, clock: Clock
) -> None:
    store = sqlite_place.open()
    writer = Writer(store.writer._session, clock, max_waiting=2)
    for number in range(5):
        writer.submit(samples.event_batch(number))
    clock.advance(7)

    assert [each.events[0] for each in writer.uncommitted()] == [samples.event(n) for n in (0, 1)]
    assert writer.stats.dropped_batches == 3
    assert writer.oldest_uncommitted_seconds() == 7
    assert not writer.is_writable
    await store.close()


async def test_reads_do_not_wait_for_the_writer(store: Store) -> None:
    """A long transaction of the writer is under way while a page is read."""
    entered, leave = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold(connection: sa.Connection) -> None:
        connection.execute(sa.text("UPDATE meta SET value = 'held'"))
        loop.call_soon_threadsafe(entered.set)
        asyncio.run_coroutine_threadsafe(leave.wait(), loop).result(10)

    holding = asyncio.create_task(store.writer.call(hold))
    await entered.wait()

    assert await asyncio.wait_for(store.incidents(), 5) == []
    leave.set()
    await holding
