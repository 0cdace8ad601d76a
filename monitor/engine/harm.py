"""What an incident does to services, beside all else that fails."""

from collections.abc import Mapping
from datetime import datetime

from monitor.engine.memory import Memory
from monitor.incidents.impact import affected_services, jointly_affected
from monitor.model.incident import Incident, IncidentStatus, Origin
from monitor.model.status import Status


def failing_of(memory: Memory, incident: Incident) -> list[str]:
    """Return the incident's components that fail now."""
    return [each for each in incident.components if memory.own.get(each, Status.UNKNOWN).is_bad]


def harm_of(memory: Memory, incident: Incident) -> Mapping[str, Status]:
    """Return the services that suffer from *incident* now.

    What several that stand in for each other take from a service together is the doing of the
    incident that began last: users read of it once.
    """
    felt, failing = memory.felt(), failing_of(memory, incident)
    alone = affected_services(failing, felt, memory.graph)
    if memory.bad_since.keys() <= set(failing):
        return alone
    joint = jointly_affected(failing, felt, memory.graph)
    if not joint.keys() - alone.keys():
        return alone
    told = {
        service
        for other in memory.incidents.values()
        if _is_later(other, incident)
        for service in jointly_affected(failing_of(memory, other), felt, memory.graph)
    }
    return {**{name: each for name, each in joint.items() if name not in told}, **alone}


def harmful_from(memory: Memory, incident: Incident) -> datetime:
    """Return since when enough of *incident* fails for a service to suffer."""
    began = {each.component: each.onset.first_failure_at for each in incident.members}
    times = {
        each: memory.felt_since.get(each) or began[each] for each in failing_of(memory, incident)
    }
    for moment in sorted(times.values()):
        early = [each for each, at in times.items() if at <= moment]
        if affected_services(early, memory.felt(), memory.graph):
            return max(incident.started_at, moment)
    return incident.started_at


def _is_later(other: Incident, incident: Incident) -> bool:
    return (
        other.status is IncidentStatus.OPEN
        and other.origin is Origin.PROBES
        and (other.started_at, other.id) > (incident.started_at, incident.id)
    )
