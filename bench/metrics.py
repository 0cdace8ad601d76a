"""What a scrape costs: time, size and the longest gap between pieces, by number of checks.

Run with `python bench/metrics.py [CHECKS...]`; figures of one run compare, those of two may not.
"""

import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import uvloop
from prometheus_client import CollectorRegistry

from monitor.model.check import Check
from monitor.model.observation import Observation, Outcome, Phase
from monitor.model.snapshot import Snapshot
from monitor.model.status import Status, StatusView
from monitor.publish.metrics.exposition import Exposition, gzipped
from monitor.publish.metrics.monitor_metrics import MonitorMetrics

ROUNDS = 5
NOW = datetime(2026, 3, 1, tzinfo=UTC)
PHASES = (Phase.RESOLVE, Phase.CONNECT, Phase.TLS, Phase.WAIT, Phase.TRANSFER)


def observation(check: Check, number: int) -> Observation:
    return Observation(
        check=check.name,
        component=check.component,
        type=check.type,
        location=check.location,
        scheduled_at=NOW,
        started_at=NOW,
        duration_seconds=0.1234567 + number / 7,
        outcome=Outcome.OK,
        phases=dict.fromkeys(PHASES, number / 7000000.0),
    )


def snapshot(count: int) -> Snapshot:
    checks = [
        Check(name=f"check-{n}", type="http", component=f"component-{n // 10}", spec=None)
        for n in range(count)
    ]
    names = {each.component for each in checks}
    status = Status.OPERATIONAL
    return Snapshot(
        at=NOW,
        version=1,
        services={},
        components={
            name: StatusView(
                name=name, observed=status, displayed=status, since=NOW, updated_at=NOW
            )
            for name in names
        },
        checks={each.name: each for each in checks},
        check_states={},
        observations={each.name: observation(each, n) for n, each in enumerate(checks)},
        incidents=(),
        windows=(),
        faults=(),
    )


async def drain(pieces: AsyncIterator[bytes]) -> tuple[int, float]:
    """Return the size of the answer and the longest time between two of its pieces."""
    size, longest, last = 0, 0.0, time.perf_counter()
    async for piece in pieces:
        size += len(piece)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return size, longest


async def measure(count: int) -> None:
    registry = CollectorRegistry()
    MonitorMetrics(registry, version="bench")
    exposition, present = Exposition(registry), snapshot(count)
    for label, wrap in (("plain", lambda pieces: pieces), ("gzip", gzipped)):
        await drain(wrap(exposition.render(present)))
        cpu, wall, gaps = time.process_time(), time.perf_counter(), []
        for _ in range(ROUNDS):
            size, longest = await drain(wrap(exposition.render(present)))
            gaps.append(longest)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(
            f"metrics {count:>6} checks, {label}: {wall / ROUNDS * 1000:6.1f} ms,"
            f" CPU {cpu / ROUNDS * 1000:6.1f} ms, {cpu / ROUNDS / count * 1e6:4.1f} us per check,"
            f" {size / 1e6:.2f} MB, longest gap {max(gaps) * 1000:.1f} ms"
        )


async def main() -> None:
    for count in [int(each) for each in sys.argv[1:]] or [1_000, 10_000]:
        await measure(count)


if __name__ == "__main__":
    uvloop.run(main())
