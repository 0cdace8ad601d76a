"""Cases for the diagnosis, laid out of the engine's memory."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from monitor.diagnosis.case import Case
from monitor.engine.memory import Memory
from monitor.maintenance.scope import Excuse, Trouble, excuse
from monitor.model.graph import Graph
from monitor.model.incident import Onset
from monitor.model.maintenance import Window
from monitor.model.platform import ComponentKind

INSIDE = (ComponentKind.SERVER, ComponentKind.DATABASE)
# So many show how we are; more would make each judgement of a large platform slow.
FEW = 4


def case_of(memory: Memory, component: str, now: datetime) -> Case:
    """Return all that is known about the failing *component*."""
    onset = memory.onset_of(component, now)
    names = relevant_checks(memory, component)
    return Case(
        component=component,
        onset=onset,
        graph=memory.graph,
        own=dict(memory.own),
        checks={name: memory.checks[name] for name in names},
        states={name: memory.states[name] for name in names},
        recent={name: tuple(memory.recent[name]) for name in names},
        baselines=memory.baselines(names, onset.first_failure_at),
        changes=tuple(memory.changes),
        excusing=excusing_window(memory, component, onset, now),
    )


def relevant_checks(memory: Memory, component: str) -> tuple[str, ...]:
    """Return the checks of all that could explain the failure or speak against an explanation.

    These are the component, what it needs, what needs it and what else that needs, the databases
    that servers it needs may wait for, and every third party and network path: those that work show
    that our own way out is open. Where nothing needs the component, a few of our own speak for us.
    """
    graph = memory.graph
    dependants = graph.all_needed_by(component)
    near = {component, *graph.all_needs(component), *dependants}
    near |= {each for name in dependants for each in graph.needs(name)}
    near |= {each for name in graph.all_needs(component) for each in _databases_beside(graph, name)}
    if not dependants:
        near |= set(islice(_own(memory), FEW))
    outside = (ComponentKind.THIRD_PARTY, ComponentKind.NETWORK)
    return tuple(
        name
        for name, check in memory.checks.items()
        if name not in memory.muted
        and (
            check.canary
            or check.component in near
            or graph.components[check.component].kind in outside
        )
    )


def _own(memory: Memory) -> Iterator[str]:
    """Yield the watched servers and databases, in the order of the configuration."""
    for name, component in memory.graph.components.items():
        if component.kind in INSIDE and memory.checks_of.get(name):
            yield name


def _databases_beside(graph: Graph, name: str) -> Iterator[str]:
    for each in graph.companions(name):
        if each in graph.components and graph.components[each].kind is ComponentKind.DATABASE:
            yield each


def excusing_window(memory: Memory, component: str, onset: Onset, now: datetime) -> Window | None:
    """Return the window in progress that explains the component's failure, if one does."""
    trouble = Trouble(component=component, onset=onset, status=memory.own[component])
    until = memory.failing_until(component, now)
    return next(
        (
            window
            for window in memory.windows.values()
            if excuse(window, trouble, memory.graph, until) is Excuse.EXPECTED
        ),
        None,
    )
