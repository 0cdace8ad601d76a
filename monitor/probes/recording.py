"""Records one run of a probe as it goes, so that a deadline that cuts it loses nothing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from monitor.clock import Clock
from monitor.model.check import Check
from monitor.model.observation import (
    Failure,
    FailureKind,
    MissedReason,
    Observation,
    Outcome,
    Phase,
    Stage,
    Trigger,
)
from monitor.model.signals import Signal, SignalKind, SignalValue
from monitor.probes.os_errors import errno_name

# What a target says is kept, but not without a bound.
_DETAIL_LENGTH = 500

# What it means that the time ran out, by the stage that was reached.
TIMEOUT_KINDS = {
    Stage.RESOLVE: FailureKind.NAME_TIMEOUT,
    Stage.CONNECT: FailureKind.CONNECT_TIMEOUT,
    Stage.TLS: FailureKind.RESPONSE_TIMEOUT,
    Stage.PROTOCOL: FailureKind.RESPONSE_TIMEOUT,
    Stage.SEMANTIC: FailureKind.QUERY_TIMEOUT,
    Stage.BUSINESS: FailureKind.WRITE_TIMEOUT,
}


class Recording:
    """The observation in the making: stage entered, phases timed, signals seen."""

    def __init__(
        self, check: Check, *, trigger: Trigger, scheduled_at: datetime, clock: Clock
    ) -> None:
        self.stage = Stage.RESOLVE
        self.phases: dict[Phase, float] = {}
        self.signals: list[Signal] = []
        # A probe of several parts adds to each failure which part it was.
        self.placed: Callable[[Observation], Observation] = lambda seen: seen
        self._check = check
        self._trigger = trigger
        self._scheduled_at = scheduled_at
        self._clock = clock
        self._started_at = clock.now()
        self._began = clock.monotonic()

    @property
    def elapsed_seconds(self) -> float:
        """The time since the run began."""
        return self._clock.monotonic() - self._began

    def enter(self, stage: Stage) -> None:
        """Note that the run has come to *stage*; a further hop of a redirect starts anew."""
        self.stage = stage

    def add(self, phase: Phase, seconds: float) -> None:
        """Add time to a phase; the phases of several hops are summed."""
        self.phases[phase] = self.phases.get(phase, 0.0) + max(0.0, seconds)

    def reach(self, stage: Stage, phases: Mapping[Phase, float]) -> None:
        """Note how far a part of the run came, and what each span of it took."""
        self.enter(stage)
        for phase, seconds in phases.items():
            self.add(phase, seconds)

    @contextmanager
    def timing(self, phase: Phase) -> Iterator[None]:
        """Time the block as *phase*, whether it succeeds, fails or is cut."""
        began = self._clock.monotonic()
        try:
            yield
        finally:
            self.add(phase, self._clock.monotonic() - began)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let the block look at something else: what it enters, times and sees is not kept."""
        stage, phases, signals = self.stage, self.phases, self.signals
        # An observation that was made before holds the phases themselves.
        self.phases, self.signals = dict(phases), list(signals)
        try:
            yield
        finally:
            self.stage, self.phases, self.signals = stage, phases, signals

    def see(self, kind: SignalKind, value: SignalValue, detail: str = "") -> None:
        """Note a signal."""
        bounded = value[:_DETAIL_LENGTH] if isinstance(value, str) else value
        self.signals.append(Signal(kind, bounded, detail[:_DETAIL_LENGTH]))

    def see_errno(self, number: int | None) -> None:
        """Note the name of an errno where there is one."""
        if number:
            self.see(SignalKind.ERRNO, errno_name(number))

    def succeeded(
        self, *, degraded_after: float | None = None, took: float | None = None
    ) -> Observation:
        """Return ok, or degraded where the run, or *took* seconds of it, lasted too long."""
        late = self.lateness(degraded_after, took)
        if not late:
            return self._observation(Outcome.OK, None)
        return self.degraded(FailureKind.THRESHOLD_EXCEEDED, late)

    def lateness(self, degraded_after: float | None, took: float | None = None) -> str:
        """Return how late the run is, or nothing where it is in time."""
        lasted = self.elapsed_seconds if took is None else took
        if degraded_after is None or lasted <= degraded_after:
            return ""
        return f"took {lasted:.3f} s, degraded after {degraded_after:g} s"

    def exceeds(self, kind: SignalKind, detail: str) -> None:
        """Note that a figure lies beyond its limit, so that it is not taken for a late answer."""
        self.see(SignalKind.LIMIT_EXCEEDED, kind.value, detail)

    def degraded(self, kind: FailureKind, detail: str = "") -> Observation:
        """Return that the target works, but not as it should."""
        return self._observation(Outcome.DEGRADED, self._failure(kind, detail))

    def failed(self, kind: FailureKind, detail: str = "") -> Observation:
        """Return a failure at the stage that was reached."""
        return self.placed(self._observation(Outcome.FAILED, self._failure(kind, detail)))

    def timed_out(self, detail: str = "") -> Observation:
        """Return the failure that running out of time means at the stage that was reached."""
        text = detail or f"no answer within {self._check.timeout_seconds:g} s"
        return self.failed(TIMEOUT_KINDS[self.stage], text)

    def missed(self, reason: MissedReason) -> Observation:
        """Return that nothing can be said yet: neither success nor failure."""
        return replace(self._observation(Outcome.MISSED, None), missed=reason)

    def _failure(self, kind: FailureKind, detail: str) -> Failure:
        return Failure(kind=kind, stage=self.stage, detail=detail[:_DETAIL_LENGTH])

    def _observation(self, outcome: Outcome, failure: Failure | None) -> Observation:
        check = self._check
        return Observation(
            check=check.name,
            component=check.component,
            type=check.type,
            location=check.location,
            scheduled_at=self._scheduled_at,
            started_at=self._started_at,
            duration_seconds=self.elapsed_seconds,
            outcome=outcome,
            stage=self.stage,
            phases=self.phases,
            failure=failure,
            signals=tuple(self.signals),
            trigger=self._trigger,
        )
