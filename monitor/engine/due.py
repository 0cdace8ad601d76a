"""What time alone brings about: checks that fall silent, and when the next such thing is due."""

from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.model.status import Condition
from monitor.status.confirmation import expire


def expire_silent(memory: Memory, draft: Draft) -> None:
    """Let checks that were not seen for three intervals become unknown."""
    now = draft.now
    since_reckoned = now - memory.reckoned_from
    for name, state in memory.states.items():
        seen, patience = state.last_seen_at, memory.patience[name]
        if seen is None or now - seen <= patience or since_reckoned <= patience:
            continue
        if state.condition is Condition.UNKNOWN:
            continue
        gone = expire(state, now, memory.checks[name].interval_seconds)
        memory.states[name] = gone
        draft.tell_check(gone)
        memory.moved.add(gone.component)
        memory.is_dirty = True
