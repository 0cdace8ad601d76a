"""A rule: what it looks for at a suspect, and what finding it says about a cause."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.diagnosis.finding import Finding
from monitor.diagnosis.suspect import Suspect
from monitor.model.cause import Cause
from monitor.model.signals import SignalKind

Weigh = Callable[[Suspect], Finding | None]

# What is concluded from observations; every other kind of signal is one that a probe reported.
CONCLUDED = frozenset(
    {
        SignalKind.ANNOUNCEMENT,
        SignalKind.CHANGE,
        SignalKind.DEPENDENCY_STATUS,
        SignalKind.FAILURE_KIND,
        SignalKind.LATENCY_BASELINE_SECONDS,
        SignalKind.LATENCY_SECONDS,
        SignalKind.SIBLING_STATUS,
        SignalKind.SIGNAL_STOPPED,
        SignalKind.STAGE_REACHED,
        SignalKind.SUCCESS_RATIO,
        SignalKind.WINDOW,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason to believe in a cause, or (*against*) to doubt it.

    *most* is the most its findings weigh, *signals* are the kinds its evidence carries; the
    documentation is tested against both. Rules of one *family* look at one thing in two ways, so
    that together they are one sign.
    """

    name: str
    most: float
    cause: Cause
    weigh: Weigh
    signals: tuple[SignalKind, ...]
    subcause: str = ""
    against: bool = False
    family: str = ""

    @property
    def sign(self) -> str:
        """What it is a sign of: itself, or its family."""
        return self.family or self.name

    @property
    def needs(self) -> frozenset[SignalKind]:
        """The kinds of which a probe must have reported one; empty where it needs none."""
        kinds = frozenset(self.signals)
        return kinds if kinds.isdisjoint(CONCLUDED) else frozenset()


def supports(
    cause: Cause,
    name: str,
    most: float,
    weigh: Weigh,
    *signals: SignalKind,
    subcause: str = "",
    family: str = "",
) -> Rule:
    """Return a reason to believe in *cause*."""
    return Rule(
        name=name,
        most=most,
        cause=cause,
        weigh=weigh,
        signals=signals,
        subcause=subcause,
        family=family,
    )


def doubts(cause: Cause, name: str, most: float, weigh: Weigh, *signals: SignalKind) -> Rule:
    """Return a reason to doubt *cause*."""
    return Rule(name=name, most=most, cause=cause, weigh=weigh, signals=signals, against=True)
