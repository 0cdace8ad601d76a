"""The heartbeat probe: a job reports by itself, and its silence is the failure."""

from monitor.model.observation import FailureKind, MissedReason, Observation, Stage
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.heartbeats import Beat, HeartbeatSpec


async def probe_heartbeat(spec: HeartbeatSpec, context: ProbeContext) -> Observation:
    """Judge the last beat that came, or that none came."""
    recording, check = context.recording, context.check
    recording.enter(Stage.PROTOCOL)
    longest = spec.silence_seconds(check)
    beat = context.heartbeats.last(check.name)
    if beat is None:
        waited = context.heartbeats.waited_seconds(check.name)
        if waited <= longest:
            return recording.missed(MissedReason.WAITING)
        return recording.failed(FailureKind.SILENT, f"no beat within {waited:.0f} s")
    age = context.clock.monotonic() - beat.heard_at
    recording.see(SignalKind.HEARTBEAT_AGE_SECONDS, round(age, 3), beat.at.isoformat())
    if age > longest:
        detail = f"the last beat came {age:.0f} s ago, expected within {longest:.0f} s"
        return recording.failed(FailureKind.SILENT, detail)
    return _judge(beat, spec, context)


def _judge(beat: Beat, spec: HeartbeatSpec, context: ProbeContext) -> Observation:
    recording = context.recording
    recording.enter(Stage.SEMANTIC)
    if beat.duration_seconds is not None:
        recording.see(SignalKind.RUN_SECONDS, beat.duration_seconds)
    if not beat.ok:
        return recording.failed(FailureKind.REPORTED, beat.detail or "the job says that it failed")
    took = beat.duration_seconds or 0.0
    if late := recording.lateness(spec.degraded_after, took):
        # The job was slow, not the probe: a diagnosis must not take it for a late answer.
        recording.exceeds(SignalKind.RUN_SECONDS, late)
    return recording.succeeded(degraded_after=spec.degraded_after, took=took)
