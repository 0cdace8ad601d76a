"""The checks of the platform itself: edge, application, databases, host."""

from typing import TYPE_CHECKING, Any

from monitor.probes.host_spec import HostLimits
from tests.scenarios.servers import places
from tests.scenarios.servers.templates import DATABASE, PASSWORD, PROBE

if TYPE_CHECKING:
    from tests.scenarios.stand import Stand

Section = dict[str, Any]


def own_checks(stand: "Stand") -> Section:
    """Return the checks of the edge, the application and its functions."""
    here = stand.addresses.platform
    edge = f"http://{here}:{places.EDGE_HTTP}"
    name = places.EDGE_NAME if stand.has_names else here
    checks: Section = {
        "edge-http": {"type": "http", "component": "edge", "url": f"{edge}/edge"},
        "edge-https": {
            "type": "http",
            "component": "edge",
            "url": f"https://{name}:{places.EDGE_HTTPS}/edge",
            "ca_file": str(stand.ca_file),
        },
        "quota": {
            "type": "http",
            "component": "quota-function",
            "url": f"{edge}/quota?account=1",
            "expect_json": {"$.available": {"exists": True}},
            "degraded_after": 0.6,
        },
        "pay": {
            "type": "http",
            "component": "pay-function",
            "url": f"{edge}/pay?account=2&amount=0.01",
            "method": "POST",
            "expect_json": {"$.paid": "0.01"},
            "degraded_after": 0.8,
        },
    }
    for number in range(stand.shape.instances):
        checks |= _instance(here, number)
    return checks


def _instance(here: str, number: int) -> Section:
    """Return the checks of one instance of the application, asked past the edge."""
    port, stats = places.CREDIT + 10 * number, places.CREDIT_STATS + 10 * number
    load = ("in_flight", "queue_depth", "saturation_ratio", "request_rate")
    return {
        f"credit-{number}-health": {
            "type": "http",
            "component": "credit",
            "url": f"http://{here}:{port}/healthz",
            "expect_json": {"$.status": "ok"},
            "degraded_after": 0.5,
        },
        f"credit-{number}-load": {
            "type": "http",
            "component": "credit",
            "url": f"http://{here}:{stats}/stats",
            "signals": {each: f"$.{each}" for each in load},
        },
    }


def database_checks(stand: "Stand") -> Section:
    """Return the checks of the databases, by an ordinary role."""
    here = stand.addresses.platform
    postgres = {
        "type": "sql",
        "component": "postgres",
        "url": f"postgresql://{PROBE}@{here}:{places.POSTGRES}/{DATABASE}",
        "password": PASSWORD,
        "degraded_after": 0.5,
    }
    return {
        "postgres-port": {
            "type": "tcp",
            "component": "postgres",
            "host": here,
            "port": places.POSTGRES,
        },
        "postgres-accounts": {
            **postgres,
            "query": "SELECT count(*) FROM accounts",
            "heartbeat": {"table": "monitor_heartbeat"},
        },
        # What the server notes when it can neither store nor read: no room, no disk, broken pages.
        "postgres-log": {
            "type": "logs",
            "component": "postgres",
            "file": str(stand.postgres.log),
            "pattern": r"^\S+ \S+ \S+ \[\d+\] (?P<sqlstate>53100|58\d{3}|XX00[12]) ",
            "over": 2,
            "degraded": {"above": 0},
        },
        "postgres-products": {**postgres, "query": "SELECT count(*) FROM products"},
        # Looks at sessions and locks each time, and stays inside when nobody else is let in.
        "postgres-sessions": {**postgres, "deep": True, "deep_every": 1, "keep_session": True},
        "mariadb-ledger": {
            "type": "sql",
            "component": "mariadb",
            "url": f"mysql://{PROBE}@{here}:{places.MARIADB}/ledger",
            "password": PASSWORD,
            "query": "SELECT max(id) FROM entries",
            "heartbeat": {"table": "monitor_heartbeat"},
            "degraded_after": 0.5,
        },
        "redis-queue": {
            "type": "redis",
            "component": "redis",
            "url": f"redis://{here}:{places.REDIS}/0",
            "degraded_after": 0.5,
        },
    }


def host_checks(stand: "Stand") -> Section:
    """Return the checks of the platform's host, by its exporter and from the machine itself."""
    exporter = f"http://{stand.addresses.platform}:{places.EXPORTER}/metrics"
    checks: Section = {
        "host": {
            "type": "host",
            "component": "host",
            "url": exporter,
            "mounts": ["/"],
            "rate_over": 4,
            # Figures of who is busy are evidence; they wake nobody while all answers come in time.
            "limits": {
                "cpu_pressure_ratio": {},
                "listen_overflow_rate": {},
                "listen_drop_rate": {},
                "retransmit_ratio": {},
                "syncookies_recv_ratio": {},
            },
        },
        "edge-network": {
            "type": "host",
            "component": "edge",
            "url": exporter,
            "rate_over": 4,
            "limits": _only(syncookies_recv_ratio={"degraded": 0.3}),
        },
    }
    if stand.group is not None:
        checks["credit-processor"] = {
            "type": "host",
            "component": "host",
            "cgroup": str(stand.group.path),
            "rate_over": 4,
            "limits": _only(throttled_ratio={"degraded": 0.25}),
        }
    if stand.shape.small_disk:
        checks["postgres-disk"] = {
            "type": "host",
            "component": "postgres",
            "mounts": [str(stand.postgres.small_disk)],
            "limits": _only(disk_free_ratio={"degraded": 0.05, "failed": 0.01}),
        }
    return checks


def traffic_checks(stand: "Stand") -> Section:
    """Return the checks of what Prometheus knows of the edge and of the application."""
    url = f"http://{stand.addresses.platform}:{places.PROMETHEUS}"
    common = {"type": "promql", "url": url, "empty": "ok"}
    paid, orders = (f"sum(rate(credit_{each}_total[10s]))" for each in ("paid_orders", "orders"))
    return {
        "edge-half-sent": {
            **common,
            "component": "edge",
            "query": "nginx_connections_reading",
            "signal": "half_sent_requests",
            "degraded": {"above": 100},
        },
        "edge-connections": {
            **common,
            "component": "edge",
            "query": "nginx_connections_active",
            "signal": "established_connections",
        },
        "edge-logins": {
            "type": "logs",
            "component": "edge",
            "file": str(stand.edge.folder / "access.log"),
            "pattern": r'^(?P<source>\S+) .*"POST /login HTTP/1\.1" 401 ',
            "signal": "auth_failure_rate",
            "over": 10,
            "degraded": {"above": 300},
        },
        "orders-paid": {
            **common,
            "component": "pay-function",
            "query": f"{paid} * 60",
            "signal": "paid_order_rate",
        },
        "edge-requests": {
            **common,
            "component": "edge",
            "query": "sum(rate(credit_requests_total[5s]))",
            "signal": "request_rate",
        },
        "pay-completed": {
            **common,
            "component": "pay-function",
            "query": f"{paid} / {orders}",
            "signal": "paid_order_ratio",
        },
    }


def _only(**limits: Section) -> Section:
    """Return *limits*, with all others taken away."""
    return {**{name: {} for name in HostLimits.model_fields}, **limits}
