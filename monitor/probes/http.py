"""The http probe: one attempt on a fresh connection, every hop of a redirect timed, one verdict."""

from dataclasses import replace

from monitor.model.observation import Observation, Phase
from monitor.model.signals import Signal, SignalKind
from monitor.probes import http_certificate
from monitor.probes.context import ProbeContext
from monitor.probes.hops import Reply, follow
from monitor.probes.http_credentials import OAuth2, bearer
from monitor.probes.http_memory import HttpMemory
from monitor.probes.http_request import Request
from monitor.probes.http_spec import HttpSpec
from monitor.probes.judging import judge
from monitor.probes.oauth import token_for
from monitor.probes.spare import refuses_us, try_spare


async def probe_http(spec: HttpSpec, context: ProbeContext) -> Observation:
    """Ask once, follow redirects, and compare the answer with what is expected."""
    memory = context.memory.of(context.check, HttpMemory)
    if spec.oauth2:
        reply = await _as_client(spec, spec.oauth2, memory, context)
    else:
        reply = await _send(spec.request, spec, memory, context)
    if isinstance(reply, Observation):
        return await _with_spare(spec, reply, context)
    http_certificate.note(reply.chain, memory, context)
    fault = (await judge(spec, reply, context, memory.worker)).unmet
    recording = context.recording
    if fault:
        return await _with_spare(spec, recording.failed(fault.kind, fault.detail), context)
    # A token is fetched now and then; what is judged is the interface.
    took = recording.elapsed_seconds - recording.phases.get(Phase.LOGIN, 0.0)
    return recording.succeeded(degraded_after=spec.degraded_after, took=took)


async def _send(
    request: Request, spec: HttpSpec, memory: HttpMemory, context: ProbeContext
) -> Reply | Observation:
    return await follow(http_certificate.looking(request, memory, context), spec, context)


async def _as_client(
    spec: HttpSpec, oauth2: OAuth2, memory: HttpMemory, context: ProbeContext
) -> Reply | Observation:
    """Ask with the token that is kept, or with a new one."""
    kept = memory.token
    if kept and context.clock.monotonic() < kept.until:
        reply = await _send(spec.request_with(bearer(kept.value)), spec, memory, context)
        if isinstance(reply, Observation) or reply.status != 401:
            return reply
        # It was taken back before its end: what we keep must not look like a fault of theirs.
        memory.token = None
    token = await token_for(oauth2, spec, context)
    if isinstance(token, Observation):
        return token
    memory.token = token
    return await _send(spec.request_with(bearer(token.value)), spec, memory, context)


async def _with_spare(spec: HttpSpec, seen: Observation, context: ProbeContext) -> Observation:
    """Return what was *seen*, and where our credential is refused whether the spare one is too."""
    if spec.spare is None or not refuses_us(seen.signals):
        return seen
    accepted = await try_spare(spec, spec.spare, context)
    if accepted is None:
        return seen
    return replace(seen, signals=(*seen.signals, Signal(SignalKind.SPARE_KEY_OK, accepted)))
