"""The part of the desk that plans: windows, series and what people say of the work."""

from collections.abc import Callable, Sequence
from datetime import datetime

from monitor.desk.running import Commands, found, read
from monitor.engine import planning
from monitor.engine.calendar import series_of
from monitor.engine.memory import Memory
from monitor.model.batch import Batch
from monitor.model.maintenance import ExpectedPattern, Window
from monitor.model.series import Series
from monitor.storage.store import Store
from monitor.web.ops.backend import SeriesRecord, WindowRecord, WindowWish

Step = Callable[[datetime], tuple[Window, Batch]]


class MaintenanceDesk:
    """Answers `OpsBackend` as far as maintenance goes."""

    _commands: Commands
    _memory: Memory
    _store: Store

    async def windows(self, *, open_only: bool, limit: int) -> Sequence[Window]:
        return await read(self._store.windows(include_ended=not open_only, limit=limit))

    async def window(self, id_: str) -> WindowRecord:
        """Return a window with its history from the store."""
        window = found(await read(self._store.window(id_)), "window", id_)
        return WindowRecord(
            window=window,
            events=tuple(await read(self._store.events_of(id_))),
            notices=tuple(reversed(await read(self._store.notices(id_)))),
        )

    async def schedule_window(self, wish: WindowWish) -> Window:
        draft = planning.WindowDraft(
            start=wish.start,
            end=wish.end,
            services=wish.services,
            components=wish.components,
            title=wish.title,
            expected=wish.expected or ExpectedPattern(),
            note=wish.note,
            author=wish.by,
            owner=wish.owner,
            needs_approval=wish.needs_approval,
            lead_seconds=wish.lead_seconds,
        )
        return await self._take(lambda now: planning.schedule_window(self._memory, draft, now))

    async def approve_window(self, id_: str, by: str) -> Window:
        return await self._take(lambda now: planning.approve_window(self._memory, id_, now, by))

    async def reschedule_window(self, id_: str, start: datetime, end: datetime, by: str) -> Window:
        return await self._take(
            lambda now: planning.reschedule_window(self._memory, id_, (start, end), now, by)
        )

    async def extend_window(self, id_: str, end: datetime, by: str) -> Window:
        return await self._take(lambda now: planning.extend_window(self._memory, id_, end, now, by))

    async def verify_window(self, id_: str, by: str) -> Window:
        return await self._take(lambda now: planning.verify_window(self._memory, id_, now, by))

    async def complete_window(self, id_: str, by: str) -> Window:
        return await self._take(lambda now: planning.complete_window(self._memory, id_, now, by))

    async def cancel_window(self, id_: str, by: str) -> Window:
        return await self._take(lambda now: planning.cancel_window(self._memory, id_, now, by))

    async def series(self) -> Sequence[SeriesRecord]:
        return [self._record(each) for each in series_of(self._memory).values()]

    async def schedule_series(self, wish: Series) -> SeriesRecord:
        """Enter a series; its first windows are planned by then."""
        series = await self._commands.run(
            lambda now: planning.schedule_series(self._memory, wish, now)
        )
        return self._record(series)

    async def end_series(self, id_: str, by: str) -> SeriesRecord:
        series = await self._commands.run(
            lambda now: planning.end_series(self._memory, id_, now, by)
        )
        return self._record(series)

    async def _take(self, step: Step) -> Window:
        return await self._commands.run(step)

    def _record(self, series: Series) -> SeriesRecord:
        windows = [
            each
            for each in self._memory.windows.values()
            if each.origin == series.origin and not each.status.is_ended
        ]
        return SeriesRecord(
            series=series, windows=tuple(sorted(windows, key=lambda each: each.start))
        )
