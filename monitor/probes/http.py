"""The http probe: one attempt on a fresh connection, every hop of a redirect timed, one verdict."""

from monitor.model.observation import FailureKind, Observation, Stage
from monitor.model.signals import SignalKind
from monitor.probes import http_headers
from monitor.probes.assertions import read, unmet
from monitor.probes.context import ProbeContext
from monitor.probes.curl import Answer
from monitor.probes.exchange import ask
from monitor.probes.http_headers import Headers
from monitor.probes.http_request import REDIRECTS, RedirectFault, Request, redirected
from monitor.probes.http_signals import signals_of
from monitor.probes.http_spec import HttpSpec


async def probe_http(spec: HttpSpec, context: ProbeContext) -> Observation:
    """Ask once, follow redirects, and compare the answer with what is expected."""
    request, hops = spec.request, 0
    while True:
        answer = await ask(request, spec.ip_version, context)
        if isinstance(answer, Observation):
            return answer
        headers = http_headers.parse(answer.header_lines)
        location = headers.get("location") if answer.status in REDIRECTS else None
        if location is None or not spec.follow_redirects:
            return _judge(spec, answer, headers, context)
        following = redirected(
            request, answer.status, location, allow_downgrade=spec.allow_downgrade
        )
        if isinstance(following, RedirectFault) or hops == spec.max_redirects:
            return _lost(request, answer, following, context)
        request, hops = following, hops + 1


def _lost(
    request: Request, answer: Answer, following: Request | RedirectFault, context: ProbeContext
) -> Observation:
    """Return the failure of a redirect that may not be followed, or not any more."""
    recording = context.recording
    recording.see(SignalKind.HTTP_STATUS, answer.status)
    if isinstance(following, RedirectFault):
        return recording.failed(FailureKind.REDIRECT_FORBIDDEN, following.value)
    return recording.failed(FailureKind.TOO_MANY_REDIRECTS, f"the last one at {request.shown}")


def _judge(spec: HttpSpec, answer: Answer, headers: Headers, context: ProbeContext) -> Observation:
    """Compare a whole answer with what the check expects; signals are kept in any case."""
    recording = context.recording
    content = read(spec, answer.status, headers, answer.body)
    recording.signals.extend(signals_of(spec, answer, headers, content, context.clock.now()))
    if not spec.expects(answer.status):
        return recording.failed(FailureKind.STATUS_UNEXPECTED, f"status {answer.status}")
    recording.enter(Stage.SEMANTIC)
    fault = unmet(spec, headers, content)
    if fault is None:
        return recording.succeeded(degraded_after=spec.degraded_after)
    if fault.signal:
        recording.signals.append(fault.signal)
    return recording.failed(fault.kind, fault.detail)
