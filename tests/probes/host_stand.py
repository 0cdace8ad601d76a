"""A host whose exporter says what the test wants, watched by a prober whose clock it moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from monitor.model.observation import Observation, Trigger
from monitor.model.signals import SignalKind
from monitor.probes.prober import Prober
from tests.probes.conftest import make_check
from tests.probes.hand_clock import HandClock
from tests.probes.host_world import HEALTHY, exposition
from tests.probes.servers import answering, http, serving

CPU_0 = 'node_cpu_seconds_total{cpu="0",mode="%s"}'
ETH_0 = 'node_network_receive_%s_total{device="eth0"}'


class Host:
    """One host; `figures` is what its exporter serves."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.prober = Prober(self.clock)
        self.figures = dict(HEALTHY)
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answering(http("200 OK", exposition(self.figures)))(reader, writer)

    async def probe(self, trigger: Trigger = Trigger.SCHEDULE, **fields: Any) -> Observation:
        check = make_check("host", url=self.url, **fields)
        return await self.prober.probe(check, trigger=trigger)

    def pass_seconds(self, seconds: float, **grown: float) -> None:
        """Let time pass; counters grow by so much."""
        self.clock.move(seconds)
        self.figures["node_time_seconds"] += seconds
        for name, amount in grown.items():
            self.figures[name] += amount


@asynccontextmanager
async def watched_host() -> AsyncIterator[Host]:
    """Serve a healthy host for the time of a block."""
    host = Host()
    async with serving(host.serve) as port:
        host.url = f"http://127.0.0.1:{port}/metrics"
        yield host
    await host.prober.close()


def of_kind(seen: Observation, kind: SignalKind) -> list[tuple[object, str]]:
    """Return every signal of one kind, with its detail."""
    return [(each.value, each.detail) for each in seen.signals if each.kind is kind]
