"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything; times are microseconds since 1970 UTC, documents are JSON as text."""
    _create_states()
    _create_records()
    _create_outbox()
    _create_figures()


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _moments(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _serial(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=True, nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _create_states() -> None:
    op.create_table(
        "check_states",
        *_text("check_name", "component", "condition"),
        *_moments("at"),
        *_text("document"),
        _key("check_states", "check_name"),
    )
    op.create_table(
        "statuses",
        *_text("subject_kind", "subject"),
        *_moments("at"),
        *_text("observed", "displayed"),
        _key("statuses", "subject_kind", "subject"),
    )
    op.create_table(
        "transitions",
        _serial("id"),
        *_text("subject_kind", "subject"),
        *_moments("at"),
        *_text("observed", "displayed"),
        _key("transitions", "id"),
        _unique("transitions", "subject_kind", "subject", "at", "observed", "displayed"),
        sqlite_autoincrement=True,
    )
    _index("transitions", "at")


def _create_records() -> None:
    op.create_table(
        "incidents",
        *_text("id", "status", "severity", "cause", "root"),
        *_moments("started_at", "updated_at"),
        sa.Column("ended_at", sa.BigInteger),
        *_text("document"),
        _key("incidents", "id"),
    )
    _index("incidents", "started_at", "id")
    _index("incidents", "ended_at")
    op.create_table(
        "windows",
        *_text("id", "status"),
        *_moments("starts_at", "ends_at", "updated_at"),
        sa.Column("ended", sa.Boolean, nullable=False),
        *_text("document"),
        _key("windows", "id"),
    )
    _index("windows", "ended", "starts_at")
    op.create_table(
        "changes",
        *_text("id", "component"),
        *_moments("at"),
        *_text("document"),
        _key("changes", "id"),
    )
    _index("changes", "at")
    op.create_table(
        "faults",
        *_text("id", "kind"),
        *_moments("started_at"),
        sa.Column("cleared_at", sa.BigInteger),
        *_text("document"),
        _key("faults", "id"),
    )
    _index("faults", "cleared_at")


def _create_outbox() -> None:
    _create_events()
    op.create_table(
        "deliveries",
        *_text("id", "event", "receiver", "subject"),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        *_text("status"),
        *_moments("created_at", "due_at"),
        *_text("document"),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name="fk_deliveries_event"),
        _key("deliveries", "id"),
        _unique("deliveries", "event", "receiver"),
    )
    _index("deliveries", "status", "receiver", "subject", "sequence")
    _index("deliveries", "created_at")
    _index("deliveries", "subject")
    op.create_table(
        "notices",
        *_text("id", "subject", "kind"),
        sa.Column("revision", sa.Integer, nullable=False),
        *_text("state"),
        *_moments("at"),
        *_text("document"),
        _key("notices", "id"),
        _unique("notices", "subject", "kind", "revision"),
    )
    _index("notices", "at", "id")


def _create_events() -> None:
    op.create_table(
        "events",
        _serial("seq"),
        *_text("id", "type", "subject"),
        *_moments("at"),
        *_text("document"),
        sa.Column("dispatched", sa.Boolean, nullable=False),
        _key("events", "seq"),
        _unique("events", "id"),
        sqlite_autoincrement=True,
    )
    _index("events", "subject")
    _index("events", "at")
    op.create_index(
        "ix_events_undispatched",
        "events",
        ["seq"],
        sqlite_where=sa.text("dispatched = 0"),
        postgresql_where=sa.text("NOT dispatched"),
    )


def _create_figures() -> None:
    counts = [f"{each}_count" for each in ("ok", "degraded", "failed", "missed")]
    phases = ("resolve", "connect", "tls", "login", "wait", "transfer", "query", "write")
    sums = ["duration_sum", "duration_max", *(f"{each}_seconds" for each in phases)]
    op.create_table(
        "rollups",
        *_text("check_name"),
        sa.Column("resolution", sa.Integer, nullable=False),
        *_moments("start"),
        *(sa.Column(each, sa.Integer, nullable=False) for each in counts),
        *(sa.Column(each, sa.Double, nullable=False) for each in sums),
        _key("rollups", "check_name", "resolution", "start"),
        sqlite_with_rowid=False,
    )
    _index("rollups", "resolution", "start")
    op.create_table(
        "monitor_runs",
        _serial("id"),
        *_moments("started_at", "alive_until"),
        _key("monitor_runs", "id"),
        _unique("monitor_runs", "started_at"),
        sqlite_autoincrement=True,
    )
    op.create_table("meta", *_text("key", "value"), _key("meta", "key"))
