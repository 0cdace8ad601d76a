"""Keeps the public site up to date: soon after every change, and every few seconds in any case."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from monitor.clock import Clock
from monitor.model.configuration import Configuration
from monitor.model.history import DayHistory, Rollup, StatusSpell
from monitor.model.snapshot import Snapshot
from monitor.web.public.archive import Archive, ArchiveStore
from monitor.web.public.build import DAYS, Record, ViewBuilder
from monitor.web.public.chart import SPAN, felt_checks, response_chart
from monitor.web.public.site import PublicSite
from monitor.web.public.view import last_known_of

log = structlog.get_logger(__name__)

REFRESH_SECONDS = 5.0
# Changes that come in together, such as a batch and its notice, are read together.
SETTLE_SECONDS = 0.05
# The bars are read again soon after a change, and from time to time for the running day.
CHANGED_HISTORY_SECONDS = 5.0
HISTORY_SECONDS = 60.0
CHART_SECONDS = 300.0
MINUTE = 60


class RecordStore(ArchiveStore, Protocol):
    """What the page reads of the store."""

    async def daily_history(
        self, service: str, days: int, zone: tzinfo, *, count_maintenance: bool = False
    ) -> Sequence[DayHistory]: ...

    async def status_spells(self, service: str, since: datetime) -> Sequence[StatusSpell]: ...

    async def rollups(
        self, check: str, resolution_seconds: int, since: datetime, until: datetime
    ) -> Sequence[Rollup]: ...


class Present(Protocol):
    """The running monitor as the page needs it."""

    def configuration(self) -> Configuration: ...

    def snapshot(self) -> Snapshot: ...


class Refresher:
    """Reads what changed and hands the site a new view; what cannot be read stays as it was."""

    def __init__(
        self, site: PublicSite, store: RecordStore, present: Present, clock: Clock
    ) -> None:
        self._site = site
        self._store = store
        self._archive = Archive(store)
        self._touched: set[str] = set()
        self._present = present
        self._clock = clock
        self._changed = asyncio.Event()
        self._record = Record()
        self._stale = True
        self._history_at = float("-inf")
        self._history_stale = False
        self._charts_at = float("-inf")
        self._failing = False
        self._read_at = clock.now()
        self._builder: ViewBuilder | None = None
        self._configuration: Configuration | None = None

    def changed(self, subject: str = "") -> None:
        """Take note that something the page shows has changed, such as a notice on *subject*."""
        self._touched |= {subject} if subject else set()
        self._stale = True
        self._changed.set()

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            try:
                await self.refresh()
            except Exception:
                # The page says "no data" by itself once its view is old; the next one may be made.
                log.exception("public_view_failed")
            try:
                async with asyncio.timeout(REFRESH_SECONDS):
                    await self._changed.wait()
                await asyncio.sleep(SETTLE_SECONDS)
            except TimeoutError:
                continue

    async def refresh(self) -> None:
        """Show the present; the record is read again only where it may have changed."""
        self._changed.clear()
        stale, self._stale = self._stale, False
        now = self._clock.monotonic()
        try:
            if stale:
                await self._read_record()
            self._history_stale |= stale
            rhythm = CHANGED_HISTORY_SECONDS if self._history_stale else HISTORY_SECONDS
            if now - self._history_at >= rhythm:
                await self._read_history()
                self._history_at = now
                self._history_stale = False
            if now - self._charts_at >= CHART_SECONDS:
                await self._read_charts()
                self._charts_at = now
        except Exception:
            # The page outlives the store: it shows the present with the record it has.
            self._stale = True
            log.warning("public_record_unread", exc_info=not self._failing)
            self._failing = True
            self._record = replace(self._record, unread_since=self._read_at)
        else:
            self._failing = False
            self._read_at = self._clock.now()
            self._record = replace(self._record, unread_since=None)
        self._show()

    async def _read_record(self) -> None:
        # What is touched again while it is read has to be read again.
        touched, self._touched = self._touched, set()
        try:
            kept = await self._archive.read(self._clock.monotonic(), touched)
        except Exception:
            self._touched |= touched
            raise
        self._record = replace(
            self._record, incidents=kept.incidents, windows=kept.windows, notices=kept.notices
        )

    async def _read_history(self) -> None:
        configuration = self._present.configuration()
        zone = ZoneInfo(configuration.platform.time_zone)
        days: Mapping[str, Sequence[DayHistory]] = {
            each.name: await self._store.daily_history(
                each.name, DAYS, zone, count_maintenance=configuration.uptime.count_maintenance
            )
            for each in configuration.services
        }
        since = self._clock.now() - timedelta(days=configuration.store.keep_days)
        spells = {
            each.name: tuple(await self._store.status_spells(each.name, since))
            for each in configuration.services
        }
        self._record = replace(self._record, days=days, spells=spells)

    async def _read_charts(self) -> None:
        configuration, now = self._present.configuration(), self._clock.now()
        felt = {each.name: felt_checks(each, configuration) for each in configuration.services}
        rollups = {
            check: await self._store.rollups(check, MINUTE, now - SPAN, now)
            for check in sorted({check for checks in felt.values() for check in checks})
        }
        charts = {name: response_chart(rollups, checks, now) for name, checks in felt.items()}
        known = {name: each for name, each in charts.items() if each is not None}
        self._record = replace(self._record, responses=known)

    def _show(self) -> None:
        configuration = self._present.configuration()
        if self._builder is None or self._configuration is not configuration:
            self._builder = ViewBuilder(configuration)
            self._configuration = configuration
        known = last_known_of(self._site.view())
        self._site.update(self._builder.build(self._present.snapshot(), self._record, known))
