"""The store as mail sees it; its writes go in order, and return after their commit."""

from datetime import datetime
from functools import partial

from monitor.model.mail import Confirmation, Mailing, MailProgress, Subscriber
from monitor.storage import mails
from monitor.storage.reader import Reader
from monitor.storage.writer import Writer


class MailStore:
    """Wishes, subscribers and fan-outs."""

    writer: Writer
    _reader: Reader

    async def add_confirmation(self, wish: Confirmation) -> bool:
        """Write a wish; False, and nothing, where its address got several lately."""
        return await self.writer.call(partial(mails.add_confirmation, wish=wish))

    async def update_confirmation(self, wish: Confirmation) -> None:
        await self.writer.call(partial(mails.save_confirmation, wish=wish))

    async def delete_confirmation(self, id_: str) -> None:
        await self.writer.call(partial(mails.delete_confirmation, id_=id_))

    async def confirmation(self, id_: str) -> Confirmation | None:
        return await self._reader.read(partial(mails.read_confirmation, id_=id_))

    async def due_confirmations(self, now: datetime, limit: int) -> list[Confirmation]:
        """Return wishes whose mail has to leave, the longest due first."""
        return await self._reader.read(partial(mails.read_due_confirmations, now=now, limit=limit))

    async def confirm(self, id_: str, now: datetime) -> Subscriber | None:
        """Make a subscriber of a wish; None where it is gone or expired."""
        return await self.writer.call(partial(mails.confirm, id_=id_, now=now))

    async def delete_subscriber(self, id_: str) -> bool:
        """Forget a subscriber; False where there was none."""
        return await self.writer.call(partial(mails.delete_subscriber, id_=id_))

    async def subscriber(self, id_: str) -> Subscriber | None:
        return await self._reader.read(partial(mails.read_subscriber, id_=id_))

    async def subscriber_of(self, address: str) -> Subscriber | None:
        return await self._reader.read(partial(mails.read_subscriber_of, address=address))

    async def subscribers(
        self, after: str = "", limit: int = 200, *, active_only: bool = False
    ) -> list[Subscriber]:
        """Return subscribers in the order of their ids, those behind *after*."""
        query = partial(mails.read_subscribers, after=after, limit=limit, active_only=active_only)
        return await self._reader.read(query)

    async def mailing(self, event: str) -> Mailing | None:
        return await self._reader.read(partial(mails.read_mailing, event=event))

    async def deferred(self, event: str, after: str, limit: int) -> list[Subscriber]:
        """Return whose mail about *event* has to be tried again, in the order of their ids."""
        query = partial(mails.read_deferred, event=event, after=after, limit=limit)
        return await self._reader.read(query)

    async def save_progress(self, progress: MailProgress, most_bounces: int, now: datetime) -> None:
        """Write how far a fan-out has got; too many bounces in a row suppress an address."""
        work = partial(mails.save_progress, progress=progress, most_bounces=most_bounces, now=now)
        await self.writer.call(work)
