"""What figures alone tell: limits that come near, replicas, machines, attacks, grey failures."""

from collections.abc import Callable

from monitor.model.cause import Cause
from monitor.model.observation import FailureKind as Kind
from monitor.model.observation import Stage
from monitor.model.signals import SignalValue
from tests.diagnosis.rows import (
    APPLICATION,
    DATABASE,
    LOST,
    NETWORK,
    OVERLOAD,
    READ_ONLY,
    THIRD_PARTY,
    Row,
)
from tests.diagnosis.watched import Watched, figures, watched
from tests.diagnosis.world import Sight, World, failed, ok, platform, slow, status

ATTACK = Cause.NETWORK_ATTACK


def _beyond(check: str, limit: str, value: SignalValue) -> Callable[[], World]:
    """Return a world in which one figure of one check lies beyond its limit, and nothing else."""
    return lambda: watched().round({check: figures(limit, tells={limit: value})}, times=2)


def _now_and_then(check: str, bad: Sight) -> Callable[[], World]:
    """Return a world in which every fourth run of one check fails."""

    def world() -> World:
        found = platform()
        for _ in range(6):
            found.round(times=3).round({check: bad})
        return found

    return world


def _with_logins(usual: Sight, now: Sight, **traffic: float) -> Callable[[], World]:
    def world() -> Watched:
        found = watched()
        found.quiet["logins"] = usual
        found.round(times=10)
        changed = found.now_tells("traffic", **traffic)
        seen = {"gateway": slow(1.4), "healthz": slow(1.0), "logins": now, "traffic": changed}
        return found.round(seen, times=3)

    return world


FIGURE_ROWS = (
    # Databases.
    *(
        Row(
            f"a database beyond {limit}",
            _beyond("ledger-sql", limit, value),
            "ledger",
            DATABASE,
            subcause,
            "ledger",
            least,
        )
        for limit, value, subcause, least in (
            ("replication_up", False, "replication", 0.8),
            ("replication_lag_seconds", 90.0, "replication", 0.75),
            ("replication_error", 1062, "replication", 0.8),
            ("slot_retained_bytes", 2**35, "replication", 0.7),
            ("sequence_used_ratio", 0.93, "limit", 0.8),
            ("transaction_ids_used_ratio", 0.6, "limit", 0.8),
            ("checksum_failures", 2, "corruption", 0.85),
            ("idle_in_transaction_seconds", 900.0, "transaction", 0.65),
            ("lock_wait_seconds", 30.0, "lock", 0.65),
            ("deadlocks", 9, "lock", 0.65),
            ("refused_connections", 4, "connections", 0.7),
            ("cluster_ready", False, "cluster", 0.8),
            ("memory_used_ratio", 0.99, "cache", 0.7),
        )
    ),
    Row(
        "writes led to a replica",
        lambda: platform().round(
            {
                "ledger-sql": failed(
                    Kind.WRITE_FAILED,
                    0.02,
                    Stage.BUSINESS,
                    sqlstate="25006",
                    read_only=True,
                    read_ok=True,
                    write_ok=False,
                    replication_role="replica",
                )
            },
            times=2,
        ),
        "ledger",
        DATABASE,
        "read_only",
        "ledger",
    ),
    Row(
        "the disk of a database turned read-only",
        lambda: watched().round(
            {
                "ledger-sql": READ_ONLY,
                "ledger-host": figures("disk_read_only", disk_read_only=True),
            },
            times=2,
        ),
        "ledger",
        DATABASE,
        "read_only",
        "ledger",
    ),
    # Machines.
    Row(
        "a processor shared by too many",
        lambda: watched().round(
            {
                "host": figures("throttled_ratio", throttled_ratio=0.8, cpu_pressure_ratio=0.6),
                "gateway": slow(1.4),
                "healthz": slow(1.0),
            },
            times=3,
        ),
        "gateway",
        OVERLOAD,
        "cpu",
        "gateway-host",
    ),
    Row(
        "memory that runs out",
        _beyond("host", "oom_kills", 3),
        "gateway-host",
        OVERLOAD,
        "memory",
        "gateway-host",
        0.6,
    ),
    Row(
        "a full disk at a server",
        lambda: watched().round(
            {
                "host": figures("disk_free_ratio", failed=True, disk_free_ratio=0.0),
                "healthz": status(500),
            },
            times=2,
        ),
        "gateway-host",
        APPLICATION,
        "disk",
        "gateway-host",
    ),
    Row(
        "descriptors that leak",
        _beyond("host", "fd_used_ratio", 0.97),
        "gateway-host",
        APPLICATION,
        "limit",
        "gateway-host",
        0.65,
    ),
    Row(
        "a machine that started anew",
        lambda: watched().round(
            {"host": figures(rebooted=True), "healthz": failed(Kind.CONNECT_REFUSED, 0.001)},
            times=2,
        ),
        "gateway-host",
        APPLICATION,
        "crash",
        "gateway-host",
    ),
    Row(
        "a certificate of ours that ends soon",
        _beyond("healthz", "certificate_days_left", 9.5),
        "gateway-host",
        APPLICATION,
        "certificate",
        "gateway-host",
    ),
    Row(
        "a certificate of a bank that ends soon",
        _beyond("bank-a-ping", "certificate_days_left", 9.5),
        "bank-a",
        THIRD_PARTY,
        "certificate",
        "bank-a",
        0.75,
    ),
    # Attacks.
    Row(
        "many logins tried from many places",
        _with_logins(
            figures(auth_failure_rate=2.0, distinct_sources=30),
            figures(auth_failure_rate=900.0, distinct_sources=700),
        ),
        "gateway",
        ATTACK,
        "credential_stuffing",
        "gateway",
        0.75,
    ),
    Row(
        "requests for nothing that the firewall blocks",
        _with_logins(
            figures(waf_block_rate=1.0), figures(waf_block_rate=400.0), request_rate=300.0
        ),
        "gateway",
        ATTACK,
        "http_flood",
        "gateway",
        0.65,
    ),
    # Now and then.
    Row(
        "a bank that fails every fourth time",
        _now_and_then("bank-a-ping", status(502)),
        "bank-a",
        THIRD_PARTY,
        "down",
        "bank-a",
    ),
    Row(
        "one of four replicas that answers wrong",
        _now_and_then("checkout", status(500)),
        "gateway",
        APPLICATION,
        "partial",
        "gateway",
    ),
    Row(
        "a way to a database with a hole in it",
        _now_and_then("ledger-tcp", LOST),
        "ledger",
        NETWORK,
        "loss",
        "ledger",
        0.55,
    ),
    # What a second key tells.
    Row(
        "tokens that their endpoint does not issue",
        lambda: platform().round({"bank-a": status(503, token_fault="error")}, times=2),
        "bank-a",
        THIRD_PARTY,
        "down",
        "bank-a",
    ),
    Row(
        "a bank that is full by its own word",
        lambda: platform().round(
            {"bank-a": status(503, provider_code="SYSTEMBUSY", provider_class="theirs_overloaded")},
            times=2,
        ),
        "bank-a",
        THIRD_PARTY,
        "down",
        "bank-a",
    ),
    Row(
        "a token that is refused to our client",
        lambda: platform().round(
            {"bank-a": failed(Kind.LOGIN_REJECTED, token_fault="refused", spare_key_ok=True)},
            times=2,
        ),
        "bank-a",
        APPLICATION,
        "credential",
        "bank-a",
    ),
    Row(
        "figures that stop while the server answers wrong",
        lambda: (
            platform()
            .round({"healthz": ok(request_rate=20.0, in_flight=2)}, times=8)
            .round({"checkout": status(500)}, times=3)
        ),
        "gateway",
        APPLICATION,
        "",
        "gateway",
    ),
)
