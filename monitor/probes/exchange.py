"""One HTTP exchange of any probe: a whole answer, or the typed failure that came instead."""

from monitor.model.observation import FailureKind, Observation, Stage
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.curl import Answer
from monitor.probes.curl_errors import COULDNT_CONNECT, OK, TLS_CODES, curl_kind
from monitor.probes.fields import IpVersion
from monitor.probes.http_request import Request
from monitor.probes.os_errors import LOCAL_ERRNOS, local_errno
from monitor.probes.proxying import proxied_kind, verify_code
from monitor.probes.tls_diagnosis import TlsFault, diagnose
from monitor.probes.tls_session import Identity, context_for

# libcurl ends a request a little before the deadline, so that its own account of it is kept.
_MARGIN_SECONDS = 0.01


async def ask(
    request: Request, ip_version: IpVersion, context: ProbeContext
) -> Answer | Observation:
    """Send one request; return its answer, or the failure that came instead of one."""
    recording, route = context.recording, request.route
    host = route.proxy.host if route.proxy else request.target.host
    address = route.address_of(host)
    if not address:
        resolution = await context.resolve(host, ip_version)
        if resolution.failure:
            kind = FailureKind.PROXY_FAILED if route.proxy else resolution.failure
            return recording.failed(kind, f"{host}: {resolution.rcode}")
        address = resolution.address
    recording.enter(Stage.CONNECT)
    left = context.remaining_seconds() - _MARGIN_SECONDS
    # On a loop that is late the deadline may come before libcurl's own account of a timeout.
    answer = await context.http.perform(request, address, left, recording.reach)
    recording.reach(answer.stage, answer.phases)
    if answer.is_complete:
        return answer
    return await _failure(request, address, answer, context)


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
    fault = await _tls_fault(request, address, answer, context)
    if fault:
        recording.enter(Stage.TLS)
        recording.see(SignalKind.TLS_REASON, fault.reason)
        if fault.verify_code:
            recording.see(SignalKind.TLS_VERIFY_CODE, fault.verify_code)
        return recording.failed(fault.kind, answer.message)
    is_proxied = request.route.proxy is not None and number not in LOCAL_ERRNOS
    kind = _proxied(answer, context) if is_proxied else None
    return recording.failed(kind or _kind(request, answer, number), answer.message)


async def _tls_fault(
    request: Request, address: str, answer: Answer, context: ProbeContext
) -> TlsFault | None:
    """Return what a second handshake says of the first, where one can say more."""
    if not request.is_encrypted or answer.code not in TLS_CODES or answer.status:
        return None
    if request.route.proxy:
        return None
    identity = Identity(request.trust, certificate=request.certificate, key=request.key)
    try:
        tls = context_for(identity)
    except OSError:
        return None
    return await diagnose(request.target, address, tls, context.remaining_seconds())


def _proxied(answer: Answer, context: ProbeContext) -> FailureKind | None:
    """Return what the proxy adds to the error, and note what it said."""
    if answer.proxy_status:
        context.recording.see(SignalKind.PROXY_STATUS, answer.proxy_status)
    if number := verify_code(answer):
        context.recording.see(SignalKind.TLS_VERIFY_CODE, number)
    return proxied_kind(answer)


def _kind(request: Request, answer: Answer, number: int) -> FailureKind:
    encrypted = request.is_encrypted
    return curl_kind(answer.code, stage=answer.stage, os_errno=number, encrypted=encrypted)
