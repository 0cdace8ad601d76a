"""What a window covers: what it names, and the components that serve nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model.graph import Graph
from monitor.model.incident import Onset
from monitor.model.maintenance import PatternKind, Window, WindowSource, WindowStatus
from monitor.model.status import Status


class Excuse(StrEnum):
    """Whether a window explains a component's failure, and if not, why not."""

    EXPECTED = "expected"
    NOT_IN_PROGRESS = "not_in_progress"
    OUT_OF_SCOPE = "out_of_scope"
    FAILED_BEFORE = "failed_before"
    EXCEEDS_PATTERN = "exceeds_pattern"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A component's present failure, as a window judges it."""

    component: str
    onset: Onset
    status: Status


def scope(window: Window, graph: Graph) -> frozenset[str]:
    """Return the names in scope: the named ones and components all of whose dependants are.

    A component that something outside the window needs is never in scope by itself: its
    failure is an incident. What others announce covers only what they name.
    """
    covered = {*window.services, *window.components}
    if window.source is not WindowSource.OPERATOR:
        return frozenset(covered)
    for name in reversed(graph.order()):
        dependants = graph.needed_by(name)
        if name in graph.components and dependants and dependants <= covered:
            covered.add(name)
    return frozenset(covered)


def excuse(window: Window, trouble: Trouble, graph: Graph, now: datetime) -> Excuse:
    """Return whether *window* explains *trouble* at *now*."""
    return excuse_within(window, trouble, scope(window, graph), now)


def excuse_within(
    window: Window, trouble: Trouble, covered: frozenset[str], now: datetime
) -> Excuse:
    """Return the same of a window whose scope is known."""
    if window.status is not WindowStatus.IN_PROGRESS or window.actual_start is None:
        return Excuse.NOT_IN_PROGRESS
    if trouble.component not in covered:
        return Excuse.OUT_OF_SCOPE
    if failed_before(window, trouble.onset):
        return Excuse.FAILED_BEFORE
    if _exceeds(window, trouble, now):
        return Excuse.EXCEEDS_PATTERN
    return Excuse.EXPECTED


def failed_before(window: Window, onset: Onset) -> bool:
    """Whether a failure began before the work, or before anybody entered that."""
    begun = window.start if window.actual_start is None else min(window.start, window.actual_start)
    entered = window.approved_at or window.created_at
    return onset.first_failure_at < max(begun, entered)


def _exceeds(window: Window, trouble: Trouble, now: datetime) -> bool:
    expected = window.expected
    if expected.kind is PatternKind.FULL:
        return False
    if expected.kind is PatternKind.PARTIAL:
        return trouble.status is Status.MAJOR_OUTAGE
    too_long = now - trouble.onset.first_failure_at > timedelta(seconds=expected.max_seconds)
    return too_long or window.blips.get(trouble.component, 0) > expected.count
