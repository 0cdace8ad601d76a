"""Windows in the engine: their health, their steps, and the verdict on an overrun."""

from datetime import datetime
from functools import partial

from monitor.engine.calendar import advance_calendar
from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.maintenance import lifecycle
from monitor.maintenance.lifecycle import ScopeHealth
from monitor.maintenance.scope import scope
from monitor.model.cause import Candidate, Cause, Diagnosis
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.observation import Outcome
from monitor.model.signals import Evidence, SignalKind
from monitor.model.status import Condition, Status

OVERRUN_CONFIDENCE = 0.97
OUTAGES = frozenset({Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE})


def advance_windows(memory: Memory, draft: Draft) -> None:
    """Let every window take the steps that are due, those just planned as well."""
    advance_calendar(memory, draft)
    policy = memory.configuration.maintenance
    for key, window in list(memory.windows.items()):
        if window.status.is_ended:
            continue
        if memory.knows((*window.services, *window.components)):
            health = partial(scope_health, memory, window)
            after, events = lifecycle.advance(window, health, policy, draft.now)
        else:
            after, events = lifecycle.abandon(window, draft.now)
        memory.windows[key] = after
        memory.is_dirty |= after.status is not window.status
        draft.tell_window(after, events)


def scope_health(memory: Memory, window: Window) -> ScopeHealth:
    """Return what the last attempts of the checks in scope say."""
    components = [each for each in scope(window, memory.graph) if memory.checks_of.get(each)]
    if not components:
        return _health_of_named(memory, window)
    states = [
        state
        for name in components
        for state in memory.states_of(name)
        if not state.is_misconfigured
    ]
    failing = any(_fails(memory, name) for name in components)
    known = bool(states) and all(
        state.marks and state.condition is not Condition.UNKNOWN for state in states
    )
    return ScopeHealth(failing=failing, known=known, oldest_seen_at=memory.last_seen(components))


def _fails(memory: Memory, component: str) -> bool:
    """Whether so many of the last attempts on *component* failed as it takes for it to fail."""
    states = [each for each in memory.states_of(component) if not each.is_misconfigured]
    failed = [each for each in states if each.marks and each.marks[-1].outcome is Outcome.FAILED]
    return len(failed) >= memory.graph.components[component].fails_when.threshold(len(states))


def _health_of_named(memory: Memory, window: Window) -> ScopeHealth:
    """Return the health of a window that owns no check: all its services need, others need too."""
    named = [each for each in (*window.services, *window.components) if each in memory.views]
    needed = {each for name in named for each in memory.graph.all_needs(name)}
    words = {memory.views[each].observed for each in named}
    return ScopeHealth(
        failing=bool(words & OUTAGES),
        known=bool(words) and Status.UNKNOWN not in words,
        oldest_seen_at=memory.last_seen(needed),
    )


def overrunning_window(memory: Memory, component: str) -> Window | None:
    """Return the overrunning window that has *component* in its scope."""
    return next(
        (
            window
            for window in memory.windows.values()
            if window.status is WindowStatus.OVERRUNNING
            and component in scope(window, memory.graph)
        ),
        None,
    )


def overrun_diagnosis(window: Window, component: str, now: datetime) -> Diagnosis:
    """Return the verdict on a failure that outlasts its window."""
    evidence = Evidence(
        signal=SignalKind.WINDOW,
        value=window.id,
        component=component,
        check="",
        at=now,
        rule="window_overrun",
        weight=OVERRUN_CONFIDENCE,
        detail=f"planned end {window.end.isoformat()}, still failing",
    )
    verdict = Candidate(
        cause=Cause.MAINTENANCE,
        subcause="overrun",
        confidence=OVERRUN_CONFIDENCE,
        component=component,
    )
    return Diagnosis(
        cause=verdict.cause,
        subcause=verdict.subcause,
        confidence=verdict.confidence,
        component=component,
        evidence=(evidence,),
        candidates=(verdict,),
    )
