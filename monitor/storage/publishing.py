"""The store as publish sees it: new events, deliveries and notices; its writes go in order."""

from collections.abc import Sequence
from functools import partial

from monitor.model.delivery import Delivery, DeliveryStatus
from monitor.model.events import Event
from monitor.model.notice import Notice, NoticeState
from monitor.storage import outbox
from monitor.storage.reader import Reader
from monitor.storage.writer import Writer


class PublishingStore:
    """Writes return after their commit; while the store is away they wait for it."""

    writer: Writer
    _reader: Reader

    async def new_events(self, limit: int) -> list[tuple[int, Event]]:
        """Return events committed and not yet dispatched, with their numbers, in order."""
        return await self._reader.read(partial(outbox.read_new_events, limit=limit))

    async def event(self, id_: str) -> Event | None:
        return await self._reader.read(partial(outbox.read_event, id_=id_))

    async def dispatch(self, seq: int, deliveries: Sequence[Delivery]) -> None:
        """Write the deliveries of an event and mark it dispatched; twice is as good as once."""
        await self.writer.call(partial(outbox.save_dispatch, seq=seq, deliveries=deliveries))

    async def open_deliveries(self) -> list[tuple[Delivery, Event]]:
        """Return what is pending, by receiver, subject and sequence."""
        return await self._reader.read(outbox.read_open_deliveries)

    async def mark_delivery(self, delivery: Delivery) -> None:
        """Replace a delivery that was dispatched."""
        await self.writer.call(partial(outbox.save_delivery, delivery=delivery))

    async def deliveries(
        self, status: DeliveryStatus | None = None, subject: str | None = None, limit: int = 200
    ) -> list[Delivery]:
        """Return deliveries, newest first."""
        query = partial(outbox.read_deliveries, status=status, subject=subject, limit=limit)
        return await self._reader.read(query)

    async def delivery(self, id_: str) -> Delivery | None:
        return await self._reader.read(partial(outbox.read_delivery, id_=id_))

    async def save_notice(
        self, notice: Notice, events: Sequence[Event], corrected: Notice | None = None
    ) -> bool:
        """Write a notice with its events; False where (subject, kind, revision) is there.

        *corrected* replaces the notice that it sets right, in the same transaction.
        """
        work = partial(outbox.save_new_notice, notice=notice, events=events, corrected=corrected)
        return await self.writer.call(work)

    async def update_notice(self, notice: Notice, events: Sequence[Event]) -> None:
        """Replace a notice that is there, and write the events this makes."""
        await self.writer.call(partial(outbox.save_notice, notice=notice, events=events))

    async def notices(
        self,
        subject: str | None = None,
        limit: int = 200,
        before: str | None = None,
        *,
        state: NoticeState | None = None,
    ) -> list[Notice]:
        """Return notices, newest first; *before* is the id of the last one already seen."""
        query = partial(
            outbox.read_notices,
            subject=subject,
            limit=limit,
            before_id=before,
            state=state,
        )
        return await self._reader.read(query)

    async def notice(self, id_: str) -> Notice | None:
        return await self._reader.read(partial(outbox.read_notice, id_=id_))
