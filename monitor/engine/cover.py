"""What the windows in progress cover: which failures they excuse, and what is shown meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.engine.memory import Memory
from monitor.maintenance.scope import Excuse, Trouble, excuse_within, failed_before, scope
from monitor.model.maintenance import PatternKind, Window
from monitor.model.status import Status
from monitor.status.derive import effective_statuses, without

_OUTAGES = (Status.PARTIAL_OUTAGE, Status.MAJOR_OUTAGE)


@dataclass(frozen=True, slots=True)
class Cover:
    """The components *excused*, names announced as off (*full*), and as disturbed (*named*).

    Excused are the components in scope but for those whose failure no window explains.
    """

    excused: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()

    def shown(self, name: str, observed: Status, worldly: Status) -> Status:
        """Return the word for *name*; *worldly* is its status if all that is excused worked.

        What was announced as off is under maintenance, whatever else fails. What was announced as
        disturbed, and what depends on it, is so where the work makes it worse than it would be;
        an outage that is not the work's is shown as what it is.
        """
        if name in self.full:
            return Status.MAINTENANCE
        if worldly in _OUTAGES:
            return worldly
        if observed.badness > worldly.badness or (name in self.named and not worldly.is_bad):
            return Status.MAINTENANCE
        return observed


def cover_of(memory: Memory, windows: Sequence[Window], now: datetime) -> Cover:
    """Return what *windows*, all of them in progress, cover at *now*."""
    if not windows:
        return Cover()
    scopes = {each.id: scope(each, memory.graph) for each in windows}
    named = frozenset(name for each in windows for name in _named(each))
    covered = {
        name for names in scopes.values() for name in names if name in memory.graph.components
    }
    excused = {
        name
        for name in covered
        if name not in memory.bad_since
        or any(_is_expected(memory, each, scopes[each.id], name, now) for each in windows)
    }
    full = frozenset(
        name
        for each in windows
        if each.expected.kind is PatternKind.FULL
        for name in _unspoiled(memory, each, now)
    )
    return Cover(excused=frozenset(excused), full=full, named=named)


def _is_expected(
    memory: Memory, window: Window, covered: frozenset[str], name: str, now: datetime
) -> bool:
    trouble = Trouble(component=name, onset=memory.onset_of(name, now), status=memory.own[name])
    until = memory.failing_until(name, now)
    return excuse_within(window, trouble, covered, until) is Excuse.EXPECTED


def _unspoiled(memory: Memory, window: Window, now: datetime) -> Iterable[str]:
    """Return what *window* names, but for what was broken before it and still is."""
    before = [
        name for name in memory.bad_since if failed_before(window, memory.onset_of(name, now))
    ]
    if not before:
        return _named(window)
    others = memory.own.keys() - set(before)
    statuses = effective_statuses(memory.graph, without(memory.felt(), others))
    return [name for name in _named(window) if not statuses.get(name, Status.UNKNOWN).is_bad]


def _named(window: Window) -> tuple[str, ...]:
    return (*window.services, *window.components)
