"""Windows in the engine: they excuse what they announce, and overrun where it goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.engine.commands import CommandError
from monitor.engine.planning import (
    WindowDraft,
    cancel_window,
    complete_window,
    extend_window,
    schedule_window,
)
from monitor.model.cause import Cause
from monitor.model.incident import IncidentStatus
from monitor.model.maintenance import WindowStatus
from monitor.model.status import Status
from tests.engine.windows import BOTH, current, schedule
from tests.engine.world import World

BANKS = ("bank-a", "bank-b")


def test_a_repaired_platform_completes_its_window_at_the_planned_end() -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 4, 64)
    world.rounds(3)
    assert world.shown("checkout") is Status.MAINTENANCE

    world.break_("gateway")
    world.rounds(10)
    world.repair("gateway")
    world.rounds(25)

    assert world.incidents == []
    assert world.event_types == [
        "maintenance.scheduled",
        "maintenance.started",
        "maintenance.completed",
    ]
    ended = current(world, window)
    assert ended.status is WindowStatus.COMPLETED
    assert ended.actual_end is not None
    assert ended.actual_end - window.end < timedelta(seconds=2)
    assert world.shown("checkout") is Status.OPERATIONAL


def test_green_probes_before_the_end_only_propose_completion() -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 4, 64)
    world.rounds(15)

    assert current(world, window).status is WindowStatus.IN_PROGRESS
    assert current(world, window).proposed_at is not None


def test_a_service_that_owns_no_component_completes_by_what_it_needs() -> None:
    world = World()
    world.rounds(5)
    # Checkout needs the gateway as well, so the window covers no check of its own.
    window = schedule(world, 4, 64, "repayment")
    world.rounds(3)
    world.silent.add("ledger-check")
    world.rounds(40)
    assert current(world, window).status is WindowStatus.IN_PROGRESS

    world.silent.clear()
    world.rounds(10)

    assert current(world, window).status is WindowStatus.COMPLETED
    assert world.shown("repayment") is Status.OPERATIONAL


def test_what_fails_beyond_the_end_and_the_grace_overruns_as_one_incident() -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 4, 64)
    world.rounds(3)
    world.break_("gateway", "ledger")
    world.rounds(45)

    (incident,) = world.incidents
    assert incident.diagnosis.cause is Cause.MAINTENANCE
    assert incident.diagnosis.subcause == "overrun"
    assert incident.window == window.id
    assert incident.started_at == window.end
    # What the window explained until then was confirmed as an overrun when it was one.
    assert incident.confirmed_at >= window.end + timedelta(seconds=15)
    assert world.event_types.count("maintenance.overrunning") == 1
    assert world.shown("checkout") is Status.MAJOR_OUTAGE

    world.repair("gateway", "ledger")
    world.rounds(15)

    assert current(world, window).status is WindowStatus.COMPLETED
    (incident,) = world.incidents
    assert incident.status is IncidentStatus.RESOLVED


def test_what_still_overruns_when_another_part_has_recovered_follows() -> None:
    world = World()
    world.rounds(5)
    wish = WindowDraft(
        start=world.now + timedelta(seconds=4),
        end=world.now + timedelta(seconds=24),
        components=BANKS,
    )
    window, batch = schedule_window(world.engine.memory, wish, world.now)
    world.batches.append(batch)
    world.rounds(3)
    world.break_(*BANKS)
    world.rounds(25)
    (first,) = world.incidents
    assert (first.root, first.components) == ("bank-a", BANKS)

    world.repair("bank-a")
    world.rounds(15)
    first, second = sorted(world.incidents, key=lambda each: each.confirmed_at)
    assert first.status is IncidentStatus.RESOLVED
    assert (second.status, second.root) == (IncidentStatus.OPEN, "bank-b")
    assert (second.window, second.follows) == (window.id, first.id)


def test_no_data_keeps_a_window_in_progress() -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 4, 64)
    world.rounds(3)
    world.silent.update(each.name for each in world.configuration.checks)
    world.rounds(60)

    assert current(world, window).status is WindowStatus.IN_PROGRESS
    assert world.incidents == []


def test_an_outage_open_before_the_window_stays_unplanned() -> None:
    world = World()
    world.rounds(5)
    world.break_("gateway")
    world.rounds(4)
    schedule(world, 4, 64)
    world.rounds(6)

    (incident,) = world.incidents
    assert incident.status is IncidentStatus.OPEN


def test_a_shared_component_that_fails_in_a_window_is_an_incident() -> None:
    world = World()
    world.rounds(5)
    schedule(world, 2, 64, "repayment")
    world.rounds(3)
    world.break_("ledger")
    world.rounds(4)

    (incident,) = world.incidents
    assert incident.root == "ledger"
    assert world.shown("repayment") is Status.MAINTENANCE
    assert world.shown("checkout") is Status.MAJOR_OUTAGE


def test_a_person_completes_early_and_what_still_fails_becomes_an_incident_from_then() -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 2, 300)
    world.rounds(3)
    world.break_("gateway")
    world.rounds(5)
    completed_at = world.now
    _, batch = complete_window(world.engine.memory, window.id, world.now)
    world.batches.append(batch)
    world.rounds(2)

    (incident,) = world.incidents
    assert incident.started_at == completed_at
    assert incident.window is None


def test_an_overrunning_window_that_is_extended_is_in_progress_again() -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 4, 64)
    world.rounds(3)
    world.break_("gateway")
    world.rounds(45)
    _, batch = extend_window(
        world.engine.memory, window.id, world.now + timedelta(seconds=60), world.now
    )
    world.batches.append(batch)

    assert current(world, window).status is WindowStatus.IN_PROGRESS
    assert world.event_types[-1] == "maintenance.extended"


@pytest.mark.parametrize(
    ("rounds", "status"),
    [(1, WindowStatus.CANCELLED), (8, WindowStatus.COMPLETED)],
    ids=["ahead", "going on"],
)
def test_a_window_about_what_is_gone_ends(rounds: int, status: WindowStatus) -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 8, 64, "repayment")
    world.rounds(rounds)
    services = world.configuration.services[:1]
    world.configuration = replace(world.configuration, services=services)
    world.batches.append(world.engine.reconfigure(world.configuration, world.now))
    world.rounds(60)

    assert current(world, window).status is status


def test_a_cancelled_window_excuses_nothing() -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 10, 64)
    _, batch = cancel_window(world.engine.memory, window.id, world.now)
    world.batches.append(batch)
    world.rounds(7)
    world.break_("gateway")
    world.rounds(4)

    assert len(world.incidents) == 1
    assert world.event_types[:2] == ["maintenance.scheduled", "maintenance.cancelled"]


def test_a_restart_keeps_a_window_and_starts_it_late() -> None:
    world = World()
    world.rounds(5)
    window = schedule(world, 4, 64)
    world.restart()
    world.now += timedelta(seconds=10)
    world.rounds(2)

    assert current(world, window).status is WindowStatus.IN_PROGRESS


@pytest.mark.parametrize(
    ("services", "start", "end", "message"),
    [
        (("nobody",), 0, 10, "unknown service 'nobody'"),
        ((), 0, 10, "name at least one service or component"),
        (BOTH, 10, 10, "the end must come after the start"),
        (BOTH, -20, -10, "the end must lie ahead"),
    ],
    ids=["unknown", "empty", "no-length", "past"],
)
def test_a_window_that_cannot_be_is_refused(
    services: tuple[str, ...], start: int, end: int, message: str
) -> None:
    world = World()
    wish = WindowDraft(
        start=world.now + timedelta(seconds=start),
        end=world.now + timedelta(seconds=end),
        services=services,
    )

    with pytest.raises(CommandError, match=message):
        schedule_window(world.engine.memory, wish, world.now)
