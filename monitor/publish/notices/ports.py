"""What publishing notices needs from others, as small as its use."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from monitor.model.configuration import Configuration
from monitor.model.events import Event
from monitor.model.notice import Notice, NoticeState
from monitor.model.status import Status

# More than an incident of a year has: what is due rests on all that was told, the first word too.
EVERY_NOTICE = 100_000


class NoticeStore(Protocol):
    """Where notices are kept, each with its event in one transaction."""

    async def save_notice(
        self, notice: Notice, events: Sequence[Event], corrected: Notice | None = None
    ) -> bool:
        """Store *notice*; False where one of its subject, kind and revision existed.

        *corrected* replaces the notice that it sets right.
        """
        ...

    async def update_notice(self, notice: Notice, events: Sequence[Event]) -> None: ...

    async def notices(
        self,
        subject: str | None = None,
        limit: int = 200,
        *,
        state: NoticeState | None = None,
    ) -> list[Notice]: ...


class FactSource(Protocol):
    """What is known at this moment; the configuration may change at a reload."""

    def configuration(self) -> Configuration: ...

    def statuses(self) -> Mapping[str, Status]:
        """Return the displayed status of every service."""
        ...

    async def on_call_informed(self, subject: str) -> bool:
        """Whether a delivery about *subject* to a receiver on call was confirmed."""
        ...


class NoticeMetrics(Protocol):
    """Counts what was published and what failed; *kind* and *locale* are closed sets."""

    def published(self, kind: str, locale: str) -> None: ...

    def failed(self, kind: str) -> None: ...
