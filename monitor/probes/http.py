"""The http probe: one attempt on a fresh connection, every hop of a redirect timed, one verdict."""

from monitor.model.observation import FailureKind, Observation, Stage
from monitor.model.signals import SignalKind
from monitor.probes import http_headers
from monitor.probes.assertions import read, unmet
from monitor.probes.context import ProbeContext
from monitor.probes.curl import Answer
from monitor.probes.curl_errors import COULDNT_CONNECT, OK, TLS_CODES, curl_kind
from monitor.probes.http_headers import Headers
from monitor.probes.http_request import REDIRECTS, RedirectFault, Request, redirected
from monitor.probes.http_signals import signals_of
from monitor.probes.http_spec import HttpSpec
from monitor.probes.os_errors import local_errno
from monitor.probes.tls_diagnosis import diagnose

# libcurl ends a request a little before the deadline, so that its own account of it is kept.
_MARGIN_SECONDS = 0.01


async def probe_http(spec: HttpSpec, context: ProbeContext) -> Observation:
    """Ask once, follow redirects, and compare the answer with what is expected."""
    request, hops = spec.request, 0
    while True:
        answer = await _ask(request, spec, context)
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


async def _ask(request: Request, spec: HttpSpec, context: ProbeContext) -> Answer | Observation:
    """Send one request; return its answer, or the failure that came instead of one."""
    recording = context.recording
    resolution = await context.resolve(request.target.host, spec.ip_version)
    if resolution.failure:
        return recording.failed(resolution.failure, f"{request.target.host}: {resolution.rcode}")
    recording.enter(Stage.CONNECT)
    left = context.remaining_seconds() - _MARGIN_SECONDS
    answer = await context.http.perform(request, resolution.address, left)
    recording.enter(answer.stage)
    for phase, seconds in answer.phases.items():
        recording.add(phase, seconds)
    if answer.is_complete:
        return answer
    return await _failure(request, resolution.address, answer, context)


async def _failure(
    request: Request, address: str, answer: Answer, context: ProbeContext
) -> Observation:
    """Return why no whole answer came, with what was seen until then."""
    recording = context.recording
    number = answer.os_errno
    if answer.code == COULDNT_CONNECT and not number:
        # libcurl does not tell why it could not make a socket.
        number = local_errno()
    recording.see_errno(number)
    if answer.status:
        recording.see(SignalKind.HTTP_STATUS, answer.status)
    if answer.code == OK:
        return recording.failed(FailureKind.RESPONSE_CLOSED, "closed within the headers")
    encrypted = request.target.scheme == "https"
    if encrypted and answer.code in TLS_CODES and not answer.status:
        fault = await diagnose(request.target, address, request.trust, context.remaining_seconds())
        if fault:
            recording.enter(Stage.TLS)
            recording.see(SignalKind.TLS_REASON, fault.reason)
            if fault.verify_code:
                recording.see(SignalKind.TLS_VERIFY_CODE, fault.verify_code)
            return recording.failed(fault.kind, answer.message)
    kind = curl_kind(answer.code, stage=answer.stage, os_errno=number, encrypted=encrypted)
    return recording.failed(kind, answer.message)


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
