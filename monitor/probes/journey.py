"""The journey probe: what a user does, step by step, up to the first one that fails."""

import asyncio
import uuid
from dataclasses import replace
from functools import partial

from monitor.model.observation import FailureKind, Observation, Phase
from monitor.model.signals import Signal, SignalKind
from monitor.probes.assertions import Unmet
from monitor.probes.context import ProbeContext
from monitor.probes.http_memory import HttpMemory
from monitor.probes.journey_spec import JourneySpec, Step
from monitor.probes.journey_step import Taken, take
from monitor.probes.journey_template import Values
from monitor.probes.recording import Recording

_PAUSE_SECONDS = 0.25


async def probe_journey(spec: JourneySpec, context: ProbeContext) -> Observation:
    """Take the steps one after the other; each is timed, and no value of any is shown."""
    recording = context.recording
    values = _given(spec, context)
    total: dict[Phase, float] = {}
    for number, step in enumerate(spec.steps, 1):
        recording.phases = {}
        _forget_answers(recording)
        began = recording.elapsed_seconds
        # Also where the deadline of the whole run cuts this step.
        recording.placed = partial(_at, step, f"{number} of {len(spec.steps)}", began)
        taken = await _patiently(step, spec, values, context)
        if isinstance(taken, Observation):
            return taken
        recording.signals.append(_took(step, recording.elapsed_seconds - began))
        values = {**values, **taken.values}
        for phase, seconds in recording.phases.items():
            total[phase] = total.get(phase, 0.0) + seconds
    recording.phases = total
    return recording.succeeded(degraded_after=spec.degraded_after)


def _given(spec: JourneySpec, context: ProbeContext) -> Values:
    variables = {name: each.get_secret_value() for name, each in spec.variables.items()}
    now = context.clock.now().isoformat(timespec="seconds")
    return {**variables, "run_id": uuid.uuid4().hex, "now": now}


async def _patiently(
    step: Step, spec: JourneySpec, values: Values, context: ProbeContext
) -> Taken | Observation:
    """Take *step*; one that may wait for its result asks again while the answer is not right."""
    recording = context.recording
    worker = context.memory.of(context.check, HttpMemory).worker
    patience = min(step.within or 0.0, context.remaining_seconds() - 2 * _PAUSE_SECONDS)
    ends = recording.elapsed_seconds + patience
    while True:
        seen = await take(step, spec, values, context, worker)
        if not isinstance(seen, Unmet):
            return seen
        if recording.elapsed_seconds + _PAUSE_SECONDS > ends:
            if seen.signal and seen.signal not in recording.signals:
                recording.signals.append(seen.signal)
            return recording.failed(seen.kind, seen.discreet)
        await asyncio.sleep(_PAUSE_SECONDS)
        _forget_answers(recording)


def _forget_answers(recording: Recording) -> None:
    """Leave only the times of the steps: what is told is the last answer."""
    recording.signals = [each for each in recording.signals if each.kind is SignalKind.STEP_SECONDS]


def _took(step: Step, seconds: float) -> Signal:
    return Signal(SignalKind.STEP_SECONDS, round(seconds, 4), step.name)


def _at(step: Step, place: str, began: float, seen: Observation) -> Observation:
    """Return a failure with the step that it happened at."""
    failure = seen.failure
    if failure is not None:
        # The place of a redirect may hold a value of an earlier step.
        is_shown = failure.kind is not FailureKind.TOO_MANY_REDIRECTS
        detail = f"step {step.name}: {failure.detail if is_shown else 'redirected too often'}"
        failure = replace(failure, detail=detail)
    at = Signal(SignalKind.FAILED_STEP, step.name, place)
    took = _took(step, seen.duration_seconds - began)
    return replace(seen, failure=failure, signals=(*seen.signals, at, took))
