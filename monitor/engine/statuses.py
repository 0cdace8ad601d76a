"""From check states to the words that are shown, with a transition for each change."""

from dataclasses import dataclass
from datetime import datetime

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.maintenance.scope import scope
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.status import Status, StatusView, Transition
from monitor.status.derive import component_status, effective_statuses, without


@dataclass(frozen=True, slots=True)
class _Cover:
    """What a window in progress covers: names in scope, and what it names itself."""

    scope: frozenset[str]
    named: frozenset[str]


def refresh(memory: Memory, draft: Draft, *, blind: bool) -> None:
    """Bring all statuses in line; *blind* means that the monitor cannot trust what it sees.

    Only what moved, and what depends on it, is computed anew, unless windows or sight changed.
    """
    changed = _refresh_own(memory, draft.now)
    cover = _cover(memory)
    shading = (blind, cover.scope, cover.named)
    if shading == memory.shading:
        names = {*changed, *(each for name in changed for each in memory.graph.all_needed_by(name))}
    else:
        names = set(memory.graph.order())
        memory.shading = shading
    if not names:
        return
    observed = effective_statuses(memory.graph, memory.own, names)
    excused = without(memory.own, _components(memory, cover))
    worldly = effective_statuses(memory.graph, excused, names) if cover.scope else observed
    for name in sorted(names, key=memory.graph.position):
        status = observed[name]
        shown = Status.UNKNOWN if blind else _shown(name, status, worldly[name], cover)
        _show(memory, draft, name, status, shown)


def _refresh_own(memory: Memory, now: datetime) -> set[str]:
    """Compute the own status of the components that moved; return those that changed."""
    moved, memory.moved = memory.moved, set()
    changed = {name for name in moved if _refresh_one(memory, name, now)}
    # A misconfigured check counts once something that needs it fails.
    needed = {
        each
        for name in changed
        for each in memory.graph.all_needs(name)
        if any(memory.states[check].is_misconfigured for check in memory.checks_of.get(each, ()))
    }
    return changed | {name for name in needed if _refresh_one(memory, name, now)}


def _refresh_one(memory: Memory, name: str, now: datetime) -> bool:
    before = memory.own.get(name)
    dependant_fails = any(
        memory.own.get(other, Status.UNKNOWN).is_bad for other in memory.graph.needed_by(name)
    )
    status = component_status(
        memory.graph.components[name], memory.states_of(name), dependant_fails=dependant_fails
    )
    memory.own[name] = status
    if not status.is_bad:
        memory.bad_since.pop(name, None)
    else:
        memory.bad_since.setdefault(name, now)
    return status is not before


def active_windows(memory: Memory) -> list[Window]:
    """Return the windows whose work is going on as planned."""
    return [each for each in memory.windows.values() if each.status is WindowStatus.IN_PROGRESS]


def _cover(memory: Memory) -> _Cover:
    windows = active_windows(memory)
    covered = frozenset(name for each in windows for name in scope(each, memory.graph))
    named = frozenset(name for each in windows for name in (*each.services, *each.components))
    return _Cover(covered, named)


def _components(memory: Memory, cover: _Cover) -> list[str]:
    return [name for name in cover.scope if name in memory.graph.components]


def _shown(name: str, status: Status, without_windows: Status, cover: _Cover) -> Status:
    if name in cover.named:
        return Status.MAINTENANCE
    if status.is_bad and not without_windows.is_bad and cover.scope:
        return Status.MAINTENANCE
    return status


def _show(memory: Memory, draft: Draft, name: str, observed: Status, shown: Status) -> None:
    before = memory.views.get(name)
    if before is None:
        before = _restored(memory, name)
    if before is not None and (before.observed, before.displayed) == (observed, shown):
        memory.views[name] = before
        return
    kind = "component" if name in memory.graph.components else "service"
    same_word = before is not None and before.displayed is shown
    since = before.since if before is not None and same_word else draft.now
    last_known = before.last_known if before is not None else Status.OPERATIONAL
    memory.views[name] = StatusView(
        name=name,
        observed=observed,
        displayed=shown,
        since=since,
        updated_at=draft.now,
        last_known=last_known if shown is Status.UNKNOWN else shown,
    )
    draft.transitions.append(
        Transition(
            subject_kind=kind,
            subject=name,
            at=draft.now,
            observed=observed.value,
            displayed=shown.value,
        )
    )


def _restored(memory: Memory, name: str) -> StatusView | None:
    saved = memory.saved_view(name)
    if saved is None:
        return None
    displayed = Status(saved.displayed)
    return StatusView(
        name=name,
        observed=Status(saved.observed),
        displayed=displayed,
        since=saved.at,
        updated_at=saved.at,
        last_known=Status.OPERATIONAL if displayed is Status.UNKNOWN else displayed,
    )
