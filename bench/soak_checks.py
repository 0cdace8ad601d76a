"""The checks of the soak: every probe type in several ways, a tenth on servers that hang."""

from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any

COMPONENTS = 50
# One check of so many hangs; they stand at so many components that others are well throughout.
ONE_HANGS_OF = 10
HANGING = "hanging"
TIMEOUT_SHARE = 0.4
BEAT = "token-of-the-soak"

Places = Mapping[str, Any]
Fields = dict[str, Any]

_STEPS = [
    {
        "name": "token",
        "url": "/oauth2/token",
        "method": "POST",
        "body": "grant_type=client_credentials",
        "capture": {"token": "$.access_token"},
    },
    {
        "name": "order",
        "url": "/orders",
        "method": "POST",
        "bearer_token": "{{token}}",
        "body": '{"out_trade_no": "{{run_id}}"}',
        "expect_status": 201,
        "capture": {"order": "$.id"},
    },
    {"name": "query", "url": "/orders/{{order}}", "expect_json": {"$.state": "PAID"}},
]


def configuration(places: Places, count: int, interval: float) -> dict[str, Any]:
    """Return a whole configuration of *count* checks; what hangs is named so."""
    hang = iter(_chosen(hanging(places), count // ONE_HANGS_OF))
    answer = iter(_chosen(answering(places), count - count // ONE_HANGS_OF))
    checks: dict[str, Fields] = {}
    for number in range(count):
        hangs = number % ONE_HANGS_OF == ONE_HANGS_OF - 1
        fields = next(hang if hangs else answer)
        word = HANGING if hangs else "answering"
        checks[f"{word}-{fields['type']}-{number:03}"] = {
            "component": _component(number),
            **fields,
        }
    return {
        "platform": {"name": {"zh-CN": "浸泡", "en": "Soak"}},
        "services": _services(),
        "components": {_component(each): {"kind": "server"} for each in range(COMPONENTS)},
        "defaults": {"interval": interval, "timeout": interval * TIMEOUT_SHARE},
        "checks": checks,
    }


def _services() -> dict[str, Any]:
    needs = [_component(each) for each in range(COMPONENTS)]
    return {"soak": {"name": {"zh-CN": "浸泡", "en": "Soak"}, "depends_on": needs}}


def _component(number: int) -> str:
    return f"c{number % COMPONENTS:02}"


def answering(places: Places) -> dict[str, list[Fields]]:
    """Return by probe type the ways of probing what answers; none where a program is missing."""
    own = _local(places["app"])
    trust = {"ca_file": f"{places['folder']}/ca.pem"}
    found: dict[str, list[Fields]] = {
        "http": _http(places, own, trust),
        "tcp": [{"host": "127.0.0.1", "port": places["web"]}],
        "sql": _sql(places),
        "tls": [{"host": "localhost", "port": places["web_tls"], "warn_days": 0, **trust}],
        "dns": [
            {
                "name": "pay.example.test",
                "servers": [f"127.0.0.1:{places['dns']}"],
                "expect_prefixes": ["192.0.2.0/24"],
            }
        ],
        "heartbeat": [{"token": BEAT}],
        "exec": [{"command": ["echo", "OK - 3 messages | queue=3"], "signals": _QUEUE}],
        "icmp": [{"host": "127.0.0.1", "count": 3, "every": "50ms"}],
        "host": [{"url": f"{own}/metrics", "judged": False}, {"judged": False}],
        "promql": [{"url": own, "query": "up", "signal": "paid_order_ratio"}],
        "logs": [{"file": f"{places['folder']}/access.log", "pattern": r"^(?P<source>\S+) .* 401"}],
        "status_page": [{"url": f"{own}/api/v2/summary.json"}],
        "ics": [{"url": f"{own}/maintenance.ics"}],
        "journey": [{"base_url": own, "steps": _STEPS}],
    }
    if "redis" in places:
        redis = f"redis://127.0.0.1:{places['redis']}"
        found["redis"] = [{"url": redis}, {"url": redis, "write": False}]
    return found


def hanging(places: Places) -> dict[str, list[Fields]]:
    """Return by probe type the ways of probing what never answers; some types have none."""
    mute, port = _local(places["mute"]), places["mute"]
    secure = mute.replace("http", "https")
    address = f"127.0.0.1:{port}"
    return {
        "http": [{"url": mute}, {"url": secure}, {"url": _local(places["web"]), "proxy": mute}],
        "tcp": [
            {"host": "127.0.0.1", "port": places["full"]},
            {"host": "127.0.0.1", "port": port, "expect_banner": "^SSH"},
        ],
        "sql": [
            {"url": f"postgresql://probe@{address}/ledger", "keep_session": True, "deep": True},
            {"url": f"mariadb://probe@{address}/ledger", "deep": True},
        ],
        "tls": [{"host": "127.0.0.1", "port": port}],
        "dns": [{"name": "pay.example.test", "servers": [f"127.0.0.1:{places['mute_dns']}"]}],
        "redis": [{"url": f"redis://{address}"}],
        "exec": [{"command": ["sleep", "3600"]}],
        "host": [{"url": mute}],
        "promql": [{"url": mute, "query": "up"}],
        "status_page": [{"url": mute}],
        "ics": [{"url": mute}],
        "journey": [{"base_url": mute, "steps": _STEPS}],
    }


_QUEUE = {"queue_depth": "queue"}


def _local(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _http(places: Places, own: str, trust: Fields) -> list[Fields]:
    web = _local(places["web"])
    secure = f"https://localhost:{places['web_tls']}/health"
    return [
        {
            "url": f"{web}/health",
            "expect_json": {"$.status": "ok"},
            "signals": {"saturation_ratio": "$.saturation"},
        },
        {"url": secure, **trust},
        {"url": f"{web}/moved"},
        {
            "url": f"{own}/health",
            "oauth2": {"token_url": f"{own}/oauth2/token", "client_id": "m", "client_secret": "s"},
            "contract": {"type": "object", "required": ["status"]},
        },
        {"url": f"{own}/gateway.do", "provider": "alipay_gateway"},
    ]


def _sql(places: Places) -> list[Fields]:
    found: list[Fields] = [{"url": f"sqlite:///{places['folder']}/archive.db"}]
    if "postgres" in places:
        url = places["postgres"]
        found += [
            {"url": url, "heartbeat": {"table": "soak"}, "deep": True},
            {"url": url, "keep_session": True, "deep": True},
        ]
    if "mariadb" in places:
        found.append({"url": places["mariadb"], "deep": True})
    return found


def _chosen(ways: Mapping[str, list[Fields]], count: int) -> list[Fields]:
    """Return *count* checks, the types in turn and each type's ways in turn."""
    turns = {type_: cycle(each) for type_, each in ways.items()}
    types = islice(cycle(turns), count)
    return [{"type": type_, **next(turns[type_])} for type_ in types]
