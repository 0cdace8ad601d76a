"""Compares a whole answer with what is expected of it; the facts in it are noted in any case."""

from dataclasses import dataclass

from monitor.model.observation import FailureKind, Stage
from monitor.probes.assertions import Content, Unmet, contract_unmet, read, unmet
from monitor.probes.context import ProbeContext
from monitor.probes.hops import Reply
from monitor.probes.http_expectations import Expectations
from monitor.probes.http_markers import refuses_certificate
from monitor.probes.http_signals import signals_of
from monitor.probes.worker import StillBusyError, Worker

# A document of this size takes about ten milliseconds, as long as the loop may be held up.
_LARGE = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of the comparison: the content, and the first expectation that is not met."""

    content: Content
    unmet: Unmet | None


async def judge(spec: Expectations, reply: Reply, context: ProbeContext, worker: Worker) -> Verdict:
    """Return the verdict on *reply*; the stage is `semantic` once its status is right."""
    recording, answer = context.recording, reply.answer
    content = read(spec, reply.status, reply.headers, answer.body)
    facts = signals_of(spec, answer, reply.headers, content, context.clock.now())
    recording.signals.extend(facts)
    if not spec.expects(reply.status):
        return Verdict(content=content, unmet=_wrong_status(reply.status, content.text))
    recording.enter(Stage.SEMANTIC)
    fault = unmet(spec, reply.status, reply.headers, content)
    fault = fault or await _drifted(spec, content, len(answer.body), worker)
    if fault and fault.signal:
        recording.signals.append(fault.signal)
    return Verdict(content=content, unmet=fault)


def _wrong_status(status: int, text: str) -> Unmet:
    detail = f"status {status}"
    if refuses_certificate(status, text):
        kind = FailureKind.TLS_CLIENT_CERTIFICATE
        detail = "the server does not accept our client certificate"
    else:
        kind = FailureKind.STATUS_UNEXPECTED
    return Unmet(kind=kind, detail=detail, discreet=detail)


async def _drifted(spec: Expectations, content: Content, size: int, worker: Worker) -> Unmet | None:
    contract = spec.contract
    if contract is None:
        return None
    if size <= _LARGE:
        return contract_unmet(contract, content)
    try:
        return await worker.run(lambda: contract_unmet(contract, content))
    except StillBusyError:
        detail = "the answer before is still being compared with its contract"
        return Unmet(kind=FailureKind.LOCAL_RESOURCE, detail=detail, discreet=detail)
