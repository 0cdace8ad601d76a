"""The spare credential: asked once when the first is refused, to tell whose fault that is."""

import asyncio
from contextlib import suppress

from monitor.model.observation import Observation
from monitor.model.provider import TokenFault
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.hops import follow
from monitor.probes.http_credentials import Spare, bearer
from monitor.probes.http_spec import HttpSpec
from monitor.probes.oauth import token_for

REFUSED = frozenset({401, 403})
# The look ends early enough to tell what was seen before it.
_MARGIN_SECONDS = 0.02


async def try_spare(spec: HttpSpec, spare: Spare, context: ProbeContext) -> bool | None:
    """Return whether *spare* is accepted, or None where nothing can be said; it leaves no trace."""
    with context.recording.aside(), suppress(TimeoutError):
        async with asyncio.timeout(context.remaining_seconds() - _MARGIN_SECONDS):
            return await _is_accepted(spec, spare, context)
    return None


async def _is_accepted(spec: HttpSpec, spare: Spare, context: ProbeContext) -> bool | None:
    lines = list(spare.header_lines())
    if spec.oauth2 and spare.client_id:
        client = {"client_id": spare.client_id, "client_secret": spare.client_secret}
        token = await token_for(spec.oauth2.model_copy(update=client), spec, context)
        if isinstance(token, Observation):
            is_refused = token.signal(SignalKind.TOKEN_FAULT) == TokenFault.REFUSED
            return False if is_refused else None
        lines.append(bearer(token.value))
    reply = await follow(spec.request_with(*lines), spec, context)
    if isinstance(reply, Observation):
        return None
    if reply.status in REFUSED:
        return False
    return True if spec.expects(reply.status) else None
