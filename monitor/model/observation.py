"""What one probe saw: outcome, stage reached, phases timed, failure and signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.announcement import Announcement
from monitor.model.signals import Signal, SignalKind, SignalValue


class Outcome(StrEnum):
    """The verdict of one run of a check."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"
    MISSED = "missed"


class Stage(StrEnum):
    """How far a probe came; the order of the members is the order of the stages."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    PROTOCOL = "protocol"
    SEMANTIC = "semantic"
    BUSINESS = "business"


class Phase(StrEnum):
    """A span of a probe that is timed on its own; the total is never a phase."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    WAIT = "wait"
    TRANSFER = "transfer"
    QUERY = "query"
    WRITE = "write"


class Trigger(StrEnum):
    """Why a probe ran."""

    SCHEDULE = "schedule"
    RETRY = "retry"
    DEPENDENCY = "dependency"
    DEMAND = "demand"


class MissedReason(StrEnum):
    """Why a planned run did not happen: never silence, always an observation."""

    CAPACITY = "capacity"
    OVERLAP = "overlap"
    CLOCK_JUMP = "clock_jump"
    LATE = "late"
    STALL = "stall"
    WAITING = "waiting"


class FailureKind(StrEnum):
    """The closed list of ways in which a probe fails; codes go to machines, details to people."""

    NAME_NOT_FOUND = "name_not_found"
    NAME_SERVER_FAILURE = "name_server_failure"
    NAME_TIMEOUT = "name_timeout"
    CONNECT_REFUSED = "connect_refused"
    CONNECT_TIMEOUT = "connect_timeout"
    CONNECT_UNREACHABLE = "connect_unreachable"
    CONNECT_RESET = "connect_reset"
    PROXY_FAILED = "proxy_failed"
    TLS_EXPIRED = "tls_expired"
    TLS_NOT_YET_VALID = "tls_not_yet_valid"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_HANDSHAKE = "tls_handshake"
    TLS_PLAINTEXT = "tls_plaintext"
    TLS_CLIENT_CERTIFICATE = "tls_client_certificate"
    TLS_PINNED_KEY = "tls_pinned_key"
    RESPONSE_TIMEOUT = "response_timeout"
    RESPONSE_RESET = "response_reset"
    RESPONSE_CLOSED = "response_closed"
    RESPONSE_MALFORMED = "response_malformed"
    BODY_TOO_LARGE = "body_too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    REDIRECT_FORBIDDEN = "redirect_forbidden"
    STATUS_UNEXPECTED = "status_unexpected"
    HEADER_UNEXPECTED = "header_unexpected"
    BODY_UNEXPECTED = "body_unexpected"
    CONTRACT_BROKEN = "contract_broken"
    PROVIDER_ERROR = "provider_error"
    BANNER_UNEXPECTED = "banner_unexpected"
    VALUE_UNEXPECTED = "value_unexpected"
    LOGIN_REJECTED = "login_rejected"
    SERVER_REJECTED = "server_rejected"
    QUERY_FAILED = "query_failed"
    QUERY_TIMEOUT = "query_timeout"
    WRITE_FAILED = "write_failed"
    WRITE_TIMEOUT = "write_timeout"
    THRESHOLD_EXCEEDED = "threshold_exceeded"
    SILENT = "silent"
    REPORTED = "reported"
    LOCAL_RESOURCE = "local_resource"
    PROBE_BUG = "probe_bug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How and at which stage a probe failed; *detail* is for operators, never for the public."""

    kind: FailureKind
    stage: Stage
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one run of a check saw; times are UTC, durations are seconds.

    *stage* is the furthest stage the probe entered, *phases* holds only phases that ran.
    *announcements* come from status pages and *document*, a calendar's text, from calendars; both
    are empty everywhere else.
    """

    check: str
    component: str
    type: str
    location: str
    scheduled_at: datetime
    started_at: datetime
    duration_seconds: float
    outcome: Outcome
    stage: Stage | None = None
    phases: Mapping[Phase, float] = field(default_factory=dict)
    failure: Failure | None = None
    signals: tuple[Signal, ...] = ()
    trigger: Trigger = Trigger.SCHEDULE
    missed: MissedReason | None = None
    announcements: tuple[Announcement, ...] = ()
    document: str = ""

    @property
    def finished_at(self) -> datetime:
        """The moment the probe ended."""
        return self.started_at + timedelta(seconds=self.duration_seconds)

    @property
    def succeeded(self) -> bool:
        """Whether the target did its work, if slowly."""
        return self.outcome in (Outcome.OK, Outcome.DEGRADED)

    def signal(self, kind: SignalKind) -> SignalValue | None:
        """Return the value of the first signal of *kind*, or None where it was not seen."""
        for each in self.signals:  # A generator would cost three times as much; rules ask a lot.
            if each.kind is kind:
                return each.value
        return None
