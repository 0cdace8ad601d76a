"""Limits on figures: from which value on a target is degraded, and from which it has failed."""

from dataclasses import dataclass

from pydantic import model_validator

from monitor.model.observation import FailureKind, Observation, Outcome
from monitor.model.signals import Signal, SignalKind
from monitor.model.units import readable
from monitor.probes.fields import Spec
from monitor.probes.recording import Recording

_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A figure beyond a limit, and how bad that is."""

    outcome: Outcome
    kind: SignalKind
    text: str


class Bounds(Spec):
    """The good range of a value: what is above or below it counts."""

    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _agrees(self) -> "Bounds":
        if self.above is None and self.below is None:
            raise ValueError("expected above, below or both")
        return self

    def violated(self, value: float, kind: SignalKind) -> str:
        """Return which bound *value* violates, with the unit of *kind*, or nothing."""
        if self.above is not None and value > self.above:
            return f"above {readable(kind, self.above)}"
        if self.below is not None and value < self.below:
            return f"below {readable(kind, self.below)}"
        return ""


class Limit(Spec):
    """Two limits of one figure; which side of them is bad depends on the figure."""

    degraded: float | None = None
    failed: float | None = None

    def exceeded(self, signal: Signal, *, below: bool) -> Excess | None:
        """Return how far off *signal* is; *below* says that small values are the bad ones."""
        return beyond(
            signal,
            degraded=_bounds(self.degraded, below=below),
            failed=_bounds(self.failed, below=below),
        )


def _bounds(limit: float | None, *, below: bool) -> Bounds | None:
    """Return the good range behind a limit; one on large values holds in both directions."""
    if limit is None:
        return None
    return Bounds(below=limit) if below else Bounds(above=limit, below=-limit)


def beyond(signal: Signal, *, degraded: Bounds | None, failed: Bounds | None) -> Excess | None:
    """Return which bounds *signal* violates: those of a failure before the milder ones."""
    if isinstance(signal.value, str):
        return None
    for bounds, outcome in ((failed, Outcome.FAILED), (degraded, Outcome.DEGRADED)):
        violated = bounds.violated(float(signal.value), signal.kind) if bounds else ""
        if violated:
            is_fact = isinstance(signal.value, bool)
            text = _shown(signal) if is_fact else f"{_shown(signal)} is {violated}"
            return Excess(outcome=outcome, kind=signal.kind, text=text)
    return None


def judged(recording: Recording, excesses: list[Excess], late: str = "") -> Observation:
    """Return the verdict that the worst of *excesses* is; none of them is a success.

    Each is a signal too, so that a figure beyond its limit is never taken for a late answer; a
    run that is *late* besides says so, so that it is not taken for figures alone.
    """
    if not excesses:
        return recording.succeeded()
    worst = sorted(excesses, key=lambda each: each.outcome is not Outcome.FAILED)
    for kind, text in {each.kind: each.text for each in reversed(worst)}.items():
        recording.exceeds(kind, text)
    if late:
        recording.exceeds(SignalKind.RUN_SECONDS, late)
    texts = (*filter(None, [late]), *(each.text for each in worst))
    detail = "; ".join(texts[:_SHOWN])
    if worst[0].outcome is Outcome.FAILED:
        return recording.failed(FailureKind.THRESHOLD_EXCEEDED, detail)
    return recording.degraded(FailureKind.THRESHOLD_EXCEEDED, detail)


def _shown(signal: Signal) -> str:
    """Return a signal as a person reads it: kind, value and where it was seen."""
    where = f" ({signal.detail})" if signal.detail else ""
    value = "" if isinstance(signal.value, bool) else f" {readable(signal.kind, signal.value)}"
    return f"{signal.kind.value}{value}{where}"
