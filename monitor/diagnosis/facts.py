"""Facts for findings: the latest observation of each check, as a signal with its value."""

from collections.abc import Iterable
from itertools import islice

from monitor.diagnosis.finding import Fact
from monitor.diagnosis.scene import Scene
from monitor.model.change import Change
from monitor.model.observation import Observation
from monitor.model.signals import FAILING, WELL, SignalKind, SignalValue

MOST_FACTS = 4


def facts(signal: SignalKind, observations: Iterable[Observation]) -> tuple[Fact, ...]:
    """Return *signal* as seen in the last of *observations* of each check, a few checks at most."""
    last = {each.check: each for each in observations}
    return tuple(
        Fact(
            signal=signal,
            value=_value(signal, each),
            component=each.component,
            check=each.check,
            at=each.started_at,
            detail=_detail(signal, each),
        )
        for each in list(last.values())[:MOST_FACTS]
    )


def latencies(scene: Scene, observations: Iterable[Observation]) -> tuple[Fact, ...]:
    """Return how long the observations took, each beside what is usual for its check."""
    usual = scene.case.baselines
    return tuple(
        Fact(
            signal=each.signal,
            value=each.value,
            component=each.component,
            check=each.check,
            at=each.at,
            detail=f"usually {usual[each.check]:.3f} s" if each.check in usual else "",
        )
        for each in facts(SignalKind.LATENCY_SECONDS, observations)
    )


def status_fact(scene: Scene, signal: SignalKind, component: str) -> Fact:
    """Return the status of another component as a fact, with its last attempt."""
    latest = scene.latest(component)
    at = max((each.started_at for each in latest), default=scene.now)
    return Fact(
        signal=signal,
        value=FAILING if scene.is_troubled(component) else WELL,
        component=component,
        check=latest[-1].check if latest else "",
        at=at,
    )


def statuses(scene: Scene, signal: SignalKind, components: Iterable[str]) -> tuple[Fact, ...]:
    """Return the statuses of the first few of *components* as facts; no more are looked for."""
    return tuple(status_fact(scene, signal, each) for each in islice(components, MOST_FACTS))


def change_fact(change: Change) -> Fact:
    """Return a reported change as a fact."""
    return Fact(
        signal=SignalKind.CHANGE,
        value=change.version,
        component=change.component,
        check="",
        at=change.at,
        detail=change.kind,
    )


def _value(signal: SignalKind, observation: Observation) -> SignalValue:
    if signal is SignalKind.LATENCY_SECONDS:
        return round(observation.duration_seconds, 4)
    if signal is SignalKind.STAGE_REACHED:
        return observation.stage.value if observation.stage else ""
    seen = observation.signal(signal)
    if seen is not None:
        return seen
    return observation.failure.kind.value if observation.failure else observation.outcome.value


def _detail(signal: SignalKind, observation: Observation) -> str:
    if signal is SignalKind.FAILURE_KIND and observation.failure is not None:
        return f"at {observation.failure.stage.value}"
    return ""
