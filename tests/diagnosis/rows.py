"""What a row of the table of mechanisms is, and what probes see in several of them."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from tests.diagnosis.world import World, failed, unconnected

DATABASE = Cause.DATABASE_ANOMALY
APPLICATION = Cause.APPLICATION_FAULT
THIRD_PARTY = Cause.THIRD_PARTY_INTERFACE
NETWORK = Cause.NETWORK_FAULT
MONITOR = Cause.MONITOR_FAULT
OVERLOAD = Cause.SERVER_OVERLOAD

UNREACHABLE = unconnected(Kind.CONNECT_UNREACHABLE, 0.2, errno="EHOSTUNREACH")
LOST = unconnected(Kind.CONNECT_TIMEOUT, 1.5)
EXPIRED = failed(Kind.TLS_EXPIRED, 0.03, Stage.TLS, tls_verify_code=10)
NO_NAME = unconnected(Kind.NAME_NOT_FOUND, 0.01, resolve_rcode="NXDOMAIN")
UNRESOLVED = unconnected(Kind.NAME_TIMEOUT, 1.5, resolve_rcode="TIMEOUT")
NO_ZONE = unconnected(Kind.NAME_SERVER_FAILURE, 0.01, resolve_rcode="SERVFAIL")
READ_ONLY = failed(
    Kind.WRITE_FAILED,
    0.02,
    Stage.BUSINESS,
    sqlstate="25006",
    read_only=True,
    read_ok=True,
    write_ok=False,
)


@dataclass(frozen=True)
class Row:
    """A mechanism and its verdict: cause, finer label, seat and the least confidence."""

    name: str
    world: Callable[[], World]
    failing: str
    cause: Cause
    subcause: str
    seat: str
    least: float = 0.8
