"""When a server's certificates end: read where they may have changed, and remembered otherwise."""

from dataclasses import replace
from datetime import datetime

from monitor.model.observation import Trigger
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.http_memory import CertificateEnd, HttpMemory
from monitor.probes.http_request import Request
from monitor.probes.tls_certificate import parse

# Certificates are replaced at any time, but a day more or less is nothing to a forecast.
_KEPT_SECONDS = 900.0


def looking(request: Request, memory: HttpMemory, context: ProbeContext) -> Request:
    """Return *request*, asking for the certificates where they may not be those that are known.

    To read them costs as much as the rest of a request, so a planned run does it now and then;
    a run for a reason, such as the retry after a failure, always does.
    """
    if not request.is_encrypted:
        return request
    known, now = memory.certificate, context.clock.monotonic()
    is_planned = context.trigger is Trigger.SCHEDULE
    if known and is_planned and now - known.seen_at < _KEPT_SECONDS:
        return request
    return replace(request, wants_chain=True)


def note(chain: tuple[str, ...], memory: HttpMemory, context: ProbeContext) -> None:
    """Remember what *chain* says, and note the days that are left."""
    ends = [each for each in map(_end, chain) if each is not None]
    if ends:
        memory.certificate = CertificateEnd(min(ends), context.clock.monotonic())
    known = memory.certificate
    if known:
        days = (known.ends_at - context.clock.now()).total_seconds() / 86400
        context.recording.see(SignalKind.CERTIFICATE_DAYS_LEFT, round(days, 2))


def _end(pem: str) -> datetime | None:
    try:
        return parse(pem.encode()).ends_at
    except ValueError:
        return None
