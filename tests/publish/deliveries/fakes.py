"""A store and a channel that keep everything in memory and fail when told to."""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.clock import SystemClock
from monitor.model.configuration import ReceiverConfig
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event, EventType
from monitor.publish.deliveries.backoff import RetryPolicy
from monitor.publish.deliveries.dispatcher import Dispatcher
from monitor.publish.deliveries.plan import plan
from monitor.publish.deliveries.ports import Receiver
from monitor.publish.deliveries.result import DeliveryResult, SendReason, SendResult
from tests.support.polling import eventually_async

START = datetime(2025, 3, 1, 4, 0, tzinfo=UTC)
IMPATIENT = RetryPolicy(base_seconds=0.01, cap_seconds=0.02, retry_after_cap_seconds=1.0)


def event(type_: EventType, subject: str = "inc_a", revision: int = 1) -> Event:
    at = START + timedelta(seconds=revision)
    return Event.of(type_, subject, revision, at, {"id": subject, "status": "open"})


def delivery(type_: EventType, subject: str = "inc_a", sequence: int = 1) -> Delivery:
    made = event(type_, subject, sequence)
    (only,) = plan(sequence, made, [config()], START)
    return only


def config(
    name: str = "on-call", *, on_call: bool = True, events: tuple[str, ...] = ()
) -> ReceiverConfig:
    return ReceiverConfig(name=name, type="fake", spec=None, on_call=on_call, events=events)


class StoreDownError(Exception):
    """The store does not answer."""


class MemoryStore:
    """Satisfies `DeliveryStore`; while *down* nothing works, as on a lost database."""

    def __init__(self) -> None:
        self.down = False
        self.down_after_dispatch = False
        self.events: dict[str, Event] = {}
        self.undispatched: dict[int, Event] = {}
        self.rows: dict[str, Delivery] = {}

    def commit(self, *events: Event) -> None:
        for each in events:
            sequence = len(self.events) + 1
            self.events[each.id] = each
            self.undispatched[sequence] = each

    def _answer(self) -> None:
        if self.down:
            raise StoreDownError

    async def new_events(self, limit: int) -> list[tuple[int, Event]]:
        self._answer()
        return list(self.undispatched.items())[:limit]

    async def dispatch(self, seq: int, deliveries: Sequence[Delivery]) -> None:
        self._answer()
        del self.undispatched[seq]
        self.rows |= {each.id: each for each in deliveries}
        if self.down_after_dispatch:
            self.down_after_dispatch = False
            raise StoreDownError

    async def open_deliveries(self) -> list[tuple[Delivery, Event]]:
        self._answer()
        pending = await self.deliveries(status=DeliveryStatus.PENDING)
        return [(each, self.events[each.event]) for each in reversed(pending)]

    async def mark_delivery(self, delivery: Delivery) -> None:
        self._answer()
        assert delivery.id in self.rows, "only what was dispatched can be marked"
        self.rows[delivery.id] = delivery

    async def event(self, id_: str) -> Event | None:
        self._answer()
        return self.events.get(id_)

    async def deliveries(
        self, status: DeliveryStatus | None = None, subject: str | None = None, limit: int = 200
    ) -> list[Delivery]:
        self._answer()
        rows = [
            each
            for each in self.rows.values()
            if status in (None, each.status) and subject in (None, each.subject)
        ]
        return sorted(rows, key=lambda each: -each.sequence)[:limit]

    async def delivery(self, id_: str) -> Delivery | None:
        self._answer()
        return self.rows.get(id_)

    def statuses(self) -> dict[str, str]:
        return {each.event_type: each.status.value for each in self.rows.values()}


@dataclass
class ScriptedChannel:
    """Gives the scripted results, then success; a shut *gate* holds every attempt back."""

    results: deque[SendResult] = field(default_factory=deque)
    sent: list[tuple[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    in_flight: Counter[str] = field(default_factory=Counter)
    most_in_flight: Counter[str] = field(default_factory=Counter)
    closed: bool = False

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def types(self) -> list[str]:
        return [type_ for _, type_ in self.sent]

    async def send(self, event: Event, delivery: Delivery) -> SendResult:
        for key in (event.subject, "all"):
            self.in_flight[key] += 1
            self.most_in_flight[key] = max(self.most_in_flight[key], self.in_flight[key])
        try:
            await self.gate.wait()
        finally:
            for key in (event.subject, "all"):
                self.in_flight[key] -= 1
        self.sent.append((event.subject, event.type.value))
        self.ids.append(delivery.id)
        return self.results.popleft() if self.results else SendResult.delivered()

    async def close(self) -> None:
        self.closed = True


class CountingMetrics:
    """Satisfies `DeliveryMetrics`."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def count_delivery(self, receiver: str, result: DeliveryResult) -> None:
        self.counts[receiver, result.value] += 1


def receiver(
    channel: ScriptedChannel,
    config_: ReceiverConfig | None = None,
    policy: RetryPolicy = IMPATIENT,
) -> Receiver:
    return Receiver(config=config_ or config(), channel=channel, policy=policy)


def refused() -> SendResult:
    return SendResult.retry(SendReason.NETWORK, "refused")


def rejected() -> SendResult:
    return SendResult.permanent(SendReason.CLIENT_ERROR, "HTTP 400")


class Running:
    """Runs a dispatcher for the length of a block and stops it in order."""

    def __init__(
        self, store: MemoryStore, *receivers: Receiver, metrics: CountingMetrics | None = None
    ) -> None:
        self.dispatcher = Dispatcher(
            store, receivers, SystemClock(), metrics or CountingMetrics(), poll_seconds=0.05
        )
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Dispatcher:
        self._task = asyncio.create_task(self.dispatcher.run())
        return self.dispatcher

    async def __aexit__(self, *exc: object) -> None:
        await self.dispatcher.stop(grace_seconds=0.2)
        assert self._task is not None
        await asyncio.gather(self._task, return_exceptions=True)


async def settled(store: MemoryStore, count: int) -> None:
    """Wait until there are *count* deliveries and none of them is pending."""

    def is_settled() -> bool:
        statuses = [each.status for each in store.rows.values()]
        return len(statuses) == count and DeliveryStatus.PENDING not in statuses

    await eventually_async(is_settled)
