"""Fetches one document over HTTP: redirects followed, every failure typed."""

from dataclasses import dataclass

from monitor.model.observation import FailureKind, Observation
from monitor.model.signals import SignalKind
from monitor.probes import http_headers
from monitor.probes.context import ProbeContext
from monitor.probes.curl import Answer
from monitor.probes.endpoint import Endpoint
from monitor.probes.exchange import ask
from monitor.probes.http_headers import Headers
from monitor.probes.http_request import REDIRECTS, RedirectFault, redirected

_MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document as it came: status, headers by lower-case name, and body."""

    status: int
    headers: Headers
    body: bytes


async def fetch(
    endpoint: Endpoint,
    context: ProbeContext,
    url: str = "",
    *,
    accepted: frozenset[int] = frozenset({200}),
) -> Fetched | Observation:
    """Return the document at *url*, or the failure that came instead of one."""
    request = endpoint.request(url)
    for _ in range(_MOST_REDIRECTS + 1):
        answer = await ask(request, endpoint.ip_version, context)
        if isinstance(answer, Observation):
            return answer
        headers = http_headers.parse(answer.header_lines)
        location = headers.get("location") if answer.status in REDIRECTS else None
        if location is None:
            return _document(answer, headers, accepted, context)
        following = redirected(request, answer.status, location, allow_downgrade=False)
        if isinstance(following, RedirectFault):
            return context.recording.failed(FailureKind.REDIRECT_FORBIDDEN, following.value)
        request = following
    return context.recording.failed(
        FailureKind.TOO_MANY_REDIRECTS, f"the last one to {request.shown}"
    )


def _document(
    answer: Answer, headers: Headers, accepted: frozenset[int], context: ProbeContext
) -> Fetched | Observation:
    recording = context.recording
    recording.see(SignalKind.HTTP_STATUS, answer.status)
    delay = http_headers.retry_after_seconds(headers, context.clock.now())
    if delay is not None:
        recording.see(SignalKind.RETRY_AFTER_SECONDS, delay)
    if answer.status not in accepted:
        return recording.failed(FailureKind.STATUS_UNEXPECTED, f"status {answer.status}")
    return Fetched(status=answer.status, headers=headers, body=answer.body)
