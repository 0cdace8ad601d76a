"""Confirmation of one check's condition: k of the last n confirm, m good ones in a row recover."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model.check import Confirmation
from monitor.model.figures import is_forecast, is_strain
from monitor.model.observation import Observation, Outcome
from monitor.model.status import CheckState, Condition, Mark
from monitor.status import flapping, grey

STALE_AFTER_INTERVALS = 3
_BAD = (Outcome.FAILED, Outcome.DEGRADED)
_IS_BAD = (Condition.FAILED, Condition.DEGRADED)


def observe(state: CheckState, observation: Observation, policy: Confirmation) -> CheckState:
    """Return *state* after *observation*; a missed run is no data and changes nothing."""
    if observation.outcome is Outcome.MISSED:
        return state
    mark = Mark(
        observation.outcome,
        observation.started_at,
        is_forecast(observation),
        is_strain(observation),
    )
    kept = max(policy.window, policy.recoveries)
    if is_steady(state) and mark.outcome is Outcome.OK:
        return _still_good(state, mark, kept)
    flips = _flips(state, mark.outcome) if policy.detect_flapping else 0
    runs, losses = grey.count(state, observation, policy)
    seen = replace(
        state,
        marks=(*state.marks, mark)[-kept:],
        last_seen_at=mark.at,
        ever_succeeded=state.ever_succeeded or observation.succeeded,
        flips=flips,
        flapping=flapping.is_flapping(flips, was_flapping=state.flapping),
        runs=runs,
        losses=losses,
    )
    if state.condition in _IS_BAD:
        return _explained(_while_bad(seen, policy), policy)
    settled = _while_good(seen, policy)
    if settled.condition not in _IS_BAD:
        settled = grey.judge(settled, policy)
    return _explained(settled, policy)


def is_steady(state: CheckState) -> bool:
    """Whether a good attempt more would change nothing but times: nothing bad lies behind it."""
    is_well = state.condition is Condition.OK and state.bad_since is None
    return is_well and not state.flips and not state.losses


def patience(interval_seconds: float) -> timedelta:
    """Return how long a check may be silent before its condition is unknown."""
    return timedelta(seconds=STALE_AFTER_INTERVALS * interval_seconds + 5)


def expire(state: CheckState, now: datetime, interval_seconds: float) -> CheckState:
    """Return *state* as unknown where nothing was seen of the check for three intervals."""
    if state.condition is Condition.UNKNOWN or state.last_seen_at is None:
        return state
    if now - state.last_seen_at <= patience(interval_seconds):
        return state
    return forget_failure(state, now)


def lapse(state: CheckState, at: datetime, limit: timedelta) -> CheckState:
    """Return *state* as an attempt *at* finds it: without suspicions that are older than *limit*.

    Nobody saw how it went on, for the monitor was away or asleep.
    """
    suspicious = is_suspect(state) or (state.losses and state.condition not in _IS_BAD)
    if not suspicious or state.last_seen_at is None or at - state.last_seen_at <= limit:
        return state
    return forget_failure(state, at)


def forget_failure(state: CheckState, now: datetime) -> CheckState:
    """Return *state* as unknown, with nothing counted that could confirm a failure."""
    return replace(
        grey.forget(forget_reason(state)),
        condition=Condition.UNKNOWN,
        since=now,
        marks=(),
        bad_since=None,
        good_since=None,
    )


def is_suspect(state: CheckState) -> bool:
    """Whether a bad attempt waits for its confirmation."""
    return state.bad_since is not None and state.condition in (Condition.OK, Condition.UNKNOWN)


def confirmed_after(state: CheckState, moment: datetime, policy: Confirmation) -> bool:
    """Whether the attempts after *moment* alone confirm that the check is bad."""
    bad = [each for each in state.marks if each.at > moment and each.outcome in _BAD]
    lost = [each for each in state.losses if each.at > moment]
    is_grey = state.is_grey and len(lost) >= (grey.needed(policy) or 0)
    return len(bad) >= policy.failures or is_grey


def _explained(state: CheckState, policy: Confirmation) -> CheckState:
    """Return *state* with whether figures are why it is bad: more has to be confirmed as well."""
    if state.condition not in _IS_BAD:
        return forget_reason(state)
    if state.is_grey:
        return replace(forget_reason(state), hurts_since=state.bad_since)
    bad = [each for each in state.marks[-policy.window :] if each.outcome in _BAD]
    if not bad:
        return state
    figures = [each for each in bad if each.is_figure]
    others = [each.at for each in bad if not each.is_figure]
    if not figures or len(others) >= policy.failures:
        since = state.hurts_since or min(others)
        return replace(state, is_figure=False, is_forecast=False, hurts_since=since)
    is_forecast = all(each.is_forecast for each in figures)
    return replace(state, is_figure=True, is_forecast=is_forecast, hurts_since=None)


def forget_reason(state: CheckState) -> CheckState:
    """Return *state* with nothing said of why it is bad."""
    return replace(state, is_figure=False, is_forecast=False, hurts_since=None)


def _flips(state: CheckState, outcome: Outcome) -> int:
    before = state.marks[-1].outcome if state.marks else None
    return flapping.note(state.flips, before, outcome)


def _while_good(state: CheckState, policy: Confirmation) -> CheckState:
    window = state.marks[-policy.window :]
    bad = [each for each in window if each.outcome in _BAD]
    if not bad:
        return _good(state)
    goods = [each.at for each in state.marks if each.outcome is Outcome.OK and each.at < bad[0].at]
    spell = replace(state, bad_since=bad[0].at, last_ok_at=goods[-1] if goods else state.last_ok_at)
    if len(bad) < policy.failures:
        return spell
    failed = [each for each in bad if each.outcome is Outcome.FAILED]
    condition = Condition.FAILED if len(failed) >= policy.failures else Condition.DEGRADED
    return replace(spell, condition=condition, since=bad[0].at, good_since=None)


def _still_good(state: CheckState, mark: Mark, kept: int) -> CheckState:
    """Return what `_good` would, at a fifth of the cost: nearly all attempts come here."""
    return CheckState(
        check=state.check,
        component=state.component,
        condition=Condition.OK,
        since=state.since,
        marks=(*state.marks, mark)[-kept:],
        last_ok_at=mark.at,
        last_seen_at=mark.at,
        ever_succeeded=True,
        runs=state.runs,
        mute=state.mute,
    )


def _good(state: CheckState) -> CheckState:
    at = state.marks[-1].at
    since = state.since if state.condition is Condition.OK else at
    return replace(
        state, condition=Condition.OK, since=since, bad_since=None, good_since=None, last_ok_at=at
    )


def _while_bad(state: CheckState, policy: Confirmation) -> CheckState:
    run = _trailing_good(state)
    if not run:
        worse = _confirmed_failed(state, policy)
        if worse:
            state = grey.forget(replace(state, condition=Condition.FAILED))
        return replace(state, good_since=None)
    good_since = state.good_since or run[0].at
    if len(run) < policy.recoveries or not grey.is_past(state, policy):
        return replace(state, good_since=good_since)
    state = grey.forget(state)
    # What was before the recovery counts no more: else one failure, or none, would end it.
    if all(each.outcome is Outcome.OK for each in run[-policy.recoveries :]):
        return replace(
            state,
            condition=Condition.OK,
            marks=run,
            since=good_since,
            bad_since=None,
            good_since=None,
            last_ok_at=run[-1].at,
        )
    return replace(state, condition=Condition.DEGRADED, marks=run, good_since=None)


def _trailing_good(state: CheckState) -> tuple[Mark, ...]:
    """Return the marks at the end that count as recovery from the present condition."""
    enough = (
        (Outcome.OK, Outcome.DEGRADED) if state.condition is Condition.FAILED else (Outcome.OK,)
    )
    run: list[Mark] = []
    for mark in reversed(state.marks):
        if mark.outcome not in enough:
            break
        run.insert(0, mark)
    return tuple(run)


def _confirmed_failed(state: CheckState, policy: Confirmation) -> bool:
    window = state.marks[-policy.window :]
    return sum(each.outcome is Outcome.FAILED for each in window) >= policy.failures
