"""Status of components from their checks, and of everything from what it depends on."""

from collections.abc import Iterable, Mapping, Sequence

from monitor.model.graph import Graph
from monitor.model.platform import Component, Dependency, Service
from monitor.model.status import CheckState, Condition, Status

# No data ranks between slow and broken: it must not hide an outage nor invent one.
_RANK = {
    Status.OPERATIONAL: 0.0,
    Status.DEGRADED: 1.0,
    Status.UNKNOWN: 1.5,
    Status.PARTIAL_OUTAGE: 2.0,
    Status.MAJOR_OUTAGE: 3.0,
}


def component_status(
    component: Component, states: Sequence[CheckState], *, dependant_fails: bool = False
) -> Status:
    """Return what the component's own checks say.

    A check that never once worked counts only where another check of the component or a
    dependant fails too; else it is misconfigured, a matter for operators.
    """
    failing = [each for each in states if each.condition is Condition.FAILED]
    trusted = dependant_fails or len(failing) > 1
    usable = [each for each in states if trusted or not each.is_misconfigured]
    known = [each for each in usable if each.condition is not Condition.UNKNOWN]
    if not known:
        return Status.UNKNOWN if states else Status.OPERATIONAL
    threshold = component.fails_when.threshold(len(usable))
    failed = sum(each.condition is Condition.FAILED for each in known)
    slow = sum(each.condition is Condition.DEGRADED for each in known)
    if failed >= threshold:
        return Status.MAJOR_OUTAGE if failed == len(known) else Status.PARTIAL_OUTAGE
    if failed + slow >= threshold:
        return Status.DEGRADED
    # Beside a failure, what is not seen may be the one that matters.
    unseen = len(usable) - len(known)
    is_open = failed + slow > 0 and failed + slow + unseen >= threshold
    return Status.UNKNOWN if is_open else Status.OPERATIONAL


def only_limits_near(states: Sequence[CheckState]) -> bool:
    """Whether limits that come near are all that is wrong with a component of these checks."""
    bad = _bad(states)
    return bool(bad) and all(each.is_forecast for each in bad)


def only_figures(states: Sequence[CheckState]) -> bool:
    """Whether figures beyond limits are all that is wrong with a component of these checks."""
    bad = _bad(states)
    return bool(bad) and all(each.is_figure for each in bad)


def _bad(states: Sequence[CheckState]) -> list[CheckState]:
    return [
        each
        for each in states
        if each.condition in (Condition.FAILED, Condition.DEGRADED) and not each.is_misconfigured
    ]


def is_unstable(component: Component, states: Sequence[CheckState]) -> bool:
    """Whether flapping checks decide about the component: with them as bad, it would be bad."""
    usable = [each for each in states if not each.is_misconfigured]
    flapping = sum(each.flapping for each in usable)
    bad = sum(
        each.condition in (Condition.FAILED, Condition.DEGRADED) and not each.flapping
        for each in usable
    )
    return bool(flapping) and flapping + bad >= component.fails_when.threshold(len(usable))


def effective_statuses(
    graph: Graph, own: Mapping[str, Status], names: Iterable[str] | None = None
) -> Mapping[str, Status]:
    """Return the status of components and services with what their dependencies do to them.

    *names* are those asked for, by default all; what they need is in the answer too.
    """
    effective: dict[str, Status] = {}
    for name in graph.order() if names is None else _with_needs(graph, names):
        node: Component | Service = graph.components.get(name) or graph.services[name]
        shares = [_share(each, effective) for each in node.depends_on]
        effective[name] = _worst((own.get(name, Status.OPERATIONAL), *shares))
    return effective


def _with_needs(graph: Graph, names: Iterable[str]) -> Iterable[str]:
    """Return *names* and all they need, dependencies first."""
    wanted: set[str] = set()
    for name in names:
        wanted |= {name, *graph.all_needs(name)}
    return sorted(wanted, key=graph.position)


def without(own: Mapping[str, Status], excused: Iterable[str]) -> Mapping[str, Status]:
    """Return *own* as it would be if the *excused* components worked."""
    return {**own, **dict.fromkeys(excused, Status.OPERATIONAL)}


def _share(dependency: Dependency, effective: Mapping[str, Status]) -> Status:
    """Return what one dependency contributes: the required-best of its names decides."""
    statuses = sorted((effective[name] for name in dependency.names), key=_RANK.__getitem__)
    best = statuses[dependency.required - 1]
    if not dependency.soft:
        return best
    return Status.DEGRADED if best.is_bad else Status.OPERATIONAL


def _worst(statuses: Sequence[Status]) -> Status:
    worst = max(statuses, key=lambda each: each.badness)
    if worst.is_bad:
        return worst
    return Status.UNKNOWN if Status.UNKNOWN in statuses else Status.OPERATIONAL
