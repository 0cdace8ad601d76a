"""A grey failure opens an incident, minor and with its ratio, and ends it once it is well."""

from monitor.model.cause import Cause
from monitor.model.incident import IncidentStatus
from monitor.model.observation import Outcome
from monitor.model.signals import SignalKind
from monitor.model.status import Status
from tests.engine.world import World


def _now_and_then(world: World, times: int) -> None:
    for _ in range(times):
        world.broken = {}
        world.rounds(4)
        world.broken = {"bank-a": Outcome.FAILED}
        world.rounds(1)
    world.broken = {}


def _status(world: World) -> Status:
    return world.engine.memory.own["bank-a"]


def test_every_fifth_failure_opens_an_incident_that_names_the_ratio() -> None:
    world = World()
    world.rounds(10)
    _now_and_then(world, 5)

    assert _status(world) is Status.DEGRADED
    found = [each for each in world.engine.memory.incidents.values() if each.root == "bank-a"]
    assert [each.status for each in found] == [IncidentStatus.OPEN]
    verdict = found[0].diagnosis
    assert verdict.cause is Cause.THIRD_PARTY_INTERFACE
    ratios = [each for each in verdict.evidence if each.signal is SignalKind.SUCCESS_RATIO]
    assert ratios
    assert 0.7 < float(ratios[0].value) < 0.9

    world.rounds(40)
    assert _status(world) is Status.OPERATIONAL
    assert world.engine.memory.incidents[found[0].id].status is IncidentStatus.RESOLVED


def test_a_lost_probe_now_and_again_opens_nothing() -> None:
    world = World()
    for _ in range(6):
        world.broken = {}
        world.rounds(9)
        world.broken = {"bank-a": Outcome.FAILED}
        world.rounds(1)

    assert not world.engine.memory.incidents
