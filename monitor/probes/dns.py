"""The dns probe: one question to several servers, and whether they answer, rightly and alike."""

import asyncio
import ipaddress
from collections.abc import Sequence
from dataclasses import replace

from monitor.model.observation import FailureKind, Observation, Phase, Stage
from monitor.model.signals import SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.dns_client import NameServer, Reply, ask
from monitor.probes.dns_message import RecordType
from monitor.probes.dns_spec import DnsSpec, split_server

# Every server's time ends a little before the deadline, so that what the others said is kept.
_MARGIN_SECONDS = 0.02
# Of the servers that a zone names no more than these are asked.
_MOST_AUTHORITIES = 4

_ABSENT = frozenset({"NXDOMAIN", "NODATA"})


async def probe_dns(spec: DnsSpec, context: ProbeContext) -> Observation:
    """Ask every server at the same time and compare what they say."""
    recording = context.recording
    recording.enter(Stage.RESOLVE)
    with recording.timing(Phase.RESOLVE):
        resolvers = spec.servers or context.resolver.servers
        asked = [
            *(_ask(each, spec, context) for each in resolvers),
            *(_ask(each, spec, context, authoritative=True) for each in spec.authoritative),
        ]
        replies, of_zone = await asyncio.gather(
            asyncio.gather(*asked), _ask_zone(spec, resolvers, context)
        )
    judged = [_judged(each, spec) for each in (*replies, *of_zone)]
    for reply in judged:
        _see(reply, context)
    return _verdict(judged, spec, context)


async def _ask(
    text: str,
    spec: DnsSpec,
    context: ProbeContext,
    *,
    question: tuple[str, RecordType] | None = None,
    authoritative: bool = False,
) -> Reply:
    """Ask one server, whose name is looked up first where it is not given by its address."""
    nobody = Reply(server=text, is_authoritative=authoritative)
    try:
        host, port = split_server(text)
    except ValueError:
        # What a zone calls its servers is up to the zone.
        failure = FailureKind.NAME_SERVER_FAILURE
        return replace(nobody, failure=failure, detail="that is no host name")
    try:
        async with asyncio.timeout_at(context.deadline - _MARGIN_SECONDS):
            resolution = await context.resolver.resolve(host)
    except TimeoutError:
        return replace(nobody, failure=FailureKind.NAME_TIMEOUT, detail="its name hangs")
    if resolution.failure:
        return replace(nobody, failure=resolution.failure, detail=f"its name: {resolution.rcode}")
    server = NameServer(
        shown=text,
        address=resolution.address,
        port=port or spec.port,
        is_authoritative=authoritative,
    )
    name, type_ = question or (spec.name, spec.record)
    left = context.remaining_seconds() - _MARGIN_SECONDS
    return await ask(server, name, type_, seconds=left, tries=spec.tries)


async def _ask_zone(
    spec: DnsSpec, resolvers: Sequence[str], context: ProbeContext
) -> Sequence[Reply]:
    """Find the servers of the zone and ask them."""
    if spec.zone is None:
        return ()
    question: tuple[str, RecordType] = (spec.zone, "NS")
    found = await asyncio.gather(
        *(_ask(each, spec, context, question=question) for each in resolvers)
    )
    names = next((each.answer.records for each in found if each.answer.records), ())
    if not names:
        failures = [each.failure for each in found if each.failure]
        kind = failures[0] if failures else FailureKind.NAME_NOT_FOUND
        detail = "its name servers are not known"
        return (Reply(server=f"zone {spec.zone}", failure=kind, detail=detail),)
    return await asyncio.gather(
        *(_ask(each, spec, context, authoritative=True) for each in names[:_MOST_AUTHORITIES])
    )


def _judged(reply: Reply, spec: DnsSpec) -> Reply:
    """Return *reply* with the failure that its answer is, if it is one."""
    if reply.failure:
        return reply
    if reply.rcode != spec.expect_rcode:
        return replace(reply, failure=_unexpected(reply, spec), detail=reply.rcode)
    if reply.is_authoritative and not reply.answer.is_authoritative:
        kind = FailureKind.NAME_SERVER_FAILURE
        return replace(reply, failure=kind, detail="does not answer for the zone")
    wrong = _wrong_answer(reply, spec)
    if wrong:
        return replace(reply, failure=FailureKind.VALUE_UNEXPECTED, detail=wrong)
    return reply


def _unexpected(reply: Reply, spec: DnsSpec) -> FailureKind:
    if reply.rcode == "NOERROR" or (spec.expect_rcode != "NOERROR" and reply.rcode in _ABSENT):
        return FailureKind.VALUE_UNEXPECTED
    return FailureKind.NAME_NOT_FOUND if reply.rcode in _ABSENT else FailureKind.NAME_SERVER_FAILURE


def _wrong_answer(reply: Reply, spec: DnsSpec) -> str:
    """Say which answer is not the expected one, or nothing."""
    records = frozenset(spec.comparable(each) for each in reply.answer.records)
    if spec.expected and records != spec.expected:
        return ", ".join(sorted(records))
    for each in reply.answer.records if spec.expect_prefixes else ():
        if not any(ipaddress.ip_address(each) in network for network in spec.expect_prefixes):
            return f"{each} is in none of the expected prefixes"
    return ""


def _see(reply: Reply, context: ProbeContext) -> None:
    """Note what one server said; the detail of each signal is the server."""
    recording, answer = context.recording, reply.answer
    recording.see_errno(reply.errno)
    if reply.rcode:
        recording.see(SignalKind.RESOLVE_RCODE, reply.rcode, reply.server)
    if answer.records:
        recording.see(SignalKind.DNS_ANSWER, ", ".join(answer.records), reply.server)
    if answer.ttl is not None:
        recording.see(SignalKind.DNS_TTL_SECONDS, answer.ttl, reply.server)
    for error in answer.errors:
        detail = f"{reply.server} {error.text}".rstrip()
        recording.see(SignalKind.DNS_EXTENDED_ERROR, error.code, detail)


def _see_dissent(replies: Sequence[Reply], context: ProbeContext) -> str:
    """Note that the servers say different things; return what, or nothing."""
    answered = [each for each in replies if each.is_answered]
    distinct = {(each.rcode, each.answer.records) for each in answered}
    if len(distinct) < 2:
        return ""
    said = (f"{each.server}: {', '.join(each.answer.records) or each.rcode}" for each in answered)
    detail = "; ".join(said)
    context.recording.see(SignalKind.DNS_DISAGREEMENT, len(distinct), detail)
    return detail


def _verdict(replies: Sequence[Reply], spec: DnsSpec, context: ProbeContext) -> Observation:
    """Fail where an answer is wrong or nobody answers; what only some say degrades."""
    recording = context.recording
    dissent = _see_dissent(replies, context)
    failed = [(each.failure, f"{each.server}: {each.detail}") for each in replies if each.failure]
    wrong = [each for each in failed if each[0] is FailureKind.VALUE_UNEXPECTED]
    if wrong:
        recording.enter(Stage.SEMANTIC)
        return recording.failed(*wrong[0])
    if not replies:
        return recording.failed(FailureKind.LOCAL_RESOURCE, "no name server is configured")
    if len(failed) == len(replies):
        return recording.failed(*failed[0])
    if failed:
        return recording.degraded(*failed[0])
    if dissent and spec.require_agreement:
        recording.enter(Stage.SEMANTIC)
        return recording.degraded(FailureKind.VALUE_UNEXPECTED, dissent)
    return recording.succeeded(degraded_after=spec.degraded_after)
