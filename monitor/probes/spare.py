"""The spare credential: asked once when the first is refused, to tell whose fault that is."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from monitor.model.observation import Observation
from monitor.model.provider import ProviderClass, TokenFault
from monitor.model.signals import Signal, SignalKind
from monitor.probes.assertions import read
from monitor.probes.context import ProbeContext
from monitor.probes.hops import follow
from monitor.probes.http_credentials import Spare, bearer
from monitor.probes.http_signals import signals_of
from monitor.probes.http_spec import HttpSpec
from monitor.probes.oauth import token_for

_STATUSES = frozenset({401, 403})
_CLASSES = frozenset(each for each in ProviderClass if each.is_ours)
# The look ends early enough to tell what was seen before it.
_MARGIN_SECONDS = 0.02


def refuses_us(signals: Iterable[Signal]) -> bool:
    """Say whether a target, not a firewall before it, refuses our credential: by status or code."""
    seen = {each.kind: each.value for each in signals}
    if SignalKind.WAF_MARKER in seen:
        return False
    if SignalKind.TOKEN_FAULT in seen:
        return seen[SignalKind.TOKEN_FAULT] == TokenFault.REFUSED
    by_status = seen.get(SignalKind.HTTP_STATUS) in _STATUSES
    return by_status or seen.get(SignalKind.PROVIDER_CLASS) in _CLASSES


async def try_spare(spec: HttpSpec, spare: Spare, context: ProbeContext) -> bool | None:
    """Return whether *spare* is accepted, or None where nothing can be said; it leaves no trace."""
    with context.recording.aside(), suppress(TimeoutError):
        async with asyncio.timeout(context.remaining_seconds() - _MARGIN_SECONDS):
            return await _is_accepted(spec, spare, context)
    return None


async def _is_accepted(spec: HttpSpec, spare: Spare, context: ProbeContext) -> bool | None:
    recording, lines = context.recording, list(spare.header_lines())
    recording.signals = []
    if spec.oauth2 and spare.client_id:
        client = {"client_id": spare.client_id, "client_secret": spare.client_secret}
        token = await token_for(spec.oauth2.model_copy(update=client), spec, context)
        if isinstance(token, Observation):
            return False if refuses_us(token.signals) else None
        lines.append(bearer(token.value))
    reply = await follow(spec.request_with(*lines), spec, context)
    if isinstance(reply, Observation):
        return None
    content = read(spec, reply.status, reply.headers, reply.answer.body)
    now = context.clock.now()
    recording.signals.extend(signals_of(spec, reply.answer, reply.headers, content, now))
    if refuses_us(recording.signals):
        return False
    return True if spec.expects(reply.status) else None
