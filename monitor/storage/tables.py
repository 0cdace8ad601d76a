"""The tables. What is asked for is a column; all the rest of a value is its JSON document."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from monitor.model.observation import Outcome, Phase
from monitor.storage.columns import Document, Moment

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _serial(name: str) -> sa.Column[int]:
    # Only INTEGER counts up by itself in SQLite.
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, primary_key=True, autoincrement=True)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def _moment(name: str, *, optional: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=optional)


def _planned() -> sa.Column[bool]:
    return sa.Column("planned", sa.Boolean, nullable=False, server_default=sa.false())


def _document() -> sa.Column[Any]:
    return sa.Column("document", Document, nullable=False)


CHECK_STATES = sa.Table(
    "check_states",
    METADATA,
    _text("check_name", key=True),
    _text("component"),
    _text("condition"),
    _moment("at"),
    _document(),
)

STATUSES = sa.Table(
    "statuses",
    METADATA,
    _text("subject_kind", key=True),
    _text("subject", key=True),
    _moment("at"),
    _text("observed"),
    _text("displayed"),
    _planned(),
)

TRANSITIONS = sa.Table(
    "transitions",
    METADATA,
    _serial("id"),
    _text("subject_kind"),
    _text("subject"),
    _moment("at"),
    _text("observed"),
    _text("displayed"),
    _planned(),
    sa.UniqueConstraint("subject_kind", "subject", "at", "observed", "displayed"),
    sa.Index(None, "at"),
    sqlite_autoincrement=True,
)

INCIDENTS = sa.Table(
    "incidents",
    METADATA,
    _text("id", key=True),
    _text("status"),
    _text("severity"),
    _text("cause"),
    _text("root"),
    _moment("started_at"),
    _moment("updated_at"),
    _moment("ended_at", optional=True),
    _document(),
    sa.Index(None, "started_at", "id"),
    sa.Index(None, "ended_at"),
)

WINDOWS = sa.Table(
    "windows",
    METADATA,
    _text("id", key=True),
    _text("status"),
    _moment("starts_at"),
    _moment("ends_at"),
    _moment("updated_at"),
    sa.Column("ended", sa.Boolean, nullable=False),
    _document(),
    sa.Index(None, "ended", "starts_at"),
)

SERIES = sa.Table(
    "series",
    METADATA,
    _text("id", key=True),
    _moment("ended_at", optional=True),
    _document(),
)

CHANGES = sa.Table(
    "changes",
    METADATA,
    _text("id", key=True),
    _text("component"),
    _moment("at"),
    _document(),
    sa.Index(None, "at"),
)

FAULTS = sa.Table(
    "faults",
    METADATA,
    _text("id", key=True),
    _text("kind"),
    _moment("started_at"),
    _moment("cleared_at", optional=True),
    _document(),
    sa.Index(None, "cleared_at"),
)

EVENTS = sa.Table(
    "events",
    METADATA,
    _serial("seq"),
    _text("id"),
    _text("type"),
    _text("subject"),
    _moment("at"),
    _document(),
    sa.Column("dispatched", sa.Boolean, nullable=False),
    sa.UniqueConstraint("id"),
    sa.Index(None, "subject"),
    sa.Index(None, "at"),
    sa.Index(
        "ix_events_undispatched",
        "seq",
        sqlite_where=sa.text("dispatched = 0"),
        postgresql_where=sa.text("NOT dispatched"),
    ),
    sqlite_autoincrement=True,
)

DELIVERIES = sa.Table(
    "deliveries",
    METADATA,
    _text("id", key=True),
    sa.Column("event", sa.Text, sa.ForeignKey("events.id"), nullable=False),
    _text("receiver"),
    _text("subject"),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    _text("status"),
    _moment("created_at"),
    _moment("due_at"),
    _document(),
    sa.UniqueConstraint("event", "receiver"),
    sa.Index(None, "status", "receiver", "subject", "sequence"),
    sa.Index(None, "created_at"),
    sa.Index(None, "subject"),
)

NOTICES = sa.Table(
    "notices",
    METADATA,
    _text("id", key=True),
    _text("subject"),
    _text("kind"),
    sa.Column("revision", sa.Integer, nullable=False),
    _text("state"),
    _moment("at"),
    _document(),
    sa.UniqueConstraint("subject", "kind", "revision"),
    sa.Index(None, "at", "id"),
)

COUNT_COLUMNS = {each: f"{each.value}_count" for each in Outcome}
PHASE_COLUMNS = {each: f"{each.value}_seconds" for each in Phase}

ROLLUPS = sa.Table(
    "rollups",
    METADATA,
    _text("check_name", key=True),
    sa.Column("resolution", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("start", Moment, primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.Integer, nullable=False) for name in COUNT_COLUMNS.values()),
    sa.Column("duration_sum", sa.Double, nullable=False),
    sa.Column("duration_max", sa.Double, nullable=False),
    *(sa.Column(name, sa.Double, nullable=False) for name in PHASE_COLUMNS.values()),
    sa.Index(None, "resolution", "start"),
    sqlite_with_rowid=False,
)

MONITOR_RUNS = sa.Table(
    "monitor_runs",
    METADATA,
    _serial("id"),
    _moment("started_at"),
    _moment("alive_until"),
    sa.UniqueConstraint("started_at"),
    sqlite_autoincrement=True,
)

META = sa.Table("meta", METADATA, _text("key", key=True), _text("value"))
