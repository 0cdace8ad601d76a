"""Grey failures: a check that fails again and again, never often enough in a row to confirm."""

from dataclasses import replace
from math import ceil

from monitor.model.check import Confirmation
from monitor.model.observation import Observation, Outcome, Trigger
from monitor.model.status import CheckState, Condition, Loss

# One lost probe is none, however short the window is.
FEWEST = 2


def needed(policy: Confirmation) -> int | None:
    """Return how many failures of the last `grey_window` runs are a grey one; None is never."""
    if policy.grey_ratio <= 0:
        return None
    return max(FEWEST, ceil(policy.grey_ratio * policy.grey_window - 1e-9))


def count(
    state: CheckState, observation: Observation, policy: Confirmation
) -> tuple[int, tuple[Loss, ...]]:
    """Return runs and losses with one more; a quick retry is the same moment once more."""
    if observation.trigger is Trigger.RETRY:
        return state.runs, state.losses
    runs, losses = state.runs + 1, state.losses
    if losses:
        losses = tuple(each for each in losses if each.run > runs - policy.grey_window)
    if observation.outcome is Outcome.FAILED:
        goods = [each.at for each in state.marks if each.outcome is Outcome.OK]
        before = goods[-1] if goods else state.last_ok_at
        losses = (*losses, Loss(run=runs, at=observation.started_at, last_ok_at=before))
    return runs, losses


def judge(state: CheckState, policy: Confirmation) -> CheckState:
    """Return *state* as degraded where too many of the last runs failed, else unchanged."""
    enough = needed(policy)
    if enough is None or len(state.losses) < enough:
        return state
    first = state.losses[0]
    return replace(
        state,
        condition=Condition.DEGRADED,
        since=max(first.at, state.since or first.at),
        bad_since=first.at,
        good_since=None,
        last_ok_at=first.last_ok_at,
        is_grey=True,
    )


def is_past(state: CheckState, policy: Confirmation) -> bool:
    """Whether a grey failure is over: half as many failures are left, so that it does not flap."""
    enough = needed(policy)
    return not state.is_grey or enough is None or 2 * len(state.losses) < enough


def forget(state: CheckState) -> CheckState:
    """Return *state* with nothing counted: what was before a recovery counts no more."""
    return replace(state, runs=0, losses=(), is_grey=False)
