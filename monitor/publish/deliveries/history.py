"""What is known of the deliveries of one subject, from the store and, newer, from memory."""

import asyncio
from collections.abc import Callable, Iterable

import structlog

from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.publish.deliveries.plan import TELLING, is_orphan
from monitor.publish.deliveries.ports import DeliveryStore

LIMIT = 1000
# A question to a store that hangs must not hold up the end of an incident.
TIMEOUT_SECONDS = 2.0

log = structlog.get_logger(__name__)


class History:
    """Answers questions about deliveries; *in_memory* gives what the store may not have yet."""

    def __init__(self, store: DeliveryStore, in_memory: Callable[[], Iterable[Delivery]]) -> None:
        self._store = store
        self._in_memory = in_memory

    async def of(self, subject: str) -> list[Delivery]:
        """Return the latest state of each delivery; without a store, memory has to do."""
        stored: list[Delivery] = []
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                stored = await self._store.deliveries(subject=subject, limit=LIMIT)
        except Exception as error:  # noqa: BLE001 - whatever ails the store, alerts go on
            log.warning("delivery_history_failed", subject=subject, error=type(error).__name__)
        latest = {each.id: each for each in (*stored, *self._in_memory())}
        return [each for each in latest.values() if each.subject == subject]

    async def is_orphan(self, delivery: Delivery) -> bool:
        """Return whether the trigger that *delivery* ends is a dead letter."""
        return is_orphan(delivery, await self.of(delivery.subject))

    async def told(self, subject: str, receivers: frozenset[str]) -> bool:
        """Return whether one of *receivers* has confirmed that it was told of *subject*."""
        return any(
            each.status is DeliveryStatus.DELIVERED
            and each.event_type in TELLING
            and each.receiver in receivers
            for each in await self.of(subject)
        )
