"""The promql probe: one instant query to a Prometheus, its value a signal, and limits on it."""

import json
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode, urlsplit

from pydantic import Field

from monitor.model.observation import FailureKind, Observation, Outcome, Stage
from monitor.model.signals import Signal, SignalKind
from monitor.probes.context import ProbeContext
from monitor.probes.endpoint import Endpoint
from monitor.probes.fetching import Fetched, fetch
from monitor.probes.limits import Bounds, Excess, beyond, judged
from monitor.probes.measured import Measured

# Prometheus puts its own account of a failure into the body of these.
TELLING = frozenset({200, 400, 422, 503})

# How many series of one answer become signals; the worst come first.
_MOST_SERIES = 8


class PromqlSpec(Endpoint):
    """A question to a Prometheus, under which name its answer is reported, and what is bad.

    *empty* says what an answer without a series means: a series that is gone says nothing of
    its target, so by default the check fails.
    """

    query: Annotated[str, Field(min_length=1)]
    signal: Measured = SignalKind.MEASURED_VALUE
    degraded: Bounds | None = None
    failed: Bounds | None = None
    empty: Literal["ok", "degraded", "failed"] = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value of an answer, and the labels that tell it from the others."""

    value: float
    labels: str

    @classmethod
    def of(cls, text: str, metric: Mapping[str, str]) -> "Series":
        """Return a series as Prometheus writes it; JSON has no infinity, so the largest stands."""
        value = max(min(float(text), sys.float_info.max), -sys.float_info.max)
        labels = ", ".join(f"{name}={each}" for name, each in sorted(metric.items()))
        return cls(value=value, labels=labels[:200])


class QueryError(Exception):
    """Prometheus did not answer the question; *kind* is its own word for why."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}" if kind else text)
        self.kind = kind


async def probe_promql(spec: PromqlSpec, context: ProbeContext) -> Observation:
    """Ask once and compare every series of the answer with the limits."""
    recording = context.recording
    fetched = await fetch(spec, context, _address(spec, context), accepted=TELLING)
    if isinstance(fetched, Observation):
        return fetched
    recording.enter(Stage.SEMANTIC)
    try:
        series = [each for each in _series(data_of(fetched)) if not math.isnan(each.value)]
    except QueryError as error:
        return _refused(error, context)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        recording.see(SignalKind.CONTRACT_VIOLATION, "$.data", type(error).__name__)
        return recording.failed(FailureKind.CONTRACT_BROKEN, "no answer of a Prometheus")
    return _judge(spec, series, context) if series else _empty(spec, context)


def _address(spec: PromqlSpec, context: ProbeContext) -> str:
    return address_of(spec, context, "query")


def address_of(spec: PromqlSpec, context: ProbeContext, call: str, **asked: str) -> str:
    """Return the address of a call of the API with the query of *spec*."""
    base = urlsplit(spec.url)
    # The server gives up a little before we do, so that its own account of it arrives.
    bound = max(1, int(context.remaining_seconds() * 900))
    query = urlencode({"query": spec.query, "timeout": f"{bound}ms", **asked})
    return base._replace(path=f"{base.path.rstrip('/')}/api/v1/{call}", query=query).geturl()


def data_of(fetched: Fetched) -> Mapping[str, Any]:
    """Return the `data` of an answer; QueryError where it tells of an error."""
    try:
        answer = json.loads(fetched.body)
    except ValueError:
        if fetched.status == 200:
            raise
        raise QueryError("", f"status {fetched.status}") from None
    if answer["status"] != "success":
        raise QueryError(str(answer["errorType"]), str(answer["error"])[:200])
    data: Mapping[str, Any] = answer["data"]
    return data


def _series(data: Mapping[str, Any]) -> Iterator[Series]:
    kind, result = data["resultType"], data["result"]
    if kind == "scalar":
        yield Series.of(result[1], {})
    elif kind == "vector":
        for each in result:
            yield Series.of(each["value"][1], each["metric"])
    else:
        raise QueryError("bad_data", f"the query gives a {kind}, not one value per series")


def _refused(error: QueryError, context: ProbeContext) -> Observation:
    """Return what it means that the query was not answered: our query, or its server."""
    recording = context.recording
    if error.kind:
        recording.see(SignalKind.PROVIDER_CODE, error.kind)
    kinds = {"timeout": FailureKind.QUERY_TIMEOUT, "canceled": FailureKind.QUERY_TIMEOUT}
    return recording.failed(kinds.get(error.kind, FailureKind.QUERY_FAILED), str(error))


def _empty(spec: PromqlSpec, context: ProbeContext) -> Observation:
    recording = context.recording
    detail = "the answer is empty: no such series, or it is stale"
    if spec.empty == "failed":
        return recording.failed(FailureKind.SILENT, detail)
    if spec.empty == "degraded":
        return recording.degraded(FailureKind.SILENT, detail)
    return recording.succeeded()


def _judge(spec: PromqlSpec, series: list[Series], context: ProbeContext) -> Observation:
    signals = [Signal(spec.signal, each.value, each.labels) for each in series]
    found = [(each, beyond(each, degraded=spec.degraded, failed=spec.failed)) for each in signals]
    found.sort(key=_badness)
    context.recording.signals.extend(signal for signal, _ in found[:_MOST_SERIES])
    return judged(context.recording, [excess for _, excess in found if excess])


def _badness(found: tuple[Signal, Excess | None]) -> tuple[bool, bool, float]:
    """Return what puts failed series before degraded ones, and large values before small ones."""
    signal, excess = found
    is_milder = excess is None or excess.outcome is Outcome.DEGRADED
    return (excess is None, is_milder, -float(signal.value))
