"""Whatever hangs on the way of an http check or a journey, nothing of it stays open."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from operator import le
from typing import Any

from monitor.clock import SystemClock
from monitor.model.check import Check
from monitor.model.observation import Outcome
from monitor.probes.prober import Prober
from monitor.probes.table import SPECS
from tests.probes.conftest import LONG_SECONDS, descriptors
from tests.probes.http_app import App, always
from tests.probes.proxy_server import Proxy
from tests.probes.servers import serving, silent
from tests.support.polling import eventually_async

_ROUNDS = 5


def _fields(mute: str, fine: str, proxy: str) -> Iterator[tuple[str, dict[str, Any]]]:
    oauth2 = {"token_url": f"{fine}/token", "client_id": "c", "client_secret": "s"}
    yield "http", {"url": f"{mute}/"}
    yield "http", {"url": f"{mute.replace('http:', 'https:')}/"}
    yield "http", {"url": f"{mute}/", "oauth2": oauth2}
    yield "http", {"url": f"{fine}/", "oauth2": {**oauth2, "token_url": f"{mute}/token"}}
    yield "http", {"url": f"{mute.replace('http:', 'https:')}/", "proxy": proxy}
    yield "http", {"url": f"{fine}/refused", "spare": {"bearer_token": "t"}}
    step = {"name": "a", "url": f"{fine}/", "capture": {"x": "$.x"}}
    yield "journey", {"steps": [step, {"name": "b", "url": f"{mute}/" + "{{x}}"}]}
    yield (
        "journey",
        {"steps": [{**step, "expect_json": {"$.x": 2}, "within": "9s"}]},
    )


async def test_runs_that_hang_leave_no_descriptor_thread_or_task() -> None:
    app = App(
        {
            "/": always({"x": 1}),
            "/token": always({"access_token": "t"}),
            "/refused": always({}, "401 Unauthorized"),
        }
    )
    async with AsyncExitStack() as stack:
        mute, fine, proxy = [
            f"http://127.0.0.1:{await stack.enter_async_context(serving(each))}"
            for each in (silent, app, Proxy())
        ]
        checks = [
            Check(
                name=f"{type_}-{number}",
                type=type_,
                component="x",
                spec=SPECS[type_].spec.model_validate(fields),
                timeout_seconds=0.3,
            )
            for number, (type_, fields) in enumerate(_fields(mute, fine, proxy))
        ]
        before = _held()
        prober = Prober(SystemClock())
        for _ in range(_ROUNDS):
            seen = await asyncio.gather(*(prober.probe(each) for each in checks))
            assert [each.outcome for each in seen] == [Outcome.FAILED] * len(checks)
            assert max(each.duration_seconds for each in seen) < LONG_SECONDS
        await prober.close()

        # The servers see the end of a connection a moment later; of others there may be less.
        await eventually_async(lambda: all(map(le, _held(), before)))


def _held() -> tuple[int, int, int]:
    """Return how many descriptors, threads and tasks there are."""
    return len(descriptors()), threading.active_count(), len(asyncio.all_tasks())
