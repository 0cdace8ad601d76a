"""What is shown while windows are in progress, and what of it counts as planned."""

from datetime import timedelta

from monitor.engine.planning import (
    WindowDraft,
    complete_window,
    extend_window,
    schedule_window,
    verify_window,
)
from monitor.model.cause import Cause
from monitor.model.history import MonitorRun, StatusTime
from monitor.model.incident import Incident
from monitor.model.maintenance import ExpectedPattern, PatternKind, Window, WindowStatus
from monitor.model.status import Status
from monitor.storage.uptime import known_spells, status_time
from tests.engine.world import T0, World

BLIPS = ExpectedPattern(kind=PatternKind.BLIPS, count=3, max_seconds=20)
PARTIAL = ExpectedPattern(kind=PatternKind.PARTIAL)
FULL = ExpectedPattern()


def _schedule(world: World, seconds: float, expected: ExpectedPattern = FULL) -> Window:
    """Enter a window over both services that begins in two seconds."""
    wish = WindowDraft(
        start=world.now + timedelta(seconds=2),
        end=world.now + timedelta(seconds=2 + seconds),
        services=("checkout", "repayment"),
        expected=expected,
    )
    window, batch = schedule_window(world.engine.memory, wish, world.now)
    world.batches.append(batch)
    return window


def _world() -> World:
    world = World()
    world.rounds(5)
    return world


def _uptime(world: World, *, counts: bool = False) -> StatusTime:
    """Return how the seconds of the checkout count so far."""
    changes = [
        each
        for batch in world.batches
        for each in batch.transitions
        if (each.subject_kind, each.subject) == ("service", "checkout")
    ]
    runs = [MonitorRun(started_at=T0, alive_until=world.now)]
    spells = known_spells(changes, runs, world.now, count_maintenance=counts)
    return status_time(spells, T0, world.now)


def _down(world: World, *, counts: bool = False) -> float:
    return (_uptime(world, counts=counts).counted or {})[Status.MAJOR_OUTAGE]


def test_blips_inside_a_window_are_its_own_and_a_real_fault_beside_them_is_not() -> None:
    world = _world()
    window = _schedule(world, 300, BLIPS)
    world.rounds(3)
    blip_ids: set[str] = set()
    for number in range(3):
        world.break_("gateway")
        world.rounds(5)
        assert world.shown("checkout") is Status.MAINTENANCE
        if number == 1:
            # Nobody works on the bank: its failure in the midst of it all is an incident.
            world.break_("bank-a")
        # Eighteen seconds of failure, and four more until the end of it is confirmed.
        world.rounds(4)
        world.repair("gateway")
        world.rounds(6)
        blip_ids |= {each.id for each in world.incidents if each.root == "gateway"}

    assert blip_ids == set()
    assert world.engine.memory.windows[window.id].blips["gateway"] == 3
    incident = _only(world)
    assert incident.root == "bank-a"
    assert incident.diagnosis.cause is not Cause.MAINTENANCE
    assert world.shown("bank-a") is Status.MAJOR_OUTAGE
    assert world.event_types.count("incident.opened") == 1

    world.repair("bank-a")
    world.rounds(130)
    assert world.engine.memory.windows[window.id].status is WindowStatus.COMPLETED
    assert world.event_types.count("incident.resolved") == 1
    assert world.shown("checkout") is Status.OPERATIONAL


def _only(world: World) -> Incident:
    (incident,) = world.incidents
    return incident


def test_a_blip_that_is_too_long_is_shown_and_counts() -> None:
    world = _world()
    _schedule(world, 300, BLIPS)
    world.rounds(3)
    world.break_("gateway")
    world.rounds(8)
    assert (world.shown("checkout"), _down(world)) == (Status.MAINTENANCE, 0)
    world.rounds(10)

    assert world.shown("checkout") is Status.MAJOR_OUTAGE
    assert _only(world).root == "gateway"
    assert _down(world) > 10


def test_a_whole_outage_is_shown_where_a_part_was_announced() -> None:
    world = _world()
    _schedule(world, 300, PARTIAL)
    world.rounds(3)
    assert world.shown("checkout") is Status.MAINTENANCE
    world.break_("gateway")
    world.rounds(5)

    assert world.shown("checkout") is Status.MAJOR_OUTAGE


def test_what_was_broken_before_the_window_is_shown_until_it_works_again() -> None:
    world = _world()
    world.break_("gateway")
    world.rounds(4)
    _schedule(world, 300)
    world.rounds(5)
    assert world.shown("checkout") is Status.MAJOR_OUTAGE
    world.repair("gateway")
    world.rounds(5)
    assert world.shown("checkout") is Status.MAINTENANCE
    world.break_("gateway")
    world.rounds(5)
    assert world.shown("checkout") is Status.MAINTENANCE


def test_a_window_entered_when_all_is_down_hides_nothing() -> None:
    world = _world()
    world.break_("ledger")
    world.rounds(10)
    wish = WindowDraft(
        start=world.now - timedelta(seconds=60),
        end=world.now + timedelta(seconds=300),
        services=("checkout", "repayment"),
    )
    world.batches.append(schedule_window(world.engine.memory, wish, world.now)[1])
    world.rounds(10)

    assert world.shown("checkout") is Status.MAJOR_OUTAGE
    assert _only(world).diagnosis.subcause != "planned"


def test_planned_time_counts_on_neither_side_and_an_overrun_from_the_planned_end_on() -> None:
    world = _world()
    window = _schedule(world, 60)
    world.rounds(2)
    world.break_("gateway")
    world.rounds(29)
    assert _down(world) == 0
    assert _down(world, counts=True) > 50
    world.rounds(4)
    late = (world.now - window.end).total_seconds()
    assert 4 < late < 15, "within the grace"
    assert world.shown("checkout") is Status.MAINTENANCE
    assert _down(world) == late
    world.rounds(20)

    assert world.engine.memory.windows[window.id].status is WindowStatus.OVERRUNNING
    assert world.shown("checkout") is Status.MAJOR_OUTAGE
    assert _down(world) == (world.now - window.end).total_seconds()


def test_an_extension_plans_from_the_moment_it_is_given() -> None:
    world = _world()
    window = _schedule(world, 60)
    world.rounds(2)
    world.break_("gateway")
    world.rounds(40)
    end = world.now + timedelta(seconds=60)
    world.batches.append(extend_window(world.engine.memory, window.id, end, world.now)[1])
    world.batches.append(world.engine.advance(world.now))
    late = (world.now - window.end).total_seconds()
    world.rounds(10)

    assert _down(world) == late


def test_a_restart_in_a_window_tells_no_status_anew() -> None:
    world = _world()
    _schedule(world, 300)
    world.rounds(5)
    before = len([each for batch in world.batches for each in batch.transitions])
    world.restart()
    world.rounds(1)
    views = world.engine.memory.views
    assert (views["checkout"].displayed, views["checkout"].planned) == (Status.MAINTENANCE, True)
    after = [each for batch in world.batches for each in batch.transitions][before:]
    assert [each for each in after if each.subject_kind == "service" and not each.planned] == []


def test_proposed_and_confirmed_a_window_ends_early() -> None:
    world = _world()
    window = _schedule(world, 3000)
    world.rounds(10)
    known = world.engine.memory.windows[window.id]
    assert known.proposed_at is not None
    world.batches.append(complete_window(world.engine.memory, window.id, world.now, "ann")[1])
    world.rounds(2)

    ended = world.engine.memory.windows[window.id]
    assert (ended.status, ended.end) == (WindowStatus.COMPLETED, window.end)
    assert world.events[-1].data["by"] == "ann"
    assert world.shown("checkout") is Status.OPERATIONAL


def test_work_said_to_be_done_is_complete_once_the_probes_say_so_too() -> None:
    world = _world()
    window = _schedule(world, 3000)
    world.rounds(3)
    world.break_("gateway")
    world.rounds(4)
    world.batches.append(verify_window(world.engine.memory, window.id, world.now, "ann")[1])
    world.rounds(5)
    assert world.engine.memory.windows[window.id].status is WindowStatus.IN_PROGRESS
    world.repair("gateway")
    world.rounds(5)

    assert world.engine.memory.windows[window.id].status is WindowStatus.COMPLETED
    assert world.event_types == [
        "maintenance.scheduled",
        "maintenance.started",
        "maintenance.verifying",
        "maintenance.completed",
    ]
