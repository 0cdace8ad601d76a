"""What MySQL and MariaDB say of themselves to a deep look; each under its own names."""

from collections.abc import Mapping

from monitor.model.signals import Signal, SignalKind
from monitor.probes.sql_deep_spec import Topic
from monitor.probes.sql_question import Answer, Inquiry, Reader, number, seen

_TRANSACTIONS = """
SELECT COUNT(CASE WHEN p.command = 'Sleep' THEN 1 END) AS idle,
       MAX(CASE WHEN p.command = 'Sleep' THEN p.time END) AS idle_seconds,
       MIN(CASE WHEN p.command = 'Sleep' THEN CONCAT(p.user, '@', p.host) END) AS who,
       MAX(TIMESTAMPDIFF(SECOND, t.trx_started, NOW())) AS longest,
       MAX(TIMESTAMPDIFF(SECOND, t.trx_wait_started, NOW())) AS waited
FROM information_schema.innodb_trx t
LEFT JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
WHERE t.trx_mysql_thread_id <> CONNECTION_ID()
"""
_BLOCKING = (
    """
SELECT COUNT(DISTINCT blocking_engine_transaction_id) AS blockers
FROM performance_schema.data_lock_waits
""",
    "SELECT COUNT(DISTINCT blocking_trx_id) AS blockers FROM information_schema.innodb_lock_waits",
)
_REPLICATION = ("SHOW ALL SLAVES STATUS", "SHOW REPLICA STATUS", "SHOW SLAVE STATUS")
# Other flavours have no such variable.
_IN_CLUSTER = ("SELECT @@global.wsrep_on AS clustered", "SELECT 0 AS clustered")
# An unsigned type counts twice as far.
_FORECASTS = """
SELECT CONCAT(t.table_schema, '.', t.table_name) AS name,
       t.auto_increment / (CASE c.data_type WHEN 'tinyint' THEN 127 WHEN 'smallint' THEN 32767
           WHEN 'mediumint' THEN 8388607 WHEN 'int' THEN 2147483647
           ELSE 9223372036854775807 END
           * CASE WHEN c.column_type LIKE '%unsigned%' THEN 2.0 ELSE 1.0 END) AS used
FROM information_schema.tables t
JOIN information_schema.columns c ON c.table_schema = t.table_schema
    AND c.table_name = t.table_name AND c.extra LIKE '%auto_increment%'
WHERE t.auto_increment IS NOT NULL
    AND t.table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
ORDER BY used DESC LIMIT 3
"""


async def _status(inquiry: Inquiry, *names: str) -> Mapping[str, object]:
    """Return the server's own counters of these *names*, those it has."""
    listed = ", ".join(f"'{each}'" for each in names)
    rows = await inquiry.ask(f"SHOW GLOBAL STATUS WHERE Variable_name IN ({listed})")
    return {str(each["Variable_name"]): each["Value"] for each in rows}


async def _sessions(inquiry: Inquiry) -> Answer:
    refused_name = "Connection_errors_max_connections"
    status = await _status(inquiry, "Threads_running", "Threads_connected", refused_name)
    most = number((await inquiry.ask("SELECT @@global.max_connections AS most"))[0], "most")
    running, connected = number(status, "Threads_running"), number(status, "Threads_connected")
    refused = number(status, refused_name)
    grown = None if refused is None else inquiry.counters.increase(refused_name, refused)
    # One of those that run is the probe itself.
    return Answer(
        seen(
            (
                Signal(SignalKind.ACTIVE_SESSIONS, max(0, int(running or 0) - 1)),
                Signal(SignalKind.CONNECTIONS_USED_RATIO, round((connected or 0) / most, 4))
                if most
                else None,
                None if grown is None else Signal(SignalKind.REFUSED_CONNECTIONS, int(grown)),
            )
        )
    )


async def _transactions(inquiry: Inquiry) -> Answer:
    row = (await inquiry.ask(_TRANSACTIONS))[0]
    idle = int(number(row, "idle") or 0)
    figures = {
        SignalKind.IDLE_IN_TRANSACTION_SECONDS: number(row, "idle_seconds"),
        SignalKind.LONGEST_TRANSACTION_SECONDS: number(row, "longest"),
        SignalKind.LOCK_WAIT_SECONDS: number(row, "waited"),
    }
    return Answer(
        (
            Signal(SignalKind.IDLE_IN_TRANSACTION, idle, str(row["who"] or "")),
            *(Signal(kind, max(0.0, each)) for kind, each in figures.items() if each is not None),
        )
    )


async def _locks(inquiry: Inquiry) -> Answer:
    waits = number(
        await _status(inquiry, "Innodb_row_lock_current_waits"), "Innodb_row_lock_current_waits"
    )
    if not waits:
        return Answer((Signal(SignalKind.LOCK_WAITERS, 0),))
    row = (await inquiry.ask(*_BLOCKING))[0]
    blocking = int(number(row, "blockers") or 0)
    return Answer(
        (
            Signal(SignalKind.LOCK_WAITERS, int(waits)),
            Signal(SignalKind.BLOCKING_SESSIONS, blocking),
        )
    )


async def _replication(inquiry: Inquiry) -> Answer:
    rows = await inquiry.ask(*_REPLICATION)
    if not rows:
        return Answer((Signal(SignalKind.REPLICATION_ROLE, "primary"),))
    signals = [Signal(SignalKind.REPLICATION_ROLE, "replica")]
    for row in rows:
        signals.extend(_channel(row))
    return Answer(signals)


def _channel(row: Mapping[str, object]) -> list[Signal]:
    """Return how one link of a replica is; a lag of NULL is a thread that stands, never zero."""
    name = str(row.get("Connection_name") or row.get("Channel_Name") or "")
    threads = {
        "io": row.get("Replica_IO_Running", row.get("Slave_IO_Running")),
        "sql": row.get("Replica_SQL_Running", row.get("Slave_SQL_Running")),
    }
    lag = number(row, "Seconds_Behind_Source", "Seconds_Behind_Master")
    runs = lag is not None and all(each == "Yes" for each in threads.values())
    state = ", ".join(f"{thread} thread: {each}" for thread, each in threads.items())
    signals = [Signal(SignalKind.REPLICATION_UP, runs, " ".join(filter(None, (name, state))))]
    if lag is not None:
        signals.append(Signal(SignalKind.REPLICATION_LAG_SECONDS, lag, name))
    for column in ("Last_IO_Errno", "Last_SQL_Errno"):
        code = int(number(row, column) or 0)
        if code:
            signals.append(Signal(SignalKind.REPLICATION_ERROR, code, column))
    return signals


async def _errors(inquiry: Inquiry) -> Answer:
    deadlocks = number(await _status(inquiry, "Innodb_deadlocks"), "Innodb_deadlocks")
    grown = None if deadlocks is None else inquiry.counters.increase("deadlocks", deadlocks)
    return Answer(() if grown is None else (Signal(SignalKind.DEADLOCKS, int(grown)),))


async def _forecasts(inquiry: Inquiry) -> Answer:
    return Answer(
        tuple(
            Signal(SignalKind.SEQUENCE_USED_RATIO, float(f"{used:.4g}"), str(row["name"]))
            for row in await inquiry.ask(_FORECASTS)
            if (used := number(row, "used")) is not None
        )
    )


async def _cluster(inquiry: Inquiry) -> Answer:
    if not number((await inquiry.ask(*_IN_CLUSTER))[0], "clustered"):
        return Answer(())
    status = await _status(inquiry, "wsrep_ready", "wsrep_cluster_status", "wsrep_cluster_size")
    word = str(status.get("wsrep_cluster_status", ""))
    ready = status.get("wsrep_ready") == "ON" and word == "Primary"
    size = int(number(status, "wsrep_cluster_size") or 0)
    return Answer(
        (
            Signal(SignalKind.CLUSTER_READY, ready, word),
            Signal(SignalKind.CLUSTER_SIZE, size),
        )
    )


READERS: Mapping[Topic, Reader] = {
    Topic.SESSIONS: _sessions,
    Topic.TRANSACTIONS: _transactions,
    Topic.LOCKS: _locks,
    Topic.REPLICATION: _replication,
    Topic.ERRORS: _errors,
    Topic.FORECASTS: _forecasts,
    Topic.CLUSTER: _cluster,
}
