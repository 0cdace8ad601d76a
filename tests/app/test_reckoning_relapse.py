"""What an incident cost is final for as long as its recovery is."""

from dataclasses import replace
from datetime import datetime

from monitor.clock import SystemClock
from monitor.engine.driver import Driver
from monitor.model.batch import Batch
from monitor.model.check import Check
from monitor.model.configuration import WatchPolicy
from monitor.model.incident import IncidentStatus
from monitor.model.platform import BusinessMetric
from monitor.reckoning import Reckoner
from tests.engine.world import World, credit_platform


class WorldClock(SystemClock):
    """The clock of a scripted world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.now


class Steady:
    """Satisfies Histories: the metric has one and the same rate at all times."""

    async def history(
        self, check: Check, start: datetime, end: datetime, step_seconds: float
    ) -> tuple[float, ...]:
        assert check.name == "bank-b-check"
        samples = int((end - start).total_seconds() // step_seconds) + 1
        return (1.0,) * samples


class Silent:
    """Satisfies BusinessMetrics and BatchSink, and keeps nothing."""

    def asked(self, *, ok: bool) -> None:
        assert ok

    def submit(self, batch: Batch) -> None:
        del batch


async def test_what_was_final_is_reckoned_again_after_a_relapse() -> None:
    platform = credit_platform()
    metric = BusinessMetric(check="bank-b-check", names={"en": "Orders"})
    services = (replace(platform.services[0], business=(metric,)), *platform.services[1:])
    watch = WatchPolicy(seconds=600, critical_seconds=600)
    world = World(replace(platform, services=services, watch=watch))
    driver = Driver(world.engine, WorldClock(world), Silent(), lambda _: None)
    reckoner = Reckoner(driver, Steady(), WorldClock(world), Silent())
    world.rounds(5)
    world.break_("gateway")
    world.rounds(30)
    world.repair("gateway")
    world.rounds(70)
    await reckoner.reckon()
    (loss,) = world.incidents[0].business
    assert loss.is_final

    world.break_("gateway")
    world.rounds(30)
    world.repair("gateway")
    world.rounds(10)
    await reckoner.reckon()
    (incident,) = world.incidents
    assert (incident.status, incident.relapses) == (IncidentStatus.MONITORING, 1)
    (loss,) = incident.business
    assert (loss.until, loss.is_final) == (incident.recovered_at, False)
