"""What PostgreSQL says of itself to a deep look, and what an ordinary role is not shown."""

from collections.abc import Mapping

from monitor.model.signals import Signal, SignalKind
from monitor.probes.sql_deep_spec import Topic
from monitor.probes.sql_question import Answer, Inquiry, Reader, number, seen
from monitor.probes.sql_session import Rows

_HIDDEN = "hidden from this role (pg_monitor sees it)"

# What an ordinary role is not shown is null, but for the owner of the session.
_SESSIONS = """
SELECT count(*) FILTER (WHERE state = 'active') AS active,
       count(*) FILTER (WHERE backend_type IS NULL AND usesysid IS NOT NULL) AS hidden
FROM pg_stat_activity WHERE pid <> pg_backend_pid()
"""
_TRANSACTIONS = """
SELECT count(*) FILTER (WHERE idle) AS idle,
       max(extract(epoch FROM now() - state_change)) FILTER (WHERE idle)::float8 AS idle_seconds,
       mode() WITHIN GROUP (ORDER BY who) FILTER (WHERE idle) AS who,
       greatest(max(extract(epoch FROM now() - xact_start)), (
           SELECT max(extract(epoch FROM now() - prepared)) FROM pg_prepared_xacts
       ))::float8 AS longest,
       count(*) FILTER (WHERE backend_type IS NULL AND usesysid IS NOT NULL) AS hidden
FROM (
    SELECT *, state LIKE 'idle in transaction%' AS idle,
           concat_ws(' ', usename, nullif(application_name, ''), host(client_addr)) AS who
    FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND (backend_type = 'client backend' OR backend_type IS NULL)
) AS sessions
"""
# Every role may read pg_locks; {since} came with PostgreSQL 14.
_LOCKS = """
WITH waiting AS (
    SELECT pid, min({since}) AS since FROM pg_locks WHERE NOT granted GROUP BY pid LIMIT 200
), blocking AS (
    SELECT waiting.pid, blocker
    FROM waiting, unnest(pg_blocking_pids(waiting.pid)) AS blocker
)
SELECT (SELECT count(*) FROM waiting) AS waiters,
       (SELECT extract(epoch FROM clock_timestamp() - min(since)) FROM waiting)::float8 AS seconds,
       count(DISTINCT blocker) AS blockers,
       mode() WITHIN GROUP (ORDER BY blocker) AS worst
FROM blocking WHERE blocker NOT IN (SELECT pid FROM waiting)
"""
_REPLICATION = """
SELECT pg_is_in_recovery() AS is_replica,
       (SELECT count(*) FROM pg_stat_wal_receiver) AS receivers,
       pg_last_wal_receive_lsn() IS NOT NULL AS streams,
       pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8 AS behind,
       extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS age
"""
_REPLICAS = """
SELECT count(*) AS replicas, count(*) FILTER (WHERE state IS NULL) AS hidden,
       max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))::float8 AS behind,
       max(extract(epoch FROM replay_lag))::float8 AS seconds
FROM pg_stat_replication
"""
_ERRORS = """
SELECT sum(deadlocks)::float8 AS deadlocks, sum(checksum_failures)::float8 AS checksum_failures
FROM pg_stat_database
"""
# A sequence that may count further than its column is as full as the column is.
_SEQUENCES = """
SELECT name, CASE WHEN readable THEN pg_sequence_last_value(oid) END::float8 / most AS used,
       count(*) FILTER (WHERE NOT readable) OVER () AS hidden
FROM (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
           has_sequence_privilege(c.oid, 'USAGE, SELECT') AS readable,
           least(s.seqmax, CASE a.atttypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647
                                           ELSE s.seqmax END) AS most
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE s.seqincrement > 0 AND NOT s.seqcycle AND c.relpersistence = 'p'
) AS sequences
ORDER BY used DESC NULLS LAST LIMIT 3
"""
_TRANSACTION_IDS = """
SELECT datname, greatest(age(datfrozenxid), mxid_age(datminmxid))::float8 / 2147483648 AS used
FROM pg_database ORDER BY used DESC LIMIT 1
"""
# {status} came with PostgreSQL 13.
_SLOTS = """
SELECT slot_name, active, {status} AS status,
       pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
                            ELSE pg_current_wal_lsn() END, restart_lsn)::float8 AS retained
FROM pg_replication_slots ORDER BY retained DESC NULLS LAST LIMIT 5
"""


async def _sessions(inquiry: Inquiry) -> Answer:
    row = (await inquiry.ask(_SESSIONS))[0]
    signals = (Signal(SignalKind.ACTIVE_SESSIONS, int(number(row, "active") or 0)),)
    return Answer(signals, _hidden_sessions(row))


async def _transactions(inquiry: Inquiry) -> Answer:
    row = (await inquiry.ask(_TRANSACTIONS))[0]
    idle, longest = int(number(row, "idle") or 0), number(row, "longest")
    signals = [Signal(SignalKind.IDLE_IN_TRANSACTION, idle, str(row["who"] or ""))]
    if idle:
        seconds = round(number(row, "idle_seconds") or 0.0, 3)
        signals.append(Signal(SignalKind.IDLE_IN_TRANSACTION_SECONDS, seconds))
    if longest is not None:
        signals.append(Signal(SignalKind.LONGEST_TRANSACTION_SECONDS, round(longest, 3)))
    return Answer(signals, _hidden_sessions(row))


def _hidden_sessions(row: Mapping[str, object]) -> str:
    hidden = int(number(row, "hidden") or 0)
    return f"{hidden} sessions are {_HIDDEN}" if hidden else ""


async def _locks(inquiry: Inquiry) -> Answer:
    older = _LOCKS.format(since="NULL::timestamptz")
    row = (await inquiry.ask(_LOCKS.format(since="waitstart"), older))[0]
    waiters, blockers = int(number(row, "waiters") or 0), int(number(row, "blockers") or 0)
    signals = [Signal(SignalKind.LOCK_WAITERS, waiters)]
    seconds = number(row, "seconds")
    if seconds is not None:
        signals.append(Signal(SignalKind.LOCK_WAIT_SECONDS, round(seconds, 3)))
    if blockers:
        worst = f"process {row['worst']} blocks most"
        signals.append(Signal(SignalKind.BLOCKING_SESSIONS, blockers, worst))
    return Answer(signals)


async def _replication(inquiry: Inquiry) -> Answer:
    row = (await inquiry.ask(_REPLICATION))[0]
    if row["is_replica"]:
        return Answer((Signal(SignalKind.REPLICATION_ROLE, "replica"), *_lag(row, inquiry)))
    return await _primary(inquiry)


def _lag(row: Mapping[str, object], inquiry: Inquiry) -> tuple[Signal, ...]:
    """Return how far a replica is behind; where nothing is written, what it replayed is old."""
    receives, behind = bool(row["receivers"]), number(row, "behind")
    age = number(row, "age")
    in_step = receives and behind is not None and behind <= 0
    out_of_step = inquiry.counters.out_of_step_seconds(inquiry.now, in_step=in_step)
    known = [each for each in (age, out_of_step) if each is not None]
    lag = 0.0 if in_step else min(known, default=None)
    detail = "" if receives else "at most: nothing is received"
    return tuple(
        seen(
            (
                _link(receives=receives) if receives or row["streams"] else None,
                None if lag is None else _lag_seconds(lag, detail),
                None
                if behind is None
                else Signal(SignalKind.REPLICATION_LAG_BYTES, int(max(0.0, behind))),
            )
        )
    )


def _link(*, receives: bool) -> Signal:
    detail = "" if receives else "nothing is received from the primary"
    return Signal(SignalKind.REPLICATION_UP, receives, detail)


def _lag_seconds(lag: float, detail: str) -> Signal:
    return Signal(SignalKind.REPLICATION_LAG_SECONDS, round(max(0.0, lag), 3), detail)


async def _primary(inquiry: Inquiry) -> Answer:
    row = (await inquiry.ask(_REPLICAS))[0]
    replicas, behind = int(number(row, "replicas") or 0), number(row, "behind")
    signals = [
        Signal(SignalKind.REPLICATION_ROLE, "primary"),
        Signal(SignalKind.REPLICAS, replicas),
    ]
    if number(row, "hidden"):
        return Answer(signals, f"how far replicas are behind is {_HIDDEN}")
    if replicas and behind is not None:
        signals.append(_lag_seconds(number(row, "seconds") or 0.0, "of the slowest replica"))
        signals.append(Signal(SignalKind.REPLICATION_LAG_BYTES, int(max(0.0, behind))))
    return Answer(signals)


async def _errors(inquiry: Inquiry) -> Answer:
    row = (await inquiry.ask(_ERRORS))[0]
    grown = inquiry.counters.increase("deadlocks", number(row, "deadlocks") or 0.0)
    broken = number(row, "checksum_failures")
    return Answer(
        seen(
            (
                None if grown is None else Signal(SignalKind.DEADLOCKS, int(grown)),
                None if broken is None else Signal(SignalKind.CHECKSUM_FAILURES, int(broken)),
            )
        )
    )


async def _forecasts(inquiry: Inquiry) -> Answer:
    sequences = await inquiry.ask(_SEQUENCES)
    ids = await inquiry.ask(_TRANSACTION_IDS)
    hidden = int(number(sequences[0], "hidden") or 0) if sequences else 0
    signals = [
        *_ratios(SignalKind.SEQUENCE_USED_RATIO, sequences, "name"),
        *_ratios(SignalKind.TRANSACTION_IDS_USED_RATIO, ids, "datname"),
    ]
    return Answer(signals, f"{hidden} sequences are hidden from this role" if hidden else "")


def _ratios(kind: SignalKind, rows: Rows, name: str) -> list[Signal]:
    return [
        Signal(kind, float(f"{used:.4g}"), str(row[name]))
        for row in rows
        if (used := number(row, "used")) is not None
    ]


async def _slots(inquiry: Inquiry) -> Answer:
    rows = await inquiry.ask(_SLOTS.format(status="wal_status"), _SLOTS.format(status="NULL::text"))
    signals = []
    for row in rows:
        name, retained = str(row["slot_name"]), number(row, "retained")
        if row["status"] == "lost":
            lost = f"slot {name} has lost what its replica still needs"
            signals.append(Signal(SignalKind.REPLICATION_UP, value=False, detail=lost))
        if retained is not None:
            detail = name if row["active"] else f"{name}, which nobody reads"
            signals.append(Signal(SignalKind.SLOT_RETAINED_BYTES, int(retained), detail))
    return Answer(signals)


READERS: Mapping[Topic, Reader] = {
    Topic.SESSIONS: _sessions,
    Topic.TRANSACTIONS: _transactions,
    Topic.LOCKS: _locks,
    Topic.REPLICATION: _replication,
    Topic.ERRORS: _errors,
    Topic.FORECASTS: _forecasts,
    Topic.SLOTS: _slots,
}
