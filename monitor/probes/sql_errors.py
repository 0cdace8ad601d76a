"""What databases say when they refuse: SQLSTATE and driver codes as kinds of failure."""

from collections.abc import Mapping
from enum import Enum

from monitor.model.observation import FailureKind, Stage
from monitor.probes.os_errors import connect_kind
from monitor.probes.recording import TIMEOUT_KINDS
from monitor.probes.tls_diagnosis import TlsFault


class SqlError(Exception):
    """A driver's error, translated.

    *lost* says that the connection is gone, *tls* that it could not be encrypted, and why.
    """

    def __init__(
        self,
        detail: str,
        *,
        sqlstate: str = "",
        code: int | str = "",
        errno: int | None = None,
        lost: bool = False,
        tls: TlsFault | None = None,
    ) -> None:
        super().__init__(detail)
        self.sqlstate = sqlstate
        self.code = code
        self.errno = errno
        self.lost = lost
        self.tls = tls


class Meaning(Enum):
    """What a code means whatever was being done."""

    LOGIN = "who we are is not accepted"
    SERVER = "nobody is accepted now"
    TIMEOUT = "the server gave up waiting"
    READ_ONLY = "reads only"
    ABSENT = "there is no such file"
    LOST = "the connection is gone"


# Full codes first, then classes (the first two characters).
POSTGRES: Mapping[str, Meaning] = {
    "28": Meaning.LOGIN,
    "3D000": Meaning.LOGIN,
    "53300": Meaning.SERVER,
    "57P01": Meaning.SERVER,
    "57P02": Meaning.SERVER,
    "57P03": Meaning.SERVER,
    "57014": Meaning.TIMEOUT,
    "55P03": Meaning.TIMEOUT,
    "25006": Meaning.READ_ONLY,
}

MYSQL: Mapping[int, Meaning] = {
    1040: Meaning.SERVER,  # Too many connections.
    1044: Meaning.LOGIN,
    1045: Meaning.LOGIN,
    1047: Meaning.SERVER,  # Galera: not yet prepared.
    1049: Meaning.LOGIN,  # Unknown database.
    1053: Meaning.SERVER,  # Shutdown in progress.
    1129: Meaning.SERVER,  # Host blocked after many errors.
    1130: Meaning.LOGIN,  # Host not allowed.
    1203: Meaning.SERVER,  # Too many connections of this user.
    1205: Meaning.TIMEOUT,  # Lock wait.
    1226: Meaning.SERVER,  # A limit of this user.
    1290: Meaning.READ_ONLY,
    1317: Meaning.TIMEOUT,  # Interrupted.
    1698: Meaning.LOGIN,
    1792: Meaning.READ_ONLY,
    1836: Meaning.READ_ONLY,
    1927: Meaning.SERVER,  # Connection killed.
    1969: Meaning.TIMEOUT,  # MariaDB's statement time.
    2006: Meaning.LOST,
    2013: Meaning.LOST,
    3024: Meaning.TIMEOUT,  # MySQL's statement time.
    3032: Meaning.SERVER,  # Offline mode.
    3118: Meaning.LOGIN,  # Account locked.
    3159: Meaning.LOGIN,  # Nobody may without TLS.
    4151: Meaning.LOGIN,  # The same in MariaDB.
}

SQLITE: Mapping[str, Meaning] = {
    "SQLITE_BUSY": Meaning.TIMEOUT,
    "SQLITE_LOCKED": Meaning.TIMEOUT,
    "SQLITE_INTERRUPT": Meaning.TIMEOUT,
    "SQLITE_READONLY": Meaning.READ_ONLY,
    "SQLITE_CANTOPEN": Meaning.ABSENT,
}

# What a code that means nothing special says of the step that met it.
_BY_STAGE = {
    Stage.PROTOCOL: FailureKind.SERVER_REJECTED,
    Stage.SEMANTIC: FailureKind.QUERY_FAILED,
    Stage.BUSINESS: FailureKind.WRITE_FAILED,
}

FIXED = {
    Meaning.LOGIN: FailureKind.LOGIN_REJECTED,
    Meaning.SERVER: FailureKind.SERVER_REJECTED,
    Meaning.READ_ONLY: FailureKind.WRITE_FAILED,
    Meaning.ABSENT: FailureKind.CONNECT_REFUSED,
    Meaning.LOST: FailureKind.RESPONSE_CLOSED,
}


def meaning_of(error: SqlError) -> Meaning | None:
    """Return what the error's codes mean, or None where they say nothing special."""
    if error.lost:
        return Meaning.LOST
    if isinstance(error.code, int):
        return MYSQL.get(error.code)
    if error.code:
        # An extended name, such as SQLITE_CANTOPEN_ISDIR, is a case of its primary one.
        return SQLITE.get("_".join(error.code.split("_")[:2]))
    return POSTGRES.get(error.sqlstate) or POSTGRES.get(error.sqlstate[:2])


def sql_kind(error: SqlError, stage: Stage) -> FailureKind:
    """Return the kind of failure that *error* is at *stage*."""
    if error.tls:
        return error.tls.kind
    if stage is Stage.CONNECT and error.errno is not None:
        return connect_kind(error.errno)
    meaning = meaning_of(error)
    if meaning is Meaning.TIMEOUT:
        return TIMEOUT_KINDS[stage]
    if meaning is not None:
        return FIXED[meaning]
    return _BY_STAGE.get(stage, FailureKind.CONNECT_REFUSED)
