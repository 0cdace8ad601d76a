"""What goes wrong at the databases and servers of the platform itself."""

from collections.abc import Callable

from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from tests.diagnosis.rows import APPLICATION, DATABASE, EXPIRED, OVERLOAD, READ_ONLY, Row
from tests.diagnosis.world import NO_ANSWER, REFUSED, World, failed, platform, slow, status


def _code(kind: Kind, stage: Stage = Stage.PROTOCOL, **signals: str | bool) -> Callable[[], World]:
    seen = failed(kind, 0.02, stage, **signals)
    return lambda: platform().round({"ledger-sql": seen, "gateway": status(503)}, times=2)


OWN_ROWS = (
    # Databases.
    Row(
        "database frozen: the login hangs",
        lambda: platform().round({"ledger-sql": NO_ANSWER, "gateway": status(503, 0.95)}, times=2),
        "gateway",
        DATABASE,
        "hang",
        "ledger",
    ),
    Row(
        "all connections used",
        _code(Kind.SERVER_REJECTED, sqlstate="53300"),
        "gateway",
        DATABASE,
        "connections",
        "ledger",
    ),
    Row(
        "nearly all connections used",
        lambda: platform().round(
            {"ledger-sql": slow(1.2, connections_used_ratio=1.0), "gateway": slow(1.3)}, times=2
        ),
        "ledger",
        DATABASE,
        "slow",
        "ledger",
    ),
    Row(
        "disk full",
        _code(Kind.WRITE_FAILED, Stage.BUSINESS, sqlstate="53100", read_ok=True, write_ok=False),
        "ledger",
        DATABASE,
        "disk",
        "ledger",
    ),
    Row(
        "read-only by the server's word",
        lambda: platform().round({"ledger-sql": READ_ONLY, "repayment": status(500)}, times=2),
        "gateway",
        DATABASE,
        "read_only",
        "ledger",
    ),
    Row(
        "MariaDB read-only",
        _code(Kind.WRITE_FAILED, Stage.BUSINESS, driver_code="1290"),
        "ledger",
        DATABASE,
        "read_only",
        "ledger",
    ),
    Row(
        "MySQL's class of SQLSTATE beside a finer code",
        _code(Kind.SERVER_REJECTED, sqlstate="08004", driver_code="1040"),
        "ledger",
        DATABASE,
        "connections",
        "ledger",
    ),
    Row(
        "an extended name of SQLite's",
        _code(Kind.QUERY_FAILED, Stage.SEMANTIC, driver_code="SQLITE_IOERR_READ"),
        "ledger",
        DATABASE,
        "disk",
        "ledger",
    ),
    Row(
        "a code of which only the class is known",
        _code(Kind.QUERY_FAILED, Stage.SEMANTIC, sqlstate="53999"),
        "ledger",
        DATABASE,
        "resources",
        "ledger",
    ),
    Row(
        "database slow while health is fast",
        lambda: platform().round({"ledger-sql": slow(1.2), "gateway": slow(1.3)}, times=2),
        "gateway",
        DATABASE,
        "slow",
        "ledger",
    ),
    Row(
        "a database behind a database",
        lambda: platform().round({"ledger": REFUSED}, times=2),
        "ledger",
        DATABASE,
        "down",
        "ledger",
    ),
    # Our own software.
    Row(
        "the password of the probe is wrong",
        lambda: platform().round(
            {"ledger-sql": failed(Kind.LOGIN_REJECTED, sqlstate="28P01")}, times=2
        ),
        "ledger",
        APPLICATION,
        "credential",
        "ledger",
    ),
    Row(
        "the database of that name does not exist",
        lambda: platform().round(
            {"ledger-sql": failed(Kind.LOGIN_REJECTED, sqlstate="3D000")}, times=2
        ),
        "ledger",
        APPLICATION,
        "config",
        "ledger",
    ),
    Row(
        "the gateway's certificate expired",
        lambda: platform().round({"gateway": EXPIRED, "healthz": EXPIRED}, times=2),
        "gateway",
        APPLICATION,
        "certificate",
        "gateway-host",
    ),
    Row(
        "the gateway's process is gone",
        lambda: platform().round({"gateway": REFUSED, "healthz": REFUSED}, times=2),
        "gateway",
        APPLICATION,
        "crash",
        "gateway-host",
    ),
    Row(
        "errors without a reported change",
        lambda: platform().round({"gateway": status(500)}, times=2),
        "gateway",
        APPLICATION,
        "",
        "gateway",
    ),
    Row(
        "a configuration change that hides an address",
        lambda: platform().change("gateway", "config").round({"checkout": status(404)}, times=2),
        "gateway",
        APPLICATION,
        "config",
        "gateway",
    ),
    Row(
        "our own server rejects the probe",
        lambda: platform().round({"checkout": status(401)}, times=2),
        "gateway",
        APPLICATION,
        "credential",
        "gateway",
    ),
    Row(
        "a bad deploy beside a bank that is down",
        lambda: (
            platform()
            .change("gateway")
            .round({"gateway": status(500), "bank-a": status(502)}, times=2)
        ),
        "gateway",
        APPLICATION,
        "deploy",
        "gateway",
    ),
    # Load.
    Row(
        "all workers hang but connections stand",
        lambda: platform().round({"gateway": NO_ANSWER, "healthz": NO_ANSWER}, times=2),
        "gateway",
        OVERLOAD,
        "",
        "gateway-host",
    ),
    Row(
        "overload that reaches the database later",
        lambda: (
            platform()
            .round({"gateway": slow(1.4), "healthz": slow(1.0)}, times=3)
            .round({"gateway": slow(1.4), "healthz": slow(1.0), "ledger-sql": slow(0.9)}, times=2)
        ),
        "gateway",
        OVERLOAD,
        "",
        "gateway-host",
        0.55,
    ),
)
