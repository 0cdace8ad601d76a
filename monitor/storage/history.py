"""Reads for pages, the API and the command line: the record and what follows from it."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial

import sqlalchemy as sa

from monitor.clock import Clock
from monitor.model.change import Change
from monitor.model.events import Event
from monitor.model.history import DayHistory, MonitorRun, Rollup, StatusSpell, StatusTime
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.status import Transition
from monitor.storage import outbox, queries, rollups
from monitor.storage.reader import Reader
from monitor.storage.uptime import (
    day_histories,
    known_spells,
    midnight,
    shown_spells,
    status_time,
)
from monitor.storage.writer import Writer


class HistoryReads:
    """The part of the store that only reads; each call is one transaction in a thread."""

    writer: Writer
    _reader: Reader
    _clock: Clock

    async def incidents(
        self, *, open_only: bool = False, limit: int = 100, before: str | None = None
    ) -> list[Incident]:
        """Return incidents, newest first; *before* is the id of the last one already seen."""
        query = partial(queries.read_incidents, open_only=open_only, limit=limit, before_id=before)
        return await self._reader.read(query)

    async def incident(self, id_: str) -> Incident | None:
        return await self._reader.read(partial(queries.read_incident, id_=id_))

    async def events_of(self, subject: str) -> list[Event]:
        """Return the events of an incident, window, notice or fault, oldest first."""
        return await self._reader.read(partial(outbox.read_events_of, subject=subject))

    async def windows(
        self, *, include_ended: bool = True, limit: int = 100, before: str | None = None
    ) -> list[Window]:
        """Return windows, the one that starts last first; *before* is the last id already seen."""
        query = partial(
            queries.read_windows, include_ended=include_ended, limit=limit, before_id=before
        )
        return await self._reader.read(query)

    async def window(self, id_: str) -> Window | None:
        return await self._reader.read(partial(queries.read_window, id_=id_))

    async def changes(self, limit: int = 100, since: datetime | None = None) -> list[Change]:
        """Return deploys and changes of configuration, newest first."""
        return await self._reader.read(partial(queries.read_changes, limit=limit, since=since))

    async def status_history(
        self, subject_kind: str, subject: str, since: datetime
    ) -> list[Transition]:
        """Return the transition in force at *since* and all later ones, oldest first."""
        query = partial(
            queries.read_transitions, subject_kind=subject_kind, subject=subject, since=since
        )
        return await self._reader.read(query)

    async def monitor_runs(self, since: datetime) -> list[MonitorRun]:
        """Return when the monitor was alive after *since*, the present run included."""
        now = self._clock.now()
        stored = await self._reader.read(partial(queries.read_runs, since=since))
        return _with_current(stored, self.writer.current_run(now))

    async def rollups(
        self, check: str, resolution_seconds: int, since: datetime, until: datetime
    ) -> list[Rollup]:
        """Return the figures of a check per minute (60) or hour (3600), oldest first."""
        query = partial(
            rollups.read_rollups,
            check=check,
            resolution=resolution_seconds,
            since=since,
            until=until,
        )
        return await self._reader.read(query)

    async def uptime(
        self,
        subject: str,
        since: datetime,
        until: datetime,
        *,
        subject_kind: str = "service",
        count_maintenance: bool = False,
    ) -> StatusTime:
        """Return how long each status was displayed; time without the monitor is unknown."""
        known = await self._known(subject_kind, subject, since)
        spells = known_spells(*known, until, count_maintenance=count_maintenance)
        return status_time(spells, since, until)

    async def daily_history(
        self, service: str, days: int, zone: tzinfo, *, count_maintenance: bool = False
    ) -> list[DayHistory]:
        """Return the last *days* calendar days of *zone*, oldest first; today ends now."""
        now = self._clock.now()
        first_day = now.astimezone(zone).date() - timedelta(days=days - 1)
        known = await self._known("service", service, midnight(first_day, zone))
        spells = known_spells(*known, now, count_maintenance=count_maintenance)
        return day_histories(spells, days, zone, now)

    async def status_spells(self, service: str, since: datetime) -> list[StatusSpell]:
        """Return what was shown of a service and when, oldest first; gaps are unknown."""
        known = await self._known("service", service, since)
        return shown_spells(known_spells(*known, self._clock.now()), since)

    async def _known(
        self, subject_kind: str, subject: str, since: datetime
    ) -> tuple[list[Transition], list[MonitorRun]]:
        """Return what happened to a subject, and when the monitor was there to see it."""
        current = self.writer.current_run(self._clock.now())

        def read(connection: sa.Connection) -> tuple[list[Transition], list[MonitorRun]]:
            transitions = queries.read_transitions(connection, subject_kind, subject, since)
            runs = _with_current(queries.read_runs(connection, since), current)
            return transitions, runs

        return await self._reader.read(read)


def _with_current(stored: Sequence[MonitorRun], current: MonitorRun | None) -> list[MonitorRun]:
    """Put the present run in place of its record, which lags by a second or an outage."""
    if current is None:
        return list(stored)
    others = [each for each in stored if each.started_at != current.started_at]
    return sorted([*others, current], key=lambda each: each.started_at)
