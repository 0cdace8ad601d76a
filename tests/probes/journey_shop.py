"""A shop on loopback with a journey through it, from the token to the ledger."""

import json
from typing import Any

from monitor.model.observation import Observation
from tests.probes.conftest import Probe
from tests.probes.http_app import App, Asked, always, says
from tests.probes.servers import http, serving

SECRET = 'pass wörd&"1'
STEPS: list[dict[str, Any]] = [
    {
        "name": "token",
        "url": "/token",
        "method": "POST",
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        "body": "user=monitor&password={{password}}",
        "capture": {"token": "$.access_token"},
    },
    {
        "name": "order",
        "url": "/orders",
        "method": "POST",
        "headers": {"Content-Type": "application/json"},
        "bearer_token": "{{token}}",
        "body": '{"no": "{{run_id}}", "note": "{{password}}", "amount": {{ amount }}}',
        "expect_status": 201,
        "capture": {
            "order": "$.order.id",
            "cookie": {"header": "Set-Cookie", "matches": "session=([^;]+)"},
        },
    },
    {
        "name": "pay",
        "url": "/pay?order={{order}}",
        "method": "POST",
        "headers": {"Cookie": "session={{cookie}}"},
        "bearer_token": "{{token}}",
        "expect_json": {"$.state": "PAID"},
        "capture": {"paid": "$.amount", "receipt": {"matches": '"receipt": "(\\w+)"'}},
    },
    {
        "name": "ledger",
        "url": "/ledger/{{receipt}}",
        "expect_json": {
            "$.amount": "{{paid}}",
            "$.order": "{{order}}",
            "$.text": "paid {{paid}}",
            "$.error": {"exists": False},
        },
    },
]


class Shop:
    """A shop with a ledger; a route may be replaced to break it."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.app = App(
            {
                "/token": self._token,
                "/orders": self._order,
                "/pay": self._pay,
                "/ledger/R7": always({"amount": 1, "order": "o 1/ü", "text": "paid 1"}),
            }
        )

    def _token(self, asked: Asked) -> bytes:
        if asked.form != {"user": "monitor", "password": SECRET}:
            return says({"error": "invalid_grant"}, "400 Bad Request")
        return says({"access_token": "geheim-token"})

    def _order(self, asked: Asked) -> bytes:
        if asked.headers.get("authorization") != "Bearer geheim-token":
            return http("401 Unauthorized")
        self.orders.append(json.loads(asked.body))
        return says({"order": {"id": "o 1/ü"}}, "201 Created", "Set-Cookie: session=c00kie; Path=/")

    def _pay(self, asked: Asked) -> bytes:
        fine = asked.path == "/pay?order=o%201%2F%C3%BC" and asked.headers["cookie"] == (
            "session=c00kie"
        )
        return says({"state": "PAID" if fine else "OPEN", "amount": 1, "receipt": "R7"})


async def taken(probe: Probe, app: App, **fields: Any) -> Observation:
    async with serving(app) as port:
        options = {"steps": STEPS, "variables": {"password": SECRET, "amount": "1"}}
        return await probe(
            "journey", **{"base_url": f"http://127.0.0.1:{port}", **options, **fields}
        )
