"""What an incident does to services, beside all else that fails."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from monitor.engine.memory import Memory
from monitor.incidents.impact import added_harm, affected_services
from monitor.model.incident import Incident, IncidentStatus, Origin
from monitor.model.status import Status
from monitor.status.derive import without


def failing_of(memory: Memory, incident: Incident) -> list[str]:
    """Return the incident's components that fail now."""
    return [each for each in incident.components if memory.own.get(each, Status.UNKNOWN).is_bad]


def harm_of(memory: Memory, incident: Incident) -> Mapping[str, Status]:
    """Return the services that suffer from *incident* now: alone, or with what failed before it.

    What several that stand in for each other take from a service together is the doing of the
    incident that began last: users read of it once. Planned work takes nothing from anybody.
    """
    felt, failing = _felt(memory), failing_of(memory, incident)
    alone = affected_services(failing, felt, memory.graph)
    later = {
        name
        for other in memory.incidents.values()
        if _is_later(other, incident)
        for name in failing_of(memory, other)
    }
    earlier = without(felt, later.difference(failing)) if later else felt
    return {**alone, **added_harm(failing, earlier, memory.graph, alone)}


def hurts_from(
    memory: Memory, incident: Incident, affected: Mapping[str, Status], now: datetime
) -> datetime:
    """Return since when enough fails for one of the *affected* services to suffer."""
    felt, own = _felt(memory), failing_of(memory, incident)
    for names in (own, [each for each in memory.bad_since if felt[each].is_bad]):
        times = {
            each: began_to_hurt(memory, each, now) for each in names if each not in memory.unfelt
        }
        for moment in sorted(times.values()):
            early = [each for each, at in times.items() if at <= moment]
            if affected_services(early, felt, memory.graph).keys() & affected.keys():
                return max(incident.started_at, moment)
    return now


def began_to_hurt(memory: Memory, component: str, now: datetime) -> datetime:
    """Return when the component's present failure began to be more than figures."""
    states = [memory.states[name] for name in memory.heard(component)]
    usable = [each for each in states if not each.is_misconfigured]
    times = sorted(
        max(each.hurts_since or began, began)
        for each in usable
        if not each.is_figure and (began := each.counts_from) is not None
    )
    if not times:
        return memory.felt_since.get(component) or memory.onset_of(component, now).first_failure_at
    needed = memory.graph.components[component].fails_when.threshold(len(usable))
    return times[min(needed, len(times)) - 1]


def backdated(memory: Memory, incident: Incident) -> Incident:
    """Return *incident* with its impact from when a root that was found later began to hurt."""
    root = incident.root
    if root in memory.unfelt:
        return incident
    harmed = affected_services([root], _felt(memory), memory.graph)
    began = max(incident.started_at, began_to_hurt(memory, root, incident.updated_at))
    impact = (
        replace(each, since=min(each.since, began)) if each.service in harmed else each
        for each in incident.impact
    )
    return replace(incident, impact=tuple(impact))


def _felt(memory: Memory) -> Mapping[str, Status]:
    felt = memory.felt()
    return without(felt, memory.excused) if memory.excused else felt


def _is_later(other: Incident, incident: Incident) -> bool:
    return (
        other is not incident
        and other.status is IncidentStatus.OPEN
        and other.origin is not Origin.PERSON
        and _order(other) > _order(incident)
    )


def _order(incident: Incident) -> tuple[datetime, bool, str]:
    """Of two that began at once the one that is already said to do harm counts as the last."""
    does_harm = any(each.until is None for each in incident.impact)
    return incident.started_at, does_harm, incident.id
