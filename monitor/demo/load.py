"""Requests at a steady rate, whatever the answers: real users do not wait for each other."""

import asyncio
import random
import signal
import time
from dataclasses import dataclass

import httpx

from monitor.demo.ledger_schema import ACCOUNTS
from monitor.demo.serving import ignore_interrupts

FUNCTIONS = (
    ("GET", "/credit-pay/quote"),
    ("GET", "/cash-loans/quote"),
    ("GET", "/repayment/bill"),
    ("POST", "/checkout/pay"),
)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How much load to make: requests per second, at most so many open, for how long."""

    rate: float
    most_open: int
    seconds: float | None = None
    timeout_seconds: float = 5.0


async def run_load(url: str, pace: Pace) -> None:
    """Send requests at moments drawn from a Poisson process until time or SIGTERM ends it."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    limits = httpx.Limits(max_connections=pace.most_open, max_keepalive_connections=20)
    client = httpx.AsyncClient(
        base_url=url, timeout=pace.timeout_seconds, limits=limits, trust_env=False
    )
    async with client, asyncio.TaskGroup() as group:
        await _offer(client, group, pace, stop)


async def _offer(
    client: httpx.AsyncClient, group: asyncio.TaskGroup, pace: Pace, stop: asyncio.Event
) -> None:
    still_open: set[asyncio.Task[None]] = set()
    started = due = time.monotonic()
    while pace.seconds is None or due - started < pace.seconds:
        due += random.expovariate(pace.rate)
        try:
            async with asyncio.timeout(max(0.0, due - time.monotonic())):
                await stop.wait()
            break
        except TimeoutError:
            pass
        if len(still_open) < pace.most_open:
            task = group.create_task(_request(client))
            still_open.add(task)
            task.add_done_callback(still_open.discard)
    for task in still_open:
        task.cancel()


async def _request(client: httpx.AsyncClient) -> None:
    method, path = random.choice(FUNCTIONS)
    query = {"account": random.randint(1, ACCOUNTS), "amount": random.randint(10, 900)}
    try:
        await client.request(method, path, params=query)
    except httpx.HTTPError:
        # A user whose request fails shrugs; noticing it is the monitor's business.
        return


def main(url: str, pace: Pace) -> None:
    """Run the load as the main program of a process."""
    ignore_interrupts()
    asyncio.run(run_load(url, pace))
