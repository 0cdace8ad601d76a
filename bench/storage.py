"""Measures the store: transitions and rollups per second, and what they cost this process.

Run with `python bench/storage.py [URL]`; without a URL it writes SQLite into a temporary folder.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.clock import SystemClock
from monitor.model.batch import Batch
from monitor.model.events import Event, EventType
from monitor.model.observation import Observation, Outcome, Phase
from monitor.model.status import CheckState, Transition
from monitor.storage.store import Store, open_store

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
URGENT = 2_000
SINGLE = 200
CHECKS = 10_000


def urgent(number: int) -> Batch:
    """Make what one confirmed failure changes: the check's state and an event."""
    at = BEGIN + timedelta(seconds=number)
    name = f"check-{number % 100}"
    transition = Transition(
        subject_kind="check",
        subject=name,
        at=at,
        observed="failed",
        displayed="failed",
        state=CheckState(check=name, component="ledger"),
    )
    event = Event.of(EventType.INCIDENT_UPDATED, name, number, at, {"id": name})
    return Batch(at=at, transitions=(transition,), events=(event,))


def observations() -> list[Batch]:
    """Make one observation of each of many checks."""
    first = Observation(
        check="",
        component="gateway",
        type="http",
        location="default",
        scheduled_at=BEGIN,
        started_at=BEGIN,
        duration_seconds=0.01,
        outcome=Outcome.OK,
        phases={Phase.RESOLVE: 0.001, Phase.CONNECT: 0.001, Phase.WAIT: 0.005},
    )
    checks = (replace(first, check=f"check-{number}") for number in range(CHECKS))
    return [Batch(at=BEGIN, observation=each) for each in checks]


async def together(store: Store) -> None:
    """Submit all at once: commits are shared."""
    for number in range(URGENT):
        store.writer.submit(urgent(number))
    await store.writer.flush()


async def one_by_one(store: Store) -> None:
    """Wait for each commit: what a transition waits before it may be told."""
    for number in range(URGENT, URGENT + SINGLE):
        store.writer.submit(urgent(number))
        await store.writer.flush()


async def figures(store: Store) -> None:
    """Write the minute and the hour of each check, as the writer does once a second."""
    for each in observations():
        store.writer.submit(each)
    await store.writer.flush()


async def measure(name: str, count: int, work: Callable[[Store], object], store: Store) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work(store)
    if asyncio.iscoroutine(result):
        await result
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{name:34} {count / wall:9,.0f}/s {cpu / count * 1e6:8,.0f} CPU-us each"
        f" {wall / count * 1e6:8,.0f} us each"
    )


async def main(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(url, folder, SystemClock())
        store.writer.start()
        await measure("batches, commits shared", URGENT, together, store)
        await measure("batches, a commit each", SINGLE, one_by_one, store)
        await measure("observations, new rows", CHECKS, figures, store)
        await measure("observations, added to rows", CHECKS, figures, store)
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
