"""Forgets what is older than promised, in small bites between which the writer goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from monitor.model.delivery import DeliveryStatus
from monitor.storage import tables
from monitor.storage.mail_tables import CONFIRMATIONS, MAILINGS
from monitor.storage.rollups import HOUR, MINUTE

BITE = 2_000
# Longer than any fan-out goes on: its deliveries have died by then.
LONGEST_MAILING = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long things are kept once they are over; minutes live on in their hours."""

    keep: timedelta = timedelta(days=400)
    keep_minutes: timedelta = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Bite:
    """One kind of row that may go, deleted at most BITE rows at a time."""

    table: sa.Table
    condition: sa.ColumnElement[bool]

    def delete(self, connection: sa.Connection) -> int:
        """Delete some and return how many; fewer than BITE means that none are left."""
        keys = list(self.table.primary_key)
        some = sa.select(*keys).where(self.condition).limit(BITE)
        return connection.execute(sa.delete(self.table).where(sa.tuple_(*keys).in_(some))).rowcount


def bites(retention: Retention, now: datetime) -> Iterator[Bite]:
    """Yield what may go at *now*, deliveries before the events that they point to."""
    cutoff = now - retention.keep
    yield _rollups(MINUTE, now - retention.keep_minutes)
    yield _rollups(HOUR, cutoff)
    yield Bite(tables.TRANSITIONS, _superseded(cutoff))
    deliveries = tables.DELIVERIES.c
    is_sent = deliveries.status != DeliveryStatus.PENDING.value
    yield Bite(tables.DELIVERIES, sa.and_(deliveries.created_at < cutoff, is_sent))
    yield Bite(tables.EVENTS, _told(cutoff))
    yield Bite(tables.NOTICES, tables.NOTICES.c.at < cutoff)
    yield Bite(tables.INCIDENTS, tables.INCIDENTS.c.ended_at < cutoff)
    windows = tables.WINDOWS.c
    is_past = sa.and_(windows.ended, windows.updated_at < cutoff, windows.ends_at < cutoff)
    yield Bite(tables.WINDOWS, is_past)
    yield Bite(tables.SERIES, tables.SERIES.c.ended_at < cutoff)
    yield Bite(tables.CHANGES, tables.CHANGES.c.at < cutoff)
    yield Bite(tables.FAULTS, tables.FAULTS.c.cleared_at < cutoff)
    # Wishes that nobody confirmed hold addresses: they go as soon as they are over.
    yield Bite(CONFIRMATIONS, CONFIRMATIONS.c.expires_at < now)
    yield Bite(MAILINGS, MAILINGS.c.started_at < now - LONGEST_MAILING)
    yield Bite(tables.MONITOR_RUNS, tables.MONITOR_RUNS.c.alive_until < cutoff)


def _rollups(resolution: int, cutoff: datetime) -> Bite:
    rollups = tables.ROLLUPS.c
    is_old = sa.and_(rollups.resolution == resolution, rollups.start < cutoff)
    return Bite(tables.ROLLUPS, is_old)


def _superseded(cutoff: datetime) -> sa.ColumnElement[bool]:
    """Hold for old transitions, but not for the one still in force at *cutoff*.

    Their numbers tell which came later, since a clock may have been set back.
    """
    own, later = tables.TRANSITIONS.c, tables.TRANSITIONS.alias("later")
    is_followed = sa.exists().where(
        later.c.subject_kind == own.subject_kind,
        later.c.subject == own.subject,
        later.c.id > own.id,
        later.c.at <= cutoff,
    )
    return sa.and_(own.at < cutoff, is_followed)


def _told(cutoff: datetime) -> sa.ColumnElement[bool]:
    """Hold for old events that every receiver has got, or was given up for."""
    events, deliveries = tables.EVENTS.c, tables.DELIVERIES.c
    is_needed = sa.exists().where(deliveries.event == events.id)
    return sa.and_(events.at < cutoff, events.dispatched, ~is_needed)
