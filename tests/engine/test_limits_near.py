"""A limit that comes near is a matter for operators: users are worse off when something fails."""

import pytest

from monitor.model.incident import IncidentStatus
from monitor.model.observation import Outcome
from monitor.model.signals import Signal, SignalKind
from monitor.model.status import Status
from tests.engine.world import World

NEAR = (
    Signal(SignalKind.DISK_FREE_RATIO, 0.04),
    Signal(SignalKind.LIMIT_EXCEEDED, SignalKind.DISK_FREE_RATIO.value),
)
BEHIND = (
    Signal(SignalKind.REPLICATION_LAG_SECONDS, 90.0),
    Signal(SignalKind.LIMIT_EXCEEDED, SignalKind.REPLICATION_LAG_SECONDS.value),
)


@pytest.fixture(name="world")
def _world() -> World:
    world = World()
    world.rounds(5)
    return world


def _degrade(world: World, *signals: Signal) -> None:
    world.broken["ledger"] = Outcome.DEGRADED
    world.signals["ledger"] = signals


def test_a_disk_that_fills_is_an_incident_that_no_service_feels(world: World) -> None:
    _degrade(world, *NEAR)
    world.rounds(5)

    (incident,) = world.incidents
    assert (incident.root, incident.services) == ("ledger", ())
    assert world.shown("ledger") is Status.DEGRADED
    assert {world.shown(each) for each in ("gateway", "checkout", "repayment")} == {
        Status.OPERATIONAL
    }


def test_it_is_over_when_there_is_room_again(world: World) -> None:
    _degrade(world, *NEAR)
    world.rounds(5)
    world.repair("ledger")
    world.rounds(10)

    assert [each.status for each in world.incidents] == [IncidentStatus.RESOLVED]
    assert world.shown("ledger") is Status.OPERATIONAL


def test_a_figure_that_shows_harm_is_felt(world: World) -> None:
    _degrade(world, *BEHIND)
    world.rounds(5)

    assert world.incidents[0].services == ("checkout", "repayment")
    assert world.shown("checkout") is Status.DEGRADED


def test_two_limits_of_which_one_is_felt_are_felt(world: World) -> None:
    _degrade(world, *NEAR, *BEHIND)
    world.rounds(5)

    assert world.shown("checkout") is Status.DEGRADED


@pytest.mark.parametrize("then", [Outcome.DEGRADED, Outcome.FAILED], ids=["slow", "down"])
def test_what_becomes_of_it_is_felt_and_is_the_same_incident(world: World, then: Outcome) -> None:
    _degrade(world, *NEAR)
    world.rounds(5)
    began = world.now
    world.broken["ledger"] = then
    world.signals["ledger"] = ()
    world.rounds(5)

    (incident,) = world.incidents
    assert incident.services == ("checkout", "repayment")
    assert world.shown("checkout").is_bad
    assert {each.since for each in incident.impact} == {began}
    world.repair("ledger")
    world.rounds(10)

    (incident,) = world.incidents
    assert incident.recovered_at
    assert incident.started_at < began
    assert incident.downtime_seconds == (incident.recovered_at - began).total_seconds()


def test_what_was_felt_is_felt_no_more_once_only_the_limit_is_left(world: World) -> None:
    world.broken["ledger"] = Outcome.DEGRADED
    world.rounds(5)
    world.signals["ledger"] = NEAR
    world.rounds(5)

    assert world.shown("checkout") is Status.OPERATIONAL
    assert all(each.until is not None for each in world.incidents[0].impact)


def test_a_restart_does_not_make_users_feel_it(world: World) -> None:
    _degrade(world, *NEAR)
    world.rounds(5)
    world.restart()
    world.rounds(3)

    (incident,) = world.incidents
    assert (incident.services, world.shown("checkout")) == ((), Status.OPERATIONAL)


def test_a_failure_beside_it_is_felt(world: World) -> None:
    _degrade(world, *NEAR)
    world.break_("gateway")
    world.rounds(5)

    assert world.shown("checkout") is Status.MAJOR_OUTAGE
    assert world.shown("ledger") is Status.DEGRADED
