"""What the store keeps of incidents, windows and notices, held in memory for the page.

Everything that is kept has a page, and a year of it is too much to be read at every change: all
is read at the start and now and then, between that only what can have changed.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.notice import Notice, NoticeState

# One read of the store; what is newer than that many is found at once, whatever changed.
PAGE = 100
MOST_OPEN = 1000
MOST_NOTICES_OF_ONE = 1000
WHOLE_SECONDS = 900.0

T = TypeVar("T", Incident, Window, Notice)


class ArchiveStore(Protocol):
    """What is read; lists come newest first, *before* is the last id already seen."""

    async def incidents(
        self, *, open_only: bool = False, limit: int = 100, before: str | None = None
    ) -> list[Incident]: ...

    async def incident(self, id_: str) -> Incident | None: ...

    async def windows(
        self, *, include_ended: bool = True, limit: int = 100, before: str | None = None
    ) -> list[Window]: ...

    async def window(self, id_: str) -> Window | None: ...

    async def notices(
        self, subject: str | None = None, limit: int = 200, before: str | None = None
    ) -> list[Notice]: ...


class Kept(NamedTuple):
    """All that is kept; the same objects as long as nothing of them was read anew."""

    incidents: Sequence[Incident] = ()
    windows: Sequence[Window] = ()
    notices: Sequence[Notice] = ()


class Archive:
    """Reads the store into memory; an error of the store leaves what was read before."""

    def __init__(self, store: ArchiveStore) -> None:
        self._store = store
        self._incidents: dict[str, Incident] = {}
        self._windows: dict[str, Window] = {}
        self._notices: dict[str, Notice] = {}
        self._whole_at = float("-inf")

    async def read(self, now: float, touched: Iterable[str] = ()) -> Kept:
        """Return what is kept at monotonic *now*; of *touched* subjects all notices are read."""
        if now - self._whole_at >= WHOLE_SECONDS:
            await self._read_all()
            self._whole_at = now
        else:
            await self._read_incidents()
            await self._read_windows()
            self._keep(await self._store.notices(limit=PAGE))
        for subject in touched:
            self._keep(await self._store.notices(subject, MOST_NOTICES_OF_ONE))
        return Kept(
            tuple(self._incidents.values()),
            tuple(self._windows.values()),
            tuple(self._notices.values()),
        )

    async def _read_all(self) -> None:
        """Read everything page by page; what retention took away is gone with that."""
        incidents: dict[str, Incident] = {}
        windows: dict[str, Window] = {}
        notices: dict[str, Notice] = {}
        last: str | None = None
        while page := await self._store.incidents(limit=PAGE, before=last):
            incidents |= {each.id: each for each in page}
            last = page[-1].id
        last = None
        while some := await self._store.windows(limit=PAGE, before=last):
            windows |= {each.id: each for each in some}
            last = some[-1].id
        last = None
        while found := await self._store.notices(limit=PAGE, before=last):
            notices |= {each.id: each for each in found if each.state is NoticeState.PUBLISHED}
            last = found[-1].id
        self._incidents, self._windows, self._notices = incidents, windows, notices

    async def _read_incidents(self) -> None:
        """Read the open ones, the newest, and those that have ended since."""
        read = await self._store.incidents(open_only=True, limit=MOST_OPEN)
        read += await self._store.incidents(limit=PAGE)
        known = {each.id for each in read}
        for held in list(self._incidents.values()):
            if not held.status.is_ended and held.id not in known:
                ended = await self._store.incident(held.id)
                read += [ended] if ended else []
        _merge(self._incidents, read)

    async def _read_windows(self) -> None:
        read = await self._store.windows(include_ended=False, limit=MOST_OPEN)
        read += await self._store.windows(limit=PAGE)
        known = {each.id for each in read}
        for held in list(self._windows.values()):
            if not held.status.is_ended and held.id not in known:
                ended = await self._store.window(held.id)
                read += [ended] if ended else []
        _merge(self._windows, read)

    def _keep(self, notices: Iterable[Notice]) -> None:
        found = list(notices)
        _merge(self._notices, [each for each in found if each.state is NoticeState.PUBLISHED])
        for each in found:
            if each.state is not NoticeState.PUBLISHED:
                self._notices.pop(each.id, None)


def _merge(held: dict[str, T], read: Iterable[T]) -> None:
    """Take over what was read; what is equal stays the same object, so that pages stay, too."""
    for each in read:
        if held.get(each.id) != each:
            held[each.id] = each
