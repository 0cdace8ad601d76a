"""What people tell the engine about incidents; every step is an event with its author."""

from collections.abc import Iterable
from datetime import datetime

from monitor.engine.commands import (
    CommandError,
    ConflictError,
    NotFoundError,
    text_problems,
    unknown_names,
)
from monitor.engine.draft import Draft, Step
from monitor.engine.memory import Memory
from monitor.incidents import work
from monitor.model.batch import Batch
from monitor.model.cause import Cause
from monitor.model.codec import to_json
from monitor.model.incident import Incident, Origin, Override
from monitor.model.incident_wish import IncidentWish
from monitor.model.incident_work import Note, Postmortem, Report
from monitor.model.platform import LocalizedText
from monitor.model.regulatory import RegulatoryFacts

MOST_NOTES = 500

Done = tuple[Incident, Batch]


def open_incident(memory: Memory, wish: IncidentWish, now: datetime) -> Done:
    """Declare an incident; the same cause is declared once for the same names."""
    if problems := list(_problems(memory, wish, now)):
        raise CommandError("; ".join(problems))
    incident = work.open_by_hand(wish, now)
    return _entered(memory, incident, Step(name="opened", by=wish.by), now)


def resolve_incident(
    memory: Memory, incident: Incident, author: str, reason: str, now: datetime
) -> Done:
    """Say that an incident is over which a person declared."""
    if incident.origin is not Origin.PERSON:
        message = "probes found this incident, and they see when it is over; mute or repair instead"
        raise ConflictError(message)
    if incident.status.is_ended:
        raise ConflictError(f"the incident is {incident.status.value} already")
    step = Step(name="resolved", by=author, details={"reason": reason})
    return _entered(memory, work.resolve_by_hand(incident, now), step, now)


def acknowledge(memory: Memory, incident: Incident, author: str, now: datetime) -> Done:
    """Note that a person has taken an incident on; the first one counts."""
    taken = work.acknowledge(incident, author, now)
    return _entered(memory, taken, Step(name="acknowledged", by=author, is_update=True), now)


def add_note(memory: Memory, incident: Incident, note: Note, now: datetime) -> Done:
    """Keep a remark for operations."""
    if len(incident.notes) >= MOST_NOTES:
        raise ConflictError(f"the incident has {MOST_NOTES} notes already")
    step = Step(name="noted", by=note.author, details={"text": note.text})
    return _entered(memory, work.add_note(incident, note), step, now)


def override(memory: Memory, incident: Incident, decision: Override, now: datetime) -> Done:
    """Take a person's cause, severity or level for what is told, or give that back."""
    is_lifted = (decision.cause, decision.severity, decision.level) == (None, None, "")
    if is_lifted and incident.override is None:
        raise CommandError("name a cause, a severity or a level: nothing was overridden so far")
    if decision.cause is Cause.MONITOR_FAULT:
        raise CommandError("a fault of the monitor is no incident")
    step = Step(
        name="override_lifted" if is_lifted else "overridden",
        by=decision.author,
        details={"reason": decision.reason, "decision": to_json(decision)},
        is_update=True,
    )
    return _entered(memory, work.decide(incident, decision), step, now)


def account(memory: Memory, incident: Incident, text: Postmortem, now: datetime) -> Done:
    """Keep the account of an incident, or a better one."""
    if not text.public and not text.internal:
        raise CommandError("a postmortem has a public or an internal part")
    if problems := list(text_problems(memory, "public", text.public)):
        raise CommandError("; ".join(problems))
    step = Step(name="postmortem", by=text.author, details={"text": to_json(text)})
    return _entered(memory, work.account(incident, text), step, now)


def report(memory: Memory, incident: Incident, made: Report, now: datetime) -> Done:
    """Note that a person reported the incident as a rule asks."""
    rules = [each.rule for each in memory.configuration.report_deadlines]
    if made.rule not in rules:
        known = ", ".join(rules) or "none is configured"
        raise CommandError(f"unknown rule {made.rule!r}; known: {known}")
    step = Step(name="reported", by=made.author, details={"rule": made.rule, "reason": made.note})
    return _entered(memory, work.report(incident, made), step, now)


def recalled(memory: Memory, identity: str, stored: Incident | None) -> Incident:
    """Return an incident as the engine knows it; one that ended long ago, as the store does."""
    known = memory.incidents.get(identity)
    if known is not None:
        return known
    if stored is None or not stored.status.is_ended:
        message = f"no incident {identity!r}"
        raise NotFoundError(message)
    memory.incidents[identity] = stored
    return stored


def _entered(memory: Memory, incident: Incident, step: Step, now: datetime) -> Done:
    draft = Draft(memory, now)
    memory.incidents[incident.id] = incident
    memory.is_dirty = True
    draft.tell_step(incident.id, step)
    batch = draft.batch()
    return memory.incidents[incident.id], batch


def _problems(memory: Memory, wish: IncidentWish, now: datetime) -> Iterable[str]:
    yield from unknown_names(memory, wish.services, wish.components)
    yield from text_problems(memory, "title", wish.title)
    if wish.cause is Cause.MONITOR_FAULT:
        yield "a fault of the monitor is no incident"
    if wish.at is not None and wish.at > now:
        yield "the beginning must not lie ahead; plan a window for what is to come"
    if wish.regulatory is not None:
        yield from _fact_problems(memory, wish.cause, wish.regulatory)
    if (same := _declared_already(memory, wish)) is not None:
        yield f"{same.id} is open for the same cause and names"


def _declared_already(memory: Memory, wish: IncidentWish) -> Incident | None:
    wanted = (wish.cause, frozenset(wish.services), frozenset(wish.components))
    return next(
        (
            each
            for each in memory.incidents.values()
            if each.origin is Origin.PERSON
            and not each.status.is_ended
            and wanted
            == (each.diagnosis.cause, frozenset(each.services), frozenset(each.components))
        ),
        None,
    )


def _fact_problems(memory: Memory, cause: Cause, facts: RegulatoryFacts) -> Iterable[str]:
    if cause is not Cause.REGULATORY:
        yield "facts of a rule belong to the cause regulatory"
    texts: dict[str, LocalizedText] = {
        "rule": facts.rule,
        "change": facts.change,
        "existing": facts.existing,
        "action": facts.action,
        "scope": facts.scope,
    }
    for key, text in texts.items():
        yield from text_problems(memory, f"regulatory.{key}", text)
