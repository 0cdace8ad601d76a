"""What is read: rows back to values of the model, newest first where there are many."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.model.batch import SavedState
from monitor.model.change import Change
from monitor.model.codec import from_json
from monitor.model.fault import MonitorFault
from monitor.model.history import MonitorRun
from monitor.model.incident import Incident
from monitor.model.maintenance import Window
from monitor.model.series import Series
from monitor.model.status import CheckState, Transition
from monitor.storage.tables import (
    CHANGES,
    CHECK_STATES,
    FAULTS,
    INCIDENTS,
    MONITOR_RUNS,
    SERIES,
    STATUSES,
    TRANSITIONS,
    WINDOWS,
)

RECENT = timedelta(hours=24)
# Reports to authorities may be due long after an incident has ended.
RECENT_INCIDENTS = timedelta(days=31)

T = TypeVar("T")


def values(connection: sa.Connection, type_: type[T], query: sa.Select[Any]) -> list[T]:
    """Return the documents that *query* selects as values."""
    return [from_json(type_, document) for document in connection.scalars(query)]


def before(table: sa.Table, column: sa.Column[Any], id_: str) -> sa.ColumnElement[bool]:
    """Return the condition for what comes after row *id_* in a list with the newest first."""
    cursor = sa.select(column).where(table.c.id == id_).scalar_subquery()
    return sa.or_(column < cursor, sa.and_(column == cursor, table.c.id < id_))


def saved_state(
    connection: sa.Connection, now: datetime, alive_until: datetime | None
) -> SavedState:
    """Return what the engine starts with: all that goes on, and what ended recently."""
    since = now - RECENT
    incidents, windows = INCIDENTS.c, WINDOWS.c
    going_on = sa.or_(incidents.ended_at.is_(None), incidents.ended_at >= now - RECENT_INCIDENTS)
    # One called off ahead of its time is known until then: its series must not plan it again.
    not_ended = sa.or_(~windows.ended, windows.updated_at >= since, windows.ends_at >= now)
    return SavedState(
        checks=tuple(values(connection, CheckState, sa.select(CHECK_STATES.c.document))),
        statuses=tuple(_statuses(connection)),
        incidents=tuple(
            values(
                connection,
                Incident,
                sa.select(incidents.document).where(going_on).order_by(incidents.started_at),
            )
        ),
        windows=tuple(
            values(
                connection,
                Window,
                sa.select(windows.document).where(not_ended).order_by(windows.starts_at),
            )
        ),
        series=tuple(read_series(connection)),
        changes=tuple(reversed(read_changes(connection, limit=None, since=since))),
        faults=tuple(_open_faults(connection)),
        alive_until=alive_until,
    )


def last_alive(connection: sa.Connection) -> datetime | None:
    """Return the end of the last run; by its number, since a clock may have been set back."""
    query = sa.select(MONITOR_RUNS.c.alive_until).order_by(MONITOR_RUNS.c.id.desc()).limit(1)
    return connection.scalar(query)


def _statuses(connection: sa.Connection) -> list[Transition]:
    return [_transition(row) for row in connection.execute(sa.select(STATUSES)).mappings()]


def _open_faults(connection: sa.Connection) -> list[MonitorFault]:
    table = FAULTS.c
    query = sa.select(table.document).where(table.cleared_at.is_(None)).order_by(table.started_at)
    return values(connection, MonitorFault, query)


def read_incidents(
    connection: sa.Connection, *, open_only: bool, limit: int, before_id: str | None
) -> list[Incident]:
    table = INCIDENTS.c
    query = sa.select(table.document).order_by(table.started_at.desc(), table.id.desc())
    if open_only:
        query = query.where(table.ended_at.is_(None))
    if before_id is not None:
        query = query.where(before(INCIDENTS, table.started_at, before_id))
    return values(connection, Incident, query.limit(limit))


def read_incident(connection: sa.Connection, id_: str) -> Incident | None:
    query = sa.select(INCIDENTS.c.document).where(INCIDENTS.c.id == id_)
    return next(iter(values(connection, Incident, query)), None)


def read_windows(
    connection: sa.Connection, *, include_ended: bool, limit: int, before_id: str | None
) -> list[Window]:
    table = WINDOWS.c
    query = sa.select(table.document).order_by(table.starts_at.desc(), table.id.desc())
    if not include_ended:
        query = query.where(~table.ended)
    if before_id is not None:
        query = query.where(before(WINDOWS, table.starts_at, before_id))
    return values(connection, Window, query.limit(limit))


def read_window(connection: sa.Connection, id_: str) -> Window | None:
    query = sa.select(WINDOWS.c.document).where(WINDOWS.c.id == id_)
    return next(iter(values(connection, Window, query)), None)


def read_series(connection: sa.Connection) -> list[Series]:
    """Return the series that go on."""
    table = SERIES.c
    query = sa.select(table.document).where(table.ended_at.is_(None)).order_by(table.id)
    return values(connection, Series, query)


def read_changes(
    connection: sa.Connection, *, limit: int | None, since: datetime | None
) -> list[Change]:
    table = CHANGES.c
    query = sa.select(table.document).order_by(table.at.desc(), table.id.desc()).limit(limit)
    if since is not None:
        query = query.where(table.at >= since)
    return values(connection, Change, query)


def read_transitions(
    connection: sa.Connection, subject_kind: str, subject: str, since: datetime
) -> list[Transition]:
    """Return the transition in force at *since* and all later ones, oldest first.

    What was written later holds: a clock that was set back leaves older transitions that lie
    ahead of younger ones, or even of now.
    """
    table = TRANSITIONS.c
    own = sa.and_(table.subject_kind == subject_kind, table.subject == subject)
    in_force = sa.select(sa.func.max(table.id)).where(own, table.at <= since).scalar_subquery()
    query = (
        sa.select(TRANSITIONS)
        .where(own, table.id >= sa.func.coalesce(in_force, 0))
        .order_by(table.id)
    )
    valid: list[Transition] = []
    for row in connection.execute(query).mappings():
        while valid and valid[-1].at > row["at"]:
            valid.pop()
        valid.append(_transition(row))
    return valid


def read_runs(connection: sa.Connection, since: datetime) -> list[MonitorRun]:
    """Return the runs that lasted beyond *since*, oldest first."""
    table = MONITOR_RUNS.c
    query = sa.select(MONITOR_RUNS).where(table.alive_until >= since).order_by(table.started_at)
    return [
        MonitorRun(started_at=row["started_at"], alive_until=row["alive_until"])
        for row in connection.execute(query).mappings()
    ]


def _transition(row: sa.RowMapping) -> Transition:
    return Transition(
        subject_kind=row["subject_kind"],
        subject=row["subject"],
        at=row["at"],
        observed=row["observed"],
        displayed=row["displayed"],
        planned=row["planned"],
    )
