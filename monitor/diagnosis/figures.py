"""Figures that say something by themselves: beyond a value that is bad anywhere, or a limit."""

from collections.abc import Mapping

from monitor.diagnosis.facts import facts
from monitor.diagnosis.finding import Fact
from monitor.diagnosis.scene import Scene
from monitor.diagnosis.suspect import Suspect
from monitor.diagnosis.tables import OBSERVERS
from monitor.model.figures import limits_exceeded
from monitor.model.observation import Observation, Outcome
from monitor.model.platform import ComponentKind
from monitor.model.signals import SignalKind

# From which value on a figure of a host is bad, whatever limits its check has.
LARGE: Mapping[SignalKind, float] = {
    SignalKind.CPU_PRESSURE_RATIO: 0.25,
    SignalKind.THROTTLED_RATIO: 0.25,
    SignalKind.CPU_USED_RATIO: 0.9,
    SignalKind.MEMORY_PRESSURE_RATIO: 0.05,
    SignalKind.OOM_KILLS: 1,
    SignalKind.IO_PRESSURE_RATIO: 0.2,
    SignalKind.LISTEN_OVERFLOW_RATE: 0.01,
    SignalKind.FD_USED_RATIO: 0.9,
    SignalKind.CONNTRACK_USED_RATIO: 0.9,
    SignalKind.RETRANSMIT_RATIO: 0.02,
    SignalKind.PACKET_LOSS_RATIO: 0.05,
    SignalKind.CONNECTIONS_USED_RATIO: 0.95,
}
SMALL: Mapping[SignalKind, float] = {
    SignalKind.MEMORY_AVAILABLE_RATIO: 0.05,
    SignalKind.DISK_FREE_RATIO: 0.05,
    SignalKind.INODES_FREE_RATIO: 0.05,
    SignalKind.SYNCOOKIES_RECV_RATIO: 0.3,
}
# Slower than usual without being late: so many times, and more than noise.
SLOWER_FACTOR = 2.0
SLOWER_FLOOR_SECONDS = 0.02
_FEW_ANSWERS = 2
PROCESSOR = (
    SignalKind.CPU_PRESSURE_RATIO,
    SignalKind.THROTTLED_RATIO,
    SignalKind.CPU_USED_RATIO,
)
MEMORY = (
    SignalKind.MEMORY_PRESSURE_RATIO,
    SignalKind.OOM_KILLS,
    SignalKind.MEMORY_AVAILABLE_RATIO,
)


def bad_figures(suspect: Suspect, *kinds: SignalKind) -> tuple[Fact, ...]:
    """Return where figures of *kinds* are bad since the onset, at the suspect or below it."""
    return tuple(
        fact
        for kind in kinds
        for fact in facts(
            kind,
            (
                each
                for name in suspect.ground
                if suspect.scene.tells(name, kind)
                for each in suspect.with_signal(kind, name)
                if _is_bad(kind, each)
            ),
        )
    )


def late_above(suspect: Suspect) -> tuple[Observation, ...]:
    """Return the late answers of servers that stand on the suspect."""
    return tuple(each for name in suspect.load for each in Suspect(suspect.scene, name).slow)


def slower_above(suspect: Suspect) -> tuple[Observation, ...]:
    """Return answers of servers that stand on the suspect, if a check's take twice as long.

    A quarter of a check's answers since the onset is enough, but not one of several: a machine
    that is short of something lets many pass as ever. They need not be late.
    """
    scene = suspect.scene
    graph = scene.case.graph
    above = (name for name in sorted(graph.all_needed_by(suspect.component)))
    servers = [
        name
        for name in above
        if name in graph.components and scene.kind_of(name) is ComponentKind.SERVER
    ]
    return tuple(
        each
        for name in servers
        for check in scene.checks_of(name)
        for each in _slower(scene, [one for one in scene.seen(name) if one.check == check])
    )


def _slower(scene: Scene, seen: list[Observation]) -> list[Observation]:
    answers = [each for each in seen if each.outcome is not Outcome.FAILED]
    slower = [each for each in answers if _is_slower(scene, each)]
    is_single = len(slower) == 1 and len(answers) > _FEW_ANSWERS
    return slower if 4 * len(slower) >= len(answers) and not is_single else []


def _is_slower(scene: Scene, observation: Observation) -> bool:
    usual = scene.case.baselines.get(observation.check)
    if usual is None or observation.type in OBSERVERS:
        return False
    limit = max(SLOWER_FACTOR * usual, usual + SLOWER_FLOOR_SECONDS)
    return observation.duration_seconds >= limit


def is_pressed_by(suspect: Suspect) -> bool:
    """Whether servers are late that stand on the suspect, which is short of what they need."""
    return bool(bad_figures(suspect, *PROCESSOR, *MEMORY)) and bool(late_above(suspect))


def _is_bad(kind: SignalKind, observation: Observation) -> bool:
    value = float(observation.signal(kind) or 0)
    if kind in limits_exceeded(observation):
        return True
    if kind in SMALL:
        return value < SMALL[kind]
    return value >= LARGE.get(kind, 1.0)
