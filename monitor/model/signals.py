"""Typed signals: the facts on which a diagnosis may rest, and the evidence made of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SignalValue = str | int | float | bool

# The values of signals that tell the status of another component.
FAILING = "failing"
WELL = "ok"


class SignalKind(StrEnum):
    """The closed list of facts that probes report besides success and time."""

    # Transport and names.
    ERRNO = "errno"
    RESOLVE_RCODE = "resolve_rcode"
    RESOLVED_ADDRESS = "resolved_address"
    TLS_VERIFY_CODE = "tls_verify_code"
    TLS_REASON = "tls_reason"
    TLS_VERSION = "tls_version"
    CERTIFICATE_DAYS_LEFT = "certificate_days_left"
    CERTIFICATE_ISSUER = "certificate_issuer"
    CERTIFICATE_KEY = "certificate_key"
    DNS_ANSWER = "dns_answer"
    DNS_TTL_SECONDS = "dns_ttl_seconds"
    DNS_EXTENDED_ERROR = "dns_extended_error"
    DNS_DISAGREEMENT = "dns_disagreement"
    PACKET_LOSS_RATIO = "packet_loss_ratio"
    ROUND_TRIP_SECONDS = "round_trip_seconds"
    # HTTP.
    HTTP_STATUS = "http_status"
    RETRY_AFTER_SECONDS = "retry_after_seconds"
    MAINTENANCE_MARKER = "maintenance_marker"
    WAF_MARKER = "waf_marker"
    PROVIDER_CODE = "provider_code"
    PROVIDER_CLASS = "provider_class"
    TOKEN_FAULT = "token_fault"  # noqa: S105 - a word, not a secret
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - as above
    SPARE_KEY_OK = "spare_key_ok"
    PROXY_STATUS = "proxy_status"
    CONTRACT_VIOLATION = "contract_violation"
    SERVER_CLOCK_OFFSET_SECONDS = "server_clock_offset_seconds"
    # Journeys through several requests.
    FAILED_STEP = "failed_step"
    STEP_SECONDS = "step_seconds"
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
    LOCK_WAIT_SECONDS = "lock_wait_seconds"
    BLOCKING_SESSIONS = "blocking_sessions"
    ACTIVE_SESSIONS = "active_sessions"
    IDLE_IN_TRANSACTION = "idle_in_transaction"
    IDLE_IN_TRANSACTION_SECONDS = "idle_in_transaction_seconds"
    LONGEST_TRANSACTION_SECONDS = "longest_transaction_seconds"
    REFUSED_CONNECTIONS = "refused_connections"
    REPLICATION_ROLE = "replication_role"
    REPLICATION_LAG_SECONDS = "replication_lag_seconds"
    REPLICATION_LAG_BYTES = "replication_lag_bytes"
    REPLICATION_ERROR = "replication_error"
    REPLICAS = "replicas"
    SLOT_RETAINED_BYTES = "slot_retained_bytes"
    CLUSTER_READY = "cluster_ready"
    CLUSTER_SIZE = "cluster_size"
    DEADLOCKS = "deadlocks"
    CHECKSUM_FAILURES = "checksum_failures"
    SEQUENCE_USED_RATIO = "sequence_used_ratio"
    TRANSACTION_IDS_USED_RATIO = "transaction_ids_used_ratio"
    SEQUENCE_DAYS_LEFT = "sequence_days_left"
    TRANSACTION_IDS_DAYS_LEFT = "transaction_ids_days_left"
    FIGURES_MISSING = "figures_missing"
    # Caches.
    MEMORY_USED_RATIO = "memory_used_ratio"
    REJECTED_CONNECTIONS = "rejected_connections"
    BLOCKED_CLIENTS = "blocked_clients"
    EVICTED_KEYS = "evicted_keys"
    REPLICATION_UP = "replication_up"
    PERSISTENCE_OK = "persistence_ok"
    LOADING_SECONDS_LEFT = "loading_seconds_left"
    # What reports to us: jobs that send beats, and plugins.
    HEARTBEAT_AGE_SECONDS = "heartbeat_age_seconds"
    RUN_SECONDS = "run_seconds"
    EXIT_STATUS = "exit_status"
    # Hosts: shares of the time or of a limit, rates per second, sizes in bytes.
    CPU_PRESSURE_RATIO = "cpu_pressure_ratio"
    MEMORY_PRESSURE_RATIO = "memory_pressure_ratio"
    IO_PRESSURE_RATIO = "io_pressure_ratio"
    CPU_USED_RATIO = "cpu_used_ratio"
    CPU_STEAL_RATIO = "cpu_steal_ratio"
    THROTTLED_RATIO = "throttled_ratio"
    MEMORY_AVAILABLE_RATIO = "memory_available_ratio"
    OOM_KILLS = "oom_kills"
    DISK_FREE_RATIO = "disk_free_ratio"
    INODES_FREE_RATIO = "inodes_free_ratio"
    DISK_DAYS_LEFT = "disk_days_left"
    INODES_DAYS_LEFT = "inodes_days_left"
    DISK_READ_ONLY = "disk_read_only"
    DISK_MISSING = "disk_missing"
    FD_USED_RATIO = "fd_used_ratio"
    CONNTRACK_USED_RATIO = "conntrack_used_ratio"
    LISTEN_OVERFLOW_RATE = "listen_overflow_rate"
    LISTEN_DROP_RATE = "listen_drop_rate"
    SYNCOOKIES_SENT_RATE = "syncookies_sent_rate"
    SYNCOOKIES_RECV_RATE = "syncookies_recv_rate"
    SYNCOOKIES_RECV_RATIO = "syncookies_recv_ratio"
    ESTABLISHED_CONNECTIONS = "established_connections"
    PASSIVE_OPENS_RATE = "passive_opens_rate"
    RETRANSMIT_RATIO = "retransmit_ratio"
    RECEIVED_PACKET_RATE = "received_packet_rate"
    RECEIVED_PACKET_BYTES = "received_packet_bytes"
    HOST_CLOCK_OFFSET_SECONDS = "host_clock_offset_seconds"
    HOST_CLOCK_SYNCHRONISED = "host_clock_synchronised"
    UPTIME_SECONDS = "uptime_seconds"
    REBOOTED = "rebooted"
    # Business and security figures that queries and logs count; rates are events per minute.
    ERROR_RATIO = "error_ratio"
    AUTH_FAILURE_RATE = "auth_failure_rate"
    WAF_BLOCK_RATE = "waf_block_rate"
    ORDER_RATE = "order_rate"
    PAID_ORDER_RATE = "paid_order_rate"
    PAID_ORDER_RATIO = "paid_order_ratio"
    DISTINCT_SOURCES = "distinct_sources"
    MEASURED_VALUE = "measured_value"
    LOG_MATCHES = "log_matches"
    LOG_AGE_SECONDS = "log_age_seconds"
    HALF_SENT_REQUESTS = "half_sent_requests"
    NXDOMAIN_RATE = "nxdomain_rate"
    # What a third party says of itself on its status page.
    PAGE_INDICATOR = "page_indicator"
    PAGE_COMPONENT_STATUS = "page_component_status"
    PAGE_OPEN_INCIDENTS = "page_open_incidents"
    PAGE_MAINTENANCES = "page_maintenances"
    PAGE_AGE_SECONDS = "page_age_seconds"
    # Which figure lies beyond a limit of its check: the failure is `threshold_exceeded`.
    LIMIT_EXCEEDED = "limit_exceeded"
    # The engine's own, derived from several observations.
    SUCCESS_RATIO = "success_ratio"
    SIGNAL_STOPPED = "signal_stopped"
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
