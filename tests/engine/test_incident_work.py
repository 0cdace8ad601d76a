"""The engine takes what people say of incidents, audits it, and lets no probe undo it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.engine import incident_work
from monitor.engine.commands import CommandError, NotFoundError
from monitor.model.batch import Batch
from monitor.model.cause import Cause
from monitor.model.events import Event
from monitor.model.incident import Incident, IncidentStatus, Override, Severity
from monitor.model.incident_wish import IncidentWish
from monitor.model.incident_work import Note, Postmortem, Report
from monitor.model.regulatory import RegulatoryFacts
from monitor.model.reporting import ReportDeadline
from monitor.model.status import Status
from tests.engine.world import World

BOTH = {"zh-CN": "甲", "en": "A"}
WISH = IncidentWish(
    cause=Cause.REGULATORY, services=("repayment",), severity=Severity.MAJOR, by="li"
)


def _do(world: World, step: Callable[[datetime], tuple[Incident, Batch]]) -> Incident:
    """Carry out a command as the driver does, and settle what follows."""
    incident, batch = step(world.now)
    world.batches += [batch, world.engine.advance(world.now)]
    return incident


def _open(world: World, wish: IncidentWish = WISH) -> Incident:
    return _do(world, lambda now: incident_work.open_incident(world.engine.memory, wish, now))


def _decide(world: World, incident: Incident, **changed: Any) -> Incident:
    decision = replace(Override(author="li", at=world.now, reason="I know"), **changed)
    memory = world.engine.memory
    return _do(world, lambda now: incident_work.override(memory, incident, decision, now))


def _resolve(world: World, incident: Incident) -> Incident:
    memory = world.engine.memory
    return _do(
        world,
        lambda now: incident_work.resolve_incident(memory, incident, "wang", "released", now),
    )


def _last(world: World) -> Event:
    return world.events[-1]


def _broken() -> World:
    world = World()
    world.rounds(5)
    world.break_("ledger")
    world.rounds(3)
    return world


def test_probes_neither_resolve_nor_join_what_a_person_declared() -> None:
    world = World()
    world.rounds(3)
    opened = _open(world)
    world.break_("ledger")
    world.rounds(5)
    world.repair("ledger")
    world.rounds(30)
    world.restart()
    world.rounds(5)

    declared, found = world.incidents
    assert (declared.id, declared.status) == (opened.id, IncidentStatus.OPEN)
    assert found.status is IncidentStatus.RESOLVED
    assert found.root == "ledger"


def test_a_declared_incident_is_opened_and_resolved_by_events_with_a_name() -> None:
    world = World()
    world.rounds(3)
    opened = _open(world)
    world.rounds(1)
    over = _resolve(world, opened)

    assert world.event_types == ["incident.opened", "incident.resolved"]
    assert [each.data["by"] for each in world.events] == ["li", "wang"]
    assert [each.data["change"] for each in world.events] == ["opened", "resolved"]
    assert _last(world).data["reason"] == "released"
    assert over.downtime_seconds == 2


def test_a_declared_outage_colours_the_service_until_it_is_over() -> None:
    world = World()
    world.rounds(3)
    opened = _open(world)
    view = world.engine.memory.views["repayment"]

    assert (view.observed, view.displayed) == (Status.OPERATIONAL, Status.PARTIAL_OUTAGE)
    assert world.shown("checkout") is Status.OPERATIONAL
    _resolve(world, opened)
    assert world.shown("repayment") is Status.OPERATIONAL


def test_what_probes_see_worse_than_what_was_declared_is_shown() -> None:
    world = World()
    world.rounds(3)
    _open(world)
    world.break_("ledger", "gateway")
    world.rounds(4)

    assert world.shown("repayment") is Status.MAJOR_OUTAGE


def test_a_declared_adjustment_colours_nothing() -> None:
    world = World()
    world.rounds(3)
    _open(world, replace(WISH, severity=Severity.MINOR))

    assert world.shown("repayment") is Status.OPERATIONAL
    assert world.incidents[0].services == ("repayment",)


def test_a_reload_withdraws_it_only_when_its_service_is_gone() -> None:
    world = World()
    world.rounds(3)
    _open(world)
    other = replace(world.configuration, services=(), checks=world.configuration.checks[:1])

    world.batches.append(world.engine.reconfigure(world.configuration, world.now))
    assert [each.status for each in world.incidents] == [IncidentStatus.OPEN]
    world.batches.append(world.engine.reconfigure(other, world.now))
    assert [each.status for each in world.incidents] == [IncidentStatus.WITHDRAWN]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"services": ()}, "name at least one"),
        ({"services": ("nowhere",)}, "unknown service 'nowhere'"),
        ({"components": ("nowhere",)}, "unknown component 'nowhere'"),
        ({"cause": Cause.MONITOR_FAULT}, "no incident"),
        ({"at": datetime.max.replace(tzinfo=World().now.tzinfo)}, "must not lie ahead"),
        (
            {"regulatory": RegulatoryFacts(rule={"en": "Order 4"}, change={"xx": "less"})},
            "locale zh-CN is missing; regulatory.change: unknown locale 'xx'",
        ),
        ({"title": {"en": "less"}}, "title: the text for the locale zh-CN is missing"),
        (
            {"regulatory": RegulatoryFacts(rule=BOTH), "cause": Cause.UNKNOWN},
            "belong to the cause regulatory",
        ),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_what_cannot_be_opened_is_refused_in_words(changed: dict[str, Any], message: str) -> None:
    world = World()

    with pytest.raises(CommandError, match=message):
        _open(world, replace(WISH, **changed))


def test_the_same_is_declared_once() -> None:
    world = World()
    opened = _open(world)

    with pytest.raises(CommandError, match=f"{opened.id} is open for the same cause"):
        _open(world)
    _resolve(world, opened)
    world.rounds(1)
    assert _open(world).id != opened.id


def test_only_what_a_person_declared_is_resolved_by_hand_and_only_once() -> None:
    world = _broken()
    found = world.incidents[0]
    declared = _open(world)
    over = _resolve(world, declared)

    with pytest.raises(CommandError, match="probes found this incident"):
        _resolve(world, found)
    with pytest.raises(CommandError, match="resolved already"):
        _resolve(world, over)


def test_a_persons_cause_stands_whatever_is_seen_later() -> None:
    world = _broken()
    _decide(world, world.incidents[0], cause=Cause.NETWORK_ATTACK)
    world.rounds(5)
    world.break_("gateway")
    world.rounds(5)

    (incident,) = world.incidents
    assert incident.effective_cause is Cause.NETWORK_ATTACK
    assert incident.diagnosis.cause is not Cause.NETWORK_ATTACK
    event = next(each for each in world.events if each.data["change"] == "overridden")
    assert event.type == "incident.updated"
    assert (event.data["cause"], event.data["by"]) == ("network_attack", "li")
    assert event.data["reason"] == "I know"
    assert event.data["verdict"] != {}


def test_a_decision_needs_something_to_decide() -> None:
    world = _broken()

    with pytest.raises(CommandError, match="nothing was overridden"):
        _decide(world, world.incidents[0])
    with pytest.raises(CommandError, match="no incident"):
        _decide(world, world.incidents[0], cause=Cause.MONITOR_FAULT)


def test_an_override_is_given_back_with_an_event() -> None:
    world = _broken()
    decided = _decide(world, world.incidents[0], severity=Severity.MINOR)
    back = _decide(world, decided, reason="counted again")

    assert back.effective_severity is Severity.CRITICAL
    assert _last(world).data["change"] == "override_lifted"


def test_a_note_wakes_nobody_and_an_acknowledgement_is_told() -> None:
    world = _broken()
    memory, incident = world.engine.memory, world.incidents[0]
    note = Note(text="asked the bank", author="wang", at=world.now)
    noted = _do(world, lambda now: incident_work.add_note(memory, incident, note, now))
    _do(world, lambda now: incident_work.acknowledge(memory, noted, "wang", now))
    told = len(world.events)
    _do(world, lambda now: incident_work.acknowledge(memory, world.incidents[0], "li", now))

    changes = [(each.type, each.data["change"]) for each in world.events]
    assert changes[-2:] == [("incident.noted", "noted"), ("incident.updated", "acknowledged")]
    assert len(world.events) == told
    assert world.events[-2].data["text"] == "asked the bank"


def test_notes_have_an_end() -> None:
    world = _broken()
    note = Note(text="again", author="wang", at=world.now)
    full = replace(world.incidents[0], notes=(note,) * incident_work.MOST_NOTES)

    with pytest.raises(CommandError, match="500 notes already"):
        incident_work.add_note(world.engine.memory, full, note, world.now)


def test_an_account_has_every_language_users_read() -> None:
    world = _broken()
    memory, incident = world.engine.memory, world.incidents[0]

    def account(text: Postmortem) -> Incident:
        return _do(world, lambda now: incident_work.account(memory, incident, text, now))

    with pytest.raises(CommandError, match="a public or an internal part"):
        account(Postmortem(author="li", at=world.now))
    with pytest.raises(CommandError, match="public: the text for the locale zh-CN is missing"):
        account(Postmortem(public={"en": "Sorry"}, author="li", at=world.now))
    written = account(Postmortem(public=BOTH, internal="a cable", author="li", at=world.now))
    assert written.postmortem is not None
    assert _last(world).data["change"] == "postmortem"


def test_a_report_names_a_rule_of_the_configuration() -> None:
    world = _broken()
    memory, incident = world.engine.memory, world.incidents[0]

    def report(rule: str) -> Incident:
        made = Report(rule=rule, author="li", at=world.now, note="by phone")
        return _do(world, lambda now: incident_work.report(memory, incident, made, now))

    with pytest.raises(CommandError, match="unknown rule 'brief'; known: none is configured"):
        report("brief")
    rules = (ReportDeadline(rule="brief", after_seconds=1800),)
    memory.configure(replace(world.configuration, report_deadlines=rules))
    assert [each.rule for each in report("brief").reports] == ["brief"]
    assert (_last(world).data["rule"], _last(world).data["reason"]) == ("brief", "by phone")


def test_an_incident_that_ended_long_ago_is_worked_on_as_the_store_keeps_it() -> None:
    world = _broken()
    world.repair("ledger")
    world.rounds(20)
    ended = world.incidents[0]
    world.now += timedelta(days=2)
    world.batches.append(world.engine.advance(world.now))
    memory = world.engine.memory
    assert ended.id not in memory.incidents

    known = incident_work.recalled(memory, ended.id, ended)
    note = Note(text="later", author="li", at=world.now)
    noted = _do(world, lambda now: incident_work.add_note(memory, known, note, now))

    assert noted.revision == ended.revision + 1
    assert ended.id not in memory.incidents
    for stored in (None, replace(ended, status=IncidentStatus.OPEN)):
        with pytest.raises(NotFoundError, match="no incident"):
            incident_work.recalled(memory, ended.id, stored)
