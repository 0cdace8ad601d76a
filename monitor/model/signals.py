"""Typed signals: the facts on which a diagnosis may rest, and the evidence made of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SignalValue = str | int | float | bool


class SignalKind(StrEnum):
    """The closed list of facts that probes report besides success and time."""

    # Transport and names.
    ERRNO = "errno"
    RESOLVE_RCODE = "resolve_rcode"
    TLS_VERIFY_CODE = "tls_verify_code"
    TLS_REASON = "tls_reason"
    CERTIFICATE_DAYS_LEFT = "certificate_days_left"
    # HTTP.
    HTTP_STATUS = "http_status"
    RETRY_AFTER_SECONDS = "retry_after_seconds"
    MAINTENANCE_MARKER = "maintenance_marker"
    WAF_MARKER = "waf_marker"
    PROVIDER_CODE = "provider_code"
    CONTRACT_VIOLATION = "contract_violation"
    SERVER_CLOCK_OFFSET_SECONDS = "server_clock_offset_seconds"
    # What a service says of its own load.
    IN_FLIGHT = "in_flight"
    QUEUE_DEPTH = "queue_depth"
    SATURATION_RATIO = "saturation_ratio"
    SHED_RATIO = "shed_ratio"
    REQUEST_RATE = "request_rate"
    # Databases.
    SQLSTATE = "sqlstate"
    DRIVER_CODE = "driver_code"
    READ_OK = "read_ok"
    WRITE_OK = "write_ok"
    READ_ONLY = "read_only"
    CONNECTIONS_USED_RATIO = "connections_used_ratio"
    LOCK_WAITERS = "lock_waiters"
    # The engine's own, derived from several observations.
    LATENCY_SECONDS = "latency_seconds"
    LATENCY_BASELINE_SECONDS = "latency_baseline_seconds"
    FAILURE_KIND = "failure_kind"
    STAGE_REACHED = "stage_reached"
    DEPENDENCY_STATUS = "dependency_status"
    SIBLING_STATUS = "sibling_status"
    CHANGE = "change"
    WINDOW = "window"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True, slots=True)
class Signal:
    """One fact seen by a probe: its kind and the value as it was seen."""

    kind: SignalKind
    value: SignalValue
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A signal as ground for or against a verdict, so that a person can verify it.

    *weight* is the rule's weight in 0..1; *against* marks what spoke against the cause.
    """

    signal: SignalKind
    value: SignalValue
    component: str
    check: str
    at: datetime
    rule: str
    weight: float
    against: bool = False
    detail: str = ""
