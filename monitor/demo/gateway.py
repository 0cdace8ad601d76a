"""The gateway: the platform's own server with the four functions that users know."""

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from monitor.demo import functions
from monitor.demo.functions import Answer, BadRequestError, Banks, NoChannelError, Request
from monitor.demo.layout import Layout
from monitor.demo.names import BAD_DEPLOY, BANK_A, BANK_B, GATEWAY, LEDGER, PLANNED_MAINTENANCE
from monitor.demo.pool import LedgerPool, LedgerUnavailableError, connection_text
from monitor.demo.ports import HOST
from monitor.demo.release import Release, bad_release, good_release
from monitor.demo.serving import serve
from monitor.demo.state import load_state
from monitor.demo.switches import Switches
from monitor.demo.workers import Capacity, OverloadedError, Workers

BANKS = (BANK_A, BANK_B)

FUNCTION_CPU_SECONDS = 0.003
HEALTH_CPU_SECONDS = 0.0002
MINIMUM_RETRY_AFTER = 5

# What users get when something fails: status, code and words. A KeyError is a price that the
# live release does not have.
FAILURES: Mapping[type[Exception], tuple[int, str, str]] = {
    OverloadedError: (503, "overloaded", "too many requests are waiting"),
    LedgerUnavailableError: (503, "ledger_unavailable", "the ledger does not answer"),
    NoChannelError: (502, "channel_unavailable", "no bank channel took the payment"),
    BadRequestError: (400, "bad_request", "account or amount makes no sense"),
    KeyError: (500, "internal", "internal error"),
}

Function = Callable[[Request, Release], Awaitable[Answer]]
log = logging.getLogger("demo.gateway")


class Gateway:
    """The request handlers and what they share."""

    def __init__(self, switches: Switches, pool: LedgerPool, banks: Banks) -> None:
        self._switches = switches
        self._pool = pool
        self._banks = banks
        self._workers = Workers(Capacity())
        self._release = good_release(time.time())
        self._in_flight = 0
        self._last_failure = ""

    async def healthz(self, _: HttpRequest) -> Response:
        """Answer without the ledger, but through the workers, and say how loaded they are."""

        async def healthy() -> Answer:
            return {"status": "ok", "load": self._load()}

        return await self._guarded(HEALTH_CPU_SECONDS, healthy)

    async def credit_pay(self, request: HttpRequest) -> Response:
        return await self._function(
            request, lambda asked, live: functions.quote_credit_pay(self._pool, asked, live)
        )

    async def cash_loans(self, request: HttpRequest) -> Response:
        return await self._function(
            request, lambda asked, live: functions.quote_cash_loan(self._pool, asked, live)
        )

    async def repayment(self, request: HttpRequest) -> Response:
        return await self._function(
            request, lambda asked, live: functions.read_bill(self._pool, asked, live)
        )

    async def checkout(self, request: HttpRequest) -> Response:
        return await self._function(
            request, lambda asked, live: functions.pay(self._pool, asked, live, self._banks)
        )

    async def build(self, _: HttpRequest) -> Response:
        """Say which release is live."""
        release = self._live_release()
        return JSONResponse({"version": release.version, "started_at": release.live_since})

    async def stats(self, _: HttpRequest) -> Response:
        """Report saturation; answered past the workers, so that it can be read in overload."""
        return JSONResponse(self._load())

    async def close(self) -> None:
        self._workers.close()
        await self._pool.close()

    async def _function(self, request: HttpRequest, function: Function) -> Response:
        async def run() -> Answer:
            query = request.query_params
            asked = Request.of(query.get("account"), query.get("amount"))
            return await function(asked, self._live_release())

        return await self._guarded(FUNCTION_CPU_SECONDS, run)

    async def _guarded(self, cpu_seconds: float, work: Callable[[], Awaitable[Answer]]) -> Response:
        """Run a handler through the workers; every failure becomes a small JSON answer."""
        if maintenance := self._maintenance():
            return maintenance
        self._in_flight += 1
        try:
            await self._workers.run(cpu_seconds)
            return JSONResponse(await work())
        except tuple(FAILURES) as error:
            return self._failed(error)
        finally:
            self._in_flight -= 1

    def _failed(self, error: Exception) -> Response:
        """Answer for a failure; it is logged when it differs in kind from the one before."""
        kind = type(error).__name__
        if kind != self._last_failure:
            log.warning("%s: %s in release %s", kind, error, self._release.version)
            self._last_failure = kind
        status, code, message = next(
            answer for known, answer in FAILURES.items() if isinstance(error, known)
        )
        return failure(status, code, message, load=self._load())

    def _load(self) -> Answer:
        return {"in_flight": self._in_flight, **self._workers.stats()}

    def _maintenance(self) -> Response | None:
        switch = self._switches.get(PLANNED_MAINTENANCE)
        now = time.time()
        if switch is None or now < switch.details["work_from"]:
            return None
        until = switch.details["work_until"]
        answer = failure(503, "maintenance", "系统维护中，请稍后再试 / under maintenance")
        answer.headers["Retry-After"] = str(max(MINIMUM_RETRY_AFTER, round(until - now)))
        return answer

    def _live_release(self) -> Release:
        """Follow the switch: a deploy and a roll-back take effect with the next request."""
        switch = self._switches.get(BAD_DEPLOY)
        if switch is not None and self._release.live_since != switch.since:
            self._release = bad_release(str(switch.details["version"]), switch.since)
        elif switch is None and self._release != (good := good_release(self._release.live_since)):
            self._release = good_release(time.time())
            log.warning("rolled back to %s", good.version)
        return self._release


def failure(status: int, code: str, message: str, **more: Answer) -> JSONResponse:
    """Return the platform's error body."""
    body = {"error": {"code": code, "message": message}, **more}
    return JSONResponse(body, status_code=status)


def make_app(layout: Layout, _: str) -> ASGIApp:
    """Build the application from what the supervisor recorded."""
    ports = load_state(layout).ports
    client = httpx.AsyncClient(trust_env=False)
    banks = Banks(client, {name: f"http://{HOST}:{ports[name]}" for name in BANKS})
    pool = LedgerPool(connection_text(layout, ports[LEDGER]))
    gateway = Gateway(Switches(layout), pool, banks)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await gateway.close()
        await client.aclose()

    return Starlette(routes=_routes(gateway), lifespan=lifespan)


def _routes(gateway: Gateway) -> list[Route]:
    return [
        Route("/healthz", gateway.healthz),
        Route("/credit-pay/quote", gateway.credit_pay),
        Route("/cash-loans/quote", gateway.cash_loans),
        Route("/repayment/bill", gateway.repayment),
        Route("/checkout/pay", gateway.checkout, methods=["POST"]),
        Route("/build", gateway.build),
        Route("/internal/stats", gateway.stats),
    ]


if __name__ == "__main__":
    serve(make_app, GATEWAY)
