"""The exec probe: a Nagios plugin says how the target is."""

import asyncio
import signal
from contextlib import suppress
from typing import Annotated

from pydantic import ByteSize, DirectoryPath, Field, SecretStr

from monitor.model.observation import FailureKind, Observation, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.exec_output import PluginOutput, parse
from monitor.probes.exec_process import Ended, run
from monitor.probes.fields import Seconds, Spec
from monitor.probes.measured import Measured

# What a plugin's exit status says; every other one is its own trouble, not the target's.
_OK, _WARNING, _CRITICAL, _UNKNOWN = range(4)

# A plugin is killed a little before the deadline, so that its end is seen.
_MARGIN_SECONDS = 0.05


class ExecSpec(Spec):
    """What is run, as a list of words that no shell reads, and which figures are signals."""

    command: Annotated[tuple[str, ...], Field(min_length=1)]
    environment: dict[str, SecretStr] = Field(default_factory=dict)
    directory: DirectoryPath | None = None
    max_output: Annotated[ByteSize, Field(gt=0)] = ByteSize(64 * 1024)
    signals: dict[Measured, str] = Field(default_factory=dict)
    degraded_after: Seconds | None = None


async def probe_exec(spec: ExecSpec, context: ProbeContext) -> Observation:
    """Run the plugin once; its exit status is the verdict."""
    recording = context.recording
    recording.enter(Stage.PROTOCOL)
    try:
        with recording.timing(Phase.WAIT):
            async with asyncio.timeout_at(context.deadline - _MARGIN_SECONDS):
                ended = await run(
                    spec.command,
                    environment={k: v.get_secret_value() for k, v in spec.environment.items()},
                    directory=str(spec.directory or ""),
                    most=int(spec.max_output),
                )
    except TimeoutError:
        return recording.timed_out("killed: it did not end in time")
    except OSError as error:
        recording.see_errno(error.errno)
        return recording.failed(FailureKind.LOCAL_RESOURCE, f"it cannot be started: {error}")
    return _judge(spec, ended, context)


def _judge(spec: ExecSpec, ended: Ended, context: ProbeContext) -> Observation:
    recording, output = context.recording, parse(ended.output)
    text = output.text or parse(ended.errors).text
    recording.see(SignalKind.EXIT_STATUS, ended.status, text)
    _see_figures(spec, output, context)
    recording.enter(Stage.SEMANTIC)
    if ended.status == _OK:
        return recording.succeeded(degraded_after=spec.degraded_after)
    if ended.status == _WARNING:
        return recording.degraded(FailureKind.REPORTED, text)
    if ended.status == _CRITICAL:
        return recording.failed(FailureKind.REPORTED, text)
    return recording.failed(FailureKind.LOCAL_RESOURCE, f"{_how(ended.status)}: {text}")


def _see_figures(spec: ExecSpec, output: PluginOutput, context: ProbeContext) -> None:
    for kind, label in spec.signals.items():
        if label in output.figures:
            context.recording.see(kind, output.figures[label], label)


def _how(status: int) -> str:
    """Say how a plugin ended that knows nothing of its target."""
    if status == _UNKNOWN:
        return "the plugin could not tell"
    with suppress(ValueError):
        if status < 0:
            return f"the plugin was ended by {signal.Signals(-status).name}"
    return f"the plugin ended with status {status}"
