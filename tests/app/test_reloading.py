"""A reload takes over all that can change, and says what it cannot."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from monitor.clock import SystemClock
from monitor.config import load
from monitor.model.configuration import Configuration
from monitor.model.observation import MissedReason, Outcome
from monitor.probes.table import SPECS
from monitor.publish.alerts.table import RECEIVERS
from monitor.runtime import Monitor
from monitor.storage.store import open_store
from monitor.web.ops.backend import HeartbeatReport
from tests.app.support import Target, configuration
from tests.support.polling import eventually_async

TOKEN = "a-long-enough-token"
JOB = f"""
components: {{batch: {{kind: server}}}}
checks: {{nightly: {{type: heartbeat, component: batch, token: {TOKEN}}}}}
"""


class House:
    """A monitor on files that a test writes; *reading* is what a reload reads."""

    def __init__(self, folder: Path, target_port: int) -> None:
        self.folder = folder
        self.port = target_port
        self.write("gateway")
        self.reading: Callable[[], Configuration] = self.read
        settings = self.read()
        clock = SystemClock()
        store = open_store("", settings.store.data_dir, clock)
        self.monitor = Monitor(self._read_again, settings, store, clock, "test")

    def write(self, *names: str, extra: str = "", more: str = "", listens: int = 1) -> None:
        """Write a configuration with these components; *more* stands in a file of its own."""
        text = configuration(self.port, listens, listens + 1, *names)
        (self.folder / "more.yml").write_text(more)
        (self.folder / "monitor.yml").write_text(f"{text}{extra}\ninclude: [more.yml]\n")

    def read(self) -> Configuration:
        """Read the files."""
        return load(
            self.folder / "monitor.yml",
            probe_specs={name: each.spec for name, each in SPECS.items()},
            channel_specs={name: each.spec for name, each in RECEIVERS.items()},
            environment={"DATA_DIR": str(self.folder / "data")},
        )

    def _read_again(self) -> Configuration:
        return self.reading()

    def components(self) -> set[str]:
        """Return the names of the components in force."""
        return {each.name for each in self.monitor.configuration().components}

    async def metrics(self) -> str:
        """Return what Prometheus would be told."""
        operations = httpx.ASGITransport(app=self.monitor.operations_app())
        async with httpx.AsyncClient(transport=operations, base_url="http://monitor") as client:
            return (await client.get("/metrics")).text

    async def reload(self) -> list[str]:
        """Have the files read again, and return the keys that wait for a restart."""
        with capture_logs() as said:
            self.monitor.reload_soon()
            await eventually_async(lambda: [each for each in said if each["event"] == "reloaded"])
        return [key for each in said if each["event"] == "restart_needed" for key in each["keys"]]


@pytest.fixture(name="house")
async def _house(tmp_path: Path, goal: Target) -> AsyncIterator[House]:
    house = House(tmp_path, goal.server_port)
    await house.monitor.start()
    yield house
    await house.monitor.stop()


async def test_where_it_listens_and_stores_stays_until_the_next_start(house: House) -> None:
    note = house.folder / "data" / "monitor.json"
    before = json.loads(note.read_text())

    house.write("gateway", "bank", listens=3, extra="store: {data_dir: elsewhere}\n")
    waiting = await house.reload()

    assert waiting == ["listeners", "store"]
    assert json.loads(note.read_text()) == before
    assert house.components() == {"gateway", "bank"}


async def test_a_reading_that_breaks_down_is_no_success(house: House) -> None:
    def reading() -> Configuration:
        raise OSError("a disk that hangs")

    house.reading = reading
    with capture_logs() as said:
        house.monitor.reload_soon()
        await eventually_async(lambda: [each for each in said if each["event"] == "reload_failed"])

    assert "availability_config_last_reload_successful 0.0" in await house.metrics()


async def test_a_job_that_comes_back_has_its_time_to_report_anew(house: House) -> None:
    house.write("gateway", more=JOB)
    await house.reload()
    await house.monitor.desk.beat("nightly", TOKEN, HeartbeatReport())
    heard = await house.monitor.desk.probe_now("nightly")

    house.write("gateway")
    await house.reload()
    house.write("gateway", more=JOB)
    await house.reload()
    anew = await house.monitor.desk.probe_now("nightly")

    assert heard.outcome is Outcome.OK
    assert (anew.outcome, anew.missed) == (Outcome.MISSED, MissedReason.WAITING)
