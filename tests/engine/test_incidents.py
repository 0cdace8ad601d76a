"""The engine opens, joins, watches and ends incidents along the dependency graph."""

from datetime import timedelta

import pytest

from monitor.model.fault import FaultKind
from monitor.model.incident import IncidentStatus, Severity
from monitor.model.observation import Outcome
from monitor.model.status import Status
from tests.engine.world import T0, World, credit_platform


def test_all_is_operational_after_one_round() -> None:
    world = World()

    assert world.shown("checkout") is Status.UNKNOWN
    world.rounds(1)

    assert world.shown("checkout") is Status.OPERATIONAL
    assert world.events == []


def test_a_single_lost_probe_is_no_incident() -> None:
    world = World()
    world.rounds(5)
    world.break_("ledger")
    world.rounds(1)
    world.repair("ledger")
    world.rounds(5)

    assert world.incidents == []
    assert world.shown("checkout") is Status.OPERATIONAL


def test_a_failing_dependency_is_the_one_root_of_all_that_fails() -> None:
    world = World()
    world.rounds(5)
    began = world.now
    world.break_("ledger", "gateway")
    world.rounds(3)

    (incident,) = world.incidents
    assert incident.components == ("ledger", "gateway")
    assert set(incident.services) == {"checkout", "repayment"}
    assert incident.severity is Severity.CRITICAL
    assert incident.started_at == began
    assert world.shown("checkout") is Status.MAJOR_OUTAGE
    assert world.event_types[0] == "incident.opened"


def test_a_dependency_seen_late_becomes_the_root_of_the_same_incident() -> None:
    world = World()
    world.rounds(5)
    world.silent.add("ledger-check")
    world.break_("gateway", "ledger")
    world.rounds(6)
    (first,) = world.incidents
    assert first.root == "gateway"

    world.silent.clear()
    world.rounds(2)

    (incident,) = world.incidents
    assert incident.id == first.id
    assert incident.root == "ledger"
    assert incident.components == ("ledger", "gateway")


def test_a_dependency_that_fails_clearly_later_is_a_consequence() -> None:
    world = World()
    world.rounds(5)
    world.break_("gateway")
    world.rounds(5)
    world.break_("ledger")
    world.rounds(4)

    (incident,) = world.incidents
    assert incident.root == "gateway"
    assert incident.components == ("gateway", "ledger")


def test_a_sibling_is_an_incident_of_its_own() -> None:
    world = World()
    world.rounds(5)
    world.break_("bank-a")
    world.rounds(3)
    world.break_("bank-b")
    world.rounds(3)

    assert [each.root for each in world.incidents] == ["bank-a", "bank-b"]
    assert world.shown("checkout") is Status.DEGRADED
    assert {each.severity for each in world.incidents} == {Severity.MINOR}


def test_recovery_is_watched_and_downtime_counts_to_the_first_success() -> None:
    world = World()
    world.rounds(5)
    began = world.now
    world.break_("ledger", "gateway")
    world.rounds(10)
    ended = world.now
    world.repair("ledger", "gateway")
    world.rounds(4)

    (incident,) = world.incidents
    assert incident.status is IncidentStatus.MONITORING
    assert incident.recovered_at == ended
    assert incident.downtime_seconds == (ended - began).total_seconds()
    assert world.shown("checkout") is Status.OPERATIONAL
    assert world.event_types[-1] == "incident.updated"

    world.rounds(6)

    (incident,) = world.incidents
    assert incident.status is IncidentStatus.RESOLVED
    assert incident.resolved_at is not None
    assert incident.resolved_at >= ended + timedelta(seconds=15)
    assert world.event_types[-1] == "incident.resolved"


def test_a_relapse_during_the_watch_is_the_same_incident() -> None:
    world = World()
    world.rounds(5)
    world.break_("ledger", "gateway")
    world.rounds(4)
    world.repair("ledger", "gateway")
    world.rounds(4)
    world.break_("ledger", "gateway")
    world.rounds(4)

    (incident,) = world.incidents
    assert incident.status is IncidentStatus.OPEN
    assert incident.relapses == 1
    assert incident.recovered_at is None


def test_a_clock_that_is_set_back_puts_no_incident_off() -> None:
    world = World()
    world.rounds(5)
    gateway = world.configuration.checks[1]
    world.silent.add("ledger-check")
    world.break_("gateway")
    world.see(gateway)
    world.now += timedelta(seconds=1)
    world.see(gateway)
    assert world.incidents == [], "the ledger is waited for"

    world.now -= timedelta(hours=1)
    world.batches.append(world.engine.clock_jumped(FaultKind.CLOCK_JUMP, "by an hour", world.now))
    world.rounds(5)
    assert [each.root for each in world.incidents] == ["gateway"]

    world.repair("gateway")
    world.rounds(5)
    assert [each.downtime_seconds for each in world.incidents] == [0]


def test_a_check_that_never_worked_is_no_incident() -> None:
    world = World()
    world.break_("bank-b")
    world.rounds(8)

    assert world.incidents == []
    assert world.engine.memory.states["bank-b-check"].is_misconfigured


def test_slowness_is_a_minor_incident_of_its_own() -> None:
    world = World()
    world.rounds(3)
    world.broken["bank-a"] = Outcome.DEGRADED
    world.rounds(4)

    (incident,) = world.incidents
    assert incident.severity is Severity.MINOR
    assert world.shown("checkout") is Status.DEGRADED


def test_opened_and_resolved_alternate_and_ids_are_unique() -> None:
    world = World()
    world.rounds(3)
    for _ in range(3):
        world.break_("ledger")
        world.rounds(5)
        world.repair("ledger")
        world.rounds(14)

    ends = [each for each in world.event_types if each != "incident.updated"]
    assert ends == ["incident.opened", "incident.resolved"] * 3
    assert len({each.id for each in world.events}) == len(world.events)
    assert world.incidents[0].started_at >= T0


def test_a_restart_in_the_middle_keeps_the_one_incident() -> None:
    world = World()
    world.rounds(5)
    world.break_("ledger", "gateway")
    world.rounds(3)
    world.restart()
    world.rounds(3)
    world.restart()
    world.repair("ledger", "gateway")
    world.rounds(4)
    world.restart()
    world.rounds(12)

    (incident,) = world.incidents
    assert incident.status is IncidentStatus.RESOLVED
    assert world.event_types.count("incident.opened") == 1
    assert world.event_types.count("incident.resolved") == 1


@pytest.mark.parametrize("restarts", [True, False], ids=["it was away", "it was asleep"])
def test_a_failure_of_before_the_monitor_was_gone_confirms_nothing_after(restarts: bool) -> None:
    world = World()
    world.rounds(5)
    world.break_("ledger")
    ledger = world.configuration.checks[0]
    world.see(ledger)
    world.now += timedelta(hours=8)
    if restarts:
        world.restart()
    else:
        world.batches.append(world.engine.clock_jumped(FaultKind.SUSPENDED, "", world.now))
    back = world.now
    world.see(ledger)
    assert world.incidents == []

    world.rounds(3)
    (incident,) = world.incidents
    assert incident.started_at == back


def test_all_canaries_failing_is_the_monitors_fault_and_no_incident() -> None:
    world = World(credit_platform(canary=True))
    world.rounds(5)
    world.break_("ledger", "gateway", "bank-a", "bank-b")
    world.rounds(5)

    assert world.event_types == ["monitor.fault"]
    assert world.shown("checkout") is Status.UNKNOWN

    world.repair("ledger", "gateway", "bank-a", "bank-b")
    world.rounds(5)

    assert world.event_types == ["monitor.fault", "monitor.cleared"]
    assert world.shown("checkout") is Status.OPERATIONAL
