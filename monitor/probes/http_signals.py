"""The facts that an answer carries whatever the verdict on it."""

from collections.abc import Iterator
from datetime import datetime

import jsonpath

from monitor.model.signals import Signal, SignalKind
from monitor.probes import http_headers, http_markers
from monitor.probes.assertions import Content, value_at
from monitor.probes.curl import Answer
from monitor.probes.fields import as_number
from monitor.probes.http_headers import Headers
from monitor.probes.http_spec import HttpSpec

_CODE_LENGTH = 64

# Where providers put the code of an error when the check does not say.
_CODE_PATHS = tuple(
    jsonpath.compile(path) for path in ("$.error.code", "$.sub_code", "$.code", "$.errcode")
)


def signals_of(
    spec: HttpSpec, answer: Answer, headers: Headers, content: Content, now: datetime
) -> Iterator[Signal]:
    """Yield every signal of one answer."""
    yield Signal(SignalKind.HTTP_STATUS, answer.status)
    delay = http_headers.retry_after_seconds(headers, now)
    if delay is not None:
        yield Signal(SignalKind.RETRY_AFTER_SECONDS, delay)
    offset = http_headers.clock_offset_seconds(headers, now)
    if offset is not None:
        yield Signal(SignalKind.SERVER_CLOCK_OFFSET_SECONDS, offset)
    expected = spec.expects(answer.status)
    marker = http_markers.maintenance_marker(content.text, expected=expected)
    if marker:
        yield Signal(SignalKind.MAINTENANCE_MARKER, marker)
    firewall = http_markers.waf_marker(answer.status, headers, content.text)
    if firewall:
        yield Signal(SignalKind.WAF_MARKER, firewall)
    if content.is_json:
        yield from _reported(spec, content.document)
        yield from _provider_code(spec, content.document, expected=expected)


def _reported(spec: HttpSpec, document: object) -> Iterator[Signal]:
    for kind, path in spec.signals.items():
        number = as_number(value_at(path, document))
        if number is not None:
            yield Signal(kind, number)


def _provider_code(spec: HttpSpec, document: object, *, expected: bool) -> Iterator[Signal]:
    paths = [spec.provider_code] if spec.provider_code is not None else _CODE_PATHS
    if expected and spec.provider_code is None:
        return
    for path in paths:
        code = value_at(path, document)
        if isinstance(code, str | int) and not isinstance(code, bool):
            yield Signal(SignalKind.PROVIDER_CODE, str(code)[:_CODE_LENGTH])
            return
