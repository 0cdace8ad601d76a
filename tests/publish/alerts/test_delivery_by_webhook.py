"""Proves the whole way: a committed event reaches a real receiver, whatever it answers first."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from monitor.clock import SystemClock
from monitor.model.configuration import ReceiverConfig
from monitor.model.delivery import DeliveryStatus
from monitor.model.events import EventType
from monitor.publish.alerts.context import ChannelContext
from monitor.publish.alerts.links import Links
from monitor.publish.alerts.table import build_receivers
from monitor.publish.alerts.webhook import WebhookChannel, WebhookSpec
from monitor.publish.deliveries.ports import Receiver
from tests.publish.alerts.loopback import Hang, LoopbackReceiver, answer, listening
from tests.publish.deliveries.fakes import IMPATIENT, MemoryStore, Running, event
from tests.support.polling import eventually_async

SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
OPENED, RESOLVED = EventType.INCIDENT_OPENED, EventType.INCIDENT_RESOLVED


@pytest.fixture
async def loopback() -> AsyncIterator[LoopbackReceiver]:
    async with listening() as made:
        yield made


def webhook(loopback: LoopbackReceiver, name: str = "on-call") -> Receiver:
    spec = WebhookSpec(url=SecretStr(loopback.url), secret=SECRET, timeout=0.3)
    channel = WebhookChannel(spec, ChannelContext.create(SystemClock(), Links()))
    config = ReceiverConfig(name=name, type="webhook", spec=spec)
    return Receiver(config=config, channel=channel, policy=IMPATIENT)


async def test_after_a_reload_addresses_are_those_of_the_new_configuration(
    loopback: LoopbackReceiver,
) -> None:
    spec = WebhookSpec(url=SecretStr(loopback.url), secret=SECRET, timeout=0.3)
    config = ReceiverConfig(name="on-call", type="webhook", spec=spec)
    context = ChannelContext.create(SystemClock(), Links(public_url="https://old.example"))
    moved = replace(context, links=Links(public_url="https://new.example"))
    store = MemoryStore()
    store.commit(event(OPENED))

    async with Running(store, *build_receivers([config], context)) as dispatcher:
        await eventually_async(lambda: len(loopback.requests) == 1)
        await dispatcher.replace(build_receivers([config], moved))
        store.commit(event(RESOLVED, revision=2))
        dispatcher.wake()
        await eventually_async(lambda: len(loopback.requests) == 2)

    assert b"https://new.example/incidents/" in loopback.requests[-1].body


def types(loopback: LoopbackReceiver) -> list[str]:
    return [str(each.body).split('"')[3] for each in loopback.requests]


async def test_failures_of_every_kind_end_in_one_delivery_per_event(
    loopback: LoopbackReceiver,
) -> None:
    loopback.answers.extend([answer(500), Hang(), b"", answer(401), answer(302)])
    store = MemoryStore()
    store.commit(event(OPENED, revision=1), event(RESOLVED, revision=2))

    async with Running(store, webhook(loopback)):
        await eventually_async(lambda: list(store.statuses().values()) == ["delivered"] * 2)

    assert types(loopback) == [OPENED] * 6 + [RESOLVED]
    assert len({each.headers["webhook-id"] for each in loopback.requests}) == 2


async def test_retry_after_is_waited_for(loopback: LoopbackReceiver) -> None:
    loopback.answers.append(answer(503, retry_after="1"))
    store = MemoryStore()
    store.commit(event(OPENED))
    loop = asyncio.get_running_loop()

    async with Running(store, webhook(loopback)):
        await eventually_async(lambda: len(loopback.requests) == 1)
        first = loop.time()
        await eventually_async(lambda: len(loopback.requests) == 2)

    assert loop.time() - first >= 0.9


async def test_a_hanging_receiver_is_tried_again_while_others_hear_at_once(
    loopback: LoopbackReceiver,
) -> None:
    store = MemoryStore()
    store.commit(event(OPENED))
    async with listening() as hanging:
        hanging.answers.extend([Hang()] * 50)
        async with Running(store, webhook(hanging, "hangs"), webhook(loopback)):
            await eventually_async(lambda: len(loopback.requests) == 1)
            attempts = {each.receiver: each.attempts for each in store.rows.values()}
            assert attempts["hangs"] == 0
            await eventually_async(lambda: len(hanging.requests) >= 2)

    reasons = {each.receiver: (each.status, each.reason) for each in store.rows.values()}
    assert reasons["hangs"] == (DeliveryStatus.PENDING, "timeout")
    assert reasons["on-call"] == (DeliveryStatus.DELIVERED, "")


async def test_a_receiver_that_is_gone_gets_nothing_more(loopback: LoopbackReceiver) -> None:
    loopback.answers.append(answer(410))
    store = MemoryStore()
    store.commit(event(OPENED, "inc_a"))

    async with Running(store, webhook(loopback)) as dispatcher:
        await eventually_async(lambda: store.statuses() == {OPENED: "dead"})
        store.commit(event(OPENED, "inc_b"))
        dispatcher.wake()
        await eventually_async(lambda: len(store.rows) == 2)
        await eventually_async(lambda: {each.reason for each in store.rows.values()} == {"gone"})

    assert len(loopback.requests) == 1


async def test_a_refused_connection_is_told_once_the_receiver_is_back() -> None:
    async with listening() as receiver:
        port = receiver.port
    store = MemoryStore()
    store.commit(event(OPENED))

    async with Running(store, webhook(receiver)):
        await eventually_async(lambda: [each.reason for each in store.rows.values()] == ["network"])
        server = await asyncio.start_server(receiver.handle, "127.0.0.1", port)
        await eventually_async(lambda: store.statuses() == {OPENED: "delivered"})
        server.close()
        await server.wait_closed()
