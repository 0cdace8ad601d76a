"""Figures that say something by themselves: beyond a value that is bad anywhere, or a limit."""

from collections.abc import Mapping

from monitor.diagnosis.facts import facts
from monitor.diagnosis.finding import Fact
from monitor.diagnosis.scene import limits_exceeded
from monitor.diagnosis.suspect import Suspect
from monitor.model.observation import Observation
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
