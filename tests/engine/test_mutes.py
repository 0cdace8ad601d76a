"""A muted check goes on being seen, but opens nothing and colours nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.engine import mutes
from monitor.engine.commands import CommandError, NotFoundError
from monitor.model.fault import FaultKind
from monitor.model.incident import IncidentStatus
from monitor.model.platform import ComponentKind
from monitor.model.status import Condition, Status
from tests.engine.world import World, check, component, credit_platform

CHECK = "ledger-check"


def _mute(world: World, check: str = CHECK, hours: float = 2) -> None:
    until = world.now + timedelta(hours=hours)
    _, batch = mutes.mute(world.engine.memory, check, "a false alarm", "li", until, world.now)
    world.batches += [batch, world.engine.advance(world.now)]


def _unmute(world: World, check: str = CHECK) -> None:
    _, batch = mutes.unmute(world.engine.memory, check, "wang", world.now)
    world.batches += [batch, world.engine.advance(world.now)]


def _well() -> World:
    world = World()
    world.rounds(5)
    return world


def test_what_a_muted_check_sees_opens_nothing_and_colours_nothing() -> None:
    world = _well()
    _mute(world)
    world.break_("ledger")
    world.rounds(10)

    assert world.incidents == []
    assert world.shown("ledger") is Status.OPERATIONAL
    assert world.shown("checkout") is Status.OPERATIONAL
    assert world.engine.memory.states[CHECK].condition is Condition.FAILED
    assert world.engine.memory.recent[CHECK][-1].failure is not None


def test_a_mute_ends_by_itself_and_what_fails_then_counts_from_then() -> None:
    world = _well()
    _mute(world, hours=30 / 3600)
    until = world.now + timedelta(seconds=30)
    world.break_("ledger")
    world.rounds(14)
    assert world.incidents == []
    world.rounds(3)

    (incident,) = world.incidents
    assert incident.started_at == until
    assert world.event_types == ["check.muted", "check.unmuted", "incident.opened"]
    assert [each.data["by"] for each in world.events[:2]] == ["li", ""]
    assert world.events[0].data["reason"] == "a false alarm"


def test_a_mute_survives_a_restart_and_may_end_while_the_monitor_is_away() -> None:
    world = _well()
    _mute(world)
    world.break_("ledger")
    world.restart()
    world.rounds(5)
    assert world.incidents == []

    world.now += timedelta(hours=3)
    world.restart()
    world.rounds(3)
    assert [each.status for each in world.incidents] == [IncidentStatus.OPEN]


def test_an_open_incident_is_withdrawn_rather_than_told_as_recovered() -> None:
    world = _well()
    world.break_("ledger")
    world.rounds(4)
    _mute(world)

    (incident,) = world.incidents
    assert incident.status is IncidentStatus.WITHDRAWN
    assert incident.recovered_at is None
    world.rounds(5)
    _unmute(world)
    world.rounds(2)
    assert [each.status for each in world.incidents] == [
        IncidentStatus.WITHDRAWN,
        IncidentStatus.OPEN,
    ]


def test_a_recovery_that_is_watched_goes_on_in_spite_of_a_mute() -> None:
    world = _well()
    world.break_("ledger")
    world.rounds(4)
    world.repair("ledger")
    world.rounds(4)
    assert [each.status for each in world.incidents] == [IncidentStatus.MONITORING]
    _mute(world)
    world.rounds(10)

    assert [each.status for each in world.incidents] == [IncidentStatus.RESOLVED]


def test_a_muted_check_is_no_evidence_for_others() -> None:
    world = _well()
    world.break_("ledger", "gateway")
    _mute(world)
    world.rounds(5)

    (incident,) = world.incidents
    assert incident.components == ("gateway",)
    assert all(each.check != CHECK for each in incident.diagnosis.evidence)


def test_a_muted_canary_does_not_speak_for_the_monitor() -> None:
    world = World(credit_platform(canary=True))
    world.rounds(3)
    _mute(world, "bank-a-check")
    world.break_("ledger", "gateway", "bank-b")
    world.rounds(1)

    assert FaultKind.ISOLATED in world.engine.memory.faults


def test_a_canary_that_is_muted_while_the_monitor_is_blind_gives_it_its_sight_back() -> None:
    platform = credit_platform()
    outside = component("outside", ComponentKind.NETWORK)
    world = World(
        replace(
            platform,
            components=(*platform.components, outside),
            checks=(*platform.checks, check("outside", canary=True)),
        )
    )
    world.rounds(3)
    world.break_("outside")
    world.rounds(3)
    assert FaultKind.ISOLATED in world.engine.memory.faults

    _mute(world, "outside-check")
    world.rounds(1)
    assert world.engine.memory.faults == {}

    world.restart()
    world.rounds(3)
    assert world.event_types.count("monitor.fault") == 1


def test_muted_targets_that_are_reached_are_not_out_of_reach() -> None:
    world = _well()
    refusing = ("ledger", "bank-a", "bank-b")
    for each in refusing:
        _mute(world, f"{each}-check")
    world.break_(*refusing)
    world.rounds(3)

    assert world.engine.memory.faults == {}
    assert world.shown("repayment") is not Status.UNKNOWN


def test_what_cannot_be_muted_is_refused() -> None:
    world = _well()

    with pytest.raises(NotFoundError, match="no check 'nothing'"):
        _mute(world, "nothing")
    with pytest.raises(CommandError, match="in the future"):
        _mute(world, hours=0)
    with pytest.raises(CommandError, match="is not muted"):
        _unmute(world)


def test_a_second_mute_takes_the_place_of_the_first() -> None:
    world = _well()
    _mute(world, hours=1)
    world.rounds(1)
    _mute(world, hours=5)
    world.now += timedelta(hours=2)
    world.batches.append(world.engine.advance(world.now))

    assert world.engine.memory.states[CHECK].is_muted
    assert world.event_types == ["check.muted", "check.muted"]
