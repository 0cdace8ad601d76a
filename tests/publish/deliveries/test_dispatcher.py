"""Proves order, pairing, replay and restarts of deliveries on a store that remembers."""

import asyncio
from collections import deque
from dataclasses import replace

import pytest

from monitor.model.delivery import DeliveryStatus
from monitor.model.events import EventType
from monitor.publish.deliveries.result import SendReason, SendResult
from tests.publish.deliveries.fakes import (
    IMPATIENT,
    CountingMetrics,
    MemoryStore,
    Running,
    ScriptedChannel,
    config,
    event,
    receiver,
    refused,
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


async def test_events_of_a_subject_arrive_in_order_and_are_marked_after_the_send(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.results = deque([refused(), refused()])
    store.commit(*(event(each, revision=n) for n, each in enumerate((OPENED, UPDATED, RESOLVED))))

    async with Running(store, receiver(channel)):
        await settled(store, 3)

    assert channel.types == [OPENED, OPENED, OPENED, UPDATED, RESOLVED]
    assert len(set(channel.ids)) == 3, "a retry keeps its id"
    assert {each.attempts for each in store.rows.values()} == {3, 1}


async def test_one_delivery_per_subject_is_in_flight_and_several_subjects_at_once(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.gate.clear()
    subjects = [f"inc_{n}" for n in range(6)]
    for subject in subjects:
        store.commit(event(OPENED, subject, 1), event(RESOLVED, subject, 2))

    async with Running(store, receiver(channel)):
        await eventually_async(lambda: channel.in_flight["all"] == 4)
        channel.gate.set()
        await settled(store, 12)

    assert channel.most_in_flight["all"] == 4, "the concurrency of a receiver is bounded"
    assert all(channel.most_in_flight[each] == 1 for each in subjects)


async def test_a_hanging_receiver_delays_no_other(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    hanging = ScriptedChannel()
    hanging.gate.clear()
    for n in range(20):
        store.commit(event(OPENED, f"inc_{n}"))

    async with Running(store, receiver(hanging, config("hangs")), receiver(channel)):
        await eventually_async(lambda: len(channel.sent) == 20)

    assert hanging.sent == []


async def test_a_throttling_receiver_is_given_its_pause_for_all_subjects(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.results = deque([SendResult.throttled(SendReason.RATE_LIMITED, "HTTP 429", 0.4)])
    loop = asyncio.get_running_loop()
    store.commit(event(OPENED, "inc_a"))

    async with Running(store, receiver(channel)) as dispatcher:
        await eventually_async(lambda: len(channel.sent) == 1)
        throttled_at = loop.time()
        store.commit(event(OPENED, "inc_b"))
        dispatcher.wake()
        await eventually_async(lambda: len(channel.sent) >= 2)

        assert loop.time() - throttled_at >= 0.35


async def test_a_restart_goes_on_with_what_is_pending(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    stuck = ScriptedChannel()
    stuck.gate.clear()
    store.commit(event(OPENED, revision=1), event(RESOLVED, revision=2))
    async with Running(store, receiver(stuck)):
        await eventually_async(lambda: stuck.in_flight["all"] == 1)
    assert stuck.closed
    assert set(store.statuses().values()) == {"pending"}
    before = set(store.rows)

    async with Running(store, receiver(channel)):
        await settled(store, 2)

    assert channel.types == [OPENED, RESOLVED]
    assert set(channel.ids) == before, "the ids are the same after a restart"


async def test_what_is_being_sent_at_the_stop_is_finished_and_marked(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.gate.clear()
    store.commit(event(OPENED, revision=1), event(RESOLVED, revision=2))
    running = Running(store, receiver(channel))
    async with running as dispatcher:
        await eventually_async(lambda: channel.in_flight["all"] == 1)
        stopping = asyncio.create_task(dispatcher.stop(grace_seconds=5.0))
        await asyncio.sleep(0)
        channel.gate.set()
        await stopping

    assert store.statuses() == {OPENED: "delivered", RESOLVED: "pending"}


async def test_a_store_that_comes_back_gets_the_marks_and_nothing_is_sent_twice(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.gate.clear()
    store.commit(event(OPENED))

    async with Running(store, receiver(channel)):
        await eventually_async(lambda: channel.in_flight["all"] == 1)
        store.down = True
        channel.gate.set()
        await eventually_async(lambda: channel.types == [OPENED])
        store.down = False
        await settled(store, 1)

    assert channel.types == [OPENED]


async def test_a_dispatch_whose_answer_was_lost_is_found_again(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    store.down_after_dispatch = True
    store.commit(event(OPENED))

    async with Running(store, receiver(channel)):
        await settled(store, 1)

    assert channel.types == [OPENED]


async def test_on_call_is_informed_only_once_an_on_call_receiver_confirmed(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.gate.clear()
    chat = ScriptedChannel()
    store.commit(event(OPENED))

    async with Running(
        store, receiver(channel), receiver(chat, config("chat", on_call=False))
    ) as dispatcher:
        await eventually_async(lambda: "delivered" in store.statuses().values())
        assert not await dispatcher.on_call_informed("inc_a")
        channel.gate.set()
        await eventually_async(lambda: dispatcher.on_call_informed("inc_a"))
        assert not await dispatcher.on_call_informed("inc_b")


async def test_a_reload_disturbs_no_unchanged_receiver_and_starts_new_ones(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.gate.clear()
    old, new, twin = ScriptedChannel(), ScriptedChannel(), ScriptedChannel()
    old.gate.clear()
    store.commit(event(OPENED))

    async with Running(store, receiver(channel), receiver(old, config("b"))) as dispatcher:
        await eventually_async(lambda: channel.in_flight["all"] + old.in_flight["all"] == 2)
        changed = replace(config("b"), on_call=False)
        await dispatcher.replace([receiver(twin), receiver(new, changed)], grace_seconds=0.1)
        channel.gate.set()
        await settled(store, 2)

    assert (channel.types, new.types, twin.types) == ([OPENED], [OPENED], [])
    assert old.closed
    assert twin.closed, "the channel that is not needed is closed at once"


async def test_attempts_are_counted_and_the_oldest_delivery_has_an_age(
    store: MemoryStore, channel: ScriptedChannel
) -> None:
    channel.results = deque([refused()])
    metrics = CountingMetrics()
    channel.gate.clear()
    store.commit(event(OPENED))

    async with Running(store, receiver(channel), metrics=metrics) as dispatcher:
        assert dispatcher.oldest_seconds() == 0.0
        await eventually_async(lambda: dispatcher.oldest_seconds() > 0.0)
        channel.gate.set()
        await settled(store, 1)
        assert dispatcher.oldest_seconds() == 0.0

    assert metrics.counts == {("on-call", "retry"): 1, ("on-call", "delivered"): 1}


async def test_a_channel_that_breaks_is_our_bug_and_is_tried_again_without_its_words(
    store: MemoryStore, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken(ScriptedChannel):
        async def send(self, event: object, delivery: object) -> SendResult:
            raise KeyError(f"whsec_{1}")

    store.commit(event(OPENED))

    async with Running(store, receiver(Broken(), policy=IMPATIENT)):
        await eventually_async(
            lambda: [each.attempts > 1 for each in store.rows.values()] == [True]
        )

    (row,) = store.rows.values()
    assert (row.status, row.reason, row.detail) == (DeliveryStatus.PENDING, "bug", "KeyError")
    said = "".join(capsys.readouterr())
    assert "delivery_send_broke" in said
    assert "whsec_1" not in said
