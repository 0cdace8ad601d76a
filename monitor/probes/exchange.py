"""One HTTP exchange of any probe: a whole answer, or the typed failure that came instead."""

from monitor.model.observation import FailureKind, Observation, Stage
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.curl import Answer
from monitor.probes.curl_errors import COULDNT_CONNECT, OK, TLS_CODES, curl_kind
from monitor.probes.fields import IpVersion
from monitor.probes.http_request import Request
from monitor.probes.os_errors import local_errno
from monitor.probes.tls_diagnosis import diagnose

# libcurl ends a request a little before the deadline, so that its own account of it is kept.
_MARGIN_SECONDS = 0.01


async def ask(
    request: Request, ip_version: IpVersion, context: ProbeContext
) -> Answer | Observation:
    """Send one request; return its answer, or the failure that came instead of one."""
    recording = context.recording
    resolution = await context.resolve(request.target.host, ip_version)
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
