"""One step of a journey: its request filled with values, its answer judged and taken from."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.model.observation import FailureKind, Observation, Stage
from monitor.model.signals import Signal, SignalKind
from monitor.probes.assertions import Content, Unmet, value_at
from monitor.probes.context import ProbeContext
from monitor.probes.fields import Comparison
from monitor.probes.hops import Reply, follow
from monitor.probes.http_client import body_of
from monitor.probes.http_credentials import bearer
from monitor.probes.http_headers import Headers
from monitor.probes.http_request import Request, basic
from monitor.probes.journey_spec import Capture, JourneySpec, Step
from monitor.probes.journey_template import (
    Template,
    Values,
    escape_for,
    in_header,
    in_url,
    plain,
)
from monitor.probes.judging import judge
from monitor.probes.worker import Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a step took from its answer, by name."""

    values: Values


async def take(
    step: Step, spec: JourneySpec, values: Values, context: ProbeContext, worker: Worker
) -> Taken | Unmet | Observation:
    """Send the request of *step*; return what it takes, what is not met, or why no answer came."""
    try:
        request = _request(step, spec, values)
    except ValueError:
        text = "a value from an earlier step cannot be sent"
        return Unmet(kind=FailureKind.CONTRACT_BROKEN, detail=text, discreet=text)
    reply = await follow(request, spec, context)
    if isinstance(reply, Observation):
        return reply
    verdict = await judge(_expecting(step, values), reply, context, worker)
    context.recording.enter(Stage.BUSINESS)
    return verdict.unmet or _taken(step, reply, verdict.content)


def _request(step: Step, spec: JourneySpec, values: Values) -> Request:
    """Return the request with every place filled; ValueError where a value does not fit."""
    url = Template(spec.url_of(step)).fill(values, in_url)
    content_type = next(
        (
            value.get_secret_value()
            for name, value in step.headers.items()
            if name.lower() == "content-type"
        ),
        "",
    )
    body = step.body.get_secret_value() if step.body else None
    if body is not None:
        body = Template(body).fill(values, escape_for(content_type))
    lines = _header_lines(step, values)
    return spec.compose(url, step.method, lines, body_of(step.method, body), spec.route)


def _header_lines(step: Step, values: Values) -> Iterator[str]:
    for name, value in step.headers.items():
        yield f"{name}: {Template(value.get_secret_value()).fill(values, in_header)}"
    if step.basic_auth:
        yield basic(step.basic_auth.username, step.basic_auth.password.get_secret_value())
    if step.bearer_token:
        yield bearer(Template(step.bearer_token.get_secret_value()).fill(values, in_header))


def _expecting(step: Step, values: Values) -> Step:
    """Return *step* with the places in its comparisons filled."""
    filled = {path: _compared(each, values) for path, each in step.expect_json.items()}
    return step.model_copy(update={"expect_json": filled}) if filled else step


def _compared(comparison: Comparison, values: Values) -> Comparison:
    filled = {
        key: _value(Template(text), values)
        for key, text in (("equals", comparison.equals), ("not_equals", comparison.not_equals))
        if isinstance(text, str) and Template(text).names
    }
    return comparison.model_copy(update=filled) if filled else comparison


def _value(template: Template, values: Values) -> object:
    """Return the value of a place that stands alone as it is, and others as text."""
    return values[template.only] if template.only else template.fill(values, plain)


def _taken(step: Step, reply: Reply, content: Content) -> Taken | Unmet:
    found = {name: _captured(each, reply.headers, content) for name, each in step.capture.items()}
    missing = next((name for name, value in found.items() if value is None), "")
    if not missing:
        return Taken(values=found)
    path = step.capture[missing].path
    text = f"{missing} is not in the answer"
    return Unmet(
        kind=FailureKind.CONTRACT_BROKEN,
        detail=text,
        discreet=text,
        signal=Signal(SignalKind.CONTRACT_VIOLATION, str(path or missing), "is absent"),
    )


def _captured(capture: Capture, headers: Headers, content: Content) -> object:
    if capture.path is not None:
        return value_at(capture.path, content.document)
    text = headers.get(capture.header.lower()) if capture.header else content.text
    if text is None or capture.matches is None:
        return text
    found = capture.matches.search(text)
    return found[1] if found else None
