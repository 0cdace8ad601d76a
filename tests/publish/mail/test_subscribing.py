"""Proves the way from a wish to a subscription and out of it again, through a real mail server."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage

from structlog.testing import capture_logs

from monitor.model.events import EventType
from monitor.model.mail import Confirmation
from monitor.publish.mail.subscribing import SubscriptionDesk
from monitor.storage.store import Store
from tests.publish.mail.server import MailServer, serving
from tests.publish.mail.worlds import (
    EVENT,
    TOKENS,
    CountingMetrics,
    channel,
    delivery,
    head,
)
from tests.storage.samples import Clock
from tests.support.polling import eventually_async


@asynccontextmanager
async def open_desk(
    server: MailServer, store: Store, clock: Clock
) -> AsyncIterator[SubscriptionDesk]:
    desk = SubscriptionDesk(head(server), store, TOKENS, clock, CountingMetrics())
    running = asyncio.create_task(desk.run())
    try:
        yield desk
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def link(message: EmailMessage, path: str) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    found = re.search(rf"https://status\.pay\.example/{path}/([^\s?]+)", part.get_content())
    assert found is not None
    return found.group(1)


async def test_from_a_wish_to_a_notice_and_out_again(store: Store) -> None:
    async with serving(MailServer()) as server, open_desk(server, store, Clock()) as desk:
        await desk.ask("li@example.com", ("checkout",), "en")
        await eventually_async(lambda: len(server.received) == 1)
        token = link(server.received[0][1], "subscribe/confirm")
        assert await store.subscribers() == [], "asking alone subscribes nobody"
        wish = await desk.wish(token)
        assert wish is not None
        assert wish.services == ("checkout",)
        assert await desk.confirm(token) is not None
        assert await desk.confirm(token) is None, "a link works once"

        await channel(server, store).send(EVENT, delivery())
        out = link(server.received[1][1], "unsubscribe")
        assert desk.may_unsubscribe(out)
        assert await desk.unsubscribe(out)
        assert await desk.unsubscribe(out), "twice is as good as once"
        assert await store.subscribers() == []


async def test_a_link_for_something_else_does_nothing(store: Store) -> None:
    async with serving(MailServer()) as server, open_desk(server, store, Clock()) as desk:
        await desk.ask("li@example.com", (), "en")
        await eventually_async(lambda: len(server.received) == 1)
        token = link(server.received[0][1], "subscribe/confirm")

        assert not await desk.unsubscribe(token)
        assert not desk.may_unsubscribe(token)
        assert await desk.confirm(token.replace(".", ".x")) is None


async def test_a_wish_is_over_after_a_day(store: Store) -> None:
    clock = Clock()
    async with serving(MailServer()) as server, open_desk(server, store, clock) as desk:
        await desk.ask("li@example.com", (), "en")
        await eventually_async(lambda: len(server.received) == 1)
        token = link(server.received[0][1], "subscribe/confirm")
        clock.time += timedelta(days=1)

        assert await desk.wish(token) is None
        assert await desk.confirm(token) is None


async def test_one_address_cannot_be_flooded(store: Store) -> None:
    async with serving(MailServer()) as server, open_desk(server, store, Clock()) as desk:
        for _ in range(6):
            await desk.ask("victim@example.com", (), "en")
        await desk.ask("another@example.com", (), "en")
        await eventually_async(lambda: "another@example.com" in server.recipients)

    assert server.recipients.count("victim@example.com") == 3


async def test_a_wish_that_cannot_be_written_to_stops_no_other(store: Store) -> None:
    clock = Clock()
    bad = Confirmation(
        id="cnf_bad",
        address="=?utf-8?q?li?=@example.com",
        locale="en",
        services=(),
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
        due_at=clock.now(),
    )
    await store.add_confirmation(bad)
    async with serving(MailServer()) as server, open_desk(server, store, clock) as desk:
        await desk.ask("li@example.com", (), "en")
        await eventually_async(lambda: "li@example.com" in server.recipients)
        await desk.ask("wang@example.com", (), "en")
        await eventually_async(lambda: "wang@example.com" in server.recipients)

    assert server.recipients == ["li@example.com", "wang@example.com"]
    assert await store.confirmation(bad.id) is None


async def test_a_mail_that_is_deferred_is_sent_later(store: Store) -> None:
    clock = Clock()
    answers = ["451 4.7.1 greylisted"]
    server = MailServer(refuse=lambda _: answers.pop() if answers else None)
    async with serving(server), open_desk(server, store, clock) as desk:
        await desk.ask("li@example.com", (), "en")
        await eventually_async(lambda: not answers)

        async def is_put_off() -> bool:
            return not await store.due_confirmations(clock.now(), 9)

        await eventually_async(is_put_off)
        clock.time += timedelta(minutes=1)
        await desk.ask("another@example.com", (), "en")
        await eventually_async(lambda: len(server.received) == 2)

    assert set(server.recipients) == {"li@example.com", "another@example.com"}


async def test_a_wish_of_no_address_is_forgotten(store: Store) -> None:
    clock = Clock()
    server = MailServer(refuse=lambda _: "550 5.1.1 no such user")
    async with serving(server), open_desk(server, store, clock) as desk:
        await desk.ask("nobody@example.com", (), "en")
        await eventually_async(lambda: server.connections == 1)
        await desk.ask("nobody2@example.com", (), "en")
        await eventually_async(lambda: server.connections == 2)
        clock.time += timedelta(hours=1)

        async def is_empty() -> bool:
            return not await store.due_confirmations(clock.now(), 9)

        await eventually_async(is_empty)


async def test_a_closed_desk_takes_no_wish_and_lets_people_out(store: Store) -> None:
    desk = SubscriptionDesk(None, store, TOKENS, Clock(), CountingMetrics())
    await desk.ask("li@example.com", (), "en")

    assert desk.requests_per_minute == 0
    assert await store.due_confirmations(Clock().now(), 9) == []


async def test_no_address_and_no_token_is_in_a_log_or_an_event(store: Store) -> None:
    with capture_logs() as logs:
        async with serving(MailServer()) as server, open_desk(server, store, Clock()) as desk:
            for _ in range(5):
                await desk.ask("secret.reader@example.com", (), "en")
            await eventually_async(lambda: len(server.received) == 3)
            token = link(server.received[0][1], "subscribe/confirm")
            await desk.confirm(token)
            await channel(server, store).send(EVENT, delivery())
            await desk.unsubscribe(link(server.received[3][1], "unsubscribe"))

    assert any(each["event"] == "unsubscribed" for each in logs)
    events = await store.new_events(99)
    assert [event.type for _, event in events] == [EventType.NOTICE_PUBLISHED]
    assert "secret.reader" not in f"{logs} {events}"
    assert token not in f"{logs}"
