"""Follows redirects as hops of our own: each is resolved, opened afresh and timed."""

from dataclasses import dataclass

from monitor.model.observation import FailureKind, Observation
from monitor.model.signals import SignalKind
from monitor.probes import http_headers
from monitor.probes.context import ProbeContext
from monitor.probes.curl import Answer
from monitor.probes.exchange import ask
from monitor.probes.http_client import Client
from monitor.probes.http_headers import Headers
from monitor.probes.http_request import REDIRECTS, RedirectFault, Request, redirected


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The last answer, and the certificates that the first server showed where asked for."""

    answer: Answer
    headers: Headers
    chain: tuple[str, ...]

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status


async def follow(request: Request, client: Client, context: ProbeContext) -> Reply | Observation:
    """Send *request* and follow where it leads; return the reply, or the failure instead of one."""
    chain: tuple[str, ...] = ()
    hops = 0
    while True:
        answer = await ask(request, client.ip_version, context)
        if isinstance(answer, Observation):
            return answer
        chain = chain or answer.chain
        headers = http_headers.parse(answer.header_lines)
        location = headers.get("location") if answer.status in REDIRECTS else None
        if location is None or not client.follow_redirects:
            return Reply(answer=answer, headers=headers, chain=chain)
        following = redirected(
            request, answer.status, location, allow_downgrade=client.allow_downgrade
        )
        if isinstance(following, RedirectFault):
            context.recording.see(SignalKind.HTTP_STATUS, answer.status)
            return context.recording.failed(FailureKind.REDIRECT_FORBIDDEN, following.value)
        if hops == client.max_redirects:
            context.recording.see(SignalKind.HTTP_STATUS, answer.status)
            detail = f"the last one at {request.shown}"
            return context.recording.failed(FailureKind.TOO_MANY_REDIRECTS, detail)
        request, hops = following, hops + 1
