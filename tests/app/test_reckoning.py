"""What an incident cost, asked of a real Prometheus that knows the weeks before."""

import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import URLError

import pytest

from monitor.clock import SystemClock
from monitor.engine.driver import Driver
from monitor.model.batch import Batch
from monitor.model.check import Check
from monitor.model.incident import Incident, IncidentStatus
from monitor.model.payloads import incident_payload
from monitor.model.platform import BusinessMetric, Service
from monitor.probes.prober import Prober
from monitor.probes.promql import PromqlSpec
from monitor.reckoning import FINAL_AFTER, Reckoner
from tests.engine.world import World, credit_platform
from tests.support.programs import free_port, require, running, scratch_folder

pytestmark = pytest.mark.external_service

QUERY = "sum(rate(orders_total[1m])) * 60"
SCRAPE = timedelta(seconds=15)
# Orders a minute during the incident, and in the same hours of the weeks before.
RATES = {3: 58.0, 2: 70.0, 1: 60.0, 0: 12.0}


class StandingClock(SystemClock):
    """The wall clock as the test sets it."""

    def __init__(self, now: datetime) -> None:
        self.wall = now

    def now(self) -> datetime:
        return self.wall


class Counted:
    """Counts what was asked."""

    def __init__(self) -> None:
        self.answers: list[bool] = []

    def asked(self, *, ok: bool) -> None:
        self.answers.append(ok)


class Sink:
    """Keeps what would be stored."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def submit(self, batch: Batch) -> None:
        self.batches.append(batch)


class Desk:
    """A monitor after an outage of ten minutes, with what reckons its cost."""

    def __init__(self, url: str, query: str = QUERY) -> None:
        self.world = _after_an_outage(url, query)
        self.clock = StandingClock(self.world.now)
        self.counted, self.sink = Counted(), Sink()
        driver = Driver(self.world.engine, self.clock, self.sink, lambda _: None)
        self.prober = Prober(self.clock)
        self.reckoner = Reckoner(driver, self.prober, self.clock, self.counted)

    def incident(self) -> Incident:
        (incident,) = self.world.incidents
        return incident


def _after_an_outage(url: str, query: str) -> World:
    platform = credit_platform()
    metric = BusinessMetric(check="orders", names={"en": "Orders"})
    services = (replace(platform.services[0], business=(metric,)), *platform.services[1:])
    orders = Check(
        name="orders",
        type="promql",
        component="bank-b",
        spec=PromqlSpec(url=url, query=query),
        interval_seconds=2.0,
        timeout_seconds=5.0,
    )
    world = World(replace(platform, services=services, checks=(*platform.checks, orders)))
    world.rounds(5)
    world.break_("gateway")
    world.rounds(300)
    world.repair("gateway")
    world.rounds(20)
    return world


@pytest.fixture(name="prometheus", scope="module")
def _prometheus() -> Iterator[str]:
    """Give the URL of a server that has the hours of the outage, and those of three weeks before.

    The fourth week is missing, as it may be.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except URLError:
            return False

    with scratch_folder() as folder:
        (folder / "prometheus.yml").write_text("scrape_configs: []\n")
        _backfill(folder)
        command = [
            require("prometheus"),
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/data",
            "--storage.tsdb.retention.time=10y",
            f"--web.listen-address=127.0.0.1:{port}",
        ]
        with running(command, log=folder / "log", ready=ready):
            yield url


def _backfill(folder: Path) -> None:
    """Write the orders of each week as blocks of the server."""
    (incident,) = _after_an_outage("http://127.0.0.1:1", QUERY).incidents
    assert incident.recovered_at is not None
    lines, total = ["# TYPE orders counter"], 0.0
    for weeks, rate in RATES.items():
        at = incident.started_at - timedelta(weeks=weeks) - 8 * SCRAPE
        while at < incident.recovered_at - timedelta(weeks=weeks) + SCRAPE:
            lines.append(f"orders_total {total} {at.timestamp():.3f}")
            at, total = at + SCRAPE, total + rate * SCRAPE.total_seconds() / 60
    file = folder / "orders.txt"
    file.write_text("\n".join([*lines, "# EOF", ""]))
    command = [require("promtool"), "tsdb", "create-blocks-from", "openmetrics"]
    subprocess.run([*command, file, folder / "data"], check=True, capture_output=True)


async def test_an_incident_tells_what_was_expected_and_what_came(prometheus: str) -> None:
    desk = Desk(prometheus)
    await desk.reckoner.reckon()

    (loss,) = desk.incident().business
    minutes = (loss.until - loss.since).total_seconds() / 60
    assert (loss.service, loss.metric, loss.weeks) == ("checkout", "orders", 3)
    assert (loss.since, loss.until) == (desk.incident().started_at, desk.incident().recovered_at)
    assert loss.actual == pytest.approx(12 * minutes, rel=0.02)
    assert loss.expected == pytest.approx(60 * minutes, rel=0.02)
    assert loss.lost == pytest.approx(48 * minutes, rel=0.03)
    assert desk.counted.answers == [True]
    assert desk.sink.batches[0].incidents[0].business == (loss,), "it is stored"
    told = incident_payload(desk.incident())["business"]
    assert isinstance(told, list)
    assert isinstance(told[0], dict)
    assert told[0]["lost"] == pytest.approx(loss.lost, abs=0.1)
    await desk.prober.close()


async def test_numbers_are_final_a_while_after_the_recovery(prometheus: str) -> None:
    desk = Desk(prometheus)
    await desk.reckoner.reckon()
    assert [each.is_final for each in desk.incident().business] == [False]

    desk.clock.wall += FINAL_AFTER
    await desk.reckoner.reckon()
    await desk.reckoner.reckon()

    assert [each.is_final for each in desk.incident().business] == [True]
    assert desk.counted.answers == [True, True], "what is final is not asked for again"
    await desk.prober.close()


@pytest.mark.parametrize(
    "query", ["nonsense(", 'label_replace(vector(1), "a", "b", "", "") or vector(2)'], ids=str
)
async def test_an_answer_that_is_no_number_costs_the_numbers_only(
    prometheus: str, query: str
) -> None:
    desk = Desk(prometheus, query)
    before = desk.incident()
    await desk.reckoner.reckon()

    assert desk.incident() == before
    assert desk.counted.answers == [False]
    await desk.prober.close()


async def test_a_server_that_is_away_costs_the_numbers_only() -> None:
    desk = Desk(f"http://127.0.0.1:{free_port()}")
    await desk.reckoner.reckon()

    assert desk.incident().business == ()
    assert desk.counted.answers == [False]
    await desk.prober.close()


async def test_a_metric_nobody_ever_saw_claims_nothing(prometheus: str) -> None:
    desk = Desk(prometheus, "sum(rate(refunds_total[1m])) * 60")
    await desk.reckoner.reckon()

    (loss,) = desk.incident().business
    assert (loss.actual, loss.expected, loss.lost, loss.weeks) == (None, None, None, 0)
    await desk.prober.close()


async def test_services_without_a_metric_are_asked_nothing(prometheus: str) -> None:
    desk = Desk(prometheus)
    memory = desk.world.engine.memory
    plain = tuple(
        Service(name=each.name, names=each.names, depends_on=each.depends_on)
        for each in memory.configuration.services
    )
    desk.world.engine.reconfigure(replace(memory.configuration, services=plain), desk.world.now)
    await desk.reckoner.reckon()

    assert desk.incident().status in (IncidentStatus.RESOLVED, IncidentStatus.MONITORING)
    assert desk.counted.answers == []
    await desk.prober.close()
