"""What deliveries need from others: a store, channels to send through, and counters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.model.configuration import ReceiverConfig
from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event
from monitor.publish.deliveries.backoff import RetryPolicy
from monitor.publish.deliveries.result import DeliveryResult, SendResult


class DeliveryStore(Protocol):
    """Events that were committed, and the deliveries made of them."""

    async def new_events(self, limit: int) -> list[tuple[int, Event]]:
        """Return events that were never dispatched with their sequence, oldest first."""
        ...

    async def dispatch(self, seq: int, deliveries: Sequence[Delivery]) -> None:
        """Store *deliveries* as they are and mark their event dispatched, in one transaction."""
        ...

    async def open_deliveries(self) -> list[tuple[Delivery, Event]]:
        """Return all pending deliveries."""
        ...

    async def mark_delivery(self, delivery: Delivery) -> None:
        """Overwrite the stored delivery of the same id."""
        ...

    async def event(self, id_: str) -> Event | None: ...

    async def deliveries(
        self, status: DeliveryStatus | None = None, subject: str | None = None, limit: int = 200
    ) -> list[Delivery]: ...

    async def delivery(self, id_: str) -> Delivery | None: ...


class Channel(Protocol):
    """A way to one receiver; it keeps its own deadline and never raises for a failing receiver."""

    async def send(self, event: Event, delivery: Delivery) -> SendResult: ...

    async def close(self) -> None: ...


class DeliveryMetrics(Protocol):
    """Counts what became of each attempt."""

    def count_delivery(self, receiver: str, result: DeliveryResult) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A configured receiver with its channel and how patiently it is tried.

    *wording* is what else its channel writes with, such as names and addresses of the platform. At
    most *concurrency* attempts run at once, each for another subject; *is_bulk* says that
    a delivery may rightly take hours, so that it never counts as one that waits.
    """

    config: ReceiverConfig
    channel: Channel
    policy: RetryPolicy
    wording: object = None
    concurrency: int = 4
    is_bulk: bool = False

    def is_like(self, other: "Receiver") -> bool:
        """Whether *other* would send the same to the same place."""
        return (self.config, self.wording) == (other.config, other.wording)

    @property
    def name(self) -> str:
        return self.config.name
