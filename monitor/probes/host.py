"""The host probe: pressure, memory, disks and network of one machine, by exporter or from /proc."""

import asyncio
from functools import partial

from monitor.model.observation import FailureKind, Observation, Phase, Stage, Trigger
from monitor.model.signals import Signal, SignalKind
from monitor.probes import host_exporter, host_proc
from monitor.probes.context import ProbeContext
from monitor.probes.fetching import fetch
from monitor.probes.host_figures import Run, signals_of
from monitor.probes.host_history import HostHistory
from monitor.probes.host_sample import HostSample, Raw
from monitor.probes.host_spec import SCARCE, HostSpec
from monitor.probes.limits import judged
from monitor.probes.worker import StillBusyError

# A run on demand that is the first one looks twice, so that there are rates to show.
_SECOND_LOOK_SECONDS = 1.0


async def probe_host(spec: HostSpec, context: ProbeContext) -> Observation:
    """Look at a host once; what moved since the last look becomes rates."""
    history = context.memory.of(context.check, HostHistory)
    is_first = history.is_empty
    signals = await _look(spec, history, context)
    if is_first and context.trigger is Trigger.DEMAND and not isinstance(signals, Observation):
        await asyncio.sleep(min(_SECOND_LOOK_SECONDS, context.remaining_seconds() / 3))
        context.recording.signals.clear()
        signals = await _look(spec, history, context)
    if isinstance(signals, Observation):
        return signals
    context.recording.signals.extend(signals)
    return _judge(spec, signals, context)


async def _look(
    spec: HostSpec, history: HostHistory, context: ProbeContext
) -> list[Signal] | Observation:
    clock = context.clock
    asked = clock.now().timestamp()
    sample = await (_scraped if spec.url else _read)(spec, history, context)
    if isinstance(sample, Observation):
        return sample
    context.recording.enter(Stage.SEMANTIC)
    run = Run(at=clock.monotonic(), asked=asked, answered=clock.now().timestamp())
    signals = list(signals_of(spec, sample, history, run))
    return [*signals, *history.growths.days_left(signals, run.at, spec.forecast_over)]


async def _scraped(
    spec: HostSpec, history: HostHistory, context: ProbeContext
) -> HostSample | Observation:
    fetched = await fetch(spec, context)
    if isinstance(fetched, Observation):
        return fetched
    text = fetched.body.decode(errors="replace")
    try:
        sample = await history.worker.run(partial(host_exporter.parse, text, spec))
    except StillBusyError:
        return _busy(context)
    except ValueError as error:
        return context.recording.failed(FailureKind.RESPONSE_MALFORMED, str(error))
    if not sample.values:
        detail = "no figure of a host in the answer"
        context.recording.see(SignalKind.CONTRACT_VIOLATION, "node_*", detail)
        return context.recording.failed(FailureKind.CONTRACT_BROKEN, detail)
    return sample


async def _read(
    spec: HostSpec, history: HostHistory, context: ProbeContext
) -> HostSample | Observation:
    context.recording.enter(Stage.PROTOCOL)
    try:
        with context.recording.timing(Phase.QUERY):
            sample = await history.worker.run(partial(host_proc.read, spec))
    except StillBusyError:
        return _busy(context)
    if Raw.UPTIME not in sample.values:
        # Every Linux has it, so this is no /proc, or none that we may read.
        detail = f"no figures in {spec.proc}"
        return context.recording.failed(FailureKind.LOCAL_RESOURCE, detail)
    return sample


def _busy(context: ProbeContext) -> Observation:
    detail = "the look before has not ended: a disk, or a mount, hangs"
    return context.recording.timed_out(detail)


def _judge(spec: HostSpec, signals: list[Signal], context: ProbeContext) -> Observation:
    if not spec.judged:
        return context.recording.succeeded()
    found = (
        spec.limits.of(each.kind).exceeded(each, below=each.kind in SCARCE) for each in signals
    )
    return judged(context.recording, [each for each in found if each])
