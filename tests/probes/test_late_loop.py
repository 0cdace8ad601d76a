"""A loop that was held up beyond the deadline still tells a silent server from one out of reach."""

import asyncio
import time

import pytest

from monitor.model.observation import FailureKind, Phase, Stage
from tests.probes.conftest import Probe, kind_of
from tests.probes.servers import full_backlog, serving, silent

TIMEOUT = 0.3


def _hold_up() -> None:
    """Keep the loop busy until every deadline has passed, as a garbage collection may."""
    asyncio.get_running_loop().call_later(TIMEOUT / 3, time.sleep, TIMEOUT)


async def test_a_server_that_says_nothing_was_reached(probe: Probe) -> None:
    async with serving(silent) as port:
        _hold_up()
        seen = await probe("http", timeout=TIMEOUT, url=f"http://127.0.0.1:{port}/")

    assert kind_of(seen) is FailureKind.RESPONSE_TIMEOUT
    assert seen.stage is Stage.PROTOCOL
    assert seen.phases[Phase.CONNECT] < TIMEOUT / 3


async def test_a_server_that_takes_nobody_was_not(probe: Probe) -> None:
    with full_backlog() as port:
        _hold_up()
        seen = await probe("http", timeout=TIMEOUT, url=f"http://127.0.0.1:{port}/")

    assert kind_of(seen) is FailureKind.CONNECT_TIMEOUT


@pytest.mark.parametrize("type_", ["http", "promql", "status_page"])
async def test_a_handshake_that_hangs_is_no_connection_that_hangs(probe: Probe, type_: str) -> None:
    more = {"query": "up"} if type_ == "promql" else {}
    async with serving(silent) as port:
        _hold_up()
        seen = await probe(type_, timeout=TIMEOUT, url=f"https://127.0.0.1:{port}/", **more)

    assert seen.stage is Stage.TLS
    assert kind_of(seen) is FailureKind.RESPONSE_TIMEOUT


async def test_many_silent_servers_at_once_are_all_told_from_those_out_of_reach(
    probe: Probe,
) -> None:
    async with serving(silent) as port:
        url = f"http://127.0.0.1:{port}/"
        seen = await asyncio.gather(*(probe("http", timeout=0.5, url=url) for _ in range(60)))

    assert {kind_of(each) for each in seen} == {FailureKind.RESPONSE_TIMEOUT}
