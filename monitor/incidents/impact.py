"""What an incident does to the user-facing services, and how bad that makes it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model.graph import Graph
from monitor.model.incident import Incident, ServiceImpact, Severity
from monitor.model.status import Status
from monitor.status.derive import effective_statuses, without


def affected_services(
    components: Sequence[str], own: Mapping[str, Status], graph: Graph
) -> Mapping[str, Status]:
    """Return the services that *components* alone, in their present state, make worse."""
    only = {name: own.get(name, Status.UNKNOWN) for name in components}
    touched = _reached(components, graph)
    effective = effective_statuses(graph, only, touched)
    return {name: effective[name] for name in touched if effective[name].is_bad}


def added_harm(
    components: Sequence[str],
    own: Mapping[str, Status],
    graph: Graph,
    alone: Mapping[str, Status],
) -> Mapping[str, Status]:
    """Return the services that *components* make worse beside all else than they do *alone*."""
    touched = _reached(components, graph)
    present = effective_statuses(graph, own, touched)
    more = [
        name
        for name in touched
        if present[name].is_bad
        and present[name].badness > alone.get(name, Status.OPERATIONAL).badness
    ]
    if not more:
        return {}
    spared = effective_statuses(graph, without(own, components), more)
    return {name: present[name] for name in more if present[name].badness > spared[name].badness}


def _reached(components: Sequence[str], graph: Graph) -> list[str]:
    reached = {service for name in components for service in graph.all_needed_by(name)}
    return [name for name in graph.services if name in reached]


def merge_impact(
    incident: Incident,
    affected: Mapping[str, Status],
    now: datetime,
    *,
    failing: bool,
    since: datetime | None = None,
) -> tuple[ServiceImpact, ...]:
    """Return the incident's impact with what is affected now: the worst is kept, ends are noted.

    *failing* says that a component of the incident fails, and is not only slow. What was not
    affected before is so *since* then, by default from now on.
    """
    known = {each.service: each for each in incident.impact}
    merged = [
        _again(each, affected[each.service], failing=failing)
        if each.service in affected
        else replace(each, until=each.until or now)
        for each in incident.impact
    ]
    fresh = [
        ServiceImpact(service=name, worst=status, since=since or now, failing=failing)
        for name, status in affected.items()
        if name not in known
    ]
    return (*merged, *fresh)


def severity_of(affected: Mapping[str, Status], graph: Graph) -> Severity:
    """Return how bad the present impact is; the caller lets it only rise."""
    if any(
        status is Status.MAJOR_OUTAGE and graph.services[name].critical
        for name, status in affected.items()
    ):
        return Severity.CRITICAL
    if any(each in (Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE) for each in affected.values()):
        return Severity.MAJOR
    return Severity.MINOR


def _again(impact: ServiceImpact, status: Status, *, failing: bool) -> ServiceImpact:
    worst = status if status.badness > impact.worst.badness else impact.worst
    return replace(impact, worst=worst, until=None, failing=impact.failing or failing)
