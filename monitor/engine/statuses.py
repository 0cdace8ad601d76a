"""From check states to the words that are shown, with a transition for each change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from monitor.engine.cover import Cover, cover_of
from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.model.maintenance import Window, WindowStatus
from monitor.model.status import Status, StatusView, Transition
from monitor.status.derive import (
    component_status,
    effective_statuses,
    only_figures,
    only_limits_near,
    without,
)


def refresh(memory: Memory, draft: Draft, *, blind: bool) -> None:
    """Bring all statuses in line; *blind* means that the monitor cannot trust what it sees.

    Only what moved, and what depends on it, is computed anew, unless windows or sight changed.
    """
    changed = _refresh_own(memory, draft.now)
    windows = active_windows(memory)
    cover = cover_of(memory, windows, draft.now)
    memory.excused = cover.excused
    in_time = [each for each in windows if draft.now < each.end]
    planned = cover if in_time == windows else cover_of(memory, in_time, draft.now)
    declared = memory.declared()
    shading = (blind, cover, planned, declared)
    if shading == memory.shading:
        names = {*changed, *(each for name in changed for each in memory.graph.all_needed_by(name))}
    else:
        names = set(memory.graph.order())
        memory.shading = shading
    if not names:
        return
    observed = _observed(memory, names)
    worldly = _worldly(memory, cover, observed)
    worldly_planned = worldly if planned is cover else _worldly(memory, planned, observed)
    for name in sorted(names, key=memory.graph.position):
        status = observed[name]
        shown = Status.UNKNOWN if blind else cover.shown(name, status, worldly[name])
        # What a person declared is known, whatever probes see or cannot see.
        if name in declared and shown is not Status.MAINTENANCE:
            shown = _worse(shown, declared[name])
        is_planned = shown is planned.shown(name, status, worldly_planned[name])
        _show(
            memory,
            draft,
            _Word(name, status, shown, shown is Status.MAINTENANCE and is_planned),
        )


def _worldly(memory: Memory, cover: Cover, observed: Mapping[str, Status]) -> Mapping[str, Status]:
    """Return the statuses as they would be if all that is excused worked."""
    return _observed(memory, observed, cover.excused) if cover.excused else observed


def _observed(
    memory: Memory, names: Iterable[str], excused: frozenset[str] = frozenset()
) -> Mapping[str, Status]:
    """Return what is seen of *names*; what nobody feels stays with its component."""
    statuses = effective_statuses(memory.graph, without(memory.felt(), excused), names)
    unfelt = (memory.unfelt - excused) & statuses.keys()
    if not unfelt:
        return statuses
    own = {name: _worse(statuses[name], memory.own[name]) for name in unfelt}
    return {**statuses, **own}


def _worse(first: Status, second: Status) -> Status:
    return max(first, second, key=lambda each: each.badness)


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
    changed |= {name for name in needed if _refresh_one(memory, name, now)}
    return changed | _refresh_felt(memory, now)


def _refresh_felt(memory: Memory, now: datetime) -> frozenset[str]:
    """Settle which troubles stay with their component; return for which of them that changed."""
    before = memory.unfelt
    memory.nearing &= memory.own.keys()
    memory.strained &= memory.own.keys()
    memory.unfelt = frozenset(
        {*memory.nearing, *(each for each in memory.strained if _shows_above(memory, each))}
    )
    for name in (before - memory.unfelt) & memory.strained:
        memory.felt_since[name] = now
    memory.felt_since = {
        name: at
        for name, at in memory.felt_since.items()
        if name in memory.strained - memory.unfelt
    }
    return before ^ memory.unfelt


def _shows_above(memory: Memory, name: str) -> bool:
    """Whether all that needs *name* is watched itself, so that it would show who suffers."""
    return all(memory.is_watched(each) for each in memory.graph.needed_by(name))


def _refresh_one(memory: Memory, name: str, now: datetime) -> bool:
    before = memory.own.get(name), name in memory.nearing, name in memory.strained
    dependant_fails = any(
        memory.own.get(other, Status.UNKNOWN).is_bad for other in memory.graph.needed_by(name)
    )
    states = memory.states_of(name)
    status = component_status(
        memory.graph.components[name], states, dependant_fails=dependant_fails
    )
    memory.own[name] = status
    nears = status is Status.DEGRADED and only_limits_near(states)
    strained = status.is_bad and not nears and only_figures(states)
    (memory.nearing.add if nears else memory.nearing.discard)(name)
    (memory.strained.add if strained else memory.strained.discard)(name)
    if not status.is_bad:
        memory.bad_since.pop(name, None)
    else:
        memory.bad_since.setdefault(name, now)
    return (status, nears, strained) != before


def active_windows(memory: Memory) -> list[Window]:
    """Return the windows whose work is going on as planned."""
    return [each for each in memory.windows.values() if each.status is WindowStatus.IN_PROGRESS]


class _Word(NamedTuple):
    """What is to be shown of a component or service."""

    name: str
    observed: Status
    shown: Status
    planned: bool


def _show(memory: Memory, draft: Draft, word: _Word) -> None:
    name, observed, shown, planned = word
    before = memory.views.get(name) or _restored(memory, name)
    same = before is not None and (before.observed, before.displayed, before.planned) == word[1:]
    if before is not None and same:
        memory.views[name] = before
        return
    same_word = before is not None and before.displayed is shown
    memory.views[name] = StatusView(
        name=name,
        observed=observed,
        displayed=shown,
        since=before.since if before is not None and same_word else draft.now,
        updated_at=draft.now,
        planned=planned,
        last_known=_last_known(before, shown),
    )
    draft.transitions.append(
        Transition(
            subject_kind="component" if name in memory.graph.components else "service",
            subject=name,
            at=draft.now,
            observed=observed.value,
            displayed=shown.value,
            planned=planned,
        )
    )


def _last_known(before: StatusView | None, shown: Status) -> Status:
    if shown is not Status.UNKNOWN:
        return shown
    return Status.OPERATIONAL if before is None else before.last_known


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
        planned=saved.planned,
        last_known=Status.OPERATIONAL if displayed is Status.UNKNOWN else displayed,
    )
