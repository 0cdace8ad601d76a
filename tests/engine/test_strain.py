"""A component under strain: whether users suffer is seen at what needs it, not at its figures."""

from dataclasses import replace

import pytest

from monitor.model.configuration import Configuration
from monitor.model.observation import Failure, FailureKind, Outcome, Stage
from monitor.model.signals import Signal, SignalKind
from monitor.model.status import Status
from tests.engine.world import World, credit_platform, hard

PRESSED = (
    Signal(SignalKind.CPU_PRESSURE_RATIO, 0.7),
    Signal(SignalKind.LIMIT_EXCEEDED, SignalKind.CPU_PRESSURE_RATIO.value),
)
EXCEEDED = Failure(kind=FailureKind.THRESHOLD_EXCEEDED, stage=Stage.SEMANTIC)
BOTH = (Outcome.DEGRADED, Outcome.FAILED)


def _world(configuration: Configuration | None = None) -> World:
    world = World(configuration)
    world.rounds(5)
    return world


def _strain(world: World, outcome: Outcome = Outcome.FAILED) -> None:
    world.broken["ledger"] = outcome
    world.failures["ledger"] = EXCEEDED
    world.signals["ledger"] = PRESSED


@pytest.mark.parametrize("outcome", BOTH)
def test_where_all_that_needs_it_is_well_no_service_feels_it(outcome: Outcome) -> None:
    world = _world()
    _strain(world, outcome)
    world.rounds(5)

    (incident,) = world.incidents
    assert (incident.root, incident.services, incident.harmless) == ("ledger", (), True)
    assert world.shown("ledger").is_bad
    assert {world.shown(each) for each in ("gateway", "checkout", "repayment")} == {
        Status.OPERATIONAL
    }


def test_what_hurt_nobody_was_no_downtime() -> None:
    world = _world()
    _strain(world)
    world.rounds(5)
    world.restart()
    world.rounds(5)
    world.repair("ledger")
    world.signals["ledger"] = ()
    world.rounds(10)

    (incident,) = world.incidents
    assert incident.recovered_at is not None
    assert incident.downtime_seconds == 0


def test_who_suffers_tells_so_and_since_when() -> None:
    world = _world()
    _strain(world)
    world.rounds(10)
    began = world.now
    world.broken["gateway"] = Outcome.DEGRADED
    world.rounds(5)

    (incident,) = world.incidents
    assert (incident.root, set(incident.components)) == ("ledger", {"ledger", "gateway"})
    assert {(each.service, each.worst, each.since) for each in incident.impact} == {
        ("checkout", Status.DEGRADED, began),
        ("repayment", Status.DEGRADED, began),
    }
    world.repair("ledger", "gateway")
    world.rounds(15)

    (incident,) = world.incidents
    assert incident.recovered_at
    assert incident.downtime_seconds == (incident.recovered_at - began).total_seconds()


def test_what_has_no_check_of_its_own_is_taken_to_suffer() -> None:
    known = credit_platform()
    unwatched = tuple(each for each in known.checks if each.component != "gateway")
    world = _world(replace(known, checks=unwatched))
    _strain(world, Outcome.DEGRADED)
    world.rounds(5)

    assert world.shown("checkout") is Status.DEGRADED


def test_a_service_that_needs_it_itself_is_taken_to_suffer() -> None:
    known = credit_platform()
    direct = (known.services[0], replace(known.services[1], depends_on=hard("ledger")))
    world = _world(replace(known, services=direct))
    _strain(world, Outcome.DEGRADED)
    world.rounds(5)

    assert world.shown("repayment") is Status.DEGRADED


def test_a_configuration_that_takes_the_check_away_lets_it_be_felt() -> None:
    known = credit_platform()
    world = _world(known)
    _strain(world, Outcome.DEGRADED)
    world.rounds(5)
    unwatched = tuple(each for each in known.checks if each.component != "gateway")
    world.configuration = replace(known, checks=unwatched)
    world.batches.append(world.engine.reconfigure(world.configuration, world.now))
    world.rounds(2)

    assert world.shown("checkout") is Status.DEGRADED


def test_a_failure_of_its_own_is_felt_at_once() -> None:
    world = _world()
    _strain(world)
    world.rounds(5)
    began = world.now
    world.signals["ledger"] = ()
    world.failures.pop("ledger")
    world.rounds(5)

    (incident,) = world.incidents
    assert {(each.worst, each.since) for each in incident.impact} == {(Status.MAJOR_OUTAGE, began)}


def test_a_restart_does_not_make_users_feel_it() -> None:
    world = _world()
    _strain(world)
    world.rounds(5)
    world.restart()
    world.rounds(3)

    (incident,) = world.incidents
    assert (incident.services, world.shown("checkout")) == ((), Status.OPERATIONAL)
