"""Proves what becomes of deliveries that cannot be made: pairs, replay, receivers that are gone."""

from collections import deque

import pytest

from monitor.model.delivery import DeliveryStatus
from monitor.model.events import EventType
from monitor.publish.deliveries.dispatcher import ReplayError, UnknownDeliveryError
from monitor.publish.deliveries.result import SendReason, SendResult
from tests.publish.deliveries.fakes import (
    CountingMetrics,
    MemoryStore,
    Running,
    ScriptedChannel,
    config,
    event,
    receiver,
    rejected,
    settled,
)
from tests.support.polling import eventually_async

OPENED, UPDATED, RESOLVED = (
    EventType.INCIDENT_OPENED,
    EventType.INCIDENT_UPDATED,
    EventType.INCIDENT_RESOLVED,
)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def channel() -> ScriptedChannel:
    return ScriptedChannel()


async def test_a_dead_trigger_takes_its_resolve_along(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.results = deque([rejected()])
    store.commit(event(OPENED, revision=1), event(RESOLVED, revision=2))

    async with Running(store, receiver(channel)):
        await settled(store, 2)

    assert channel.types == [OPENED]
    resolved = next(each for each in store.rows.values() if each.event_type == RESOLVED)
    assert (resolved.status, resolved.reason) == (DeliveryStatus.DEAD, "trigger_dead")


async def test_a_resolve_is_sent_where_an_update_told_of_the_incident(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.results = deque([rejected()])
    store.commit(*(event(each, revision=n) for n, each in enumerate((OPENED, UPDATED, RESOLVED))))

    async with Running(store, receiver(channel)):
        await settled(store, 3)

    assert channel.types == [OPENED, UPDATED, RESOLVED]


async def test_replaying_either_of_a_dead_pair_replays_both_in_order(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.results = deque([rejected()])
    store.commit(event(OPENED, revision=1), event(RESOLVED, revision=2))

    async with Running(store, receiver(channel)) as dispatcher:
        await settled(store, 2)
        dead = next(each for each in store.rows.values() if each.event_type == RESOLVED)
        replayed = await dispatcher.replay(dead.id)
        await eventually_async(lambda: set(store.statuses().values()) == {"delivered"})

    assert [each.event_type for each in replayed] == [OPENED, RESOLVED]
    assert channel.types == [OPENED, OPENED, RESOLVED]


async def test_only_a_dead_letter_can_be_replayed(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    store.commit(event(OPENED))

    async with Running(store, receiver(channel)) as dispatcher:
        await settled(store, 1)
        with pytest.raises(ReplayError, match="is delivered, not dead"):
            await dispatcher.replay(next(iter(store.rows)))
        with pytest.raises(UnknownDeliveryError, match="no delivery dlv_unknown"):
            await dispatcher.replay("dlv_unknown")

    assert channel.types == [OPENED]


async def test_a_receiver_that_is_gone_is_left_alone_until_a_replay(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.results = deque([SendResult.permanent(SendReason.GONE, "HTTP 410")])
    store.commit(event(OPENED, "inc_a"))

    async with Running(store, receiver(channel)) as dispatcher:
        await settled(store, 1)
        store.commit(event(OPENED, "inc_b"))
        dispatcher.wake()
        await settled(store, 2)
        assert len(channel.sent) == 1
        await dispatcher.replay(next(iter(store.rows)))
        await eventually_async(lambda: len(channel.sent) == 2)
        store.commit(event(OPENED, "inc_c"))
        dispatcher.wake()
        await eventually_async(lambda: ("inc_c", OPENED) in channel.sent)


async def test_deliveries_to_a_removed_receiver_become_dead_letters(store: MemoryStore) -> None:
    gone = ScriptedChannel()
    gone.gate.clear()
    store.commit(event(OPENED))
    async with Running(store, receiver(gone, config("removed"))):
        await eventually_async(lambda: len(store.rows) == 1)
    metrics = CountingMetrics()

    async with Running(store, metrics=metrics):
        await settled(store, 1)

    (row,) = store.rows.values()
    assert (row.status, row.reason) == (DeliveryStatus.DEAD, "no_receiver")
    assert metrics.counts == {("removed", "dead"): 1}
