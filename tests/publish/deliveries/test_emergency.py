"""Proves that alerts leave from memory while the store is away, under their final ids."""

import pytest

from monitor.model.delivery import DeliveryStatus
from monitor.model.events import EventType
from tests.publish.deliveries.fakes import (
    MemoryStore,
    Running,
    ScriptedChannel,
    event,
    receiver,
    refused,
)
from tests.support.polling import eventually_async

OPENED, UPDATED, RESOLVED = (
    EventType.INCIDENT_OPENED,
    EventType.INCIDENT_UPDATED,
    EventType.INCIDENT_RESOLVED,
)


@pytest.fixture
async def channel() -> ScriptedChannel:
    return ScriptedChannel()


async def test_opened_and_resolved_leave_from_memory_and_are_not_sent_again(
    channel: ScriptedChannel,
) -> None:
    store = MemoryStore()
    store.down = True
    events = [event(each, revision=n) for n, each in enumerate((OPENED, UPDATED, RESOLVED), 1)]

    async with Running(store, receiver(channel)) as dispatcher:
        dispatcher.send_unsaved(events[:1])
        await eventually_async(lambda: channel.types == [OPENED])
        dispatcher.send_unsaved(events)
        await eventually_async(lambda: channel.types == [OPENED, RESOLVED])
        assert await dispatcher.on_call_informed("inc_a")
        store.commit(*events)
        store.down = False
        dispatcher.wake()
        await eventually_async(lambda: list(store.statuses().values()) == ["delivered"] * 3)

    assert channel.types == [OPENED, RESOLVED, UPDATED]
    assert {each.id for each in store.rows.values()} == set(channel.ids)
    assert [each.sequence for each in store.rows.values()] == [1, 2, 3]


async def test_an_alert_still_waiting_when_the_store_returns_is_stored_as_it_is(
    channel: ScriptedChannel,
) -> None:
    store = MemoryStore()
    store.down = True
    channel.gate.clear()
    opened = event(OPENED)

    async with Running(store, receiver(channel)) as dispatcher:
        dispatcher.send_unsaved([opened])
        await eventually_async(lambda: channel.in_flight["all"] == 1)
        store.commit(opened)
        store.down = False
        await eventually_async(lambda: len(store.rows) == 1)
        (row,) = store.rows.values()
        assert row.status is DeliveryStatus.PENDING
        channel.gate.set()
        await eventually_async(lambda: store.statuses() == {OPENED: "delivered"})

    assert channel.types == [OPENED]


async def test_a_committed_event_that_cannot_be_dispatched_leaves_before_its_resolve(
    channel: ScriptedChannel,
) -> None:
    class ReadOnlyStore(MemoryStore):
        async def dispatch(self, seq: int, deliveries: object) -> None:
            raise OSError("disk full")

    store = ReadOnlyStore()
    store.commit(event(OPENED, revision=1))

    async with Running(store, receiver(channel)) as dispatcher:

        def send() -> bool:
            dispatcher.send_unsaved([event(RESOLVED, revision=2)] if channel.sent else [])
            return len(channel.sent) == 2

        await eventually_async(send)

    assert channel.types == [OPENED, RESOLVED]


async def test_an_event_that_was_dispatched_meanwhile_is_not_sent_from_memory(
    channel: ScriptedChannel,
) -> None:
    store = MemoryStore()
    opened = event(OPENED)
    store.commit(opened)

    async with Running(store, receiver(channel)) as dispatcher:
        await eventually_async(lambda: store.statuses() == {OPENED: "delivered"})
        dispatcher.send_unsaved([opened])
        store.commit(event(OPENED, "inc_b"))
        dispatcher.wake()
        await eventually_async(lambda: len(channel.sent) == 2)

    assert channel.sent == [("inc_a", OPENED), ("inc_b", OPENED)]


async def test_a_lost_answer_to_the_dispatch_of_an_unsaved_alert_still_ends_in_its_mark(
    channel: ScriptedChannel,
) -> None:
    store = MemoryStore()
    store.down = True
    opened = event(OPENED)
    channel.results.append(refused())

    async with Running(store, receiver(channel)) as dispatcher:
        dispatcher.send_unsaved([opened])
        await eventually_async(lambda: len(channel.sent) == 2)
        store.commit(opened)
        store.down_after_dispatch = True
        store.down = False
        await eventually_async(lambda: store.statuses() == {OPENED: "delivered"})

    assert channel.types == [OPENED, OPENED]
