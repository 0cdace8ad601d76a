"""What programs tell the engine: changes, business; and how a command is refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.model.batch import Batch
from monitor.model.business import BusinessLoss
from monitor.model.change import Change


class CommandError(ValueError):
    """A command that names what does not exist or asks what cannot be; for the operator."""


class NotFoundError(CommandError):
    """A command about something the monitor does not know."""


class ConflictError(CommandError):
    """A command that the present state does not allow."""


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


def note_business(
    memory: Memory, identity: str, losses: Sequence[BusinessLoss], now: datetime
) -> Batch:
    """Note what an incident cost; what was known before of other metrics stays."""
    incident = memory.incidents.get(identity)
    if incident is None:
        return Batch(at=now)
    draft = Draft(memory, now)
    known = {(each.service, each.metric): each for each in (*incident.business, *losses)}
    memory.incidents[identity] = replace(incident, business=tuple(known.values()))
    return draft.batch()


def text_problems(memory: Memory, key: str, text: Mapping[str, str]) -> Iterable[str]:
    """Yield what keeps a text from being read by every user."""
    locales = memory.configuration.platform.locales
    yield from (f"{key}: unknown locale {each!r}" for each in text if each not in locales)
    if text:
        yield from (
            f"{key}: the text for the locale {each} is missing"
            for each in locales
            if not text.get(each)
        )


def unknown_names(
    memory: Memory, services: Sequence[str], components: Sequence[str]
) -> Iterable[str]:
    """Yield what is wrong with the names that a command is about."""
    if not services and not components:
        yield "name at least one service or component"
    yield from (
        f"unknown service {name!r}" for name in services if name not in memory.graph.services
    )
    yield from (
        f"unknown component {name!r}" for name in components if name not in memory.graph.components
    )
