"""The monitor's configuration for a stand, as an operator of that platform would write it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from monitor.probes.host_spec import HostLimits
from tests.scenarios.servers import places
from tests.scenarios.servers.templates import DATABASE, PASSWORD, PROBE

if TYPE_CHECKING:
    from tests.scenarios.stand import Stand

Section = dict[str, Any]
ROUND_SECONDS = 2.0
WATCH_SECONDS = 6.0
OVERRUN_GRACE_SECONDS = 4.0

_PLATFORM: Section = {
    "name": {"zh-CN": "示例信用支付", "en": "Example Credit Pay"},
    "time_zone": "Asia/Shanghai",
    "locales": ["zh-CN", "en"],
    "default_locale": "zh-CN",
}
_POLICIES: Section = {
    "recovery": {"clean_rounds": 3, "watch": WATCH_SECONDS, "critical_watch": WATCH_SECONDS},
    "maintenance": {
        "clean_rounds": 3,
        "overrun_grace": OVERRUN_GRACE_SECONDS,
        "minimum_lead": 0,
    },
    "notices": {"min_duration": 4, "cause_confidence": 0.8, "update_every": "5m"},
    "listeners": {"public": "127.0.0.1:${PORT}", "operations": "127.0.0.1:${OPS_PORT}"},
    "store": {"data_dir": "${DATA_DIR}"},
    # With a round every two seconds a quick retry would meet the next round, so there is none.
    "defaults": {
        "interval": ROUND_SECONDS,
        "timeout": 1.6,
        "confirmation": {"failures": 2, "window": 3, "recoveries": 3, "retry_after": None},
    },
}
_SERVICES: Section = {
    "quota": {
        "name": {"zh-CN": "额度查询", "en": "Credit line"},
        "critical": True,
        "depends_on": ["quota-function"],
    },
    "payment": {
        "name": {"zh-CN": "付款", "en": "Payments"},
        "critical": True,
        "depends_on": ["pay-function", {"soft": "channel-a"}, {"soft": "channel-b"}],
    },
}
# The functions are what users call; they run in the application's processes, behind the edge.
_COMPONENTS: Section = {
    "host": {"kind": "server"},
    "edge": {"kind": "server", "depends_on": ["host"]},
    "credit": {"kind": "server", "depends_on": ["host"]},
    "quota-function": {"kind": "server", "depends_on": ["edge", "credit", "postgres"]},
    "pay-function": {
        "kind": "server",
        "depends_on": [
            "edge",
            "credit",
            "postgres",
            "mariadb",
            "redis",
            {"any_of": ["channel-a", "channel-b"]},
        ],
    },
    "postgres": {"kind": "database"},
    "mariadb": {"kind": "database"},
    "redis": {"kind": "database"},
    "channel-a": {"kind": "third_party"},
    "channel-b": {"kind": "third_party"},
    "outside": {"kind": "network"},
}


def write_configuration(stand: "Stand") -> Path:
    """Write the configuration of *stand* and return its file."""
    components = {**_COMPONENTS}
    if stand.shape.instances > 1:
        components["credit"] = {**_COMPONENTS["credit"], "fails_when": "all"}
    checks = {**_own(stand), **_databases(stand), **_channels(stand), **_outside(stand)}
    if stand.shape.wrong_key:
        checks["partner-report"] = {**_trade(stand, "channel-b", "wrong"), "component": "partner"}
        components["partner"] = {"kind": "third_party"}
    if stand.has_names:
        checks |= _host(stand)
    unwatched = {name for name in ("host",) if not stand.has_names}
    document = {
        "platform": _PLATFORM,
        **_POLICIES,
        "services": _SERVICES,
        "components": _without(components, unwatched),
        "checks": checks,
    }
    file = stand.folder / "monitor.yml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
    return file


def _without(components: Section, unwatched: set[str]) -> Section:
    """Leave out components that nothing watches here."""
    return {
        name: {
            key: [each for each in value if not (isinstance(each, str) and each in unwatched)]
            if key == "depends_on"
            else value
            for key, value in component.items()
        }
        for name, component in components.items()
        if name not in unwatched
    }


def _own(stand: "Stand") -> Section:
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


def _databases(stand: "Stand") -> Section:
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
        "postgres-products": {**postgres, "query": "SELECT count(*) FROM products"},
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


def _channels(stand: "Stand") -> Section:
    """Return the checks of the payment channels."""
    return {
        f"{name}-ping": {
            "type": "http",
            "component": name,
            "url": f"https://{stand.host_of(name)}:{places.CHANNEL}/v1/ping",
            "ca_file": str(stand.ca_file),
            "provider_code": "$.code",
            "provider_ok": ["SUCCESS"],
            "degraded_after": 0.5,
        }
        for name in places.CHANNELS
    }


def _trade(stand: "Stand", channel: str, token: str) -> Section:
    """Return a check that asks for a finished trade with a token of its own."""
    return {
        "type": "http",
        "component": channel,
        "url": f"https://{stand.host_of(channel)}:{places.CHANNEL}/v1/trade",
        "ca_file": str(stand.ca_file),
        "bearer_token": token,
        "provider_code": "$.code",
        "provider_ok": ["SUCCESS"],
        "expect_json": {"$.trade_no": {"exists": True}},
    }


def _outside(stand: "Stand") -> Section:
    """Return the anchors: by address, in different networks, of nobody in particular."""
    reference = f"http://{stand.addresses.reference}:{places.REFERENCE}/"
    gateway = {"type": "tcp", "host": stand.addresses.platform, "port": places.EDGE_HTTP}
    return {
        "anchor-outside": {
            "type": "http",
            "component": "outside",
            "url": reference,
            "canary": True,
        },
        "anchor-gateway": {**gateway, "component": "outside", "canary": True},
    }


def _host(stand: "Stand") -> Section:
    """Return the checks of the platform's host, by its exporter and from the machine itself."""
    exporter = f"http://{stand.addresses.platform}:{places.EXPORTER}/metrics"
    checks: Section = {
        "host": {
            "type": "host",
            "component": "host",
            "url": exporter,
            "mounts": ["/"],
            "rate_over": 4,
            # A busy processor is evidence; it wakes nobody while all answers come in time.
            "limits": {"cpu_pressure_ratio": {}},
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


def _only(**limits: Section) -> Section:
    """Return *limits*, with all others taken away."""
    return {**{name: {} for name in HostLimits.model_fields}, **limits}
