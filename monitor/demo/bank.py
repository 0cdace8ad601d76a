"""A third party's bank channel: it takes payments and has a status page that lags."""

import itertools
import time
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from monitor.demo.layout import Layout
from monitor.demo.names import BANK_A, THIRD_PARTY_DOWN
from monitor.demo.serving import serve
from monitor.demo.statuspage import StatusPage
from monitor.demo.switches import Switches

# The code and words that WeChat Pay's API documents for 502.
OFFLINE = {"code": "SERVICE_OFFLINE", "message": "服务下线，暂时不可用"}
SUCCESS = "SUCCESS"


class Bank:
    """The handlers of one bank channel."""

    def __init__(self, name: str, switches: Switches) -> None:
        self._name = name
        self._switches = switches
        self._numbers = itertools.count(1)

    async def ping(self, _: Request) -> Response:
        """Say that the channel takes payments."""
        return self._offline() or JSONResponse({"code": SUCCESS, "channel": self._name})

    async def pay(self, request: Request) -> Response:
        """Take a payment."""
        if offline := self._offline():
            return offline
        try:
            order = await request.json()
            amount = str(order["amount"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"code": "PARAM_ERROR", "message": "amount is missing"}, 400)
        trade = f"{self._name}-{int(time.time())}-{next(self._numbers)}"
        return JSONResponse({"code": SUCCESS, "trade_no": trade, "amount": amount})

    def _offline(self) -> Response | None:
        if self._name == BANK_A and self._switches.get(THIRD_PARTY_DOWN) is not None:
            return JSONResponse(OFFLINE, status_code=502)
        return None


def make_app(layout: Layout, name: str) -> ASGIApp:
    """Build the application of one bank channel."""
    bank = Bank(name, Switches(layout))
    page = StatusPage(name, created_at=datetime.now(UTC))
    channel = [
        Route("/v1/ping", bank.ping),
        Route("/v1/pay", bank.pay, methods=["POST"]),
    ]
    return Starlette(routes=[*channel, *page.routes()])


if __name__ == "__main__":
    serve(make_app, BANK_A)
