"""Whose failure it is: an open incident's, or the beginning of a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model.cause import Cause, Diagnosis
from monitor.model.graph import Graph
from monitor.model.identity import make_id
from monitor.model.incident import Incident, IncidentStatus, Onset, Origin
from monitor.model.signals import FAILING, SignalKind

# From this confidence on a verdict may say of two failures that they are one.
SURE = 0.8


class Relation(StrEnum):
    """How a newly confirmed component stands to an incident."""

    IMPACT = "impact"
    NEW_ROOT = "new_root"
    CONSEQUENCE = "consequence"
    RELAPSE = "relapse"
    OVERRUN = "overrun"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFailure:
    """A component whose failure is confirmed; *window* is the overrunning one that covers it."""

    component: str
    onset: Onset
    confirmed_at: datetime
    window: str | None = None


def relate(failure: ComponentFailure, incident: Incident, graph: Graph) -> Relation | None:
    """Return how *failure* belongs to *incident*, or None where it does not.

    Components that merely share a dependant or a dependency are incidents of their own, and so is
    what fails beside an incident that a person declared.
    """
    if incident.origin is Origin.PERSON:
        return None
    if incident.status is IncidentStatus.MONITORING:
        return Relation.RELAPSE if failure.component == incident.root else None
    if incident.status is not IncidentStatus.OPEN:
        return None
    if failure.window is not None and failure.window == incident.window:
        return Relation.OVERRUN
    if incident.root in graph.all_needs(failure.component):
        return Relation.IMPACT
    if failure.component not in graph.all_needs(incident.root):
        return None
    if failure.onset.is_clearly_after(_root_onset(incident)):
        return Relation.CONSEQUENCE
    return Relation.NEW_ROOT


def relate_by_verdict(
    failure: ComponentFailure, verdict: Diagnosis, incident: Incident, its_verdict: Diagnosis
) -> Relation | None:
    """Return how *failure*, of which the graph says nothing, belongs to *incident* by evidence.

    A server that waits for a store fails with it, also where nobody said that it needs the store
    itself: a sure *verdict* on the one that names the other as its seat makes them one incident.
    So does one that names a member, which fails for the root's sake. *its_verdict* is that on the
    incident. And what was lost together by one way, such as third parties behind our firewall, is
    one incident of that way.
    """
    if _is_lost_with(failure, verdict, incident, its_verdict):
        return Relation.CONSEQUENCE
    if verdict.component in incident.components and verdict.confidence >= SURE:
        return Relation.CONSEQUENCE
    if its_verdict.component == failure.component and its_verdict.confidence >= SURE:
        return Relation.NEW_ROOT
    return None


def _is_lost_with(
    failure: ComponentFailure, verdict: Diagnosis, incident: Incident, its_verdict: Diagnosis
) -> bool:
    """Whether *failure* was lost by the same way as a member of *incident*, or as its root.

    Evidence names only the first few of many: two that were lost at once with a third, which may
    not be confirmed yet, were so with each other.
    """
    lost = _lost_together(verdict)
    if lost & set(incident.components):
        return True
    root = _root_onset(incident)
    is_disjoint = failure.onset.is_clearly_after(root) or root.is_clearly_after(failure.onset)
    return not is_disjoint and bool(lost & _lost_together(its_verdict))


def _lost_together(verdict: Diagnosis) -> frozenset[str]:
    """Return whom a sure verdict on a way of ours names as lost by it too."""
    if verdict.cause is not Cause.NETWORK_FAULT or verdict.confidence < SURE:
        return frozenset()
    return frozenset(
        each.component
        for each in verdict.evidence
        if each.signal is SignalKind.SIBLING_STATUS and each.value == FAILING and not each.against
    )


def incident_id(component: str, started_at: datetime) -> str:
    """Return the id of the incident that begins with *component* at *started_at*."""
    return make_id("inc", component, started_at.isoformat())


def left_behind(failure: ComponentFailure, incidents: Sequence[Incident]) -> Incident | None:
    """Return the incident whose root recovered while the member of *failure* did not.

    Such a member starts its confirmation anew; confirmed, it is an incident that follows. It
    follows once: when it fails again, much later, that is another matter.
    """
    name, began = failure.component, failure.onset.first_failure_at
    followed = {each.follows for each in incidents if each.root == name}
    candidates = [
        each
        for each in incidents
        if each.monitoring_at is not None
        and began <= each.monitoring_at
        and each.id not in followed
        and any(member.component == name and member.recovered_at is None for member in each.members)
    ]
    return max(candidates, key=lambda each: each.monitoring_at or each.updated_at, default=None)


def _root_onset(incident: Incident) -> Onset:
    onsets = [each.onset for each in incident.members if each.component == incident.root]
    return onsets[0] if onsets else Onset(last_ok_at=None, first_failure_at=incident.started_at)
