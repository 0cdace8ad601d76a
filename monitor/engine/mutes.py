"""Mutes: a person's word that a check says nothing of value for a while."""

from dataclasses import replace
from datetime import datetime

from monitor.engine.commands import CommandError, ConflictError, NotFoundError
from monitor.engine.draft import Draft
from monitor.engine.memory import Memory
from monitor.model.batch import Batch
from monitor.model.events import EventType
from monitor.model.identity import make_id
from monitor.model.status import CheckState, Mute

Done = tuple[CheckState, Batch]


def mute(
    memory: Memory, check: str, reason: str, author: str, until: datetime, now: datetime
) -> Done:
    """Take nothing from a check until *until*; it goes on being probed and recorded."""
    state = _state(memory, check)
    if until <= now:
        raise CommandError("the mute must end in the future")
    fresh = Mute(
        id=make_id("mut", check, now.isoformat()), reason=reason, author=author, at=now, until=until
    )
    draft = Draft(memory, now)
    muted = _note(memory, replace(state, mute=fresh))
    draft.tell_mute(muted, EventType.CHECK_MUTED, author)
    return muted, draft.batch()


def unmute(memory: Memory, check: str, author: str, now: datetime) -> Done:
    """Hear a check again before its time."""
    state = _state(memory, check)
    if not state.is_muted:
        raise ConflictError(f"the check {check!r} is not muted")
    draft = Draft(memory, now)
    return _end(memory, draft, state, author), draft.batch()


def expire_mutes(memory: Memory, draft: Draft) -> None:
    """Hear the checks again whose mute is over."""
    for name in sorted(memory.muted):
        state = memory.states[name]
        if state.mute is not None and state.mute.until <= draft.now:
            _end(memory, draft, state)


def _end(memory: Memory, draft: Draft, state: CheckState, by: str = "") -> CheckState:
    over = None if state.mute is None else replace(state.mute, ended_at=draft.now)
    heard = _note(memory, replace(state, mute=over))
    draft.tell_mute(heard, EventType.CHECK_UNMUTED, by)
    return heard


def _note(memory: Memory, state: CheckState) -> CheckState:
    memory.states[state.check] = state
    if state.is_muted:
        memory.muted.add(state.check)
    else:
        memory.muted.discard(state.check)
    memory.moved.add(state.component)
    memory.is_dirty = True
    return state


def _state(memory: Memory, check: str) -> CheckState:
    state = memory.states.get(check)
    if state is None:
        message = f"no check {check!r}"
        raise NotFoundError(message)
    return state
