"""Codes of databases, caches and payment channels, and what each of them says."""

from collections.abc import Mapping

from monitor.diagnosis.tables import Hint
from monitor.model.cause import Cause
from monitor.model.signals import SignalValue


def _database(subcause: str, *codes: str, weight: float = 0.9) -> dict[str, Hint]:
    return dict.fromkeys(codes, Hint(Cause.DATABASE_ANOMALY, weight, subcause))


def _application(subcause: str, *codes: str, weight: float = 0.9) -> dict[str, Hint]:
    return dict.fromkeys(codes, Hint(Cause.APPLICATION_FAULT, weight, subcause))


# PostgreSQL, by code; what is not listed is looked up by its class, the first two characters.
SQLSTATES: Mapping[str, Hint] = {
    **_database("connections", "53300"),
    **_database("disk", "53100", "58030", weight=0.95),
    **_database("memory", "53200"),
    **_database("limit", "53400", "2200H", "22003", weight=0.85),
    **_database("lock", "55P03", "40P01"),
    **_database("slow", "57014", weight=0.8),
    **_database("read_only", "25006"),
    **_database("down", "57P01", "57P02", "57P03"),
    **_database("corruption", "XX001", "XX002", weight=0.95),
    # Reported as a rejected login, which they are not.
    **_application("config", "3D000", weight=0.88),
    **_application("config", "42P01", "42703", "42501", weight=0.75),
}
SQLSTATE_CLASSES: Mapping[str, Hint] = {
    **_database("down", "08", weight=0.7),
    **_application("credential", "28"),
    **_database("lock", "40", weight=0.6),
    **_application("config", "42", weight=0.6),
    **_database("resources", "53", weight=0.85),
    **_database("down", "57", weight=0.7),
    **_database("disk", "58", weight=0.85),
    **_database("corruption", "XX", weight=0.8),
}
# MySQL and MariaDB by number, SQLite by name, Redis by the first word of an error.
DRIVER_CODES: Mapping[str, Hint] = {
    **_database("connections", "1040", "1203", "1226"),
    **_database("lock", "1205", "1213"),
    **_database("slow", "3024", "1969", weight=0.8),
    **_database("read_only", "1290", "1836", "1792"),
    **_database("down", "1053", "2002", "2003", weight=0.85),
    **_database("down", "2006", "2013", "2055", weight=0.65),
    **_database("disk", "1021", "1114"),
    # 1030 carries the reason in its text only.
    **_database("disk", "1030", weight=0.7),
    **_database("corruption", "1034", "1194", "126", "144", "145", weight=0.95),
    **_database("cluster", "1047"),
    **_application("credential", "1044", "1045", "1698"),
    **_database("down", "1927", "3032", weight=0.75),
    **_application("credential", "3118", "4151"),
    **_application("config", "1049", "1130", "3159", weight=0.88),
    **_application("config", "1129", "1146", weight=0.75),
    **_database("lock", "SQLITE_BUSY", "SQLITE_LOCKED", weight=0.85),
    **_database("read_only", "SQLITE_READONLY"),
    **_database("disk", "SQLITE_FULL", "SQLITE_IOERR"),
    **_database("corruption", "SQLITE_CORRUPT", "SQLITE_NOTADB", weight=0.95),
    **_database("down", "SQLITE_CANTOPEN", weight=0.75),
    **_database("down", "LOADING", "MASTERDOWN", "CLUSTERDOWN"),
    **_database("cache", "OOM"),
    **_database("read_only", "READONLY"),
    **_database("lock", "BUSY", weight=0.75),
    **_database("disk", "MISCONF"),
    **_database("replication", "NOREPLICAS"),
    **_application("credential", "NOAUTH", "WRONGPASS", "NOPERM"),
}

# Codes of third parties that speak of our credentials, signature or clock.
OUR_CODES = frozenset(
    {
        "SIGN_ERROR",
        "NO_AUTH",
        "invalid_client",
        "invalid_grant",
        "invalid_token",
        "isv.invalid-signature",
        "20001",
        "40001",
        "40002",
        "40003",
        "40006",
        "InvalidTimeStamp.Expired",
        "InvalidTimestamp",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId.NotFound",
    }
)
# Codes that say that the time we signed with is not theirs.
CLOCK_CODES = frozenset({"InvalidTimeStamp.Expired", "InvalidTimestamp", "RequestTimeTooSkewed"})
# Codes with which a service says that it is being worked on.
MAINTENANCE_CODES = frozenset(
    {"maintenance", "under_maintenance", "MAINTENANCE", "UNDER_MAINTENANCE", "SYSTEM_MAINTENANCE"}
)
QUOTA_CODES = frozenset(
    {"RATELIMIT_EXCEEDED", "FREQUENCY_LIMITED", "Throttling", "Throttling.User", "Throttling.Api"}
)
# Also returned where our own merchant number is wrong, so it says little.
VAGUE_CODES = frozenset({"SYSTEM_ERROR", "ACQ.SYSTEM_ERROR", "20000", "aop.unknow-error"})


def sqlstate_hint(value: SignalValue) -> Hint | None:
    """Return what a SQLSTATE says, by itself or by its class."""
    code = str(value)
    return SQLSTATES.get(code) or SQLSTATE_CLASSES.get(code[:2])


def driver_hint(value: SignalValue) -> Hint | None:
    """Return what a driver's own code says; a name may extend one that is known."""
    code = str(value)
    primary = "_".join(code.split("_")[:2])
    return DRIVER_CODES.get(code) or DRIVER_CODES.get(primary)
