"""The wall clock steps by an hour either way: probing goes on, and the monitor says so."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.clock import SystemClock
from monitor.config import load
from monitor.model.configuration import Configuration
from monitor.model.events import EventType
from monitor.probes.table import SPECS
from monitor.publish.alerts.table import RECEIVERS
from monitor.runtime import Monitor
from monitor.storage.store import open_store
from tests.app.support import Target, configuration
from tests.support.polling import eventually_async


class SteppedClock(SystemClock):
    """The system's clock, whose wall time a test can step."""

    def __init__(self) -> None:
        self.step = timedelta(0)

    def now(self) -> datetime:
        """Return the stepped wall time."""
        return super().now() + self.step


@pytest.fixture(name="clock")
def _clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture(name="monitor")
async def _monitor(tmp_path: Path, goal: Target, clock: SteppedClock) -> AsyncIterator[Monitor]:
    file = tmp_path / "monitor.yml"
    file.write_text(configuration(goal.server_port, 1, 2, "gateway"))

    def read() -> Configuration:
        return load(
            file,
            probe_specs={name: each.spec for name, each in SPECS.items()},
            channel_specs={name: each.spec for name, each in RECEIVERS.items()},
            environment={"DATA_DIR": str(tmp_path / "data")},
        )

    settings = read()
    store = open_store("", settings.store.data_dir, clock)
    monitor = Monitor(read, settings, store, clock, "test")
    await monitor.start()
    yield monitor
    await monitor.stop()


@pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])
async def test_probing_goes_on_and_no_outage_is_invented(
    monitor: Monitor, goal: Target, clock: SteppedClock, hours: int
) -> None:
    await eventually_async(lambda: not monitor.driver.unseen())
    hits, began = goal.hits, asyncio.get_running_loop().time()
    await eventually_async(lambda: goal.hits >= hits + 3)
    before = (goal.hits - hits) / (asyncio.get_running_loop().time() - began)

    clock.step = timedelta(hours=hours)
    hits, began = goal.hits, asyncio.get_running_loop().time()
    await eventually_async(lambda: goal.hits >= hits + 5)
    after = (goal.hits - hits) / (asyncio.get_running_loop().time() - began)

    assert 0.4 * before < after < 3 * before
    snapshot = monitor.snapshot()
    assert [each.kind.value for each in snapshot.faults] == ["clock_jump"]
    assert snapshot.incidents == ()
    assert snapshot.services["checkout"].displayed.value == "operational"
    assert monitor.schedule.stats.missed["clock_jump"] >= 1  # type: ignore[index]  # a StrEnum's value

    def told() -> bool:
        return any(each["type"] == EventType.MONITOR_FAULT for each in goal.hooks)

    await eventually_async(told)


async def test_an_outage_after_the_step_is_found_and_ends(
    monitor: Monitor, goal: Target, clock: SteppedClock
) -> None:
    await eventually_async(lambda: not monitor.driver.unseen())
    clock.step = timedelta(hours=-1)
    goal.status = 500
    await eventually_async(lambda: bool(monitor.snapshot().incidents))
    goal.status = 200
    await eventually_async(lambda: not monitor.snapshot().incidents)

    types = [each["type"] for each in goal.hooks]
    await eventually_async(lambda: "incident.resolved" in [e["type"] for e in goal.hooks])
    assert types.count("incident.opened") == 1
