"""What mail needs from others: who asked for it, notices, and counters."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from monitor.model.mail import Confirmation, Mailing, MailProgress, Subscriber
from monitor.model.notice import Notice


class MailKind(StrEnum):
    """What a message is."""

    NOTICE = "notice"
    CONFIRMATION = "confirmation"


class MailResult(StrEnum):
    """What became of one attempt to hand over a message."""

    SENT = "sent"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    REFUSED = "refused"


class WishStore(Protocol):
    """Wishes to subscribe and what becomes of them."""

    async def add_confirmation(self, wish: Confirmation) -> bool: ...

    async def update_confirmation(self, wish: Confirmation) -> None: ...

    async def delete_confirmation(self, id_: str) -> None: ...

    async def confirmation(self, id_: str) -> Confirmation | None: ...

    async def due_confirmations(self, now: datetime, limit: int) -> list[Confirmation]: ...

    async def confirm(self, id_: str, now: datetime) -> Subscriber | None: ...

    async def delete_subscriber(self, id_: str) -> bool: ...


class MailingStore(Protocol):
    """Subscribers in the order of their ids, and how far each fan-out has got."""

    async def notice(self, id_: str) -> Notice | None: ...

    async def notices(self, subject: str | None = None, limit: int = 200) -> list[Notice]:
        """Return the notices on *subject*, newest first."""
        ...

    async def subscribers(
        self, after: str = "", limit: int = 200, *, active_only: bool = False
    ) -> list[Subscriber]: ...

    async def mailing(self, event: str) -> Mailing | None: ...

    async def deferred(self, event: str, after: str, limit: int) -> list[Subscriber]: ...

    async def save_progress(
        self, progress: MailProgress, most_bounces: int, now: datetime
    ) -> None: ...


class MailMetrics(Protocol):
    """Counts messages; both labels are closed sets, and neither is an address."""

    def count_mail(self, kind: MailKind, result: MailResult) -> None: ...
