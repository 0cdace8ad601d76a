"""The monitor's configuration for a stand, as an operator of that platform would write it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.scenarios.checks_inside import (
    database_checks,
    host_checks,
    own_checks,
    traffic_checks,
)
from tests.scenarios.checks_outside import anchor_checks, channel_checks, misconfigured_check

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
    "pages": {"kind": "third_party"},
    "outside": {"kind": "network"},
}


def write_configuration(stand: "Stand") -> Path:
    """Write the configuration of *stand* and return its file."""
    components = {**_COMPONENTS}
    if stand.shape.instances > 1:
        components["credit"] = {**_COMPONENTS["credit"], "fails_when": "all"}
    checks = {
        **own_checks(stand),
        **database_checks(stand),
        **channel_checks(stand),
        **anchor_checks(stand),
    }
    if stand.shape.wrong_key:
        checks["partner-report"] = misconfigured_check(stand)
        components["partner"] = {"kind": "third_party"}
    if stand.has_names:
        checks |= host_checks(stand)
    checks |= traffic_checks(stand)
    unwatched = {name for name in ("host",) if not stand.has_names}
    document = {
        "platform": _PLATFORM,
        **_POLICIES,
        "services": _SERVICES,
        "components": _without(components, unwatched),
        "checks": {name: _patient(each, stand.shape.patience) for name, each in checks.items()},
    }
    file = stand.folder / "monitor.yml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
    return file


def _patient(check: Section, patience: float) -> Section:
    """Let answers take *patience* times as long before they count as late."""
    usual = check.get("degraded_after")
    return check if usual is None else {**check, "degraded_after": patience * usual}


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
