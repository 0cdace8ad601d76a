"""Writes what became of deliveries to the store, in order, and again until it succeeds."""

import asyncio

import structlog

from monitor.model.delivery import Delivery
from monitor.publish.deliveries.ports import DeliveryStore

RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class MarkWriter:
    """A queue of marks between the workers and the store.

    A store that cannot be written must not hold up the next alert, so workers never wait for it.
    Only the latest mark of a delivery is kept, and marks are written in the order of their
    deliveries: the end of an incident is never marked before its beginning.
    """

    def __init__(self, store: DeliveryStore) -> None:
        self._store = store
        self._pending: dict[str, Delivery] = {}
        self._more = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def pending(self) -> tuple[Delivery, ...]:
        """Marks that the store does not have yet."""
        return tuple(self._pending.values())

    def put(self, delivery: Delivery) -> None:
        self._pending[delivery.id] = delivery
        self._empty.clear()
        self._more.set()

    async def run(self) -> None:
        """Write marks until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._pending:
                if not await self._write(next(iter(self._pending.values()))):
                    await asyncio.sleep(RETRY_SECONDS)
            self._empty.set()

    async def flushed(self) -> None:
        """Return once every mark is written."""
        await self._empty.wait()

    async def _write(self, delivery: Delivery) -> bool:
        try:
            await self._store.mark_delivery(delivery)
        except Exception as error:  # noqa: BLE001 - whatever ails the store, the mark must wait
            log.warning("delivery_mark_failed", delivery=delivery.id, error=type(error).__name__)
            return False
        # A newer mark that came while this one was written stays queued, in its place.
        if self._pending.get(delivery.id) is delivery:
            del self._pending[delivery.id]
        return True
