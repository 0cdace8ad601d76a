"""A component under strain: whether users suffer is seen at what needs it, not at its figures."""

from dataclasses import replace

import pytest

from monitor.model.configuration import Configuration
from monitor.model.observation import Outcome
from monitor.model.signals import SignalKind
from monitor.model.status import Status
from tests.engine.world import World, credit_platform, hard

BOTH = (Outcome.DEGRADED, Outcome.FAILED)


def _world(configuration: Configuration | None = None) -> World:
    world = World(configuration)
    world.rounds(5)
    return world


def _unwatched(known: Configuration) -> Configuration:
    """Return *known* with a gateway that has no check of its own."""
    return replace(
        known, checks=tuple(each for each in known.checks if each.component != "gateway")
    )


def _strain(world: World, outcome: Outcome = Outcome.FAILED) -> None:
    world.exceed("ledger", SignalKind.CPU_PRESSURE_RATIO, outcome)


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
    world = _world(_unwatched(credit_platform()))
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
    world = _world()
    _strain(world, Outcome.DEGRADED)
    world.rounds(5)
    world.configuration = _unwatched(world.configuration)
    world.batches.append(world.engine.reconfigure(world.configuration, world.now))
    world.rounds(2)

    assert world.shown("checkout") is Status.DEGRADED


def test_a_failure_of_its_own_is_felt_at_once() -> None:
    world = _world()
    _strain(world)
    world.rounds(5)
    began = world.now
    world.break_("ledger")
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


@pytest.mark.parametrize("outcome", BOTH)
def test_one_lost_probe_in_a_strain_confirms_no_failure(outcome: Outcome) -> None:
    world = _world()
    _strain(world, outcome)
    world.rounds(5)
    world.break_("ledger")
    world.rounds(1)
    _strain(world, outcome)
    world.rounds(5)

    (incident,) = world.incidents
    assert (incident.impact, incident.harmless) == ((), True)


def test_one_lost_probe_before_a_strain_confirms_no_failure() -> None:
    world = _world()
    world.break_("ledger")
    world.rounds(1)
    _strain(world)
    world.rounds(5)

    (incident,) = world.incidents
    assert (incident.impact, incident.harmless) == ((), True)


@pytest.mark.parametrize("pause", ["well", "silent", "restarted"])
def test_a_failure_after_a_pause_hurts_from_its_own_beginning(pause: str) -> None:
    world = _world()
    _strain(world)
    world.rounds(10)
    if pause == "well":
        world.repair("ledger")
        world.rounds(5)
    elif pause == "silent":
        world.silent.add("ledger-check")
        world.rounds(10)
        world.silent.clear()
    else:
        world.restart()
    began = world.now
    world.break_("ledger")
    world.rounds(5)

    (incident,) = world.incidents
    assert {each.since for each in incident.impact} == {began}


def test_downtime_ends_when_services_are_well_again_though_the_strain_goes_on() -> None:
    world = _world()
    _strain(world)
    world.rounds(5)
    began = world.now
    world.break_("gateway")
    world.rounds(5)
    world.repair("gateway")
    world.rounds(30)
    world.repair("ledger")
    world.rounds(15)

    (incident,) = world.incidents
    (end,) = {each.until for each in incident.impact}
    assert incident.recovered_at is not None
    assert end is not None
    assert end < incident.recovered_at
    assert incident.downtime_seconds == (end - began).total_seconds()
