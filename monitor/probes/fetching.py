"""Fetches one document over HTTP: redirects followed, every failure typed."""

from dataclasses import dataclass

from monitor.model.observation import FailureKind, Observation
from monitor.model.signals import SignalKind
from monitor.probes import http_headers
from monitor.probes.context import ProbeContext
from monitor.probes.endpoint import Endpoint
from monitor.probes.hops import follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document as it came."""

    status: int
    body: bytes


async def fetch(
    endpoint: Endpoint,
    context: ProbeContext,
    url: str = "",
    *,
    accepted: frozenset[int] = frozenset({200}),
) -> Fetched | Observation:
    """Return the document at *url*, or the failure that came instead of one."""
    reply = await follow(endpoint.document(url), endpoint, context)
    if isinstance(reply, Observation):
        return reply
    recording = context.recording
    recording.see(SignalKind.HTTP_STATUS, reply.status)
    delay = http_headers.retry_after_seconds(reply.headers, context.clock.now())
    if delay is not None:
        recording.see(SignalKind.RETRY_AFTER_SECONDS, delay)
    if reply.status not in accepted:
        return recording.failed(FailureKind.STATUS_UNEXPECTED, f"status {reply.status}")
    return Fetched(status=reply.status, body=reply.answer.body)
