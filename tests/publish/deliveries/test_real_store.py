"""Proves the dispatcher on the real store: SQLite on disk, a restart, a pair replayed."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

from monitor.clock import SystemClock
from monitor.model.batch import Batch
from monitor.model.delivery import DeliveryStatus
from monitor.model.events import Event, EventType
from monitor.publish.deliveries.dispatcher import Dispatcher
from monitor.publish.deliveries.ports import DeliveryStore
from monitor.storage.store import Store, open_store
from tests.publish.deliveries.fakes import (
    CountingMetrics,
    ScriptedChannel,
    event,
    receiver,
    rejected,
)
from tests.support.polling import eventually_async

OPENED, RESOLVED = EventType.INCIDENT_OPENED, EventType.INCIDENT_RESOLVED


@contextlib.asynccontextmanager
async def running(
    folder: Path, channel: ScriptedChannel
) -> AsyncIterator[tuple[Store, Dispatcher]]:
    store = open_store("", folder, SystemClock())
    port: DeliveryStore = store
    # No poll within the test's time: what is sent was woken by a commit.
    dispatcher = Dispatcher(
        port, [receiver(channel)], SystemClock(), CountingMetrics(), poll_seconds=60.0
    )
    store.writer.start(lambda _: dispatcher.wake())
    task = asyncio.create_task(dispatcher.run())
    try:
        yield store, dispatcher
    finally:
        await dispatcher.stop(grace_seconds=1.0)
        await task
        await store.close()


def commit(store: Store, *events: Event) -> None:
    for each in events:
        store.writer.submit(Batch(at=each.at, events=(each,)))


async def is_settled(store: Store, count: int) -> bool:
    deliveries = await store.deliveries(subject="inc_a")
    pending = [each for each in deliveries if each.status is DeliveryStatus.PENDING]
    return len(deliveries) == count and not pending


async def test_a_committed_event_is_sent_marked_and_not_sent_again_after_a_restart(
    tmp_path: Path,
) -> None:
    channel = ScriptedChannel()
    async with running(tmp_path, channel) as (store, dispatcher):
        commit(store, event(OPENED, revision=1))
        await eventually_async(lambda: is_settled(store, 1))
        assert await dispatcher.on_call_informed("inc_a")

    after = ScriptedChannel()
    async with running(tmp_path, after) as (store, _):
        commit(store, event(RESOLVED, revision=2))
        await eventually_async(lambda: is_settled(store, 2))

    assert (channel.types, after.types) == ([OPENED], [RESOLVED])


async def are_delivered(store: Store, count: int) -> bool:
    return len(await store.deliveries(status=DeliveryStatus.DELIVERED)) == count


async def test_what_was_pending_is_sent_after_a_restart_in_order(tmp_path: Path) -> None:
    stuck = ScriptedChannel()
    stuck.gate.clear()
    async with running(tmp_path, stuck) as (store, _):
        commit(store, event(OPENED, revision=1), event(RESOLVED, revision=2))
        await eventually_async(lambda: stuck.in_flight["all"] == 1)

    after = ScriptedChannel()
    async with running(tmp_path, after) as (store, _):
        await eventually_async(lambda: is_settled(store, 2))

    assert after.types == [OPENED, RESOLVED]


async def test_a_dead_pair_survives_and_is_replayed(tmp_path: Path) -> None:
    channel = ScriptedChannel(results=deque([rejected()]))
    async with running(tmp_path, channel) as (store, dispatcher):
        commit(store, event(OPENED, revision=1), event(RESOLVED, revision=2))
        await eventually_async(lambda: is_settled(store, 2))
        dead = await store.deliveries(status=DeliveryStatus.DEAD)
        await dispatcher.replay(dead[0].id)
        await eventually_async(lambda: are_delivered(store, 2))

    assert len(dead) == 2
    assert channel.types == [OPENED, OPENED, RESOLVED]
