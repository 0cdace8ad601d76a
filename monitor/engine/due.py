"""What time alone brings about: silence, the end of mutes, reminders; and when it is due."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from monitor.engine.draft import Draft
from monitor.engine.memory import PLANNING, Memory
from monitor.engine.mutes import expire_mutes
from monitor.engine.reconcile import MAX_WAIT_SECONDS
from monitor.engine.reminders import remind_of_reports
from monitor.model.incident import IncidentStatus
from monitor.model.status import Condition
from monitor.status.confirmation import expire

# Silence counts once it is longer than patience, not when it is as long.
INSTANT = timedelta(microseconds=1)
# How long a component may wait for the verdict on what it depends on, and a second more.
_LONGEST_WAIT = timedelta(seconds=MAX_WAIT_SECONDS + 1)


def do_due(memory: Memory, draft: Draft) -> None:
    """Do what is due and needs no look at the graph."""
    expire_silent(memory, draft)
    expire_mutes(memory, draft)
    remind_of_reports(memory, draft)


def expire_silent(memory: Memory, draft: Draft) -> None:
    """Let checks that were not seen for three intervals become unknown."""
    now = draft.now
    for name, state in memory.states.items():
        if not is_silent(memory, name, now) or state.condition is Condition.UNKNOWN:
            continue
        gone = expire(state, now, memory.checks[name].interval_seconds)
        memory.states[name] = gone
        draft.tell_check(gone)
        memory.moved.add(gone.component)
        memory.is_dirty = True


def is_silent(memory: Memory, name: str, now: datetime) -> bool:
    """Whether the check was once seen, and for too long no more."""
    seen, patience = memory.states[name].last_seen_at, memory.patience[name]
    return seen is not None and now - seen > patience and now - memory.reckoned_from > patience


def is_unsettled(memory: Memory) -> bool:
    """Whether every second counts: something fails, is watched, or is being worked on."""
    return (
        bool(memory.bad_since)
        or any(not each.status.is_ended for each in memory.incidents.values())
        or any(each.status.is_active for each in memory.windows.values())
    )


def next_silence(memory: Memory, names: Iterable[str]) -> datetime | None:
    """Return when the first of the checks *names* will have been silent for too long."""
    moments = [
        max(state.last_seen_at, memory.reckoned_from) + memory.patience[name] + INSTANT
        for name in names
        if (state := memory.states[name]).last_seen_at is not None
        and state.condition is not Condition.UNKNOWN
    ]
    return min(moments, default=None)


def next_due(memory: Memory, now: datetime) -> datetime:
    """Return the next moment after *now* at which time alone, but for silence, changes something.

    For a simulated clock, which may leap to it; the running monitor looks once a second.
    """
    return min(each for each in _moments(memory, now) if each > now)


def _moments(memory: Memory, now: datetime) -> Iterator[datetime]:
    for incident in memory.incidents.values():
        if incident.status is IncidentStatus.MONITORING and incident.recovered_at is not None:
            yield incident.recovered_at + timedelta(
                seconds=memory.configuration.watch.seconds_for(incident.effective_severity)
            )
    if any(now - since < _LONGEST_WAIT for since in memory.bad_since.values()):
        yield now + timedelta(seconds=1)
    # Plans, reminders and warnings of windows are exact to the hour here.
    yield now + timedelta(hours=1 if _has_calendar(memory) else 24)
    for window in memory.windows.values():
        if not window.status.is_ended:
            yield window.start
            yield window.end
            grace = memory.configuration.maintenance.overrun_grace_seconds
            yield window.end + timedelta(seconds=grace)


def _has_calendar(memory: Memory) -> bool:
    """Whether there are windows, or something that may bring them."""
    has_plans = bool(memory.windows or memory.series or memory.configuration.calendar)
    return has_plans or any(each.type in PLANNING for each in memory.checks.values())
