"""What people and programs tell the engine: changes and acknowledgements."""

from dataclasses import replace
from datetime import datetime

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.model.batch import Batch
from monitor.model.change import Change
from monitor.model.incident import Incident


class CommandError(ValueError):
    """A command that names what does not exist or asks what cannot be; for the operator."""


class NotFoundError(CommandError):
    """A command about something the monitor does not know."""


def add_change(memory: Memory, change: Change, now: datetime) -> Batch:
    """Note a deploy or a change of configuration."""
    if change.component not in memory.graph.components:
        message = f"unknown component {change.component!r}"
        raise CommandError(message)
    draft = Draft(memory, now)
    if all(each.id != change.id for each in memory.changes):
        memory.changes.append(change)
        draft.changes.append(change)
    return draft.batch()


def acknowledge(
    memory: Memory, identity: str, author: str, now: datetime
) -> tuple[Incident, Batch]:
    """Note that a person has taken an incident on; the first one counts."""
    incident = memory.incidents.get(identity)
    if incident is None:
        message = f"no current incident {identity!r}"
        raise NotFoundError(message)
    draft = Draft(memory, now)
    if incident.acknowledged_at is None:
        memory.incidents[identity] = replace(incident, acknowledged_at=now, acknowledged_by=author)
    batch = draft.batch()
    return memory.incidents[identity], batch
