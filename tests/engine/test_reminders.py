"""People are reminded of a report once before it is due and once when it is late."""

from dataclasses import replace
from datetime import timedelta

from monitor.engine import incident_work
from monitor.model.incident import IncidentStatus
from monitor.model.incident_work import Report
from monitor.model.reporting import ReportDeadline
from tests.engine.world import World, credit_platform

BRIEF = ReportDeadline(rule="brief", after_seconds=60, remind_seconds=30)
WRITTEN = ReportDeadline(rule="written", after_seconds=90)


def _world(*deadlines: ReportDeadline) -> World:
    world = World(replace(credit_platform(), report_deadlines=deadlines))
    world.rounds(5)
    world.break_("ledger")
    world.rounds(3)
    return world


def _told(world: World) -> list[tuple[object, object]]:
    return [
        (each.data["deadline"]["rule"], each.data["change"])  # type: ignore[index,call-overload]
        for each in world.events
        if each.type == "incident.report_due"
    ]


def test_nothing_is_due_unless_it_is_configured() -> None:
    world = _world()
    world.rounds(60)

    assert _told(world) == []


def test_a_deadline_is_told_before_and_after_and_no_more() -> None:
    world = _world(BRIEF, WRITTEN)
    world.rounds(12)
    assert _told(world) == []
    world.rounds(2)
    assert _told(world) == [("brief", "report_due")]
    world.rounds(40)

    assert _told(world) == [
        ("brief", "report_due"),
        ("brief", "report_overdue"),
        ("written", "report_overdue"),
    ]
    event = next(each for each in world.events if each.type == "incident.report_due")
    assert event.data["id"] == world.incidents[0].id
    deadline = event.data["deadline"]
    assert isinstance(deadline, dict)
    assert deadline["seconds_left"] == 30.0


def test_a_restart_forgets_no_reminder_and_repeats_none() -> None:
    world = _world(BRIEF)
    world.rounds(16)
    world.restart()
    world.rounds(3)
    assert _told(world) == [("brief", "report_due")]
    world.now += timedelta(minutes=5)
    world.restart()
    world.rounds(3)

    assert _told(world) == [("brief", "report_due"), ("brief", "report_overdue")]


def test_what_was_reported_is_not_asked_for() -> None:
    world = _world(BRIEF)
    made = Report(rule="brief", author="li", at=world.now)
    memory = world.engine.memory
    incident_work.report(memory, world.incidents[0], made, world.now)
    world.rounds(60)

    assert _told(world) == []


def test_a_deadline_outlives_the_incident_even_by_days() -> None:
    late = replace(WRITTEN, after_seconds=3 * 86_400)
    world = _world(late)
    world.repair("ledger")
    world.rounds(20)
    (incident,) = world.incidents
    assert incident.status is IncidentStatus.RESOLVED
    world.now += timedelta(days=2)
    world.restart()
    world.batches.append(world.engine.advance(world.now))
    assert incident.id in world.engine.memory.incidents
    world.now += timedelta(days=2)
    world.batches.append(world.engine.advance(world.now))

    assert _told(world) == [("written", "report_overdue")]
    world.now += timedelta(days=40)
    world.batches.append(world.engine.advance(world.now))
    assert incident.id not in world.engine.memory.incidents
