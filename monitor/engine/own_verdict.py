"""The verdict that the monitor itself is at fault, and what it rests on."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from monitor.engine.memory import Memory
from monitor.model.cause import Candidate, Cause, Diagnosis
from monitor.model.fault import FaultKind, MonitorFault
from monitor.model.observation import Observation, Phase
from monitor.model.signals import Evidence, SignalKind

# Stands where a component's name does.
MONITOR = "monitor"
# A fault of ours is seen, not guessed.
CONFIDENCE = 0.95
MOST_EVIDENCE = 4
# That addresses answer by themselves says that the way is open.
BY_ADDRESS = 0.5


def own_verdicts(memory: Memory, lost: Iterable[Observation]) -> Iterator[Diagnosis]:
    """Yield a verdict per fault of the monitor; *lost* are runs that failed for want of names."""
    for fault in memory.faults.values():
        yield _verdict(fault, lost, _reached_by_address(memory, fault.started_at))


def _verdict(
    fault: MonitorFault, lost: Iterable[Observation], reached: Iterable[Observation]
) -> Diagnosis:
    """Return the verdict that *fault* is.

    *lost* are runs that failed for want of names, *reached* those that needed none and worked.
    """
    kind = fault.kind.value
    evidence: tuple[Evidence, ...] = ()
    if fault.kind is FaultKind.RESOLVER:
        evidence = (
            *(_name_lost(each) for each in islice(lost, MOST_EVIDENCE)),
            *(_address_reached(each) for each in islice(reached, MOST_EVIDENCE)),
        )
    candidate = Candidate(
        cause=Cause.MONITOR_FAULT, subcause=kind, confidence=CONFIDENCE, component=MONITOR
    )
    return Diagnosis(
        cause=Cause.MONITOR_FAULT,
        subcause=kind,
        confidence=CONFIDENCE,
        component=MONITOR,
        evidence=evidence,
        candidates=(candidate,),
    )


def _reached_by_address(memory: Memory, since: datetime) -> list[Observation]:
    """Return the last runs that worked since then and asked for no name, canaries first."""
    found = [
        each[-1]
        for name in dict.fromkeys((*memory.canaries(), *memory.recent))
        if (each := memory.recent[name]) and _is_by_address(each[-1])
    ]
    return [each for each in found if each.succeeded and each.started_at >= since]


def _is_by_address(observation: Observation) -> bool:
    """Whether a run connected, and no name was looked up for it."""
    return (
        Phase.CONNECT in observation.phases and observation.signal(SignalKind.RESOLVE_RCODE) is None
    )


def _name_lost(observation: Observation) -> Evidence:
    failure = observation.failure
    return Evidence(
        signal=SignalKind.FAILURE_KIND,
        value=failure.kind.value if failure is not None else "",
        component=observation.component,
        check=observation.check,
        at=observation.started_at,
        rule="no_name_resolves",
        weight=CONFIDENCE,
        detail=failure.detail if failure is not None else "",
    )


def _address_reached(observation: Observation) -> Evidence:
    return Evidence(
        signal=SignalKind.STAGE_REACHED,
        value=observation.stage.value if observation.stage else "",
        component=observation.component,
        check=observation.check,
        at=observation.started_at,
        rule="addresses_answer",
        weight=BY_ADDRESS,
    )
