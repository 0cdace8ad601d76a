"""What a first failure calls for: a second look at it, and a fresh one at what may explain it."""

from monitor.engine.memory import Memory
from monitor.model.batch import ProbeRequest
from monitor.model.observation import Observation, Trigger
from monitor.model.status import CheckState
from monitor.status.confirmation import is_suspect


def probes_on_first_failure(
    memory: Memory, observation: Observation, state: CheckState
) -> list[ProbeRequest]:
    """Ask for fresh evidence of every dependency and canary, and for one quick retry.

    A failure that is confirmed at once, as *state* says, needs no retry.
    """
    check = memory.checks[observation.check]
    requests = [
        ProbeRequest(check=name, trigger=Trigger.DEPENDENCY)
        for name in memory.evidence_on(check.component)
        if name != check.name and _is_older(memory, name, observation)
    ]
    retry = check.confirmation.retry_after_seconds
    if retry is not None and is_suspect(state) and observation.trigger is not Trigger.RETRY:
        requests.append(ProbeRequest(check=check.name, trigger=Trigger.RETRY, delay_seconds=retry))
    return requests


def _is_older(memory: Memory, check: str, observation: Observation) -> bool:
    seen = memory.states[check].last_seen_at
    return seen is None or seen < observation.started_at
