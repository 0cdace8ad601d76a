"""Proves that a notice reaches every reader once, whatever the mail server does meanwhile."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.clock import SystemClock
from monitor.model.configuration import ReceiverConfig
from monitor.model.delivery import DeliveryStatus
from monitor.model.notice import NoticeKind, NoticeState, NoticeStep
from monitor.publish.deliveries.dispatcher import Dispatcher
from monitor.publish.deliveries.ports import Receiver
from monitor.publish.deliveries.result import SendOutcome, SendReason, SendResult
from monitor.publish.mail.fanout import STEP
from monitor.publish.mail.postman import Pacer
from monitor.publish.mail.room import MailRoom
from monitor.publish.notices.announce import corrected_event, published_event
from monitor.storage.store import Store
from tests.publish.deliveries.fakes import IMPATIENT
from tests.publish.deliveries.fakes import CountingMetrics as DeliveryCounts
from tests.publish.mail.server import MailServer, serving
from tests.publish.mail.worlds import (
    EVENT,
    NOTICE,
    CountingMetrics,
    addresses,
    channel,
    delivery,
    policy,
    subscribed,
)
from tests.publish.notices.worlds import CONFIGURATION
from tests.support.polling import eventually_async

MANY = 2 * STEP + 5


async def test_every_reader_gets_one_message_of_their_own(store: Store) -> None:
    wanted = addresses(MANY)
    await subscribed(store, *wanted)
    metrics = CountingMetrics()
    async with serving(MailServer()) as server:
        result = await channel(server, store, metrics).send(EVENT, delivery())

    assert result == SendResult.delivered()
    assert sorted(server.recipients) == wanted
    assert all(message["To"] == recipient for recipient, message in server.received)
    assert metrics.counts == {("notice", "sent"): MANY}
    assert server.connections <= 2


async def test_only_those_who_chose_the_service_are_told(store: Store) -> None:
    await subscribed(store, "all@example.com")
    await subscribed(store, "repayment@example.com", services=("repayment",))
    await subscribed(store, "checkout@example.com", services=("repayment", "checkout"))
    async with serving(MailServer()) as server:
        await channel(server, store).send(EVENT, delivery())

    assert sorted(server.recipients) == ["all@example.com", "checkout@example.com"]


async def test_nobody_subscribed_is_delivered_without_a_connection(store: Store) -> None:
    async with serving(MailServer()) as server:
        assert await channel(server, store).send(EVENT, delivery()) == SendResult.delivered()

    assert server.connections == 0


async def test_a_stop_in_the_middle_goes_on_where_it_stood(store: Store) -> None:
    wanted = addresses(MANY)
    await subscribed(store, *wanted)
    async with serving(MailServer()) as server:
        sending = asyncio.create_task(channel(server, store).send(EVENT, delivery()))
        await eventually_async(lambda: len(server.received) >= STEP + 3)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        before = len(server.received)
        results = [await channel(server, store).send(EVENT, delivery()) for _ in range(2)]

    assert before < MANY
    assert results[-1] == SendResult.delivered()
    assert set(server.recipients) == set(wanted)
    # Only what was on its way at that moment may come twice, one per connection.
    assert len(server.recipients) - MANY <= 2


async def test_a_server_that_dies_in_the_middle_costs_nobody_a_message(store: Store) -> None:
    wanted = addresses(MANY)
    await subscribed(store, *wanted)
    server = MailServer()
    async with serving(server):
        sender = channel(server, store, connections=1)
        server.close_after = STEP + 3
        server.refuse = lambda _: "421 4.3.2 going down" if len(server.received) > STEP else None
        results = [await sender.send(EVENT, delivery())]
        server.refuse = lambda _: None
        results.append(await sender.send(EVENT, delivery()))

    assert results[0].outcome is SendOutcome.RETRY
    assert results[1] == SendResult.delivered()
    assert Counter(server.recipients) == Counter(wanted)


async def test_a_server_that_is_away_is_a_failed_attempt_and_nobody_is_skipped(
    store: Store,
) -> None:
    await subscribed(store, *addresses(3))
    server = MailServer()
    async with serving(server):
        pass
    sender = channel(server, store)
    refused = await sender.send(EVENT, delivery())
    async with serving(server):
        results = [await sender.send(EVENT, delivery()) for _ in range(2)]

    assert (refused.outcome, refused.reason) == (SendOutcome.RETRY, SendReason.NETWORK)
    assert results[-1] == SendResult.delivered()
    assert sorted(server.recipients) == addresses(3)


async def test_a_deferred_address_is_tried_again_and_the_others_are_not(store: Store) -> None:
    await subscribed(store, *addresses(5))
    grey = {"user0001@example.com", "user0003@example.com"}
    server = MailServer(refuse=lambda each: "451 4.7.1 greylisted" if each in grey else None)
    metrics = CountingMetrics()
    async with serving(server):
        sender = channel(server, store, metrics)
        first = await sender.send(EVENT, delivery())
        grey.remove("user0001@example.com")
        second = await sender.send(EVENT, delivery())
        grey.clear()
        third = await sender.send(EVENT, delivery())
        fourth = await sender.send(EVENT, delivery())

    assert [each.outcome.value for each in (first, second, third)] == ["retry"] * 2 + ["delivered"]
    assert fourth == SendResult.delivered()
    assert Counter(server.recipients) == Counter(addresses(5))
    assert metrics.counts == {("notice", "sent"): 5, ("notice", "deferred"): 3}


async def test_an_address_that_does_not_exist_is_given_up_after_some_notices(
    store: Store,
) -> None:
    (gone, _) = await subscribed(store, "gone@example.com", "here@example.com")
    no_user = "550 5.1.1 no such user"
    server = MailServer(refuse=lambda each: no_user if each == gone.address else None)
    async with serving(server):
        for number in range(4):
            event = replace(EVENT, id=f"evt_{number}")
            sender = channel(server, store, bounces=3)
            assert await sender.send(event, delivery(event)) == SendResult.delivered()

    found = await store.subscriber(gone.id)
    assert found is not None
    assert (found.bounces, found.suppressed_at is None) == (3, False)
    assert server.recipients == ["here@example.com"] * 4


@pytest.mark.parametrize("answer", ["550 5.7.1 policy", "554 no relay", "552 5.2.2 full"])
async def test_a_refusal_of_policy_blames_no_address(store: Store, answer: str) -> None:
    (reader,) = await subscribed(store, "user@example.com")
    metrics = CountingMetrics()
    async with serving(MailServer(refuse=lambda _: answer)) as server:
        result = await channel(server, store, metrics).send(EVENT, delivery())

    assert result == SendResult.delivered()
    assert await store.subscriber(reader.id) == reader
    assert metrics.counts == {("notice", "refused"): 1}


async def test_a_refused_text_blames_no_address(store: Store) -> None:
    (reader,) = await subscribed(store, "user@example.com")
    async with serving(MailServer(refuse_data="554 5.6.0 spam")) as server:
        await channel(server, store).send(EVENT, delivery())

    assert await store.subscriber(reader.id) == reader


async def test_a_notice_that_was_retracted_goes_no_further(store: Store) -> None:
    await subscribed(store, *addresses(MANY))
    server = MailServer()
    server.hold.clear()
    async with serving(server):
        sending = asyncio.create_task(channel(server, store).send(EVENT, delivery()))
        await eventually_async(lambda: server.connections == 2)
        await store.update_notice(replace(NOTICE, state=NoticeState.RETRACTED), [])
        server.hold.set()
        assert await sending == SendResult.delivered()

    assert len(server.received) == STEP


async def test_who_unsubscribes_meanwhile_gets_nothing_more(store: Store) -> None:
    made = await subscribed(store, *addresses(2))
    server = MailServer(refuse=lambda _: "451 later")
    async with serving(server):
        sender = channel(server, store)
        await sender.send(EVENT, delivery())
        await store.delete_subscriber(made[0].id)
        server.refuse = lambda _: None
        assert await sender.send(EVENT, delivery()) == SendResult.delivered()

    assert server.recipients == [made[1].address]


async def test_as_a_receiver_it_is_planned_retried_and_marked_like_any_other(
    store: Store,
) -> None:
    await subscribed(store, *addresses(3))
    grey = {"user0002@example.com"}
    server = MailServer(refuse=lambda each: "451 4.7.1 greylisted" if each in grey else None)
    config = ReceiverConfig(
        name="mail:subscribers", type="mail", spec=None, on_call=False, events=("notice.",)
    )
    async with serving(server):
        sender = channel(server, store)
        receiver = Receiver(config=config, channel=sender, policy=IMPATIENT, is_bulk=True)
        dispatcher = Dispatcher(store, [receiver], SystemClock(), DeliveryCounts())
        running = asyncio.create_task(dispatcher.run())
        await eventually_async(lambda: len(server.received) == 2)
        assert dispatcher.oldest_seconds() == 0.0, "a fan-out is no alert that hangs"
        grey.clear()
        await eventually_async(lambda: len(server.received) == 3)
        await dispatcher.stop()
        await running

    (marked,) = await store.deliveries()
    assert marked.status is DeliveryStatus.DELIVERED
    assert Counter(server.recipients) == Counter(addresses(3))


async def test_a_notice_that_was_set_right_is_not_mailed_again(store: Store) -> None:
    right = replace(NOTICE, id="ntc_right", kind=NoticeKind.CORRECTION)
    step = NoticeStep(state=NoticeState.PUBLISHED, at=NOTICE.at, by="li")
    wrong = replace(NOTICE.stepped(step), corrected_by=right.id)
    await store.save_notice(right, [published_event(right)])
    await store.update_notice(wrong, [corrected_event(wrong)])
    await subscribed(store, "li@example.com")
    async with serving(MailServer()) as server:
        room = MailRoom(store, "a key", SystemClock(), CountingMetrics())
        receivers = room.receivers(replace(CONFIGURATION, mail=policy(server)))
        dispatcher = Dispatcher(store, receivers, SystemClock(), DeliveryCounts())
        running = asyncio.create_task(dispatcher.run())

        async def all_is_told() -> bool:
            made = await store.deliveries()
            done = all(each.status is DeliveryStatus.DELIVERED for each in made)
            return bool(made) and done and not await store.new_events(1)

        await eventually_async(all_is_told)
        await dispatcher.stop()
        await running

    assert len(server.received) == 2, "the notice, and what is right"


async def test_after_a_recovery_nobody_reads_that_it_does_not_work(store: Store) -> None:
    await subscribed(store, "greylisted@example.com")
    over = replace(
        NOTICE, id="ntc_over", kind=NoticeKind.RECOVERY, at=NOTICE.at + timedelta(minutes=9)
    )
    told = published_event(over)
    server = MailServer(refuse=lambda _: "451 4.7.1 greylisted")
    async with serving(server):
        sender = channel(server, store)
        assert (await sender.send(EVENT, delivery())).outcome is SendOutcome.RETRY
        await store.save_notice(over, [told])
        server.refuse = lambda _: None
        results = [await sender.send(each, delivery(each)) for each in (told, EVENT)]

    assert results == [SendResult.delivered()] * 2
    ((_, message),) = server.received
    assert message["Message-ID"].startswith("<ntc_over.")


async def test_messages_leave_at_the_pace_that_was_set() -> None:
    clock = SystemClock()
    pacer = Pacer(clock, rate_per_second=50.0)
    began = clock.monotonic()
    for _ in range(11):
        await pacer.turn()

    assert clock.monotonic() - began >= 0.19
