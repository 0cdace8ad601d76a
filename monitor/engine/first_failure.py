"""What a first failure calls for: a second look at it, and a fresh one at what may explain it."""

from monitor.engine.memory import Memory
from monitor.model.batch import ProbeRequest
from monitor.model.observation import Observation, Trigger


def probes_on_first_failure(memory: Memory, observation: Observation) -> list[ProbeRequest]:
    """Ask for one quick retry, and for fresh evidence of every dependency and canary."""
    check = memory.checks[observation.check]
    requests = [
        ProbeRequest(check=name, trigger=Trigger.DEPENDENCY)
        for name in memory.evidence_on(check.component)
        if name != check.name and _is_older(memory, name, observation)
    ]
    retry = check.confirmation.retry_after_seconds
    if retry is not None and observation.trigger is not Trigger.RETRY:
        requests.append(ProbeRequest(check=check.name, trigger=Trigger.RETRY, delay_seconds=retry))
    return requests


def _is_older(memory: Memory, check: str, observation: Observation) -> bool:
    seen = memory.states[check].last_seen_at
    return seen is None or seen < observation.started_at
